"""Kill a dispatching process at random moments, start it again, and count what was lost or doubled.

The process plays a month of four customers (``kill_play.py``) from an SQLite journal, and is killed
with SIGKILL. Undisturbed it says what must come out. Each run is killed and started again until it
comes to its end, and there are as many runs as the kills need. Ends with 1 where anything was lost,
or came twice.
"""

import argparse
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import attrs
from kill_play import CALLS, CUSTOMERS, JOURNAL, LETTERS, RECEIVED, SECRET, play
from table import align

from cxjourney import Channel, Journey
from cxjourney.dispatch.journal import SqlJournal, State

__all__ = ["Found", "Tally"]

LONGEST = 60
"""How many seconds a process may take before the run counts as stuck."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
"""Where files lie in memory: what a killed process loses does not depend on the disk."""


@attrs.frozen
class Found:
    """What a run left behind.

    Attributes:
        decided: for each intent its journey, row and cause.
        states: for each key the channel and the state.
        events: the ids of each customer's events.
        steps: how many steps each customer's journey has on record.
        letters: the keys of the letters that are there.
        received: how often the letters' hook was called, by key.
        calls: how many calls were made, by key.
    """

    decided: dict[str, tuple[str, str, str]]
    states: dict[str, tuple[Channel, State]]
    events: dict[str, frozenset[str]]
    steps: dict[str, int]
    letters: frozenset[str]
    received: Counter[str]
    calls: Counter[str]

    @classmethod
    def at(cls, folder: Path) -> "Found":
        """Read a folder."""
        with closing(sqlite3.connect(folder / JOURNAL)) as file:
            (told,) = file.execute("PRAGMA integrity_check").fetchone()
        if told != "ok":
            raise RuntimeError(told)
        with closing(SqlJournal(f"sqlite:///{folder / JOURNAL}", secret=SECRET)) as journal:
            outbox = journal.outbox(frozenset(State))
            records = [journal.read(customer) for customer in journal.customers()]
        kept = {one.customer: one.journeys[0] for one in records}
        journeys = {who: Journey.from_dict(dict(one.data)) for who, one in kept.items()}
        return cls(
            {one.key: (one.intent.customer, one.intent.play, one.intent.cause) for one in outbox},
            {one.key: (one.channel, one.state) for one in outbox},
            {
                who: frozenset(step.event.id for step in journey.history if step.seq)
                for who, journey in journeys.items()
            },
            {who: len(one.steps) for who, one in kept.items()},
            frozenset(path.name for path in (folder / LETTERS).iterdir()),
            Counter((folder / RECEIVED).read_text().split()),
            Counter((folder / CALLS).read_text().split()),
        )

    def on(self, channel: Channel, state: State) -> set[str]:
        """Return the keys of the intents on a channel that stand somewhere."""
        return {key for key, stands in self.states.items() if stands == (channel, state)}


def count(told: str) -> int:
    """Return a field of the tally, with the words for it."""
    return attrs.field(default=0, metadata={"told": told})


@attrs.define
class Tally:
    """What all runs together came to; how many workers call hooks side by side."""

    workers: int = 1
    runs: int = count("runs to the end")
    starts: int = count("processes started")
    kills: int = count("processes killed at work")
    intents: int = count("intents decided")
    lost: int = count("intents and events lost")
    decided_twice: int = count("intents and events decided twice, or for nothing")
    stuck: int = count("intents that wait still, effects of no intent, sent without effect")
    calls_twice: int = count("calls made twice (hook not idempotent)")
    repeated: int = count("letters sent again under their key, kept once (hook idempotent)")
    unknown: int = count("calls that ended as unknown, left to a person")
    made: int = count("... of which were made")

    @property
    def clean(self) -> bool:
        """Whether nothing was lost or came twice, and a kill left one call of each worker unknown.

        Letters are sent again under their key: those that were sent side by side when it came, one
        to each customer at most.
        """
        wrong = self.lost, self.decided_twice, self.stuck, self.calls_twice
        again = self.kills * len(CUSTOMERS)
        return (
            not any(wrong) and self.unknown <= self.kills * self.workers and self.repeated <= again
        )

    def add(self, found: Found, wanted: Found) -> None:
        """Compare a run with the undisturbed one."""
        self.runs += 1
        self.intents += len(found.decided)
        self.lost += len(wanted.decided.keys() - found.decided.keys())
        self.decided_twice += len(found.decided) - len(set(found.decided.values()))
        self.decided_twice += len(found.decided.keys() - wanted.decided.keys())
        for who, events in wanted.events.items():
            self.lost += len(events - found.events.get(who, frozenset()))
            self.decided_twice += len(found.events.get(who, frozenset()) - events)
            self.decided_twice += abs(found.steps.get(who, 0) - wanted.steps[who])
        self._add_effects(found)

    def _add_effects(self, found: Found) -> None:
        unknown = found.on(Channel.FACE_TO_FACE, State.UNKNOWN)
        called = found.on(Channel.FACE_TO_FACE, State.SENT)
        written = found.on(Channel.POST, State.SENT) | found.on(Channel.EMAIL, State.SENT)
        self.stuck += len(found.states.keys() - written - called - unknown)
        self.stuck += len(written ^ found.letters) + len(called - found.calls.keys())
        self.stuck += len(found.calls.keys() - called - unknown)
        self.calls_twice += sum(count > 1 for count in found.calls.values())
        self.repeated += sum(found.received.values()) - len(found.received)
        self.unknown += len(unknown)
        self.made += len(unknown & found.calls.keys())


class Killer:
    """Starts the process, and kills it at moments that are drawn.

    Args:
        seed: what the moments are drawn from.
        workers: those of an asynchronous dispatcher; 0 for a plain one.
    """

    def __init__(self, seed: int, workers: int) -> None:
        self._workers = workers
        self._draw = Random(seed)  # noqa: S311 - moments, not secrets
        self._processes = get_context("forkserver")
        # A fork of a process that has imported everything starts at once.
        self._processes.set_forkserver_preload(["__main__", "kill_play"])

    def undisturbed(self, folder: Path) -> float:
        """Let the process come to its end; return how many seconds it took."""
        began = perf_counter()
        self._start(folder, LONGEST)
        return perf_counter() - began

    def run(self, folder: Path, longest: float, tally: Tally, kills: int) -> None:
        """Kill and start the process until it comes to its end, or was killed often enough."""
        done = False
        while not done:
            enough = tally.kills >= kills
            wait = LONGEST if enough else self._draw.uniform(0, longest)
            done = self._start(folder, wait)
            tally.starts += 1
            tally.kills += not done
            if enough and not done:
                raise TimeoutError(f"not at its end after {LONGEST} s")

    def _start(self, folder: Path, seconds: float) -> bool:
        """Start the process, and kill it after some seconds; return whether it came to its end."""
        process = self._processes.Process(target=play, args=(folder, self._workers))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
        ended = process.exitcode
        process.close()
        if ended is not None and ended > 0:
            raise RuntimeError(f"the process failed with {ended}")
        return ended == 0


def shown(tally: Tally, seconds: float) -> str:
    """Return the figures as a table."""
    lines = [
        (field.metadata["told"], f"{getattr(tally, field.name):,}")
        for field in attrs.fields(Tally)
        if field.metadata
    ]
    return align([("what", "count"), *lines, ("seconds", f"{seconds:.0f}")])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what came of as many kills as were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="0 for a plain dispatcher")
    asked = parser.parse_args(arguments)
    began, tally = perf_counter(), Tally(max(1, asked.workers))
    killer = Killer(asked.seed, asked.workers)
    with TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        killer.undisturbed(Path(folder) / "warm-up")
        wanted_at = Path(folder) / "undisturbed"
        longest = killer.undisturbed(wanted_at)
        wanted = Found.at(wanted_at)
        while tally.kills < asked.kills:
            at = Path(folder) / f"run-{tally.runs}"
            killer.run(at, longest, tally, asked.kills)
            tally.add(Found.at(at), wanted)
    print(shown(tally, perf_counter() - began))
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())
