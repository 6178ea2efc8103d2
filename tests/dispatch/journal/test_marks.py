"""Marks of calls in databases: they outlast the process, and it is known when they may be lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import Engine, create_engine, event, text

from cxjourney.dispatch.journal import Claim, Commit, Erasure, OutboxItem, SqlJournal, State
from cxjourney.dispatch.journal._marking import _marks as marking  # no test restarts a machine
from cxjourney.errors import DecodeError, JournalError, SequenceError
from tests.dispatch.journal.records import a_duty, a_journey, an_intent, at, left_of, write
from tests.dispatch.stores import sqlite_url


def started(journal: SqlJournal) -> tuple[Claim, OutboxItem]:
    """Return a claim, and an intent that is STARTED and whose call is marked."""
    write(journal, "leo", attention_at=at(1), journeys=(a_journey("leo"),))
    (claim,) = journal.claim(at(1), at(2), 1)
    item = attrs.evolve(an_intent("leo", state=State.STARTED), attempts=1)
    write(journal, "leo", attention_at=at(1), outbox=(item,), marked={item.key: True})
    return claim, item


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Return an engine of SQLite."""
    return create_engine(sqlite_url(tmp_path), hide_parameters=True)


def pragmas(engine: Engine) -> list[str]:
    """Return a list to which every change of how SQLite waits for the disk is added."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith("PRAGMA synchronous ="):
            seen.append(statement[-1])

    event.listen(engine, "before_cursor_execute", note)
    return seen


def test_a_mark_does_not_wait_for_the_disk_and_all_else_does(engine: Engine) -> None:
    """SQLite is told so for the mark alone, also where the mark cannot be written."""
    journal, seen = SqlJournal(engine), pragmas(engine)
    claim, item = started(journal)
    assert seen == []
    assert journal.mark(claim, item.key, 1)
    assert journal.mark(claim, item.key, 1)
    assert seen == ["1", "2"] * 2
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE cx_mark"))
    with pytest.raises(JournalError):
        journal.mark(claim, item.key, 1)
    assert seen == ["1", "2"] * 3
    engine.dispose()


@pytest.mark.parametrize("told", ["", None])
def test_where_nothing_tells_of_a_restart_marks_wait_for_the_disk(
    engine: Engine, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a system without boot ids; then no mark is ever lost."""
    file = tmp_path / "boot_id"
    if told is not None:
        file.write_text(told, "ascii")
    monkeypatch.setattr(marking, "BOOT_ID", file)
    marking.boot_id.cache_clear()
    journal, seen = SqlJournal(engine), pragmas(engine)
    claim, item = started(journal)
    assert dict(journal.marks([item.key])) == {item.key: None}
    assert journal.mark(claim, item.key, 1)
    assert dict(journal.marks([item.key])) == {}
    assert seen == []
    engine.dispose()
    marking.boot_id.cache_clear()


def test_after_a_restart_of_the_machine_nobody_knows(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mark may have been lost with it, unless it is there."""
    file = tmp_path / "boot_id"
    monkeypatch.setattr(marking, "BOOT_ID", file)
    journal = SqlJournal(engine)
    for boot, known in (("one", True), ("two", False)):
        file.write_text(boot, "ascii")
        marking.boot_id.cache_clear()
        if known:
            _, item = started(journal)
        assert (item.key in journal.marks([item.key])) is known
    engine.dispose()
    marking.boot_id.cache_clear()


@pytest.mark.no_cover
def test_postgresql_begins_an_era_when_it_has_lost_something(postgres: Callable[[], str]) -> None:
    """It empties an unlogged table then; one that is logged tells nothing, so marks wait."""
    engine = create_engine(postgres(), hide_parameters=True)
    journal = SqlJournal(engine)
    claim, item = started(journal)
    assert dict(journal.marks([item.key])) == {item.key: None}
    with engine.begin() as connection:
        kind = connection.execute(
            text("SELECT relpersistence FROM pg_class WHERE oid = 'cx_era'::regclass")
        ).scalar_one()
        assert kind == "u"
        connection.execute(text("DELETE FROM cx_era"))
    assert dict(journal.marks([item.key])) == {}
    assert journal.mark(claim, item.key, 1)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE cx_era SET LOGGED"))
    again = attrs.evolve(item, attempts=2)
    write(journal, "leo", attention_at=at(1), outbox=(again,), marked={item.key: True})
    with engine.begin() as connection:
        assert connection.execute(text("SELECT era FROM cx_mark")).scalar_one() == "disk"
    assert dict(journal.marks([item.key])) == {item.key: None}
    assert journal.mark(claim, item.key, 2)
    engine.dispose()


@pytest.mark.no_cover
def test_a_batch_of_more_than_a_statement_names(engine: Engine) -> None:
    """More customers than one statement names are read and written all the same."""
    journal = SqlJournal(engine)
    people = [f"customer {number}" for number in range(203)]
    commits = [Commit(one, 0, at(1), (a_journey(one),)) for one in people]
    assert journal.together([("commit", (one,)) for one in commits]) == [None] * 203
    again = [Commit(one, 1, at(2), (a_journey(one, events=2),)) for one in people]
    assert journal.together([("commit", (one,)) for one in again]) == [None] * 203
    found = journal.together([("dossier", (one,)) for one in people])
    assert [getattr(one, "revision", None) for one in found] == [2] * 203
    engine.dispose()


def test_a_database_that_fails_is_told_to_each(engine: Engine) -> None:
    """Nobody is told that it was written."""
    journal = SqlJournal(engine)
    journal.create()
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE cx_customer"))
    commits = [Commit(one, 0, at(1), (a_journey(one),)) for one in "ab"]
    told = journal.together([("commit", (one,)) for one in commits])
    assert [type(one) for one in told] == [JournalError] * 2
    told = journal.together([("dossier", (one,)) for one in "ab"])
    assert [type(one) for one in told] == [JournalError] * 2
    engine.dispose()


def test_one_that_cannot_be_read_keeps_no_other_from_being_read(engine: Engine) -> None:
    """What is nonsense in the tables is told of that customer alone."""
    journal = SqlJournal(engine)
    for one in "abc":
        write(journal, one, journeys=(a_journey(one),))
    with engine.begin() as connection:
        connection.execute(text("UPDATE cx_journey SET head = 'x' WHERE customer = 'b'"))
    found = journal.together([("dossier", (one,)) for one in "abc"])
    assert [type(one).__name__ for one in found] == ["Dossier", "DecodeError", "Dossier"]
    engine.dispose()


def test_one_who_is_added_and_erased_meanwhile_is_refused_alone(postgres_engine: Engine) -> None:
    """Somebody else added the customer, and erases that before it is known at what revision."""
    journal = SqlJournal(postgres_engine)
    write(journal, "b", journeys=(a_journey("b"),))

    def erase(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.rstrip().endswith("FOR UPDATE"):
            with postgres_engine.connect() as other:
                other.exec_driver_sql("DELETE FROM cx_customer WHERE customer = 'b'")
                other.commit()

    event.listen(postgres_engine, "before_cursor_execute", erase)
    told = journal.together(
        [("commit", (Commit(one, 0, at(1), (a_journey(one),)),)) for one in "abc"]
    )
    assert [type(one) for one in told] == [type(None), SequenceError, type(None)]
    assert [journal.read(one).revision for one in "abc"] == [1, 0, 1]


def test_what_is_rare_is_written_beside_the_others(engine: Engine) -> None:
    """An erasure, and an intent that is taken out of the archive, among usual commits."""
    journal = SqlJournal(engine)
    closed = attrs.evolve(an_intent("a", state=State.SENT), settled_at=at(1))
    for customer in "abc":
        write(journal, customer, journeys=(a_journey(customer),))
    write(journal, "a", outbox=(closed,))
    assert journal.archive(at(2)).intents == 1
    commits = [
        Commit("a", 2, outbox=(closed,), reopened=frozenset({closed.key})),
        Commit("b", 1, erased={"": left_of("b")}, erasure=Erasure(at(1), 2)),
        Commit("c", 1, at(3), (a_journey("c", events=2),)),
    ]
    assert journal.together([("commit", (one,)) for one in commits]) == [None] * 3
    assert (journal.archived(), journal.find(closed.key)) == ((), closed)
    assert journal.read("b").journeys == ()
    assert journal.read("c").journeys == (a_journey("c", events=2),)
    engine.dispose()


def test_a_moment_that_is_none_is_told_to_whoever_asks(engine: Engine) -> None:
    """Somebody wrote nonsense into the table."""
    journal = SqlJournal(engine)
    write(journal, "a", attention_at=at(1), journeys=(a_journey("a"),))
    with engine.begin() as connection:
        connection.execute(text("UPDATE cx_customer SET attention_at = 'soon'"))
    with pytest.raises((DecodeError, JournalError)):
        journal.next_attention()
    engine.dispose()


def test_a_duty_of_a_journal_is_told_in_words() -> None:
    """As the obligation itself tells it."""
    duty = a_duty("a")
    assert duty.explain(at=at(9)) == duty.obligation.explain(at=at(9))


def test_offline_nothing_is_migrated() -> None:
    """There is no connection, as in Alembic's offline mode."""
    with pytest.raises(JournalError, match="no connection"):
        SqlJournal.migrate(None)
