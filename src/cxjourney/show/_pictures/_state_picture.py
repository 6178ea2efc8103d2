"""A chart as a picture: the phases in order, arrows among them, and beside each what leads on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

import attrs

from cxjourney.chart import Chart, Row
from cxjourney.chart._model import PLACES
from cxjourney.show._mermaid import title, wide_nature
from cxjourney.show._pictures._drawing import VectorDrawing, fitting, lines_of
from cxjourney.vocabulary import Lang, Nature, Place, Standing, name
from cxjourney.vocabulary._texts import happening, need, place_name

Moves: TypeAlias = dict[tuple[Place, Place], dict[Row, list[str]]]
BOXES, BOX, HIGH, GAP = 66.0, 174.0, 34.0, 26.0
"""Where the boxes begin, how wide and how high they are, and what is between them."""
WORDS, TEXT = 330.0, 494.0
"""Where the words begin, and how wide they are."""
WIDTH = WORDS + TEXT + 16
LINE, SMALL = 17.0, 12.0
LANE = 16.0
FEW = 3
"""How many events of a row are named; more are counted."""
ENDS = frozenset((Standing.LAPSED, Standing.LOST, Standing.ERASED))
ARROW = 'stroke-width="1.6"'


def moves_of(chart: Chart) -> Moves:
    """Return the rows that lead from one place to another, with their events; without orders."""
    moves: Moves = {}
    for row, trigger, source in chart.arms():
        ordered = all(kind.nature is Nature.ORDER for kind in row.events)
        if row.to is not None and row.to is not source and not ordered:
            moves.setdefault((source, row.to), {}).setdefault(row, []).append(trigger)
    return moves


def state_picture(chart: Chart, lang: Lang) -> str:
    """Return a chart as SVG: all that moves a journey, but for orders and erasure.

    Args:
        chart: the chart to draw.
        lang: the language of places, events and guards.
    """
    moves = moves_of(chart)
    places = [one for one in PLACES if any(one in edge for edge in moves)]
    drawing = VectorDrawing(WIDTH)
    drawing.text(16, 28, fitting(title(chart), WIDTH - 32, 15), size=15, bold=True)
    blocks = {place: list(_lines(chart, moves, place, lang)) for place in places}
    tops: dict[Place, float] = {}
    y = 48.0
    for place in places:
        tops[place] = y
        y += max(HIGH, LINE * sum(len(line.told) for line in blocks[place])) + GAP
    _arrows(drawing, moves, tops)
    for place in places:
        _box(drawing, place, tops[place], lang)
        below = tops[place] + 14
        for line in blocks[place]:
            below = line.write(drawing, below)
    told = [
        f"{place_name(place, lang)}: {line.head} {line.text}"
        for place in places
        for line in blocks[place]
    ]
    return drawing.svg(y, title(chart), "\n".join(told), lang)


@attrs.frozen
class RowLine:
    """What is written of one row: its id, and in one line or two what it takes."""

    head: str
    text: str

    @property
    def _indent(self) -> float:
        return 8.0 + len(self.head) * SMALL * 0.62

    @property
    def told(self) -> list[str]:
        """Its text in lines."""
        first, *others = lines_of(self.text, TEXT - self._indent, SMALL)
        return [first, *([fitting(" ".join(others), TEXT - self._indent, SMALL)] if others else [])]

    def write(self, drawing: VectorDrawing, y: float) -> float:
        """Write it at a height; return the height of the next line."""
        drawing.text(WORDS, y, self.head, "place", size=SMALL, bold=True)
        for line in self.told:
            drawing.text(WORDS + self._indent, y, line, size=SMALL)
            y += LINE
        return y


def _lines(chart: Chart, moves: Moves, place: Place, lang: Lang) -> Iterator[RowLine]:
    """Yield what is written beside a place: what leads on from it, or into an end."""
    if place in ENDS:
        into: dict[Row, list[Place]] = {}
        for (source, target), rows in moves.items():
            if target is place:
                for row in rows:
                    into.setdefault(row, []).append(source)
        for row, sources in into.items():
            told = f"{_span(sources, lang)}: {_told(chart, row, row.triggers, lang)}"
            yield RowLine(f"\N{LEFTWARDS ARROW} {row.id}", told)
    for (source, target), rows in moves.items():
        if source is place and target not in ENDS:
            for row, triggers in rows.items():
                told = f"{name(target, lang)}: {_told(chart, row, triggers, lang)}"
                yield RowLine(f"\N{RIGHTWARDS ARROW} {row.id}", told)


def _span(places: Iterable[Place], lang: Lang) -> str:
    """Return the names of places; three neighbours and more by the first and the last."""
    ordered = sorted(places, key=PLACES.index)
    runs = [
        [place for _, place in run]
        for _, run in groupby(enumerate(ordered), lambda one: one[0] - PLACES.index(one[1]))
    ]
    return ", ".join(
        ", ".join(name(one, lang) for one in run)
        if len(run) < FEW
        else f"{name(run[0], lang)} \N{EN DASH} {name(run[-1], lang)}"
        for run in runs
    )


def _told(chart: Chart, row: Row, triggers: Sequence[str], lang: Lang) -> str:
    wide = wide_nature(chart, row)
    named = [happening(one, lang) for one in triggers]
    events = ", ".join(named[:FEW]) + (f" +{len(named) - FEW}" if len(named) > FEW else "")
    if wide is not None:
        nature, others = wide
        but = ", ".join(happening(kind.name, lang) for kind in others)
        events = name(nature, lang) + (f" (\N{MINUS SIGN} {but})" if but else "")
    asked = ", ".join(need(guard.__name__, lang) for guard in row.guards)
    return f"{events} [{asked}]" if asked else events


def _box(drawing: VectorDrawing, place: Place, y: float, lang: Lang) -> None:
    dashed = ' stroke-dasharray="5 4"' if isinstance(place, Standing) else ""
    looks = f"box {'dim' if dashed else 'place'}-line"
    drawing.rect(BOXES, y, BOX, HIGH, looks, more=f'rx="6" stroke-width="1.5"{dashed}')
    text = fitting(place_name(place, lang), BOX - 12)
    drawing.text(BOXES + BOX / 2, y + 22, text, anchor="middle", bold=True)


def _arrows(
    drawing: VectorDrawing, moves: Mapping[tuple[Place, Place], object], tops: Mapping[Place, float]
) -> None:
    """Draw the arrows among phases: to the next one straight down, others at the sides."""
    order = list(tops)
    inner = [edge for edge in moves if not ENDS.intersection(edge)]
    right = [edge for edge in inner if order.index(edge[1]) > order.index(edge[0]) + 1]
    left = [edge for edge in inner if order.index(edge[1]) < order.index(edge[0])]
    for source, target in inner:
        if order.index(target) == order.index(source) + 1:
            x, start, end = BOXES + BOX / 2, tops[source] + HIGH, tops[target]
            drawing.path(f"M{x} {start}V{end - 6}", "place-line", more=ARROW)
            drawing.shape([(x - 4, end - 7), (x + 4, end - 7), (x, end - 1)], "place")
    _side(drawing, right, tops, BOXES + BOX, 1)
    _side(drawing, left, tops, BOXES, -1)


def _side(
    drawing: VectorDrawing,
    edges: Sequence[tuple[Place, Place]],
    tops: Mapping[Place, float],
    x: float,
    way: int,
) -> None:
    """Draw arrows beside the boxes, the shorter ones nearer to them."""
    ends = dict.fromkeys(tops, 0)
    room = (WORDS - x - 20) if way > 0 else x - 20
    lane = min(LANE, room / (len(edges) + 1))
    edges = sorted(edges, key=lambda one: abs(tops[one[0]] - tops[one[1]]))
    for index, (source, target) in enumerate(edges, start=1):
        start, end = (
            tops[source] + 22 + ends[source] * 3 % 10,
            tops[target] + 7 + ends[target] * 5 % 20,
        )
        ends[target] += 1
        ends[source] += 1
        far = x + way * (index * lane + 6)
        looks = "place-line" if way > 0 else "here-line"
        course = f"M{x} {start:.1f}H{far:.1f}V{end:.1f}H{x + way * 7}"
        drawing.path(course, looks, more=ARROW + ' stroke-linejoin="round"')
        tip = [(x + way * 8, end - 4), (x + way * 8, end + 4), (x + way, end)]
        drawing.shape(tip, "place" if way > 0 else "here")
