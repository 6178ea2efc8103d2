"""Print how fast intents are decided and dispatched, by journal, with hooks that do nothing.

Every customer asks one question, which calls for one intent: `decided` is `record`, with planning,
the policy and one commit; `dispatched` is `run`, with the claim, the policy once more, STARTED, the
call, the outcome and the answer that the journey is told. What stands against a figure is a plain
call of the same hook with a context of the same kind. Times are wall time, for databases wait;
SQLite keeps its durable default, the PostgreSQL is thrown away and waits for no disk.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from cProfile import Profile
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from table import Row, finish

sys.path.insert(0, str(Path(__file__).parents[1]))  # the company belongs to the tests

from cxjourney.channels import AsyncHook, HookContext, HookOutcome, HookSet, Sent
from cxjourney.dispatch import AsyncDispatcher, Dispatcher
from cxjourney.dispatch.journal import AsyncMemoryJournal, Journal, MemoryJournal, SqlJournal
from cxjourney.vocabulary import Channel, Event, EventKind
from tests.dispatch.many import PLAYBOOK, dispatcher
from tests.dispatch.world import MONDAY, POLICY
from tests.postgres import empty_schemas

MICRO = 1e6
DONE = Sent(note="nothing was unclear")
JOURNALS = ("memory", "memory, async", "SQLite", "PostgreSQL")
Timed = tuple[float, float]
"""Seconds for an intent: to decide it, and to dispatch it."""
Timer = Callable[[int, int], Timed]


def nothing(_: HookContext) -> HookOutcome:
    """Do nothing."""
    return DONE


async def nothing_later(_: HookContext) -> HookOutcome:
    """Do nothing, asynchronously."""
    return DONE


def question(number: int) -> Event:
    """Return what a customer asks."""
    return Event(EventKind.ASKED, MONDAY, f"question {number}", {"question": "?"})


def direct(customers: int) -> float:
    """Return how long a plain call of the hook takes, in seconds."""
    contexts: list[HookContext] = []

    def keep(context: HookContext) -> HookOutcome:
        contexts.append(context)
        return DONE

    company = dispatcher(MemoryJournal(), keep)
    company.record("customer", "", question(0))
    company.run()
    (context,) = contexts
    began = perf_counter()
    for _ in range(customers):
        nothing(context)
    return (perf_counter() - began) / customers


def sync(journal: Journal, customers: int) -> Timed:
    """Time a synchronous dispatcher."""
    company: Dispatcher = dispatcher(journal, nothing)
    began = perf_counter()
    for number in range(customers):
        company.record(f"customer {number}", "", question(number))
    decided = perf_counter()
    company.run()
    return (decided - began) / customers, (perf_counter() - decided) / customers


async def asynchronous(customers: int) -> Timed:
    """Time an asynchronous dispatcher over a journal in memory, on asyncio."""
    company = AsyncDispatcher(
        AsyncMemoryJournal(),
        playbook=PLAYBOOK,
        policy=POLICY,
        hooks=HookSet[AsyncHook]().on(Channel.FACE_TO_FACE, nothing_later),
        clock=lambda: MONDAY,
        workers=20,
    )
    began = perf_counter()
    for number in range(customers):
        await company.record(f"customer {number}", "", question(number))
    decided = perf_counter()
    await company.run()
    return (decided - began) / customers, (perf_counter() - decided) / customers


@contextmanager
def contenders(folder: Path, names: Sequence[str]) -> Iterator[dict[str, Timer]]:
    """Give what is timed, each for a number of customers in a round."""
    server = empty_schemas() if JOURNALS[-1] in names else nullcontext(str)
    with server as empty_schema:

        def sqlite(customers: int, turn: int) -> Timed:
            with closing(SqlJournal(f"sqlite:///{folder / f'{turn}.db'}")) as journal:
                return sync(journal, customers)

        def postgresql(customers: int, _: int) -> Timed:
            with closing(SqlJournal(empty_schema())) as journal:
                return sync(journal, customers)

        timers: tuple[Timer, ...] = (
            lambda customers, _: sync(MemoryJournal(), customers),
            lambda customers, _: asyncio.run(asynchronous(customers)),
            sqlite,
            postgresql,
        )
        yield {name: timer for name, timer in zip(JOURNALS, timers, strict=True) if name in names}


def rows(customers: int, rounds: int, names: Sequence[str]) -> list[Row]:
    """Let the contenders take turns, round after round; return the lines of the table."""
    calls: list[float] = []
    timed: dict[str, list[Timed]] = {}
    with TemporaryDirectory() as folder, contenders(Path(folder), names) as all_of:
        for turn in range(rounds):
            calls.append(direct(customers))
            for name, time in all_of.items():
                timed.setdefault(name, []).append(time(customers, turn))
    found = [
        Row("us a call of the hook alone", "direct", [MICRO * one for one in calls], rate=True)
    ]
    for place, measure in enumerate(("us an intent decided", "us an intent dispatched")):
        for name, times in timed.items():
            samples = [MICRO * one[place] for one in times]
            against = [one / (MICRO * call) for one, call in zip(samples, calls, strict=True)]
            found.append(Row(measure, name, samples, median(against), "a call", rate=True))
    return found


def print_calls(customers: int) -> None:
    """Print how many functions an intent calls: a count, whatever else the machine does."""
    with TemporaryDirectory() as folder:
        for name, journal in (
            ("memory", MemoryJournal()),
            ("SQLite", SqlJournal(f"sqlite:///{folder}/calls.db")),
        ):
            company: Dispatcher = dispatcher(journal, nothing)
            with Profile() as deciding:
                for number in range(customers):
                    company.record(f"customer {number}", "", question(number))
            with Profile() as dispatching:
                company.run()
            for what, seen in (("decided", deciding), ("dispatched", dispatching)):
                calls = sum(one.callcount for one in seen.getstats())
                print(f"{what}, {name}: {calls / customers:,.0f} calls")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1000, help="with one intent each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--journal", nargs="*", choices=JOURNALS, default=JOURNALS)
    parser.add_argument("--calls", action="store_true", help="count calls of functions instead")
    asked = parser.parse_args()
    if asked.calls:
        print_calls(asked.customers)
        return
    finish(rows(asked.customers, asked.rounds, asked.journal))


if __name__ == "__main__":
    main()
