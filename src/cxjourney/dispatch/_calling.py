"""Calling plain hooks for no longer than they may take."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextvars import copy_context
from queue import SimpleQueue
from threading import Lock, Thread

import attrs

from cxjourney.channels import Failed, Hook, HookContext, HookOutcome, Registered, Unknown

TIMED_OUT = "timed_out"
HANGING = "too_many_hang"
MOST_HANGING = 10
"""How many calls of one hook may hang at once; *default*."""

Job = Callable[[], None]


class Lane:
    """A thread that makes calls one after the other, until it is told to end."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        Thread(target=self._work, daemon=True, name="cxjourney-hook").start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            del job  # what it called is not kept while it waits for the next

    def make(self, hook: Hook, context: HookContext) -> Future[HookOutcome]:
        """Make a call in the caller's context of variables."""
        done: Future[HookOutcome] = Future()
        variables = copy_context()

        def job() -> None:
            try:
                done.set_result(variables.run(hook, context))
            except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
                done.set_exception(error)

        self._jobs.put(job)
        return done

    def end(self) -> None:
        """Let the thread end after the call that it is making."""
        self._jobs.put(None)


@attrs.define(eq=False)
class Calls:
    """Makes calls of hooks in threads, and gives up those that take too long.

    Python cannot stop a thread, so a call that is given up goes on, and nobody waits for it. While
    too many calls of a hook hang it is not called.
    """

    _idle: list[Lane] = attrs.field(factory=list)
    _hanging: Counter[int] = attrs.field(factory=Counter)
    _lock: Lock = attrs.field(factory=Lock)

    def within(self, registered: Registered[Hook], context: HookContext) -> HookOutcome:
        """Call a hook; return what it says, or that nobody knows where it takes too long."""
        if registered.timeout is None:
            return registered.hook(context)
        if self._hanging[id(registered)] >= MOST_HANGING:
            return Failed(HANGING, retryable=True)
        lane = self._lane()
        done = lane.make(registered.hook, context)
        try:
            wait([done], registered.timeout.total_seconds())
        except BaseException:
            lane.end()
            raise
        if done.done():
            with self._lock:
                self._idle.append(lane)
            return done.result()
        lane.end()
        self._count(registered, 1)
        done.add_done_callback(lambda _: self._count(registered, -1))
        return Unknown(TIMED_OUT)

    def rest(self) -> None:
        """End the threads that make no call just now."""
        with self._lock:
            idle, self._idle = self._idle, []
        for lane in idle:
            lane.end()

    def _lane(self) -> Lane:
        with self._lock:
            return self._idle.pop() if self._idle else Lane()

    def _count(self, registered: Registered[Hook], change: int) -> None:
        with self._lock:
            self._hanging[id(registered)] += change
