"""The stored form of intents, outcomes and steps: exact both ways, and anything else is refused."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import DecodeError
from cxjourney.channels import Deferred, Failed, Intent, Sent, Skipped, Unknown
from cxjourney.channels.policy import Ruling, Verdict
from cxjourney.dispatch.journal import Attempt, OutboxItem, State, StepRecord, Tombstone
from cxjourney.dispatch.journal._records_stored import dump, dump_value, load, load_value
from cxjourney.testing import times
from cxjourney.vocabulary import Channel, Phase, Purpose, Standing
from tests.dispatch.journal.records import an_attempt, an_intent, at, left_of

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
)
OUTCOMES = st.one_of(
    st.builds(Sent, TEXTS, TEXTS),
    st.builds(Skipped, IDS),
    st.builds(Deferred, TIMES),
    st.builds(Failed, IDS, st.booleans()),
    st.builds(Unknown, IDS),
)
ATTEMPTS = st.builds(Attempt, IDS, st.integers(1, 99), CHANNELS, TIMES, OUTCOMES)
KEYS = st.lists(TEXTS, max_size=3).map(tuple)
STEPS = st.builds(StepRecord, st.integers(1, 99), IDS, KEYS, IDS, KEYS, KEYS, KEYS)
JSON = st.recursive(
    st.none() | st.booleans() | COUNTS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
REMAINS = st.builds(
    Tombstone, st.dictionaries(TEXTS, JSON, max_size=3), st.dictionaries(TEXTS, COUNTS, max_size=3)
)
RECORDS = OUTBOXED | ATTEMPTS | STEPS | REMAINS
SAMPLES: tuple[Record, ...] = (
    an_intent(MARKER),
    an_attempt(an_intent(MARKER), receipt=MARKER),
    StepRecord(1, "MOVED", (MARKER,), "ASSESS", (MARKER,), (MARKER,), (MARKER,)),
    left_of(MARKER),
)
every_sample = pytest.mark.parametrize("record", SAMPLES, ids=lambda one: type(one).__name__)


def reload(record: Record, text: str) -> Record:
    """Load a text as a record of the same type as another."""
    of: Any = type(record)
    loaded: Record = load(of, text)
    return loaded


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


@given(RECORDS)
def test_what_is_dumped_is_loaded(record: Record) -> None:
    """Every record comes back equal, and is dumped to the same text."""
    text = dump(record)
    again = reload(record, text)
    assert again == record
    assert dump(again) == text


@given(JSON)
def test_plain_values_come_back(value: object) -> None:
    """Any value of JSON is kept exactly, halves of surrogate pairs side by side too."""
    assert load_value(dump_value(value), "data") == value


def test_halves_side_by_side_stay_two_characters() -> None:
    """JSON would make one character of two escaped halves."""
    assert list(load_value(dump_value("\ud83d\ude00"), "data")) == ["\ud83d", "\ude00"]


@every_sample
def test_anything_else_is_refused(record: Record) -> None:
    """Whatever in it is left out, added or replaced by what is no such value is refused."""
    data = json.loads(dump(record))
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
                reload(record, json.dumps(changed(data, path, value)))
            assert MARKER not in str(refused.value)
            assert refused.value.where.startswith(type(record).__name__.lower())


@every_sample
def test_texts_that_are_no_json_are_refused(record: Record) -> None:
    """Half a text, deep nesting and other values of JSON give the same error."""
    for text in (dump(record)[:-1], "[" * 100_000, "", "null", "[]", "9" * 5000, f'"{MARKER}"'):
        with pytest.raises(DecodeError) as refused:
            reload(record, text)
        assert MARKER not in str(refused.value)


@every_sample
def test_another_version_is_named_first(record: Record) -> None:
    """Data of another version is refused for its version, whatever its keys."""
    for data in ({"schema": 2}, {}, {**json.loads(dump(record)), "schema": "1"}):
        with pytest.raises(DecodeError) as refused:
            reload(record, json.dumps(data))
        assert refused.value.where.endswith(".schema")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("key", "0" * 32),
        ("customer", "somebody else"),
        ("channels", ["EMAIL", "EMAIL"]),
        ("channels", []),
        ("place", "NOWHERE"),
        ("planned_at", "2026-01-05T09:00:00"),
        ("planned_at", "9999-01-05T09:00:00+00:00"),
        ("engagement", "x" * 201),
    ],
)
def test_an_intent_that_contradicts_itself_is_refused(path: str, value: object) -> None:
    """Its key must be that of its fields, and its fields must be such that it could be made."""
    data = json.loads(dump(an_intent(MARKER)))
    with pytest.raises(DecodeError) as refused:
        load(OutboxItem, json.dumps(changed(data, ("intent", path), value)))
    assert refused.value.where.startswith("outboxitem.intent.")


@pytest.mark.parametrize(
    "fields",
    [
        {"next_at": datetime(2026, 1, 5)},  # noqa: DTZ001 - a naive time on purpose
        {"number": 0},
        {"reason": "x" * 10_001},
        {"digest": ""},
        {"state": "PLANNED?"},
        {"said": ((Channel.POST, None),)},
        {"said": ((Channel.POST,),)},
        {"channel": object()},
    ],
)
def test_what_could_not_be_loaded_is_not_dumped(fields: dict[str, Any]) -> None:
    """A record that nobody could read again is refused before it is written."""
    with pytest.raises(DecodeError):
        dump(attrs.evolve(an_intent(MARKER), **fields))


def test_an_outcome_of_no_known_kind_is_refused() -> None:
    """What is said to have come of a call is one of five."""
    data = json.loads(dump(an_attempt(an_intent(MARKER))))
    data["outcome"]["came"] = MARKER
    with pytest.raises(DecodeError, match="Sent, Skipped, Deferred, Failed, Unknown"):
        load(Attempt, json.dumps(data))


@pytest.mark.parametrize("value", [object(), {1.5: {at(1)}}, float("nan"), {"a": b""}])
def test_values_that_are_not_plain_are_refused(value: object) -> None:
    """Only what JSON can hold is written."""
    with pytest.raises(DecodeError):
        dump_value(value)
