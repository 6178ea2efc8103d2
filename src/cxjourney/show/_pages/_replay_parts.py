"""The parts of the report of a replay: each a picture, its figures as a table, and what to see."""

from collections.abc import Iterable, Iterator

import attrs

from cxjourney.chart import Chart
from cxjourney.replay import Report
from cxjourney.replay._reporting._figure_rows import FunnelRow, OwedRow, StayRow
from cxjourney.show._pages._document import Grid, as_table, defined, figure_of, section
from cxjourney.show._pages._drawings import Bar, bar_of, bars, legend
from cxjourney.show._pages._markup import Markup, joined, tag
from cxjourney.vocabulary import EventKind, Lang, Phase, Place, Standing, name
from cxjourney.vocabulary._texts import duty, figure, number, page, percent, word, words

TO, AT_LEAST = "\N{EN DASH}", "\N{GREATER-THAN OR EQUAL TO}"


@attrs.frozen
class Parts:
    """The parts of one report in one language."""

    report: Report
    lang: Lang

    def _say(self, key: str, **values: object) -> str:
        return page(key, self.lang, **values)

    def _count(self, value: int) -> str:
        return number(value, self.lang)

    def _counts(self, *values: int) -> tuple[str, ...]:
        return tuple(map(self._count, values))

    def _named(self, place: Place) -> str:
        return name(place, self.lang)

    def reach(self) -> Markup:
        """Return how far they ever came."""
        report, lang = self.report, self.lang
        rows = [self._bar(row) for row in report.funnel]
        told = "; ".join(f"{row.label}: {row.value}" for row in rows)
        title = word("by_reach", lang)
        drawn = bars("reach", title, told, rows)
        looks = (("solid", "seen"), ("hatch", "followed"), ("empty", "blind"))
        meant = legend((look, self._say(key)) for look, key in looks)
        keys = ("reached", "implied", "of_before", "interval")
        ends = ("under_way", "silent", "left", "not_observable")
        grid = Grid(
            title,
            (figure("phase", lang), *words(lang, *keys)),
            "<>>>>",
            [self._reached(row) for row in report.funnel],
        )
        stopped = Grid(
            word("by_end", lang),
            (figure("phase", lang), *(figure(key, lang) for key in ends)),
            "<>>>>",
            [
                (
                    self._named(row.phase),
                    *self._counts(row.under_way, row.silent, row.left, row.not_observable),
                )
                for row in report.funnel
            ],
        )
        return section(
            title,
            meant,
            figure_of(drawn, self._say("far_note")),
            as_table(lang, grid, stopped),
        )

    def _bar(self, row: FunnelRow) -> Bar:
        if not (row.observable or row.reached):
            return Bar(self._named(row.phase), self._say("not_seen"), [(1.0, "empty")])
        every = max(self.report.journeys, 1)
        seen = (row.reached - row.implied) / every
        ends = (("under_way", row.under_way), ("silent", row.silent), ("left", row.left))
        told = [f"{figure(key, self.lang)} {self._count(count)}" for key, count in ends if count]
        under = self._say("no_further", parts=", ".join(told)) if told else ""
        if row.not_observable:
            unseen = self._say("further_unseen", count=self._count(row.not_observable))
            under = f"{under}; {unseen}" if under else unseen
        share = percent(row.reached / every, self.lang)
        return Bar(
            self._named(row.phase),
            f"{self._count(row.reached)} ({share})",
            [(seen, "solid"), (row.implied / every, "hatch")],
            under,
        )

    def _reached(self, row: FunnelRow) -> tuple[str, ...]:
        share, told = row.share, (TO, TO)
        if share is not None and row.observable:
            value, low, high = (
                percent(one, self.lang, ".1f") for one in (share.value, share.low, share.high)
            )
            told = value, f"{low}{TO}{high}"
        return self._named(row.phase), *self._counts(row.reached, row.implied), *told

    def places(self) -> Markup:
        """Return where they stand now."""
        lang = self.lang
        places: dict[str, Place] = {one.name: one for one in (*Phase, *Standing)}
        rows = [row for row in self.report.places if row.journeys]
        every = max((row.journeys for row in rows), default=1)
        looks = ("solid", "dots", "third")
        drawn = []
        for row in rows:
            counts = (row.active, row.lapsed, row.lost)
            shares = [(count / every, look) for count, look in zip(counts, looks, strict=True)]
            drawn.append(Bar(self._named(places[row.place]), self._count(row.journeys), shares))
        title = self._say("now")
        standings = [self._named(one) for one in (Standing.ACTIVE, Standing.LAPSED, Standing.LOST)]
        told = "; ".join(f"{row.label}: {row.value}" for row in drawn)
        grid = Grid(
            title,
            (figure("phase", lang), *standings, *words(lang, "journeys", "customers")),
            "<>>>>>",
            [
                (
                    self._named(places[row.place]),
                    *self._counts(row.active, row.lapsed, row.lost, row.journeys, row.customers),
                )
                for row in rows
            ],
        )
        meant = legend(zip(looks, standings, strict=True))
        picture = figure_of(bars("places", title, told, drawn), "")
        return section(title, meant, picture, as_table(lang, grid))

    def stays(self) -> Markup:
        """Return how long they stay in each phase."""
        lang = self.lang
        rows = [row for row in self.report.stays if row.ended + row.silent + row.going_on]
        ended, going_on, median, interval = words(lang, "ended", "going_on", "median", "interval")
        quarter, most = (percent(share, lang) for share in (0.25, 0.75))
        silent = self._named(Standing.LAPSED)
        grid = Grid(
            self._say("days_in"),
            (figure("phase", lang), ended, silent, going_on, quarter, median, interval, most),
            "<" + ">" * 7,
            [self._stay(row) for row in rows],
            words(lang, "stay_note"),
        )
        return section(self._say("stays_title"), grid.html()) if rows else Markup()

    def _stay(self, row: StayRow) -> tuple[str, ...]:
        found, told = row.lasting, (TO,) * 4
        if found is not None:
            quarter, median, low, high, most = (
                TO if one is None else number(one, self.lang, ",.1f")
                for one in (
                    found.quarter,
                    found.median,
                    found.low,
                    found.high,
                    found.three_quarters,
                )
            )
            between = f"{low}{TO}{high}" if found.high is not None else f"{AT_LEAST} {low}"
            told = quarter, median, TO if found.low is None else between, most
        return self._named(row.phase), *self._counts(row.ended, row.silent, row.going_on), *told

    def comings(self) -> Markup:
        """Return how often they fell silent, came back and recommended."""
        lang, found = self.lang, self.report.comings
        keys = ("lapses", "returned", "repurchased", "won_back", "referrals", "referrers")
        title = word("by_coming", lang)
        grid = Grid(
            title,
            (figure("what", lang), word("times", lang)),
            "<>",
            [(word(key, lang), self._count(getattr(found, key))) for key in keys],
            headed=False,
        )
        return section(title, grid.html())

    def duties(self) -> Markup:
        """Return what the company owed, as far as the log shows whether it was done."""
        lang = self.lang
        rows = [row for row in self.report.owed if row.observable and any(attrs.astuple(row)[1:-2])]
        if not rows:
            return Markup()
        looks = ("solid", "hatch", "dots", "third", "empty")
        keys = ("on_time", "late", "overdue", "dropped", "open")
        meant = words(lang, *keys)
        title = word("by_duty", lang)
        grid = Grid(
            title,
            (word("duty", lang), self._say("shares"), *meant, word("by_days", lang)),
            "<<" + ">" * 6,
            [self._duty(row, place, looks) for place, row in enumerate(rows)],
            words(lang, "duty_note"),
            headed=False,
        )
        return section(title, legend(zip(looks, meant, strict=True)), grid.html())

    def _duty(self, row: OwedRow, place: int, looks: Iterable[str]) -> tuple[str, ...]:
        waiting = row.open - row.overdue
        counts = (row.on_time, row.late, row.overdue, row.dropped, waiting)
        every = max(sum(counts), 1)
        parts = [(count / every, look) for count, look in zip(counts, looks, strict=True)]
        longest = number(row.longest, self.lang, ",.1f") if row.overdue else TO
        return (
            duty(row.rule, self.lang),
            bar_of(f"duty-{place}", parts),
            *self._counts(row.on_time, row.late, row.overdue, row.dropped, row.open),
            longest,
        )

    def blind(self) -> Markup:
        """Return what the log cannot show, with the activities that would show it."""
        lang, chart = self.lang, self.report.chart
        met_by = {rule.id: rule.met_by for rule in chart.obligations}
        items = [
            (self._named(row.phase), self._kinds(_leading(chart, row.phase)))
            for row in self.report.funnel
            if not row.observable
        ]
        for row in self.report.owed:
            if row.not_observable:
                times = self._say("came_up", count=self._count(row.not_observable))
                kinds = self._kinds(met_by[row.rule] or (EventKind.FULFILLED,))
                items.append((f"{duty(row.rule, lang)} ({times})", kinds))
        note = tag("p", self._say("cannot_note"), class_="card")
        return section(self._say("cannot_show"), note, defined(items)) if items else Markup()

    def _kinds(self, kinds: Iterable[EventKind]) -> Markup:
        """Return what happened, in words, each with the name that a mapping gives it."""
        told = (
            joined([name(kind, self.lang), " (", tag("code", kind.name), ")"]) for kind in kinds
        )
        return joined(told, f" {word('or', self.lang)} ")


def _leading(chart: Chart, phase: Phase) -> Iterator[EventKind]:
    """Yield the kinds of events that bring a journey to a phase, each once."""
    kinds = (
        kind for row in chart.rows if row.to is phase and row.order is None for kind in row.events
    )
    return iter(dict.fromkeys(kinds))
