"""A chart as Markdown: its rows as a table, and what another chart has otherwise."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from enum import Enum
from itertools import groupby

import attrs

from cxjourney.chart import Chart, Row
from cxjourney.chart._explore import Exploration
from cxjourney.chart._model import PLACES
from cxjourney.errors import InvalidError
from cxjourney.show._mermaid import wide_nature
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang, Phase, Place
from cxjourney.vocabulary._checks import check_type
from cxjourney.vocabulary._texts import need, number, say, word, words

COLUMNS = ("row", "from", "event", "guards", "to", "effect")
HEADINGS = ("row", "from_place", "event", "conditions", "to_place")
"""The words for the first of these in a table for people."""
STAYS = "stays"
ORDERS = ("moved_to_", "forced_to_")
"""How the triggers of orders begin."""
RUN = 3
"""So many neighbouring phases or more are written as the first and the last of them."""


def chart_markdown(chart: Chart) -> str:
    """Return the rows of a chart as a Markdown table, in the order in which they are tried.

    Args:
        chart: the chart.
    """
    check_type("chart_markdown.chart", chart, Chart)
    return Table(headings=COLUMNS, rows=_cells(chart).values()).markdown()


def chart_page(chart: Chart, lang: Lang) -> Page:
    """Return the rows of a chart and its guards, as a person reads them."""
    guards = dict.fromkeys(guard.__name__ for row in chart.rows for guard in row.guards)
    by_hand = {row.id for row in chart.rows if all(one.startswith(ORDERS) for one in row.triggers)}
    cells = _cells(chart)
    tables = (
        _rows_told((row for row_id, row in cells.items() if row_id not in by_hand), lang),
        attrs.evolve(
            _rows_told((row for row_id, row in cells.items() if row_id in by_hand), lang),
            detail=True,
        ),
        Table(
            headings=words(lang, "guard", "passes_when"),
            sides="<<",
            rows=[(each, need(each, lang)) for each in guards],
            detail=True,
        ),
    )
    title = say("chart", lang, key=chart.key, version=chart.version)
    return Page(tables, lang, headlines=(title,))


def _rows_told(rows: Iterable[Sequence[str]], lang: Lang) -> Table:
    """Return rows of a chart as a table for a terminal, what they do besides under each."""
    found = list(rows)
    return Table(
        headings=words(lang, *HEADINGS),
        sides="<<<<<",
        rows=[row[:-1] for row in found],
        remarks=[row[-1] for row in found],
        beside=word(COLUMNS[-1], lang),
    )


def chart_rows(chart: Chart) -> list[dict[str, str]]:
    """Return the rows of a chart as plain dicts with the same keys."""
    return [dict(zip(COLUMNS, cells, strict=True)) for cells in _cells(chart).values()]


def exploration_page(found: Exploration, lang: Lang) -> Page:
    """Return how many situations there are in each place, and in how many something leads on."""
    situations: Counter[Place] = Counter()
    leading: Counter[Place] = Counter()
    for situation, by_trigger in found.decisions.items():
        here = situation.place
        situations[here] += 1
        leading[here] += any(one.after.place is not here for one in by_trigger.values())
    rows = [
        (place.name, number(situations[place], lang), number(leading[place], lang))
        for place in PLACES
        if place in situations
    ]
    table = Table(headings=words(lang, "place", "situations", "leads_on"), sides="<>>", rows=rows)
    return Page((table,), lang, headlines=(found.explain(lang),))


def faults_page(faults: Iterable[InvalidError], lang: Lang) -> Page:
    """Return what is wrong with a chart; that it is sound where there is nothing."""
    rows = [
        ("" if one.kind is None else one.kind.value, one.where, one.found, one.expected)
        for one in faults
    ]
    headings = words(lang, "fault_kind", "row", "found", "mended_by")
    table = Table(headings=headings, sides="<<<<", rows=rows)
    return Page((table,), lang) if rows else Page((), lang, headlines=words(lang, "sound"))


def guards_markdown(chart: Chart, lang: Lang = Lang.EN) -> str:
    """Return a Markdown table of the guards of a chart: their names, and what they ask for.

    Args:
        chart: the chart.
        lang: the language to say it in.
    """
    check_type("guards_markdown.chart", chart, Chart)
    names = dict.fromkeys(guard.__name__ for row in chart.rows for guard in row.guards)
    rows = [(each, need(each, lang)) for each in names]
    return Table(headings=("guard", "passes when"), rows=rows).markdown()


def differences_markdown(chart: Chart, other: Chart) -> str:
    """Return a Markdown table of what another chart has otherwise, row by row.

    Args:
        chart: the chart to start from.
        other: the chart to compare with it.
    """
    for where, given in (("chart", chart), ("other", other)):
        check_type(f"differences_markdown.{where}", given, Chart)
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
