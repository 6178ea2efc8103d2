"""A rehearsal as a page to send: what customers would get, when, how often, and what stays owed."""

from datetime import time
from operator import attrgetter

import attrs

from cxjourney.playbook import Coverage
from cxjourney.rehearsal import LineKind, Rehearsal
from cxjourney.rehearsal._volumes import is_quiet
from cxjourney.show._pages._drawings import Bar, bar_of, bars, columns, legend
from cxjourney.show._pages._html_file import (
    Grid,
    as_table,
    document,
    figure_of,
    folded,
    head,
    paragraphs,
    section,
)
from cxjourney.show._pages._markup import Markup, joined, tag
from cxjourney.show._pages._page_words import PageWords
from cxjourney.show._rehearsal_tables import rehearsal_page
from cxjourney.show._rehearsals._coverage_tables import coverage_table
from cxjourney.show._rehearsals._figure_tables import (
    OWED,
    channel_table,
    customer_table,
    hour_table,
    night_note,
    week_table,
)
from cxjourney.show._table import Table
from cxjourney.vocabulary import Channel, Lang, name
from cxjourney.vocabulary._texts import duty, word, words

LOOKS = ("solid", "hatch", "third", "empty", "dots")
"""How the parts of the bar of a duty look, in the order of ``OWED``."""
SHADES = 5
"""How many shades the cells of a heat map have."""
MOST_ROWS = 500
"""Of more rows of a table than this only the first are shown."""
MOST_WEEKS = 60
"""Of more weeks than this only the first are drawn."""


def rehearsal_html(found: Rehearsal, lang: Lang) -> str:
    """Return a rehearsal as one file of HTML."""
    told = PageWords(lang)
    page = rehearsal_page(found, lang, full=True)
    first, *heads = page.heading
    _, _, _, _, rules, still_open, _, _, plays, log, how = page.tables
    parts = [
        tag("ul", joined(head(one, "") for one in heads), class_="heads"),
        _weeks(found, told),
        _channels(found, told),
        _coverage(found.coverage, told),
        _customers(found, told),
        _hours(found, told),
        _duties(found, told),
        _tabled(still_open, told),
        _tabled(rules, told),
        section(
            how.title,
            paragraphs(how.notes),
            *(folded(one.title, _grid(one, told)) for one in (plays, log)),
        ),
    ]
    return document(told.say("rehearsal_title"), [first], parts, lang)


def _grid(table: Table, told: PageWords) -> Markup:
    """Return a table, of which the first rows are enough."""
    rows, more = table.rows[:MOST_ROWS], len(table.rows) - MOST_ROWS
    notes = table.notes
    if more > 0:
        notes = (*notes, told.say("more_rows", count=told.count(more)))
    some = attrs.evolve(table, rows=rows, remarks=table.remarks[:MOST_ROWS], notes=notes)
    return Grid.of(some).html()


def _tabled(table: Table, told: PageWords) -> Markup:
    """Return a part that is a table alone; none where there is nothing to tell."""
    return section(table.title, _grid(table, told)) if table.rows else Markup()


def _weeks(found: Rehearsal, told: PageWords) -> Markup:
    """Return how many contacts would be made in each week."""
    table, rows = week_table(found, told.lang), found.by_week[:MOST_WEEKS]
    counts = [row.contacts for row in rows]
    most = max(counts, default=0)
    drawn = columns(
        "weeks",
        table.title,
        "; ".join(f"{row.week}: {told.count(row.contacts)}" for row in rows),
        [row.week for row in rows],
        [(count,) for count in counts],
        (most, told.count(most)),
        ("solid",),
    )
    return section(table.title, figure_of(drawn, ""), as_table(told.lang, Grid.of(table)))


def _channels(found: Rehearsal, told: PageWords) -> Markup:
    """Return how many contacts would go through each channel."""
    table = channel_table(found, told.lang)
    sent = [(row.channel, row.counts.get(LineKind.SENT, 0)) for row in found.by_channel]
    most = max(count for _, count in sent) or 1
    rows = [
        Bar(name(channel, told.lang), told.count(count), [(count / most, "solid")])
        for channel, count in sent
    ]
    says = "; ".join(f"{row.label}: {row.value}" for row in rows)
    drawn = bars("channels", table.title, says, rows)
    return section(table.title, figure_of(drawn, ""), as_table(told.lang, Grid.of(table)))


def _coverage(found: Coverage, told: PageWords) -> Markup:
    """Return which channels are used in which phase: a table whose cells are shaded."""
    lang, most = told.lang, max(found.cells.values(), default=1)
    shades = [
        [-(-SHADES * found.cells.get((place, one), 0) // most) for one in Channel]
        for place in found.places
        if place not in found.bare
    ]
    table = coverage_table(found, lang)
    if not table.rows:
        return Markup()
    return section(table.title, attrs.evolve(Grid.of(table), shades=shades).html())


def _customers(found: Rehearsal, told: PageWords) -> Markup:
    """Return who is contacted most."""
    some = customer_table(found, told.lang, full=False)
    few = attrs.evolve(some, notes=())
    whole = attrs.evolve(customer_table(found, told.lang, full=True), title=told.say("everybody"))
    more = [folded(whole.title, _grid(whole, told))] if len(whole.rows) > len(few.rows) else []
    return section(some.title, Grid.of(few).html(), *more) if some.rows else Markup()


def _hours(found: Rehearsal, told: PageWords) -> Markup:
    """Return at what hours of the day contacts would be made, the night apart."""
    table, rows = hour_table(found, told.lang), found.by_hour
    most = max(row.contacts for row in rows)
    night = [is_quiet(time(row.hour), *found.quiet) for row in rows]
    pairs = [
        (0, row.contacts) if late else (row.contacts, 0)
        for row, late in zip(rows, night, strict=True)
    ]
    drawn = columns(
        "hours",
        table.title,
        "; ".join(f"{row.hour:02}: {told.count(row.contacts)}" for row in rows),
        [f"{row.hour:02}" for row in rows],
        pairs,
        (most, told.count(most)),
        ("solid", "pale"),
    )
    meant = legend([("solid", told.say("by_day")), ("pale", told.say("by_night"))])
    caption = night_note(found, told.lang)
    return section(
        table.title, meant, figure_of(drawn, caption), as_table(told.lang, Grid.of(table))
    )


def _duties(found: Rehearsal, told: PageWords) -> Markup:
    """Return what would become of what the company owes."""
    lang = told.lang
    rows = [row for row in found.duties if any(attrgetter(*OWED)(row))]
    if not rows:
        return Markup()
    meant = words(lang, *OWED)
    title = word("by_duty", lang)
    cells = []
    for row in rows:
        counts = attrgetter(*OWED)(row)
        on_time, late, dropped, waiting, overdue = counts
        parts = (on_time, late, dropped, waiting - overdue, overdue)
        every = max(sum(parts), 1)
        drawn = bar_of((part / every, look) for part, look in zip(parts, LOOKS, strict=True))
        cells.append((duty(row.rule, lang), drawn, *told.counts(*counts)))
    grid = Grid(
        title, (word("duty", lang), told.say("shares"), *meant), "<<>>>>>", cells, headed=False
    )
    return section(title, legend(zip(LOOKS, meant, strict=True)), grid.html())
