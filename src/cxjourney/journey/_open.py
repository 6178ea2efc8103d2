"""A journey opened where it stands: a journal keeps that too, so that no event is folded again."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, ClassVar

from cxjourney.chart import Chart
from cxjourney.errors import DecodeError
from cxjourney.journey._fold import BY_CLOCK, Course, Folder
from cxjourney.journey._journey import Journey
from cxjourney.journey._migration import Arrival
from cxjourney.journey._owed import (
    Many,
    Owed,
    Owing,
    Queue,
    in_order,
    owed_of,
    rules_of,
)
from cxjourney.journey._packing import pack_situation, unpack_situation
from cxjourney.journey._refolding._late import Log
from cxjourney.journey._refolding._retracted import FINAL, names_event, targets_of
from cxjourney.journey._runs._kept_run import KeptRun
from cxjourney.journey._runs._obligation import Obligation
from cxjourney.journey._step import Step
from cxjourney.journey._stored import SCHEMA, WRITTEN, event_form, kinds_of
from cxjourney.vocabulary import Event, EventKind, ExitReason

__all__ = ["FINAL", "names_event", "targets_of"]

Raws = Mapping[int, list[Any]]
"""Obligations as they are stored, by the identity of each."""
Texts = Mapping[int, str | None]
"""Runs of obligations as they are stored: where many are owed, they stand by themselves."""


def standing_form(journey: Journey, base: Course, known: Raws) -> tuple[list[Any], dict[int, str]]:
    """Return where a journey stood before its last few events, as plain values without names.

    Args:
        journey: the journey.
        base: where it stood.
        known: obligations that need not be written again.

    Returns:
        the values, and the runs of what was owed where that is much.
    """
    told: list[Any] = [*base]
    texts: dict[int, str] = {}
    told[_SITUATION], told[_EXIT] = _packed(base.situation), _EXITS.index(base.exit)
    if isinstance(base.owed, tuple):
        told[_OWED] = [known.get(id(one)) or _raw(*one) for one in base.owed]
    else:
        told[_OWED] = {
            rule: _runs(queue, texts)
            if isinstance(queue, Many)
            else [known.get(id(one)) or _raw(*one) for one in queue]
            for rule, queue in base.owed.queues.items()
        }
    for place in _MOMENTS:
        told[place] = told[place] and told[place].isoformat()
    as_of = journey.as_of and journey.as_of.isoformat()
    return [journey.customer, journey.engagement, journey.seq, as_of, told], texts


def _runs(queue: Many, texts: dict[int, str]) -> dict[str, Any]:
    """Return what is told of the runs of a rule, and take note of their texts."""
    told: list[Sequence[Any]] = []
    for run in [one if isinstance(one, KeptRun) else KeptRun.of(one) for one in queue.runs]:
        number = run.head[0]
        while number in texts:
            number += 1
        told += [[number, *run.head[1:]]]
        texts[number] = run.text
    return {"in_turn": queue.in_turn, "runs": told}


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
    data: Sequence[Any], last: Iterable[Mapping[str, Any]], chart: Chart, texts: Texts
) -> tuple[Journey, Course, Raws] | None:
    """Return a journey that goes on from where it stands.

    Its history has the last few steps, and those from here on. Nothing may be recorded on it that
    comes before the last few events, nor what was recorded before.

    Args:
        data: what ``standing_form`` gave.
        last: the events after that, as they are stored.
        chart: the chart that it follows.
        texts: the runs that stand by themselves.

    Returns:
        the journey, where it stood before the last few events, and what was owed there as it is
        stored; None where something was owed by a rule that the chart has not any more.

    Raises:
        DecodeError: when the data is of any other form.
    """
    try:
        customer, engagement, seq, as_of, told = data
        base, raws = _course(told, texts)
        clock = None if as_of is None else datetime.fromisoformat(as_of)
    except DecodeError:
        raise
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


def _course(told: Sequence[Any], texts: Texts) -> tuple[Course, Raws]:
    values = [*told]
    values[_SITUATION], values[_EXIT] = _unpacked(told[_SITUATION]), _EXITS[told[_EXIT]]
    of, raws = told[_OWED], dict[int, list[Any]]()
    if isinstance(of, dict):
        queues = {rule: _queue(rule, queue, texts, raws) for rule, queue in of.items()}
        values[_OWED] = Owing(sum(map(len, queues.values())), queues)
    else:
        values[_OWED] = owed_of(_few(of, raws))
    for place in _MOMENTS:
        values[place] = told[place] and datetime.fromisoformat(told[place])
    return Course._make(values), raws


def _obligation(rule: str, opened_at: str, due: str, event: str, cycle: int) -> Obligation:
    read = datetime.fromisoformat
    return Obligation(rule, read(opened_at), read(due), event, cycle)


def _few(told: Sequence[list[Any]], raws: dict[int, list[Any]]) -> tuple[Obligation, ...]:
    owed = tuple([_obligation(*one) for one in told])
    raws.update(zip(map(id, owed), told, strict=True))
    return owed


def _queue(rule: str, told: Any, texts: Texts, raws: dict[int, list[Any]]) -> Queue:  # noqa: ANN401 - either form
    if not isinstance(told, dict):
        return _few(told, raws)
    heads = [(number, size, begin, end) for number, size, begin, end in told["runs"]]
    if any(head[0] not in texts for head in heads):
        raise DecodeError("cx_run.number", "a run is missing", "all that the snapshot names")
    runs = [KeptRun(rule, head, texts[head[0]] or "") for head in heads]
    return Many.of(sum([size for _, size, *_ in heads]), runs, in_turn=told["in_turn"])


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


class Listed(Sequence[Obligation]):
    """All that is owed in the order of opening, one journey after the other; made when looked into.

    Args:
        owed: what is owed on each journey, with the order of its rules.
    """

    __slots__ = ("_listed", "_owed")
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __init__(self, owed: Sequence[tuple[Owed, Iterable[str]]]) -> None:
        self._owed = owed
        self._listed: tuple[Obligation, ...] | None = None

    @property
    def rules(self) -> AbstractSet[str]:
        """The rules by which something is owed."""
        return {rule for owed, _ in self._owed for rule in rules_of(owed)}

    def all(self) -> tuple[Obligation, ...]:
        """Return all of it."""
        if self._listed is None:
            lists = (in_order(owed, rules) for owed, rules in self._owed)
            self._listed = tuple(chain.from_iterable(lists))
        return self._listed

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401 - as of a tuple
        return self.all()[place]

    def __len__(self) -> int:
        return sum(len(owed) for owed, _ in self._owed)

    def __iter__(self) -> Iterator[Obligation]:
        return iter(self.all())

    def __eq__(self, other: object) -> bool:
        return self.all() == (other.all() if isinstance(other, Listed) else other)


def all_owed(*journeys: Journey) -> Sequence[Obligation]:
    """Return what is owed on journeys, as ``Journey.owed`` tells it; made when looked into."""
    few = [one.owed for one in journeys if isinstance(owed_on(one), tuple)]
    if len(few) == len(journeys):
        return tuple(chain.from_iterable(few))
    return Listed([(owed_on(one), one.chart.compiled(Folder).ledger.rules) for one in journeys])


def rules_owed(owed: Sequence[Obligation]) -> AbstractSet[str]:
    """Return the rules by which something is owed."""
    return owed.rules if isinstance(owed, Listed) else {one.rule for one in owed}


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
