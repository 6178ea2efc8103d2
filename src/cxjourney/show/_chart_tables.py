"""A chart as Markdown: its rows as a table, and what another chart has otherwise."""

from collections.abc import Container, Iterable, Iterator
from enum import Enum
from itertools import groupby

from cxjourney.chart import Chart, Row
from cxjourney.chart._model import PLACES
from cxjourney.show._mermaid import wide_nature
from cxjourney.show._table import Table
from cxjourney.vocabulary import Lang, Phase
from cxjourney.vocabulary._texts import need

COLUMNS = ("row", "from", "event", "guards", "to", "effect")
STAYS = "stays"
RUN = 3
"""So many neighbouring phases or more are written as the first and the last of them."""


def chart_markdown(chart: Chart) -> str:
    """Return the rows of a chart as a Markdown table, in the order in which they are tried.

    Args:
        chart: the chart.
    """
    return Table(headings=COLUMNS, rows=_cells(chart).values()).markdown()


def guards_markdown(chart: Chart, lang: Lang = Lang.EN) -> str:
    """Return a Markdown table of the guards of a chart: their names, and what they ask for.

    Args:
        chart: the chart.
        lang: the language to say it in.
    """
    names = dict.fromkeys(guard.__name__ for row in chart.rows for guard in row.guards)
    rows = [(each, need(each, lang)) for each in names]
    return Table(headings=("guard", "passes when"), rows=rows).markdown()


def differences_markdown(chart: Chart, other: Chart) -> str:
    """Return a Markdown table of what another chart has otherwise, row by row.

    Args:
        chart: the chart to start from.
        other: the chart to compare with it.
    """
    headings = ("row", "what", chart.key, other.key)
    return Table(headings=headings, rows=_differences(chart, other)).markdown()


def _differences(chart: Chart, other: Chart) -> Iterator[tuple[str, ...]]:
    before, after = _cells(chart), _cells(other)
    above, above_now = _rows_above(before, after), _rows_above(after, before)
    for row_id, now in after.items():
        was = before.get(row_id)
        if was is None:
            yield row_id, "added", "", _sentence(*now)
            continue
        old, new = (*was, above[row_id]), (*now, above_now[row_id])
        for what, one, other_one in zip((*COLUMNS, "tried after"), old, new, strict=True):
            if one != other_one:
                yield row_id, what, one, other_one
    for row_id, was in before.items():
        if row_id not in after:
            yield row_id, "left out", _sentence(*was), ""


def _sentence(_: str, sources: str, events: str, guards: str, to: str, effect: str) -> str:
    """Return the cells of a row in one line, without its id."""
    condition = f" if {guards}" if guards else ""
    target = to if to == STAYS else f"to {to}"
    return f"{events} from {sources}{condition}, {target}{f': {effect}' if effect else ''}"


def _rows_above(ids: Iterable[str], others: Container[str]) -> dict[str, str]:
    """Return for each row that both charts have which of them is tried just before it."""
    common = [row_id for row_id in ids if row_id in others]
    return dict(zip(common, ["", *common], strict=False))


def _cells(chart: Chart) -> dict[str, tuple[str, str, str, str, str, str]]:
    """Return each row of a chart in words, a cell for each of the columns, by its id."""
    return {
        row.id: (
            row.id,
            ", ".join(_sources(row)),
            _events(chart, row),
            ", ".join(guard.__name__ for guard in row.guards),
            STAYS if row.to is None else row.to.name,
            "; ".join(_effects(row)),
        )
        for row in chart.rows
    }


def _sources(row: Row) -> Iterator[str]:
    """Name the places that a row starts from; neighbouring phases by the first and the last."""
    places = [place for place in PLACES if place in row.sources]
    # What is the same for neighbouring phases of the list, and for nothing else.
    runs = groupby(
        enumerate(places), lambda one: one[1] - one[0] if isinstance(one[1], Phase) else one[1]
    )
    for _, numbered in runs:
        run = [place.name for _, place in numbered]
        yield from run if len(run) < RUN else [f"{run[0]} to {run[-1]}"]


def _events(chart: Chart, row: Row) -> str:
    wide = wide_nature(chart, row)
    if wide is None:
        return ", ".join(row.triggers)
    nature, others = wide
    but = ", ".join(kind.name for kind in others)
    return f"any {nature.value} fact{f' but {but}' if but else ''}"


def _effects(row: Row) -> Iterator[str]:
    if row.fresh:
        yield "a new cycle begins with fresh flags"
    for flag, value in row.sets:
        told = value.value if isinstance(value, Enum) else "yes" if value else "no"
        yield f"{flag} = {told}"
    if row.holds is not None:
        yield f"held as {row.holds.value}"
    if row.implies:
        yield "phases passed over are implied"
    if row.starts_days:
        yield "day 1"
    if row.reason is not None:
        yield f"reason {row.reason.value}"
    if row.force:
        yield "marks the journey as forced"
    if row.then:
        yield "then the event applies again from there"
