"""Exploration: every situation that a chart can reach, and what every event does in each.

A situation is finite, so a chart can be explored to the end. That proves its invariants.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from cxjourney.chart._machine import JourneyMachine
from cxjourney.chart._model import (
    PLACES,
    Chart,
    Confirmation,
    Decision,
    FaultKind,
    Feedback,
    Options,
    Row,
)
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang, Outcome, Phase, Place, Situation, Standing
from cxjourney.vocabulary._checks import check_type
from cxjourney.vocabulary._terminal import Progress, Showable
from cxjourney.vocabulary._texts import say

MAY_LOWER = frozenset({"T17", "T18", "T20", "T25", "T26", "T29"})
"""The rules by which a phase may go down (SPEC 4.2); T29 is an order."""
MOST_TOLD = 5
"""How many situations a fault names at most of one sort."""


@attrs.frozen(eq=False, repr=False)
class Exploration(Showable):
    """A chart explored to its end.

    Attributes:
        chart: the chart.
        orders: whether unforced orders to move were followed too.
        decisions: what each trigger does in each reachable situation; the situations stand in the
            order in which they were found, NEW first. Forced orders are decided, never followed.
    """

    chart: Chart
    orders: bool
    decisions: Mapping[Situation, Mapping[str, Decision]]

    @property
    def situations(self) -> tuple[Situation, ...]:
        """Every reachable situation, NEW first."""
        return tuple(self.decisions)

    def pairs(self) -> Iterator[Decision]:
        """Yield the decision of every situation and trigger."""
        for by_trigger in self.decisions.values():
            yield from by_trigger.values()

    def followed(self) -> Iterator[Decision]:
        """Yield the decisions that were followed to further situations."""
        triggers = frozenset(_followed(self.chart, orders=self.orders))
        return (decision for decision in self.pairs() if decision.trigger in triggers)

    def _counts(self) -> dict[str, int]:
        pairs = sum(map(len, self.decisions.values()))
        return {"situations": len(self.decisions), "pairs": pairs}

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words how much was explored."""
        return say("explored", lang, **self._counts())

    def __str__(self) -> str:
        return self.explain()

    def to_dict(self) -> dict[str, Any]:
        """Return which chart was explored, and how much of it, as plain values."""
        return {**self.chart.ref._asdict(), "orders": self.orders, **self._counts()}

    def to_rows(self) -> list[dict[str, str]]:
        """Return what each event does in each situation, one row for each pair of the two."""
        return [
            {
                "situation": repr(one.before),
                "trigger": one.trigger,
                "effect": one.effect.name,
                "rows": " ".join(move.row for move in one.moves),
                "leads_to": repr(one.after),
            }
            for one in self.pairs()
        ]

    def __repr__(self) -> str:
        situations, pairs = self._counts().values()
        return f"<Exploration of {self.chart!r}: {situations} situations, {pairs} pairs>"


def explore(chart: Chart, *, orders: bool = False, progress: Progress | None = None) -> Exploration:
    """Explore a chart from NEW to its end, asking the live machine every guard.

    Args:
        chart: the chart to explore.
        orders: whether to follow unforced orders to move as well; the standard chart then reaches
            thousands of situations instead of hundreds.
        progress: is told how many situations are explored, and of how many that are known so far.

    Raises:
        InvalidError: when it is no chart, or a guard raises or returns neither True nor False.
    """
    check_type("explore.chart", chart, Chart)
    check_type("explore.orders", orders, bool)
    machine = chart.compiled(JourneyMachine)
    followed = frozenset(_followed(chart, orders=orders))
    decisions: dict[Situation, dict[str, Decision]] = {}
    queue = deque([Situation()])
    seen = set(queue)
    while queue:
        situation = queue.popleft()
        here = decisions[situation] = {}
        for trigger in chart.triggers:
            decision = here[trigger] = machine.work_out(situation, trigger)
            if trigger in followed and decision.after not in seen:
                seen.add(decision.after)
                queue.append(decision.after)
        if progress is not None:
            progress("exploring", len(decisions), len(seen))
    return Exploration(chart, orders, decisions)


def _followed(chart: Chart, *, orders: bool) -> Iterator[str]:
    for trigger in chart.triggers:
        is_order = trigger.startswith(("moved_to_", "forced_to_"))
        if not is_order or (orders and trigger.startswith("moved_to_")):
            yield trigger


class Reach:
    """The situations that a chart reaches from NEW without a forced order; ``in`` asks for one.

    Facts and timers are followed first, then orders, and only as far as it takes to answer.
    """

    def __init__(self, chart: Chart) -> None:
        self._machine = chart.compiled(JourneyMachine)
        facts = frozenset(_followed(chart, orders=False))
        self._facts = [one for one in chart.triggers if one in facts]
        self._orders = [one for one in _followed(chart, orders=True) if one not in facts]
        self._seen = {Situation()}
        self._by_facts, self._by_orders = deque(self._seen), deque[Situation]()

    def __contains__(self, situation: Situation) -> bool:
        while situation not in self._seen and (self._by_facts or self._by_orders):
            if self._by_facts:
                here, triggers = self._by_facts.popleft(), self._facts
                self._by_orders.append(here)
            else:
                here, triggers = self._by_orders.popleft(), self._orders
            for trigger in triggers:
                if self._machine.arms(here.place, trigger):
                    after = self._machine.work_out(here, trigger).after
                    if after not in self._seen:
                        self._seen.add(after)
                        self._by_facts.append(after)
        return situation in self._seen


def explored_faults(exploration: Exploration) -> Iterator[InvalidError]:
    """Yield what is wrong with a chart, as far as exploring it shows."""
    yield from _ambiguities(exploration)
    yield from _unreachable(exploration)
    yield from _traps(exploration)
    yield from _broken(exploration)


def _ambiguities(exploration: Exploration) -> Iterator[InvalidError]:
    """Find rows that both apply to one event in one situation and do different things."""
    told: set[tuple[str, str]] = set()
    rivals = _rivals(exploration.chart)
    for situation in exploration.situations:
        for trigger, rows in rivals[situation.place]:
            passing = [row for row in rows if _passes(row, situation)]
            for other in passing[1:]:
                pair = passing[0].id, other.id
                if pair not in told and _results_differ(passing[0], other, situation):
                    told.add(pair)
                    text = f"{pair[0]} takes {trigger} in {situation} as well"
                    remedy = f"give one a guard that excludes the other, or replace {pair[0]}"
                    yield InvalidError(other.id, text, remedy, FaultKind.AMBIGUOUS)


def _rivals(chart: Chart) -> dict[Place, list[tuple[str, list[Row]]]]:
    """Return the triggers that several rows of a place take without putting a fact on hold."""
    machine = chart.compiled(JourneyMachine)
    rivals: dict[Place, list[tuple[str, list[Row]]]] = {}
    for place in PLACES:
        moving = [
            (trigger, [row for row in machine.rows_for(place, trigger) if row.holds is None])
            for trigger in chart.triggers
        ]
        rivals[place] = [(trigger, rows) for trigger, rows in moving if len(rows) > 1]
    return rivals


def _passes(row: Row, situation: Situation) -> bool:
    return all(guard(situation) for guard in row.guards)


def _results_differ(one: Row, other: Row, situation: Situation) -> bool:
    return one.apply(situation) != other.apply(situation) or one.then != other.then


def _unreachable(exploration: Exploration) -> Iterator[InvalidError]:
    places = {situation.place for situation in exploration.situations}
    for phase in Phase:
        if phase not in places:
            text, remedy = "no facts lead there from NEW", "add a row that leads there"
            yield InvalidError(phase.name, text, remedy, FaultKind.UNREACHABLE)


def unused_rows(exploration: Exploration, rows: Iterable[Row]) -> Iterator[InvalidError]:
    """Yield those of ``rows`` that never apply in any reachable situation."""
    used = {move.row for decision in exploration.pairs() for move in decision.moves}
    for row in rows:
        if row.id in used:
            continue
        fitting = (
            one for one in exploration.situations if one.place in row.sources and _passes(row, one)
        )
        first = next(fitting, None)
        if first is None:
            text, remedy = "it never applies in any reachable situation", "mend sources or guards"
            yield InvalidError(row.id, text, remedy, FaultKind.UNREACHABLE)
        else:
            text = f"another row takes its events first, as in {first}"
            yield InvalidError(row.id, text, "replace that row", FaultKind.SHADOWED)


def _traps(exploration: Exploration) -> Iterator[InvalidError]:
    """Find situations from which facts alone no longer lead to ADVOCATE."""
    before: defaultdict[Situation, list[Situation]] = defaultdict(list)
    facts = frozenset(_followed(exploration.chart, orders=False))
    for decision in exploration.pairs():
        if decision.trigger in facts and decision.after is not decision.before:
            before[decision.after].append(decision.before)
    queue = deque(one for one in exploration.situations if one.place is Phase.ADVOCATE)
    free = set(queue)
    while queue:
        for earlier in before[queue.popleft()]:
            if earlier not in free:
                free.add(earlier)
                queue.append(earlier)
    stuck = [
        one
        for one in exploration.situations
        if one not in free and one.standing is not Standing.ERASED
    ]
    for situation in stuck[:MOST_TOLD]:
        text = f"no facts lead from {situation} to ADVOCATE ({len(stuck)} such situations)"
        remedy = "add a row that leads on from there"
        yield InvalidError(situation.place.name, text, remedy, FaultKind.TRAP)


def _broken(exploration: Exploration) -> Iterator[InvalidError]:
    """Find the rows by which situations that keep the invariants of SPEC 4.2 break them."""
    options = exploration.chart.options
    told: set[tuple[str, str]] = set()
    broken_before = {one for one in exploration.situations if any(_broken_in(one, options))}
    for decision in exploration.followed():
        if decision.before in broken_before:
            continue
        for broken in broken_invariants(decision, options):
            row = decision.moves[-1].row
            if (broken, row) not in told:
                told.add((broken, row))
                way = f"{decision.trigger} leads from {decision.before} to {decision.after}"
                text = f"{broken}, but {way}"
                yield InvalidError(row, text, "guard or mend the row", FaultKind.BROKEN_INVARIANT)


def broken_invariants(decision: Decision, options: Options) -> Iterator[str]:
    """Yield the invariants of SPEC 4.2 that a decision breaks, in words."""
    before, after = decision.before.phase, decision.after.phase
    if not decision.moves:
        return
    yield from _broken_in(decision.after, options)
    rules = {move.row.partition(".")[0] for move in decision.moves}
    lowered = before is not None and after is not None and after < before
    if lowered and rules.isdisjoint(MAY_LOWER):
        yield "a phase goes down only by T17, T18, T20, T25, T26 or an order"


def _broken_in(situation: Situation, options: Options) -> Iterator[str]:
    phase = situation.phase or 0
    if phase >= Phase.ACTIVATE and not situation.purchased:
        yield "ACTIVATE and later need a purchase"
    if phase >= Phase.ADOPT and not result_stands(situation, options):
        yield "ADOPT and ADVOCATE need a result that stands"
    confirmed = situation.loyalty_confirmed or options.confirmation is Confirmation.OPTIONAL
    if phase >= Phase.ADVOCATE and not confirmed:
        yield "ADVOCATE needs confirmed loyalty"


def result_stands(situation: Situation, options: Options) -> bool:
    """Say whether a situation has a result that stands: OK6 of SPEC 4.2, as the options ask."""
    return (
        situation.outcome is Outcome.ACHIEVED
        and not situation.recovery_open
        and (situation.feedback_closed or options.feedback is Feedback.OPTIONAL)
    )
