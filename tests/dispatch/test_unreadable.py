"""Customers of whom something cannot be read, or for whom something always fails."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError

from cxjourney.channels import HookSet, Profile
from cxjourney.chart import derive, standard_chart
from cxjourney.dispatch import AsyncDispatcher, DispatchError
from cxjourney.dispatch.journal import (
    AsyncMemoryJournal,
    CustomerRecord,
    Journal,
    MemoryJournal,
    OutboxItem,
    SqlJournal,
    State,
    Trouble,
)
from cxjourney.errors import DecodeError, JournalError
from cxjourney.playbook import Playbook
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Purpose
from tests.dispatch.stores import SECRET, Empty, sqlite
from tests.dispatch.world import LIBRARY, PLAYS, POLICY, World, playbook, profile

K = EventKind
COLUMNS = (
    *(("cx_journey", "head"), ("cx_journey", "snapshot"), ("cx_log", "data")),
    *(("cx_outbox", "data"), ("cx_attempt", "data"), ("cx_journey", "wake_at")),
)
NO_MAIL: dict[str, Any] = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}
BAD = ("a", "c", "d")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open a file of SQLite."""
    opened = sqlite(tmp_path_factory.mktemp("unreadable"))
    yield opened
    opened.dispose()


def emptied(engine: Engine) -> SqlJournal:
    """Return an empty journal in a database."""
    journal = SqlJournal(engine, secret=SECRET)
    journal.create()
    with engine.begin() as connection:
        for table in ("cx_customer", "cx_tombstones", "cx_erasure"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of our own
    return journal


def lived(journal: Journal, *customers: str) -> World:
    """Return a company whose customers bought and asked something; the welcome was sent."""
    world = World(journal=journal)
    for customer in customers:
        world.happens(K.PURCHASED, customer)
        world.happens(K.CONSENT_WITHDRAWN, customer, "other", **NO_MAIL)
    world.dispatcher().run()
    for customer in customers:
        world.happens(K.ASKED, customer, question="?")
    world.clock.pass_by(minutes=1)
    return world


def spoil(engine: Engine, table: str, column: str, data: str, *customers: str) -> None:
    """Write something else into what is kept of customers."""
    of = "customer = :customer"
    if table == "cx_attempt":
        of = "key IN (SELECT key FROM cx_outbox WHERE customer = :customer)"
    with engine.begin() as connection:
        for customer in customers:
            statement = f"UPDATE {table} SET {column} = :data WHERE {of}"  # noqa: S608 - as above
            connection.execute(text(statement), {"data": data, "customer": customer})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
).map(json.dumps)
SOME = st.text(max_size=20) | JSON | st.sampled_from(["{}", "[]", "[" * 9999, '{"events": []}'])


@pytest.mark.no_cover
def test_whatever_stands_there_is_erased(engine: Engine) -> None:
    """No bytes keep a customer from being forgotten, and nobody else is touched."""

    @settings(max_examples=max(2, settings().max_examples // 3))
    @given(st.lists(st.tuples(st.sampled_from(COLUMNS), SOME), min_size=1, max_size=3))
    def check(spoilt: list[tuple[tuple[str, str], str]]) -> None:
        journal = emptied(engine)
        world = lived(journal, "b", "c")
        other = journal.read("b")
        for (table, column), data in spoilt:
            spoil(engine, table, column, data, "c")
        revision = journal.bare("c").revision
        assert world.dispatcher().erase("c", at=world.clock()) == 2
        assert journal.read("c") == CustomerRecord("c", revision + 1)
        assert len(journal.tombstones()) == 2
        assert journal.read("b") == other
        assert [one.intent.customer for one in journal.outbox([*State])] == ["b", "b"]
        world.clock.pass_by(days=1)
        world.happens(K.PURCHASED, "c")
        assert world.states("c") == {"welcome": State.PLANNED}

    check()


def broken(engine: Engine) -> World:
    """Return a company with two good customers among three of whom nothing can be read."""
    world = lived(emptied(engine), *"abcde")
    spoil(engine, "cx_journey", "head", "nothing", "a")
    spoil(engine, "cx_outbox", "data", "[]", "c")
    spoil(engine, "cx_journey", "snapshot", '{"schema": 5}', "d")
    return world


def test_what_cannot_be_read_is_erased_with_what_can_be_counted(engine: Engine) -> None:
    """Of a journey that is readable the counts stay; a word on consent outlives the rest."""
    world = broken(engine)
    dispatcher, journal = world.dispatcher(), world.journal
    for customer in BAD:
        assert dispatcher.erase(customer, at=world.clock(), actor="officer") == 2
        erasure = journal.dossier(customer).erasure
        assert erasure is not None
        assert erasure.withdrawn == ((Channel.EMAIL, Purpose.AFFIRM),)
    left = journal.tombstones()
    assert [bool(one.journey) for one in left] == [False] * 4 + [True] * 2
    assert {one.by for one in left} == {"officer"}
    spoil(engine, "cx_log", "data", "null", "b")
    assert dispatcher.erase("b", at=world.clock()) == 2
    unheard = journal.dossier("b").erasure
    assert unheard is not None
    assert unheard.withdrawn == ()


def test_one_engagement_is_erased_though_it_cannot_be_read(engine: Engine) -> None:
    """The others stay, and go on where they can."""
    world = lived(emptied(engine), "c")
    with engine.begin() as connection:
        where = "WHERE customer = 'c' AND engagement = ''"
        connection.execute(text(f"UPDATE cx_journey SET snapshot = NULL, head = '[]' {where}"))  # noqa: S608 - of our own
    dispatcher = world.dispatcher()
    with pytest.raises(DecodeError):
        dispatcher.record("c", "other", Event(K.CONTACTED, world.clock(), "more"))
    gone = dispatcher.record("c", "", Event(K.ERASED, world.clock(), "gone"))
    assert gone.step.after.standing.name == "ERASED"
    assert [one.engagement for one in world.journal.read("c").journeys] == ["other"]
    assert dispatcher.run().customers == 1  # the others' next moment is worked out anew
    attention = dispatcher.next_attention()
    assert attention is None or attention > world.clock()
    dispatcher.record("c", "other", Event(K.CONTACTED, world.clock(), "more"))


def test_no_walk_over_all_customers_stops_at_one(engine: Engine) -> None:
    """Whom nobody can read is listed by a handle, everybody else is looked at."""
    world = broken(engine)
    dispatcher, journal = world.dispatcher(), world.journal
    handles = [journal.bare(one).handle for one in BAD]
    found = dispatcher.affected_by(playbook(*PLAYS[1:]))
    assert [one.customer for one in found.customers] == []
    assert (found.looked_at, list(found.unread)) == (2, handles)
    assert found.to_dict()["unread"] == handles
    for lang, told in ((Lang.EN, "could not be read: 3"), (Lang.ET, "3"), (Lang.FI, "3")):
        assert told in found.explain(lang)
    assert [dispatcher.whose(one) for one in found.unread] == list(BAD)
    assert dispatcher.whose("0" * 16) is None
    items = journal.outbox([*State])
    assert {one.intent.customer for one in items} == set("abde")
    pages: list[OutboxItem] = []
    after = None
    while page := journal.outbox([*State], after=after, limit=1):
        pages += page
        after = page[-1].intent.customer, page[-1].number
    assert tuple(pages) == items
    with pytest.raises(DispatchError) as caught:
        dispatcher.run()
    report = caught.value.report
    assert (report.customers, list(report.failing)) == (2, handles)
    assert report.handled == {State.SENT: 2}
    assert "customers in trouble 3" in str(report)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("cx_customer", "revision"),
        ("cx_journey", "events"),
        ("cx_log", "seq"),
        ("cx_outbox", "open"),
    ],
)
def test_a_text_is_not_taken_for_a_number(engine: Engine, table: str, column: str) -> None:
    """SQLite would keep it, and every reading would fail."""
    world = lived(emptied(engine), "b")
    with pytest.raises(IntegrityError, match="CHECK"):
        spoil(engine, table, column, "many", "b")
    with pytest.raises(IntegrityError, match="CHECK"), engine.begin() as connection:
        connection.execute(text("UPDATE cx_log SET data = x'00'"))
    assert world.dispatcher().run().customers == 1


def test_a_duty_that_cannot_be_read_is_not_left_out(engine: Engine) -> None:
    """Who asks what is overdue is told where the damage is, and none of its words."""
    world = lived(emptied(engine), "b", "c")
    world.clock.pass_by(days=30)
    assert len(world.journal.overdue(world.clock())) > 1
    for wrong in ("'Mari' || key", "replace(key, ':', 'Mari')"):
        with engine.begin() as connection:
            statement = f"UPDATE cx_duty SET key = {wrong} WHERE customer = 'c'"  # noqa: S608 - of our own
            connection.execute(text(statement))
        with pytest.raises(DecodeError, match=r"cx_duty\.key") as caught:
            world.journal.overdue(world.clock())
        assert "Mari" not in str(caught.value)


def test_a_secret_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Nobody goes on with another one, and nothing of it is shown."""
    opened = sqlite(tmp_path)
    SqlJournal(opened).create()
    for wrong, size in (("no digits", 9), ("ab" * 64, 128)):
        with opened.begin() as connection:
            connection.execute(text("UPDATE cx_secret SET secret = :wrong"), {"wrong": wrong})
        with pytest.raises(DecodeError, match=rf"cx_secret\.secret: a text of {size} characters"):
            SqlJournal(opened).customers()
    opened.dispose()


@pytest.mark.parametrize("wrong", ["2026-03-02T11:00:00.000000+02:00", "2026-03-02 09:00:00+00:00"])
def test_a_time_in_another_form_is_none(engine: Engine, wrong: str) -> None:
    """It would not sort among the others."""
    world = lived(emptied(engine), "a")
    spoil(engine, "cx_customer", "lease", wrong, "a")
    with pytest.raises(DecodeError, match=r"^cx_customer\.lease: a text of"):
        world.happens(K.CONTACTED, "a")


def test_a_claim_on_somebody_unreadable_can_be_broken(engine: Engine) -> None:
    """Nothing is read for it but who holds the customer."""
    world = broken(engine)
    with suppress(DispatchError):
        world.dispatcher().run()
    assert len(world.dispatcher().troubles()) == len(BAD)
    for one in BAD:
        assert world.dispatcher().break_claim(one)
        assert not world.dispatcher().break_claim(one)
    assert world.dispatcher().troubles() == ()


def test_an_intent_of_somebody_else_is_not_taken_for_the_customers_own(engine: Engine) -> None:
    """A row that got into the wrong record is not sent to anybody."""
    world = lived(emptied(engine), "b", "c")
    with engine.begin() as connection:
        its = "SELECT data FROM cx_outbox WHERE customer = 'b' AND number = 2"
        of = "customer = 'c' AND number = 2"
        connection.execute(text(f"UPDATE cx_outbox SET data = ({its}) WHERE {of}"))  # noqa: S608 - of our own
    with pytest.raises(DecodeError, match="somebody else's"):
        world.journal.dossier("c")
    with pytest.raises(DispatchError):
        world.dispatcher().run()
    assert [one.intent.customer for one in world.carrier.contexts[2:]] == ["b"]


def gone(customer: str) -> Profile:
    """Know nobody but b."""
    if customer != "b":
        raise LookupError(f"no file of {customer}")
    return profile(customer)


def test_erasing_asks_for_no_profile_and_no_chart(empty: Empty) -> None:
    """The company's files may be gone, and the chart unknown to this process."""
    world = World(journal=empty())
    other = Playbook("own", 1, PLAYS, chart=derive(standard_chart(), "gone-by-tomorrow"))
    event = Event(K.PURCHASED, world.clock(), "1")
    world.dispatcher(playbook=other).record("c", "", event)
    del other
    assert world.dispatcher(profiles=gone).erase("c", at=world.clock()) == 1
    assert world.journal.customers() == ()
    (left,) = world.journal.tombstones()
    assert left.intents == {"email affirm planned": 1}


def fails(*_: object) -> NoReturn:
    """Fail as a database does."""
    raise JournalError("database", "OperationalError", "a database that answers")


@pytest.mark.parametrize("methods", ["read bare events dossier", "events dossier"])
def test_a_database_that_fails_is_not_taken_for_a_dossier_that_cannot_be_read(
    methods: str,
) -> None:
    """Erasing, breaking a claim and looking at everybody say so, and do nothing."""
    journal = MemoryJournal()
    world = World(journal=journal)
    world.happens(K.PURCHASED)
    journal.claim(world.clock(), world.clock() + timedelta(hours=1), 1)
    dispatcher = world.dispatcher()
    for name in methods.split():
        setattr(journal, name, fails)
    for act in (
        lambda: dispatcher.erase("c", at=world.clock()),
        lambda: dispatcher.break_claim("c"),
        lambda: dispatcher.affected_by(playbook()),
    ):
        with pytest.raises(JournalError, match="database: OperationalError"):
            act()
    assert journal.customers() == ("c",)


@pytest.mark.no_cover
def test_who_fails_every_time_is_tried_after_waits_that_grow(empty: Empty) -> None:
    """Each failure is counted and listed by a handle, and none of it tells who it is."""
    world = World(journal=empty())
    for customer in "abc":
        world.happens(K.PURCHASED, customer)
    (first,) = {world.journal.bare("a").handle}
    waits = []
    for failures in range(1, 8):
        with pytest.raises(DispatchError) as caught:
            world.dispatcher(profiles=gone).run()
        errors = caught.value.exceptions
        assert [type(one) for one in errors] == [LookupError] * 2
        assert caught.value.report.failing[0] == first
        notes = [" ".join(one.__notes__) for one in errors]
        assert notes[0] == f"customer {first}, failure {failures} in a row"
        told = world.dispatcher().troubles()
        assert [one.customer for one in told] == ["a", "c"]
        assert "'a'" not in repr(told)
        assert told[0] == Trouble("a", first, failures, "LookupError", told[0].until)
        assert world.dispatcher().troubles(after="a") == told[1:]
        assert told[0].until is not None
        waits.append(told[0].until - world.clock())
        assert world.dispatcher(profiles=gone).run().customers == 0
        world.clock.at = max(one.until or world.clock() for one in told)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=5)
    assert timedelta(minutes=30) < waits[-1] <= timedelta(minutes=64)
    assert world.dispatcher().run().customers == 2
    assert world.dispatcher().troubles() == ()
    assert {state for one in "abc" for state in world.states(one).values()} == {State.SENT}


def test_a_trouble_tells_in_words_whom_it_is_about() -> None:
    """The customer goes by the handle, and the next try is told where there is one."""
    trouble = Trouble("a", "quiet-owl", 2, "LookupError", None)
    told = (
        "No run could attend to the customer with the handle quiet-owl; failures in a row: 2; "
        "the latest error: LookupError."
    )
    assert str(trouble) == told
    again = attrs.evolve(trouble, until=datetime(2026, 1, 5, 12, tzinfo=UTC))
    assert str(again).startswith(f"{told} The next try: ")
    assert again.to_dict()["until"] == "2026-01-05T12:00:00+00:00"


def test_asynchronous_runs_put_off_too() -> None:
    """The same count, the same list, the same look-up."""
    asyncio.run(put_off())


async def put_off() -> None:
    """Let a run fail for a customer, and look at what is told of that."""
    journal = MemoryJournal()
    world = World(journal=journal)
    world.happens(K.PURCHASED, "a")
    company = AsyncDispatcher(
        AsyncMemoryJournal(journal),
        playbook=playbook(),
        policy=POLICY,
        hooks=HookSet(),
        clock=world.clock,
        library=LIBRARY,
        profiles=gone,
    )
    with pytest.raises(DispatchError) as caught:
        await company.run()
    (trouble,) = await company.troubles()
    assert (trouble.failures, trouble.error) == (1, "LookupError")
    (handle,) = caught.value.report.failing
    assert trouble.handle == handle
    assert await company.whose(handle) == "a"


@pytest.mark.parametrize(
    ("column", "data"),
    [("wake_at", "'soon'"), ("wake_at", "CAST(X'FF' AS TEXT)"), ("head", "'{}'")],
)
def test_one_who_cannot_be_read_stops_nobody_in_the_batch(
    engine: Engine, column: str, data: str
) -> None:
    """Those who are read with one statement are attended to, and that one is told by a handle."""
    world = lived(emptied(engine), *"abc")
    with engine.begin() as connection:
        statement = f"UPDATE cx_journey SET {column} = {data} WHERE customer = 'b'"  # noqa: S608 - of our own
        connection.execute(text(statement))
    with pytest.raises(DispatchError) as caught:
        world.dispatcher().run()
    assert [type(one) for one in caught.value.exceptions] == [DecodeError]
    assert caught.value.report.customers == 2
    assert [world.dispatcher().whose(one) for one in caught.value.report.failing] == ["b"]
    with pytest.raises(DecodeError):
        world.happens(K.CONTACTED, "b")


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize(("column", "fails"), [("lease", True), ("attention_at", False)])
def test_a_time_that_is_none_holds_nobody(
    database: str, column: str, fails: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Until when a claim holds is told, and put right; when somebody is due is worked out anew."""
    wrong = "soon"
    opened = sqlite(tmp_path)
    if database == "postgres":
        wrong, opened = "infinity", create_engine(request.getfixturevalue("postgres")())
    world = lived(emptied(opened), "a", "b")
    spoil(opened, "cx_customer", column, wrong, "b")
    if fails:
        with pytest.raises(DecodeError, match=r"^cx_customer\.lease: a text of"):
            world.happens(K.CONTACTED, "b")
        with pytest.raises(DispatchError) as caught:
            world.dispatcher().run()
        (error,) = caught.value.exceptions
        assert str(error).startswith("cx_customer.lease: a text of")
        assert caught.value.report.customers == 1
        assert [one.customer for one in world.dispatcher().troubles()] == ["b"]
        world.clock.pass_by(hours=1)
        assert world.dispatcher().run().handled == {State.SENT: 1}
    else:
        assert world.dispatcher().run().customers == 2
    assert world.dispatcher().troubles() == ()
    opened.dispose()
