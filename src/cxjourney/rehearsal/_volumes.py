"""What a rehearsal is counted by: rows, channels, rules, weeks, hours of the day, customers."""

import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from typing import TypeAlias

import attrs

from cxjourney.channels.policy import Ruling
from cxjourney.rehearsal._lines import Line, LineKind
from cxjourney.vocabulary import Channel
from cxjourney.vocabulary._terminal import Showable, brief, code

Counts: TypeAlias = Mapping[LineKind, int]
Volume: TypeAlias = Mapping[Channel, int]
A_WEEK = timedelta(days=7)
HOURS = 24
DIGITS = 12


@attrs.frozen
class PlayRow(Showable):
    """What became of the contacts that one row of the playbook called for.

    Attributes:
        play: the row's id.
        counts: how many lines of which kind.
    """

    play: str = attrs.field(repr=code)
    counts: Counts

    __repr__ = brief


@attrs.frozen
class ChannelRow(Showable):
    """What became of the contacts through one channel (SPEC A01).

    Attributes:
        channel: the channel.
        counts: how many lines of which kind.
        without: on how many journeys nothing would be sent through it.
    """

    channel: Channel
    counts: Counts
    without: int

    __repr__ = brief


@attrs.frozen
class RulingRow(Showable):
    """How often one rule of the policy did not simply allow a contact.

    Attributes:
        rule: the rule's id.
        ruling: what it said.
        contacts: of how many contacts, each once, however often and for whichever channel it was
            asked.
    """

    rule: str = attrs.field(repr=code)
    ruling: Ruling
    contacts: int

    __repr__ = brief


@attrs.frozen
class WeekRow(Showable):
    """How many contacts would be made in one week, by channel.

    Attributes:
        week: the week by ISO 8601, such as ``2026-W10``; by the company's clock.
        monday: the day on which it begins.
        counts: how many contacts through which channel, without channels that have none.
        internal: how many tasks inside the company, which go through no channel.
    """

    week: str = attrs.field(repr=code)
    monday: date
    counts: Volume
    internal: int = 0

    __repr__ = brief

    @property
    def contacts(self) -> int:
        """How many contacts would be made, through any channel."""
        return sum(self.counts.values())


@attrs.frozen
class HourRow(Showable):
    """How many contacts would be made in one hour of the day, by channel.

    Attributes:
        hour: the hour from 0 to 23, by the clock of each customer.
        counts: how many contacts through which channel, without channels that have none.
    """

    hour: int
    counts: Volume

    __repr__ = brief

    @property
    def contacts(self) -> int:
        """How many contacts would be made, through any channel."""
        return sum(self.counts.values())


@attrs.frozen
class CustomerRow(Showable):
    """How often one customer would be contacted.

    Attributes:
        customer: the customer's id; hidden in the repr.
        label: what a report calls the customer: the id of somebody who was made up, else a hash.
        persons: the numbers of the customer's journeys, from 1.
        counts: how many contacts through which channel, without channels that have none.
        in_a_week: the most contacts in any seven days, by the customer's clock.
    """

    customer: str = attrs.field(repr=False)
    label: str = attrs.field(repr=False)
    persons: tuple[int, ...]
    counts: Volume
    in_a_week: int = 0

    __repr__ = brief

    @property
    def contacts(self) -> int:
        """How many contacts would be made, through any channel."""
        return sum(self.counts.values())


def count_kinds(lines: Iterable[Line]) -> Counts:
    """Return how many lines there are of which kind, without kinds that have none."""
    counted = Counter(line.kind for line in lines)
    return {kind: counted[kind] for kind in LineKind if counted[kind]}


def count_channels(lines: Iterable[Line]) -> Volume:
    """Return how many lines there are for which channel, without channels that have none."""
    counted = Counter(line.channel for line in lines)
    return {channel: counted[channel] for channel in Channel if counted[channel]}


def weeks_of(
    sent: Iterable[Line], start: datetime, end: datetime, zone: tzinfo
) -> Iterator[WeekRow]:
    """Yield every week from a moment to another, by the clock of a zone, empty ones among them."""
    of_week: defaultdict[date, list[Line]] = defaultdict(list)
    for line in sent:
        of_week[_monday(line.at, zone)].append(line)
    monday, last = _monday(start, zone), _monday(end, zone)
    while monday <= last:
        lines = of_week[monday]
        outward = [line for line in lines if not line.internal]
        year, number, _ = monday.isocalendar()
        counts = count_channels(outward)
        yield WeekRow(f"{year:04}-W{number:02}", monday, counts, len(lines) - len(outward))
        monday += A_WEEK


def _monday(at: datetime, zone: tzinfo) -> date:
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def hours_of(contacts: Iterable[Line]) -> tuple[HourRow, ...]:
    """Return the contacts of each of the 24 hours of a day, by the customers' clocks."""
    of_hour: defaultdict[int, list[Line]] = defaultdict(list)
    for line in contacts:
        of_hour[line.local.hour].append(line)
    return tuple(HourRow(hour, count_channels(of_hour[hour])) for hour in range(HOURS))


def is_quiet(at: time, begin: time, end: time) -> bool:
    """Say whether a time of day is in the quiet hours; there are none where both are the same."""
    return begin <= at < end if begin <= end else at >= begin or at < end


def customers_of(
    contacts: Iterable[Line], journeys: Sequence[tuple[str, str]], *, made_up: bool
) -> tuple[CustomerRow, ...]:
    """Return how often each customer would be contacted, the most often first.

    Args:
        contacts: the contacts that are made.
        journeys: the customer and engagement of each journey.
        made_up: whether the customers are nobody.
    """
    persons: defaultdict[str, list[int]] = defaultdict(list)
    for number, (customer, _) in enumerate(journeys, start=1):
        persons[customer].append(number)
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for line in contacts:
        lines[line.customer].append(line)
    labels = {} if made_up else _hashed(persons)
    rows = [
        CustomerRow(
            customer,
            labels.get(customer, customer),
            tuple(numbers),
            count_channels(lines[customer]),
            _most_in_a_week(line.local.toordinal() for line in lines[customer]),
        )
        for customer, numbers in persons.items()
    ]
    rows.sort(key=lambda row: (-row.contacts, row.persons))
    return tuple(rows)


def _most_in_a_week(given: Iterable[int]) -> int:
    """Return how many of some days lie in any seven in a row at most."""
    days, first, most = sorted(given), 0, 0
    for last, day in enumerate(days):
        while day - days[first] >= A_WEEK.days:
            first += 1
        most = max(most, last - first + 1)
    return most


def _hashed(customers: Iterable[str]) -> Mapping[str, str]:
    """Return what stands for each real customer in a report: 12 hexadecimal digits.

    The key of the hash is made of all of them, so that no table of common ids undoes it. Whoever
    has the list of customers can: it hides names, and keeps no secret.
    """
    named = {customer: customer.encode("utf-8", "surrogatepass") for customer in customers}
    key = sha256(b"\0".join(sorted(named.values()))).digest()
    return {who: hmac.digest(key, name, "sha256").hex()[:DIGITS] for who, name in named.items()}
