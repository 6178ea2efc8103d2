"""Moments by a customer's clock, on the nights when clocks are changed too."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.limits import Limits

__all__ = ["first_moment", "zone_of"]

A_DAY = timedelta(days=1)


def zone_of(case: Case, limits: Limits) -> tzinfo:
    """Return the customer's time zone, or the company's where that is not known."""
    return case.profile.zone or limits.zone


def first_moment(
    now: datetime, zone: tzinfo, at: time, fits: Callable[[datetime], bool]
) -> datetime:
    """Return the first moment after ``now`` at which clocks in a zone show ``at`` and which fits.

    Where clocks skip that time, it is the moment that they show instead; where they show it twice,
    either moment will do. It is in UTC.

    Args:
        now: the moment after which to look.
        zone: the zone of the clocks.
        at: the time that clocks are to show.
        fits: whether a moment will do; some moment of a later day must.
    """
    day = now.astimezone(zone).date()
    while True:
        for moment in _showing(day, at, zone):
            if moment > now and fits(moment):
                return moment
        day += A_DAY


def _showing(day: date, at: time, zone: tzinfo) -> Iterator[datetime]:
    """Yield the moments, in order, at which clocks show a time of a day.

    Of a time that is skipped one reading lies before the gap, where clocks show another day or
    time: there the caller's condition holds or not as anywhere else.
    """
    shown = datetime.combine(day, at)
    yield from sorted({shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})
