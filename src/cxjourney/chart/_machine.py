"""The chart on `transitions`: a real ``Machine`` that decides without a model.

The library's classes are used through its own seams (``transition_cls``, ``condition_cls``): rows,
guards and order stay what `transitions` was told, and so do its diagrams and ``get_transitions``;
only the bookkeeping of callbacks, of which a chart has none, is left out.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property, reduce
from operator import or_
from typing import Any, cast

import attrs
import transitions

from cxjourney.chart._guards import Guard
from cxjourney.chart._model import PLACES, Chart, Decision, Effect, FaultKind, GuardSeen, Move, Row
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import EventKind, HeldFact, Phase, Place, Situation, Standing

MAX_MOVES = 24
RETRIED_AS = {
    HeldFact.DELIVERY: EventKind.DELIVERED.name,
    HeldFact.LOYALTY: EventKind.LOYALTY_SHOWN.name,
    HeldFact.REFERRAL: EventKind.REFERRED.name,
}
"""The event as which each held fact is tried again."""


class GuardCondition(transitions.core.Condition):
    """A guard of the chart as a condition of `transitions`: asked of a situation directly."""

    func: Guard

    def holds(self, situation: Situation, row: str) -> bool:
        """Ask the guard, and refuse an answer that is neither True nor False."""
        try:
            answer: object = self.func(situation)
        except Exception as error:
            text = f"guard {self.func.__name__} raised {type(error).__name__}"
            raise InvalidError(
                row, text, "answer for any situation", FaultKind.BAD_GUARD
            ) from error
        if type(answer) is not bool:
            text = f"guard {self.func.__name__} returned {type(answer).__name__}"
            raise InvalidError(row, text, "return True or False", FaultKind.BAD_GUARD)
        return answer is True


class RowTransition(transitions.core.Transition):
    """One arm of a row (one event from one place) as a transition."""

    condition_cls: type[transitions.core.Condition] = GuardCondition

    def __init__(self, source: str, dest: str, *_: object, row: Row) -> None:
        super().__init__(source, dest)
        self.conditions.extend(GuardCondition(guard) for guard in row.guards)
        self.row = row

    def passes(self, situation: Situation, seen: list[GuardSeen]) -> bool:
        """Ask the guards in order until one fails; note each in ``seen``."""
        for condition in cast("list[GuardCondition]", self.conditions):
            answer = condition.holds(situation, self.row.id)
            seen.append(GuardSeen(self.row.id, condition.func.__name__, answer))
            if not answer:
                return False
        return True


class JourneyMachine(transitions.Machine):
    """Runs a chart: for a situation and an event it decides what follows, and says why.

    It is a ``transitions.Machine`` without a model; journeys hold their own situation, so one
    machine serves any number of them. Deciding is pure: no clock, no hook, no change.

    Args:
        chart: the chart to run.
    """

    transition_cls: type[transitions.Transition] = RowTransition

    def __init__(self, chart: Chart) -> None:
        self.chart: Chart = chart
        super().__init__(
            model=None,
            states=[place.name for place in PLACES],
            initial=Standing.NEW.name,
            transitions=transition_table(chart, with_rows=True),
            auto_transitions=False,
            send_event=True,
            queued=False,
        )
        self._decided: dict[Situation, dict[str, Decision]] = {}

    @cached_property
    def rows(self) -> dict[str, Row]:
        """The rows of the chart by id."""
        return {row.id: row for row in self.chart.rows}

    @cached_property
    def kinds(self) -> dict[str, EventKind]:
        """The kinds of the chart by name."""
        return {kind.name: kind for kind in self.chart.kinds}

    def decide(self, situation: Situation, trigger: str) -> Decision:
        """Return what an event does in a situation; remembered, since it never changes.

        Raises:
            LookupError: when the chart has no such trigger.
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
            message = f"chart {self.chart.key!r} has no trigger {trigger!r}"
            raise LookupError(message)
        run = _Run(self, situation)
        refusable = situation.standing is Standing.ERASED or trigger in self._orders
        applied = run.take(trigger)
        if not applied and refusable:
            return run.decision(trigger, Effect.REFUSED)
        while applied and applied.then:
            applied = run.take(trigger)
        return run.decision(trigger, run.effect())

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

    def arms(self, place: Place, trigger: str) -> list[RowTransition]:
        """Return the arms of a trigger that start from a place, in the order of the chart."""
        event = self.events.get(trigger)
        arms = [] if event is None else event.transitions.get(place.name, [])
        return cast("list[RowTransition]", arms)


@attrs.define
class _Run:
    """One decision in the making: the situation so far, and what was seen on the way."""

    machine: JourneyMachine
    before: Situation
    situation: Situation = attrs.field(init=False)
    moves: list[Move] = attrs.field(init=False, factory=list)
    seen: list[GuardSeen] = attrs.field(init=False, factory=list)
    held: list[HeldFact] = attrs.field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.situation = self.before

    def take(self, trigger: str) -> Row | None:
        """Apply the first row that passes, then whatever held facts can move now."""
        row = self._select(trigger)
        if row is not None:
            self._apply(row, trigger, retried=None)
            if row.holds is not None:
                self.held.append(row.holds)
            self._retry_held()
        return row

    def _select(self, trigger: str) -> Row | None:
        for arm in self.machine.arms(self.situation.place, trigger):
            if arm.passes(self.situation, self.seen):
                return arm.row
        return None

    def _retry_held(self) -> None:
        moved = self.situation.standing is Standing.ACTIVE
        while moved:
            moved = False
            for fact in self.situation.held:
                trigger = RETRIED_AS[fact]
                row = self._select(trigger)
                if row is not None and row.holds is None:
                    self._apply(row, trigger, retried=fact)
                    moved = True
                    break

    def _apply(self, row: Row, trigger: str, *, retried: HeldFact | None) -> None:
        if len(self.moves) == MAX_MOVES:
            raise InvalidError(
                row.id,
                f"{trigger} applies without end",
                "let the row lead to a place where it does not apply again",
                FaultKind.BAD_ROW,
            )
        source, self.situation = self.situation.place, row.apply(self.situation)
        target = self.situation.place
        self.moves.append(Move(row.id, trigger, source, target, _implied(row, source), retried))

    def effect(self) -> Effect:
        """Say in one word what the event did."""
        if any(move.source is not move.target for move in self.moves):
            return Effect.MOVED
        if self.held:
            return Effect.HELD
        return Effect.STAYED if self.moves else Effect.NOTED

    def decision(self, trigger: str, effect: Effect) -> Decision:
        """Freeze the run."""
        if not self.moves:
            return Decision(trigger, self.before, self.situation, effect, guards=tuple(self.seen))
        rows = [self.machine.rows[move.row] for move in self.moves]
        return Decision(
            trigger=trigger,
            before=self.before,
            after=self.situation,
            effect=effect,
            moves=tuple(self.moves),
            held=tuple(self.held),
            guards=tuple(self.seen),
            fresh=any(row.fresh for row in rows),
            starts_days=any(row.starts_days for row in rows),
            forced=any(row.force for row in rows),
            exit=rows[-1].reason,
            visited=_mask(move.target for move in self.moves if isinstance(move.target, Phase)),
            implied=_mask(phase for move in self.moves for phase in move.implied),
        )


def _mask(phases: Iterable[Phase]) -> int:
    return reduce(or_, (1 << phase for phase in phases), 0)


def _implied(row: Row, source: Place) -> tuple[Phase, ...]:
    """Return the phases that a row passes over and that count as lived through."""
    if not row.implies or not isinstance(row.to, Phase):
        return ()
    start = 0 if row.fresh or not isinstance(source, Phase) else source
    return tuple(phase for phase in Phase if start < phase < row.to)


def transition_table(chart: Chart, *, with_rows: bool = False) -> list[dict[str, Any]]:
    """Return the chart as keyword arguments of ``transitions.Machine.add_transition``.

    Guards stand as plain functions of a situation. With ``with_rows`` each entry carries its row,
    as ``JourneyMachine`` needs it.
    """
    return [
        {
            "trigger": trigger,
            "source": source.name,
            "dest": None if row.to is None else row.to.name,
            "conditions": list(row.guards),
            **({"row": row} if with_rows else {}),
        }
        for row, trigger, source in chart.arms()
    ]
