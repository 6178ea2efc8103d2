"""The chart, and one journey's path along it, as Mermaid state diagrams."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from cxjourney.chart import Chart, Move, Row
from cxjourney.chart._model import PLACES
from cxjourney.journey import Journey
from cxjourney.show._table import is_inside_word
from cxjourney.vocabulary import EventKind, Lang, Nature, Phase, Place, Standing, name
from cxjourney.vocabulary._checks import check_type, check_whole
from cxjourney.vocabulary._texts import happening

Edge = tuple[Place, Place]
Edges = Mapping[Edge, Sequence[str]]
"""What to draw between two places: the lines of the label, encoded; none for a bare arrow.

What leads from a place to itself becomes a note: arrows back to the same place are drawn across
their neighbours.
"""

FEW = 4
PLAIN = frozenset(" .,-")
DIRECTION = re.compile("d(?=irection)", re.IGNORECASE)
"""Before LR, TB, BT or RL it turns the diagram in the midst of a label, and takes the arrow."""
INDENT = "    "
STYLES = {
    "current": "fill:#fde68a,stroke:#92400e,stroke-width:3px,color:#111827",
    "implied": "fill:none,stroke-dasharray:5 5",
}


def chart_mermaid(
    chart: Chart, lang: Lang = Lang.EN, *, stays: bool = False, orders: bool = False
) -> str:
    """Return a chart as a Mermaid state diagram, the same text every time.

    All rows between the same two places share one arrow, a line each: the row's id, its events,
    its guards in brackets, and after a stroke the fact that it holds. A row that takes nearly all
    customer facts names, after a minus sign, those that it does not take.

    Args:
        chart: the chart to draw.
        lang: the language of the places' names; events and guards go by their names in code.
        stays: whether to note at each place the rows that do not leave it.
        orders: whether to draw the orders: erasure, and the company's moves (T28, T29).
    """
    check_type("chart_mermaid.chart", chart, Chart)
    arms: dict[Edge, dict[Row, list[str]]] = {}
    for row, trigger, source in chart.arms():
        target = source if row.to is None else row.to
        ordered = all(kind.nature is Nature.ORDER for kind in row.events)
        if (stays or target is not source) and (orders or not ordered):
            arms.setdefault((source, target), {}).setdefault(row, []).append(trigger)
    edges = {
        edge: [_arrow_line(chart, row, triggers, lang) for row, triggers in arms[edge].items()]
        for edge in sorted(arms, key=lambda edge: tuple(map(PLACES.index, edge)))
    }
    return state_diagram(title(chart), edges, lang)


def chart_overview(chart: Chart, lang: Lang) -> str:
    """Return the moves among a chart's phases as a small diagram: the ids of their rows alone."""
    edges: dict[Edge, dict[str, None]] = {}
    for row, _, source in chart.arms():
        ordered = all(kind.nature is Nature.ORDER for kind in row.events)
        ends = {source, row.to}.intersection(Standing) - {Standing.NEW}
        if row.to is not None and row.to is not source and not ordered and not ends:
            edges.setdefault((source, row.to), {})[encoded(row.id)] = None
    return state_diagram(
        title(chart), {edge: [", ".join(ids)] for edge, ids in edges.items()}, lang
    )


def wide_nature(chart: Chart, row: Row) -> tuple[Nature, tuple[EventKind, ...]] | None:
    """Return the nature of which a row takes nearly all kinds, and those it does not take.

    None where it takes few, or kinds of several natures.
    """
    natures = {kind.nature for kind in row.events}
    if len(natures) != 1 or len(row.events) <= FEW:
        return None
    (nature,) = natures
    others = [one for one in chart.kinds if one.nature is nature and one not in row.events]
    return (nature, tuple(others)) if len(others) <= FEW else None


def _arrow_line(chart: Chart, row: Row, triggers: Sequence[str], lang: Lang) -> str:
    events = ", ".join(map(encoded, triggers))
    wide = wide_nature(chart, row)
    if wide is not None:
        nature, others = wide
        but = ", ".join(encoded(kind.name) for kind in others)
        events = encoded(name(nature, lang)) + (f" \N{MINUS SIGN} {but}" if but else "")
    line = f"{encoded(row.id)} {events}"
    if row.guards:
        line += f" [{', '.join(encoded(guard.__name__) for guard in row.guards)}]"
    if row.holds is not None:
        line += f" / {encoded(row.holds.value)}"
    return line


class Travel(NamedTuple):
    """One move on a journey's path: its number, its day, and what moved."""

    number: int
    day: date
    move: Move


def travels(journey: Journey, *, stays: bool = False) -> Iterator[Travel]:
    """Yield the moves of a journey in order, numbered from 1; none where no history is kept.

    Args:
        journey: the journey.
        stays: whether to count the moves that did not leave the place.
    """
    check_type("show.journey", journey, Journey)
    moves = ((step, move) for step in journey.history for move in step.moves)
    counted = (one for one in moves if stays or one[1].source is not one[1].target)
    for number, (step, move) in enumerate(counted, start=1):
        yield Travel(number, step.event.at.date(), move)


def journey_mermaid(
    journey: Journey, lang: Lang = Lang.EN, *, stays: bool = False, listed: int = 4
) -> str:
    """Return the path that a journey took as a Mermaid state diagram.

    Each arrow tells its moves, a line each: number, day, row and event; the place where the
    journey stands is filled. Phases that were only implied are dashed, on a bare arrow beside the
    move that passed over them. Neither the customer's id nor any payload is in the text. Without
    history only the places are known, and no arrows are drawn.

    Args:
        journey: the journey to draw.
        lang: the language of places and events.
        stays: whether to note at each place the moves that did not leave it.
        listed: how many moves an arrow tells at most, the latest ones; earlier ones are counted.

    Raises:
        InvalidError: when it is no journey, or ``listed`` no whole number from 1.
    """
    check_whole("journey_mermaid.listed", listed, 1)
    paths: dict[Edge, list[Travel]] = {}
    for travel in travels(journey, stays=stays):
        move = travel.move
        paths.setdefault((move.source, move.target), []).append(travel)
        implied = [phase for phase in move.implied if phase in journey.implied]
        for bare in pairwise((move.source, *implied, move.target)) if implied else ():
            paths.setdefault(bare, [])
    edges = {edge: list(_moves(path, listed, lang)) for edge, path in paths.items()}
    return state_diagram(
        title(journey.chart),
        edges,
        lang,
        places={*journey.visited, *journey.implied, journey.place},
        styles={"implied": journey.implied, "current": {journey.place}},
    )


def _moves(path: Sequence[Travel], listed: int, lang: Lang) -> Iterator[str]:
    earlier = len(path) - listed
    if earlier > 0:
        yield f"+{earlier}"
    for number, day, move in path[-listed:]:
        told = f"{encoded(move.row)} {encoded(happening(move.trigger, lang))}"
        yield f"{number} {day.isoformat()} {told}"


def encoded(text: str) -> str:
    """Return a text as part of a Mermaid label, whatever it holds.

    Letters of any language, digits, spaces and a few harmless signs stay as they are; all else
    becomes an entity code such as ``#58;``, so that nothing in it is read as Mermaid, Markdown or
    HTML. White space of any kind becomes one space, what cannot be printed a replacement sign,
    and an empty text a hard space.
    """
    # Mermaid marks its own entities with this ligature while it works.
    line = one_line(text).replace("ﬂ", "fl")
    told = "".join(_sign(line, index) for index in range(len(line))) or "#160;"
    return DIRECTION.sub(lambda found: f"#{ord(found[0])};", told)


def one_line(text: str) -> str:
    """Return a text on one line, with a replacement sign for whatever cannot be printed."""
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)


def _sign(line: str, index: int) -> str:
    sign = line[index]
    if sign.isalnum() or sign in PLAIN or is_inside_word(line, index):
        return sign
    return f"#{ord(sign)};"


def title(chart: Chart) -> str:
    """Return the title of a chart's pictures: its key, which names its options, and version."""
    return f"{chart.key} v{chart.version}"


def front_title(text: str) -> str:
    """Return a title as the line of Mermaid's front matter, whatever it holds."""
    return f"title: {json.dumps(one_line(text))}"


def state_diagram(
    heading: str,
    edges: Edges,
    lang: Lang,
    *,
    places: Collection[Place] = (),
    styles: Mapping[str, Collection[Place]] | None = None,
) -> str:
    """Write a state diagram.

    Args:
        heading: its title.
        edges: what to draw between places, in this order.
        lang: the language of the places' names.
        places: the places to draw even where no edge touches them.
        styles: the places to highlight, by the name of the style: ``current`` or ``implied``.
    """
    drawn = {place for edge in edges for place in edge}.union(places)
    lines = list[str]()
    for place in (place for place in PLACES if place in drawn):
        number = f"{place.value} " if isinstance(place, Phase) else ""
        lines.append(f'state "{number}{encoded(name(place, lang))}" as {place.name}')
    for (source, target), told in edges.items():
        arrow = f"note right of {source.name}"
        if source is not target:
            arrow = f"{source.name} --> {target.name}"
        lines.append(f"{arrow} : {'<br/>'.join(told)}" if told else arrow)
    for style, styled in (styles or {}).items():
        ids = ",".join(place.name for place in PLACES if place in styled)
        if ids:
            lines += [f"classDef {style} {STYLES[style]}", f"class {ids} {style}"]
    front = f"---\n{front_title(heading)}\n---\nstateDiagram-v2\n"
    return front + "".join(f"{INDENT}{line}\n" for line in lines)
