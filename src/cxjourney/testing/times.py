"""Strategies for times: aware ones, in many zones, and in the nights when clocks are changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

__all__ = ["times"]

EARLIEST, LATEST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
OFFSETS: tuple[tzinfo, ...] = (
    UTC,
    timezone(timedelta(hours=2)),
    timezone(timedelta(hours=-9, minutes=-30)),
    timezone(timedelta(hours=14)),
    timezone(timedelta(hours=-12)),
    timezone(timedelta(minutes=19, seconds=32)),
)
"""Fixed offsets: round, half an hour, both ends of the world, and one with seconds."""
ZONE_NAMES = ("Europe/Tallinn", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
"""Zones with rules: a clock changed by an hour, by half an hour, and an odd offset."""
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
)
"""When the clocks of the first three zones were changed in 2026."""


ZONES = st.sampled_from(OFFSETS) | st.sampled_from(ZONE_NAMES).map(ZoneInfo)
"""A fixed offset, or a zone with rules."""


def times(
    earliest: datetime = EARLIEST,
    latest: datetime = LATEST,
    *,
    timezones: Sequence[tzinfo] | None = None,
) -> st.SearchStrategy[datetime]:
    """Draw aware datetimes.

    They come in several zones, fixed and with rules. The hours around the nights when clocks are
    changed are frequent; local times that never were, or that were twice, are among them.

    Args:
        earliest: the earliest moment, aware.
        latest: the latest moment, aware.
        timezones: the zones to draw from; fixed offsets and zones with rules when None.
    """
    chosen = ZONES if timezones is None else st.sampled_from(timezones)
    low, high = (bound.astimezone(UTC).replace(tzinfo=None) for bound in (earliest, latest))
    moments = st.datetimes(low, high, timezones=st.just(UTC))
    anywhere = st.builds(datetime.astimezone, moments, chosen)
    changes = [change for change in CHANGES if earliest <= change <= latest]
    if not changes:
        return anywhere
    minutes = st.integers(-180, 180)
    nights = st.builds(_by_the_clock, st.sampled_from(changes), minutes, chosen, st.integers(0, 1))
    return anywhere | nights.filter(lambda at: earliest <= at <= latest)


def _by_the_clock(change: datetime, minutes: int, zone: tzinfo, fold: int) -> datetime:
    """Return a time that clocks near a change may show, whether it ever was or not."""
    shown = change.astimezone(zone).replace(tzinfo=None) + timedelta(minutes=minutes)
    return shown.replace(tzinfo=zone, fold=fold)
