"""The stored journey as data, and what must hold so that it does not contradict itself."""

from collections.abc import Mapping
from datetime import datetime

import attrs

from cxjourney.chart import Chart, ChartRef
from cxjourney.events import Event, EventKind
from cxjourney.fold import BEGINNING, Course
from cxjourney.migration import name_chart
from cxjourney.phases import ExitReason, Standing
from cxjourney.readers import must, named
from cxjourney.situation import Situation

__all__ = ["Stored"]


@attrs.frozen
class Stored:
    """All that there is to store of a journey.

    Attributes:
        chart: key and version of the chart.
        customer: the customer's id; empty once erased.
        engagement: the engagement's id; empty once erased, or where there is but one.
        seq: the number of events recorded.
        as_of: up to when the clock was told to the journey.
        arrivals: the events with their numbers, where the journey keeps its history.
        course: where the journey stands, where it keeps no history or was erased.
        counts: how many events of each kind there were, once erased.
    """

    chart: ChartRef
    customer: str
    engagement: str
    seq: int
    as_of: datetime | None
    arrivals: tuple[tuple[Event, int], ...] | None
    course: Course | None
    counts: Mapping[str, int] | None

    @property
    def erased(self) -> bool:
        """Whether the customer was forgotten."""
        return self.course is not None and self.course.situation.standing is Standing.ERASED

    @property
    def left_out(self) -> int:
        """How many recorded events migrations left out; 0 where no events are kept."""
        if self.arrivals is None:
            return 0
        kept = sum((self.counts or {}).values()) if self.erased else len(self.arrivals)
        return self.seq - kept


def check_stored(stored: Stored) -> None:
    """Check that the parts of a stored journey fit together, whatever its chart.

    Raises:
        DecodeError: when they do not.
    """
    if stored.erased:
        _check_erased(stored)
    else:
        must(bool(stored.customer), "customer", "empty", "the customer's id")
        must(stored.counts is None, "counts", "an object", "null, for nothing was erased")
        if stored.arrivals is None:
            must(stored.course is not None, "course", "null", "an object, for events is null")
        else:
            must(stored.course is None, "course", "an object", "null, for there are events")
    if stored.course is not None:
        _check_course(stored.course, stored.seq)


def _check_erased(stored: Stored) -> None:
    """Check that of an erased journey only course, counts and erasure are left."""
    why = "for the journey is erased"
    must(not stored.customer, "customer", "a text", f"an empty text, {why}")
    must(not stored.engagement, "engagement", "a text", f"an empty text, {why}")
    must(stored.as_of is None, "as_of", "a time", f"null, {why}")
    counts, course, erasure = stored.counts or {}, stored.course or BEGINNING, EventKind.ERASED
    must(counts.get(erasure.name) == 1, "counts.erased", "another number", f"1, {why}")
    must(sum(counts.values()) <= stored.seq, "counts", "more than seq", "no more events than seq")
    forgotten = course._replace(
        situation=Situation(Standing.ERASED),
        rank=erasure.rank,
        entered_at=course.at,
        fact_at=None,
        purchased_at=None,
        referred_at=None,
        our_silence=False,
        exit=ExitReason.ERASURE,
        owed=(),
    )
    must(course == forgotten, "course", "more than erasure leaves", "cycle, phases and tallies")
    if stored.arrivals is not None:
        kept = [(event.kind, event.at, seq) for event, seq in stored.arrivals]
        found, expected = f"{len(kept)} events", "the erasure alone, at its time and as the last"
        must(kept == [(erasure, course.at, stored.seq)], "events", found, expected)


def _check_course(course: Course, seq: int) -> None:
    """Check that a course does not contradict itself."""
    phase, standing = course.situation.phase, course.situation.standing
    begun = course.at is not None
    must(begun == (seq > 0), "course.at", "a time" if begun else "null", "a time unless seq is 0")
    must(begun or course == BEGINNING, "course", "facts without an event", "a new journey's course")
    if phase is not None:
        visited = bool(course.visited >> phase & 1)
        must(visited, "course.visited", f"no {phase.name}", "the phase of the situation among them")
        entered = course.entered_at is not None
        must(entered, "course.entered_at", "null", "a time, for the situation has a phase")
    stopped = standing not in {Standing.NEW, Standing.ACTIVE}
    expected = f"null while {standing.name}"
    must(stopped or course.exit is None, "course.exit", "a reason", expected)
    influence = course.referrals > 0 or course.referred_at is None
    must(influence, "course.referrals", "0", "1 or more, for referred_at is a time")
    for index, one in enumerate(course.owed):
        known = one.cycle <= course.cycle
        must(known, f"course.owed[{index}].cycle", f"{one.cycle}", f"{course.cycle} at most")


def check_rules(course: Course, chart: Chart) -> None:
    """Check that a chart has the rules of what is owed.

    Raises:
        DecodeError: when it does not.
    """
    rules = {rule.id for rule in chart.obligations}
    for index, one in enumerate(course.owed):
        path, expected = f"course.owed[{index}].rule", f"a rule of {name_chart(chart.ref)}"
        must(one.rule in rules, path, named(one.rule), expected)
