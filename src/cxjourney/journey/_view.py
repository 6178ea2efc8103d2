"""Where a journey stands: everything that can be read off it without changing it."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import attrs

from cxjourney.chart import Chart
from cxjourney.journey._fold import Course, Folder
from cxjourney.journey._owed import EVER, in_order, next_due
from cxjourney.journey._refolding._late import Log
from cxjourney.journey._refolding._retracted import barring
from cxjourney.journey._runs._obligation import Obligation
from cxjourney.journey._step import (
    below,
    known,
    passed_over,
    stopped,
    told_event,
    unmet,
    whereabouts,
)
from cxjourney.vocabulary import (
    Event,
    EventKind,
    ExitReason,
    Lang,
    Phase,
    Place,
    Situation,
    Standing,
)
from cxjourney.vocabulary._checks import check_time
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._texts import duty, moment, name, say

if TYPE_CHECKING:
    from cxjourney.journey._whynot import Allowed, WhyNot


class Kept(NamedTuple):
    """How many obligations were met on time, met late, and dropped unmet."""

    on_time: int
    late: int
    dropped: int


@attrs.frozen(repr=False)
class Due(Worded):
    """What the clock alone makes true at some moment (SPEC 4.3).

    Attributes:
        timers: the timers that have fallen due, as the events that ``advance`` would fold in.
        warn: the obligations that should be warned of, and are not overdue yet.
        overdue: the obligations that are overdue.
    """

    timers: tuple[Event, ...]
    warn: tuple[Obligation, ...]
    overdue: tuple[Obligation, ...]

    def __repr__(self) -> str:
        counts = f"warn {len(self.warn)}, overdue {len(self.overdue)}"
        return f"<Due: timers {len(self.timers)}, {counts}>"

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words which timers have fallen due, and what is owed soon or overdue."""
        timers = [told_event(one.at, one.trigger, lang) for one in self.timers]
        owed = [one.explain(lang) for one in self.warn]
        owed += [
            say("late", lang, duty=duty(one.rule, lang), due=moment(one.due, lang))
            for one in self.overdue
        ]
        return "\n".join([*timers, *owed] or [say("nothing_due", lang)])


class JourneyView(Showable):
    """The reading half of a journey."""

    __slots__ = ()

    chart: Chart
    as_of: datetime | None
    _course: Course
    _log: Log | None

    @property
    def situation(self) -> Situation:
        """Standing, phase and flags: all that guards read."""
        return self._course.situation

    @property
    def standing(self) -> Standing:
        """Whether the journey is under way."""
        return self._course.situation.standing

    @property
    def phase(self) -> Phase | None:
        """The phase; while LAPSED or LOST the one that was left; None when NEW or ERASED."""
        return self._course.situation.phase

    @property
    def place(self) -> Place:
        """The phase while ACTIVE, else the standing."""
        return self._course.situation.place

    @property
    def cycle(self) -> int:
        """Which attempt this is: 1, and one more for each win-back (T25, T26)."""
        return self._course.cycle

    @property
    def high_water(self) -> Phase | None:
        """The highest phase ever reached, over all cycles."""
        bits = self._course.visited.bit_length()
        return Phase(bits - 1) if bits else None

    @property
    def visited(self) -> tuple[Phase, ...]:
        """The phases that the journey was in, in order of the phases."""
        return phases_in(self._course.visited)

    @property
    def implied(self) -> tuple[Phase, ...]:
        """The phases that were only passed over: what followed shows that they were lived."""
        return phases_in(self._course.implied & ~self._course.visited)

    @property
    def forced(self) -> bool:
        """Whether an order was ever forced; it marks the journey for good (T29)."""
        return self._course.forced

    @property
    def exit(self) -> ExitReason | None:
        """Why the journey stopped; None while it is under way."""
        return self._course.exit

    @property
    def our_silence(self) -> bool:
        """Whether the customer fell silent while the company owed something overdue."""
        return self._course.our_silence

    @property
    def referrals(self) -> int:
        """How often the customer recommended the company, in any phase: their influence."""
        return self._course.referrals

    @property
    def entered_at(self) -> datetime | None:
        """When the journey came to where it is."""
        return self._course.entered_at

    @property
    def purchased_at(self) -> datetime | None:
        """When the cycle's first purchase was: the customer's day 1."""
        return self._course.purchased_at

    @property
    def owed(self) -> tuple[Obligation, ...]:
        """What the company owes the customer now, in the order in which it opened."""
        return in_order(self._course.owed, self._folder.ledger.rules)

    @property
    def tally(self) -> Kept:
        """How many obligations were met on time, met late, and dropped unmet, over all cycles."""
        return Kept(self._course.met_on_time, self._course.met_late, self._course.dropped)

    @property
    def clock(self) -> datetime | None:
        """The latest moment that the journey knows of."""
        known = [at for at in (self._course.at, self.as_of) if at is not None]
        return max(known, default=None)

    def day(self, now: datetime) -> int | None:
        """Return the customer's day number: 1 on the calendar day of the purchase.

        Days are counted in the UTC offset in which the purchase was recorded; None before the
        purchase. Coleman speaks of the first hundred.

        Raises:
            NaiveTimeError: when ``now`` has no time zone.
        """
        now = check_time(now, "journey.now")
        bought = self._course.purchased_at
        if bought is None:
            return None
        return (now.astimezone(bought.tzinfo).date() - bought.date()).days + 1

    def due(self, now: datetime) -> Due:
        """Return what the clock alone makes true at ``now``, and change nothing (SPEC 4.3).

        Raises:
            NaiveTimeError: when ``now`` has no time zone.
        """
        now = check_time(now, "journey.now")
        course, steps = self._folder.pass_time(self._course, now)
        owed = in_order(course.owed, self._folder.ledger.rules)
        overdue = tuple(one for one in owed if one.overdue(now))
        warn = tuple(one for one in owed if not one.overdue(now) and self._warns(one, now))
        return Due(tuple(step.event for step in steps), warn, overdue)

    def next_due(self) -> datetime | None:
        """Return when ``due`` will next have something new to say, or None.

        That is the next timer, or the next moment after the journey's ``clock`` at which an
        obligation should be warned of or becomes overdue, a microsecond after its due time. A
        timer may lie in the past: then ``advance`` has something to do now.
        """
        folder, owed = self._folder, self._course.owed
        clock = self.clock
        due = next_due(owed, clock or EVER)
        news = [] if due is None else [due + datetime.resolution]
        warns = None if clock is None else folder.ledger.next_warning(owed, clock)
        timer = folder.next_timer(self._course)
        news += [at for at in (warns, None if timer is None else timer.at) if at is not None]
        return min(news, default=None)

    def why_not(self, event: Event | EventKind, *, to: Phase | None = None) -> "WhyNot":
        """Explain why an event would not move the journey now, and what would have to happen.

        Args:
            event: the event, or its kind.
            to: for ``EventKind.MOVED`` alone: the phase that would be ordered.

        Raises:
            InvalidError: when a kind and ``to`` do not fit.
            UnknownKindError: when the chart does not know the kind.
        """
        from cxjourney.journey._whynot import trigger_of, why_not  # noqa: PLC0415 - once asked for

        kind = event.kind if isinstance(event, Event) else event
        self._folder.check_kind(kind)
        trigger = event.trigger if isinstance(event, Event) else trigger_of(kind, to)
        barred = barring(self._log, event) if isinstance(event, Event) else ()
        return why_not(self._folder.machine, self.situation, trigger, barred)

    def allowed(self) -> "tuple[Allowed, ...]":
        """Return the events that would do something now; forced orders are left out."""
        from cxjourney.journey._whynot import allowed  # noqa: PLC0415 - once asked for

        return allowed(self._folder.machine, self.situation)

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words where the journey stands, what is owed, and what would move it."""
        from cxjourney.journey._whynot import onward  # noqa: PLC0415 - once asked for

        ways, failed = onward(self._folder.machine, self.situation)
        clock, high = self.clock, self.high_water
        duties = [
            one.explain(lang, at=clock if clock and one.overdue(clock) else None)
            for one in self.owed
        ]
        onwards = [one.explain(lang) for one in ways]
        lines = [
            *whereabouts(self.situation, self.entered_at, lang),
            *([say("cycle", lang, cycle=self.cycle)] if self.cycle > 1 else ()),
            *([say("high_water", lang, phase=name(high, lang))] if high else ()),
            *passed_over(self.implied, lang),
            *stopped(self.exit, lang),
            *([say("our_silence", lang)] if self.our_silence else ()),
            *([say("forced", lang)] if self.forced else ()),
            *known(self.situation, lang),
            *([*below("owed", duties, lang)] or [say("nothing_owed", lang)]),
            *([*below("onward", onwards, lang)] or [say("no_onward", lang)]),
            *unmet(failed, lang),
        ]
        return "\n".join(lines)

    @property
    def _folder(self) -> Folder:
        return self.chart.compiled(Folder)

    def _warns(self, obligation: Obligation, now: datetime) -> bool:
        at = self._folder.ledger.warns_at(obligation)
        return at is not None and at <= now


def phases_in(mask: int) -> tuple[Phase, ...]:
    """Return the phases of a bit mask, in order."""
    return tuple(phase for phase in Phase if mask >> phase & 1)
