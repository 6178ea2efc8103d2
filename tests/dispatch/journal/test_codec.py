"""The stored form of intents, outcomes and steps: exact both ways, and anything else is refused.

It is looked at through a journal in SQLite, whose rows anybody may change.
"""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from cxjourney import DecodeError
from cxjourney.channels import Deferred, Failed, Intent, Sent, Skipped, Unknown
from cxjourney.channels.policy import Ruling, Verdict
from cxjourney.dispatch.journal import (
    Attempt,
    Commit,
    JourneyRecord,
    OutboxItem,
    SqlJournal,
    State,
    StepRecord,
    Tombstone,
)
from cxjourney.testing import times
from cxjourney.vocabulary import Channel, Phase, Purpose, Standing
from tests.dispatch.journal.records import an_attempt, an_intent, at, left_of, write

Record = OutboxItem | Attempt | StepRecord | Tombstone
MARKER = "Mari Maasikas"
ANY = st.characters(exclude_categories=())
IDS = st.text(ANY, min_size=1, max_size=12)
TEXTS = st.text(ANY, max_size=12)
TIMES = times(timezones=(UTC, timezone(timedelta(hours=2)), timezone(timedelta(minutes=-570))))
COUNTS = st.integers(0, 2**53 - 1)
CHANNELS = st.sampled_from(Channel)

INTENTS = st.builds(
    Intent,
    customer=IDS,
    engagement=TEXTS,
    play=IDS,
    occurrence=TEXTS,
    cause=IDS,
    cycle=st.integers(1, 9),
    purpose=st.sampled_from(Purpose),
    channels=st.lists(CHANNELS, min_size=1, unique=True).map(tuple),
    planned_at=TIMES,
    not_before=TIMES,
    content=st.none() | IDS,
    due=st.none() | TIMES,
    expires=st.none() | TIMES,
    obligation=st.none() | TEXTS,
    place=st.none() | st.sampled_from((*Phase, *Standing)),
    wish=st.none() | IDS,
    tells=st.none() | IDS,
)
VERDICTS = st.builds(Verdict, TEXTS, st.sampled_from(Ruling), TEXTS, TEXTS, until=st.none() | TIMES)
VERSIONS = st.none() | st.tuples(IDS, st.integers(1, 9))
OUTBOXED = st.builds(
    OutboxItem,
    INTENTS,
    st.integers(1, 99),
    CHANNELS,
    st.sampled_from(State),
    st.none() | TIMES,
    COUNTS,
    COUNTS,
    st.none() | IDS,
    TEXTS,
    st.none() | TIMES,
    st.none() | TIMES,
    st.lists(st.tuples(CHANNELS, VERDICTS), max_size=3).map(tuple),
    VERSIONS,
    VERSIONS,
    VERSIONS,
    st.lists(IDS, max_size=2).map(tuple),
)
OUTCOMES = st.one_of(
    st.builds(Sent, TEXTS, TEXTS),
    st.builds(Skipped, IDS),
    st.builds(Deferred, TIMES),
    st.builds(Failed, IDS, st.booleans()),
    st.builds(Unknown, IDS),
)
ATTEMPTS = st.builds(
    Attempt,
    st.just(an_intent(MARKER).key),
    st.integers(1, 99),
    CHANNELS,
    TIMES,
    OUTCOMES,
    st.none() | IDS,
)
KEYS = st.lists(TEXTS, max_size=3).map(tuple)
STEPS = st.builds(StepRecord, st.integers(1, 99), IDS, KEYS, IDS, KEYS, KEYS, KEYS)
JSON = st.recursive(
    st.none() | st.booleans() | COUNTS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
REMAINS = st.builds(
    Tombstone,
    st.dictionaries(TEXTS, JSON, max_size=3),
    st.dictionaries(TEXTS, COUNTS, max_size=3),
    st.none() | IDS,
)
RECORDS = OUTBOXED | ATTEMPTS | STEPS | REMAINS
SAMPLES: tuple[Record, ...] = (
    an_intent(MARKER),
    an_attempt(an_intent(MARKER), receipt=MARKER),
    StepRecord(1, "MOVED", (MARKER,), "ASSESS", (MARKER,), (MARKER,), (MARKER,)),
    left_of(MARKER),
)
every_sample = pytest.mark.parametrize("record", SAMPLES, ids=lambda one: type(one).__name__)


TABLES = {
    OutboxItem: "cx_outbox",
    Attempt: "cx_attempt",
    StepRecord: "cx_log",
    Tombstone: "cx_tombstones",
}


@attrs.frozen
class Kept:
    """One record in a journal, and its row."""

    engine: Engine
    journal: SqlJournal = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "journal", SqlJournal(self.engine))

    def write(self, record: Record) -> None:
        """Keep a record and nothing else."""
        self.journal.create()
        with self.engine.begin() as connection:
            connection.execute(text("DELETE FROM cx_customer"))
            connection.execute(text("DELETE FROM cx_tombstones"))
            connection.execute(text("DELETE FROM cx_erasure"))
        match record:
            case OutboxItem():
                write(self.journal, record.intent.customer, outbox=(record,))
            case Attempt():
                write(self.journal, MARKER, outbox=(an_intent(MARKER),), attempts=(record,))
            case StepRecord():
                journey = JourneyRecord("", {"events": None}, (record,))
                write(self.journal, MARKER, journeys=(journey,))
            case Tombstone():
                write(self.journal, MARKER, erased={"": record})

    def read(self, of: type[Record]) -> Record:
        """Return the record, read anew."""
        journal = self.journal
        if of is OutboxItem:
            (customer,) = journal.customers()
            return journal.read(customer).outbox[0]
        if of is Attempt:
            return journal.attempts(an_intent(MARKER).key)[0]
        if of is StepRecord:
            return journal.read(MARKER).journeys[0].steps[0]
        return journal.tombstones()[0]

    def row(self, of: type[Record]) -> str:
        """Return what stands in its row."""
        with self.engine.connect() as connection:
            found = connection.execute(text(f"SELECT data FROM {TABLES[of]}")).scalar_one()  # noqa: S608 - a name from above
            return str(found)

    def changed_to(self, of: type[Record], data: str) -> Record:
        """Write something else into its row, and read it."""
        with self.engine.begin() as connection:
            connection.execute(text(f"UPDATE {TABLES[of]} SET data = :data"), {"data": data})  # noqa: S608 - as above
        return self.read(of)


@pytest.fixture
def kept(sqlite_engine: Engine) -> Kept:
    """Keep records in an empty database."""
    return Kept(sqlite_engine)


def paths(data: Any, start: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of everything in some plain data."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(data, dict):
        inner = list(data.items())
    elif isinstance(data, list):
        inner = list(enumerate(data))
    found = [place for key, value in inner for place in paths(value, (*start, key))]
    return [start, *found]


def changed(data: Any, path: tuple[Any, ...], value: object) -> Any:
    """Return a copy of some plain data with another value at a place."""
    if not path:
        return value
    copied = dict(data) if isinstance(data, dict) else list(data)
    copied[path[0]] = changed(data[path[0]], path[1:], value)
    return copied


@pytest.mark.no_cover
def test_what_is_kept_comes_back(kept: Kept) -> None:
    """Every record comes back equal, and is written to the same text again."""

    @given(RECORDS)
    def check(record: Record) -> None:
        kept.write(record)
        of = type(record)
        again, row = kept.read(of), kept.row(of)
        assert again == record
        kept.write(again)
        assert kept.row(of) == row

    check()


@pytest.mark.no_cover
def test_plain_values_come_back(kept: Kept) -> None:
    """Any value of JSON is kept exactly, halves of surrogate pairs side by side too."""

    @given(JSON)
    @example(["\ud83d\ude00"])
    def check(value: object) -> None:
        left = Tombstone({"is": value}, {})
        kept.write(left)
        assert kept.read(Tombstone) == left

    check()


@every_sample
def test_anything_else_is_refused(kept: Kept, record: Record) -> None:
    """Whatever in it is left out, added or replaced by what is no such value is refused."""
    kept.write(record)
    of = type(record)
    data = json.loads(kept.row(of))
    opaque = ("journey",) if isinstance(record, Tombstone) else (None,)
    for path in paths(data):
        if path[:1] == opaque and len(path) > 1:
            continue
        inner = data
        for key in path:
            inner = inner[key]
        wrong: list[object] = [1.5, {"x": MARKER}, [{}], -1, "x" * 10_001]
        if isinstance(inner, dict) and path[:1] not in {opaque, ("intents",)}:
            wrong += [
                {**inner, MARKER: 1},
                *({k: inner[k] for k in inner if k != out} for out in inner),
            ]
        for value in wrong:
            if path[:1] == opaque and isinstance(value, dict):
                continue
            with pytest.raises(DecodeError) as refused:
                kept.changed_to(of, json.dumps(changed(data, path, value)))
            assert MARKER not in str(refused.value)
            assert refused.value.where.startswith("cx_")


@pytest.mark.no_cover
@every_sample
def test_texts_that_are_no_json_are_refused(kept: Kept, record: Record) -> None:
    """Half a text, deep nesting and other values of JSON give the same error."""
    kept.write(record)
    of = type(record)
    half = kept.row(of)[:-1]
    for row in (half, "[" * 100_000, "", "null", "[]", "9" * 5000, f'"{MARKER}"'):
        with pytest.raises(DecodeError) as refused:
            kept.changed_to(of, row)
        assert MARKER not in str(refused.value)


NEWER: dict[type, dict[str, object]] = {
    OutboxItem: {"playbook": None, "policy": None, "chart": None, "approved_by": ()},
    Attempt: {"by": None},
    Tombstone: {"by": None},
}


@every_sample
def test_a_record_of_an_older_form_is_read(kept: Kept, record: Record) -> None:
    """By what an intent was decided, and who did it, is not known then; it is written as it was."""
    of = type(record)
    if of not in NEWER:
        return
    older: Any = NEWER[of]
    old = attrs.evolve(record, **older)
    kept.write(record)
    data = json.loads(kept.row(of))
    assert data.pop("schema") == 2
    kept_beside = {name: data.pop(name) for name in NEWER[of]}
    assert all(kept_beside.values())
    row = json.dumps({"schema": 1, **data}, ensure_ascii=False, separators=(",", ":"))
    assert kept.changed_to(of, row) == old
    kept.write(old)
    assert kept.row(of) == row


@every_sample
def test_another_version_is_named_first(kept: Kept, record: Record) -> None:
    """Data of another version is refused for its version, whatever its keys."""
    kept.write(record)
    of = type(record)
    for data in ({"schema": 9}, {}, {**json.loads(kept.row(of)), "schema": "1"}):
        with pytest.raises(DecodeError) as refused:
            kept.changed_to(of, json.dumps(data))
        assert refused.value.where.endswith(".schema")


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("key", ""),
        ("customer", "somebody else"),
        ("channels", ["EMAIL", "EMAIL"]),
        ("channels", []),
        ("place", "NOWHERE"),
        ("planned_at", "2026-01-05T09:00:00"),
        ("planned_at", "9999-01-05T09:00:00+00:00"),
        ("engagement", "x" * 201),
    ],
)
def test_an_intent_that_contradicts_itself_is_refused(kept: Kept, path: str, value: object) -> None:
    """It must be for the customer in whose record it stands, and such that it could be made."""
    kept.write(an_intent(MARKER))
    data = json.loads(kept.row(OutboxItem))
    with pytest.raises(DecodeError) as refused:
        kept.changed_to(OutboxItem, json.dumps(changed(data, ("intent", path), value)))
    assert refused.value.where.startswith("cx_outbox.data.intent.")


@pytest.mark.parametrize(
    "fields",
    [
        {"next_at": datetime(2026, 1, 5)},  # noqa: DTZ001 - a naive time on purpose
        {"number": 0},
        {"reason": "x" * 10_001},
        {"digest": ""},
        {"said": ((Channel.POST, None),)},
        {"said": ((Channel.POST,),)},
        {"channel": object()},
    ],
)
def test_what_could_not_be_loaded_is_not_written(kept: Kept, fields: dict[str, Any]) -> None:
    """A record that nobody could read again is refused before it is written."""
    with pytest.raises(DecodeError):
        kept.write(attrs.evolve(an_intent(MARKER), **fields))


def test_an_outcome_of_no_known_kind_is_refused(kept: Kept) -> None:
    """What is said to have come of a call is one of five."""
    kept.write(an_attempt(an_intent(MARKER)))
    data = json.loads(kept.row(Attempt))
    data["outcome"]["came"] = MARKER
    with pytest.raises(DecodeError, match="Sent, Skipped, Deferred, Failed, Unknown"):
        kept.changed_to(Attempt, json.dumps(data))


@pytest.mark.parametrize("value", [object(), {1.5: {at(1)}}, float("nan"), {"a": b""}])
def test_values_that_are_not_plain_are_refused(kept: Kept, value: object) -> None:
    """Only what JSON can hold is written."""
    journey = JourneyRecord("", {"events": None, "odd": value})
    with pytest.raises(DecodeError):
        kept.journal.commit(Commit(MARKER, 0, journeys=(journey,)))
