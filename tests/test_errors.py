"""Errors: one base, fitting built-ins, data as attributes, whole after a pickle."""

import copy
import pickle
from datetime import UTC, datetime, timedelta
from enum import Enum

import attrs
import pytest

from cxjourney import CxJourneyError, DecodeError, RefusedError, errors
from cxjourney.chart import FaultKind
from cxjourney.errors import (
    BusyError,
    ChartNotFoundError,
    ConflictError,
    ErasedError,
    FaultsError,
    InvalidError,
    JournalError,
    LateEventError,
    MalformedEventError,
    MigrationError,
    MissingExtraError,
    NaiveTimeError,
    NotSettledError,
    QuotaError,
    RenderError,
    SequenceError,
    UnknownKindError,
)


class Reason(Enum):
    """As a kind of fault, or the state of an intent, may be."""

    MISSING = "values_missing"


AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SHADOWED = InvalidError("X01", "T02 comes first", "replace T02", FaultKind.SHADOWED)
TRAP = InvalidError("ADMIT", "nothing leads on", "add a row", FaultKind.TRAP)
WINDOW = InvalidError("ADMIT", "silence is 0", "give a timedelta", FaultKind.BAD_WINDOW)
CHART_ERROR = FaultsError("chart 'mine' has 3 fault(s)", [SHADOWED, TRAP, WINDOW])
SAMPLES: list[tuple[Exception, type[Exception], tuple[str, ...]]] = [
    (
        MalformedEventError("purchased.payload.amount", "float", "a finite Decimal"),
        ValueError,
        ("purchased", "payload.amount", "float", "expected a finite Decimal"),
    ),
    (
        NaiveTimeError("left.at", "09:00 without a time zone", "an aware datetime"),
        ValueError,
        ("left", "at", "without a time zone", "expected an aware datetime"),
    ),
    (
        UnknownKindError("demo_booked", ("asked", "left")),
        LookupError,
        ("'demo_booked'", "known: asked, left"),
    ),
    (
        UnknownKindError("str of 9 characters", ("asked", "left")),
        LookupError,
        ("unknown event kind str of 9 characters; known: asked, left",),
    ),
    (
        UnknownKindError("str of 4 characters", ("asked", "left"), "EventKind.LEFT"),
        LookupError,
        ("str of 4 characters is no event kind; give EventKind.LEFT, not the text",),
    ),
    (
        MigrationError("migration from 'a' version 1 to 'b' version 1", "no row", "a row"),
        ValueError,
        ("migration from 'a' version 1", "no row", "expected a row"),
    ),
    (
        JournalError("Commit.outbox", "the same one twice", "each once"),
        ValueError,
        ("Commit.outbox: the same one twice; expected each once",),
    ),
    (
        RenderError("welcome", "blank name", "a value", Reason.MISSING, names=("name",)),
        ValueError,
        ("welcome: blank name; expected a value",),
    ),
    (
        NotSettledError("k1", Reason.MISSING, "sent"),
        LookupError,
        ("intent k1 is values_missing; expected sent",),
    ),
    (
        NotSettledError("k1", None, "sent"),
        LookupError,
        ("intent k1 is not in the journal; expected sent",),
    ),
    (
        QuotaError("record.event", "one more beside 2", "at most 2"),
        ValueError,
        ("record.event: one more beside 2; expected at most 2",),
    ),
    (
        InvalidError("", "text", "a number", column="age", rows=(1, 4), count=7),
        ValueError,
        ("column 'age', rows 1, 4 and 5 more (counted from 0): text; expected a number",),
    ),
    (
        InvalidError("log.csv", "blank", "an id", column="who", lines=(3,)),
        ValueError,
        ("log.csv, column 'who', line 3: blank; expected an id",),
    ),
    (InvalidError("", "nothing", "something"), ValueError, ("nothing; expected something",)),
    (
        RefusedError("moved_to_adopt", "T29.adopt", ("purchased",), ("moved_to_admit",)),
        RuntimeError,
        ("moved_to_adopt", "T29.adopt", "needs purchased", "allowed now: moved_to_admit"),
    ),
    (
        RefusedError("moved_to_adopt", "T29", (), ()),
        RuntimeError,
        ("moved_to_adopt", "T29", "no row of the chart", "allowed now: none"),
    ),
    (
        RefusedError("retracted", "T30", ("event_on_record",), (), "an id on record"),
        RuntimeError,
        ("retracted", "T30", "needs event_on_record", "expected an id on record"),
    ),
    (ErasedError("left", "T28", (), ()), RuntimeError, ("left", "erased", "final")),
    (
        LateEventError("left", AT, AT + timedelta(1)),
        ValueError,
        ("left", AT.isoformat(), "2026-01-06", "history=True"),
    ),
    (SequenceError(3, 5), RuntimeError, ("expected=3", "at 5", "read it again")),
    (
        ConflictError("left.id", "the id of another event, which differs in at", "its own"),
        ValueError,
        ("left.id", "another event", "differs in at", "expected its own"),
    ),
    (BusyError(), RuntimeError, ("right now", "not recorded", "hold a lock")),
    (
        DecodeError("events[3].at", "a text of 3 characters", "a time"),
        ValueError,
        ("events[3].at", "a text of 3 characters", "expected a time"),
    ),
    (
        ChartNotFoundError("mine", 4),
        LookupError,
        ("'mine'", "version 4", "import the module", "migration"),
    ),
    (
        MissingExtraError("hypothesis", "testing"),
        ImportError,
        ("pip install", "cxjourney[testing]"),
    ),
    (SHADOWED, ValueError, ("X01", "shadowed row", "T02 comes first", "replace T02")),
    (
        CHART_ERROR,
        ExceptionGroup,
        ("'mine'", "X01: shadowed row", "ADMIT: trap", "ADMIT: bad window", "give a timedelta"),
    ),
    (CxJourneyError("anything"), Exception, ("anything",)),
]

samples = pytest.mark.parametrize(("error", "builtin", "words"), SAMPLES, ids=range(len(SAMPLES)))


def test_every_error_has_a_sample() -> None:
    """All that the module offers is checked here."""
    assert {type(error).__name__ for error, *_ in SAMPLES} == set(errors.__all__)


@samples
def test_errors_have_a_base_and_a_fitting_builtin(
    error: Exception, builtin: type[Exception], words: tuple[str, ...]
) -> None:
    """Each error is a CxJourneyError and a built-in, and says what, with what, and what not."""
    assert isinstance(error, CxJourneyError)
    assert isinstance(error, builtin)
    assert type(error).__doc__
    for word in words:
        assert word in str(error)


def values(error: Exception) -> object:
    """Return an error's data, that of a group's members too."""
    if isinstance(error, FaultsError):
        return error.message, [values(one) for one in error.exceptions]
    of = type(error)
    fields = attrs.fields_dict(of) if attrs.has(of) else ()
    return of, error.args, [getattr(error, name) for name in fields]


@samples
def test_errors_are_pickled_whole(
    error: Exception, builtin: type[Exception], words: tuple[str, ...]
) -> None:
    """An error that crosses a process keeps type, data and words, by every protocol."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - pickled a moment ago
        assert isinstance(again, builtin)
        assert values(again) == values(error)
        assert str(again) == str(error)
        assert all(word in str(again) for word in words)


@samples
def test_errors_are_copied_whole(
    error: Exception, builtin: type[Exception], words: tuple[str, ...]
) -> None:
    """A copied error keeps type, data and words."""
    for again in (copy.copy(error), copy.deepcopy(error)):
        assert isinstance(again, builtin)
        assert values(again) == values(error)
        assert all(word in str(again) for word in words)


@samples
def test_errors_can_be_raised_from_others(
    error: Exception, builtin: type[Exception], words: tuple[str, ...]
) -> None:
    """Raised as usual, with a cause and a note, an error keeps both; nothing about it is frozen."""
    again = copy.copy(error)
    again.add_note("while reading line 7")
    with pytest.raises(builtin) as caught:
        raise again from KeyError("cause")
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.__notes__ == ["while reading line 7"]
    assert words[0] in str(caught.value)


def test_many_faults_are_one_group() -> None:
    """``except*`` takes a chart's faults apart, and what is left is still a FaultsError."""
    seen: list[BaseException] = []
    try:
        raise CHART_ERROR
    except* InvalidError as group:
        seen.extend(group.exceptions)
    assert seen == [SHADOWED, TRAP, WINDOW]


def test_faults_are_split_by_what_they_are() -> None:
    """``split`` and ``subgroup`` give FaultsErrors with the same message."""

    def traps(error: Exception) -> bool:
        return isinstance(error, InvalidError) and error.kind is FaultKind.TRAP

    inside, outside = CHART_ERROR.split(traps)
    assert isinstance(inside, FaultsError)
    assert isinstance(outside, FaultsError)
    assert inside.exceptions == (TRAP,)
    assert outside.exceptions == (SHADOWED, WINDOW)
    assert inside.message == outside.message == CHART_ERROR.message
    found = CHART_ERROR.subgroup(InvalidError)
    assert isinstance(found, FaultsError)
    assert found.exceptions == CHART_ERROR.exceptions
    assert CHART_ERROR.subgroup(KeyError) is None


def test_fault_kinds_are_words() -> None:
    """Every kind of fault that issue and code speak of reads as words."""
    assert {kind.value for kind in FaultKind} >= {
        "unknown place",
        "unknown event",
        "unreachable",
        "trap",
        "shadowed row",
        "ambiguous rows",
        "bad guard",
        "name clash",
    }


def test_an_error_tells_the_place_inside_the_thing() -> None:
    """What stands after the first point is the field; without a point it is the whole place."""
    assert InvalidError("Content.id", "", "").field == "id"
    assert InvalidError("purchased.payload.amount", "", "").field == "payload.amount"
    assert InvalidError("share", "", "").field == "share"


def test_a_rendering_fails_for_a_short_reason() -> None:
    """The kind of fault is what a hook may give as its reason."""
    assert RenderError("welcome", "x", "y", Reason.MISSING).reason == "values_missing"
    assert RenderError("welcome", "x", "y").reason == ""


def test_places_are_safe_for_a_terminal() -> None:
    """Names that come from files cannot command a terminal, and stay short."""
    error = InvalidError("a\x1b[31m.csv", "x", "y", column="b\n" * 100)
    assert str(error).isprintable()
    assert len(str(error)) < 120
