"""Which column of a log says who, what and when, and how its times are written."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import attrs

from cxjourney.cli._map._event_words import parts_of
from cxjourney.cli._map._log_sample import ColumnFacts, LogFacts, is_whole
from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import ISO, reader_of

WHO = "customer client user guest household member person contact patient account visitor email "
WHO += "distinct case klien kasutaja isik liige asiak käyttäj jäsen applicant application buyer"
WHEN = "time timestamp date when datetime created occurred at aeg kuupäev kell aika pvm päivä"
WHAT = "activity event action type status what kind concept step name stage "
WHAT += "tegevus sündmus samm toiminto tapahtuma vaihe"
DATES = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d %b %Y", "%b %d, %Y")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
FORMS = (ISO, *(f"{date}{clock}" for date in DATES for clock in CLOCKS))
EPOCHS = ("epoch_s", "epoch_ms", "epoch_us", "epoch_ns")
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A number is taken for a time only where it means one of these years."""
MOST_ACTIVITIES = 500
STEM = 4
"""A word of so many letters may have an ending."""
AMOUNT = re.compile(r"-?\d+[.,]\d+")
MOSTLY = 0.9
"""Such a share of the cells of activities are words."""


@attrs.frozen
class Choice:
    """A column that was chosen for something, and why.

    Attributes:
        column: the column.
        named: whether its name says so; else what it holds does.
        others: the columns that were possible too.
    """

    column: ColumnFacts
    named: bool
    others: tuple[str, ...] = ()


@attrs.frozen
class TimeForm:
    """How the times of a column are written.

    Attributes:
        form: ``iso``, an epoch or a pattern.
        others: the forms that every time fits too.
        unread: how many times do not fit.
        local: whether they have no offset from UTC.
        offsets: how many different offsets there are.
        midnights: whether all of them are midnights.
    """

    form: str
    others: tuple[str, ...]
    unread: int
    local: bool
    offsets: int
    midnights: bool


@attrs.frozen
class Roles:
    """What the columns of a log are.

    Attributes:
        customer: says who.
        time: says when.
        form: how the times are written.
        activity: says what happened; None where no column does.
        event_id: the column whose every value is another one, and whose name ends in id.
        unused: the other columns.
    """

    customer: Choice
    time: Choice
    form: TimeForm
    activity: Choice | None
    event_id: str | None
    unused: tuple[str, ...]


def roles_of(log: LogFacts, path: str) -> Roles:
    """Return what the columns are, as far as names and values tell.

    Raises:
        InvalidError: no column holds times, or none tells customers apart.
    """
    forms = {one.name: forms_of(one.name, one.sample) for one in log.columns}
    timed = [one for one in log.columns if forms[one.name]]
    time = _chosen(timed, WHEN, lambda one: one.filled)
    if time is None:
        raise InvalidError(path, "no column of times", "one in which each line says when it was")
    rest = [one for one in log.columns if one is not time.column and not forms[one.name]]
    what = [one for one in rest if _may_be_activity(one, log.records)]
    who = [one for one in rest if one.filled == log.records and not _is_amount(one)]
    customer = _chosen(who, WHO, lambda one: _repeats(one, log.records))
    if customer is None:
        found = "no column that is filled on every line and could say who it was"
        raise InvalidError(path, found, "one with the customer's id")
    activity = _chosen(_but(what, customer), WHAT, _few)
    if not customer.named and activity is not None and not activity.named:
        # Neither has a name that tells: few values are deeds, the others tell who it was.
        activity = _chosen(what, WHAT, _few)
        others = _chosen(_but(who, activity), WHO, lambda one: _repeats(one, log.records))
        customer, activity = (others, activity) if others else (customer, None)
    taken = {time.column.name, customer.column.name, activity and activity.column.name}
    ids = [one for one in log.columns if one.name not in taken and _may_be_id(one, log.records)]
    unused = tuple(one.name for one in log.columns if one.name not in taken)
    form = time_form(time.column, forms[time.column.name])
    return Roles(customer, time, form, activity, ids[0].name if ids else None, unused)


def _but(columns: Iterable[ColumnFacts], choice: Choice | None) -> list[ColumnFacts]:
    return [one for one in columns if choice is None or one is not choice.column]


def _is_amount(column: ColumnFacts) -> bool:
    amounts = sum(AMOUNT.fullmatch(value.strip()) is not None for value in column.sample)
    return amounts > len(column.sample) / 2


def _few(column: ColumnFacts) -> float:
    return -len(column.values)


def _repeats(column: ColumnFacts, records: int) -> float:
    """Return how well a column tells customers apart who come again."""
    return min(len(column.values), records - len(column.values))


def _may_be_activity(column: ColumnFacts, records: int) -> bool:
    words = sum(any(char.isalpha() for char in value) for value in column.sample)
    few = len(column.values) <= max(records // 2, 2) or _place(column, WHAT) is not None
    few = few and len(column.values) <= MOST_ACTIVITIES and not _may_be_id(column, records)
    mostly = words > len(column.sample) * MOSTLY
    return bool(column.sample) and few and mostly and all(map(is_whole, column.values))


def _may_be_id(column: ColumnFacts, records: int) -> bool:
    unique = column.filled == records == len(column.values)
    return unique and parts_of(column.name)[-1:] == ["id"]


def _chosen(
    columns: Sequence[ColumnFacts], words: str, worth: Callable[[ColumnFacts], float]
) -> Choice | None:
    """Return the column whose name has the first of some words, or else what it holds is best."""
    if not columns:
        return None
    last = len(words.split())

    def place(column: ColumnFacts) -> int:
        found = _place(column, words)
        return last if found is None else found

    best = min(columns, key=lambda one: (place(one), -worth(one)))
    others = tuple(one.name for one in columns if one is not best)
    return Choice(best, place(best) < last, others)


def _place(column: ColumnFacts, words: str) -> int | None:
    """Return which of some words, counted from 0, is the first in the name of a column.

    Long ones may have an ending, as Estonian and Finnish words do.
    """
    parts = {*parts_of(column.name), column.name.casefold()}

    def stands(one: str) -> bool:
        return one in parts or (len(one) >= STEM and any(part.startswith(one) for part in parts))

    return next((n for n, one in enumerate(words.split()) if stands(one)), None)


def forms_of(name: str, values: Sequence[str]) -> list[str]:
    """Return the forms of time that nearly all values of a column fit.

    Numbers are times only where the name of the column says so.
    """
    if not values:
        return []
    numbers = all(value.strip().lstrip("-").isdigit() for value in values)
    if numbers and {len(value.strip()) for value in values} != {len("20240301")}:
        says_when = not {*parts_of(name)}.isdisjoint(WHEN.split())
        return [form for form in EPOCHS if says_when and _fits(values, form)]
    return [form for form in FORMS if _fits(values, form)]


def _fits(values: Sequence[str], form: str) -> bool:
    read, missed = reader_of(form), 0
    for value in values:
        try:
            at = read(value)
        except InvalidError:
            missed += 1
        else:
            missed += form in EPOCHS and not FIRST_YEAR <= at.year < LAST_YEAR
        if missed > len(values) // 20:
            return False
    return True


def time_form(column: ColumnFacts, forms: Iterable[str]) -> TimeForm:
    """Return how the times of a column are written; the form that most of them fit is taken."""
    read = {form: _read_all(column, form) for form in forms}
    best = min(read, key=lambda form: read[form][1])
    times, unread = read[best]
    others = tuple(form for form in read if form != best and read[form][1] == unread)
    offsets = {at.utcoffset() for at in times}
    return TimeForm(
        form=best,
        others=others,
        unread=unread,
        local=None in offsets,
        offsets=len(offsets),
        midnights=not any(at.hour or at.minute or at.second or at.microsecond for at in times),
    )


def _read_all(column: ColumnFacts, form: str) -> tuple[list[datetime], int]:
    """Return the times of a column, and how many cells are none."""
    reader, times, unread = reader_of(form), [], 0
    for value, count in column.values.items():
        try:
            times.append(reader(value))
        except InvalidError:
            unread += count
    return times, unread
