"""What is owed on a journey, oldest first; what an event leaves as it is, is shared.

Nothing here is changed in place, so that the courses of a journey can share it. Few obligations
stand in a tuple; more of them stand by rule, and many of one rule in blocks of runs, of which an
event makes one block and one run anew. Where a run begins, the obligations themselves say: so equal
ones stand in equal runs, whichever way they came about, and comparing two courses looks at what is
not shared only. A run that a journal kept stays a text until somebody looks into it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter
from typing import TypeAlias, TypeVar
from zlib import crc32

import attrs

from cxjourney.journey._runs._kept_run import KeptRun
from cxjourney.journey._runs._obligation import Obligation, When

T = TypeVar("T")
FEW = 32
"""How many obligations stand in a tuple at most."""
RUN = 32
"""How long a run is, on the average."""
BLOCK = 32
"""How many runs are put into a block."""
EVER: datetime = datetime.min.replace(tzinfo=UTC)
"""Before all that may be due."""


Run: TypeAlias = dict[str, Obligation] | KeptRun
"""Obligations of one rule by the event that opened each, oldest first; never changed."""
Blocks: TypeAlias = tuple[tuple[Run, ...], ...]
"""Runs in blocks, none of which is empty; where a block ends says nothing."""


def _flat(blocks: Blocks) -> tuple[Run, ...]:
    return tuple(chain.from_iterable(blocks))


def _begins(one: Obligation) -> bool:
    """Say whether a run begins with an obligation; nobody who picks ids alone decides that."""
    return not crc32(one.event.encode("utf-8", "surrogatepass"), one.opened_at.microsecond) % RUN


@attrs.frozen
class Many:
    """The obligations of one rule where they are many, oldest first.

    Attributes:
        size: how many they are.
        blocks: the runs of them.
        in_turn: whether none is known to be due sooner than one that opened before it.
    """

    size: int
    blocks: Blocks = attrs.field(eq=_flat)
    in_turn: bool = attrs.field(eq=False)

    @classmethod
    def of(cls, size: int, runs: Sequence[Run], *, in_turn: bool) -> "Many":
        """Return so many obligations in these runs."""
        places = range(0, len(runs), BLOCK)
        return cls(size, tuple([tuple(runs[at : at + BLOCK]) for at in places]), in_turn)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of all blocks."""
        return _flat(self.blocks)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Obligation]:
        return chain.from_iterable(run.values() for block in self.blocks for run in block)

    def with_one(self, one: Obligation) -> "Many":
        """Return these and a newer one."""
        *blocks, block = self.blocks
        *runs, last = block
        in_turn = self.in_turn and _end(last).due <= one.due
        if not _begins(one):
            run = last.with_one(one) if isinstance(last, KeptRun) else {**last, one.event: one}
            blocks.append((*runs, run))
        elif len(block) < BLOCK:
            blocks.append((*block, {one.event: one}))
        else:
            blocks += [block, ({one.event: one},)]
        return Many(self.size + 1, tuple(blocks), in_turn)

    def find(self, event: str) -> Obligation | None:
        """Return the one that an event opened, or None."""
        latest = (run for block in reversed(self.blocks) for run in reversed(block))
        return next((run[event] for run in latest if event in run), None)

    def from_on(self, when: When, since: datetime) -> Iterator[Obligation]:
        """Yield those of which a moment is not before another; in order of it where in turn."""
        if not self.in_turn:
            yield from (one for one in self if when(one) >= since)
            return
        first = bisect_left(self.blocks, since, key=lambda block: when(_end(block[-1])))
        for block in self.blocks[first : first + 1]:
            place = bisect_left(block, since, key=lambda run: when(_end(run)))
            run = block[place]
            if isinstance(run, KeptRun):
                yield from run.from_on(when, since)
            else:
                yield from (one for one in run.values() if when(one) >= since)
            for run in block[place + 1 :]:
                yield from run.values()
        for block in self.blocks[first + 1 :]:
            for run in block:
                yield from run.values()

    def soonest(self, when: When, since: datetime) -> datetime | None:
        """Return the first moment of these that is not before another, or None."""
        if self.in_turn:
            return next(map(when, self.from_on(when, since)), None)
        found: datetime | None = None
        for run in chain.from_iterable(self.blocks):
            if isinstance(run, KeptRun) and (
                when(run.end) < since or (found is not None and when(run.begin) >= found)
            ):
                continue
            moments = [at for at in map(when, run.values()) if at >= since]
            found = min(moments if found is None else [found, *moments], default=None)
        return found

    def without(self, event: str) -> "Queue":
        """Return these without the one that an event opened."""
        at, place = next(
            (at, place)
            for at, block in enumerate(self.blocks)
            for place, run in enumerate(block)
            if event in run
        )
        blocks, runs = [*self.blocks], [*self.blocks[at]]
        run = dict(runs[place].items())
        first = next(iter(run)) == event
        del run[event]
        if first and (place or at):  # there is nothing any more at which a run would begin
            if not place:
                at -= 1
                place = len(blocks[at])
                runs[:0] = blocks.pop(at)
            place -= 1
            run = dict(runs.pop(place).items()) | run
        runs[place : place + 1] = [run] if run else []
        blocks[at : at + 1] = [tuple(runs)] if runs else []
        left = Many(self.size - 1, tuple(blocks), self.in_turn)
        return left if left.size > FEW else tuple(left)


Queue: TypeAlias = tuple[Obligation, ...] | Many
"""The obligations of one rule."""
opening = attrgetter("opened_at")
_due = attrgetter("due")


@attrs.frozen
class Owing:
    """What is owed where it is more than a few.

    Attributes:
        size: how many obligations they are.
        queues: the obligations, by rule; without rules of which nothing is owed.
    """

    size: int
    queues: Mapping[str, Queue]

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Obligation]:
        return chain.from_iterable(self.queues.values())

    def with_new(self, opened: Sequence[Obligation]) -> "Owing":
        """Return these with newer ones."""
        queues = {**self.queues}
        for one in opened:
            queue = queues.get(one.rule, ())
            if isinstance(queue, Many):
                queues[one.rule] = queue.with_one(one)
            elif len(queue) < FEW:
                queues[one.rule] = (*queue, one)
            else:
                queues[one.rule] = _many((*queue, one))
        return Owing(self.size + len(opened), queues)

    def without_one(self, one: Obligation) -> "Owing":
        """Return these without one of them."""
        queue, left = self.queues[one.rule], {**self.queues}
        if isinstance(queue, Many):
            left[one.rule] = queue.without(one.event)
        else:
            left[one.rule] = tuple([other for other in queue if other is not one])
            left = {rule: queue for rule, queue in left.items() if queue != ()}
        return Owing(self.size - 1, left)

    def without_rule(self, rule: str) -> "Owing":
        """Return these without those of one rule."""
        left = {**self.queues}
        return Owing(self.size - len(left.pop(rule)), left)

    def running(self, cycle: int, rules: Iterable[str]) -> list[str]:
        """Return those of some rules of which one is owed that opened in a cycle."""
        queues = self.queues
        return [id for id in rules if any(one.cycle == cycle for one in queues.get(id, ()))]

    def named(self, key: str) -> Obligation | None:
        """Return the one with a key, or None."""
        for rule, queue in self.queues.items():
            cycle, _, event = key.partition(f":{rule}:")
            found = _opened_by(queue, event)
            if found is not None and f"{found.cycle}" == cycle:
                return found
        return None


Owed: TypeAlias = tuple[Obligation, ...] | Owing
"""All that is owed; a tuple stands in the order of opening."""


def owed_of(obligations: Iterable[Obligation]) -> Owed:
    """Return what is owed of obligations that stand in the order of opening."""
    found = tuple(obligations)
    if len(found) <= FEW:
        return found
    by_rule: dict[str, list[Obligation]] = {}
    for one in found:
        by_rule.setdefault(one.rule, []).append(one)
    queues = {rule: tuple(of) if len(of) <= FEW else _many(of) for rule, of in by_rule.items()}
    return Owing(len(found), queues)


def _many(obligations: Iterable[Obligation]) -> Many:
    runs: list[dict[str, Obligation]] = []
    due, in_turn = EVER, True
    for one in obligations:
        if not runs or _begins(one):
            runs.append({})
        runs[-1][one.event] = one
        in_turn, due = in_turn and due <= one.due, one.due
    return Many.of(sum(map(len, runs)), runs, in_turn=in_turn)


def _end(run: Run) -> Obligation:
    """Return something that opened, and in turn is due, no sooner than all of a run."""
    return run.end if isinstance(run, KeptRun) else next(reversed(run.values()))


def soonest(queue: Iterable[Obligation], when: When, since: datetime) -> datetime | None:
    """Return the first moment of what is owed that is not before another, or None."""
    if isinstance(queue, Many):
        return queue.soonest(when, since)
    return min([at for at in map(when, queue) if at >= since], default=None)


def from_on(queue: Iterable[Obligation], when: When, since: datetime) -> Iterable[Obligation]:
    """Return those of which a moment is not before another."""
    if isinstance(queue, Many):
        return queue.from_on(when, since)
    return [one for one in queue if when(one) >= since]


def next_due(owed: Owed, since: datetime) -> datetime | None:
    """Return when the next thing owed is due from a moment on, or None."""
    if isinstance(owed, tuple):
        return soonest(owed, _due, since)
    found = [soonest(queue, _due, since) for queue in owed.queues.values()]
    return min(filter(None, found), default=None)


def in_order(owed: Owed, rules: Iterable[str] | None = None) -> tuple[Obligation, ...]:
    """Return all that is owed in the order of opening.

    Args:
        owed: what is owed.
        rules: those that matter where much is owed, in the order in which they stand where
            obligations opened at one moment; all of them by id when None.
    """
    if isinstance(owed, tuple):
        return owed
    queues = owed.queues
    order = sorted(queues) if rules is None else [rule for rule in rules if rule in queues]
    return tuple(sorted([one for rule in order for one in queues[rule]], key=opening))


def owed_by(owed: Owed, rule: str) -> Iterable[Obligation]:
    """Return what is owed by one rule, oldest first."""
    if isinstance(owed, tuple):
        return [one for one in owed if one.rule == rule]
    return owed.queues.get(rule, ())


def opened_by(owed: Owed, name: str) -> Obligation | None:
    """Return what is owed by one rule for one event, in whichever cycle, or None.

    Args:
        owed: what is owed.
        name: the rule's id, a colon, and the event's id.
    """
    if isinstance(owed, tuple):
        return next((one for one in owed if f"{one.rule}:{one.event}" == name), None)
    for rule, queue in owed.queues.items():
        if name.startswith(f"{rule}:"):
            found = _opened_by(queue, name[len(rule) + 1 :])
            if found is not None:
                return found
    return None


def _opened_by(queue: Queue, event: str) -> Obligation | None:
    if isinstance(queue, Many):
        return queue.find(event)
    return next((one for one in queue if one.event == event), None)


def rules_of(owed: Owed) -> AbstractSet[str]:
    """Return the rules by which something is owed."""
    return {one.rule for one in owed} if isinstance(owed, tuple) else owed.queues.keys()


def differing(one: Owed, other: Owed) -> tuple[list[Obligation], list[Obligation]]:
    """Return what is owed by the one alone, and by the other alone; not looking at what is shared.

    Where much is owed it comes rule by rule.
    """
    if isinstance(one, tuple) or isinstance(other, tuple):
        return _differing(one, other)
    found: tuple[list[Obligation], list[Obligation]] = [], []
    for rule in dict.fromkeys((*one.queues, *other.queues)):
        mine, theirs = one.queues.get(rule, ()), other.queues.get(rule, ())
        if mine is not theirs:
            for all_of, some in zip(found, _differing(*_unshared(mine, theirs)), strict=True):
                all_of.extend(some)
    return found


def _differing(
    one: Iterable[Obligation], other: Iterable[Obligation]
) -> tuple[list[Obligation], list[Obligation]]:
    some, others = [*one], [*other]
    mine, theirs = {*some}, {*others}
    return [one for one in some if one not in theirs], [one for one in others if one not in mine]


def _unshared(queue: Queue, other: Queue) -> tuple[Iterable[Obligation], Iterable[Obligation]]:
    if not (isinstance(queue, Many) and isinstance(other, Many)):
        return queue, other
    mine, theirs = _apart(*map(_flat, _apart(queue.blocks, other.blocks)))
    return _beyond(mine, theirs), _beyond(theirs, mine)


def _beyond(runs: Sequence[Run], others: Sequence[Run]) -> Iterable[Obligation]:
    """Return what is owed by some runs, without what kept ones of the same number begin with."""
    kept = {run.head[0]: run for run in others if isinstance(run, KeptRun)}
    return chain.from_iterable(
        run.beyond(kept[run.head[0]])
        if isinstance(run, KeptRun) and run.head[0] in kept
        else run.values()
        for run in runs
    )


def _apart(ones: tuple[T, ...], others: tuple[T, ...]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """Return what is left of two rows without those things with which both begin and end."""
    for _ in range(2):
        pairs = enumerate(zip(ones, others, strict=False))
        most = min(len(ones), len(others))
        alike = next((place for place, (one, other) in pairs if one is not other), most)
        ones, others = ones[alike:][::-1], others[alike:][::-1]
    return ones, others
