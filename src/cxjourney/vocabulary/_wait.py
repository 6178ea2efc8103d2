"""Waiting by the calendar: days, months, working days, and times of the customer's clock."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import (
    LATEST_YEAR,
    a,
    a_number,
    all_of,
    as_set,
    check_type,
    describe,
    must,
)
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Lang
from cxjourney.vocabulary._texts import say

A_DAY = timedelta(days=1)
LONGEST_MONTH = timedelta(days=31)
MONTHS = 12
WEEK = 7
LONGEST = 36_500
"""How many days a wait may have at most."""
LATEST = date(LATEST_YEAR, 12, 31)
WEEKEND: frozenset[int] = frozenset({5, 6})
SECOND = timedelta(seconds=1)


def by_the_clock(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a time of day in whole seconds without a zone, or None."""
    fits = value is None or (isinstance(value, time) and value.tzinfo is None)
    whole = fits and not getattr(value, "microsecond", 0)
    must(whole, instance, field.name, value, "a time in whole seconds, without a zone")


def _weekdays(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    all_of(int)(instance, field, value)
    fits = isinstance(value, frozenset) and value < frozenset(range(WEEK))
    must(fits, instance, field.name, value, "some of the days from 0, Monday, to 6, not all")


def _dates(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    all_of(date)(instance, field, value)
    fits = isinstance(value, frozenset) and not any(isinstance(one, datetime) for one in value)
    must(fits, instance, field.name, value, "dates without a time")


@attrs.frozen(kw_only=True, repr=False)
class Wait(Worded):
    """How long to wait by the calendar and the clock of the customer.

    First the months are counted, then the days, then the working days; without ``at`` the clock
    shows the same time then as at the beginning. The 31st of January and one month is the last
    day of February. ``Wait(at=time(9))`` is the next time that the clock shows 09:00, and
    ``Wait(days=1, at=time(9))`` 09:00 of the next day. A time that clocks skip is the moment that
    they show instead; of one that they show twice it is the first.

    Attributes:
        months: how many months.
        days: how many days.
        working_days: how many working days; the day of the beginning is not counted.
        on_working_days: whether it ends on a working day: on another it goes on to the next one.
        at: at what time of that day; None for the time of the beginning.
        weekend: the days of each week that are no working days, Monday being 0.
        days_off: the dates that are no working days, such as public holidays.

    Raises:
        InvalidError: when a field is not of its form, or there is nothing to wait for.
    """

    months: int = attrs.field(default=0, validator=a_number(0, LONGEST // 30))
    days: int = attrs.field(default=0, validator=a_number(0, LONGEST))
    working_days: int = attrs.field(default=0, validator=a_number(0, LONGEST // 2))
    on_working_days: bool = attrs.field(default=False, validator=a(bool))
    at: time | None = attrs.field(default=None, validator=by_the_clock)
    weekend: frozenset[int] = attrs.field(default=WEEKEND, converter=as_set, validator=_weekdays)
    days_off: frozenset[date] = attrs.field(default=frozenset(), converter=as_set, validator=_dates)

    def __attrs_post_init__(self) -> None:
        waits = bool(self.months or self.days or self.working_days) or self.at is not None
        must(waits, self, "days", self.days, "months, days, working days or a time of day")

    def after(self, start: datetime, zone: tzinfo | None = None) -> datetime:
        """Return when it is over, in UTC; never before ``start``.

        Args:
            start: when it begins.
            zone: the zone of the clock that is meant; the UTC offset of ``start`` when None.
        """
        where = zone or start.tzinfo or UTC
        begins = start.astimezone(where)
        day = self._day(begins.date())
        found = shown_at(day, self.at or begins.time(), where)
        while found < start and day < LATEST:
            day = self._working(day + A_DAY)
            found = shown_at(day, self.at or begins.time(), where)
        return max(found, start.astimezone(UTC))

    def _day(self, begin: date) -> date:
        months = begin.year * MONTHS + begin.month - 1 + self.months
        year, month = divmod(months, MONTHS)
        if year > LATEST_YEAR:
            return LATEST
        first = date(year, month + 1, 1)
        last = (first + LONGEST_MONTH).replace(day=1) - A_DAY
        day = first + (min(begin.day, last.day) - 1) * A_DAY
        day = min(day, LATEST - self.days * A_DAY) + self.days * A_DAY
        for _ in range(self.working_days):
            if day >= LATEST:
                break
            day = self._working(day + A_DAY)
        return self._working(day)

    def _working(self, day: date) -> date:
        """Return the first working day from a day on, where it is to be one."""
        asked = self.on_working_days or self.working_days
        while asked and not self.works_on(day) and day < LATEST:
            day += A_DAY
        return day

    def works_on(self, day: date) -> bool:
        """Say whether a day is a working day."""
        return day.weekday() not in self.weekend and day not in self.days_off

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return how long it is, in words."""
        return ", ".join(self._words(lang))

    def _words(self, lang: Lang) -> Iterator[str]:
        for count, one, several in (
            (self.months, "wait_month", "wait_months"),
            (self.days, "wait_day", "wait_days"),
            (self.working_days, "wait_working_day", "wait_working_days"),
        ):
            if count:
                yield say(one if count == 1 else several, lang, count=count)
        if self.on_working_days:
            yield say("wait_on_working_days", lang)
        if self.at is not None:
            yield say("wait_at", lang, at=f"{self.at:%H:%M}")

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values that JSON can hold; see ``from_dict``."""
        return {
            "months": self.months,
            "days": self.days,
            "working_days": self.working_days,
            "on_working_days": self.on_working_days,
            "at": self.at and self.at.isoformat(),
            "weekend": sorted(self.weekend),
            "days_off": [one.isoformat() for one in sorted(self.days_off)],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Wait":
        """Return the wait that ``to_dict`` told; what is left out is as by default.

        Raises:
            InvalidError: when the data is of any other form.
        """
        check_type("Wait.from_dict", data, Mapping, "an object")
        names = [field.name for field in attrs.fields(cls)]
        if not {*data} <= {*names}:
            raise InvalidError("Wait.from_dict", "an unknown key", f"keys among {', '.join(names)}")
        parts = dict(data)
        try:
            if parts.get("at") is not None:
                parts["at"] = time.fromisoformat(parts["at"])
            parts["days_off"] = [date.fromisoformat(one) for one in parts.get("days_off", ())]
        except (TypeError, ValueError):
            found = describe(data.get("at")) if "at" in data else describe(data.get("days_off"))
            raise InvalidError("Wait.from_dict", found, "times and dates in ISO 8601") from None
        return cls(**parts)

    def __repr__(self) -> str:
        return f"<Wait: {self.explain()}>"


Span = timedelta | Wait
"""How long something takes: a span of time, or a wait by the calendar."""


def later_by(start: datetime, span: Span, zone: tzinfo | None = None) -> datetime:
    """Return the moment that is later than another by a span."""
    return span.after(start, zone) if isinstance(span, Wait) else start + span


def shown_at(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the moment at which clocks in a zone show a time of a day, in UTC.

    Where they skip it, it is the moment that they show instead; where twice, the first.
    """
    local = datetime.combine(day, at, zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    # Of a time that is skipped the reading by the offset before the gap lies just after it.
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
