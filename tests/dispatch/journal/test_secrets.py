"""The secret of a deployment: who has not got it cannot tell whose a key or a handle is."""

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from cxjourney.channels._intent import intent_key  # what a guess is made of
from cxjourney.dispatch.journal import AsyncSqlJournal, Journal, MemoryJournal, Secret, SqlJournal
from cxjourney.dispatch.journal._secrecy._secret import sealed_key  # what a guess is made of
from cxjourney.errors import InvalidError, JournalError
from cxjourney.vocabulary import Event, EventKind
from tests.dispatch.journal.records import a_journey, left_of, write
from tests.dispatch.stores import SECRET
from tests.dispatch.world import World

K = EventKind
OURS, THEIRS, OLD = (bytes([n]) * 16 for n in (1, 2, 3))
PEOPLE = [f"customer-{n}@example.com" for n in range(2000)]
MARI = PEOPLE[1234]


def welcomed(journal: Journal, customer: str = MARI) -> str:
    """Let a customer buy, and return the key of the welcome."""
    world = World(journal=journal)
    world.happens(K.PURCHASED, customer)
    return world.items(customer)["welcome"].key


def guessed(key: str, secret: bytes | None) -> list[str]:
    """Return the customers of whom a key may be, for one who knows all but perhaps the secret."""
    times = ("1:AFFIRM:1", f"1:affirm_decision:{K.PURCHASED.name}")
    seals = {one: Secret(secret).seals(one)[0] if secret else b"" for one in PEOPLE}
    return [
        one
        for one in PEOPLE
        for time in times
        if key
        in {
            intent_key(one, "", "welcome", time),
            sealed_key(seals[one], one, 0, "", "welcome", time),
        }
    ]


def test_a_key_and_the_list_of_customers_do_not_tell_whose_it_is() -> None:
    """Only the secret does; a journal in memory without one hides nobody, as it says."""
    key = welcomed(MemoryJournal(OURS))
    assert guessed(key, None) == guessed(key, THEIRS) == guessed(key, SECRET) == []
    assert guessed(key, OURS) == [MARI]
    assert guessed(welcomed(MemoryJournal()), SECRET) == [MARI]


@pytest.mark.no_cover
def test_a_database_has_a_secret_of_its_own_where_none_is_given(engine: Engine) -> None:
    """It is made once, differs from any other, and all who open the database go by it."""
    first, second = SqlJournal(engine), SqlJournal(engine)
    key = welcomed(first)
    assert guessed(key, None) == guessed(key, SECRET) == []
    assert second.read(MARI) == first.read(MARI)
    assert second.dossier(MARI).seals == first.dossier(MARI).seals
    assert second.whose(first.read(MARI).handle) == MARI
    assert welcomed(second, PEOPLE[0]) != key
    assert MemoryJournal().dossier(MARI).seals != first.dossier(MARI).seals


@pytest.mark.no_cover
def test_a_secret_that_was_given_is_not_kept(engine: Engine) -> None:
    """No table has it, and whoever has the tables and the list of customers is none the wiser."""
    journal = SqlJournal(engine, secret=OURS)
    key = welcomed(journal)
    assert guessed(key, OURS) == [MARI]
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT * FROM cx_secret")).all()
        assert [row.secret for row in kept] == [None]
        assert all(OURS.hex() not in str(value) for row in kept for value in row)
    write(journal, "leo", journeys=(a_journey("leo"),))
    write(journal, "leo", erased={"": left_of("leo")})
    with engine.connect() as connection:
        (mark,) = connection.execute(text("SELECT mark FROM cx_erasure")).scalars()
    assert mark in Secret(OURS).marks("leo")
    assert not {mark}.intersection(Secret(THEIRS).marks("leo"), Secret(SECRET).marks("leo"))


@pytest.mark.parametrize("given", [None, THEIRS])
def test_another_secret_is_refused(engine: Engine, given: bytes | None) -> None:
    """Two who do not agree would plan the same under two keys; nothing is written."""
    welcomed(SqlJournal(engine, secret=OURS))
    other = SqlJournal(engine, secret=given)
    for act in (other.create, lambda: other.read(MARI), other.customers):
        with pytest.raises(JournalError, match=r"^secret: .*; expected the one that the") as told:
            act()
        assert told.value.found == ("another one" if given else "none, though one was given before")
    assert SqlJournal(engine, secret=OURS).customers() == (MARI,)


@pytest.mark.no_cover
def test_a_secret_can_be_changed(engine: Engine) -> None:
    """What the former ones hid is recognised: nothing is sent twice, and the erased stay erased."""
    made = SqlJournal(engine)
    key = welcomed(made)
    write(made, "leo", journeys=(a_journey("leo"),))
    gone = write_erased(made, "leo")
    turns = ((OLD, ()), (OURS, (OLD,)), (OURS, (OLD, THEIRS)), (OLD, (OURS,)))
    for turn, (secret, former) in enumerate(turns):
        journal = SqlJournal(engine, secret=secret, former=former)
        assert journal.read("leo").revision == gone
        world = World(journal=journal)
        world.clock.pass_by(days=1)
        late = Event(K.PURCHASED, world.clock() - timedelta(days=2 + turn), f"late {turn}")
        assert world.dispatcher().record(MARI, "", late).planned == ()
        assert [one.key for one in journal.read(MARI).outbox] == [key]
        assert journal.whose(made.read(MARI).handle) == MARI
        assert welcomed(journal, f"new {turn}") != key
    write(journal, "mia", journeys=(a_journey("mia"),))
    write_erased(journal, "mia")
    assert SqlJournal(engine, secret=OURS, former=[OLD]).read("mia").revision == 2


def write_erased(journal: Journal, customer: str) -> int:
    """Erase a customer, and return where whoever comes next begins."""
    write(journal, customer, erased={"": left_of(customer)})
    return journal.read(customer).revision


@pytest.mark.no_cover
def test_a_secret_that_is_lost_costs_no_journey(engine: Engine) -> None:
    """With a new one all is there under the keys it had; only the erased are not recognised."""
    journal = SqlJournal(engine, secret=OLD)
    key = welcomed(journal)
    write(journal, "leo", journeys=(a_journey("leo"),))
    write_erased(journal, "leo")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM cx_secret"))
    found = SqlJournal(engine, secret=OURS)
    assert [one.key for one in found.read(MARI).outbox] == [key]
    assert World(journal=found).dispatcher().run().customers == 1
    assert found.read("leo").revision == 0


@pytest.mark.no_cover
def test_the_asynchronous_journal_goes_by_the_same_secret(engine: Engine) -> None:
    """One database, one secret."""
    url = engine.url.render_as_string(hide_password=False).replace("+pysqlite", "+aiosqlite")
    plain = SqlJournal(engine, secret=OURS)
    welcomed(plain)

    async def seals(secret: bytes, *former: bytes) -> object:
        async with aclosing(AsyncSqlJournal(url, secret=secret, former=former)) as journal:
            return (await journal.dossier(MARI)).seals

    assert asyncio.run(seals(OURS)) == plain.dossier(MARI).seals
    assert asyncio.run(seals(THEIRS, OURS)) == Secret(THEIRS, [OURS]).seals(MARI)
    with pytest.raises(JournalError, match="another one"):
        asyncio.run(seals(OLD))


@pytest.mark.parametrize(
    ("secret", "told"),
    [(b"short", "5 bytes"), (b"", "0 bytes"), ("x" * 20, "str of 20"), (7, "int")],
)
def test_what_is_no_secret_is_refused(secret: bytes, told: str) -> None:
    """It is not repeated either."""
    for make in (MemoryJournal, Secret, lambda one: SqlJournal("sqlite:///x.db", secret=one)):
        with pytest.raises(InvalidError, match="expected bytes, 16 or more of them") as refused:
            make(secret)
        assert told in refused.value.found
        assert "short" not in str(refused.value)
    assert repr(Secret(OURS, [OLD])) == "<Secret, 1 former>"
