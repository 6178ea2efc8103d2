"""The figures of a rehearsal as tables: channels, costs, weeks, hours, customers, duties."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from cxjourney.errors import shown
from cxjourney.rehearsal import LineKind, Rehearsal, WhyOpen
from cxjourney.rehearsal._prices import CostRow
from cxjourney.rehearsal._volumes import HourRow, WeekRow, count_channels
from cxjourney.show._table import Table
from cxjourney.vocabulary import Channel, Lang, name
from cxjourney.vocabulary._texts import deed, duty, money, number, say, word, words

if TYPE_CHECKING:
    from cxjourney.rehearsal._duties_owed import OpenRow

OWED = ("on_time", "late", "dropped", "open", "overdue")
"""What is told of a duty: the word for it, and the attribute."""
MOST_COLUMNS = 80
LONGEST_DEED = 80
FEW = 5
"""How many customers are shown when nobody asks for more."""


def told_moment(at: datetime) -> str:
    """Return a moment as the log tells it, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def told_deed(play: str, lang: Lang) -> str:
    """Return what a row of the playbook does; one of the user's own goes by its id."""
    return shown(deed(play, lang), LONGEST_DEED)


def left(there: int, told: int, lang: Lang) -> tuple[str, ...]:
    """Say how many lines are not shown, or that there are none."""
    if there > told:
        return (f"{word('more_lines', lang)}: {number(there - told, lang)}",)
    return () if there else (word("nothing", lang),)


def idle(key: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return a note that names the rows that have nothing but zeros, or none."""
    return (f"{key}: {'; '.join(names)}",) if names else ()


def counted(
    counts: Mapping[LineKind, int], kinds: Iterable[LineKind], lang: Lang
) -> tuple[str, ...]:
    """Return the counts of some kinds as cells."""
    return tuple(number(counts.get(kind, 0), lang) for kind in kinds)


def told_channels(counts: Mapping[Channel, int], lang: Lang) -> str:
    """Return how many went through which channel, in one line."""
    told = [f"{name(channel, lang)} {number(count, lang)}" for channel, count in counts.items()]
    return ", ".join(told) or word("nothing", lang)


def channel_table(found: Rehearsal, lang: Lang) -> Table:
    """Return what became of the contacts through each channel (SPEC A01), and what they cost."""
    rows = found.by_channel
    kinds = [kind for kind in LineKind if any(kind in row.counts for row in rows)]
    costs = found.costs
    priced = {} if costs is None else {row.channel: row for row in costs.rows}
    table = [
        (
            name(row.channel, lang),
            *counted(row.counts, kinds, lang),
            number(row.without, lang),
            *([_cost(priced[row.channel], lang)] if priced else []),
        )
        for row in rows
        if row.counts
    ]
    if costs is not None and None in priced:
        done = number(priced[None].contacts, lang)
        inner = [done if kind is LineKind.SENT else "" for kind in kinds]
        table.append((word("internal", lang), *inner, "", _cost(priced[None], lang)))
    heads = (word("channel", lang), *(name(kind, lang) for kind in kinds), word("without", lang))
    if costs is not None:
        heads = (*heads, word("cost", lang))
    unused = [name(row.channel, lang) for row in rows if not row.counts]
    return Table(
        word("by_channel", lang),
        heads,
        "<" + ">" * (len(heads) - 1),
        table,
        notes=(
            *left(len(table), len(table), lang),
            *idle(word("idle_channels", lang), unused),
            *(() if costs is None else (costs.explain(lang),)),
        ),
    )


def _cost(row: CostRow, lang: Lang) -> str:
    """Return what contacts cost; a dash where none of them has a price."""
    unknown = row.contacts and row.unpriced == row.contacts
    return "-" if unknown else money(row.amount, lang)


def week_table(found: Rehearsal, lang: Lang) -> Table:
    """Return the volume of each week, by the company's clock."""
    rows = found.by_week
    busy = [row for row in rows if row.contacts or row.internal]
    channels = _channels(busy)
    cells = [
        (
            row.week,
            number(row.contacts, lang),
            *(number(row.counts.get(channel, 0), lang) for channel in channels),
            number(row.internal, lang),
        )
        for row in busy
    ]
    empty = [row.week for row in rows if not (row.contacts or row.internal)]
    heads = (*words(lang, "week", "contacts"), *(name(one, lang) for one in channels))
    return Table(
        f"{word('by_week', lang)} ({found.zone})",
        (*heads, word("internal", lang)),
        "<" + ">" * len(heads),
        cells,
        notes=idle(word("idle_weeks", lang), _runs(empty, [row.week for row in rows])),
    )


def hour_table(found: Rehearsal, lang: Lang) -> Table:
    """Return the volume of each hour of the day, by the customers' clocks."""
    rows = found.by_hour
    busy = [row for row in rows if row.contacts]
    channels = _channels(busy)
    cells = [
        (
            _hour(row),
            number(row.contacts, lang),
            *(number(row.counts.get(channel, 0), lang) for channel in channels),
        )
        for row in busy
    ]
    empty = [_hour(row) for row in rows if not row.contacts]
    heads = (*words(lang, "hour", "contacts"), *(name(one, lang) for one in channels))
    return Table(
        word("by_hour", lang),
        heads,
        "<" + ">" * (len(heads) - 1),
        cells,
        notes=idle(word("idle_hours", lang), _runs(empty, [_hour(row) for row in rows])),
    )


def night_note(found: Rehearsal, lang: Lang) -> str:
    """Return how many contacts would be made at night."""
    begin, end = (f"{time:%H:%M}" for time in found.quiet)
    told = told_channels(count_channels(found.at_night), lang)
    return say("at_night", lang, begin=begin, end=end, contacts=told)


def _hour(row: HourRow) -> str:
    return f"{row.hour:02}"


def _channels(rows: Iterable[WeekRow | HourRow]) -> list[Channel]:
    used = {channel for row in rows for channel in row.counts}
    return [channel for channel in Channel if channel in used]


def _runs(some: Sequence[str], order: Sequence[str]) -> list[str]:
    """Return names with those that follow one another drawn together, such as 01-05."""
    runs: list[list[str]] = []
    before = None
    for one in order:
        if one in some:
            if before is not None and runs and runs[-1][-1] == before:
                runs[-1].append(one)
            else:
                runs.append([one])
        before = one
    return [run[0] if len(run) == 1 else f"{run[0]} - {run[-1]}" for run in runs]


def customer_table(found: Rehearsal, lang: Lang, *, full: bool) -> Table:
    """Return who is contacted most; people who were made up by their ids, others by a hash."""
    rows = [row for row in found.by_customer if row.contacts]
    told = rows if full else rows[:FEW]
    return Table(
        word("by_customer", lang),
        words(lang, "customer", "journey_numbers", "contacts", "in_a_week"),
        "<<>>",
        [
            (
                shown(row.label),
                ", ".join(number(one, lang) for one in row.persons),
                number(row.contacts, lang),
                number(row.in_a_week, lang),
            )
            for row in told
        ],
        [told_channels(row.counts, lang) for row in told],
        word("channel", lang),
        left(len(rows), len(told), lang),
    )


def duty_table(found: Rehearsal, lang: Lang) -> Table:
    """Return what the company owed, by rule."""
    return Table(
        word("by_duty", lang),
        words(lang, "duty", *OWED),
        "<>>>>>",
        [
            (duty(row.rule, lang), *(number(count, lang) for count in attrgetter(*OWED)(row)))
            for row in found.duties
        ],
        notes=left(len(found.duties), len(found.duties), lang),
    )


def open_table(found: Rehearsal, lang: Lang) -> Table:
    """Return why duties are open at the end: first those for which something was sent."""
    of_why: defaultdict[WhyOpen, list[OpenRow]] = defaultdict(list)
    for row in found.still_open:
        of_why[row.why].append(row)
    whys = sorted(of_why, key=lambda why: (not why.sent, -sum(row.open for row in of_why[why])))
    return Table(
        word("by_open", lang),
        words(lang, "why", "open", "overdue"),
        "<>>",
        [
            (
                name(why, lang),
                number(sum(row.open for row in of_why[why]), lang),
                number(sum(row.overdue for row in of_why[why]), lang),
            )
            for why in whys
        ],
        [
            "; ".join(f"{duty(row.rule, lang)}: {number(row.open, lang)}" for row in of_why[why])
            for why in whys
        ],
        word("duty", lang),
        left(len(whys), len(whys), lang),
    )
