"""How long customers stay, when they fall silent and come back, and how each month's did."""

from collections.abc import Iterator

from cxjourney.replay import Report
from cxjourney.replay._reporting._figure_rows import CohortRow, StayRow
from cxjourney.show._pages._curves import MOST_TICKS, Curve
from cxjourney.show._pages._drawings import columns, legend
from cxjourney.show._pages._html_file import Grid, as_table, figure_of, section
from cxjourney.show._pages._markup import Markup, joined, tag
from cxjourney.show._pages._page_words import AT_LEAST, TO, PageWords
from cxjourney.show._pages._replay._behind_lists import behind_figures
from cxjourney.show._pages._scale_ticks import round_ticks
from cxjourney.vocabulary import Phase, Standing
from cxjourney.vocabulary._texts import figure, number, word, words

SHORTEST = 0.01
"""A stay of fewer days than this has no curve to look at."""
MOST_MONTHS = 36
"""Of more months than this only the latest are shown."""


def stays(report: Report, told: PageWords) -> Markup:
    """Return how long they stay in each phase: a curve for each that somebody left."""
    lang = told.lang
    rows = [row for row in report.stays if row.ended + row.silent + row.going_on]
    if not rows:
        return Markup()
    curves = [row for row in rows if row.curve and row.longest > SHORTEST]
    panels = joined(_panel(row, told) for row in curves)
    quarter, most = (told.share(share) for share in (0.25, 0.75))
    ended, going_on, median, interval = words(lang, "ended", "going_on", "median", "interval")
    grid = Grid(
        told.say("days_in"),
        (
            *(figure("phase", lang), ended, told.place(Standing.LAPSED), going_on),
            *(quarter, median, interval, most),
        ),
        "<" + ">" * 7,
        [_stay(row, told) for row in rows],
        [told.say("stay_note")],
    )
    parts = []
    if curves:
        parts = [tag("p", told.say("curve_note")), tag("div", panels, class_="panels")]
    return section(told.say("stays_title"), *parts, grid.html())


def _panel(row: StayRow, told: PageWords) -> Markup:
    longest = row.longest
    shape = [(min(step.days / longest, 1.0), step.share, step.low, step.high) for step in row.curve]
    ticks = []
    for days in round_ticks(0, longest, MOST_TICKS):
        left = next((step.at_risk for step in row.curve if step.days >= days), None)
        ticks.append(
            (
                days / longest,
                number(days, told.lang, ",g"),
                "" if left is None else told.count(left),
            )
        )
    levels = [(one, told.share(one)) for one in (1.0, 0.5, 0.0)]
    last = row.curve[-1]
    phase = told.place(row.phase)
    says = told.say(
        "curve_told", phase=phase, days=told.days(last.days), share=told.share(last.share)
    )
    found = row.lasting
    if found is not None and found.median is not None:
        says = told.say("head_stay", phase=phase, days=told.days(found.median))
    beside = (told.say("days_since"), told.say("at_risk"))
    drawn = Curve(shape, ticks, levels, beside).drawn(f"stay-{row.phase.name}", phase, says)
    return joined([tag("div", tag("h3", phase), figure_of(drawn, says))])


def _stay(row: StayRow, told: PageWords) -> tuple[str, ...]:
    found, cells = row.lasting, (TO,) * 4
    if found is not None:
        between = f"{told.days(found.low)}{TO}{told.days(found.high)}"
        if found.high is None:
            between = f"{AT_LEAST} {told.days(found.low)}"
        cells = (
            told.days(found.quarter),
            told.days(found.median),
            TO if found.low is None else between,
            told.days(found.three_quarters),
        )
    return told.place(row.phase), *told.counts(row.ended, row.silent, row.going_on), *cells


def comings(report: Report, told: PageWords) -> Markup:
    """Return how often they fell silent, came back and recommended, and in which months."""
    lang, found = told.lang, report.comings
    keys = ("lapses", "returned", "repurchased", "won_back", "referrals", "referrers")
    title = word("by_coming", lang)
    grid = Grid(
        title,
        (figure("what", lang), word("times", lang)),
        "<>",
        [(word(key, lang), told.count(getattr(found, key))) for key in keys],
        headed=False,
    )
    named = ((f"comings.{key}", word(key, lang)) for key in keys)
    return section(title, *_months(report, told), grid.html(), behind_figures(report, named, told))


def _months(report: Report, told: PageWords) -> Iterator[Markup]:
    rows = report.months[-MOST_MONTHS:]
    if not rows[1:]:
        return
    lang, keys = told.lang, ("lapses", "returned", "repurchased", "won_back")
    came_back = [row.returned + row.repurchased + row.won_back for row in rows]
    heights = [(row.lapses, back) for row, back in zip(rows, came_back, strict=True)]
    most = max(max(pair) for pair in heights)
    title = told.say("by_month")
    says = "; ".join(
        f"{row.month}: {told.count(row.lapses)}, {told.count(back)}"
        for row, back in zip(rows, came_back, strict=True)
    )
    drawn = columns(
        "months",
        title,
        f"{told.say('silent_and_back')}: {says}",
        [row.month for row in rows],
        heights,
        (most, told.count(most)),
        ("pale", "solid"),
    )
    yield legend([("pale", told.say("fell_silent")), ("solid", told.say("came_back"))])
    yield figure_of(drawn, told.say("month_zone", zone=report.zone))
    table = Grid(
        title,
        (told.say("month"), *words(lang, *keys)),
        "<>>>>",
        [(row.month, *told.counts(*(getattr(row, key) for key in keys))) for row in report.months],
    )
    yield as_table(lang, table)


def cohorts(report: Report, told: PageWords) -> Markup:
    """Return how far those of each month came, where they began in several."""
    rows = report.cohorts[-MOST_MONTHS:]
    if not rows[1:]:
        return Markup()
    phases = [row.phase for row in report.funnel if row.observable or row.reached]
    title = told.say("cohorts_title")
    grid = Grid(
        title,
        (
            *(told.say("month"), word("journeys", told.lang)),
            *map(told.place, phases),
            *map(told.place, (Standing.ACTIVE, Standing.LAPSED, Standing.LOST)),
        ),
        "<" + ">" * (len(phases) + 4),
        [_cohort(row, phases, told) for row in rows],
        [told.say("cohort_note")],
        headed=False,
    )
    return section(title, grid.html())


def _cohort(row: CohortRow, phases: list[Phase], told: PageWords) -> tuple[str, ...]:
    every = max(row.journeys, 1)
    shares = (told.share(row.reached[phase] / every) for phase in phases)
    return (
        row.month,
        told.count(row.journeys),
        *shares,
        *told.counts(row.active, row.lapsed, row.lost),
    )
