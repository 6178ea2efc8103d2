"""The chart as a Mermaid state diagram."""

from collections.abc import Sequence

from cxjourney.chart import PLACES, Chart, Row
from cxjourney.diagram.mermaid import encoded, state_diagram, title
from cxjourney.events import EventKind, Nature
from cxjourney.phases import Place
from cxjourney.texts import Lang, name

__all__ = ["chart_mermaid", "is_order", "target_of", "wide_nature"]

FEW = 4
Edge = tuple[Place, Place]


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
    arms: dict[Edge, dict[Row, list[str]]] = {}
    for row, trigger, source in chart.arms():
        target = target_of(row, source)
        if (stays or target is not source) and (orders or not is_order(row)):
            arms.setdefault((source, target), {}).setdefault(row, []).append(trigger)
    edges = {
        edge: [_line(chart, row, triggers, lang) for row, triggers in arms[edge].items()]
        for edge in sorted(arms, key=_reading_order)
    }
    return state_diagram(title(chart), edges, lang)


def target_of(row: Row, source: Place) -> Place:
    """Return where a row leads from a place; the same place where it only changes flags."""
    return source if row.to is None else row.to


def is_order(row: Row) -> bool:
    """Say whether a row takes orders only."""
    return all(kind.nature is Nature.ORDER for kind in row.events)


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


def _line(chart: Chart, row: Row, triggers: Sequence[str], lang: Lang) -> str:
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


def _reading_order(edge: Edge) -> tuple[int, int]:
    source, target = edge
    return PLACES.index(source), PLACES.index(target)
