"""Marks of calls in memory."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from threading import Lock

import attrs

from cxjourney.dispatch.journal._methods import Asked, answered
from cxjourney.dispatch.journal._records import Attempt, Claim, Commit


@attrs.define
class Mark:
    """Whether the hook of an intent was called, at which attempt, and what came of it."""

    number: int
    called: bool = False
    last: Attempt | None = None


class Marks:
    """The marks of the intents that are STARTED and whose hooks are called only after a mark."""

    def __init__(self) -> None:
        self._by_key: dict[str, Mark] = {}

    def keep(self, commit: Commit) -> None:
        """Take over what a commit says of marks."""
        for key in (*commit.marked, *(one.key for one in commit.attempts)):
            self.forget(key)
        for one in commit.outbox:
            if commit.marked.get(one.key):
                self._by_key[one.key] = Mark(one.attempts)

    def of(self, keys: Collection[str]) -> dict[str, Mark]:
        """Return the marks of some intents."""
        return {one: self._by_key[one] for one in keys if one in self._by_key}

    def put_back(self, marks: Mapping[str, Mark]) -> None:
        """Keep marks again."""
        self._by_key.update(marks)

    def forget(self, key: str) -> None:
        """Forget an intent's mark."""
        self._by_key.pop(key, None)

    def mark(self, key: str, number: int, last: Attempt | None, *, held: bool) -> bool:
        """Note a call where its customer is still held; say whether it may be made."""
        before = None if last is None else self._by_key.get(last.key)
        if last is not None and before is not None and before.number == last.number:
            before.last = last
        mark = self._by_key.get(key)
        if not held or mark is None or mark.number != number:
            return False
        mark.called = True
        return True

    def known(self, keys: Collection[str]) -> dict[str, Attempt | None]:
        """Return what is known of calls: None where there was none, else what came of them."""
        found = {one: self._by_key[one] for one in keys if one in self._by_key}
        return {
            key: one.last for key, one in found.items() if one.last is not None or not one.called
        }


class InMemory(ABC):
    """What a journal in memory does for batches: answers one by one, and marks of calls."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._marks = Marks()

    @abstractmethod
    def _holds(self, claim: Claim) -> bool:
        """Say whether a claim holds still."""

    def together(self, asked: Sequence[Asked]) -> Sequence[object]:
        """Answer calls of other methods; see ``Journal.together``."""
        return [answered(self, one) for one in asked]

    def mark(self, claim: Claim, key: str, number: int, last: Attempt | None = None) -> bool:
        """Note that a hook is about to be called; see ``Journal.mark``."""
        with self._lock:
            return self._marks.mark(key, number, last, held=self._holds(claim))

    def marks(self, keys: Collection[str]) -> Mapping[str, Attempt | None]:
        """Return what is known of calls; see ``Journal.marks``."""
        with self._lock:
            return self._marks.known(keys)
