"""The report as a text of at most 80 columns for a terminal."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import attrs

from cxjourney.phases import ExitReason
from cxjourney.replay.figures import DAY, Share, Spread
from cxjourney.replay.reader import Fate
from cxjourney.replay.report import EventRow, Report
from cxjourney.shown import shown

__all__ = ["report_text"]

WIDTH = 80
MOST_ROWS = 20
LONGEST_NAME = 40
UNSEEN = " *"
GLUE = "\N{NO-BREAK SPACE}"


def report_text(report: Report) -> str:
    """Return a report as a text: ASCII but for names, and nothing in it commands a terminal."""
    parts = (
        _head(report),
        _chart(report),
        _places(report),
        _funnel(report),
        _stays(report),
        _owed(report),
        _comings(report),
        _events(report),
        _activities(report),
        _balance(report),
    )
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield from _listed("Replay of ", (shown(report.log), shown(report.mapping)), " with ")
    source = "as asked" if report.as_of_given else "the last time in the log"
    yield f"As of {report.as_of.isoformat()}, {source}"
    if report.first is not None and report.last is not None:
        yield f"Log from {report.first.isoformat()} to {report.last.isoformat()}"
    without = f", of whom without an event: {report.without:,}" if report.without else ""
    yield f"Journeys: {report.journeys:,}; customers: {report.customers:,}{without}"
    if report.twice:
        yield f"Local times that the clocks showed twice, taken for the first: {report.twice:,}"


def _chart(report: Report) -> Iterator[str]:
    chart, options = report.chart, report.chart.options
    yield f"Chart {chart.key.partition('[')[0]}, version {chart.version}"
    names = [field.name for field in attrs.fields(type(options))]
    switches = (f"{name} {getattr(options, name).value}" for name in names)
    yield from _listed("  options: ", switches, ", ")
    windows = (f"{phase.name} {_window(window)}" for phase, window in chart.silence.items())
    yield from _listed("  silent after days: ", windows, ", ")
    yield f"  advocacy quiet after days: {_window(chart.advocacy_quiet)}"


def _window(window: timedelta | None) -> str:
    return "never" if window is None else f"{window / DAY:g}"


def _places(report: Report) -> Iterator[str]:
    yield "WHERE THE JOURNEYS STAND"
    head = ("", "active", "lapsed", "lost", "journeys", "customers")
    rows = [attrs.astuple(row) for row in report.places]
    sums = [sum(row[index] for row in rows) for index in range(1, 5)]
    rows.append(("all", *sums, report.customers - report.without))
    yield from _table(head, [(name, *_counts(numbers)) for name, *numbers in rows])
    for row in report.exits:
        if row.journeys and row.reason is not ExitReason.ERASURE:
            what = "lapsed" if row.reason is ExitReason.SILENCE else "lost"
            ours = f", {row.our_silence:,} of them while the company owed something overdue"
            note = ours if row.reason is ExitReason.SILENCE else ""
            yield f"{what}: {row.journeys:,} by {row.reason.value}{note}"


def _funnel(report: Report) -> Iterator[str]:
    yield "HOW FAR THEY EVER CAME"
    head = ("", "reached", "implied", "dropped", "of those before", "95 % interval")
    yield from _table(
        head,
        [
            (row.phase.name, *_counts((row.reached, row.implied, row.dropped)), *_shares(row.share))
            for row in report.funnel
        ],
    )
    yield "reached: this phase or a later one; implied: passed over, known by what followed"


def _shares(share: Share | None) -> tuple[str, str]:
    if share is None:
        return "-", "-"
    return f"{share.value:.1%}", f"{share.low:.1%} - {share.high:.1%}"


def _stays(report: Report) -> Iterator[str]:
    yield "HOW LONG THEY STAY, IN DAYS"
    head = ("", "ended", "median", "mean", "p90", "going on", "median", "mean", "p90")
    yield from _table(
        head,
        [(row.phase.name, *_spread(row.ended), *_spread(row.current)) for row in report.stays],
    )


def _spread(spread: Spread | None) -> tuple[str, ...]:
    if spread is None:
        return "0", "-", "-", "-"
    days = (f"{number:,.1f}" for number in (spread.median, spread.mean, spread.p90))
    return f"{spread.count:,}", *days


def _owed(report: Report) -> Iterator[str]:
    yield "WHAT THE COMPANY OWES"
    head = ("", "open", "overdue", "by days", "met on time", "met late", "dropped")
    used = [row for row in report.owed if row.open or row.on_time or row.late or row.dropped]
    yield from _table(
        head,
        [
            (
                row.rule + ("" if row.visible else UNSEEN),
                *_counts((row.open, row.overdue)),
                f"{row.longest:,.1f}" if row.overdue else "-",
                *_counts((row.on_time, row.late, row.dropped)),
            )
            for row in used
        ],
    )
    yield "by days: the one overdue longest; dropped: unmet when the customer moved on"
    if any(not row.visible for row in used):
        yield "*: no event of the mapping could meet it, so the log cannot tell"


def _comings(report: Report) -> Iterator[str]:
    found = report.comings
    yield "SILENCE, RETURN, RECOMMENDATION"
    counts = (
        ("fell silent", found.lapses),
        ("came back in the same cycle", found.returned),
        ("came back by a purchase, in a new cycle", found.repurchased),
        ("were lost and won back", found.won_back),
        ("recommended", found.referrals),
        ("journeys that recommended", found.referrers),
    )
    yield from _table(("", "times"), [(what, f"{count:,}") for what, count in counts])
    if found.cycles:
        cycles = (f"{count:,} in cycle {cycle}" for cycle, count in found.cycles.items())
        yield from _listed("journeys: ", cycles, ", ")


def _events(report: Report) -> Iterator[str]:
    yield "WHAT HAPPENED TO THE EVENTS"
    fields = [field.name for field in attrs.fields(EventRow)]
    rows = [attrs.astuple(row) for row in (*report.events, report.all_events)]
    yield from _table(("", *fields[1:]), [(name, *_counts(numbers)) for name, *numbers in rows])
    timers = ", ".join(f"{count:,} {name}" for name, count in report.timers.items())
    yield f"and by the clock: {timers}"


def _activities(report: Report) -> Iterator[str]:
    yield "WHAT THE LINES SAY"
    for fate in Fate:
        rows = list(report.with_fate(fate))
        yield f"{fate.value} lines: {report.lines.by_fate[fate]:,}"
        most = max((len(f"{row.count:,}") for row in rows), default=0)
        for row in rows[:MOST_ROWS]:
            name = shown(row.name, LONGEST_NAME) or "(blank)"
            reason = f": {shown(row.reason)}" if row.reason else ""
            where = f"  {row.count:>{most},} from line {row.first_line:,}"
            yield shown(f"{where}  {name}{reason}", WIDTH)
        if len(rows) > MOST_ROWS:
            yield f"  and {len(rows) - MOST_ROWS:,} other activities"
    if report.absent:
        names = (shown(name, LONGEST_NAME) for name in report.absent)
        yield from _listed("in the mapping, but not in the log: ", names, ", ")


def _balance(report: Report) -> Iterator[str]:
    lines, events = report.lines, attrs.asdict(report.all_events)
    yield "BALANCE"
    fates = [f"{count:,} {fate.value}" for fate, count in lines.by_fate.items()]
    if lines.later:
        fates.append(f"{lines.later:,} later")
    yield from _listed(f"{lines.read:,} lines read = ", fates, " + ")
    effects = (f"{count:,} {name}" for name, count in list(events.items())[2:])
    yield from _listed(f"{events['made']:,} events made = ", effects, " + ")
    yield "nothing is lost" if report.add_up else "THE COUNTS DO NOT ADD UP: please report this"


def _counts(numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"{number:,}" for number in numbers)


def _listed(begin: str, items: Iterable[str], sign: str) -> list[str]:
    """Return items in lines that are broken between items only."""
    whole = sign.join(item.replace(" ", GLUE) for item in items)
    indent = " " * (len(begin) - len(begin.lstrip()) + 2)
    lines = textwrap.wrap(begin + whole, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace(GLUE, " ") for line in lines]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows under a head: the first column to the left, the others to the right."""
    table = [head, *rows]
    widths = [max(len(row[index]) for row in table) for index in range(len(head))]
    return ["  ".join(_padded(row, widths)).rstrip() for row in table]


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    first, *others = zip(row, widths, strict=True)
    yield first[0].ljust(first[1])
    for cell, width in others:
        yield cell.rjust(width)
