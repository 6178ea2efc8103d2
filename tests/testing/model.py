"""A journey as the plain fold of `tests.chart.oracle` over events and timers, all its own code.

The timers are those of SPEC 4.3, worked out here once more.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import attrs

from cxjourney.chart import Options
from cxjourney.vocabulary import Event, EventKind, ExitReason, Outcome, Phase, Situation, Standing
from tests.chart import oracle

SILENCE_DAYS = (30, 14, 14, 30, 30, 60, 180, 365)
QUIET_DAYS = 365


class Told(NamedTuple):
    """Where the model stands: what a journey should say of itself."""

    situation: Situation
    cycle: int
    exit: ExitReason | None
    effects: tuple[tuple[str, str], ...]


@attrs.define
class _Model:
    """The fold in the making."""

    options: oracle.Options
    facts: oracle.Facts = attrs.field(factory=oracle.Facts)
    cycle: int = 1
    exit: str | None = None
    entered: datetime | None = None
    fact: datetime | None = None
    referral: datetime | None = None
    last: tuple[datetime, str] | None = None
    effects: list[tuple[str, str]] = attrs.field(factory=list)

    def happen(self, name: str, at: datetime, label: str) -> None:
        """Let an event happen."""
        result = oracle.apply(self.facts, name, self.options)
        by_use = self.options.repeat_purchase == "experience"
        if (
            by_use
            and name == "purchased"
            and self.last == (at, name)
            and result.effect != "refused"
        ):
            self.effects.append((label, "noted"))  # a further line of the same invoice
            return
        self.last = at, name
        self.effects.append((label, result.effect))
        self.facts = result.facts
        self.cycle += result.cycles
        if result.effect == "moved":
            self.entered, self.exit = at, result.exit
        if name in oracle.CUSTOMER:
            self.fact = at
        if name == "referred":
            self.referral = at

    def let_time_pass(self, until: tuple[datetime, int]) -> None:
        """Fire the timers up to a moment and rank; the clock goes before what is recorded."""
        while (timer := self.next_timer()) is not None and timer[:2] <= until:
            self.happen(timer[2], timer[0], "by clock")

    def next_timer(self) -> tuple[datetime, int, str] | None:
        """Find the next timer, with its rank; ``lapsed`` comes first."""
        if self.facts.standing != "ACTIVE" or self.entered is None or self.facts.phase is None:
            return None
        silent = max(self.entered, self.fact or self.entered)
        quiet = max(self.entered, self.referral or self.entered)
        lapsed = silent + timedelta(SILENCE_DAYS[self.facts.phase - 1])
        timers = [(lapsed, EventKind.LAPSED.rank, "lapsed")]
        if self.facts.phase == oracle.ADVOCATE:
            end = quiet + timedelta(QUIET_DAYS)
            timers.append((end, EventKind.ADVOCACY_QUIET.rank, "advocacy_quiet"))
        return min(timers)


def tell(arrivals: Iterable[Event], as_of: datetime | None, options: Options) -> Told:
    """Fold events, given in order of arrival, and the timers due between them and by ``as_of``."""
    switches = (options.feedback, options.repeat_purchase, options.confirmation)
    model = _Model(oracle.Options(*(switch.value for switch in switches)))
    for event in sorted(arrivals, key=lambda one: (one.at, one.kind.rank)):
        model.let_time_pass((event.at, event.kind.rank))
        model.happen(event.trigger, event.at, event.id)
    if as_of is not None:
        model.let_time_pass((as_of, EventKind.ERASED.rank))
    stopped = None if model.exit is None else ExitReason(model.exit)
    return Told(_situation(model.facts), model.cycle, stopped, tuple(model.effects))


def _situation(facts: oracle.Facts) -> Situation:
    values = facts._asdict()
    values["standing"] = Standing[facts.standing]
    values["phase"] = facts.phase and Phase(facts.phase)
    values["outcome"] = Outcome(facts.outcome)
    return Situation(**values)
