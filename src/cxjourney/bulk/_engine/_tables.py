"""A chart as dense arrays: what each event of a log does in each situation (SPEC 4.2).

The live machine works out every cell, so the arrays hold its answers and nothing else. Only the
kinds that a log holds are compiled, with the two timers.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.chart import (
    Chart,
    Decision,
    Effect,
    JourneyMachine,
    ObligationRule,
    RepeatPurchase,
)
from cxjourney.journey._obligations import Ledger
from cxjourney.vocabulary import EventKind, ExitReason, Nature, Phase, Situation, Standing
from cxjourney.vocabulary._events import PayloadValue

Whole: TypeAlias = NDArray[Any]
"""Whole numbers: times in microseconds since 1970 UTC, places in other arrays, ids."""
Small: TypeAlias = NDArray[Any]
"""Whole numbers in whatever width they need."""
Mask: TypeAlias = NDArray[Any]
"""What holds for each row."""

FAR = 1 << 62
"""A window that never ends; beyond every time even when it begins at ``NEVER``."""
NEVER = -(1 << 61)
"""The moment of what has not happened."""
EFFECTS = (Effect.MOVED, Effect.STAYED, Effect.HELD, Effect.NOTED, Effect.REFUSED)
FLAGS = tuple(field.name for field in attrs.fields(Situation) if field.type is bool)
"""What is true or false of a situation, in the order of its fields."""
EXITS: tuple[ExitReason | None, ...] = (None, *ExitReason)
MICROSECOND = timedelta(microseconds=1)

OPENS, ENTERS, MEETS, DROPS, STAYS = 1, 2, 4, 8, 16
"""What a cell does to the obligations of a rule; STAYS: the journey then is in its places."""
MOVED, FRESH, STARTS, REFERRED = 1, 2, 4, 8
"""What a cell does to a journey, beside where it leads."""
SHARED = 63
"""The bit of this rule is also that of those after it."""
KNOWN_PARTS = frozenset(
    (
        "id",
        "source",
        "on",
        "enters",
        "at_purchase",
        "due",
        "due_by",
        "warn",
        "met_by",
        "each",
        "repeats",
        "lasts",
        "having",
        "flag",
        "anywhere",
    )
)
"""The parts of an obligation rule that the arrays carry."""


class EventWord(NamedTuple):
    """What an event says, as far as it decides anything.

    Attributes:
        kind: its kind.
        obligation: the rule that it meets, where it names one.
        again: whether it is a purchase in the instant of another one (SPEC 4.2a).
        opens: the rules with conditions that it opens by what it says.
    """

    kind: EventKind
    obligation: str | None = None
    again: bool = False
    opens: tuple[str, ...] = ()


def word_of(chart: Chart, kind: EventKind, payload: Mapping[str, PayloadValue]) -> EventWord:
    """Return what an event says."""
    named = payload.get("obligation")
    opens = tuple(
        rule.id
        for rule in chart.obligations
        if rule.having and kind in rule.on and any(one.holds(payload) for one in rule.having)
    )
    return EventWord(kind, None if named is None else str(named), opens=opens)


def deciding_fields(chart: Chart, kind: EventKind) -> frozenset[str]:
    """Return the fields of a kind that decide what an event of it says."""
    conditions = (one for rule in chart.obligations if kind in rule.on for one in rule.having)
    return frozenset(("obligation", *(one.field for one in conditions)))


def carried(rule: ObligationRule) -> bool:
    """Say whether the arrays carry all that a rule asks; else its journeys go by the machine."""
    others = (one for one in attrs.fields(ObligationRule) if one.name not in KNOWN_PARTS)
    usual = all(getattr(rule, one.name) == one.default for one in others)
    return usual and not rule.by_calendar


@attrs.frozen(eq=False, repr=False)
class Tables:
    """A chart compiled for the words of a log; a cell is ``situation * width + word``.

    Attributes:
        chart: the chart.
        words: what events say, the two timers among them.
        situations: every situation that they can reach; NEW is the first.
        next: the situation after, by cell.
        effect: the place of the effect in ``EFFECTS``, by cell.
        seen: the phases visited, and from bit 8 on those implied, by cell; bit 0 is ASSESS.
        fresh: whether a new cycle begins, by cell.
        starts: whether day 1 of the customer begins, by cell.
        exit: the place of the reason in ``EXITS``, by cell.
        duty: what each rule's obligations meet with, by rule and cell.
        concerns: a bit for each rule that a cell opens, meets or drops.
        opens: a bit for each rule that a cell may open.
        lapse: the window of ``lapsed`` in each situation; ``FAR`` where there is none.
        quiet: the window of ``advocacy_quiet`` in each situation.
        resets: whether silence counts anew from a cell.
        resets_quiet: whether the quiet of an advocate does.
        rank: the rank of each word.
        fact: whether a word is a customer's fact.
    """

    chart: Chart
    words: tuple[EventWord, ...]
    situations: tuple[Situation, ...]
    next: Small
    effect: Small
    seen: Small
    fresh: Mask
    starts: Mask
    exit: Small
    duty: Small
    concerns: Whole
    opens: Whole
    lapse: Whole
    quiet: Whole
    resets: Mask
    resets_quiet: Mask
    rank: Small
    fact: Mask

    @property
    def width(self) -> int:
        """How many words there are."""
        return len(self.words)

    @cached_property
    def lapsed(self) -> int:
        """The word of the timer of silence."""
        return self.words.index(EventWord(EventKind.LAPSED))

    @cached_property
    def advocacy_quiet(self) -> int:
        """The word of the timer of an advocate's quiet."""
        return self.words.index(EventWord(EventKind.ADVOCACY_QUIET))

    @cached_property
    def moved(self) -> Mask:
        """Whether a cell moves the journey."""
        moved: Mask = self.effect == EFFECTS.index(Effect.MOVED)
        return moved

    @cached_property
    def waits(self) -> Mask:
        """Whether a timer may fire in a situation."""
        waits: Mask = np.minimum(self.lapse, self.quiet) < FAR
        return waits

    @cached_property
    def marks(self) -> Small:
        """What a cell says of a journey, as the bits MOVED, FRESH, STARTS and REFERRED."""
        referred = np.arange(len(self.next)) % self.width == self.referred
        marks = MOVED * self.moved | FRESH * self.fresh | STARTS * self.starts | REFERRED * referred
        found: Small = marks.astype(np.uint8)
        return found

    @property
    def rules(self) -> tuple[ObligationRule, ...]:
        """The obligation rules of the chart."""
        return self.chart.obligations

    @property
    def rule_bits(self) -> Whole:
        """The bit of each rule; those beyond 64 share the last."""
        return _rule_bits(len(self.rules))

    @cached_property
    def bits(self) -> type[np.unsignedinteger[Any]]:
        """The width of a bit for each rule."""
        return np.uint32 if len(self.rules) <= np.iinfo(np.uint32).bits else np.uint64

    @cached_property
    def concerns_owed(self) -> Whole:
        """A bit for each rule that a cell opens, or meets or drops where it may be owed.

        It is where nothing was owed before the first event; else ``concerns`` holds.
        """
        ends, bits = np.zeros(len(self.next), np.uint64), self.rule_bits
        for number, rule in enumerate(self.rules[:SHARED]):
            all_of_them = DROPS if rule.each else DROPS | MEETS
            ends[(self.duty[number] & all_of_them) != 0] |= bits[number]
        here = np.arange(len(self.next)) // self.width
        owed = np.zeros(len(self.situations), np.uint64)
        while True:
            further = owed.copy()
            np.bitwise_or.at(further, self.next, owed[here] & ~ends | self.opens)
            if (further == owed).all():
                found: Whole = self.opens | self.concerns & owed[here]
                return found
            owed = further

    @cached_property
    def referred(self) -> int:
        """The word of a referral; -1 where the log has none."""
        word = EventWord(EventKind.REFERRED)
        return self.words.index(word) if word in self.words else -1

    @cached_property
    def purchased(self) -> tuple[int, int]:
        """The words of a purchase, and of another in its instant; -1 where they are the same."""
        words = EventWord(EventKind.PURCHASED), EventWord(EventKind.PURCHASED, again=True)
        one, other = (self.words.index(word) if word in self.words else -1 for word in words)
        return one, other

    @cached_property
    def chain(self) -> list[Any]:
        """The situations as lists of those that follow, by word; each ends with its number."""
        states: list[Any] = [[] for _ in self.situations]
        for place, after in enumerate(self.next.reshape(-1, self.width).tolist()):
            states[place] += [*(states[number] for number in after), place]
        return states

    def code(self, word: EventWord) -> int:
        """Return the number of a word."""
        return self.words.index(word)

    def by_machine(self) -> frozenset[int]:
        """Return the words that open a duty which the arrays do not carry."""
        rows = [place for place, rule in enumerate(self.rules) if not carried(rule)]
        bits = (self.duty[rows] & (OPENS | ENTERS)).any(axis=0)
        return frozenset(np.flatnonzero(bits.reshape(-1, self.width).any(axis=0)).tolist())

    def not_before(self) -> tuple[Small, Small]:
        """Return by word 1 where a timer of that moment comes after it, else 0; both timers."""
        return (
            (self.rank < EventKind.LAPSED.rank).astype(np.int64),
            (self.rank < EventKind.ADVOCACY_QUIET.rank).astype(np.int64),
        )


class _Compiled(dict[tuple[tuple[EventWord, ...], frozenset[Situation]], Tables]):
    """The tables of a chart, made when they are first asked for."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def __missing__(self, asked: tuple[tuple[EventWord, ...], frozenset[Situation]]) -> Tables:
        tables = self[asked] = _compile(self._chart, *asked)
        return tables


def tables_of(chart: Chart, words: Iterable[EventWord], from_: Iterable[Situation] = ()) -> Tables:
    """Return a chart compiled for some words and its timers, from NEW and other situations."""
    timers = EventWord(EventKind.LAPSED), EventWord(EventKind.ADVOCACY_QUIET)
    wanted = {*words, *timers}
    if chart.options.repeat_purchase is RepeatPurchase.EXPERIENCE:
        again = EventWord(EventKind.PURCHASED, again=True)
        wanted |= {again} & {word._replace(again=True) for word in wanted}
    order = sorted(
        wanted,
        key=lambda word: (word.kind.rank, word.kind.name, word.obligation or "", *word[2:]),
    )
    compiled = chart.compiled(_Compiled)
    tables = compiled[tuple(order), frozenset()]
    others = frozenset(from_).difference(tables.situations)
    return compiled[tuple(order), others] if others else tables


def _compile(chart: Chart, words: Sequence[EventWord], others: frozenset[Situation]) -> Tables:
    machine = chart.compiled(JourneyMachine)
    index = dict(zip(dict.fromkeys((Situation(), *sorted(others, key=repr))), count()))
    queue, rows = deque(index), []
    while queue:
        situation = queue.popleft()
        row = [_decided(machine, situation, word) for word in words]
        for decision in row:
            if decision.after not in index:
                index[decision.after] = len(index)
                queue.append(decision.after)
        rows.append(row)
    cells = [decision for row in rows for decision in row]
    situations = tuple(index)
    effect = np.array([EFFECTS.index(one.effect) for one in cells], np.uint8)
    duty = _duties(chart, words, cells)
    bits = _rule_bits(len(duty))[:, None]

    def rules_that(do: int) -> Whole:
        found: Whole = np.bitwise_or.reduce(np.where(duty & do, bits, np.uint64(0)), axis=0)
        return found

    moved = effect == EFFECTS.index(Effect.MOVED)
    fact = np.array([word.kind.nature is Nature.CUSTOMER for word in words])
    referred = np.array([word.kind is EventKind.REFERRED for word in words])
    visited = [one.visited >> 1 | (one.implied >> 1) << 8 for one in cells]
    lapse, quiet = _windows(chart, situations, words, moved)
    return Tables(
        chart,
        tuple(words),
        situations,
        np.array([index[one.after] for one in cells], np.int64),
        effect,
        np.array(visited, np.uint16),
        np.array([one.fresh for one in cells]),
        np.array([one.starts_days for one in cells]),
        np.array([EXITS.index(one.exit) for one in cells], np.uint8),
        duty,
        rules_that(OPENS | ENTERS | MEETS | DROPS),
        rules_that(OPENS | ENTERS),
        lapse,
        quiet,
        moved | np.tile(fact, len(situations)),
        moved | np.tile(referred, len(situations)),
        np.array([word.kind.rank for word in words], np.int64),
        fact,
    )


def _rule_bits(rules: int) -> Whole:
    bits: Whole = np.uint64(1) << np.minimum(np.arange(rules, dtype=np.uint64), np.uint64(SHARED))
    return bits


def _decided(machine: JourneyMachine, situation: Situation, word: EventWord) -> Decision:
    decision = machine.decide(situation, word.kind.name)
    if word.again and decision.effect is not Effect.REFUSED:
        return Decision(word.kind.name, situation, situation, Effect.NOTED)
    return decision


class _Bits:
    """What an event does to a chart's obligations, a bit mask for each rule; worked out once."""

    def __init__(self, chart: Chart) -> None:
        self._ledger, self._rules = chart.compiled(Ledger), chart.obligations
        self._flags = [rule.flag for rule in self._rules if rule.flag is not None]
        self._known: dict[object, list[int]] = {}

    def of(self, word: EventWord, one: Decision) -> tuple[object, list[int]]:
        """Return what tells decisions apart that do different things, and the masks."""
        way = tuple([(move.source, move.target) for move in one.moves])
        raised = tuple([(getattr(one.before, it), getattr(one.after, it)) for it in self._flags])
        asked = word, way, one.fresh, one.starts_days, one.after.place, raised
        bits = self._known.get(asked)
        if bits is None:
            bits = self._known[asked] = self._work_out(word, one)
        return asked, bits

    def _work_out(self, word: EventWord, one: Decision) -> list[int]:
        terms = self._ledger.terms(word.kind, one)
        opens = {rule.id for rule in terms.opens if not rule.having or rule.id in word.opens}
        enters = {rule.id for rule in terms.enters}
        meets = terms.meets if word.obligation is None else {word.obligation}
        return [
            OPENS * (rule.id in opens)
            | ENTERS * (rule.id in enters)
            | MEETS * (rule.id in meets)
            | DROPS * (rule.id in terms.drops)
            | STAYS * (terms.place in rule.enters)
            for rule in self._rules
        ]


def _duties(chart: Chart, words: Sequence[EventWord], cells: Sequence[Decision]) -> Small:
    bits = chart.compiled(_Bits)
    known: dict[object, int] = {}
    columns: list[list[int]] = []
    kind_of = []
    for place, one in enumerate(cells):
        asked, column = bits.of(words[place % len(words)], one)
        kind_of.append(known.setdefault(asked, len(columns)))
        if kind_of[-1] == len(columns):
            columns.append(column)
    return np.array(columns, np.uint8).T.reshape(len(chart.obligations), -1)[:, kind_of]


def _windows(
    chart: Chart, situations: Sequence[Situation], words: Sequence[EventWord], moved: Mask
) -> tuple[Whole, Whole]:
    lapse, quiet = np.full((2, len(situations)), FAR)
    takes = moved.reshape(-1, len(words))
    lapsed = takes[:, words.index(EventWord(EventKind.LAPSED))]
    hushed = takes[:, words.index(EventWord(EventKind.ADVOCACY_QUIET))]
    for place, one in enumerate(situations):
        if one.standing is not Standing.ACTIVE or one.phase is None:
            continue
        window = chart.silence.get(one.phase)
        if window is not None and lapsed[place]:
            lapse[place] = window // MICROSECOND
        if one.phase is Phase.ADVOCATE and chart.advocacy_quiet is not None and hushed[place]:
            quiet[place] = chart.advocacy_quiet // MICROSECOND
    return lapse, quiet
