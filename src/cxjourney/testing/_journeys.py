"""Strategies for sequences of events, for journeys that lived through them, and for situations."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from operator import attrgetter
from typing import Any

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from cxjourney.chart import Chart, standard_chart
from cxjourney.errors import RefusedError
from cxjourney.journey import Journey
from cxjourney.journey._fold import Folder
from cxjourney.testing._event_draws import CHANGES, EARLIEST, LONGEST, OFFSETS, ZONE_LIST, Payload
from cxjourney.vocabulary import Event, EventKind, Field, Nature, Phase, Situation, Standing
from cxjourney.vocabulary._events import MAX_INT

K = EventKind
Told = tuple[int, int]
"""After how many events a journey is told the time, and by how many days its clock goes on."""

MINUTE, DAY, FOREVER = timedelta(minutes=1), timedelta(days=1), timedelta.max
ENGAGEMENTS = st.sampled_from(("", "car", "päev"))
WORDS = st.text(max_size=LONGEST)
HEAD = 10
"""Bytes at the head of a walk: its start, how eager and how fast it is, what arrives again, and
when the journey is told the time.
"""
BYTES_AN_EVENT = 3
ONWARD = (96, 144, 176, 208)
"""How many of 256 events lead steadily onward."""
STARTS = (*(EARLIEST + number * timedelta(days=43, minutes=1313) for number in range(50)), *CHANGES)
ZONES = (*OFFSETS, *ZONE_LIST)
REPEATED, LATE, FEW = 176, 15, 64
WORD = "\x00the word"
"""Stands for the text that is drawn once for each sequence."""
FAR_AHEAD = (
    K.CONTACTED,
    K.NEED_ADMITTED,
    K.PURCHASED,
    K.DELIVERED,
    K.USED_AGAIN,
    K.RECOVERED,
    K.RESULT_ACHIEVED,
    K.FEEDBACK_CAPTURED,
    K.LOYALTY_SHOWN,
    K.LOYALTY_CONFIRMED,
    K.REFERRED,
)
"""The kinds that are tried first where a walk goes onward."""


class Arrivals(list[Event]):
    """Drawn events, which a failing case shows with their payloads, so that they can be copied."""

    def _repr_pretty_(self, printer: RepresentationPrinter, _: object) -> None:
        with printer.group(1, "[", "]"):
            for number, event in enumerate(self):
                if number:
                    printer.text(",")
                    printer.breakable()
                printer.text(f"Event({event.kind!r}, ")
                at = f"datetime.datetime.fromisoformat({event.at.isoformat()!r})"
                printer.text(f"{at}, {event.id!r}")
                if event.payload:
                    printer.text(", ")
                    printer.pretty(dict(event.payload))
                printer.text(")")


class DrawnJourney(Journey):
    """A drawn journey, which a failing case shows as the call of ``journey_from`` that made it."""

    __slots__ = ("made_from",)
    made_from: tuple[Arrivals, dict[str, object]]

    def _repr_pretty_(self, printer: Any, cycle: object) -> None:  # noqa: ANN401 - of two libraries
        if not hasattr(self, "made_from"):  # a copy
            super()._repr_pretty_(printer, cycle)
            return
        events, options = self.made_from
        with printer.group(4, "journey_from(", ")"):
            printer.pretty(events)
            for name, value in options.items():
                printer.text(",")
                printer.breakable()
                printer.text(f"{name}=")
                printer.pretty(value)


def journey_from(
    events: Iterable[Event],
    customer: str = "drawn",
    engagement: str = "",
    *,
    chart: Chart | None = None,
    history: bool = True,
    told: Told | None = None,
) -> Journey:
    """Return a journey that lived through events; a failing case shows drawn ones as this call.

    Orders that are refused are left out, and so is everything after an erasure.

    Args:
        events: what happened, in order of arrival.
        customer: whose journey it is.
        engagement: which of the customer's engagements.
        chart: the chart that it follows; the standard one when None.
        history: whether it keeps its events.
        told: after how many of the events it is told the time, and by how many days its clock
            goes on then; it is told nothing when None.
    """
    journey = DrawnJourney(customer, engagement, chart=chart, history=history)
    arriving = Arrivals(events)
    for number, event in enumerate(arriving, start=1):
        with suppress(RefusedError):
            journey.record(event)
        if told is not None and number == told[0] and journey.clock is not None:
            journey.advance(journey.clock + told[1] * DAY)
    options: dict[str, object] = {"customer": customer, "engagement": engagement, "chart": chart}
    shown = {name: value for name, value in {**options, "told": told}.items() if value}
    journey.made_from = arriving, shown if history else {**shown, "history": False}
    return journey


def event_sequences(
    chart: Chart | None = None,
    kinds: Sequence[EventKind] | None = None,
    *,
    min_size: int = 0,
    max_size: int = 20,
    ties: bool = True,
    late: bool = False,
    repeats: bool = False,
    forced: bool = False,
) -> st.SearchStrategy[list[Event]]:
    """Draw the events of one journey, in order of arrival, with ids of their own.

    Some of the events are chosen to lead onward along the phases, the others are of any kind, each
    as often as any other. The time between two events is anything from nothing to a year; the
    moments at which the chart's timers fall due are frequent.

    Args:
        chart: the chart; the standard one when None.
        kinds: the kinds to draw from; every kind but orders when None.
        min_size: the least number of events.
        max_size: the greatest number of events, repeated ones not counted.
        ties: whether events may share a moment, or come a microsecond apart.
        late: whether events may arrive late; else they arrive in journey order, by time and rank.
        repeats: whether up to three of the events arrive again at the end.
        forced: whether orders to move may be forced (T29).
    """
    walk = Route(chart, kinds, ties=ties, forced=forced)
    return _walked(walk, min_size, max_size, late=late, repeats=repeats).map(
        lambda walked: walked[0]
    )


Walked = tuple[Arrivals, bytes, str]
"""What arrives, three bytes for when the journey is told the time, and a text."""


def _walked(
    walk: "Route", min_size: int, max_size: int, *, late: bool, repeats: bool
) -> st.SearchStrategy[Walked]:
    """Draw the events of a walk, and the order in which they arrive.

    A walk is read from bytes, as a program is: one draw instead of hundreds, and a byte left out is
    an event or a part of it left out. Nothing else of the kind is drawn, for Hypothesis would copy
    one onto the other, which made two of three cases alike.
    """
    most = HEAD + BYTES_AN_EVENT * max_size
    walks = st.integers(0, max_size).flatmap(
        lambda size: st.binary(min_size=BYTES_AN_EVENT * size, max_size=most)
    )

    def arrive(drawn: bytes, word: str) -> Walked:
        read, rest = walk.read(drawn, word, min_size, max_size)
        found = sorted(read, key=lambda one: (one[0].at, one[0].kind.rank))
        if late:
            order = sorted(range(len(found)), key=lambda index: index + found[index][1])
            found = [found[index] for index in order]
        arriving = [event for event, _ in found]
        if repeats and arriving:
            arriving += [arriving[byte % len(arriving)] for byte in rest[:3] if byte >= REPEATED]
        return Arrivals(arriving), rest[3:], word

    return st.tuples(walks, WORDS).map(lambda drawn: arrive(*drawn))


class Route:
    """What the events of a sequence are made with, worked out once for a strategy."""

    def __init__(
        self,
        chart: Chart | None,
        kinds: Sequence[EventKind] | None,
        *,
        ties: bool,
        forced: bool,
    ) -> None:
        self.chart = chart or standard_chart()
        self.machine = self.chart.compiled(Folder).machine
        facts = [kind for kind in self.chart.kinds if kind.nature is not Nature.ORDER]
        self.pool = tuple(facts if kinds is None else kinds)
        pool = set(self.pool)
        onward = [kind for kind in (*FAR_AHEAD, *self.pool) if kind in pool and kind is not K.MOVED]
        self.onward = tuple(dict.fromkeys(onward))
        self.next_kinds: dict[Situation, EventKind | None] = {}
        self.silence: dict[Phase | None, timedelta] = {
            phase: window for phase, window in self.chart.silence.items() if window is not None
        }
        self.gaps = _gaps(self.chart, ties=ties)
        rules = tuple(rule.id for rule in self.chart.obligations)
        self.fields = {
            kind: [
                (field, _choices(field, rules))
                for field in kind.fields
                if field.name != "force" or forced
            ]
            for kind in self.pool
        }

    def read(
        self, walk: bytes, word: str, least: int, most: int
    ) -> tuple[list[tuple[Event, int]], bytes]:
        """Return the events that bytes stand for, each with its delay, and which arrive again."""
        head, program = walk[:HEAD].ljust(HEAD, b"\0"), walk[HEAD:]
        now, situation = STARTS[head[0] % len(STARTS)], Situation()
        onward = ONWARD[head[1] % len(ONWARD)]
        steady = (1 + int.from_bytes(head[2:4]) % (3 * 24 * 60)) * MINUTE
        found: list[tuple[Event, int]] = []
        place = 0

        def byte() -> int:
            nonlocal place
            place += 1
            return program[place - 1] if place <= len(program) else 0

        while (place < len(program) or len(found) < least) and len(found) < most:
            style = byte()
            kind = self._onward(situation) if style < onward or style % 4 == 0 else None
            after = steady if style < onward or style % 2 else self.gaps[byte() % len(self.gaps)]
            if kind is None:
                kind = self.pool[byte() % len(self.pool)]
            now += after
            if after >= self.silence.get(situation.phase, FOREVER):
                situation = self.machine.decide(situation, K.LAPSED.name).after
            payload = self._payload(kind, byte, now, word) if self.fields[kind] else {}
            zone = ZONES[style // 4 % len(ZONES)]
            event = Event(kind, now.astimezone(zone), f"e{len(found) + 1}", payload)
            situation = self.machine.decide(situation, event.trigger).after
            # One of sixteen arrives up to 30 places too late.
            found.append((event, style % 31 if style % 16 == LATE else 0))
        return found, head[4:]

    def _payload(
        self, kind: EventKind, byte: Callable[[], int], now: datetime, word: str
    ) -> Payload:
        payload: Payload = {}
        for field, choices in self.fields[kind]:
            index = byte() % (len(choices) + (not field.required))
            if index == len(choices):
                continue
            value: Any = choices[index]
            if value is WORD:
                value = "a word" if field.required and not word.strip() else word
            elif isinstance(value, timedelta):
                value = now + value
            payload[field.name] = value
        return payload

    def _onward(self, situation: Situation) -> EventKind | None:
        """Return the first kind that leads onward from here, or None."""
        if situation not in self.next_kinds:
            reached = _progress(situation)
            self.next_kinds[situation] = next(
                (
                    kind
                    for kind in self.onward
                    if _progress(self.machine.decide(situation, kind.name).after) > reached
                ),
                None,
            )
        return self.next_kinds[situation]


@cache
def _choices(field: Field, rules: tuple[str, ...]) -> tuple[object, ...]:  # noqa: PLR0911 - by type
    """Return what stands for the values of a field; times are told by how far off they are."""
    if issubclass(field.of, Enum):
        return tuple(field.of)
    if field.of is bool:
        return (False, True)
    if field.of is datetime:
        return (DAY, timedelta(), MINUTE, 7 * DAY, 400 * DAY, -DAY)
    if field.of is str:
        if field.name == "obligation":
            return rules or ("none",)
        return (WORD, "päev", " a\n") if field.required else (WORD, "", " \t", "päev")
    low = -MAX_INT if field.low is None else field.low
    high = MAX_INT if field.high is None else field.high
    if field.of is int:
        return tuple(range(low, high + 1)) if high - low < FEW else (low, (low + high) // 2, high)
    return tuple(map(Decimal, (low, (low + high) // 2, high)))


def _gaps(chart: Chart, *, ties: bool) -> tuple[timedelta, ...]:
    """Return the times between two events: among 256 the frequent ones stand several times."""
    windows = sorted({one for one in (*chart.silence.values(), chart.advocacy_quiet) if one})
    tick = timedelta(microseconds=1)
    due = [window + near for window in windows for near in (timedelta(), -tick, tick)]
    minutes = [minutes * MINUTE for minutes in range(1, 24 * 60, 15)]
    days = [days * DAY for days in range(1, 41)]
    tied = [timedelta(), tick] * 24 if ties else []
    return (*tied, *minutes, *days, *due)


def _progress(situation: Situation) -> tuple[bool, int, bool, bool, bool]:
    """Measure how far a situation is along the journey."""
    return (
        situation.standing is Standing.ACTIVE,
        situation.phase or 0,
        not situation.recovery_open,
        situation.feedback_closed,
        situation.loyalty_confirmed,
    )


def journeys(
    chart: Chart | None = None,
    kinds: Sequence[EventKind] | None = None,
    *,
    history: bool | None = True,
    max_size: int = 20,
    forced: bool = False,
) -> st.SearchStrategy[Journey]:
    """Draw journeys that have lived through some events, some of them told the time in between.

    Args:
        chart: the chart; the standard one when None.
        kinds: the kinds of event to draw from; every kind but orders when None. Orders that are
            refused are left out, and nothing happens after an erasure.
        history: whether they keep the events, which may then arrive late; either when None.
        max_size: the greatest number of events.
        forced: whether orders to move may be forced (T29).
    """
    if history is None:
        drawn = partial(journeys, chart, kinds, max_size=max_size, forced=forced)
        return drawn(history=False) | drawn(history=True)
    walk = Route(chart, kinds, ties=True, forced=forced)

    def lived(walked: Walked, engagement: str) -> Journey:
        arriving, (told, after, later), word = walked
        # Without history no event may come before a moment that the journey was told of.
        place = 1 + after % len(arriving) if history and arriving else len(arriving)
        return journey_from(
            arriving,
            word or "drawn",
            engagement,
            chart=chart,
            history=history,
            told=(place, 2 * later) if told % 2 else None,
        )

    walked = _walked(walk, 0, max_size, late=history, repeats=history)
    return st.tuples(walked, ENGAGEMENTS).map(lambda drawn: lived(*drawn))


def situations(
    chart: Chart | None = None,
    kinds: Sequence[EventKind] | None = None,
    *,
    forced: bool = False,
) -> st.SearchStrategy[Situation]:
    """Draw situations that a journey can reach.

    Args:
        chart: the chart; the standard one when None.
        kinds: the kinds of event that lead there; every kind but ``moved`` when None.
        forced: whether orders to move may be forced, past the invariants (T29).
    """
    known = (chart or standard_chart()).kinds
    leading = tuple(kind for kind in known if kind is not K.MOVED) if kinds is None else kinds
    reached = journeys(chart, leading, history=False, forced=forced)
    return reached.map(attrgetter("situation"))
