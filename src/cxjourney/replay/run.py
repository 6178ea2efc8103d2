"""Replaying a log: from its lines to the report."""

from collections.abc import Iterable
from datetime import datetime
from os import PathLike, fspath
from pathlib import PurePath

from cxjourney.events import EventKind
from cxjourney.payload import check_time
from cxjourney.progress import Progress
from cxjourney.replay.errors import LogError
from cxjourney.replay.mapping import LogMapping
from cxjourney.replay.reader import Fate, LogLine, read_log
from cxjourney.replay.report import ActivityRow, LineCounts, Report
from cxjourney.replay.tally import ComingsTally, EventTally, OwedTally, PlaceTally, StayTally
from cxjourney.replay.walk import LogBook, walk_journeys

__all__ = ["replay_lines", "replay_log"]


def replay_log(
    path: str | PathLike[str],
    mapping: LogMapping,
    *,
    as_of: datetime | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read a log, replay it with the live machine, and return what it shows.

    Args:
        path: the log, CSV or JSON Lines.
        mapping: what it means.
        as_of: when to stop, an aware time; later lines are counted, and left out. None stops at
            the last time in the log.
        progress: is told how far the work is.

    Raises:
        LogError: when the log is not of its form; names line and column.
        NaiveTimeError: when ``as_of`` has no time zone.
    """
    name = fspath(path)
    lines = read_log(name, mapping, progress=progress)
    return replay_lines(lines, mapping, name=name, as_of=as_of, progress=progress)


def replay_lines(
    lines: Iterable[LogLine],
    mapping: LogMapping,
    *,
    name: str = "log",
    as_of: datetime | None = None,
    progress: Progress | None = None,
) -> Report:
    """Do what ``replay_log`` does, for lines that were read before.

    Args:
        lines: the lines, in the order of the log.
        mapping: what the log means.
        name: what the report calls the log.
        as_of: when to stop, an aware time; None stops at the last time of the lines.
        progress: is told how far the work is.

    Raises:
        LogError: when there is no line.
        NaiveTimeError: when ``as_of`` has no time zone.
    """
    given = None if as_of is None else check_time(as_of, "replay", "as_of")
    book = LogBook.of(lines, given)
    until = given or book.last
    if until is None:
        raise LogError(name, None, None, "no line that tells of an event", "at least one")
    where, stays, owed = PlaceTally(), StayTally(until), OwedTally(until)
    comings, happened = ComingsTally(), EventTally()
    for events in book.events.values():
        happened.make(events)
    for walk in walk_journeys(book.events, mapping.chart, until, progress=progress):
        for tally in (where, stays, owed, comings, happened):
            tally.add(walk)
    return Report(
        log=PurePath(name).name,
        mapping=PurePath(mapping.path).name,
        chart=mapping.chart,
        as_of=until,
        as_of_given=given is not None,
        first=book.first,
        last=book.last,
        twice=book.twice,
        lines=_line_counts(book),
        activities=_activities(book, mapping),
        absent=_absent(book, mapping),
        customers=len(book.customers),
        without=len(book.customers - {customer for customer, _ in book.events}),
        journeys=len(book.events),
        places=where.places(),
        exits=where.exits(),
        funnel=where.funnel(),
        stays=stays.rows(),
        owed=owed.rows(mapping.chart, _kinds(mapping)),
        comings=comings.row(),
        events=happened.rows(),
        timers=happened.timers(),
    )


def _kinds(mapping: LogMapping) -> frozenset[EventKind]:
    return frozenset(rule.kind for rules in mapping.rules.values() for rule in rules)


def _line_counts(book: LogBook) -> LineCounts:
    by_fate = dict.fromkeys(Fate, 0)
    for (fate, _), entry in book.activities.items():
        by_fate[fate] += entry.count
    return LineCounts(book.read, by_fate, book.later)


def _activities(book: LogBook, mapping: LogMapping) -> tuple[ActivityRow, ...]:
    rows = [
        ActivityRow(
            name,
            fate,
            entry.count,
            entry.first_line,
            mapping.ignored[name] if fate is Fate.IGNORED else "",
        )
        for (fate, name), entry in book.activities.items()
    ]
    order = tuple(Fate)
    return tuple(sorted(rows, key=lambda row: (order.index(row.fate), -row.count, row.name)))


def _absent(book: LogBook, mapping: LogMapping) -> tuple[str, ...]:
    there = {name for _, name in book.activities}
    return tuple(name for name in (*mapping.rules, *mapping.ignored) if name not in there)
