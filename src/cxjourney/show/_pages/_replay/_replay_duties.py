"""What the company owed, and what the log cannot show."""

from collections.abc import Iterable, Iterator

from cxjourney.chart import Chart
from cxjourney.replay import Report
from cxjourney.replay._reporting._figure_rows import OwedRow
from cxjourney.show._pages._drawings import bar_of, legend
from cxjourney.show._pages._html_file import Grid, defined, section
from cxjourney.show._pages._markup import Markup, joined, tag
from cxjourney.show._pages._page_words import PageWords
from cxjourney.show._pages._replay._behind_lists import behind_figures
from cxjourney.vocabulary import EventKind, Phase, name
from cxjourney.vocabulary._texts import duty, word, words

LOOKS = ("solid", "hatch", "dots", "third", "empty")
HOW = ("on_time", "late", "overdue", "dropped", "open")
"""What became of obligations, in the order of the parts of a bar."""


def judged(row: OwedRow) -> int:
    """Return of how many obligations of a rule it is known whether they were met in time."""
    return row.on_time + row.late + row.overdue + row.dropped


def duties(report: Report, told: PageWords) -> Markup:
    """Return what the company owed, as far as the log shows whether it was done."""
    lang = told.lang
    rows = [row for row in report.owed if row.observable and judged(row) + row.open]
    if not rows:
        return Markup()
    meant = words(lang, *HOW)
    title = word("by_duty", lang)
    grid = Grid(
        title,
        (word("duty", lang), told.say("shares"), *meant, word("by_days", lang)),
        "<<" + ">" * 6,
        [_duty(row, told) for row in rows],
        words(lang, "duty_note"),
        headed=False,
    )
    named = (
        (f"owed.{row.rule}.{how}", f"{duty(row.rule, lang)}, {word(how, lang)}")
        for row in rows
        for how in ("overdue", "open", "late", "dropped")
    )
    return section(
        title,
        legend(zip(LOOKS, meant, strict=True)),
        grid.html(),
        behind_figures(report, named, told),
    )


def _duty(row: OwedRow, told: PageWords) -> tuple[str, ...]:
    counts = (row.on_time, row.late, row.overdue, row.dropped, row.open - row.overdue)
    every = sum(counts)
    parts = [(count / every, look) for count, look in zip(counts, LOOKS, strict=True)]
    return (
        duty(row.rule, told.lang),
        bar_of(parts),
        *told.counts(row.on_time, row.late, row.overdue, row.dropped, row.open),
        told.days(row.longest if row.overdue else None),
    )


def cannot_show(report: Report, told: PageWords) -> Markup:
    """Return what the log cannot show, with the activities that would show it."""
    lang, chart = told.lang, report.chart
    met_by = {rule.id: rule.met_by for rule in chart.obligations}
    items = [
        (told.place(row.phase), _kinds(_leading(chart, row.phase), told))
        for row in report.funnel
        if not row.observable
    ]
    for owed in report.owed:
        if owed.not_observable:
            times = told.say("came_up", count=told.count(owed.not_observable))
            kinds = _kinds(met_by[owed.rule] or (EventKind.FULFILLED,), told)
            items.append((f"{duty(owed.rule, lang)} ({times})", kinds))
    if not items:
        return Markup()
    note = tag("p", told.say("cannot_note"), class_="card")
    return section(told.say("cannot_show"), note, defined(items))


def _kinds(kinds: Iterable[EventKind], told: PageWords) -> Markup:
    """Return what happened, in words, each with the name that a mapping gives it."""
    named = (joined([name(kind, told.lang), " (", tag("code", kind.name), ")"]) for kind in kinds)
    return joined(named, f" {word('or', told.lang)} ")


def _leading(chart: Chart, phase: Phase) -> Iterator[EventKind]:
    """Yield the kinds of events that bring a journey to a phase, each once."""
    rows = (row for row in chart.rows if row.to is phase and row.order is None)
    return iter(dict.fromkeys(kind for row in rows for kind in row.events))
