"""What the company owes on one journey: opened, met, dropped, overdue (SPEC 5)."""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from cxjourney.chart import Chart, Decision, DueBy, Lasts, ObligationRule
from cxjourney.journey._owed import (
    FEW,
    Owed,
    Owing,
    in_order,
    opening,
    owed_by,
    owed_of,
    rules_of,
    soonest,
)
from cxjourney.journey._runs._obligation import Obligation
from cxjourney.vocabulary import Event, EventKind, Place, Standing
from cxjourney.vocabulary._events import PayloadValue
from cxjourney.vocabulary._wait import later_by

Obligations = tuple[Obligation, ...]
NOTHING: Obligations = ()
A_DAY = timedelta(days=1)


class Terms(NamedTuple):
    """What one decision does to obligations, by rule; worked out once for each decision.

    Attributes:
        opens: the rules that the event opens anew.
        enters: the rules that open unless one is open already.
        meets: the rules that the event meets.
        drops: the rules whose obligations end here, met or not.
        place: where the journey is afterwards.
        closes: whether it can meet or end anything; its event may also name what it meets.
        idle: whether it can change nothing at all.
        asks: whether what the event says decides which rules it opens.
    """

    opens: tuple[ObligationRule, ...]
    enters: tuple[ObligationRule, ...]
    meets: frozenset[str]
    drops: frozenset[str]
    place: Place
    closes: bool
    idle: bool
    asks: bool


class Ledger:
    """The obligation rules of a chart."""

    def __init__(self, chart: Chart) -> None:
        self.zone: tzinfo | None = chart.zone
        self.rules: dict[str, ObligationRule] = {rule.id: rule for rule in chart.obligations}
        self._one_at_a_time = frozenset(rule.id for rule in chart.obligations if rule.each)

    def warns_at(self, obligation: Obligation) -> datetime | None:
        """Return when an obligation should be warned of, or None."""
        warn = self.rules[obligation.rule].warn
        return None if warn is None else later_by(obligation.opened_at, warn, self.zone)

    def next_warning(self, owed: Owed, after: datetime) -> datetime | None:
        """Return when something owed should next be warned of, after a moment, or None."""
        found = [self._next_of(rule, owed_by(owed, rule), after) for rule in rules_of(owed)]
        return min(filter(None, found), default=None)

    def _next_of(self, rule: str, queue: Iterable[Obligation], after: datetime) -> datetime | None:
        warn = self.rules[rule].warn
        if isinstance(warn, timedelta):
            return soonest(queue, lambda one: one.opened_at + warn, after + datetime.resolution)
        warns = filter(None, map(self.warns_at, queue))
        return min((at for at in warns if at > after), default=None)

    def terms(self, kind: EventKind, decision: Decision) -> Terms:
        """Work out what a decision does to obligations."""
        place, rules = decision.after.place, self.rules.values()
        opens, enters = self.begun(kind, decision)
        meets = frozenset(rule.id for rule in rules if kind in rule.met_by)
        drops = frozenset(rule.id for rule in rules if _lapses(rule, decision))
        names_one = any(field.name == "obligation" for field in kind.fields)
        closes = bool(meets or drops or names_one)
        idle = not (closes or opens or enters)
        asks = any(rule.having for rule in opens)
        return Terms(opens, enters, meets, drops, place, closes, idle, asks)

    def begun(
        self, kind: EventKind, decision: Decision
    ) -> tuple[tuple[ObligationRule, ...], tuple[ObligationRule, ...]]:
        """Return the rules that an event opens anew, and those that open unless they are open."""
        if decision.after.place is Standing.ERASED:  # to somebody forgotten nothing is owed
            return (), ()
        opens = tuple(rule for rule in self.rules.values() if kind in rule.on)
        enters = tuple(rule for rule in self._entered(decision) if rule not in opens)
        return opens, enters

    def _entered(self, decision: Decision) -> Iterator[ObligationRule]:
        places = {move.target for move in decision.moves if move.source is not move.target}
        for rule in self.rules.values():
            opened = (
                not places.isdisjoint(rule.enters)
                or (rule.at_purchase and decision.starts_days)
                or (rule.flag is not None and _raises(decision, rule.flag))
            )
            if opened and _stands(rule, decision):
                yield rule

    def settle(
        self, owed: Owed, event: Event, terms: Terms, cycle: int
    ) -> tuple[Owed, Obligations, Obligations, Obligations]:
        """Return what is owed after an event, and what it opened, met and dropped.

        First it meets, then it drops, then it opens.
        """
        if not isinstance(owed, tuple):
            return self._settle_many(owed, event, terms, cycle)
        left, met, dropped = owed, NOTHING, NOTHING
        if owed and terms.closes:
            left, met, dropped = self._close(owed, event, terms)
        opened = self._open(left, met, event, terms, cycle)
        left += opened
        return left if len(left) <= FEW else owed_of(left), opened, met, dropped

    def _settle_many(
        self, owed: Owing, event: Event, terms: Terms, cycle: int
    ) -> tuple[Owed, Obligations, Obligations, Obligations]:
        met = dropped = NOTHING
        if terms.closes:
            owed, met, dropped = self._close_many(owed, event, terms)
        opened = self._open(owed, met, event, terms, cycle)
        if opened:
            owed = owed.with_new(opened)
        left = owed if owed.size > FEW else in_order(owed, self.rules)
        return left, opened, met, dropped

    def _close(
        self, owed: Obligations, event: Event, terms: Terms
    ) -> tuple[Obligations, Obligations, Obligations]:
        meets, drops, named = terms.meets, terms.drops, event.payload.get("obligation")
        if named is not None:
            meets = (
                frozenset() if any(one.key == named for one in owed) else frozenset({str(named)})
            )
        left: list[Obligation] = []
        met: list[Obligation] = []
        dropped: list[Obligation] = []
        done: set[str] = set()
        for one in owed:
            rule = one.rule
            if (rule in meets and rule not in done) or (named is not None and one.key == named):
                met.append(one)
                if rule in self._one_at_a_time:
                    done.add(rule)
            elif rule in drops:
                dropped.append(one)
            else:
                left.append(one)
        return tuple(left), tuple(met), tuple(dropped)

    def _close_many(
        self, owed: Owing, event: Event, terms: Terms
    ) -> tuple[Owing, Obligations, Obligations]:
        meets, key = terms.meets, event.payload.get("obligation")
        met: list[Obligation] = []
        dropped: list[Obligation] = []
        if key is not None:
            found = owed.named(str(key))
            meets = frozenset({str(key)}) if found is None else frozenset()
            if found is not None:
                met.append(found)
                owed = owed.without_one(found)
        for rule in self.rules:
            if rule in meets and rule in owed.queues:
                if rule in self._one_at_a_time:
                    one = next(iter(owed.queues[rule]))
                    met.append(one)
                    owed = owed.without_one(one)
                else:
                    met += owed.queues[rule]
                    owed = owed.without_rule(rule)
            if rule in terms.drops and rule in owed.queues:
                dropped += owed.queues[rule]
                owed = owed.without_rule(rule)
        return owed, tuple(sorted(met, key=opening)), tuple(sorted(dropped, key=opening))

    def _open(
        self, left: Owed, met: Obligations, event: Event, terms: Terms, cycle: int
    ) -> Obligations:
        rules = terms.opens
        if terms.asks:
            said = event.payload
            rules = tuple([rule for rule in rules if not rule.having or _holds(rule, said)])
        if terms.enters:
            running: Container[str] = ()
            if not isinstance(left, tuple):
                running = left.running(cycle, [rule.id for rule in terms.enters])
            elif left:
                running = [one.rule for one in left if one.cycle == cycle]
            rules += tuple([rule for rule in terms.enters if rule.id not in running])
        opened = [_obligation(rule, _due(rule, event, self.zone), event, cycle) for rule in rules]
        for one in met:
            rule = self.rules[one.rule]
            if rule.repeats is not None and terms.place in rule.enters and rule not in rules:
                rules += (rule,)
                due = later_by(event.at, rule.repeats, self.zone)
                opened.append(_obligation(rule, due, event, cycle))
        return tuple(opened)


def _raises(decision: Decision, flag: str) -> bool:
    """Say whether a flag became true."""
    stood = not decision.fresh and getattr(decision.before, flag)
    return getattr(decision.after, flag) is True and not stood


def _holds(rule: ObligationRule, payload: Mapping[str, PayloadValue]) -> bool:
    return any(one.holds(payload) for one in rule.having)


def _obligation(rule: ObligationRule, due: datetime, event: Event, cycle: int) -> Obligation:
    parts = (rule.id, event.at, due, event.id, cycle)
    return tuple.__new__(Obligation, parts)  # half the time of its constructor


def _lapses(rule: ObligationRule, decision: Decision) -> bool:
    """Say whether a decision ends what ``rule`` opened earlier, met or not."""
    if decision.after.place is Standing.ERASED:
        return True
    if rule.lasts is Lasts.UNTIL_MET:
        return False
    if decision.fresh or decision.after.place is Standing.LOST:
        return True
    left = any(move.source in rule.enters for move in decision.moves)
    return rule.lasts is Lasts.PLACE and left and decision.after.place not in rule.enters


def _stands(rule: ObligationRule, decision: Decision) -> bool:
    """Say whether what ``rule`` opens on the way is still owed where a decision ends."""
    if rule.lasts is Lasts.PLACE:
        return decision.after.place in rule.enters
    return rule.lasts is Lasts.UNTIL_MET or decision.after.place is not Standing.LOST


def _due(rule: ObligationRule, event: Event, zone: tzinfo | None) -> datetime:
    if rule.due_by is DueBy.AFTER:
        return later_by(event.at, rule.due, zone)
    if rule.due_by is DueBy.DAY_END:
        at = event.at
        return datetime(at.year, at.month, at.day, tzinfo=at.tzinfo) + A_DAY
    promised = event.payload.get("due")
    return promised if isinstance(promised, datetime) else later_by(event.at, rule.due, zone)
