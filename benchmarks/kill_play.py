"""The process that is killed: a month of four customers, dispatched from an SQLite journal.

Each phase calls for a letter, whose hook honours the key, and for a call, whose hook does not.
The clock is kept in a file, so that a restart goes on where it was.
"""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import aclosing, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

from cxjourney import Channel, Event, EventKind, Phase, Purpose
from cxjourney.channels import (
    Approval,
    Content,
    Hook,
    HookContext,
    HookOutcome,
    HookSet,
    Library,
    Profile,
    Sent,
)
from cxjourney.channels.policy import SERVICE_PURPOSES, Limits, Policy
from cxjourney.dispatch import AsyncDispatcher, Dispatcher
from cxjourney.dispatch.journal import AsyncSqlJournal, SqlJournal
from cxjourney.playbook import Entered, Opened, Play, Playbook

__all__ = ["CALLS", "JOURNAL", "LETTERS", "RECEIVED", "SECRET", "play"]

JOURNAL, CLOCK = "journal.db", "clock.txt"
SECRET = b"the same for every play, so that their keys are"
LETTERS = "letters"
"""The folder of the letters, a file for each key: the same key again changes nothing."""
RECEIVED = "received.txt"
"""The key of each letter that a hook was called for, as often as it was."""
CALLS = "calls.txt"
"""The key of each call that was made: the same key again is a second call."""

K = EventKind
DAY_ONE = datetime(2026, 3, 2, 12, tzinfo=UTC)
END = DAY_ONE + timedelta(days=28)
LIFE = {
    1: K.PURCHASED,
    4: K.DELIVERED,
    7: K.USED_AGAIN,
    12: K.RESULT_ACHIEVED,
    14: K.FEEDBACK_CAPTURED,
    17: K.LOYALTY_SHOWN,
    24: K.REFERRED,
}
"""What happens to each customer, by day."""
CUSTOMERS = tuple(f"customer-{number}" for number in range(4))
"""Things happen to every second one at once, so that they are attended to side by side."""
PLACES = tuple(phase for phase in Phase if phase >= Phase.AFFIRM)
A_MINUTE = timedelta(minutes=1)
WORK = 0.003
"""How many seconds a hook works before its effect, and after it."""


def story() -> Iterator[tuple[str, Event]]:
    """Yield what happens to whom, in order of time."""
    for day, kind in LIFE.items():
        for number, customer in enumerate(CUSTOMERS):
            at = DAY_ONE + timedelta(days=day, minutes=30 * (number % 2))
            yield customer, Event(kind, at, f"{customer}:{kind.name}")


def playbook() -> Playbook:
    """Return a letter and a call for each phase, and what confirms loyalty."""
    letters = [
        Play(f"letter_{phase.name.lower()}", Entered(phase), Purpose.SOLVE, (Channel.POST,), "text")
        for phase in PLACES
    ]
    calls = [
        Play(f"call_{phase.name.lower()}", Entered(phase), Purpose.SOLVE, (Channel.FACE_TO_FACE,))
        for phase in PLACES
    ]
    affirm = Play(
        "affirm",
        Opened("affirm_decision"),
        Purpose.CONFIRM,
        (Channel.EMAIL,),
        "text",
        tells=K.FULFILLED,
    )
    loyalty = Play(
        "loyalty",
        Opened("confirm_loyalty"),
        Purpose.CONFIRM,
        (Channel.EMAIL,),
        "text",
        tells=K.LOYALTY_CONFIRMED,
    )
    return Playbook("kill", 1, [*letters, *calls, affirm, loyalty])


def append(path: Path, line: str) -> None:
    """Append a line in one write, so that a kill leaves it whole or away."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(file, f"{line}\n".encode())
    finally:
        os.close(file)


def letter(folder: Path) -> Hook:
    """Return a hook that honours the key."""

    def send(context: HookContext, /) -> HookOutcome:
        sleep(WORK)
        append(folder / RECEIVED, context.key)
        (folder / LETTERS / context.key).touch()
        sleep(WORK)
        return Sent(receipt=context.key)

    return send


def call(folder: Path) -> Hook:
    """Return a hook that does not honour the key: called twice, it has its effect twice."""

    def make(context: HookContext, /) -> HookOutcome:
        sleep(WORK)
        append(folder / CALLS, context.key)
        sleep(WORK)
        return Sent(note="nothing was unclear")

    return make


class Clock:
    """A clock that is told the time, and keeps it in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = datetime.fromisoformat(path.read_text()) if path.exists() else DAY_ONE

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def move(self, to: datetime) -> None:
        """Move on, once that is written."""
        beside = self.path.with_suffix(".part")
        beside.write_text(to.isoformat())
        beside.replace(self.path)
        self.now = to


def options(folder: Path, clock: Clock) -> dict[str, Any]:
    """Return what a dispatcher is given whose hooks work in a folder."""
    (folder / LETTERS).mkdir(parents=True, exist_ok=True)
    channels = Channel.POST, Channel.EMAIL
    approvals = [Approval("somebody", "digest")]
    hooks = HookSet[Hook]().on(Channel.FACE_TO_FACE, call(folder))
    for channel in channels:
        hooks = hooks.on(channel, letter(folder), idempotent=True)
    return {
        "playbook": playbook(),
        "policy": Policy(Limits(service=SERVICE_PURPOSES, contacts_a_day=100, contacts_a_week=100)),
        "hooks": hooks,
        "clock": clock,
        "library": Library(
            Content("text", channel, "author", "digest", approvals) for channel in channels
        ),
        "profiles": lambda _: Profile(values={"name": "somebody"}),
    }


def play(folder: Path, workers: int = 0) -> None:
    """Go on from where the folder's clock stands, until nothing is left to do.

    With workers an asynchronous dispatcher plays that has so many, else a plain one.
    """
    logging.disable()  # dead letters are meant here
    folder.mkdir(parents=True, exist_ok=True)
    clock = Clock(folder / CLOCK)
    given = options(folder, clock)
    if workers:
        asyncio.run(_play_later(folder, clock, given, workers))
        return
    with closing(SqlJournal(f"sqlite:///{folder / JOURNAL}", secret=SECRET)) as journal:
        office = Dispatcher(journal, **given)
        while True:
            office.record_many(_due(clock))
            office.run()
            if clock.now >= END:
                return
            clock.move(_next(office.next_attention(), clock.now))


async def _play_later(folder: Path, clock: Clock, given: dict[str, Any], workers: int) -> None:
    given["hooks"] = AsyncDispatcher.in_threads(given["hooks"])
    url = f"sqlite+aiosqlite:///{folder / JOURNAL}"
    async with aclosing(AsyncSqlJournal(url, secret=SECRET)) as journal:
        office = AsyncDispatcher(journal, **given, workers=workers)
        while True:
            await office.record_many(_due(clock))
            await office.run()
            if clock.now >= END:
                return
            clock.move(_next(await office.next_attention(), clock.now))


def _due(clock: Clock) -> list[tuple[str, str, Event]]:
    return [(customer, "", event) for customer, event in story() if event.at == clock.now]


def _next(attention: datetime | None, now: datetime) -> datetime:
    """Return when something happens next, or is to be done next; at least a minute from now."""
    moments = [*(event.at for _, event in story()), END]
    if attention is not None:
        moments.append(max(attention, now + A_MINUTE))
    return min(moment for moment in moments if moment > now)
