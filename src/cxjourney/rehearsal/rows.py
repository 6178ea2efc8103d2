"""Counting the lines of a rehearsal by row of the playbook, channel and rule; and plain rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import attrs

from cxjourney.channels.policy.verdict import Ruling
from cxjourney.contact import Channel
from cxjourney.rehearsal.lines import Line, LineKind

__all__ = [
    "ChannelRow",
    "PlayRow",
    "RulingRow",
    "Value",
    "channel_rows",
    "count_kinds",
    "plain",
    "plain_row",
    "play_rows",
    "ruling_rows",
]

Value: TypeAlias = str | int | datetime | None
"""What a plain row may hold."""

Counts: TypeAlias = Mapping[LineKind, int]


@attrs.frozen
class PlayRow:
    """What became of the contacts that one row of the playbook called for.

    Attributes:
        play: the row's id.
        counts: how many lines of which kind.
    """

    play: str
    counts: Counts


@attrs.frozen
class ChannelRow:
    """What became of the contacts through one channel (SPEC A01).

    Attributes:
        channel: the channel.
        counts: how many lines of which kind.
        without: on how many journeys nothing would be sent through it.
    """

    channel: Channel
    counts: Counts
    without: int


@attrs.frozen
class RulingRow:
    """How often one rule of the policy did not simply allow a contact.

    Attributes:
        rule: the rule's id.
        ruling: what it said.
        contacts: of how many contacts, each once, however often and for whichever channel it was
            asked.
    """

    rule: str
    ruling: Ruling
    contacts: int


def count_kinds(lines: Iterable[Line]) -> Counts:
    """Return how many lines there are of which kind, without kinds that have none."""
    counted = Counter(line.kind for line in lines)
    return {kind: counted[kind] for kind in LineKind if counted[kind]}


def play_rows(lines: Iterable[Line], plays: Iterable[str]) -> tuple[PlayRow, ...]:
    """Return a row for each row of the playbook, also where it called for nothing."""
    found: dict[str, list[Line]] = {play: [] for play in plays}
    for line in lines:
        found[line.play].append(line)
    return tuple(PlayRow(play, count_kinds(of_play)) for play, of_play in found.items())


def channel_rows(lines: Sequence[Line], journeys: int) -> tuple[ChannelRow, ...]:
    """Return a row for each of the six channels; tasks inside the company go through none."""
    outward = [line for line in lines if not line.internal]
    return tuple(
        _channel_row(channel, [line for line in outward if line.channel is channel], journeys)
        for channel in Channel
    )


def _channel_row(channel: Channel, lines: Sequence[Line], journeys: int) -> ChannelRow:
    reached = {line.person for line in lines if line.kind is LineKind.SENT}
    return ChannelRow(channel, count_kinds(lines), journeys - len(reached))


def ruling_rows(lines: Iterable[Line]) -> tuple[RulingRow, ...]:
    """Return a row for each rule and what it said: the hardest first, then the most frequent."""
    spoken = {
        (line.key, verdict.rule, verdict.ruling) for line in lines for _, verdict in line.said
    }
    counts = Counter((rule, ruling) for _, rule, ruling in spoken)
    hardness = tuple(Ruling)
    order = sorted(counts, key=lambda one: (-hardness.index(one[1]), -counts[one], one[0]))
    return tuple(RulingRow(rule, ruling, counts[rule, ruling]) for rule, ruling in order)


def plain(row: Mapping[str, Value]) -> dict[str, Value]:
    """Return a row as values that JSON can hold: times in ISO 8601."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in row.items()
    }


def plain_row(line: Line) -> dict[str, Value]:
    """Return a line as a plain dict; enums go by the names of their members."""
    return dict(_values(line))


def _values(line: Line) -> Iterator[tuple[str, Value]]:
    for field in ("at", "person", "customer", "engagement"):
        yield field, getattr(line, field)
    for field in ("kind", "play", "purpose", "channel", "wanted", "place"):
        value = getattr(line, field)
        yield field, getattr(value, "name", value)
    for field in ("content", "rule", "reason", "until", "attempt", "due", "internal", "key"):
        yield field, getattr(line, field)
