"""How far customers came, and where they stand now."""

from collections.abc import Iterator

from cxjourney.replay import Report
from cxjourney.replay._reporting._figure_rows import FunnelRow
from cxjourney.show._pages._drawings import Bar, bars, legend
from cxjourney.show._pages._html_file import Grid, as_table, figure_of, paragraphs, section
from cxjourney.show._pages._markup import Markup
from cxjourney.show._pages._page_words import TO, PageWords
from cxjourney.show._pages._replay._behind_lists import behind_figures
from cxjourney.vocabulary import Standing
from cxjourney.vocabulary._texts import figure, word, words

ENDS = ("under_way", "silent", "left", "not_observable")


def reach(report: Report, told: PageWords) -> Markup:
    """Return how far they ever came, and what became of those who came no further."""
    lang, every = told.lang, max(report.journeys, 1)
    rows = [_bar(row, every, told) for row in report.funnel]
    title = word("by_reach", lang)
    drawn = bars("reach", title, _listed(rows), rows)
    looks = (("solid", "seen"), ("hatch", "followed"), ("empty", "blind"))
    came = Grid(
        title,
        (figure("phase", lang), *words(lang, "reached", "implied", "of_before", "interval")),
        "<>>>>",
        [_reached(row, told) for row in report.funnel],
    )
    stopped = Grid(
        word("by_end", lang),
        (figure("phase", lang), *(figure(key, lang) for key in ENDS)),
        "<>>>>",
        [
            (told.place(row.phase), *told.counts(*(getattr(row, key) for key in ENDS)))
            for row in report.funnel
        ],
    )
    return section(
        title,
        legend((look, told.say(key)) for look, key in looks),
        figure_of(drawn, told.say("far_note")),
        paragraphs(_assumed(report, told), "note"),
        as_table(lang, came, stopped),
        behind_figures(report, _reach_figures(report, told), told),
    )


def _reach_figures(report: Report, told: PageWords) -> Iterator[tuple[str, str]]:
    for row in report.funnel:
        for key in ENDS:
            yield (
                f"funnel.{row.phase.name}.{key}",
                f"{told.place(row.phase)}, {figure(key, told.lang)}",
            )


def _assumed(report: Report, told: PageWords) -> Iterator[str]:
    """Yield what can be seen only by an option of the chart."""
    options = dict.fromkeys(option for row in report.funnel for option in row.assumes)
    for option in options:
        phases = ", ".join(told.place(row.phase) for row in report.funnel if option in row.assumes)
        yield told.say("assumed", option=option, phases=phases)


def _listed(rows: list[Bar]) -> str:
    return "; ".join(f"{row.label}: {row.value}" for row in rows)


def _bar(row: FunnelRow, every: int, told: PageWords) -> Bar:
    if not (row.observable or row.reached):
        return Bar(told.place(row.phase), told.say("not_seen"), [(1.0, "empty")])
    ends = [
        f"{figure(key, told.lang)} {told.count(count)}"
        for key in ENDS[:-1]
        if (count := getattr(row, key))
    ]
    under = told.say("no_further", parts=", ".join(ends)) if ends else ""
    if row.not_observable:
        unseen = told.say("further_unseen", count=told.count(row.not_observable))
        under = f"{under}; {unseen}" if under else unseen
    return Bar(
        told.place(row.phase),
        f"{told.count(row.reached)} ({told.share(row.reached / every)})",
        [((row.reached - row.implied) / every, "solid"), (row.implied / every, "hatch")],
        under,
    )


def _reached(row: FunnelRow, told: PageWords) -> tuple[str, ...]:
    share, cells = row.share, (TO, TO)
    if share is not None and row.observable:
        value, low, high = (told.share(one, ".1f") for one in (share.value, share.low, share.high))
        cells = value, f"{low}{TO}{high}"
    return told.place(row.phase), *told.counts(row.reached, row.implied), *cells


def places(report: Report, told: PageWords) -> Markup:
    """Return where they stand now."""
    lang, looks = told.lang, ("solid", "dots", "third")
    rows = [row for row in report.places if row.journeys]
    every = max((row.journeys for row in rows), default=1)
    drawn = [
        Bar(
            told.place(row.place),
            told.count(row.journeys),
            [
                (count / every, look)
                for count, look in zip((row.active, row.lapsed, row.lost), looks, strict=True)
            ],
        )
        for row in rows
    ]
    title = told.say("now")
    live = (Standing.ACTIVE, Standing.LAPSED, Standing.LOST)
    standings = [told.place(one) for one in live]
    grid = Grid(
        title,
        (figure("phase", lang), *standings, *words(lang, "journeys", "customers")),
        "<>>>>>",
        [
            (
                told.place(row.place),
                *told.counts(row.active, row.lapsed, row.lost, row.journeys, row.customers),
            )
            for row in rows
        ],
    )
    named = (
        (f"places.{row.place}.{one.value}", f"{told.place(row.place)}, {told.place(one)}")
        for row in rows
        for one in live
    )
    return section(
        title,
        legend(zip(looks, standings, strict=True)),
        figure_of(bars("places", title, _listed(drawn), drawn), ""),
        as_table(lang, grid),
        behind_figures(report, named, told),
    )
