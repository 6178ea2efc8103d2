"""The report of a replay as a page to send: what a marketing analyst decides from."""

from collections.abc import Iterator

import attrs

from cxjourney.replay import Fate, Report
from cxjourney.replay._reporting._figure_rows import FunnelRow
from cxjourney.show._pages._html_file import (
    Grid,
    document,
    folded,
    head,
    listed,
    paragraphs,
    section,
)
from cxjourney.show._pages._markup import Markup, joined, tag
from cxjourney.show._pages._page_words import PageWords
from cxjourney.show._pages._replay._replay_duties import cannot_show, duties, judged
from cxjourney.show._pages._replay._replay_reach import places, reach
from cxjourney.show._pages._replay._replay_segments import segments
from cxjourney.show._pages._replay._replay_times import cohorts, comings, stays
from cxjourney.vocabulary import Lang, Phase, name
from cxjourney.vocabulary._texts import (
    duty,
    figure,
    meaning,
    moment,
    number,
    page,
    reached,
    say,
    word,
)

MOST_ACTIVITIES = 200
"""More activities than this are not told one by one."""


def replay_html(report: Report, lang: Lang) -> str:
    """Return the report of a replay as one file of HTML."""
    told = PageWords(lang)
    sections = [
        tag("ul", joined(_heads(report, lang)), class_="heads"),
        reach(report, told),
        places(report, told),
        segments(report, told),
        stays(report, told),
        comings(report, told),
        cohorts(report, told),
        duties(report, told),
        cannot_show(report, told),
        _next(report, lang),
        _read(report, lang),
        _made(report, lang),
    ]
    return document(page("where_they_stand", lang), list(_about(report, lang)), sections, lang)


def _about(report: Report, lang: Lang) -> Iterator[str]:
    customers, journeys = number(report.customers, lang), number(report.journeys, lang)
    yield page("size", lang, customers=customers, journeys=journeys)
    if report.first is not None and report.last is not None:
        first, last = moment(report.first, lang), moment(report.last, lang)
        yield page("span", lang, log=report.log, first=first, last=last)
    yield page("as_of", lang, at=moment(report.as_of, lang))


def _heads(report: Report, lang: Lang) -> Iterator[Markup]:
    """Yield what there is to know first, each with a word on how to read it."""
    whose = page("of_customers" if _one_each(report) else "of_journeys", lang)
    every = {"all": number(report.journeys, lang), "whose": whose}
    sums = {
        field: number(sum(getattr(row, field) for row in report.places), lang)
        for field in ("active", "lapsed", "lost")
    }
    standing = {"active": sums["active"], "silent": sums["lapsed"], "lost": sums["lost"]}
    yield head(page("head_stand", lang, **standing, **every), page("stand_note", lang))
    came = [row for row in report.funnel if row.reached]
    if came:
        furthest = came[-1]
        did = reached(furthest.phase.name, lang)
        count = number(furthest.reached, lang)
        stopped = max(report.funnel, key=lambda row: row.silent + row.left)
        yield head(
            page("head_reach", lang, reached=count, did=did, **every), _stopped(stopped, lang)
        )
    found = report.comings
    if found.lapses:
        back = number(found.returned + found.repurchased, lang)
        yield head(
            page("head_silence", lang, lapses=number(found.lapses, lang), back=back),
            page(
                "silence_note",
                lang,
                bought=number(found.repurchased, lang),
                otherwise=number(found.returned, lang),
                won_back=number(found.won_back, lang),
            ),
        )
    medians = [
        (row.ended + row.silent + row.going_on, row.phase, row.lasting.median)
        for row in report.stays
        if row.lasting and row.lasting.median
    ]
    if medians:
        _, phase, median = max(medians)
        days = number(median, lang, ",.1f")
        told = page("head_stay", lang, phase=name(phase, lang), days=days)
        yield head(told, page("stay_open", lang))
    yield from _owed(report, lang)


def _one_each(report: Report) -> bool:
    return report.customers - report.without == report.journeys


def _stopped(row: FunnelRow, lang: Lang) -> str:
    if not row.silent + row.left:
        return ""
    silent, lost = number(row.silent, lang), number(row.left, lang)
    return page("stopped", lang, phase=name(row.phase, lang), silent=silent, lost=lost)


def _owed(report: Report, lang: Lang) -> Iterator[Markup]:
    seen = [row for row in report.owed if judged(row)]
    blind = [row for row in report.owed if row.not_observable]
    if seen:
        late = max(seen, key=lambda row: row.longest)
        longest = number(late.longest, lang, ",.1f")
        note = page("duty_longest", lang, duty=duty(late.rule, lang), days=longest)
        figures = {
            "on_time": number(sum(row.on_time for row in seen), lang),
            "all": number(sum(map(judged, seen)), lang),
            "overdue": number(sum(row.overdue for row in seen), lang),
        }
        yield head(page("head_duty", lang, **figures), note if late.overdue else "")
    elif blind:
        kinds = number(len(blind), lang)
        yield head(page("head_blind", lang), page("blind_note", lang, kinds=kinds))


def _next(report: Report, lang: Lang) -> Markup:
    """Return what a reader of the report can do."""
    silent = sum(row.lapsed for row in report.places)
    overdue = [row for row in report.owed if row.overdue]
    blind = any(row.not_observable for row in report.owed)
    unknown = report.lines.by_fate[Fate.UNMAPPED] + report.lines.by_fate[Fate.UNMATCHED]
    steps = list[str]()
    if overdue:
        longest = max(overdue, key=lambda row: row.longest)
        count = number(sum(row.overdue for row in overdue), lang)
        steps.append(page("do_overdue", lang, overdue=count, duty=duty(longest.rule, lang)))
    if silent:
        steps.append(page("do_silent", lang, count=number(silent, lang)))
    if blind or not all(row.observable for row in report.funnel):
        steps.append(page("do_log", lang, section=page("cannot_show", lang)))
    if unknown:
        steps.append(page("do_unknown", lang, lines=number(unknown, lang)))
    return section(page("next", lang), listed(steps)) if steps else Markup()


def _read(report: Report, lang: Lang) -> Markup:
    """Return what became of each line of the log."""
    lines = report.lines
    fates = [f"{name(fate, lang)}: {number(count, lang)}" for fate, count in lines.by_fate.items()]
    if lines.later:
        fates.append(f"{word('later', lang)}: {number(lines.later, lang)}")
    told = f"{say('lines_read', lang, lines=number(lines.read, lang))}: {', '.join(fates)}."
    reasons = any(row.reason for row in report.activities)
    keys = ("activity", "fate", "lines", "first_line", *(["reason"] if reasons else []))
    rows = [
        (
            tag("bdi", row.name or word("blank", lang)),
            name(row.fate, lang),
            number(row.count, lang),
            number(row.first_line, lang),
            *([tag("bdi", row.reason)] if reasons else []),
        )
        for row in report.activities[:MOST_ACTIVITIES]
    ]
    more = len(report.activities) - len(rows)
    notes = [page("more_rows", lang, count=number(more, lang))] if more else []
    if report.absent:
        notes.append(f"{word('absent', lang)}: {', '.join(report.absent)}")
    heads = [page(key, lang) for key in keys]
    grid = Grid(page("activities", lang), heads, "<<>><"[: len(keys)], rows, notes)
    sums = word("adds_up" if report.add_up else "adds_not_up", lang)
    lines_told = paragraphs([told, sums])
    return section(page("what_read", lang), lines_told, folded(grid.caption, grid.html()))


def _made(report: Report, lang: Lang) -> Markup:
    """Return by which rules the figures were made, and what the phases mean."""
    chart = report.chart
    notes = [say("chart", lang, key=chart.key.partition("[")[0], version=chart.version)]
    notes += [
        f"{field.name}: {getattr(chart.options, field.name).value}"
        for field in attrs.fields(type(chart.options))
    ]
    rows = [
        (
            name(phase, lang),
            meaning(phase.name, lang),
            say("never", lang)
            if window is None
            else number(window.total_seconds() / 86400, lang, "g"),
        )
        for phase in Phase
        for window in [chart.silence.get(phase)]
    ]
    heads = [figure("phase", lang), page("the_customer", lang), page("silent_after", lang)]
    grid = Grid(page("phases_title", lang), heads, "<<>", rows, notes)
    return section(page("how_made", lang), folded(grid.caption, grid.html()))
