"""Crashes on purpose: before and after every write of a journal and every call of a hook."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import attrs

from cxjourney.channels import Hook, HookContext, HookOutcome
from cxjourney.dispatch.journal import Attempt, Claim, Commit, Journal


class Crash(BaseException):
    """The process ends here: nothing may catch it."""


@attrs.define
class Fuse:
    """Counts the points at which a process may end, and ends it at some of them.

    Attributes:
        at: the numbers of the points at which it ends, from 1.
        outside: tells what else the process leaves behind, beside what it wrote and sent.
        passed: for each point that was come to, what the process would have left behind there: how
            much it wrote and sent, and what ``outside`` told.
    """

    at: frozenset[int] = frozenset()
    outside: Callable[[], object] = lambda: None
    passed: list[tuple[int, object]] = attrs.field(factory=list)
    _done: int = 0

    def around(self, act: Callable[..., Any], *args: object) -> Any:
        """Do something whose effect outlasts the process; a point comes before it, and one after.

        Raises:
            Crash: when the process ends at one of them.
        """
        self.come_to(f"before {act.__name__}")
        answer = act(*args)
        self.did(act)
        return answer

    def did(self, act: Callable[..., Any]) -> None:
        """Come to the point after something whose effect outlasts the process."""
        self._done += 1
        self.come_to(f"after {act.__name__}")

    def come_to(self, point: str) -> None:
        """Come to a point.

        Raises:
            Crash: when the process ends here.
        """
        self.passed.append((self._done, self.outside()))
        if len(self.passed) in self.at:
            raise Crash(point)

    def distinct(self, after: int = 0) -> list[int]:
        """Return the points beyond some number, one of those alone that leave the same behind.

        A process that ends after one write leaves the same as one that ends before the next.
        """
        found: dict[tuple[int, object], int] = {}
        for number, left in enumerate(self.passed, start=1):
            if number > after:
                found.setdefault(left, number)
        return list(found.values())


@attrs.define
class FaultyJournal:
    """A journal whose caller may crash before and after each write."""

    journal: Journal
    fuse: Fuse

    def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""
        self.fuse.around(self.journal.commit, commit)

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """As ``Journal.claim``; one that finds nobody writes nothing."""
        self.fuse.come_to("before claim")
        claims = self.journal.claim(now, until, limit)
        if claims:
            self.fuse.did(self.journal.claim)
        return claims

    def release(self, claims: Collection[Claim]) -> None:
        """As ``Journal.release``."""
        self.fuse.around(self.journal.release, claims)

    def together(self, asked: Sequence[tuple[str, tuple[Any, ...]]]) -> Sequence[object]:
        """As ``Journal.together``; what only asks writes nothing."""
        if not any(method == "commit" for method, _ in asked):
            return self.journal.together(asked)
        answers: Sequence[object] = self.fuse.around(self.journal.together, asked)
        return answers

    def mark(self, claim: Claim, key: str, number: int, last: Attempt | None = None) -> bool:
        """As ``Journal.mark``."""
        held: bool = self.fuse.around(self.journal.mark, claim, key, number, last)
        return held

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return a method that only reads."""
        found: Callable[..., Any] = getattr(self.journal, method)
        return found


@attrs.frozen
class FaultyHook:
    """A hook whose caller may crash before and after each call."""

    hook: Hook
    fuse: Fuse

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """As the hook itself."""
        outcome: HookOutcome = self.fuse.around(self.hook, context)
        return outcome
