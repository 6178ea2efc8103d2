"""The step: the frozen record of what one event did to a journey, and its explanation in words."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from textwrap import indent
from typing import NamedTuple

import attrs

from cxjourney.chart import Decision, Effect, GuardSeen, Move
from cxjourney.journey._obligations import Obligation
from cxjourney.vocabulary import (
    Event,
    ExitReason,
    HeldFact,
    Lang,
    Outcome,
    Phase,
    Situation,
    Standing,
)
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._texts import duty, happening, name, need, say

FLAGS = (
    "purchased",
    "doubt_open",
    "recovery_open",
    "feedback_asked",
    "feedback_closed",
    "loyalty_confirmed",
)
"""The flags of a situation that a guard of the same name puts into words."""

WOULD_BE: dict[Effect, str] = {
    Effect.MOVED: "would_be_moved",
    Effect.STAYED: "would_be_stayed",
    Effect.HELD: "would_be_held",
    Effect.NOTED: "would_be_noted",
    Effect.REFUSED: "would_be_refused",
}


def _barring(decision: Decision) -> Iterator[GuardSeen]:
    """Yield the guards that kept an event from moving; where it moved, others only led it there."""
    if decision.effect is not Effect.MOVED:
        yield from (guard for guard in decision.guards if not guard.passed)


def explain_step(
    event: Event,
    decision: Decision,
    *,
    cycle: int,
    opened: Iterable[Obligation],
    met: Iterable[Obligation],
    dropped: Iterable[Obligation],
    our_silence: bool,
    elapsed: Iterable[str],
    refold: str,
    lang: Lang,
) -> str:
    """Tell in words what an event did.

    Args:
        event: the event.
        decision: what the chart decided for it.
        cycle: the journey's cycle after it.
        opened: the obligations that it opened.
        met: the obligations that it met.
        dropped: the obligations that it ended unmet.
        our_silence: whether the company owed something overdue when the customer fell silent.
        elapsed: the explanations of the timers that had fallen due before it.
        refold: the explanation of what it changed by arriving late; empty where it did not.
        lang: the language.
    """
    kept = [_settled(one, event.at, lang) for one in met]
    lines = [
        *_list("elapsed", elapsed, lang),
        f"{event.at.isoformat()}: {happening(decision.trigger, lang)}.",
        *_decided(decision, cycle, lang),
        *([say("our_silence", lang)] if our_silence else ()),
        *_unmet(_barring(decision), lang),
        *_list("opened", [_due(one, lang) for one in opened], lang),
        *_list("met", kept, lang),
        *_list("dropped", [_due(one, lang) for one in dropped], lang),
        *([refold] if refold else ()),
    ]
    return "\n".join(lines)


def explain_refold(before: Situation, after: Situation, changes: Iterable[str], lang: Lang) -> str:
    """Tell in words what a late event changed.

    Args:
        before: the journey's situation before it arrived.
        after: the journey's situation now.
        changes: the explanations of the other events that turned out differently.
        lang: the language.
    """
    was, now = name(before.place, lang), name(after.place, lang)
    stands = say("stands", lang, place=now)
    if was != now:
        stands = say("stands_now", lang, before=was, after=now)
    changed = [*_list("changes", changes, lang)] or [say("no_changes", lang)]
    return "\n".join([say("refolded", lang), stands, *changed])


def explain_change(
    event: Event, before: Decision | None, after: Decision | None, lang: Lang
) -> str:
    """Tell in words how an event turned out before a late one came, and now; None: not at all."""
    return "\n".join(
        [
            f"{event.at.isoformat()}: {happening(event.trigger, lang)}.",
            f"  {say('before', lang, result=_result(before, lang))}",
            f"  {say('now', lang, result=_result(after, lang))}",
        ]
    )


def explain_why_not(
    trigger: str,
    situation: Situation,
    effect: Effect,
    *,
    failed: Iterable[GuardSeen],
    needs: Iterable[str],
    allowed: Iterable[tuple[str, Place]],
    lang: Lang,
) -> str:
    """Tell in words why an event would not move a journey.

    Args:
        trigger: the event's trigger.
        situation: where the journey is.
        effect: what the event would do.
        failed: the guards that stand in the way.
        needs: the events that would have to happen first, in order.
        allowed: the events that would do something now, each with the place it leads to.
        lang: the language.
    """
    lines = [
        say("stands", lang, place=name(situation.place, lang)),
        say("asked", lang, event=happening(trigger, lang)),
        say(WOULD_BE[effect], lang),
    ]
    if effect is not Effect.MOVED:
        chain = [f"{i}. {happening(one, lang)}" for i, one in enumerate(needs, start=1)]
        lines += [*_unmet(failed, lang)] or [say("no_row", lang)]
        lines += [*_list("needs", chain, lang)] or [say("no_needs", lang)]
    lines += [*_list("allowed", _ways(allowed, lang), lang)] or [say("none_allowed", lang)]
    return "\n".join(lines)


def explain_journey(
    situation: Situation,
    *,
    since: datetime | None,
    cycle: int,
    high_water: Phase | None,
    implied: tuple[Phase, ...],
    stopped: ExitReason | None,
    our_silence: bool,
    forced: bool,
    owed: Iterable[Obligation],
    clock: datetime | None,
    onward: Iterable[tuple[str, Place]],
    failed: Iterable[GuardSeen],
    lang: Lang,
) -> str:
    """Tell in words where a journey stands, what is owed, and what would move it on.

    Args:
        situation: where the journey is.
        since: when it came there; None where nothing has happened yet.
        cycle: which attempt this is.
        high_water: the highest phase ever reached.
        implied: the phases that were only passed over.
        stopped: why it stopped; None while it is under way.
        our_silence: whether the company owed something overdue when the customer fell silent.
        forced: whether an order was ever forced.
        owed: what the company owes now.
        clock: the latest moment that the journey knows of: what was due before it is late.
        onward: the events that would move it to a later phase, each with that phase.
        failed: the guards that keep it from a later phase.
        lang: the language.
    """
    duties = [
        _settled(one, clock, lang) if clock and one.overdue(clock) else _due(one, lang)
        for one in owed
    ]
    lines = [
        *_whereabouts(situation, since, lang),
        *([say("cycle", lang, cycle=cycle)] if cycle > 1 else ()),
        *([say("high_water", lang, phase=name(high_water, lang))] if high_water else ()),
        *_implied(implied, lang),
        *_exit(stopped, lang),
        *([say("our_silence", lang)] if our_silence else ()),
        *([say("forced", lang)] if forced else ()),
        *_known(situation, lang),
        *(_list("owed", duties, lang) if duties else [say("nothing_owed", lang)]),
        *([*_list("onward", _ways(onward, lang), lang)] or [say("no_onward", lang)]),
        *_unmet(failed, lang),
    ]
    return "\n".join(lines)


def _list(heading: str, items: Iterable[str], lang: Lang) -> Iterator[str]:
    """Yield a heading and the items below it; nothing where there is no item."""
    for index, item in enumerate(items):
        if index == 0:
            yield say(heading, lang)
        yield indent(item, "  ")


def _decided(decision: Decision, cycle: int, lang: Lang) -> Iterator[str]:
    yield say("effect", lang, effect=name(decision.effect, lang))
    for move in decision.moves:
        yield f"  {_move(move, lang)}"
    if decision.fresh:
        yield say("cycle", lang, cycle=cycle)
    yield from _implied((phase for move in decision.moves for phase in move.implied), lang)
    if decision.starts_days:
        yield say("day_one", lang)
    if decision.forced:
        yield say("forced", lang)
    yield from _exit(decision.exit, lang)
    yield from _on_hold(decision.held, lang)


def _move(move: Move, lang: Lang) -> str:
    text = f"{move.row}: {_passage(move.source, move.target, lang)}"
    if move.source is move.target:
        text = say("stays", lang, row=move.row, place=name(move.target, lang))
    if move.retried is None:
        return text
    return say("retried", lang, move=text, fact=name(move.retried, lang))


def _passage(source: Place, target: Place, lang: Lang) -> str:
    return f"{name(source, lang)} -> {name(target, lang)}"


def _result(decision: Decision | None, lang: Lang) -> str:
    if decision is None:
        return say("absent", lang)
    told = [name(decision.effect, lang), ", ".join(move.row for move in decision.moves)]
    source, target = decision.before.place, decision.after.place
    if source is not target:
        told.append(_passage(source, target, lang))
    return "; ".join(filter(None, told))


def _whereabouts(situation: Situation, since: datetime | None, lang: Lang) -> Iterator[str]:
    standing, phase = situation.standing, situation.phase
    place = name(situation.place, lang)
    at = since.isoformat() if since else ""
    if standing is Standing.ACTIVE:
        yield say("phase_since", lang, phase=place, at=at)
        return
    yield say("standing_since" if at else "standing", lang, standing=place, at=at)
    if phase is not None:
        yield say("last_phase", lang, phase=name(phase, lang))


def _known(situation: Situation, lang: Lang) -> Iterator[str]:
    flags = [need(flag, lang) for flag in FLAGS if getattr(situation, flag)]
    yield from _list("known", flags, lang)
    if situation.outcome is not Outcome.NONE:
        yield say("result", lang, outcome=name(situation.outcome, lang))
    yield from _on_hold(situation.held, lang)


def _implied(phases: Iterable[Phase], lang: Lang) -> Iterator[str]:
    names = ", ".join(name(phase, lang) for phase in phases)
    if names:
        yield say("implied", lang, phases=names)


def _on_hold(facts: Iterable[HeldFact], lang: Lang) -> Iterator[str]:
    names = ", ".join(name(fact, lang) for fact in facts)
    if names:
        yield say("on_hold", lang, facts=names)


def _exit(reason: ExitReason | None, lang: Lang) -> Iterator[str]:
    if reason is not None:
        yield say("exit", lang, reason=name(reason, lang))


def _unmet(guards: Iterable[GuardSeen], lang: Lang) -> Iterator[str]:
    lines = dict.fromkeys(f"{one.row}: {need(one.guard, lang)}" for one in guards)
    return _list("unmet", lines, lang)


def _ways(ways: Iterable[tuple[str, Place]], lang: Lang) -> Iterator[str]:
    return (f"{happening(trigger, lang)} -> {name(place, lang)}" for trigger, place in ways)


def _due(one: Obligation, lang: Lang) -> str:
    return say("due", lang, duty=duty(one.rule, lang), due=one.due.isoformat())


def _settled(one: Obligation, at: datetime, lang: Lang) -> str:
    how = "late" if one.overdue(at) else "on_time"
    return say(how, lang, duty=duty(one.rule, lang), due=one.due.isoformat())


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
