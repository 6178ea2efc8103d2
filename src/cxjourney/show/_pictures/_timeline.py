"""A journey as a timeline: its phases, what was on hold and what was owed, each cycle by itself."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import attrs

from cxjourney.chart import Effect
from cxjourney.chart._model import PLACES
from cxjourney.journey import Journey, Obligation, Step
from cxjourney.show._pictures._drawing import VectorDrawing, fitting
from cxjourney.vocabulary import ExitReason, HeldFact, Lang, Phase, Place, Standing, name
from cxjourney.vocabulary._texts import duty, number, place_name, say, word

WIDTH, LABELS, NOTES, EDGE = 840.0, 240.0, 196.0, 14.0
LEFT, RIGHT = EDGE + LABELS, WIDTH - EDGE - NOTES
LANE, BAR, SMALL = 24.0, 12.0, 11.0
LEAST = 3.0
"""A bar is not drawn shorter than this, in pixels."""
MOST_CYCLES = 6
MOST_DUTIES, MOST_EARLIER = 8, 3
"""How many cycles, and how many rules of the last one and of each before, are drawn."""
TICKS = 4
DAY = timedelta(days=1)
DASHED = 'stroke-width="1.4" stroke-dasharray="4 3"'
LOOKS = {"overdue": "here", "late": "late", "open": "place", "on_time": "good", "dropped": "dim"}
"""The look of what is owed, by what became of it; what went wrong stands first."""
Span: TypeAlias = tuple[datetime, datetime]


@attrs.define
class DrawnDuty:
    """What was owed by one rule in one cycle: the time of each, and what became of it."""

    spans: list[tuple[datetime, datetime, str]] = attrs.field(factory=list)
    next_due: datetime | None = None


@attrs.define
class DrawnCycle:
    """One cycle of a journey, as far as it is drawn."""

    number: int
    start: datetime
    end: datetime
    stays: dict[Place, list[Span]] = attrs.field(factory=dict)
    implied: set[Phase] = attrs.field(factory=set)
    held: dict[HeldFact, list[Span]] = attrs.field(factory=dict)
    owed: dict[str, DrawnDuty] = attrs.field(factory=dict)
    events: list[datetime] = attrs.field(factory=list)
    exit: ExitReason | None = None

    def owe(self, one: Obligation, end: datetime, how: str) -> None:
        """Note what became of an obligation."""
        owing = self.owed.setdefault(one.rule, DrawnDuty())
        owing.spans.append((one.opened_at, max(end, one.opened_at), how))
        if how in {"open", "overdue"} and owing.next_due is None:
            owing.next_due = one.due


def cycles_of(journey: Journey) -> list[DrawnCycle]:
    """Return the cycles of a journey that keeps its history, the first one first."""
    cycles: dict[int, DrawnCycle] = {}
    since: dict[HeldFact, datetime] = {}
    place: Place | None = None
    entered: datetime | None = None
    clock = journey.clock
    steps = [one for one in journey.history if one.effect not in NOT_DRAWN]
    for step in steps:
        at, cycle = step.event.at, cycles.get(step.cycle)
        if cycle is None:
            _close(cycles.get(step.cycle - 1), place, entered, at)
            place, entered = None, None
            cycle = cycles[step.cycle] = DrawnCycle(step.cycle, at, at)
        cycle.end = max(cycle.end, at)
        cycle.events.append(at)
        for move in step.moves:
            cycle.implied.update(move.implied)
            if move.target is not place:
                _close(cycle, place, entered, at)
                place, entered = move.target, at
        cycle.exit = step.exit or (
            cycle.exit if step.after.standing is not Standing.ACTIVE else None
        )
        _hold(cycle, since, step)
        for how, ended in (("", step.met), ("dropped", step.dropped)):
            for one in ended:
                told = how or ("late" if one.overdue(at) else "on_time")
                cycles.get(one.cycle, cycle).owe(one, at, told)
    last = cycles[max(cycles)] if cycles else None
    if last is not None and clock is not None:
        _close(last, place, entered, clock)
        last.end = max(last.end, clock)
        for fact, at in since.items():
            last.held.setdefault(fact, []).append((at, clock))
        for one in journey.owed:
            how = "overdue" if one.overdue(clock) else "open"
            cycles.get(one.cycle, last).owe(one, clock, how)
    return list(cycles.values())


NOT_DRAWN = {Effect.RETRACTED, Effect.REFUSED}


def _close(
    cycle: DrawnCycle | None, place: Place | None, since: datetime | None, at: datetime
) -> None:
    if cycle is not None and place is not None and since is not None:
        cycle.stays.setdefault(place, []).append((since, at))
        cycle.end = max(cycle.end, at)


def _hold(cycle: DrawnCycle, since: dict[HeldFact, datetime], step: Step) -> None:
    held = step.after.held
    for fact in [one for one in since if one not in held]:
        cycle.held.setdefault(fact, []).append((since.pop(fact), step.event.at))
    for fact in held:
        since.setdefault(fact, step.event.at)


def timeline(journey: Journey, lang: Lang) -> str:
    """Return the timeline of a journey as SVG; empty where nothing has happened, or was erased.

    Neither the customer's id nor any payload is in it.
    """
    if journey.place in {Standing.NEW, Standing.ERASED}:
        return ""
    words = journey.explain(lang)
    drawing = VectorDrawing(WIDTH)
    drawing.text(EDGE, 28, fitting(words.splitlines()[0], WIDTH - 2 * EDGE, 15), size=15, bold=True)
    cycles = cycles_of(journey)
    y = 44.0
    earlier = cycles[:-MOST_CYCLES]
    if earlier:
        told = f"{_date(earlier[0].start)} \N{EN DASH} {_date(earlier[-1].end)}"
        drawing.text(EDGE, y + 12, f"1\N{EN DASH}{earlier[-1].number}: {told}", "dim", size=12)
        y += LANE
    for cycle in cycles[-MOST_CYCLES:]:
        panel = CyclePanel(drawing, cycle, lang, journey.place if cycle is cycles[-1] else None)
        y = panel.draw(y, headed=len(cycles) > 1)
    if not cycles:
        y = _places(drawing, journey, lang, y)
    return drawing.svg(y + 8, words.splitlines()[0], words, lang)


def _places(drawing: VectorDrawing, journey: Journey, lang: Lang, y: float) -> float:
    """Draw the places of a journey without history: their order alone is known."""
    places = [one for one in PLACES if one in {*journey.visited, *journey.implied, journey.place}]
    wide = (RIGHT - LEFT) / len(places)
    for index, place in enumerate(places):
        _label(drawing, place_name(place, lang), y, bold=place is journey.place)
        x = LEFT + index * wide
        if place in journey.implied:
            drawing.rect(x, y + 6, wide, BAR, "bare dim-line", more=DASHED)
            drawing.text(RIGHT + 12, y + 16, word("implied", lang), "dim", size=12)
        else:
            drawing.rect(x, y + 6, wide, BAR, "here" if place is journey.place else "place")
        y += LANE
    return y


def _label(
    drawing: VectorDrawing, text: str, y: float, *, bold: bool = False, size: float = 13
) -> None:
    drawing.text(EDGE, y + 16, fitting(text, LABELS - 12, size * 1.05), bold=bold, size=size)


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _length(spans: Iterable[Span], lang: Lang) -> str:
    days = sum((end - start for start, end in spans), timedelta()) / DAY
    told = "<1" if days < 1 else number(int(days), lang)
    return say("wait_day" if int(days) <= 1 else "wait_days", lang, count=told)


@attrs.frozen
class CyclePanel:
    drawing: VectorDrawing
    cycle: DrawnCycle
    lang: Lang
    here: Place | None

    def draw(self, y: float, *, headed: bool) -> float:
        """Draw the cycle below a height; return the height below it."""
        drawing, cycle, lang = self.drawing, self.cycle, self.lang
        if headed:
            told = say("cycle", lang, cycle=cycle.number)
            drawing.text(EDGE, y + 17, told, bold=True)
            y += LANE
        grid = len(drawing.parts)
        top = y
        for place in PLACES:
            if place in cycle.stays or place in cycle.implied:
                self._place(place, y)
                y += LANE
        for fact, spans in sorted(cycle.held.items(), key=lambda one: one[0].name):
            told = say("on_hold", lang, facts=name(fact, lang)).rstrip(".")
            _label(drawing, told, y, size=12)
            self._bars([(start, end, "bare ink-line") for start, end in spans], y, 8, DASHED)
            self._note(_length(spans, lang), y)
            y += LANE
        y = self._owed(y)
        self._ticks(y + 5)
        drawing.parts[grid:grid] = self._grid(top, y + 14)
        return y + 44

    def _owed(self, y: float) -> float:
        """Draw what was owed below a height, the worst first; return the height below it."""
        order = list(LOOKS)
        owed = sorted(
            self.cycle.owed.items(),
            key=lambda one: min(order.index(how) for _, _, how in one[1].spans),
        )
        most = MOST_EARLIER if self.here is None else MOST_DUTIES
        for rule, owing in owed[:most]:
            _label(self.drawing, duty(rule, self.lang), y, size=12)
            self._bars([(start, end, LOOKS[how]) for start, end, how in owing.spans], y, 6)
            self._note(self._fate([owing]), y)
            y += LANE
        if owed[most:]:
            _label(self.drawing, f"+{number(len(owed[most:]), self.lang)}", y, size=12)
            self._note(self._fate([owing for _, owing in owed[most:]]), y)
            y += LANE
        return y

    def _x(self, at: datetime) -> float:
        whole = (self.cycle.end - self.cycle.start) / DAY
        share = (at - self.cycle.start) / DAY / whole if whole else 0.0
        return LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT)

    def _place(self, place: Place, y: float) -> None:
        here = place is self.here
        _label(self.drawing, place_name(place, self.lang), y, bold=here)
        spans = self.cycle.stays.get(place)
        if spans is None:
            x = self._x(self.cycle.start)
            self.drawing.rect(x, y + 6, RIGHT - LEFT, BAR, "bare grid-line", more=DASHED)
            self._note(word("implied", self.lang), y)
            return
        looks = "here" if here else "place" if isinstance(place, Phase) else "dim"
        self._bars([(*span, looks) for span in spans], y, BAR)
        ended = self.cycle.exit if place in {Standing.LAPSED, Standing.LOST} else None
        told = name(ended, self.lang) if ended else _length(spans, self.lang)
        self._note(told, y)

    def _bars(
        self, spans: Sequence[tuple[datetime, datetime, str]], y: float, high: float, more: str = ""
    ) -> None:
        """Draw bars; what would stand on a bar of the same look is not drawn again."""
        drawn: dict[str, float] = {}
        for start, end, looks in sorted(spans):
            left, right = self._x(start), max(self._x(end), self._x(start) + LEAST)
            left = min(left, RIGHT - LEAST)
            right = min(right, RIGHT)
            left = max(left, drawn.get(looks, left))
            if right - left >= 1:
                self.drawing.rect(left, y + 12 - high / 2, right - left, high, looks, more=more)
                drawn[looks] = right

    def _note(self, text: str, y: float) -> None:
        self.drawing.text(RIGHT + 12, y + 16, fitting(text, NOTES - 12, 12), "dim", size=12)

    def _fate(self, owings: Sequence[DrawnDuty]) -> str:
        """Tell what became of obligations: how many were met on time, and so on."""
        counts = Counter(how for owing in owings for _, _, how in owing.spans)
        due = owings[0].next_due
        if counts.total() > 1:
            kinds = [how for how in LOOKS if how in counts]
            return ", ".join(f"{number(counts[how], self.lang)} {self._how(how)}" for how in kinds)
        told = self._how(next(iter(counts)))
        return told if due is None else f"{told} ({_date(due)})"

    def _how(self, how: str) -> str:
        return word(how, self.lang)

    def _ticks(self, y: float) -> None:
        """Draw a tick for each event, and write how many they are."""
        columns = sorted({round(self._x(at)) for at in self.cycle.events})
        course = "".join(f"M{x} {y + 1:.0f}v7" for x in columns)
        self.drawing.path(course, "dim-line", more='stroke-width="1"')
        self._note(
            f"{word('count_events', self.lang)}: {number(len(self.cycle.events), self.lang)}", y - 7
        )

    def _grid(self, top: float, bottom: float) -> Iterator[str]:
        """Yield the lines of the grid with their dates."""
        below = VectorDrawing(WIDTH)
        cycle, zone = self.cycle, self.cycle.start.tzinfo
        whole = cycle.end - cycle.start
        form = "%Y-%m-%d" if whole >= TICKS * DAY else "%m-%d %H:%M"
        for tick in range(TICKS + 1 if whole else 1):
            x = LEFT + tick * (RIGHT - LEFT) / TICKS
            below.path(f"M{x:.1f} {top:.0f}V{bottom:.0f}", "grid-line", more='stroke-width="1"')
            at = (cycle.start + whole * tick / TICKS).astimezone(zone)
            below.text(x, bottom + 14, f"{at:{form}}", "dim", anchor="middle", size=SMALL)
        yield from below.parts
