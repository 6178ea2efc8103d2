"""What a rehearsal found: who would get what and when, what is owed, counted and line by line."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import attrs

from cxjourney.channels.policy import Ruling
from cxjourney.chart import ChartRef
from cxjourney.playbook import Coverage
from cxjourney.rehearsal._duties_owed import DutyRow, OpenRow, OwedDuty
from cxjourney.rehearsal._lines import Line, LineKind, Value
from cxjourney.rehearsal._prices import Costs, Prices, costs_of
from cxjourney.rehearsal._volumes import (
    ChannelRow,
    CustomerRow,
    HourRow,
    PlayRow,
    RulingRow,
    WeekRow,
    count_channels,
    count_kinds,
    customers_of,
    hours_of,
    is_quiet,
    weeks_of,
)
from cxjourney.vocabulary import Channel, Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._results import as_dict
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOTS = "cxjourney.show._plots._rehearsal_plots"
COVERAGE = "cxjourney.show._plots._coverage_plot"
VERSION = 1
"""The version of the shape that ``to_dict`` gives: raised when a key changes or goes away."""


@attrs.frozen(repr=False)
class Rehearsal(Told):
    """What a rehearsal found; it prints as a report, in which customers go by number.

    Two of the same people with the same playbook, policy, library and hooks are equal.

    Attributes:
        playbook: the key and the version of the playbook.
        plays: the ids of its rows, in order.
        chart: the chart that the journeys followed.
        start: when it started.
        end: when it ended.
        seed: which people were made up; None where they were given.
        journeys: the customer and engagement of each journey; their numbers go from 1.
        stand_ins: whether texts that are approved stood in for the playbook's own.
        refused: how many events were refused; only orders ever are.
        lines: what would have become of each contact, by time.
        duties: what the company owed, by rule.
        owed: all that it owed, by due time.
        still_open: what it owed at the end, by rule and by why.
        zone: the company's time zone, by which weeks are counted.
        quiet: from when and until when it is night, by the customer's clock (``Limits``).
        every: how often the dispatcher ran; None where it ran whenever there was something to do.
        prices: what contacts cost; None where that was not said. ``attrs.evolve`` gives others.
    """

    playbook: str
    plays: tuple[str, ...]
    chart: ChartRef
    start: datetime
    end: datetime
    seed: int | None
    journeys: tuple[tuple[str, str], ...]
    stand_ins: bool
    refused: int
    lines: tuple[Line, ...]
    duties: tuple[DutyRow, ...]
    owed: tuple[OwedDuty, ...]
    still_open: tuple[OpenRow, ...]
    zone: tzinfo
    quiet: tuple[time, time]
    every: timedelta | None = None
    prices: Prices | None = None

    def of_kind(self, kind: LineKind) -> tuple[Line, ...]:
        """Return the lines of one kind."""
        return tuple(line for line in self.lines if line.kind is kind)

    @property
    def sent(self) -> tuple[Line, ...]:
        """Who would get what, when and through which channel."""
        return self.of_kind(LineKind.SENT)

    @property
    def counts(self) -> Mapping[LineKind, int]:
        """How many lines there are of which kind."""
        return count_kinds(self.lines)

    @property
    def by_play(self) -> tuple[PlayRow, ...]:
        """What became of the contacts of each row of the playbook, idle rows among them."""
        lines: dict[str, list[Line]] = {play: [] for play in self.plays}
        for line in self.lines:
            lines[line.play].append(line)
        return tuple(PlayRow(play, count_kinds(found)) for play, found in lines.items())

    @property
    def by_channel(self) -> tuple[ChannelRow, ...]:
        """What became of the contacts through each channel; inner tasks go through none."""
        return tuple(self._channel_row(channel) for channel in Channel)

    def _channel_row(self, channel: Channel) -> ChannelRow:
        lines = [line for line in self.lines if line.channel is channel and not line.internal]
        reached = {line.person for line in lines if line.kind is LineKind.SENT}
        return ChannelRow(channel, count_kinds(lines), len(self.journeys) - len(reached))

    @property
    def by_rule(self) -> tuple[RulingRow, ...]:
        """The verdicts of the policy other than allowing, hardest first, then most frequent."""
        spoken = {
            (line.key, said.rule, said.ruling) for line in self.lines for _, said in line.said
        }
        counts = Counter((rule, ruling) for _, rule, ruling in spoken)
        hardness = tuple(Ruling)
        order = sorted(counts, key=lambda one: (-hardness.index(one[1]), -counts[one], one[0]))
        return tuple(RulingRow(rule, ruling, counts[rule, ruling]) for rule, ruling in order)

    @property
    def missed(self) -> tuple[OwedDuty, ...]:
        """What the company would owe too long, by due time."""
        return tuple(one for one in self.owed if one.missed(self.end))

    @property
    def contacts(self) -> tuple[Line, ...]:
        """What would reach a customer: all that is sent, but for tasks inside the company."""
        return tuple(line for line in self.sent if not line.internal)

    @property
    def by_week(self) -> tuple[WeekRow, ...]:
        """How many contacts would be made in each week by ISO 8601, by the company's clock."""
        return tuple(weeks_of(self.sent, self.start, self.end, self.zone))

    @property
    def by_hour(self) -> tuple[HourRow, ...]:
        """How many contacts would be made in each hour of the day, by the customers' clocks."""
        return hours_of(self.contacts)

    @property
    def at_night(self) -> tuple[Line, ...]:
        """The contacts that would be made in the quiet hours of the policy's limits.

        The standard policy holds back text messages alone at night (X02); ``Limits.windows``
        closes other channels.
        """
        begin, end = self.quiet
        return tuple(line for line in self.contacts if is_quiet(line.local.time(), begin, end))

    @property
    def by_customer(self) -> tuple[CustomerRow, ...]:
        """How often each customer would be contacted, the most often first."""
        return customers_of(self.contacts, self.journeys, made_up=self.seed is not None)

    @property
    def coverage(self) -> Coverage:
        """Through which channels customers would be contacted in which phase, and how often.

        A contact counts where the journey stood when it was made.
        """
        return Coverage.counting(
            ((one.stands, one.channel, one.rerouted) for one in self.contacts), made=True
        )

    @property
    def costs(self) -> Costs | None:
        """What the contacts would cost at ``prices``; None where there are none."""
        return None if self.prices is None else costs_of(self.sent, self.prices)

    @property
    def unused(self) -> tuple[Channel, ...]:
        """The channels through which nothing would be sent to anybody (SPEC A01)."""
        return tuple(row.channel for row in self.by_channel if LineKind.SENT not in row.counts)

    def to_rows(self) -> list[dict[str, Value]]:
        """Return the lines as plain dicts with the same keys, for a frame of any kind.

        They name the customers. Enums go by the names of their members.
        """
        return [line.to_row() for line in self.lines]

    def to_dict(self) -> dict[str, Any]:
        """Return all that was found as plain values that JSON can hold.

        ``rehearsal`` is the version of their shape. They name the customers, as ``to_rows`` does.
        Enums go by the names of their members, times in ISO 8601, spans in seconds, sums as texts.
        """
        begin, end = self.quiet
        return {
            "rehearsal": VERSION,
            "playbook": self.playbook,
            "chart": self.chart._asdict(),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "seed": self.seed,
            "every": None if self.every is None else self.every.total_seconds(),
            "zone": str(self.zone),
            "quiet": [begin.isoformat(), end.isoformat()],
            "journeys": [list(one) for one in self.journeys],
            "stand_ins": self.stand_ins,
            "refused": self.refused,
            "counts": {kind.name: count for kind, count in self.counts.items()},
            "by_play": [as_dict(row) for row in self.by_play],
            "by_channel": [as_dict(row) for row in self.by_channel],
            "by_rule": [as_dict(row) for row in self.by_rule],
            "by_week": [_with_contacts(row) for row in self.by_week],
            "by_hour": [_with_contacts(row) for row in self.by_hour],
            "coverage": self.coverage.to_rows(),
            "by_customer": [_with_contacts(row) for row in self.by_customer],
            "at_night": {
                channel.name: count for channel, count in count_channels(self.at_night).items()
            },
            "costs": None if (costs := self.costs) is None else costs.to_dict(),
            "duties": [as_dict(row) for row in self.duties],
            "still_open": [as_dict(row) for row in self.still_open],
            "owed": [as_dict(one) for one in self.owed],
            "missed": [as_dict(one) for one in self.missed],
            "lines": [line.to_dict() for line in self.lines],
        }

    def explain(self, lang: Lang = Lang.EN, *, full: bool = False) -> str:
        """Return the report as a text of at most 80 columns.

        Args:
            lang: the language.
            full: whether every line of the log, every row of the playbook and every customer is
                shown too.
        """
        return self._page(lang, full=full).text()

    def _page(self, lang: Lang, *, full: bool = False) -> Readable:
        pages = load("cxjourney.show._rehearsal_tables")
        page: Readable = pages.rehearsal_page(self, lang, full=full)
        return page

    def to_html(self, lang: Lang = Lang.EN) -> str:
        """Return the report as one file to send: it needs no network and runs no script.

        Args:
            lang: the language.
        """
        html: str = load("cxjourney.show._pages._rehearsal_html").rehearsal_html(self, lang)
        return html

    def plot_volume(
        self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False
    ) -> "Axes":
        """Draw how many contacts there are in each week, by channel, by the company's clock.

        Args:
            ax: the axes to draw in; without them there is a figure of its own, which a notebook
                shows and ``ax.figure.savefig`` stores.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load(PLOTS).draw_volume(self, ax, lang, dark=dark)
        return axes

    def plot_calendar(
        self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False
    ) -> "Axes":
        """Draw a calendar: how many contacts on each day, by the company's clock.

        Args:
            ax: the axes to draw in; without them there is a figure of its own, which a notebook
                shows and ``ax.figure.savefig`` stores.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load(PLOTS).draw_calendar(self, ax, lang, dark=dark)
        return axes

    def plot_rows(
        self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False
    ) -> "Axes":
        """Draw through which channels each row of the playbook reaches customers, and how often.

        ``coverage.plot`` draws the same by phase.

        Args:
            ax: the axes to draw in; without them there is a figure of its own, which a notebook
                shows and ``ax.figure.savefig`` stores.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load(COVERAGE).draw_rows(self, ax, lang, dark=dark)
        return axes

    def plot_duties(
        self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False
    ) -> "Axes":
        """Draw how many duties are open, and how many of them overdue, as time goes by.

        Args:
            ax: the axes to draw in; without them there is a figure of its own, which a notebook
                shows and ``ax.figure.savefig`` stores.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        axes: Axes = load(PLOTS).draw_duties(self, ax, lang, dark=dark)
        return axes

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {kind.value}" for kind, count in self.counts.items())
        days = (self.end - self.start).days
        return f"<Rehearsal of {len(self.journeys)} journeys, {days} days: {told or 'nothing'}>"


def _with_contacts(row: WeekRow | HourRow | CustomerRow) -> dict[str, Any]:
    return {**as_dict(row), "contacts": row.contacts}
