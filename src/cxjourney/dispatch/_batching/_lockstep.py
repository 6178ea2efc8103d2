"""Flows that run in lockstep: each step of all of them is one question, one write, or the calls."""

from collections import Counter
from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Any, Generic, TypeAlias, TypeVar, cast

import attrs

from cxjourney.channels.policy import Limits
from cxjourney.dispatch._driving import NOT_CALLED, Act, Ask, Flow
from cxjourney.dispatch._running._forgetting import Forget
from cxjourney.dispatch._settings import Settings, now
from cxjourney.dispatch.journal._methods import Asked

Result = TypeVar("Result")

MOST = 100
"""How many customers are side by side at most; *default*."""
BUDGET = timedelta(milliseconds=50)
"""For how long hooks are called between two writes, so that what was judged is still so."""


@attrs.frozen
class Together:
    """Asks for calls of the journal's methods, each about another customer."""

    asked: tuple[Asked, ...]


@attrs.frozen
class ActAll:
    """Asks for calls of hooks, none of which begins after a moment but the first of each lane."""

    acts: tuple[Act | Forget, ...]
    until: datetime


Batch: TypeAlias = Generator[Together | ActAll, Any, Result]
"""Asks for much at once, and ends with a result."""


@attrs.define
class Pace:
    """How many customers to take side by side, by how long their hooks took.

    Attributes:
        most: how many at most.
        workers: how many hooks are called at once.
        size: how many just now.
    """

    most: int
    workers: int = 1
    size: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.size = self.most

    def took(self, calls: int, time: timedelta) -> None:
        """Take note of how long so many calls took: the next may fill the budget, and no more."""
        fits = self.most if time <= timedelta() else int(calls * BUDGET / time)
        self.size = min(max(fits, self.workers, 1), self.most)


@unique
class _Wants(Enum):
    """What a flow waits for: all others come to the same before it is done for all of them."""

    ANSWER = "an answer"
    WRITE = "a write"
    CALL = "a call of a hook"
    TURN = "its turn, when the others have written"


@attrs.define(eq=False)
class _Side(Generic[Result]):
    """One of the flows, and what it asks for; nothing when it has ended, with a result or error.

    Attributes:
        flow: the flow.
        request: what it asks for.
        wants: of which kind that is.
        ended: what came of it, or its error.
        meant: the digests for which it may be one more, as soon as it writes.
    """

    flow: Flow[Result]
    request: Ask | Act | Forget | None = None
    wants: _Wants = _Wants.ANSWER
    ended: Any = None
    meant: frozenset[str] = frozenset()

    def go_on(self, answer: object) -> None:
        """Tell the flow what it asked for; an error is an answer too."""
        if self.wants is _Wants.WRITE:
            self.meant = frozenset()
        try:
            if isinstance(answer, Exception):
                self.request = self.flow.throw(answer)
            else:
                self.request = self.flow.send(answer)
        except StopIteration as stop:
            self._end(stop.value)
        except Exception as error:  # noqa: BLE001 - one customer's trouble stops nobody else's
            self._end(error)
        if isinstance(self.request, Act | Forget):
            self.wants = _Wants.CALL
        elif self.request is not None:
            self.wants = _Wants.WRITE if self.request.method == "commit" else _Wants.ANSWER

    def _end(self, came: Result | Exception) -> None:
        self.request, self.ended, self.meant = None, came, frozenset()


def in_lockstep(
    flows: Sequence[Flow[Result]], settings: Settings, pace: Pace
) -> Batch[list[Result | Exception]]:
    """Run flows side by side: all read, then all write, then all call their hooks, and so on.

    Each is of another customer. What one is refused goes to that flow alone.

    Returns:
        what came of each, or its error.
    """
    sides = [_Side(flow) for flow in flows]
    for one in sides:
        one.go_on(None)
    while waiting := [one for one in sides if one.request is not None]:
        by_want: dict[_Wants, list[_Side[Result]]] = {want: [] for want in _Wants}
        for one in waiting:
            by_want[one.wants].append(one)
        if reading := by_want[_Wants.ANSWER]:
            yield from _read(reading, sides, settings.policy.limits)
        elif writing := by_want[_Wants.WRITE]:
            yield from _ask(writing)
            for one in by_want[_Wants.TURN]:
                one.wants = _Wants.ANSWER
        else:
            yield from _act(waiting, settings, pace)
    return [one.ended for one in sides]


def _ask(sides: Sequence[_Side[Any]]) -> Batch[None]:
    answers = yield Together(tuple(_asked(one) for one in sides))
    for one, answer in zip(sides, answers, strict=True):
        one.go_on(answer)


def _asked(side: _Side[Any]) -> Asked:
    request = cast("Ask", side.request)
    return request.method, request.args


def _act(sides: Sequence[_Side[Any]], settings: Settings, pace: Pace) -> Batch[None]:
    acts = tuple(one.request for one in sides if isinstance(one.request, Act | Forget))
    began = now(settings)
    answers = yield ActAll(acts, began + BUDGET)
    called = sum(one is not NOT_CALLED for one in answers)
    pace.took(called, now(settings) - began)
    for one, answer in zip(sides, answers, strict=True):
        one.go_on(answer)


def _read(
    reading: Sequence[_Side[Any]], sides: Sequence[_Side[Any]], limits: Limits
) -> Batch[None]:
    """Let flows read, but for those that ask about an audience until no other has to."""
    asking = [one for one in reading if _asked(one)[0] == "audience"]
    others = [one for one in reading if one not in asking]
    if others or len(sides) == 1:
        yield from _ask(others or reading)
    else:
        yield from _count(asking, sides, limits)


def _count(
    asking: Sequence[_Side[Any]], sides: Sequence[_Side[Any]], limits: Limits
) -> Batch[None]:
    """Tell flows of audiences, and of those who are about to be added to them.

    Where these could change what the policy says, a flow has its turn when they were written.
    """
    bounds = limits.audience_limit, limits.letter_limit  # beyond others a rule only warns
    asks = [_asked(one)[1] for one in asking]
    every = frozenset(digest for digests, _, _ in asks for digest in digests)
    most = max(limit for _, limit, _ in asks)
    total, *each = yield Together(
        (("audience", (every, most + 1, "")), *(("audience", one) for one in asks))
    )
    meant = Counter(digest for one in sides for digest in one.meant)
    for one, (digests, limit, _), counted in zip(asking, asks, each, strict=True):
        if error := next(
            (answer for answer in (total, counted) if isinstance(answer, Exception)), None
        ):
            one.go_on(error)
            continue
        beside = {
            digest: counted[digest] + meant[digest] - (digest in one.meant) for digest in digests
        }
        if any(counted[digest] < bound <= beside[digest] for digest in digests for bound in bounds):
            one.wants = _Wants.TURN
            continue
        # Whom the journal counts already nobody has to count again.
        new = {digest for digest in digests if total[digest] == counted[digest]} - one.meant
        meant.update(new)
        one.meant |= new
        one.go_on({digest: min(beside[digest], limit) for digest in digests})
