"""The report of a rehearsal: who would get what, when, and through which channel; as data."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from cxjourney.chart import ChartRef
from cxjourney.contact import Channel
from cxjourney.pretty import SupportsText
from cxjourney.rehearsal.lines import DutyRow, Line, LineKind, MissedDuty
from cxjourney.rehearsal.rows import (
    ChannelRow,
    PlayRow,
    RulingRow,
    Value,
    channel_rows,
    count_kinds,
    plain_row,
    play_rows,
    ruling_rows,
)
from cxjourney.rehearsal.tables import Table, as_html, as_text
from cxjourney.rehearsal.wording import (
    channels_table,
    duties_table,
    log_table,
    moment,
    plays_table,
    rules_table,
)
from cxjourney.rehearsal.words import word
from cxjourney.shown import shown
from cxjourney.texts import Lang

__all__ = ["Rehearsal"]

SHOWN = 40
"""How many lines of the log are shown when nobody asks for more."""


@attrs.frozen(repr=False)
class Rehearsal:
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
        missed: what it would have owed too long, by due time.
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
    missed: tuple[MissedDuty, ...]

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
        return play_rows(self.lines, self.plays)

    @property
    def by_channel(self) -> tuple[ChannelRow, ...]:
        """What became of the contacts through each of the six channels."""
        return channel_rows(self.lines, len(self.journeys))

    @property
    def by_rule(self) -> tuple[RulingRow, ...]:
        """What the policy said but for allowing: the hardest first, then the most frequent."""
        return ruling_rows(self.lines)

    @property
    def unused(self) -> tuple[Channel, ...]:
        """The channels through which nothing would be sent to anybody (SPEC A01)."""
        return tuple(row.channel for row in self.by_channel if LineKind.SENT not in row.counts)

    def to_rows(self) -> list[dict[str, Value]]:
        """Return the lines as plain dicts with the same keys, for a frame of any kind.

        They name the customers. Enums go by the names of their members.
        """
        return [plain_row(line) for line in self.lines]

    def tell(self, lang: Lang = Lang.EN, *, most: int | None = SHOWN) -> str:
        """Return the report as a text of at most 110 columns, or a little more for long names.

        Args:
            lang: the language.
            most: how many lines of the log to show; None for all.
        """
        return as_text(self._heading(lang), self._tables(lang, most))

    def _heading(self, lang: Lang) -> tuple[str, ...]:
        return tuple(self._headlines(lang))

    def _headlines(self, lang: Lang) -> Iterator[str]:
        yield f"{word('title', lang)}. {word('nothing_sent', lang)}."
        yield f"{word('playbook', lang)}: {shown(self.playbook)}"
        yield f"{word('period', lang)}: {moment(self.start)} - {moment(self.end)} (UTC)"
        seed = "" if self.seed is None else f"; {word('seed', lang)}: {self.seed}"
        yield f"{word('journeys', lang)}: {len(self.journeys):,}{seed}"
        if self.stand_ins:
            yield f"{word('stand_ins', lang)}."
        if self.refused:
            yield f"{word('refused', lang)}: {self.refused:,}"

    def _tables(self, lang: Lang, most: int | None) -> tuple[Table, ...]:
        return (
            log_table(self.lines, lang, most),
            plays_table(self.by_play, lang),
            channels_table(self.by_channel, lang),
            rules_table(self.by_rule, lang),
            duties_table(self.duties, lang),
        )

    def __str__(self) -> str:
        return self.tell()

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {kind.value}" for kind, count in self.counts.items())
        days = (self.end - self.start).days
        return f"<Rehearsal of {len(self.journeys)} journeys, {days} days: {told or 'nothing'}>"

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(repr(self))

    def _repr_html_(self) -> str:
        return as_html(self._heading(Lang.EN), self._tables(Lang.EN, SHOWN), Lang.EN.value)
