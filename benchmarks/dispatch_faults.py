"""Crash dispatch at every point, and at every pair of points, on every journal; count the harm.

The scenario and what counts as harm are those of the tests (``tests/dispatch/scenario.py``): twenty
intents of four customers, against a play without a crash. A point lies before and after each write
of the journal and each call of a hook; points that leave the same behind count as one unless
``--every`` is given. The second crash of a pair comes at any later point of the play with the
first. Ends with 1 where anything was lost or doubled, came twice without need, or stayed unseen.
"""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import Queue, cpu_count, get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import attrs
from sqlalchemy import create_engine
from table import align

sys.path.insert(0, str(Path(__file__).parents[1]))  # the scenario belongs to the tests

from cxjourney.dispatch import OnUnknown
from tests.dispatch.crashing import Fuse
from tests.dispatch.judging import UNHARMED, Damage, Ending, damage
from tests.dispatch.scenario import World
from tests.dispatch.stores import Empty, emptied, in_memory, sqlite
from tests.postgres import empty_schemas

MEMORY, SQLITE, POSTGRESQL = "memory", "sqlite", "postgresql"
ROWS = (
    (MEMORY, OnUnknown.KEEP, 0),
    (MEMORY, OnUnknown.RETRY, 0),
    (MEMORY, OnUnknown.KEEP, 1),
    (MEMORY, OnUnknown.KEEP, 2),
    (SQLITE, OnUnknown.KEEP, 0),
    (SQLITE, OnUnknown.KEEP, 2),
    (POSTGRESQL, OnUnknown.KEEP, 0),
    (POSTGRESQL, OnUnknown.KEEP, 2),
)
"""The journal, what is done with what nobody knows, and the workers of an asynchronous dispatcher.

Without workers it is a synchronous one.
"""
HEAD = (
    "journal",
    "unknown",
    "workers",
    "points",
    "plays",
    "crashes",
    "decisions lost",
    "decisions doubled",
    "intents lost",
    "journeys off",
    "hidden",
    "duplicates",
    "seconds",
)


@attrs.frozen
class Tally:
    """What some plays came to.

    Attributes:
        plays: how many there were.
        crashes: how many crashes in all.
        harm: the sum of what they did.
        over: how many duplicates there were beyond what is promised.
    """

    plays: int = 0
    crashes: int = 0
    harm: Damage = UNHARMED
    over: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return the sum of both."""
        harm = zip(attrs.astuple(self.harm), attrs.astuple(other.harm), strict=True)
        return Tally(
            self.plays + other.plays,
            self.crashes + other.crashes,
            Damage(*(one + another for one, another in harm)),
            self.over + other.over,
        )

    @property
    def is_bad(self) -> bool:
        """Whether anything happened that must not."""
        return bool(self.over) or attrs.evolve(self.harm, duplicates=0) != UNHARMED


@attrs.frozen
class Prober:
    """Plays the scenario with crashes, on a journal of its own.

    Attributes:
        empty: gives the journal, emptied.
        on_unknown: what the dispatchers do when nobody knows.
        workers: with how many an asynchronous dispatcher plays; 0 for a synchronous one.
        every: whether points that leave the same behind are told apart.
        undisturbed: the play without a crash.
    """

    empty: Empty
    on_unknown: OnUnknown
    workers: int
    every: bool
    undisturbed: Ending = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "undisturbed", self.play())

    def play(self, *at: int) -> Ending:
        """Play the scenario with crashes at some points."""
        fuse = Fuse(frozenset(at))
        world = World(self.empty(), fuse, self.on_unknown, workers=self.workers)
        return Ending.of(world.play())

    def points(self, ending: Ending, after: int = 0) -> list[int]:
        """Return the points of a play beyond some number."""
        fuse = ending.world.fuse
        return list(range(after + 1, len(fuse.passed) + 1)) if self.every else fuse.distinct(after)

    def judged(self, ending: Ending) -> Tally:
        """Return what a play came to."""
        harm, crashes = damage(ending, self.undisturbed), len(ending.world.crashes)
        allowed = crashes * max(self.workers, 1) if self.on_unknown is OnUnknown.RETRY else 0
        return Tally(1, crashes, harm, max(0, harm.duplicates - allowed))

    def with_crash_at(self, first: int, *, pairs: bool) -> Tally:
        """Play with a crash at a point alone, and with each second crash after it."""
        alone = self.play(first)
        tally = self.judged(alone)
        for second in self.points(alone, first) if pairs else ():
            tally += self.judged(self.play(first, second))
        return tally


def prober(place: str, on_unknown: OnUnknown, workers: int, *, every: bool) -> Prober:
    """Return a prober for a journal: a folder's, a PostgreSQL's by its URL, or one in memory."""
    if not place:
        return Prober(in_memory, on_unknown, workers, every)
    engine = create_engine(place) if "://" in place else sqlite(Path(place))
    return Prober(emptied(engine), on_unknown, workers, every)


_MINE: list[Prober] = []


def begin(places: "Queue[str]", on_unknown: OnUnknown, workers: int, every: bool) -> None:  # noqa: FBT001 - a pool gives no names
    """Begin a process of the pool: it takes a place of its own."""
    logging.disable()  # dead letters are meant here
    _MINE.append(prober(places.get(), on_unknown, workers, every=every))


def work(first: int, *, pairs: bool) -> Tally:
    """Do one first crash's worth in a process of the pool."""
    return _MINE[0].with_crash_at(first, pairs=pairs)


@contextmanager
def places(journal: str, count: int) -> Iterator[list[str]]:
    """Give places for some journals of a kind."""
    with ExitStack() as stack:
        if journal == SQLITE:
            yield [stack.enter_context(TemporaryDirectory()) for _ in range(count)]
        elif journal == POSTGRESQL:
            empty_schema = stack.enter_context(empty_schemas())
            yield [empty_schema() for _ in range(count)]
        else:
            yield [""] * count


def probed(
    journal: str, on_unknown: OnUnknown, workers: int, asked: argparse.Namespace
) -> tuple[int, Tally]:
    """Crash at every point on a kind of journal; return how many points there are, and the sum."""
    calm = Prober(in_memory, on_unknown, workers, asked.every)
    points = calm.points(calm.undisturbed)[:: asked.step]
    context = get_context("spawn")
    with places(journal, asked.processes) as found:
        queue: Queue[str] = context.Queue()
        for place in found:
            queue.put(place)
        with context.Pool(
            asked.processes, begin, (queue, on_unknown, workers, asked.every)
        ) as pool:
            each = partial(work, pairs=not asked.singles)
            tallies = list(pool.imap_unordered(each, points))
            pool.close()
            pool.join()
    return len(points), sum(tallies, Tally())


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    journals = sorted({journal for journal, _, _ in ROWS})
    parser.add_argument("--journal", nargs="*", choices=journals, default=journals)
    counts = sorted({workers for _, _, workers in ROWS})
    parser.add_argument("--workers", type=int, nargs="*", choices=counts, default=counts)
    parser.add_argument("--processes", type=int, default=cpu_count(), help="work side by side")
    parser.add_argument("--every", action="store_true", help="no two points count as one")
    parser.add_argument("--singles", action="store_true", help="no pairs")
    parser.add_argument("--step", type=int, default=1, help="only each so many-th first point")
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    asked, lines, bad = arguments(), [], False
    for journal, on_unknown, workers in ROWS:
        if journal not in asked.journal or workers not in asked.workers:
            continue
        began = perf_counter()
        points, tally = probed(journal, on_unknown, workers, asked)
        seconds = f"{perf_counter() - began:,.0f}"
        counts = (points, tally.plays, tally.crashes, *attrs.astuple(tally.harm))
        stands = (journal, on_unknown.value, f"{workers}")
        lines.append((*stands, *(f"{count:,}" for count in counts), seconds))
        bad |= tally.is_bad
        print(align([HEAD, *lines]), flush=True)
    sys.exit(bad)


if __name__ == "__main__":
    main()
