"""What is left in a database of a customer who was erased."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData

from cxjourney.dispatch.journal import Journal, SqlJournal
from cxjourney.errors import JournalError
from tests.dispatch.journal.records import a_journey, an_attempt, an_intent, at, left_of, write

MARKER = "Mari.Maasikas"
PEOPLE = [f"person-{number:02}" for number in range(8)]


def dumped(engine: Engine) -> str:
    """Return all that the tables of a database hold, as text."""
    with engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection)
        rows = {one.name: connection.execute(one.select()).all() for one in tables.sorted_tables}
    return repr(rows)


def erase_all(journal: Journal) -> None:
    """Write much of some customers, change it, and erase all of it for one of them."""
    for customer in (MARKER, *PEOPLE):
        for events in (1, 6):
            intents = tuple(an_intent(customer, number) for number in range(1, events + 1))
            called = tuple(an_attempt(one, receipt=customer) for one in intents)
            journeys = (a_journey(customer, "", events), a_journey(customer, MARKER, events))
            write(
                journal,
                customer,
                attention_at=at(1),
                journeys=journeys,
                outbox=intents,
                attempts=called,
            )
    journal.claim(at(1), at(2), 99)
    for customer in PEOPLE[::2]:
        write(journal, customer, erased={MARKER: left_of(customer)})
    for customer in PEOPLE[1::2]:
        write(journal, customer, erased={"": left_of(customer), MARKER: left_of(customer)})
    write(journal, MARKER, erased={MARKER: left_of(MARKER, MARKER)})
    write(journal, MARKER, erased={"": left_of(MARKER)})


@pytest.mark.no_cover
def test_nothing_is_left_of_the_erased(engine: Engine, tmp_path: Path) -> None:
    """No table tells that the customer was ever there, only counts are left of them.

    After a vacuum no file of SQLite has a byte of it either, and all that is kept is there.
    """
    journal = SqlJournal(engine)
    erase_all(journal)
    assert len(journal.tombstones()) == len(PEOPLE) * 3 // 2 + 2
    found = dumped(engine)
    assert MARKER not in found
    assert PEOPLE[0] in found
    assert PEOPLE[1] not in found
    journal.vacuum()
    assert dumped(engine) == found
    if engine.dialect.name == "sqlite":
        files = sorted(tmp_path.iterdir())
        octets = b"".join(file.read_bytes() for file in files)
        assert len(files) > 1
        assert PEOPLE[0].encode() in octets
        assert PEOPLE[1].encode() not in octets
        assert MARKER.encode() not in octets


def test_a_vacuum_beside_a_reader_says_what_is_left(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever still reads what was there keeps it in the files; afterwards nothing of it is."""
    sql = "cxjourney.dispatch.journal._upkeep._connections"
    monkeypatch.setattr(f"{sql}.WAITS", 2)
    monkeypatch.setattr(f"{sql}._SETTINGS", ("busy_timeout = 200", "foreign_keys = ON"))
    journal = SqlJournal(engine)
    for erased in ({}, {"": left_of(MARKER)}):
        write(journal, MARKER, journeys=(a_journey(MARKER),), erased=erased)
    reading = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**reading) as reader:
        if engine.dialect.name == "sqlite":
            reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM cx_customer").all()
        with pytest.raises(JournalError, match="left what was erased in") as told:
            journal.vacuum()
    assert told.value.where == "vacuum"
    journal.vacuum()
    if engine.dialect.name == "sqlite":
        assert all(MARKER.encode() not in file.read_bytes() for file in tmp_path.iterdir())
