"""Why an event would not move a journey, and what would."""

from collections import deque

import attrs

from cxjourney.chart import Effect, GuardSeen, JourneyMachine
from cxjourney.errors import ErasedError, InvalidError, RefusedError
from cxjourney.journey._refolding._retracted import RIGHT
from cxjourney.journey._step import Step, below, unmet
from cxjourney.vocabulary import EventKind, Lang, Nature, Phase, Place, Situation, Standing
from cxjourney.vocabulary._checks import describe
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import brief, code
from cxjourney.vocabulary._texts import name, say, to_come

MAX_DEPTH = 6


@attrs.frozen
class Allowed(Worded):
    """An event that would do something now.

    Attributes:
        trigger: the event's trigger, such as ``purchased`` or ``moved_to_admit``.
        effect: what it would do, in one word.
        leads_to: the place where the journey would be.
    """

    trigger: str = attrs.field(repr=code)
    effect: Effect
    leads_to: Place

    __repr__ = brief

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words what would happen, and where it leads."""
        return self.told(lang, bought=False)

    def told(self, lang: Lang, *, bought: bool) -> str:
        """Tell the same; ``bought`` says whether the customer bought before."""
        return f"{to_come(self.trigger, lang, bought=bought)} -> {name(self.leads_to, lang)}"


@attrs.frozen(repr=False)
class WhyNot(Worded):
    """Why an event would not move a journey from where it is.

    Attributes:
        trigger: the event's trigger.
        situation: where the journey is.
        effect: what the event would do; MOVED where it would move after all.
        failed: the guards that stand in the way, each with its row.
        needs: the shortest chain of other events after which it would move; empty where there is
            none of up to six.
        allowed: the events that would do something now.
        elsewhere: the phases from which the event can move a journey; empty where it can from here.
    """

    trigger: str
    situation: Situation
    effect: Effect
    failed: tuple[GuardSeen, ...]
    needs: tuple[str, ...]
    allowed: tuple[Allowed, ...]
    elsewhere: tuple[Phase, ...] = ()

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words why not, what would have to happen first, and what is allowed now."""
        bought = self.situation.purchased
        lines = [
            say("stands", lang, place=name(self.situation.place, lang)),
            say("asked", lang, event=to_come(self.trigger, lang, bought=bought)),
            say(f"would_be_{self.effect.value}", lang),
        ]
        if self.effect is not Effect.MOVED:
            needs = (to_come(one, lang, bought=bought) for one in self.needs)
            chain = [f"{place}. {one}" for place, one in enumerate(needs, start=1)]
            lines += [*unmet(self.failed, lang)] or [self._from_here(lang)]
            lines += [*below("needs", chain, lang)] or [say("no_needs", lang)]
        ways = [one.told(lang, bought=bought) for one in self.allowed]
        lines += [*below("allowed", ways, lang)] or [say("none_allowed", lang)]
        return "\n".join(lines)

    def _from_here(self, lang: Lang) -> str:
        """Say that no condition stands in the way, but that it moves nothing from here."""
        if not self.elsewhere:
            return say("no_row", lang)
        return say("elsewhere", lang, places=", ".join(name(one, lang) for one in self.elsewhere))

    def __repr__(self) -> str:
        place, failed = self.situation.place.name, len(self.failed)
        what = f"{code(self.trigger)} in {place}: {self.effect.value}"
        return f"<WhyNot {what}, conditions not met {failed}>"


def allowed(machine: JourneyMachine, situation: Situation) -> tuple[Allowed, ...]:
    """Return the events that would do something in a situation; forced orders are left out."""
    decisions = (machine.decide(situation, trigger) for trigger in machine.chart.triggers)
    return tuple(
        Allowed(one.trigger, one.effect, one.after.place)
        for one in decisions
        if one.moves and not one.forced
    )


def onward(
    machine: JourneyMachine, situation: Situation
) -> tuple[tuple[Allowed, ...], tuple[GuardSeen, ...]]:
    """Return the events that would bring a journey to a later phase, or back into one.

    Orders are left out. Where there is none, the guards that stand in the way come with it.
    """
    kinds, place = machine.kinds, situation.place
    ways = tuple(
        one
        for one in allowed(machine, situation)
        if one.trigger in kinds and _later(place, one.leads_to)
    )
    failed = (
        seen
        for trigger in kinds
        for seen in machine.failing(situation, trigger)
        if _later(place, machine.chart.row(seen.row).to)
    )
    return ways, () if ways else tuple(dict.fromkeys(failed))


def _later(place: Place, other: Place | None) -> bool:
    return isinstance(other, Phase) and (not isinstance(place, Phase) or other > place)


def why_not(
    machine: JourneyMachine, situation: Situation, trigger: str, barred: tuple[GuardSeen, ...] = ()
) -> WhyNot:
    """Explain what an event would do in a situation, and what stands in its way.

    Args:
        machine: runs the chart.
        situation: where the journey is.
        trigger: the event's trigger.
        barred: what keeps the event from being taken, whatever the chart says.

    Raises:
        UnknownKindError: when the chart has no such trigger.
    """
    if barred:
        ways = allowed(machine, situation)
        return WhyNot(trigger, situation, Effect.REFUSED, barred, (), ways)
    decision = machine.decide(situation, trigger)
    moved = decision.effect is Effect.MOVED
    return WhyNot(
        trigger,
        situation,
        decision.effect,
        () if moved else machine.failing(situation, trigger),
        () if moved else _shortest(machine, situation, trigger),
        allowed(machine, situation),
        () if moved else _elsewhere(machine, situation.place, trigger),
    )


def _elsewhere(machine: JourneyMachine, here: Place, trigger: str) -> tuple[Phase, ...]:
    """Return from which phases an event moves a journey, unless from here it does."""
    rows = [row for row in machine.chart.rows if trigger in row.triggers]
    places = [place for row in rows for place in row.sources if row.to not in {None, place}]
    if here in places or here is Standing.ERASED:
        return ()
    return tuple(dict.fromkeys(place for place in places if isinstance(place, Phase)))


def _shortest(machine: JourneyMachine, start: Situation, trigger: str) -> tuple[str, ...]:
    """Search breadth first for the facts after which ``trigger`` has moved the journey.

    A held fact moves by itself once it can, so what is looked for is a phase that the event leads
    to, or the event's own move. The search never leads through a loss.
    """
    goal = _goal(machine, trigger)
    if not goal or start.place in goal:
        return ()
    steps = tuple(
        kind.name
        for kind in machine.chart.kinds
        if kind.nature in {Nature.CUSTOMER, Nature.COMPANY} and kind.name != trigger
    )
    reached = {start}
    queue: deque[tuple[Situation, tuple[str, ...]]] = deque([(start, ())])
    while queue:
        situation, chain = queue.popleft()
        for step in steps:
            after = machine.decide(situation, step).after
            if after in reached or after.standing is not Standing.ACTIVE:
                continue
            reached.add(after)
            longer = (*chain, step)
            if after.place in goal or _moves(machine, after, trigger, goal):
                return longer
            if len(longer) < MAX_DEPTH:
                queue.append((after, longer))
    return ()


def _goal(machine: JourneyMachine, trigger: str) -> frozenset[Place]:
    return frozenset(
        row.to
        for row in machine.chart.rows
        if trigger in row.triggers and isinstance(row.to, Phase) and not row.then
    )


def _moves(
    machine: JourneyMachine, situation: Situation, trigger: str, goal: frozenset[Place]
) -> bool:
    decision = machine.decide(situation, trigger)
    return decision.effect is Effect.MOVED and decision.after.place in goal


def refusal(machine: JourneyMachine, step: Step) -> RefusedError:
    """Return the error for an order that was refused: why, and which orders would pass."""
    trigger = step.decision.trigger
    if step.before.standing is Standing.ERASED:
        return ErasedError(trigger, "T28", (), ())
    if step.event.kind is EventKind.RETRACTED:
        barred = step.guards[0]
        return RefusedError(trigger, barred.row, (barred.guard,), (), RIGHT[barred.guard])
    failed = machine.failing(step.before, trigger)
    options = [one.trigger for one in allowed(machine, step.before)]
    orders = tuple(one for one in options if one.startswith("moved_to_"))
    names = tuple(dict.fromkeys(guard.guard for guard in failed))
    return RefusedError(trigger, failed[0].row if failed else "T29", names, orders)


def trigger_of(kind: EventKind, to: Phase | None) -> str:
    """Return the trigger of a kind; for an order to move its target is needed.

    Raises:
        InvalidError: when the target is missing, or given for another kind.
    """
    if (kind is EventKind.MOVED) != (to is not None):
        wanted = "the phase that is ordered" if to is None else "no phase"
        found = to.name if isinstance(to, Phase) else describe(to)
        raise InvalidError("why_not.to", found, f"{wanted}, for the event is {kind.name}")
    return kind.name if to is None else f"moved_to_{to.name.lower()}"
