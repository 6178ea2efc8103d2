"""The report of a rehearsal: who would get what, when, and through which channel; as data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from cxjourney.chart import ChartRef
from cxjourney.contact import Channel
from cxjourney.extras import load
from cxjourney.pretty import SupportsText
from cxjourney.rehearsal.lines import DutyRow, Line, LineKind, MissedDuty
from cxjourney.rehearsal.rows import (
    ChannelRow,
    PlayRow,
    RulingRow,
    Value,
    channel_rows,
    count_kinds,
    plain,
    plain_row,
    play_rows,
    ruling_rows,
)
from cxjourney.texts import Lang, Readable, Told

__all__ = ["Rehearsal"]

SHOWN = 40
"""How many lines of the log are shown when nobody asks for more."""


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
        """The verdicts of the policy other than allowing, hardest first, then most frequent."""
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

    def to_dict(self) -> dict[str, Any]:
        """Return all that was found as plain values that JSON can hold.

        It names the customers, as ``to_rows`` does. Enums go by the names of their members, times
        in ISO 8601.
        """
        return {
            "playbook": self.playbook,
            "chart": self.chart._asdict(),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "seed": self.seed,
            "journeys": [list(one) for one in self.journeys],
            "stand_ins": self.stand_ins,
            "refused": self.refused,
            "counts": {kind.name: count for kind, count in self.counts.items()},
            "lines": [plain(row) for row in self.to_rows()],
            "duties": [attrs.asdict(row) for row in self.duties],
            "missed": [plain(attrs.asdict(one)) for one in self.missed],
        }

    def explain(self, lang: Lang = Lang.EN, *, most: int | None = SHOWN) -> str:
        """Return the report as a text of at most 110 columns, or a little more for many counts.

        Args:
            lang: the language.
            most: how many lines of the log to show; None for all.
        """
        return self._page(lang, most).text()

    def _page(self, lang: Lang, most: int | None = SHOWN) -> Readable:
        page: Readable = load("cxjourney.show._rehearsal").rehearsal_page(self, lang, most)
        return page

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {kind.value}" for kind, count in self.counts.items())
        days = (self.end - self.start).days
        return f"<Rehearsal of {len(self.journeys)} journeys, {days} days: {told or 'nothing'}>"

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(repr(self))
