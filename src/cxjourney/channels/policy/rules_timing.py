"""The rules about when, and how often (SPEC C08, P03, X02)."""

from collections import Counter
from datetime import date, datetime, time, timedelta, tzinfo

from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.limits import Limits
from cxjourney.channels.policy.moments import first_moment, zone_of
from cxjourney.channels.policy.opinion import Opinion, allow, defer, deny
from cxjourney.channels.policy.rule import Rule
from cxjourney.contact import Channel, Purpose

__all__ = ["C08", "P03", "X02"]

A_WEEK = tuple(timedelta(days=back) for back in range(7))
A_WHILE = timedelta(days=9)
"""Longer than seven days by any clock: contacts before that count for no day to come."""


def _not_too_often(case: Case, limits: Limits) -> Opinion:
    if case.intent.purpose in limits.solicited:
        return allow("solicited")
    zone = zone_of(case, limits)
    on_channel, on_all = _unsolicited(case, limits, zone)

    def full(moment: datetime) -> str | None:
        day = moment.astimezone(zone).date()
        if on_channel[day] >= limits.contacts_a_day:
            return "day_full"
        within_week = sum(on_all[day - back] for back in A_WEEK)
        return "week_full" if within_week >= limits.contacts_a_week else None

    reason = full(case.now)
    if reason is None:
        return allow("not_too_often")
    return defer(
        reason, first_moment(case.now, zone, limits.quiet_until, lambda at: full(at) is None)
    )


def _unsolicited(case: Case, limits: Limits, zone: tzinfo) -> tuple[Counter[date], Counter[date]]:
    """Count unsolicited contacts by the customer's day: on the channel, and on all.

    Those count too that perhaps did not arrive, and those dated later than now.
    """
    on_channel, on_all = Counter[date](), Counter[date]()
    for one in case.history.contacts:
        if case.now - one.at < A_WHILE and one.purpose not in limits.solicited:
            day = one.at.astimezone(zone).date()
            on_all[day] += 1
            on_channel[day] += one.channel is case.channel
    return on_channel, on_all


def _quiet_hours(case: Case, limits: Limits) -> Opinion:
    zone = zone_of(case, limits)

    def awake(moment: datetime) -> bool:
        return not _is_quiet(moment.astimezone(zone).time(), limits)

    if awake(case.now):
        return allow("daytime")
    return defer("quiet_hours", first_moment(case.now, zone, limits.quiet_until, awake))


def _is_quiet(shown: time, limits: Limits) -> bool:
    begin, end = limits.quiet_from, limits.quiet_until
    if begin <= end:
        return begin <= shown < end
    return shown >= begin or shown < end


def _in_time(case: Case, limits: Limits) -> Opinion | None:
    due = case.intent.due
    if case.intent.purpose not in {Purpose.REMIND, Purpose.CONFIRM} or due is None:
        return None
    late = due - case.now < limits.lead_time
    return deny("too_late_for_post") if late else allow("in_time_for_post")


C08: Rule = Rule("C08", _not_too_often, "default: 1 a channel and day, 3 a week", internal=False)
"""More unsolicited contacts than the caps: defer to the morning of the customer's next free day.

The week is the seven days up to today, on all channels. Answers are exempt.
"""
X02: Rule = Rule("X02", _quiet_hours, "default: 21:00 to 08:00", frozenset({Channel.TEXT}))
"""A text message in the customer's quiet hours: defer until they are over."""
P03: Rule = Rule("P03", _in_time, "000; 5 days is a default", frozenset({Channel.POST}))
"""A reminder or confirmation that is due sooner than a letter arrives: deny."""
