"""What is owed on a journey, oldest first; what an event leaves as it is, is shared.

Nothing here is changed in place, so that the courses of a journey can share it. Few obligations
stand in a tuple; more of them stand by rule, and many of one rule in runs of some hundred, of
which an event makes one anew. Where a run begins, the obligations themselves say: so equal ones
stand in equal runs, whichever way they came about, and comparing two courses looks at what is not
shared only. A run that a journal kept stays a text until somebody looks into it.
"""

import json
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence, ValuesView
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple, TypeAlias
from zlib import crc32

import attrs

from cxjourney.errors import DecodeError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._results import as_dict
from cxjourney.vocabulary._terminal import Shown, code, show_thing
from cxjourney.vocabulary._texts import duty, moment, say

FEW = 32
"""How many obligations stand in a tuple at most."""
RUN = 32
"""How long a run is, on the average."""
# As journals write texts: half of a surrogate pair stays what it is.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_read = datetime.fromisoformat
EVER: datetime = datetime.min.replace(tzinfo=UTC)
"""Before all that may be due."""


class Obligation(NamedTuple):
    """Something that the company owes the customer.

    Attributes:
        rule: the id of the chart's rule, such as ``answer``.
        opened_at: when it opened.
        due: when it is due.
        event: the id of the event that opened it.
        cycle: the journey's cycle in which it opened.
    """

    rule: str
    opened_at: datetime
    due: datetime
    event: str
    cycle: int

    @property
    def key(self) -> str:
        """A name that no other obligation of the journey has."""
        return f"{self.cycle}:{self.rule}:{self.event}"

    def __repr__(self) -> str:
        return f"<Obligation {code(self.rule)} due {self.due.isoformat()}>"

    def explain(self, lang: Lang = Lang.EN, *, at: datetime | None = None) -> str:
        """Tell in words what is owed, until when, and whether ``at`` some moment it is late."""
        how = "due" if at is None else "late" if self.overdue(at) else "on_time"
        return say(how, lang, duty=duty(self.rule, lang), due=moment(self.due, lang))

    def show(self, lang: Lang = Lang.EN) -> Shown:
        """Return what is shown of it, in a language; a notebook shows it in English by itself."""
        return show_thing(self, lang)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.show()._repr_mimebundle_()

    def __str__(self) -> str:
        return self.explain()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values that JSON can hold."""
        return as_dict(self)

    def overdue(self, now: datetime) -> bool:
        """Say whether its due time has passed; to meet it at that very moment is still on time."""
        return self.due < now


class KeptRun(Mapping[str, Obligation]):
    """A run as it is stored: it is read when it is first looked into.

    Args:
        rule: the rule of its obligations.
        number: a number that hardly any other run has.
        text: they as JSON: of each when it opened, when it is due, its event and its cycle.
        size: how many they are.
        last: when the last of them opened.
        soonest: when the first of them is due.
        latest: when the last of them is due.
    """

    __slots__ = ("_run", "last", "latest", "number", "rule", "size", "soonest", "text")
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __init__(
        self,
        rule: str,
        number: int,
        text: str,
        size: int,
        last: datetime,
        soonest: datetime,
        latest: datetime,
    ) -> None:
        self.rule, self.number, self.text, self.size = rule, number, text, size
        self.last, self.soonest, self.latest = last, soonest, latest
        self._run: dict[str, Obligation] | None = None

    @classmethod
    def of(cls, run: Mapping[str, Obligation]) -> "KeptRun":
        """Return a run as it is stored."""
        if isinstance(run, cls):
            return run
        found = [*run.values()]
        dues = [one.due for one in found]
        text = f"[{','.join(map(_told, found))}]"
        moments = (found[-1].opened_at, min(dues), max(dues))
        number = crc32(found[0].key.encode("utf-8", "surrogatepass"))
        return cls(found[0].rule, number, text, len(found), *moments)

    @property
    def run(self) -> dict[str, Obligation]:
        """The obligations by event.

        Raises:
            DecodeError: when the text is of any other form.
        """
        if self._run is None:
            rule = self.rule
            try:
                self._run = {
                    event: Obligation(rule, _read(opened_at), _read(due), event, cycle)
                    for opened_at, due, event, cycle in json.loads(self.text)
                }
            except (TypeError, ValueError, RecursionError):
                found, expected = "a run in another form", "opened_at, due, event, cycle of each"
                raise DecodeError("snapshot.owed", found, expected) from None
        return self._run

    def with_one(self, one: Obligation) -> "KeptRun":
        """Return these and a newer one."""
        text = f"{self.text[:-1]},{_told(one)}]"
        soonest, latest = min(self.soonest, one.due), max(self.latest, one.due)
        size, moments = self.size + 1, (one.opened_at, soonest, latest)
        return KeptRun(self.rule, self.number, text, size, *moments)

    def __getitem__(self, event: str) -> Obligation:
        return self.run[event]

    def __contains__(self, event: object) -> bool:
        unread = self._run is None
        return not (unread and _encode(event) not in self.text) and event in self.run

    def __iter__(self) -> Iterator[str]:
        return iter(self.run)

    def __len__(self) -> int:
        return self.size

    def keys(self) -> KeysView[str]:
        """Return the events that opened them."""
        return self.run.keys()

    def values(self) -> ValuesView[Obligation]:
        """Return the obligations."""
        return self.run.values()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, KeptRun):
            return other.text == self.text or other.run == self.run
        return self.run == other


def _told(one: Obligation) -> str:
    opened_at, due = one.opened_at.isoformat(), one.due.isoformat()
    return f'["{opened_at}","{due}",{_encode(one.event)},{one.cycle}]'


Run: TypeAlias = dict[str, Obligation] | KeptRun
"""Obligations of one rule by the event that opened each, oldest first; never changed."""


def _begins(one: Obligation) -> bool:
    """Say whether a run begins with an obligation; nobody who picks ids alone decides that."""
    return not crc32(one.event.encode("utf-8", "surrogatepass"), one.opened_at.microsecond) % RUN


@attrs.frozen
class Many:
    """The obligations of one rule where they are many, oldest first.

    Attributes:
        size: how many they are.
        runs: the runs.
    """

    size: int
    runs: tuple[Run, ...]

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Obligation]:
        return chain.from_iterable(run.values() for run in self.runs)

    def with_one(self, one: Obligation) -> "Many":
        """Return these and a newer one."""
        if _begins(one):
            return Many(self.size + 1, (*self.runs, {one.event: one}))
        last = self.runs[-1]
        run = last.with_one(one) if isinstance(last, KeptRun) else {**last, one.event: one}
        return Many(self.size + 1, (*self.runs[:-1], run))

    def find(self, event: str) -> Obligation | None:
        """Return the one that an event opened, or None."""
        return next((run[event] for run in reversed(self.runs) if event in run), None)

    def warned(self, warn: timedelta, after: datetime) -> Iterator[Obligation]:
        """Yield those that are warned of after a moment, and maybe some of before."""
        runs = (run for run in self.runs if _opened_last(run) + warn > after)
        return chain.from_iterable(run.values() for run in runs)

    def next_due(self, since: datetime) -> datetime | None:
        """Return when the next of these is due from a moment on, or None."""
        return min(filter(None, (_next_due_in(run, since) for run in self.runs)), default=None)

    def without(self, event: str) -> "Queue":
        """Return these without the one that an event opened."""
        place = next(place for place, run in enumerate(self.runs) if event in run)
        run = dict(self.runs[place].items())
        first = next(iter(run)) == event
        del run[event]
        before, after = self.runs[:place], self.runs[place + 1 :]
        if first and place:  # there is nothing any more at which a run would begin
            before, run = before[:-1], dict(before[-1].items()) | run
        left = Many(self.size - 1, (*before, run, *after) if run else (*before, *after))
        return left if left.size > FEW else tuple(left)


Queue: TypeAlias = tuple[Obligation, ...] | Many
"""The obligations of one rule."""
opening = attrgetter("opened_at")


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
    for one in obligations:
        if not runs or _begins(one):
            runs.append({})
        runs[-1][one.event] = one
    return Many(sum(map(len, runs)), tuple(runs))


def _opened_last(run: Run) -> datetime:
    """Return when the last obligation of a run opened."""
    return run.last if isinstance(run, KeptRun) else next(reversed(run.values())).opened_at


def _next_due_in(run: Run, since: datetime) -> datetime | None:
    if isinstance(run, KeptRun):
        if run.latest < since:
            return None
        if run.soonest >= since:
            return run.soonest
    return min([one.due for one in run.values() if one.due >= since], default=None)


def next_due(owed: Owed, since: datetime) -> datetime | None:
    """Return when the next thing owed is due from a moment on, or None."""
    if isinstance(owed, tuple):
        return min([one.due for one in owed if one.due >= since], default=None)
    found = (
        queue.next_due(since) if isinstance(queue, Many) else next_due(queue, since)
        for queue in owed.queues.values()
    )
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


def differing(one: Owed, other: Owed) -> Iterator[Obligation]:
    """Yield what is owed by the one and not by the other; what they share is not looked at."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        theirs = {*other}
        yield from (found for found in one if found not in theirs)
        return
    for rule, queue in one.queues.items():
        there = other.queues.get(rule, ())
        if queue is not there:
            yield from _differing(queue, there)


def _differing(queue: Queue, other: Queue) -> Iterator[Obligation]:
    mine, theirs = _unshared(queue, other), {*_unshared(other, queue)}
    return (found for found in mine if found not in theirs)


def _unshared(queue: Queue, other: Queue) -> Iterable[Obligation]:
    if not (isinstance(queue, Many) and isinstance(other, Many)):
        return queue
    shared = {id(run) for run in other.runs}
    return chain.from_iterable(run.values() for run in queue.runs if id(run) not in shared)
