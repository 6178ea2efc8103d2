"""Journals in databases: how they are made, shared, refused, and what is left after erasing."""

import asyncio
import subprocess
import sys
from ast import literal_eval
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing
from pathlib import Path

import attrs
import pytest
from sqlalchemy import URL, Engine, MetaData, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from cxjourney import DecodeError
from cxjourney.dispatch.journal import (
    Archived,
    AsyncSqlJournal,
    Claim,
    Commit,
    Erasure,
    Journal,
    MemoryJournal,
    SqlJournal,
    State,
    Transfer,
)
from cxjourney.errors import JournalError, SequenceError
from cxjourney.testing._journals import a_move  # as the contract moves them
from tests.dispatch.journal.records import a_journey, an_attempt, an_intent, at, left_of, write
from tests.dispatch.stores import claimed, sqlite_url

MARKER = "Mari.Maasikas"
TABLES = [
    f"cx_{name}"
    for name in (
        *(
            "alias",
            "archive",
            "archive_attempt",
            "archive_step",
            "attempt",
            "basis",
            "checkpoint",
            "customer",
            "duty",
            "era",
        ),
        *("erasure", "journey", "log", "mark", "meta", "outbox", "run", "secret", "tombstones"),
    )
]
PEOPLE = [f"person-{number:02}" for number in range(40)]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    postgres: Callable[[], str] = request.getfixturevalue("postgres")
    return postgres()


def succeeds(journal: SqlJournal, commit: Commit) -> bool:
    """Commit a commit, and say whether it was in time."""
    try:
        journal.commit(commit)
    except SequenceError as told:
        return told.actual <= told.expected
    return True


def first_of(url: str, writer: int) -> int:
    """Try to be the first to write of each customer, and return how often one was."""
    won = 0
    with closing(SqlJournal(url)) as journal:
        for customer in PEOPLE[:8]:
            commit = Commit(customer, 0, journeys=(a_journey(customer, f"w{writer}"),))
            won += succeeds(journal, commit)
    return won


def all_waiting(url: str) -> None:
    """Write customers who need attention."""
    with closing(SqlJournal(url)) as journal:
        for customer in PEOPLE:
            write(journal, customer, attention_at=at(1), journeys=(a_journey(customer),))


@pytest.mark.no_cover
def test_claims_made_at_once_are_of_different_customers(url: str) -> None:
    """Threads may share a database: two who claim alike get everybody, and nobody twice."""
    all_waiting(url)
    with ThreadPoolExecutor(2) as executor:
        found = list(executor.map(claimed, [url] * 2, [20] * 2))
    assert Counter(one for some in found for one in some) == Counter(PEOPLE)


OTHER_PROCESS = """
import sys
sys.modules["greenlet"] = None
import cxjourney.dispatch.journal as sql
from tests.dispatch.stores import claimed
print(claimed(sys.argv[1], 5))
for name in ("AsyncSqlJournal", "Nothing"):
    try:
        getattr(sql, name)
    except (ImportError, AttributeError) as error:
        print(error)
"""


@pytest.mark.no_cover
def test_another_process_shares_the_file_and_needs_no_greenlet(tmp_path: Path) -> None:
    """It claims others than this one does; only the asynchronous journal needs greenlet."""
    url = sqlite_url(tmp_path)
    all_waiting(url)
    command = [sys.executable, "-c", OTHER_PROCESS, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        mine = claimed(url, 5)
        told, _ = child.communicate()
    theirs, asynchronous, nothing = told.splitlines()
    everybody = [*mine, *literal_eval(theirs), *claimed(url, 20)]
    assert theirs != "[]"
    assert Counter(everybody) == Counter(PEOPLE)
    assert "pip install sqlalchemy[asyncio]" in asynchronous
    assert "has no attribute 'Nothing'" in nothing


@pytest.mark.no_cover
def test_tables_are_made_once_by_whoever_comes_first(url: str) -> None:
    """Several who begin in an empty database at once all find it ready, and each id has one row."""
    with ThreadPoolExecutor(6) as executor:
        assert sum(executor.map(first_of, [url] * 6, range(6))) == 8
    with closing(SqlJournal(url)) as journal:
        assert list(journal.customers()) == PEOPLE[:8]
        assert all(len(journal.read(one).journeys) == 1 for one in PEOPLE[:8])


@pytest.mark.no_cover
def test_two_writers_at_once_never_both_win(url: str) -> None:
    """Of writers of one customer with the same revision one writes, the others are told."""
    rounds, writers = 12, 4

    def writing(writer: int) -> int:
        won = 0
        with closing(SqlJournal(url)) as journal:
            for revision in range(rounds):
                while journal.read(MARKER).revision < revision:
                    pass
                commit = Commit(MARKER, revision, journeys=(a_journey(MARKER, f"{writer}"),))
                won += succeeds(journal, commit)
        return won

    with ThreadPoolExecutor(writers) as executor:
        won = list(executor.map(writing, range(writers)))
    with closing(SqlJournal(url)) as journal:
        assert sum(won) == rounds == journal.read(MARKER).revision


@pytest.mark.no_cover
@pytest.mark.parametrize("level", ["AUTOCOMMIT", "SERIALIZABLE"])
def test_an_engine_of_another_isolation_does_as_well(url: str, level: str) -> None:
    """However a given engine begins its transactions, a commit is written whole or not at all."""
    engine = create_engine(url, isolation_level=level, hide_parameters=True)
    first, second = SqlJournal(engine), SqlJournal(engine)
    write(first, MARKER, attention_at=at(1), journeys=(a_journey(MARKER),))
    kept = first.read(MARKER)
    for commit in (Commit(MARKER, 0), Commit(MARKER, 1, attempts=(an_attempt(an_intent(MARKER)),))):
        with pytest.raises((SequenceError, JournalError)):
            second.commit(commit)
    assert second.read(MARKER) == kept
    engine.dispose()


def test_many_are_claimed_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, no statement names more than a database takes."""
    monkeypatch.setattr("cxjourney.dispatch.journal._statements.AT_ONCE", 2)
    journal = SqlJournal(engine)
    for customer in PEOPLE[:5]:
        write(journal, customer, attention_at=at(1))
    assert [(one.customer, one.number) for one in journal.claim(at(1), at(2), 99)] == [
        (customer, 2) for customer in PEOPLE[:5]
    ]
    assert {journal.read(customer).claim for customer in PEOPLE[:5]} == {2}


def test_another_version_of_the_tables_is_refused(engine: Engine) -> None:
    """A database that a later library made is left alone, with both versions named."""
    SqlJournal(engine).create()
    with engine.begin() as connection:
        connection.execute(text("UPDATE cx_meta SET version = 7"))
    for _ in range(2):
        with pytest.raises(JournalError) as refused:
            SqlJournal(engine).read(MARKER)
        assert refused.value.found == "tables of version 7"
    assert "expected version 2: use the cxjourney that wrote" in str(refused.value)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM cx_meta"))
    with pytest.raises(JournalError, match="tables of no version"):
        SqlJournal(engine).create()


def test_only_prefixed_tables_are_made(engine: Engine) -> None:
    """All tables and indexes are named after the library, and making them again changes nothing."""
    SqlJournal(engine).create()
    SqlJournal(engine).create()
    found = inspect(engine).get_table_names()
    assert sorted(found) == sorted(TABLES)
    names = [index["name"] or "" for table in found for index in inspect(engine).get_indexes(table)]
    assert all(name.startswith("cx_") for name in [*found, *names])


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true", "mysql://x"],
)
def test_other_databases_are_refused(url: str) -> None:
    """SQLite in memory would be another database for each thread; of others nothing is known."""
    expected = "SQLite or PostgreSQL" if url == "mysql://x" else "a file, or a MemoryJournal"
    for journal in (SqlJournal, AsyncSqlJournal):
        with pytest.raises(JournalError, match=f"^database: .*; expected {expected}$"):
            journal(url)


def test_an_engine_that_was_given_stays_open(engine: Engine, tmp_path: Path) -> None:
    """A journal closes only the connections that it opened itself."""
    journal = SqlJournal(engine)
    journal.create()
    pool = engine.pool
    journal.close()
    assert engine.pool is pool
    own = SqlJournal(URL.create("sqlite", database=str(tmp_path / "own.db")))
    own.create()
    before = own._engine.pool
    own.close()
    assert own._engine.pool is not before


def test_settings_of_sqlite_are_set_on_every_connection(sqlite_engine: Engine) -> None:
    """Each connection waits for locks, keeps references whole and overwrites what it deletes."""
    journal = SqlJournal(sqlite_engine)
    asked = ("journal_mode", "busy_timeout", "foreign_keys", "secure_delete")
    for _ in range(2):
        journal.read(MARKER)
        with sqlite_engine.connect() as connection:
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
            assert found == ["wal", 30_000, 1, 1]
        sqlite_engine.dispose()


def test_sqlite_is_asked_again_for_its_log_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another connection is at work SQLite refuses at once; in the end the error comes."""
    hurried = ("busy_timeout = 1",)
    monkeypatch.setattr("cxjourney.dispatch.journal._upkeep._connections._SETTINGS", hurried)
    engine = create_engine(sqlite_url(tmp_path), connect_args={"timeout": 0.001})
    with engine.connect() as reader:
        reader.exec_driver_sql("CREATE TABLE other (n)")
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT * FROM other").all()
        with pytest.raises(JournalError, match="database: OperationalError SQLITE_BUSY") as told:
            SqlJournal(engine).create()
        assert isinstance(told.value.__cause__, OperationalError)
    SqlJournal(engine).create()
    engine.dispose()


def refused_commits() -> Iterable[tuple[str, Commit]]:
    """Return commits that a database refuses somewhere in the middle, each with a word for it."""
    kept, other = an_intent(MARKER, 1), an_intent(MARKER, 1, "car")
    journey = a_journey(MARKER, "car")
    boat = a_journey(MARKER, "boat")
    no_json = attrs.evolve(boat, data={**boat.data, "seq": MARKER.encode()})
    unnumbered = a_journey(MARKER, "boat")
    unnumbered.data["events"][0]["seq"] = None
    yield "number", Commit(MARKER, 1, journeys=(journey,), outbox=(other,))
    yield "attempt", Commit(MARKER, 1, journeys=(journey,), attempts=(an_attempt(other),))
    yield "no json", Commit(MARKER, 1, outbox=(kept,), journeys=(journey, no_json))
    yield "no number", Commit(MARKER, 1, outbox=(kept,), journeys=(journey, unnumbered))


@pytest.mark.parametrize("commit", [pytest.param(one, id=word) for word, one in refused_commits()])
def test_a_refused_commit_leaves_nothing(engine: Engine, commit: Commit) -> None:
    """Whatever a commit contradicts, nothing of it is written, and no error tells whose it was."""
    journal = SqlJournal(engine)
    write(journal, MARKER, journeys=(a_journey(MARKER),), outbox=(an_intent(MARKER),))
    before = journal.read(MARKER)
    with pytest.raises((ValueError, DecodeError)) as refused:
        journal.commit(commit)
    assert MARKER not in str(refused.value)
    assert journal.read(MARKER) == before


def test_an_asynchronous_journal_makes_its_tables_and_files_anew(url: str) -> None:
    """What the plain journal does beside the protocol the asynchronous one does too."""

    async def check() -> None:
        async with aclosing(AsyncSqlJournal(url.replace("+pysqlite", "+aiosqlite"))) as journal:
            await journal.create()
            await journal.commit(
                Commit(MARKER, 0, erased={"": left_of(MARKER)}, erasure=Erasure(at(1), 1))
            )
            await journal.vacuum()
            assert await journal.tombstones() == (left_of(MARKER),)

    asyncio.run(check())


def test_an_asynchronous_engine_that_was_given_stays_open(tmp_path: Path) -> None:
    """An asynchronous journal closes only the connections that it opened itself."""

    async def check() -> None:
        engine = create_async_engine(sqlite_url(tmp_path, "aiosqlite"))
        async with aclosing(AsyncSqlJournal(engine)) as journal:
            await journal.create()
            pool = engine.pool
        assert engine.pool is pool
        await engine.dispose()

    asyncio.run(check())


ASKED: dict[str, Callable[[Journal], object]] = {
    "read": lambda journal: journal.read(MARKER),
    "bare": lambda journal: journal.bare(MARKER),
    "ask_again": lambda journal: journal.ask_again(at(1)),
    "put_off": lambda journal: journal.put_off(Claim(MARKER, 1), at(1), "TypeError"),
    "troubles": lambda journal: journal.troubles(),
    "whose": lambda journal: journal.whose("h"),
    "dossier": lambda journal: journal.dossier(MARKER),
    "knows": lambda journal: journal.knows(MARKER, ("", "e")),
    "decided": lambda journal: journal.decided(MARKER, ["k"], []),
    "events": lambda journal: journal.events(MARKER, at(1)),
    "since": lambda journal: journal.since(MARKER, "", at(1)),
    "move": lambda journal: journal.move(Transfer(MARKER, 1, "leo", None, {}, (), at(1))),
    "overdue": lambda journal: journal.overdue(at(1)),
    "still_owed": lambda journal: journal.still_owed(),
    "archive": lambda journal: journal.archive(at(1)),
    "archive_some": lambda journal: journal.archive_some(at(1), Archived()),
    "archived": lambda journal: journal.archived(),
    "commit": lambda journal: journal.commit(Commit(MARKER, 0)),
    "claim": lambda journal: journal.claim(at(1), at(2), 1),
    "release": lambda journal: journal.release([Claim(MARKER, 1)]),
    "audience": lambda journal: journal.audience(["d"], 1),
    "outbox": lambda journal: journal.outbox([State.SENT]),
    "find": lambda journal: journal.find("k"),
    "attempts": lambda journal: journal.attempts("k"),
    "customers": lambda journal: journal.customers(),
    "tombstones": lambda journal: journal.tombstones(),
    "next_attention": lambda journal: journal.next_attention(),
    "mark": lambda journal: journal.mark(Claim(MARKER, 1), "k", 1),
    "marks": lambda journal: journal.marks(["k"]),
}
TOGETHER = (
    ("dossier", (MARKER, None)),
    ("dossier", ("leo", None)),
    ("commit", (Commit("leo", 0),)),
)


def test_errors_of_the_database_come_as_the_librarys_own(engine: Engine) -> None:
    """Every method tells what failed, with the original as cause, and nothing of a customer's."""
    journal = SqlJournal(engine)
    journal.create()
    tables = MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)
        tables.drop_all(connection)
    told_of = {name for name, one in vars(Journal).items() if name[0] != "_" and callable(one)}
    assert told_of == ASKED.keys() | {"together"}
    assert all(isinstance(one, JournalError) for one in journal.together(TOGETHER))
    for name, ask in ASKED.items():
        with pytest.raises(JournalError) as told:
            ask(journal)
        assert told.value.where == "database", name
        assert MARKER not in str(told.value)
        assert isinstance(told.value.__cause__, DBAPIError)


def test_a_policy_that_is_known_has_nobody_asked_about_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where another process made it known in between."""
    journal = SqlJournal(engine)
    journal.create()
    assert journal.ask_again(at(1), basis="b") == 0
    waits = attrs.evolve(an_intent("leo", 1), state=State.WAITING, next_at=at(9))
    write(journal, "leo", attention_at=at(9), outbox=(waits,))
    assert journal.ask_again(at(1), basis="b") == 0
    monkeypatch.setattr("cxjourney.dispatch.journal._statements.is_known", lambda *_: False)
    assert journal.ask_again(at(1), basis="b") == 0
    assert journal.ask_again(at(1), basis="c") == 1


def test_who_cannot_be_read_under_another_id_stops_nobody(sqlite_engine: Engine) -> None:
    """What is nonsense in the tables is told of that customer alone, by whichever id."""
    journal = SqlJournal(sqlite_engine)
    for one in ("leo", "mia"):
        write(journal, one, journeys=(a_journey(one),))
        move = a_move(journal.dossier(one), journal.dossier(f"{one} 2"), at(7))
        assert move is not None
        journal.move(move)
    with sqlite_engine.begin() as connection:
        connection.execute(text("UPDATE cx_journey SET head = 'x' WHERE customer = 'leo 2'"))
    found = journal.together([("dossier", (one,)) for one in ("leo", "mia")])
    assert [type(one).__name__ for one in found] == ["DecodeError", "Dossier"]


def test_engagements_whose_names_clash_twice_are_not_moved_in_the_tests() -> None:
    """The contract's own move has one other name for each engagement."""
    journal = MemoryJournal()
    write(journal, "leo", journeys=(a_journey("leo"), a_journey("leo", "+")))
    write(journal, "mia", journeys=(a_journey("mia"),))
    assert a_move(journal.dossier("leo"), journal.dossier("mia"), at(7)) is None
