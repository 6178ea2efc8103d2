"""The step: the frozen record of what one event did to a journey, and its explanation in words."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from textwrap import indent
from typing import NamedTuple

import attrs

from cxjourney.chart import Decision, Effect, GuardSeen, Move
from cxjourney.journey._runs._obligation import Obligation
from cxjourney.vocabulary import (
    Event,
    ExitReason,
    HeldFact,
    Lang,
    Outcome,
    Phase,
    Place,
    Situation,
    Standing,
)
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import code
from cxjourney.vocabulary._texts import happening, moment, name, need, say


@attrs.frozen(repr=False, weakref_slot=False)
class Change(Worded):
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
        return "\n".join(
            [
                told_event(self.event.at, self.event.trigger, lang),
                f"  {say('before', lang, result=_result(self.before, lang))}",
                f"  {say('now', lang, result=_result(self.after, lang))}",
            ]
        )

    def __repr__(self) -> str:
        effects = [one.effect.value if one else "absent" for one in (self.before, self.after)]
        return f"<Change {self.event!r}: {' -> '.join(effects)}>"


@attrs.frozen(repr=False, weakref_slot=False)
class Refold(Worded):
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
        told = explain_changes(self.before, self.after, self.changes, lang)
        return "\n".join([say("refolded", lang), *told])

    def __repr__(self) -> str:
        way = f"{self.before.place.name} -> {self.after.place.name}"
        return f"<Refold {way}: changes {len(self.changes)}>"


class _StepFields(NamedTuple):
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


class Step(_StepFields, Worded):
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

    __slots__ = ()

    def __repr__(self) -> str:
        place = self.after.place.name
        if self.before.place is not self.after.place:
            place = f"{self.before.place.name} -> {place}"
        rows = " ".join(code(move.row) for move in self.moves)
        parts = [f"{self.effect.value} {place}", rows]
        parts += [f"opened {len(self.opened)}" if self.opened else ""]
        parts += [f"met {len(self.met)}" if self.met else ""]
        parts += ["late" if self.refold is not None else ""]
        told = ", ".join(part for part in parts if part)
        return f"<Step {self.seq} {code(self.event.kind.name)} {self.event.at.isoformat()}: {told}>"

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
        at = self.event.at
        lines = [
            *below("elapsed", [step.explain(lang) for step in self.elapsed], lang),
            told_event(at, self.decision.trigger, lang),
            *_decided(self.decision, self.cycle, lang),
            *([say("our_silence", lang)] if self.our_silence else ()),
            *unmet(_barring(self.decision), lang),
            *below("opened", [one.explain(lang) for one in self.opened], lang),
            *below("met", [one.explain(lang, at=at) for one in self.met], lang),
            *below("dropped", [one.explain(lang) for one in self.dropped], lang),
            *([self.refold.explain(lang)] if self.refold else ()),
        ]
        return "\n".join(lines)


FLAGS = (
    "purchased",
    "doubt_open",
    "recovery_open",
    "feedback_asked",
    "feedback_closed",
    "loyalty_confirmed",
)
"""The flags of a situation that a guard of the same name puts into words."""


def _barring(decision: Decision) -> Iterator[GuardSeen]:
    """Yield the guards that kept an event from moving; where it moved, others only led it there."""
    if decision.effect is not Effect.MOVED:
        yield from (guard for guard in decision.guards if not guard.passed)


def explain_changes(
    before: Situation, after: Situation, changes: Iterable[Change], lang: Lang
) -> Iterator[str]:
    """Yield in words where a journey stood and stands, and which events turned out differently."""
    was, now = name(before.place, lang), name(after.place, lang)
    if was == now:
        yield say("stands", lang, place=now)
    else:
        yield say("stands_now", lang, before=was, after=now)
    changed = [change.explain(lang) for change in changes]
    yield from below("changes", changed, lang) if changed else (say("no_changes", lang),)


def told_event(at: datetime, trigger: str, lang: Lang) -> str:
    """Tell in words what happened, and when."""
    return f"{moment(at, lang)}: {happening(trigger, lang)}."


def below(heading: str, items: Iterable[str], lang: Lang) -> Iterator[str]:
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
    yield from passed_over((phase for move in decision.moves for phase in move.implied), lang)
    if decision.starts_days:
        yield say("day_one", lang)
    if decision.forced:
        yield say("forced", lang)
    yield from stopped(decision.exit, lang)
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


def whereabouts(situation: Situation, since: datetime | None, lang: Lang) -> Iterator[str]:
    """Yield where a journey is, and since when."""
    standing, phase = situation.standing, situation.phase
    place = name(situation.place, lang)
    at = moment(since, lang) if since else ""
    if standing is Standing.ACTIVE:
        yield say("phase_since", lang, phase=place, at=at)
        return
    yield say("standing_since" if at else "standing", lang, standing=place, at=at)
    if phase is not None:
        yield say("last_phase", lang, phase=name(phase, lang))


def known(situation: Situation, lang: Lang) -> Iterator[str]:
    """Yield what the flags of a situation say."""
    flags = [need(flag, lang) for flag in FLAGS if getattr(situation, flag)]
    yield from below("known", flags, lang)
    if situation.outcome is not Outcome.NONE:
        yield say("result", lang, outcome=name(situation.outcome, lang))
    yield from _on_hold(situation.held, lang)


def passed_over(phases: Iterable[Phase], lang: Lang) -> Iterator[str]:
    """Yield the phases that count as lived through."""
    names = ", ".join(name(phase, lang) for phase in phases)
    if names:
        yield say("implied", lang, phases=names)


def _on_hold(facts: Iterable[HeldFact], lang: Lang) -> Iterator[str]:
    names = ", ".join(name(fact, lang) for fact in facts)
    if names:
        yield say("on_hold", lang, facts=names)


def stopped(reason: ExitReason | None, lang: Lang) -> Iterator[str]:
    """Yield why a journey stopped, if it did."""
    if reason is not None:
        yield say("exit", lang, reason=name(reason, lang))


def unmet(guards: Iterable[GuardSeen], lang: Lang) -> Iterator[str]:
    """Yield what the guards that did not pass ask for, each once."""
    lines = dict.fromkeys(f"{one.row}: {need(one.guard, lang)}" for one in guards)
    return below("unmet", lines, lang)
