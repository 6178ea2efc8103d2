"""What the chart decides for one event: the micro-steps, and the guards seen."""

from enum import Enum, unique

import attrs

from cxjourney.phases import ExitReason, Phase, Place
from cxjourney.situation import HeldFact, Situation

__all__ = ["Decision", "Effect", "GuardSeen", "Move"]


@unique
class Effect(Enum):
    """What an event did, in one word (SPEC 4.2, "Every situation x event pair is defined").

    MOVED: the place changed. STAYED: flags may have changed, the place did not. HELD: recorded,
    and tried again after every event. NOTED: recorded without effect. REFUSED: an order whose
    guards failed, or anything after erasure.
    """

    MOVED = "moved"
    STAYED = "stayed"
    HELD = "held"
    NOTED = "noted"
    REFUSED = "refused"


@attrs.frozen(weakref_slot=False)
class GuardSeen:
    """A guard that was asked: of which row, which guard, and whether it passed."""

    row: str
    guard: str
    passed: bool


@attrs.frozen(weakref_slot=False)
class Move:
    """One micro-step: a row that applied.

    Attributes:
        row: the row's id.
        trigger: the event for which it applied.
        source: the place before.
        target: the place after; the same where the row only changed flags.
        implied: the phases passed over that count as lived through.
        retried: the held fact that applied now, or None.
    """

    row: str
    trigger: str
    source: Place
    target: Place
    implied: tuple[Phase, ...] = ()
    retried: HeldFact | None = None


@attrs.frozen(weakref_slot=False)
class Decision:
    """What a trigger does in a situation, by the chart alone: pure, and the same every time.

    Attributes:
        trigger: the event's trigger.
        before: the situation before.
        after: the situation after; equal to ``before`` where nothing applied.
        effect: what it did, in one word.
        moves: the micro-steps, in order.
        held: the facts that were put on hold.
        guards: the guards asked, in order, with their answers.
        fresh: whether a new cycle began.
        starts_days: whether day 1 of the customer began.
        forced: whether an order was forced.
        exit: why the journey stopped, or None.
        visited: the phases entered, as a bit mask with bit ``phase`` for each.
        implied: the phases passed over that count as lived through, as a bit mask.
    """

    trigger: str
    before: Situation
    after: Situation
    effect: Effect
    moves: tuple[Move, ...] = ()
    held: tuple[HeldFact, ...] = ()
    guards: tuple[GuardSeen, ...] = ()
    fresh: bool = False
    starts_days: bool = False
    forced: bool = False
    exit: ExitReason | None = None
    visited: int = 0
    implied: int = 0
