"""What a report counts, told once for the live machine and for columns.

A figure is a tuple. Each step of a journey, and the end of it, says which figures it adds one to;
an engine says how many steps and journeys of each sort there are.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cxjourney.chart import Effect
from cxjourney.vocabulary import EventKind, ExitReason, Phase, Place, Standing

Figure = tuple[object, ...]

LAPSES, RETURNED, REPURCHASED, WON_BACK = (
    (name,) for name in ("lapses", "returned", "repurchased", "won_back")
)
COMINGS: tuple[Figure, ...] = (LAPSES, RETURNED, REPURCHASED, WON_BACK)
REFERRALS, REFERRERS = ("referrals",), ("referrers",)
OUR_SILENCE = ("our_silence",)
ENDED, SILENT, GOING_ON = range(3)
"""How a stay ended: by what somebody did, by the clock, or not yet."""
HOW_OWED = ("open", "overdue", "on_time", "late", "dropped")


class StepSort(NamedTuple):
    """What is asked of a step.

    Attributes:
        kind: the kind of the event.
        by_clock: whether it is a timer.
        effect: what it did.
        before: the place before it.
        after: the place after it.
        fresh: whether a new cycle begins.
    """

    kind: EventKind
    by_clock: bool
    effect: Effect
    before: Place
    after: Place
    fresh: bool

    def comings(self) -> Iterator[Figure]:
        """Yield what it says of silence and return."""
        was_silent = self.before is Standing.LAPSED
        if self.after is Standing.LAPSED and not was_silent:
            yield LAPSES
        if self.fresh and self.before is Standing.LOST:
            yield WON_BACK
        if self.fresh and was_silent:
            yield REPURCHASED
        if was_silent and isinstance(self.after, Phase) and not self.fresh:
            yield RETURNED

    def figures(self) -> Iterator[Figure]:
        """Yield the figures of the step."""
        yield ("event", self.kind, "timer" if self.by_clock else self.effect)
        yield from self.comings()

    @property
    def ends_stay(self) -> bool:
        """Whether the journey leaves its place by it."""
        return self.before is not self.after

    @property
    def how(self) -> int:
        """How the stay in the place before it ends.

        The clock ends a stay where the user's own window says so: nobody saw the end.
        """
        return SILENT if self.by_clock else ENDED


class EndSort(NamedTuple):
    """What is asked of a journey at its end.

    Attributes:
        phase: its phase, or the one that it left; None where it is NEW or ERASED.
        standing: how it stands.
        exit: why it stopped.
        furthest: the highest phase that it ever reached.
        implied: the phases that it only passed over.
        by_clock: whether the clock moved it last.
        our_silence: whether at its last lapse something was overdue that the log could show.
    """

    phase: Phase | None
    standing: Standing
    exit: ExitReason | None
    furthest: Phase | None
    implied: tuple[Phase, ...]
    by_clock: bool
    our_silence: bool

    @property
    def place(self) -> str:
        """The name of the place in which the report shows it."""
        return (self.phase or self.standing).name

    def figures(self) -> Iterator[Figure]:
        """Yield the figures of the journey."""
        yield "place", self.place, self.standing
        yield "reached", self.furthest
        stands = self.standing
        if stands is Standing.LOST and self.by_clock:
            stands = Standing.LAPSED  # given up by a window that somebody chose
        yield "no further", self.furthest, stands
        for phase in self.implied:
            yield "implied", phase
        if self.exit is not None:
            yield "exit", self.exit
        if self.exit is ExitReason.SILENCE and self.our_silence:
            yield OUR_SILENCE

    def of_month(self, month: str) -> Iterator[Figure]:
        """Yield the figures of the month of its first event."""
        yield "cohort", month
        yield "cohort", month, self.furthest
        yield "cohort", month, self.standing
