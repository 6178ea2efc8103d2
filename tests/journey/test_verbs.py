"""The typed methods of a journey: one for every kind, with its fields and nothing else."""

import inspect
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney import CxJourneyError, RefusedError
from cxjourney.errors import MalformedEventError, NaiveTimeError, SequenceError
from cxjourney.journey import Journey, Obligation, Step
from cxjourney.testing import payloads
from cxjourney.vocabulary import EventKind, Field, Lang, Phase, Touchpoint

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
KINDS = EventKind.builtin()
THEIRS = "Mari Maasikas"
OWED = Obligation("answer", AT, AT, "e1", 1)

NAME = "mine, and as long as no drawn text is " + "-" * 100

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def parameters(kind: EventKind) -> dict[str, inspect.Parameter]:
    """Return the parameters of a verb, without the journey itself."""
    found = dict(inspect.signature(getattr(Journey, kind.name)).parameters)
    del found["self"]
    return found


def say(journey: Journey, kind: EventKind, **arguments: object) -> Step:
    """Record an event by its verb."""
    step = getattr(journey, kind.name)(**arguments)
    assert isinstance(step, Step)
    return step


def least(kind: EventKind) -> dict[str, Any]:
    """Return the arguments that a verb requires, apart from the time."""
    arguments: dict[str, Any] = {}
    for field in kind.fields:
        if field.required and issubclass(field.of, Enum):
            arguments[field.name] = next(iter(field.of))
        elif field.required:
            arguments[field.name] = AT if field.of is datetime else "x"
    if "obligation" in arguments:
        arguments["obligation"] = OWED
    return arguments


def begun(kind: EventKind) -> Journey:
    """Return a journey on which a kind can be recorded: to take something back there is one."""
    journey = Journey("c1")
    if kind is EventKind.RETRACTED:
        journey.contacted(at=AT, id="x")
    return journey


@every_kind
def test_every_kind_has_its_verb(kind: EventKind) -> None:
    """The verb has the kind's name, and says what it is for."""
    verb = getattr(Journey, kind.name)
    assert verb.__doc__
    assert verb.__doc__.splitlines()[0].endswith(".")


def test_there_is_no_verb_without_a_kind() -> None:
    """Each method that takes how an event is recorded is a kind's; ``erase`` has two names."""
    verbs = {
        name
        for name, method in inspect.getmembers(Journey, inspect.isfunction)
        if "recording" in inspect.signature(method).parameters and not name.startswith("_")
    }
    assert verbs == {"erase", *(kind.name for kind in KINDS)}


@every_kind
def test_parameters_are_the_fields(kind: EventKind) -> None:
    """A verb takes the kind's fields, those required first, then the time by keyword."""
    found = parameters(kind)
    fields = {field.name: field for field in kind.fields}
    assert set(found) == {*fields, "at", "recording"}
    assert found["at"].kind is inspect.Parameter.KEYWORD_ONLY
    assert found["at"].default is inspect.Parameter.empty
    assert found["recording"].kind is inspect.Parameter.VAR_KEYWORD
    for name, field in fields.items():
        assert (found[name].default is inspect.Parameter.empty) == field.required
        if not field.required:
            assert found[name].kind is inspect.Parameter.KEYWORD_ONLY
            assert found[name].default is (False if name == "force" else None)


@every_kind
def test_types_are_those_of_the_fields(kind: EventKind) -> None:
    """A verb's annotations are its fields' types; obligations are given as such."""
    hints = get_type_hints(getattr(Journey, kind.name))
    assert hints["return"] is Step
    assert hints["at"] is datetime
    for field in kind.fields:
        expected: Any = Obligation if field.name == "obligation" else field.of
        optional = not field.required and field.of is not bool
        assert hints[field.name] == (expected | None if optional else expected)


def test_every_verb_can_be_recorded_the_same_way() -> None:
    """What every verb takes by keyword is an id and an expected sequence number."""
    (recording,) = {
        get_args(get_type_hints(getattr(Journey, kind.name))["recording"]) for kind in KINDS
    }
    assert get_type_hints(recording[0]) == {"id": str, "expected": int}


@every_kind
@settings(max_examples=max(2, settings().max_examples // 6))
@given(st.data())
def test_a_verb_records_its_kind_and_payload(kind: EventKind, data: st.DataObject) -> None:
    """The event has the verb's kind, time and id, and the fields that were given."""
    payload = data.draw(payloads(kind, forced=True))
    if "event" in payload:
        payload["event"] = str(payload["event"])[:100]
    arguments: dict[str, object] = dict(payload)
    if "obligation" in payload:
        arguments["obligation"] = OWED
        payload["obligation"] = OWED.key
    if kind is EventKind.MOVED:
        payload["force"] = arguments["force"] = True
    journey = Journey("c1")
    journey.purchased(at=AT, id=str(payload.get("event", "first")))
    step = say(journey, kind, at=AT + timedelta(1), id=NAME, **arguments)
    event = step.event
    assert (event.kind, event.at, event.id) == (kind, AT + timedelta(1), NAME)
    assert {name: _instant(value) for name, value in event.payload.items()} == {
        name: _instant(value) for name, value in payload.items()
    }


def _instant(value: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@pytest.mark.no_cover
@every_kind
def test_a_verb_needs_little(kind: EventKind) -> None:
    """With only what is required, the payload holds that and no empty fields."""
    journey = begun(kind)
    before = journey.seq
    step = say(journey, kind, at=AT, **least(kind))
    assert set(step.event.payload) == {field.name for field in kind.fields if field.required}
    assert re.fullmatch(f"#{before + 1}:[0-9a-f]{{8}}", step.event.id)
    assert journey.seq == before + 1


@pytest.mark.no_cover
@every_kind
def test_a_verb_passes_id_and_sequence_number(kind: EventKind) -> None:
    """With a wrong ``expected`` nothing is recorded; with the right one it is, once an id."""
    journey = begun(kind)
    before = journey.seq
    with pytest.raises(SequenceError) as caught:
        say(journey, kind, at=AT, id="mine", expected=3, **least(kind))
    assert (caught.value.expected, caught.value.actual) == (3, before)
    assert (journey.seq, len(journey.history)) == (before, before)
    step = say(journey, kind, at=AT, id="mine", expected=before, **least(kind))
    assert (step.event.id, step.seq, journey.seq) == ("mine", before + 1, before + 1)
    again = say(journey, kind, at=AT, id="mine", expected=before, **least(kind))
    assert (again.event, again.seq, journey.seq) == (step.event, before + 1, before + 1)


@pytest.mark.no_cover
@every_kind
def test_a_verb_needs_its_time_by_keyword(kind: EventKind) -> None:
    """Without a time nothing is recorded, and a naive one is refused by kind."""
    journey = Journey("c1")
    with pytest.raises(TypeError):
        say(journey, kind, **least(kind))
    with pytest.raises(NaiveTimeError) as caught:
        say(journey, kind, at=AT.replace(tzinfo=None), **least(kind))
    assert caught.value.where == f"{kind.name}.at"
    assert journey.seq == 0


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind in KINDS for field in kind.fields if field.name != "obligation"],
    ids=str,
)
def test_a_verb_refuses_what_its_kind_refuses(kind: EventKind, field: Field) -> None:
    """A value of the wrong type is refused with the field's name, and nothing is recorded."""
    journey = Journey("c1")
    with pytest.raises(MalformedEventError) as caught:
        say(journey, kind, at=AT, **(least(kind) | {field.name: 4.5}))
    assert caught.value.where == f"{kind.name}.payload.{field.name}"
    assert journey.seq == 0


@pytest.mark.no_cover
@given(st.lists(st.none() | st.integers(1, 9).map(lambda number: f"#{number}"), max_size=12))
def test_automatic_ids_collide_with_nothing(ids: list[str | None]) -> None:
    """Among ids that look like its own, the journey numbers its events without a clash."""
    journey = Journey("c1")
    given_ids: set[str] = set()
    for event_id in ids:
        if event_id is None:
            taken = {step.event.id for step in journey.history}
            assert journey.contacted(at=AT).event.id not in taken
        else:
            given_ids.add(event_id)
            journey.contacted(at=AT, id=event_id)
    found = [step.event.id for step in journey.history]
    assert len(set(found)) == len(found) == journey.seq
    assert given_ids <= set(found)


@every_kind
def test_no_text_of_a_customer_is_repeated(kind: EventKind) -> None:
    """Neither repr nor explanation of step, journey and answers repeats a text of the payload."""
    journey = begun(kind)
    texts = {field.name for field in kind.fields if field.of is str} - {"obligation", "event"}
    step = say(journey, kind, at=AT, **(least(kind) | dict.fromkeys(texts, THEIRS)))
    told = [repr(step), repr(journey), repr(journey.history), repr(journey.owed)]
    told += [repr(journey.due(AT)), repr(journey.why_not(kind, to=least(kind).get("to")))]
    told += [one.explain(lang) for one in (step, journey) for lang in Lang]
    assert not [text for text in told if THEIRS in text]
    assert all(step.event.payload[name] == THEIRS for name in texts)


def test_force_is_recorded_only_when_given() -> None:
    """An order that is not forced has no ``force`` in its payload."""
    journey = Journey("c1")
    plain = journey.moved(Phase.ADMIT, at=AT, actor="maia", reason="typing error")
    assert "force" not in plain.event.payload
    forced = journey.moved(Phase.ADOPT, at=AT, actor="maia", reason="typing error", force=True)
    assert forced.event.payload["force"] is True
    assert journey.forced


@pytest.mark.parametrize("missing", ["actor", "reason"])
def test_an_order_needs_actor_and_reason(missing: str) -> None:
    """Nobody moves a journey without a name and a reason (T29), forced or not."""
    journey = Journey("c1")
    for force in (False, True):
        arguments = {**least(EventKind.MOVED), missing: "  ", "force": force}
        with pytest.raises(MalformedEventError, match=f"payload.{missing}"):
            say(journey, EventKind.MOVED, at=AT, **arguments)
    assert journey.seq == 0


def test_a_refused_order_changes_nothing() -> None:
    """An order whose guards fail is refused with the guards and the orders that would pass."""
    journey = Journey("c1")
    with pytest.raises(RefusedError) as caught:
        journey.moved(Phase.ADOPT, at=AT, actor="maia", reason="typing error")
    error = caught.value
    assert (error.order, error.row) == ("moved_to_adopt", "T29.adopt")
    assert error.failed == ("purchased", "outcome_achieved", "feedback_closed")
    assert error.allowed == ("moved_to_assess", "moved_to_admit", "moved_to_affirm")
    assert (journey.seq, journey.history) == (0, ())


def test_obligations_are_named_by_key() -> None:
    """An obligation that is given as such stands in the payload by its key."""
    journey = Journey("c1")
    (owed,) = journey.asked("?", at=AT).opened
    answered = journey.answered(at=AT, obligation=owed, answer="!")
    assert answered.event.payload == {"obligation": owed.key, "answer": "!"}
    assert answered.met == (owed,)


def test_values_of_every_type_are_kept() -> None:
    """Texts, numbers, amounts, times and words are recorded as they were given."""
    journey = Journey("c1")
    bought = journey.purchased(at=AT, amount=Decimal("19.90"), currency="EUR", item="kettle")
    expected = {"amount": Decimal("19.90"), "currency": "EUR", "item": "kettle"}
    assert bought.event.payload == expected
    touched = journey.touched(Touchpoint.WEB_SITE, at=AT)
    assert isinstance(touched.event.payload["touchpoint"], Enum)


def test_a_misspelt_argument_is_refused() -> None:
    """A keyword that the verb does not know is an error, not a lost amount."""
    journey = Journey("c1")
    with pytest.raises((TypeError, CxJourneyError)):
        journey.purchased(at=AT, amuont=Decimal(5))  # type: ignore[call-arg]


def test_an_empty_id_is_refused() -> None:
    """A verb refuses the id that an event would refuse."""
    with pytest.raises(MalformedEventError):
        Journey("c1").contacted(at=AT, id="")
