"""Tables that an earlier version made are upgraded, and everything goes on where it stood."""

import sqlite3
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Connection, Engine, text

from cxjourney.channels._intent import intent_key  # keys of version 1 are told
from cxjourney.dispatch.journal import Archived, MemoryJournal, SqlJournal, State
from cxjourney.errors import DecodeError
from tests.dispatch.journal.records import a_journey, an_intent, write
from tests.dispatch.judging import UNHARMED, Ending, damage
from tests.dispatch.scenario import HOUR, MONDAY, UNAPPROVED, World
from tests.dispatch.stores import sqlite_url

DUMP = Path(__file__).with_name("version1.sql")
"""What a database of version 1 held: the scenario of the crashes, left after nine happenings."""
LEO = "leo"
INDEXES = (
    "cx_customer_failing",
    "cx_log_event",
    "cx_log_at",
    "cx_outbox_occasion",
    "cx_outbox_loud",
    "cx_outbox_quiet",
    "cx_outbox_unmet",
    "cx_customer_ranked",
)
NEW = {
    "cx_customer": ["failures", "error", "rank"],
    "cx_journey": ["snapshot", "born"],
    "cx_log": ["event", "at"],
    "cx_outbox": ["occasion", "open", "unmet", "closed_at", "quiet", "standing", "next_at"],
}


def names(ending: Ending) -> dict[tuple[str, str, str, str], str]:
    """Return the key of each intent, by what it was once made of."""
    intents = [one.intent for one in ending.outbox.values()]
    return {(one.customer, one.engagement, one.play, one.occurrence): one.key for one in intents}


def make_old(connection: Connection) -> None:
    """Take away what tables of version 1 did not have."""
    for name in INDEXES:
        connection.execute(text(f"DROP INDEX {name}"))
    for name in (
        "duty",
        "archive_attempt",
        "archive",
        "archive_step",
        "erasure",
        "secret",
        "checkpoint",
        "run",
        "basis",
    ):
        connection.execute(text(f"DROP TABLE cx_{name}"))
    for table, columns in NEW.items():
        for column in columns:
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
    connection.execute(text("UPDATE cx_meta SET version = 1"))


@pytest.mark.no_cover
def test_a_database_of_version_1_goes_on(tmp_path: Path) -> None:
    """A play that was left with the old version ends as one that was not."""
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.executescript(DUMP.read_text())
    undisturbed = Ending.of(World(MemoryJournal()).play())
    with closing(SqlJournal(sqlite_url(tmp_path))) as journal:
        world = World(journal, now=MONDAY + 22 * HOUR, told=9)
        ended = Ending.of(world.play())
        named = undisturbed.named_as(ended)
        found = attrs.evolve(damage(ended, named), intents_lost=0)
        assert found == UNHARMED
        states = {one.key: one.state for one in named.outbox.values()}
        # Nothing waited then for a rule to let it pass: what was denied stays so.
        states |= {
            one.key: State.DENIED
            for one in ended.outbox.values()
            if one.intent.content == UNAPPROVED and one.state is State.DENIED
        }
        assert {one.key: one.state for one in journal.outbox([*State])} == states
        old = [intent_key(*name) == key for name, key in names(ended).items()]
        assert {True, False} == {*old}, (
            "the older intents kept their keys, and the newer are hidden"
        )


def test_what_cannot_be_read_stops_no_upgrade(engine: Engine) -> None:
    """Whoever looks at that customer is told; everybody else goes on."""
    journal = SqlJournal(engine)
    for customer in (LEO, "mia", "ole"):
        write(journal, customer, journeys=(a_journey(customer),), outbox=(an_intent(customer),))
    mia = journal.dossier("mia", ("", "e1"))
    with engine.begin() as connection:
        make_old(connection)
        for table, customer in (("cx_outbox", LEO), ("cx_log", "ole")):
            where = f"WHERE customer = '{customer}'"
            connection.execute(text(f"UPDATE {table} SET data = '[]' {where}"))  # noqa: S608 - of our own
    journal = SqlJournal(engine)
    bare = tuple(attrs.evolve(one, snapshot=None, runs={}) for one in mia.journeys)
    assert journal.dossier("mia", ("", "e1")) == attrs.evolve(mia, journeys=bare)
    with pytest.raises(DecodeError):
        journal.dossier(LEO)
    with pytest.raises(DecodeError):
        journal.read("ole")
    assert not journal.knows("ole", ("", "e1"))


@pytest.mark.no_cover
def test_old_tables_are_filled(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is read as it was, and found by what is new."""
    monkeypatch.setattr("cxjourney.dispatch.journal._upkeep._upgrade.AT_ONCE", 2)
    journal = SqlJournal(engine)
    journeys = (a_journey(LEO, "car", 3), a_journey(LEO, "house\x00", 2))
    outbox = tuple(an_intent(LEO, n, state=one) for n, one in enumerate(State, start=1))
    write(journal, LEO, journeys=journeys, outbox=outbox)
    before, dossier = journal.read(LEO), journal.dossier(LEO, ("car", "e2"))
    events = journal.events(LEO, journeys[0].wake_at or MONDAY)
    with engine.begin() as connection:
        make_old(connection)
    journal = SqlJournal(engine)
    bare = tuple(attrs.evolve(one, snapshot=None, runs={}) for one in journeys)
    assert journal.read(LEO) == attrs.evolve(before, journeys=bare)
    stand = tuple(attrs.evolve(one, snapshot=None, runs={}) for one in dossier.journeys)
    assert dossier.knows
    assert journal.dossier(LEO, ("car", "e2")) == attrs.evolve(dossier, journeys=stand)
    assert journal.events(LEO, journeys[0].wake_at or MONDAY) == events != ()
    occasions = [one.intent.occasion for one in outbox]
    assert journal.decided(LEO, (), occasions) == set(occasions)
    assert journal.archive(MONDAY + 999 * HOUR) == Archived(3, 0, 5, place=None)
    assert journal.read(LEO) == attrs.evolve(before, journeys=bare)
    assert write(journal, LEO, journeys=(a_journey(LEO, "car", 4),)) == before.revision + 1
