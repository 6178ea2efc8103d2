"""The chart on `transitions`: a real ``Machine`` that decides without a model.

The library's classes are used through its own seams (``transition_cls``, ``condition_cls``): rows,
guards and order stay what `transitions` was told, and so do its diagrams and ``get_transitions``;
only the bookkeeping of callbacks, of which a chart has none, is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import cast

import attrs
import transitions

from cxjourney.chart._guards import Guard
from cxjourney.chart._model import PLACES, Chart, Decision, Effect, FaultKind, GuardSeen, Move, Row
from cxjourney.errors import InvalidError, UnknownKindError
from cxjourney.vocabulary import EventKind, HeldFact, Phase, Place, Situation, Standing
from cxjourney.vocabulary._checks import check_type, describe

MAX_MOVES = 24
RETRIED_AS = {
    HeldFact.DELIVERY: EventKind.DELIVERED.name,
    HeldFact.LOYALTY: EventKind.LOYALTY_SHOWN.name,
    HeldFact.REFERRAL: EventKind.REFERRED.name,
}
"""The event as which each held fact is tried again."""


class GuardCondition(transitions.core.Condition):
    """A guard of a row as a condition of `transitions`: asked of a situation directly."""

    def __init__(self, guard: Guard, row: str) -> None:
        super().__init__(guard)
        self.guard = guard
        self.row = row
        name = getattr(guard, "__name__", "?")
        self.seen: dict[bool, GuardSeen] = {
            passed: GuardSeen(row, name, passed) for passed in (False, True)
        }

    def ask(self, situation: Situation) -> GuardSeen:
        """Ask the guard, and refuse an answer that is neither True nor False."""
        try:
            answer: object = self.guard(situation)
        except Exception as error:
            raise self._fault(
                f"raised {type(error).__name__}", "answer for any situation"
            ) from error
        if type(answer) is not bool:
            raise self._fault(f"returned {type(answer).__name__}", "return True or False")
        return self.seen[answer]

    def _fault(self, text: str, remedy: str) -> InvalidError:
        text = f"guard {self.seen[True].guard} {text}"
        return InvalidError(self.row, text, remedy, FaultKind.BAD_GUARD)


class RowTransition(transitions.core.Transition):
    """One arm of a row (one event from one place) as a transition."""

    condition_cls: type[transitions.core.Condition] = GuardCondition

    def __init__(self, source: str, dest: str, *_: object, arm: tuple[Row, str, Place]) -> None:
        super().__init__(source, dest)
        row, trigger, place = arm
        self.row: Row = row
        target = place if self.row.to is None else self.row.to
        self.move: Move = Move(self.row.id, trigger, place, target, _implied(self.row, place))
        self.visited: int = _mask([target])
        self.implied: int = _mask(self.move.implied)
        self.asks: list[GuardCondition] = [
            GuardCondition(guard, self.row.id) for guard in self.row.guards
        ]
        self.conditions.extend(self.asks)

    def passes(self, situation: Situation, seen: list[GuardSeen]) -> bool:
        """Ask the guards in order until one fails; note each in ``seen``."""
        for condition in self.asks:
            answer = condition.ask(situation)
            seen.append(answer)
            if not answer.passed:
                return False
        return True


class JourneyMachine(transitions.Machine):
    """Runs a chart: for a situation and an event it decides what follows, and says why.

    It is a ``transitions.Machine`` without a model; journeys hold their own situation, so one
    machine serves any number of them. Deciding is pure: no clock, no hook, no change.

    Args:
        chart: the chart to run.

    Raises:
        InvalidError: when it is no chart.
    """

    transition_cls: type[transitions.Transition] = RowTransition

    def __init__(self, chart: Chart) -> None:
        check_type("JourneyMachine.chart", chart, Chart)
        self.chart: Chart = chart
        super().__init__(
            model=None,
            states=[place.name for place in PLACES],
            initial=Standing.NEW.name,
            transitions=[
                {**entry, "arm": arm}
                for entry, arm in zip(chart.transition_table(), chart.arms(), strict=True)
            ],
            auto_transitions=False,
            send_event=True,
            queued=False,
        )
        self._decided: dict[Situation, dict[str, Decision]] = {}

    @cached_property
    def kinds(self) -> dict[str, EventKind]:
        """The kinds of the chart by name."""
        return {kind.name: kind for kind in self.chart.kinds}

    def decide(self, situation: Situation, trigger: str) -> Decision:
        """Return what an event does in a situation; remembered, since it never changes.

        Raises:
            UnknownKindError: when the chart has no such trigger.
        """
        by_trigger = self._decided.get(situation)
        if by_trigger is None:
            by_trigger = self._decided[situation] = {}
        decision = by_trigger.get(trigger)
        if decision is None:
            decision = by_trigger[trigger] = self.work_out(situation, trigger)
        return decision

    def work_out(self, situation: Situation, trigger: str) -> Decision:
        """Do what ``decide`` does, asking every guard afresh."""
        if trigger not in self.chart_triggers:
            raise UnknownKindError(describe(trigger), tuple(sorted(self.chart_triggers)))
        refusable = situation.standing is Standing.ERASED or trigger in self._orders
        nothing = Effect.REFUSED if refusable else Effect.NOTED
        if not self.arms(situation.place, trigger):
            return Decision(trigger, situation, situation, nothing)
        run = _Run(self, situation)
        applied = run.take(trigger)
        while applied and applied.then:
            applied = run.take(trigger)
        return run.decision(trigger, nothing)

    @cached_property
    def chart_triggers(self) -> frozenset[str]:
        """Every trigger of the chart, whether a row takes it or not."""
        return frozenset(self.chart.triggers)

    @cached_property
    def _orders(self) -> frozenset[str]:
        plain = {kind.name for kind in self.chart.kinds}
        return self.chart_triggers - plain

    def failing(self, situation: Situation, trigger: str) -> tuple[GuardSeen, ...]:
        """Return every guard that keeps the rows of a trigger from moving the journey."""
        failed: list[GuardSeen] = []
        for row in self.rows_for(situation.place, trigger):
            if row.to is not None:
                seen = (GuardSeen(row.id, guard.__name__, guard(situation)) for guard in row.guards)
                failed.extend(guard for guard in seen if not guard.passed)
        return tuple(failed)

    def rows_for(self, place: Place, trigger: str) -> Iterator[Row]:
        """Return the rows that a trigger may take from a place, in order."""
        return (arm.row for arm in self.arms(place, trigger))

    def arms(self, place: Place, trigger: str) -> Sequence[RowTransition]:
        """Return the arms of a trigger that start from a place, in the order of the chart."""
        return self._arms.get((trigger, place), ())

    @cached_property
    def _arms(self) -> dict[tuple[str, Place], list[RowTransition]]:
        return {
            (trigger, place): cast("list[RowTransition]", event.transitions[place.name])
            for trigger, event in self.events.items()
            for place in PLACES
            if place.name in event.transitions
        }


class _Run:
    """One decision in the making: the situation so far, and what was seen on the way."""

    def __init__(self, machine: JourneyMachine, before: Situation) -> None:
        self.machine = machine
        self.before = self.situation = before
        self.arms: list[RowTransition] = []
        self.moves: list[Move] = []
        self.seen: list[GuardSeen] = []
        self.held: list[HeldFact] = []

    def take(self, trigger: str) -> Row | None:
        """Apply the first row that passes, then whatever held facts can move now."""
        arm = self._select(trigger)
        if arm is None:
            return None
        self._apply(arm, arm.move)
        if arm.row.holds is not None:
            self.held.append(arm.row.holds)
        if self.situation.standing is Standing.ACTIVE:
            while self._retry_held():
                pass
        return arm.row

    def _select(self, trigger: str) -> RowTransition | None:
        for arm in self.machine.arms(self.situation.place, trigger):
            if arm.passes(self.situation, self.seen):
                return arm
        return None

    def _retry_held(self) -> bool:
        """Apply the first held fact that can move now, and say whether there was one."""
        for fact in self.situation.held:
            arm = self._select(RETRIED_AS[fact])
            if arm is not None and arm.row.holds is None:
                self._apply(arm, attrs.evolve(arm.move, retried=fact))
                return True
        return False

    def _apply(self, arm: RowTransition, move: Move) -> None:
        if len(self.moves) == MAX_MOVES:
            raise InvalidError(
                move.row,
                f"{move.trigger} applies without end",
                "let the row lead to a place where it does not apply again",
                FaultKind.BAD_ROW,
            )
        self.situation = arm.row.apply(self.situation)
        self.arms.append(arm)
        self.moves.append(move)

    def decision(self, trigger: str, nothing: Effect) -> Decision:
        """Freeze the run; ``nothing`` is its effect where no row applied."""
        before, moves, guards = self.before, tuple(self.moves), tuple(self.seen)
        if not moves:
            return Decision(trigger, before, before, nothing, guards=guards)
        fresh = starts_days = forced = moved = False
        visited = implied = 0
        for arm in self.arms:
            row = arm.row
            fresh, starts_days = fresh or row.fresh, starts_days or row.starts_days
            forced, moved = forced or row.force, moved or arm.move.source is not arm.move.target
            visited, implied = visited | arm.visited, implied | arm.implied
        stays = Effect.HELD if self.held else Effect.STAYED
        return Decision(
            trigger=trigger,
            before=before,
            after=self.situation,
            effect=Effect.MOVED if moved else stays,
            moves=moves,
            held=tuple(self.held),
            guards=guards,
            fresh=fresh,
            starts_days=starts_days,
            forced=forced,
            exit=self.arms[-1].row.reason,
            visited=visited,
            implied=implied,
        )


def _mask(places: Iterable[Place]) -> int:
    return reduce(or_, (1 << place for place in places if isinstance(place, Phase)), 0)


def _implied(row: Row, source: Place) -> tuple[Phase, ...]:
    """Return the phases that a row passes over and that count as lived through."""
    if not row.implies or not isinstance(row.to, Phase):
        return ()
    start = 0 if row.fresh or not isinstance(source, Phase) else source
    return tuple(phase for phase in Phase if start < phase < row.to)
