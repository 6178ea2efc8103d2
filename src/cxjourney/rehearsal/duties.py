"""What became of all that the company owed, over the journeys of a rehearsal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from cxjourney.chart import Chart
from cxjourney.journey import Journey
from cxjourney.obligations import Obligation
from cxjourney.rehearsal.lines import DutyRow, MissedDuty

__all__ = ["Ending", "duty_rows", "endings", "missed"]


class Ending(NamedTuple):
    """How one thing that was owed on a journey ended.

    Attributes:
        person: the number of the journey.
        journey: the journey.
        owed: what was owed.
        at: when it was met or dropped; None while it is owed still.
        met: whether it was met.
    """

    person: int
    journey: Journey
    owed: Obligation
    at: datetime | None
    met: bool


def endings(journeys: Iterable[tuple[int, Journey]]) -> Iterator[Ending]:
    """Yield how each thing ended that was owed, journey by journey."""
    for person, journey in journeys:
        for step in journey.history:
            for owed in step.met:
                yield Ending(person, journey, owed, step.event.at, met=True)
            for owed in step.dropped:
                yield Ending(person, journey, owed, step.event.at, met=False)
        for owed in journey.owed:
            yield Ending(person, journey, owed, None, met=False)


def missed(found: Iterable[Ending], now: datetime) -> tuple[MissedDuty, ...]:
    """Return what was met late, ended unmet after it was due, or is overdue now; by due time."""
    late = [one for one in found if one.owed.overdue(one.at or now)]
    late.sort(key=lambda one: (one.owed.due, one.person, one.owed.opened_at, one.owed.rule))
    return tuple(
        MissedDuty(
            one.owed.due,
            one.person,
            one.journey.customer,
            one.journey.engagement,
            one.owed.rule,
            one.owed.opened_at,
            one.at,
            one.met,
        )
        for one in late
    )


def duty_rows(found: Sequence[Ending], now: datetime, chart: Chart) -> tuple[DutyRow, ...]:
    """Return the counts by rule, in the order of the chart, without rules that owed nothing."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in found:
        for what in _counted(one, now):
            counts[one.owed.rule, what] += 1
    rules = [rule.id for rule in chart.obligations]
    used = {rule for rule, _ in counts}
    return tuple(
        DutyRow(
            rule,
            on_time=counts[rule, "on_time"],
            late=counts[rule, "late"],
            dropped=counts[rule, "dropped"],
            open=counts[rule, "open"],
            overdue=counts[rule, "overdue"],
        )
        for rule in rules
        if rule in used
    )


def _counted(one: Ending, now: datetime) -> Iterator[str]:
    if one.at is None:
        yield "open"
        if one.owed.overdue(now):
            yield "overdue"
    elif not one.met:
        yield "dropped"
    else:
        yield "late" if one.owed.overdue(one.at) else "on_time"
