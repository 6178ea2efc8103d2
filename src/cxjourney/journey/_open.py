"""A journey opened where it stands: a journal keeps that too, so that no event is folded again."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from cxjourney.chart import Chart
from cxjourney.errors import DecodeError
from cxjourney.journey._fold import BY_CLOCK, Course, Folder
from cxjourney.journey._journey import Journey
from cxjourney.journey._migration import Arrival
from cxjourney.journey._owed import Obligation, Owed, in_order, owed_of, rules_of
from cxjourney.journey._packing import pack_situation, unpack_situation
from cxjourney.journey._refolding._late import Log
from cxjourney.journey._refolding._retracted import FINAL, names_event, targets_of
from cxjourney.journey._step import Step
from cxjourney.journey._stored import SCHEMA, WRITTEN, event_form, kinds_of
from cxjourney.vocabulary import Event, EventKind, ExitReason

__all__ = ["FINAL", "names_event", "targets_of"]

Raws = Mapping[int, list[Any]]
"""Obligations as they are stored, by the identity of each."""


def standing_form(journey: Journey, base: Course, known: Raws) -> list[Any]:
    """Return where a journey stood before its last few events, as plain values without names.

    Args:
        journey: the journey.
        base: where it stood.
        known: obligations that need not be written again.
    """
    told: list[Any] = [*base]
    told[_SITUATION], told[_EXIT] = _packed(base.situation), _EXITS.index(base.exit)
    told[_OWED] = [known.get(id(one)) or _raw(*one) for one in in_order(base.owed)]
    for place in _MOMENTS:
        told[place] = told[place] and told[place].isoformat()
    as_of = journey.as_of and journey.as_of.isoformat()
    return [journey.customer, journey.engagement, journey.seq, as_of, told]


def last_of(journey: Journey, most: int) -> tuple[int, Course]:
    """Return the place of a journey's last few events in its history, and where it stood before.

    Args:
        journey: the journey.
        most: how many events; where it has no more, they are all.
    """
    log = journey._log  # noqa: SLF001 - it alone knows where a journey stood
    assert log is not None  # noqa: S101 - whatever is dispatched keeps its history
    place, left = len(log.steps), most
    while place and (left or log.steps[place - 1].seq == BY_CLOCK):
        place -= 1
        left -= log.steps[place].seq != BY_CLOCK
    return place, log.stood_at(place, journey.chart.compiled(Folder))


def before_moment(journey: Journey, at: datetime) -> tuple[int, Course]:
    """Return how many steps of a journey were before a moment, and where it stood after them."""
    log = journey._log  # noqa: SLF001 - as in last_of
    assert log is not None  # noqa: S101 - as in last_of
    place = bisect_left(log.steps, at, key=lambda step: step.event.at)
    while place and log.steps[place - 1].seq == BY_CLOCK:
        place -= 1
    return place, log.stood_at(place, journey.chart.compiled(Folder))


def head_form(
    journey: Journey, left_out: int, events: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what ``Journey.to_dict`` does of a journey that was not erased, with some events.

    Args:
        journey: the journey.
        left_out: how many of its events migrations left out.
        events: its events, or the new ones alone, as they are stored.
    """
    return {
        "schema": SCHEMA,
        "chart": {"key": journey.chart.key, "version": journey.chart.version},
        "customer": journey.customer,
        "engagement": journey.engagement,
        "seq": journey.seq,
        "as_of": journey.as_of and journey.as_of.isoformat(),
        "left_out": left_out,
        "events": [*events],
        "course": None,
        "counts": None,
    }


def opened_where_it_stands(
    data: Sequence[Any], last: Iterable[Mapping[str, Any]], chart: Chart
) -> tuple[Journey, Course, Raws] | None:
    """Return a journey that goes on from where it stands.

    Its history has the last few steps, and those from here on. Nothing may be recorded on it that
    comes before the last few events, nor what was recorded before.

    Args:
        data: what ``standing_form`` gave.
        last: the events after that, as they are stored.
        chart: the chart that it follows.

    Returns:
        the journey, where it stood before the last few events, and what was owed there as it is
        stored; None where something was owed by a rule that the chart has not any more.

    Raises:
        DecodeError: when the data is of any other form.
    """
    try:
        customer, engagement, seq, as_of, told = data
        base, raws = _course(told)
        clock = None if as_of is None else datetime.fromisoformat(as_of)
    except (TypeError, ValueError, LookupError):
        raise DecodeError("snapshot.journey", "values in another form", _FORM) from None
    folder = chart.compiled(Folder)
    if not rules_of(base.owed) <= folder.ledger.rules.keys():
        return None
    journey = Journey(customer, engagement, chart=chart)
    journey.seq, journey.as_of = seq, clock
    course, steps = folder.fold(map(chart.compiled(EventForms).read, last), clock, base)
    log = Log.of(steps)
    log.marks.append((0, base))
    journey._course, journey._log = course, log  # noqa: SLF001 - a journey that goes on
    return journey, base, raws


def _raw(rule: str, opened_at: datetime, due: datetime, event: str, cycle: int) -> list[Any]:
    return [rule, opened_at.isoformat(), due.isoformat(), event, cycle]


def _course(told: Sequence[Any]) -> tuple[Course, Raws]:
    values = [*told]
    values[_SITUATION], values[_EXIT] = _unpacked(told[_SITUATION]), _EXITS[told[_EXIT]]
    read = datetime.fromisoformat
    owed = [
        Obligation(rule, read(opened_at), read(due), event, cycle)
        for rule, opened_at, due, event, cycle in told[_OWED]
    ]
    values[_OWED] = owed_of(owed)
    for place in _MOMENTS:
        values[place] = told[place] and datetime.fromisoformat(told[place])
    return Course._make(values), dict(zip(map(id, owed), told[_OWED], strict=True))


_FORM = "what standing_form gives"
_EXITS = (None, *ExitReason)
_SITUATION, _EXIT, _OWED = map(Course._fields.index, ("situation", "exit", "owed"))
_MOMENTS = tuple(place for place, name in enumerate(Course._fields) if name.split("_")[-1] == "at")
# There are few situations, and a journey compares them faster where they are the same ones.
_packed = lru_cache(maxsize=4096)(pack_situation)
_unpacked = lru_cache(maxsize=4096)(unpack_situation)


def steps_of(journey: Journey) -> tuple[Step, ...]:
    """Return the steps of a journey that were folded, without what was retracted."""
    log = journey._log  # noqa: SLF001 - as in last_of
    return () if log is None else tuple(log.steps)


def retracted_on(journey: Journey) -> list[str]:
    """Return the ids of the events of a journey's history that were retracted."""
    log = journey._log  # noqa: SLF001 - as in last_of
    return [] if log is None else [*log.retracted]


def taken(journey: Journey, event: Event) -> Step:
    """Fold an event into a journey; a retraction only as a note that it was made.

    Raises:
        CxJourneyError: as ``Journey.record``.
    """
    if event.kind is not EventKind.RETRACTED:
        return journey.record(event)
    return journey._take(event)  # noqa: SLF001 - what it names is left out already


def owed_on(journey: Journey) -> Owed:
    """Return what is owed on a journey, as a structure that its changes share."""
    return journey._course.owed  # noqa: SLF001 - as in standing_form


def stands_at(journey: Journey) -> tuple[Course, datetime | None]:
    """Return where a journey stands, and up to when it knows the time."""
    return journey._course, journey.as_of  # noqa: SLF001 - as in standing_form


def is_late(journey: Journey, event: Event) -> bool:
    """Say whether an event comes before one that the journey has."""
    return not journey._course.precedes(event)  # noqa: SLF001 - as in standing_form


class EventForms:
    """The forms in which the events of a chart are stored, each with its number."""

    def __init__(self, chart: Chart) -> None:
        self._form = event_form(kinds_of(chart))

    def read(self, data: object) -> Arrival:
        """Return an event that was stored, and its number.

        Raises:
            DecodeError: when the data is of any other form.
        """
        event, seq, _ = self._form.decode(data, "event")
        return event, seq


def write_event(event: Event, seq: int) -> dict[str, Any]:
    """Return an event and its number as plain values that JSON can hold."""
    plain: dict[str, Any] = WRITTEN.write((event, seq))
    return plain
