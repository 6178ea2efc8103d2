"""Replaying a log: from its lines to the report."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from os import PathLike, fspath
from pathlib import Path, PurePath
from typing import NamedTuple

import attrs

from cxjourney.errors import InvalidError, masked
from cxjourney.replay._log import Fate, HowRead, lines_of_log
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._opened import STANDARD_INPUT
from cxjourney.replay._report import Report
from cxjourney.replay._reporting._behind import BehindFinder, Listing
from cxjourney.replay._reporting._figure_rows import ActivityRow, LineCounts, SegmentRow
from cxjourney.replay._reporting._from_walks import Gathered
from cxjourney.replay._reporting._tally import ReplayTally, Seen, StayLengths, Teller, stays_of
from cxjourney.replay._walk import Activity, LogBook, walk_journeys
from cxjourney.vocabulary import EventKind
from cxjourney.vocabulary._checks import check_time, check_type
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Progress

COLUMNS_NEED = ("narwhals", "numpy", "pyarrow")
"""The packages of the extra ``bulk``."""
LONG = 1 << 19
"""From so many bytes on a log is replayed in columns."""


def replay_log(
    path: str | PathLike[str],
    mapping: LogMapping,
    *,
    as_of: datetime | None = None,
    segment: str | None = None,
    behind: int = 0,
    id_key: bytes | None = None,
    progress: Progress | None = None,
    show_values: bool = False,
    in_columns: bool | None = None,
) -> Report:
    """Read a log, replay it, and return what it shows.

    Args:
        path: the log; ``-`` is standard input.
        mapping: what it means.
        as_of: when to stop, an aware time; later lines are counted, and left out. None stops at
            the last time in the log.
        segment: the column, such as a country, whose values tell the figures apart; None takes the
            mapping's.
        behind: how many journeys to list behind each figure, by the ids of their customers.
        id_key: at least 16 random bytes; then a keyed hash (HMAC-SHA-256) stands for each id.
        progress: is told how far the work is: its name, how much is done, and of how much.
        show_values: whether errors may tell what the log holds, and the report the activities that
            the mapping does not know; else it has their shape, 9 for each digit, a for each letter.
        in_columns: whether to replay in columns (extra ``bulk``), which gives the same report, to
            the last byte, in a tenth of the time; None does so where the extra is installed and
            the log has half a megabyte, below which it takes longer to load what it needs.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
        FaultsError: when it has several faults; it lists the first twenty, and counts the rest.
        MissingExtraError: when it is asked for and not there.
        NaiveTimeError: when ``as_of`` has no time zone.
    """
    wanted = "a LogMapping, such as read_mapping gives"
    check_type("replay_log.mapping", mapping, LogMapping, wanted)
    given = None if as_of is None else check_time(as_of, "replay.as_of")
    if segment is not None:
        check_type("replay_log.segment", segment, str, "the name of a column")
        mapping = attrs.evolve(mapping, columns=attrs.evolve(mapping.columns, segment=segment))
    listing = Listing(behind, id_key) if behind or id_key is not None else None
    asked = ReplayOrder(fspath(path), mapping, given, listing, show_values, progress)
    if in_columns is None:
        in_columns = _is_long(asked.name) and all(map(find_spec, COLUMNS_NEED))
    if in_columns and asked.name != STANDARD_INPUT:  # which cannot be read once more
        report: Report = load("cxjourney.bulk._reporting._report_in_columns").report_in_columns(
            asked
        )
        return report
    return by_machine(asked)


def _is_long(name: str) -> bool:
    try:
        return Path(name).stat().st_size >= LONG
    except (OSError, ValueError):
        return False  # the reader of rows says why


class ReplayOrder(NamedTuple):
    """What is asked of a replay.

    Attributes:
        name: the log.
        mapping: what it means.
        as_of: when to stop, where that was told.
        listing: which journeys to list; None for none.
        show_values: whether values may be told.
        progress: is told how far the work is.
    """

    name: str
    mapping: LogMapping
    as_of: datetime | None
    listing: Listing | None
    show_values: bool
    progress: Progress | None

    def gathered(self, until: datetime) -> Gathered:
        """Return where journeys are counted that end at a time."""
        seen = Seen.by(self.mapping)
        found = None if self.listing is None else BehindFinder(self.listing.limit)
        return Gathered(until, self.mapping.zone or UTC, seen, found)

    def until(self, last: datetime | None) -> datetime:
        """Return when the replay ends.

        Raises:
            InvalidError: when nothing says so.
        """
        found = self.as_of or last
        if found is None:
            raise InvalidError(self.name, "no time in any line", "an event with a time, or as_of")
        return found


class LineSums(NamedTuple):
    """What the lines of a log hold, counted.

    Attributes:
        read: how many there are.
        later: how many of them are later than ``as_of``.
        later_events: how many events of the other lines are.
        twice: how many local times the clocks showed twice.
        first: the earliest time.
        last: the latest.
        activities: the activities, each under what became of its lines.
        customers: how many customers they are of.
        without: how many of them have no event.
        made: how many events there are of each kind.
    """

    read: int
    later: int
    later_events: int
    twice: int
    first: datetime | None
    last: datetime | None
    activities: Mapping[tuple[Fate, str], Activity]
    customers: int
    without: int
    made: Counter[EventKind]

    @classmethod
    def of(cls, book: LogBook, heard: int, made: Counter[EventKind]) -> "LineSums":
        """Return what the lines of a book hold, of whose customers ``heard`` have an event."""
        return cls(
            book.read,
            book.later,
            book.later_events,
            book.twice,
            book.first,
            book.last,
            book.activities,
            len(book.customers),
            len(book.customers) - heard,
            made,
        )


def by_machine(asked: ReplayOrder) -> Report:
    """Return the report on a log that the live machine walks, journey by journey."""
    mapping, how = asked.mapping, HowRead()
    lines = lines_of_log(asked.name, mapping, how, asked.progress, show_values=asked.show_values)
    book = LogBook.of(lines, asked.as_of)
    until = asked.until(book.last)
    gathered = asked.gathered(until)
    customers: dict[tuple[str, str], set[str]] = defaultdict(set)
    walks = walk_journeys(book.events, mapping.chart, until, progress=asked.progress)
    for order, (walk, name) in enumerate(zip(walks, book.events, strict=True)):
        segment = book.segments.get(name, "")
        gathered.add(walk, order, name[1], segment)
        journey = walk.journey
        customers[segment, (journey.phase or journey.standing).name].add(walk.customer)
    for place in {place for _, place in customers}:
        some = [found for (_, where), found in customers.items() if where == place]
        gathered.customers[None][place] = len(set().union(*some))
    for (segment, place), who in customers.items():
        gathered.customers[segment][place] = len(who)
    for segment in gathered.by_segment:
        some = [found for (of, _), found in customers.items() if of == segment]
        gathered.everybody[segment] = len(set().union(*some))
    heard = {customer for customer, _ in book.events}
    made = Counter(event.kind for events in book.events.values() for event in events)
    counts = LineSums.of(book, len(heard), made)
    return report_of(asked, counts, gathered, how, by_machine=len(book.events))


def report_of(
    asked: ReplayOrder,
    counts: LineSums,
    gathered: Gathered,
    how: HowRead,
    *,
    by_machine: int,
    stays: Callable[..., StayLengths] = stays_of,
) -> Report:
    """Return the report on what an engine gathered.

    Args:
        asked: what is asked.
        counts: what the lines hold.
        gathered: the journeys, counted.
        how: how the log was read.
        by_machine: how many journeys the live machine walked.
        stays: returns what the stays in a place are.
    """
    mapping, seen, column = asked.mapping, gathered.seen, asked.mapping.columns.segment
    all_of = ReplayTally()
    for tally in gathered.by_segment.values():
        all_of.add(tally)
    segments = []
    if column is not None:
        segments = [
            SegmentRow(
                segment=name,
                customers=gathered.everybody[name],
                journeys=tally.journeys,
                **Teller(tally, seen, stays).figures(gathered.customers[name]),
            )
            for name, tally in gathered.by_segment.items()
        ]
        segments.sort(key=lambda row: (-row.journeys, row.segment))
    teller = Teller(all_of, seen, stays)
    by_fate = dict.fromkeys(Fate, 0)
    for (fate, _), entry in counts.activities.items():
        by_fate[fate] += entry.count
    there = {activity for _, activity in counts.activities}
    behind = None
    if gathered.found is not None and asked.listing is not None:
        behind = gathered.found.behind(seen, asked.listing)
    return Report(
        log=PurePath(asked.name).name,
        mapping=PurePath(mapping.path).name,
        chart=mapping.chart,
        as_of=gathered.as_of,
        as_of_given=asked.as_of is not None,
        first=counts.first,
        last=counts.last,
        twice=counts.twice,
        lines=LineCounts(counts.read, by_fate, counts.later, counts.later_events),
        activities=_activities(counts, show_values=asked.show_values),
        absent=tuple(one for one in mapping.activities if one not in there),
        customers=counts.customers,
        without=counts.without,
        journeys=all_of.journeys,
        events=teller.events(counts.made),
        timers=teller.timers(),
        how=how,
        zone="UTC" if mapping.zone is None else mapping.zone.key,
        segment=column or "",
        segments=tuple(segments),
        behind=behind,
        by_machine=by_machine,
        **teller.figures(gathered.customers[None]),
    )


def _activities(counts: LineSums, *, show_values: bool) -> tuple[ActivityRow, ...]:
    rows = [
        ActivityRow(
            name if show_values or fate is not Fate.UNMAPPED else masked(name),
            fate,
            entry.count,
            entry.first_line,
            "; ".join(entry.reasons),
        )
        for (fate, name), entry in counts.activities.items()
    ]
    order = tuple(Fate)
    rows.sort(key=lambda row: (order.index(row.fate), -row.count, row.name, row.first_line))
    return tuple(rows)
