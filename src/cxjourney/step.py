"""The step: the frozen record of what one event did to a journey."""

from typing import NamedTuple

import attrs

from cxjourney.decision import Decision, Effect, GuardSeen, Move
from cxjourney.events import Event
from cxjourney.explain import explain_change, explain_refold, explain_step
from cxjourney.obligations import Obligation
from cxjourney.phases import ExitReason
from cxjourney.situation import HeldFact, Situation
from cxjourney.texts import Lang

__all__ = ["Change", "Refold", "Step"]


@attrs.frozen(weakref_slot=False)
class Change:
    """What a late event changed about another event of the journey.

    Attributes:
        event: the other event.
        before: what had been decided for it; None for a timer that was not due before.
        after: what is decided for it now; None for a timer that is no longer due.
    """

    event: Event
    before: Decision | None
    after: Decision | None

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words how the other event turned out before, and now."""
        return explain_change(self.event, self.before, self.after, lang)


@attrs.frozen(weakref_slot=False)
class Refold:
    """What a late event did to the journey when it was folded in at its own time.

    Attributes:
        before: the journey's situation before it arrived.
        after: the journey's situation now.
        changes: the other events that turned out differently.
    """

    before: Situation
    after: Situation
    changes: tuple[Change, ...]

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words what the late event changed."""
        changes = [change.explain(lang) for change in self.changes]
        return explain_refold(self.before, self.after, changes, lang)


class Step(NamedTuple):
    """What one event did: everything that there is to know about it.

    Attributes:
        event: the event.
        seq: its number in order of arrival, from 1; 0 for a timer that the clock fired.
        cycle: the journey's cycle after it.
        decision: what the chart decided: micro-steps with row ids, and the guards asked.
        opened: the obligations that it opened.
        met: the obligations that it met.
        dropped: the obligations that ended unmet because the customer moved on.
        our_silence: whether the customer fell silent while the company owed something overdue.
        elapsed: the timers that had fallen due before it, as steps of their own.
        refold: what it changed in what followed, when it arrived late; else None.
    """

    event: Event
    seq: int
    cycle: int
    decision: Decision
    opened: tuple[Obligation, ...] = ()
    met: tuple[Obligation, ...] = ()
    dropped: tuple[Obligation, ...] = ()
    our_silence: bool = False
    elapsed: tuple["Step", ...] = ()
    refold: Refold | None = None

    def __repr__(self) -> str:
        place = self.after.place.name
        if self.before.place is not self.after.place:
            place = f"{self.before.place.name} -> {place}"
        rows = " ".join(move.row for move in self.moves)
        parts = [f"{self.effect.value} {place}", rows]
        parts += [f"opened {len(self.opened)}" if self.opened else ""]
        parts += [f"met {len(self.met)}" if self.met else ""]
        parts += ["late" if self.refold is not None else ""]
        told = ", ".join(part for part in parts if part)
        return f"<Step {self.seq} {self.event.kind.name} {self.event.at.isoformat()}: {told}>"

    @property
    def effect(self) -> Effect:
        """What the event did, in one word."""
        return self.decision.effect

    @property
    def before(self) -> Situation:
        """The situation before the event."""
        return self.decision.before

    @property
    def after(self) -> Situation:
        """The situation after the event."""
        return self.decision.after

    @property
    def moves(self) -> tuple[Move, ...]:
        """The micro-steps, each with the id of its row."""
        return self.decision.moves

    @property
    def held(self) -> tuple[HeldFact, ...]:
        """The facts that were put on hold."""
        return self.decision.held

    @property
    def guards(self) -> tuple[GuardSeen, ...]:
        """The guards that were asked, in order, with their answers."""
        return self.decision.guards

    @property
    def exit(self) -> ExitReason | None:
        """Why the journey stopped here, or None."""
        return self.decision.exit

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words what the event did; nothing of the customer's is repeated."""
        return explain_step(
            self.event,
            self.decision,
            cycle=self.cycle,
            opened=self.opened,
            met=self.met,
            dropped=self.dropped,
            our_silence=self.our_silence,
            elapsed=[step.explain(lang) for step in self.elapsed],
            refold=self.refold.explain(lang) if self.refold is not None else "",
            lang=lang,
        )
