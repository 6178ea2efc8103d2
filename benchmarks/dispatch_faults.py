"""Crash dispatch at every point, and at every pair of points, on every journal; count the harm.

The scenario and what counts as harm are those of the tests (``tests/dispatch/scenario.py``): twenty
intents of four customers, against a play without a crash. A point lies before and after each write
of the journal and each call of a hook; points that leave the same behind count as one unless
``--every`` is given. The second crash of a pair comes at any later point of the play with the
first. Stretches that plays have in common are played once (``tests/dispatch/plays.py``). Ends with
1 where anything was lost or doubled, came twice without need, or stayed unseen.
"""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import cpu_count, get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import attrs
from sqlalchemy import create_engine
from table import align

sys.path.insert(0, str(Path(__file__).parents[1]))  # the scenario belongs to the tests

from cxjourney.dispatch import OnUnknown
from cxjourney.dispatch.journal import MemoryJournal
from tests.dispatch.judging import Ending
from tests.dispatch.kept import InDatabase, InMemory, Kept
from tests.dispatch.plays import Plays
from tests.dispatch.scenario import World
from tests.dispatch.stores import sqlite
from tests.postgres import empty_schemas

MEMORY, SQLITE, POSTGRESQL = "memory", "sqlite", "postgresql"
Row = tuple[str, OnUnknown, int]
ROWS: tuple[Row, ...] = (
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
    "stretches",
    "met",
    "of these played on",
    "seconds",
)


@contextmanager
def opened(journal: str) -> Iterator[Kept]:
    """Open a journal of a kind."""
    if journal == MEMORY:
        yield InMemory()
    elif journal == SQLITE:
        with TemporaryDirectory() as folder:
            yield InDatabase(sqlite(Path(folder)))
    else:
        with empty_schemas() as schema:
            yield InDatabase(create_engine(schema()))


def probed(row: Row, asked: argparse.Namespace) -> tuple[tuple[str, ...], bool]:
    """Play everything of a row; return its line, and whether anything was bad."""
    logging.disable()  # dead letters are meant here
    journal, on_unknown, workers = row
    began = perf_counter()
    with opened(journal) as kept:
        plays = Plays(
            kept=kept,
            undisturbed=Ending.of(World(MemoryJournal()).play()),
            on_unknown=on_unknown,
            workers=workers,
            most=asked.crashes,
            every=asked.every,
            step=asked.step,
        )
        points, tally = plays.all()
    counts = (points, tally.plays, tally.crashes, *attrs.astuple(tally.harm))
    seconds = round(perf_counter() - began)
    told = (f"{count:,}" for count in (*counts, plays.stretches, *plays.met, seconds))
    return (journal, on_unknown.value, f"{workers}", *told), tally.is_bad


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    journals = sorted({journal for journal, _, _ in ROWS})
    parser.add_argument("--journal", nargs="*", choices=journals, default=journals)
    counts = sorted({workers for _, _, workers in ROWS})
    parser.add_argument("--workers", type=int, nargs="*", choices=counts, default=counts)
    parser.add_argument("--processes", type=int, default=cpu_count(), help="work side by side")
    parser.add_argument("--every", action="store_true", help="no two points count as one")
    parser.add_argument("--crashes", type=int, default=2, help="of one play at most")
    parser.add_argument("--step", type=int, default=1, help="only each so many-th first point")
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    asked = arguments()
    rows = [one for one in ROWS if one[0] in asked.journal and one[2] in asked.workers]
    lines, bad = [], False
    with get_context("spawn").Pool(asked.processes) as pool:
        for line, is_bad in pool.imap(partial(probed, asked=asked), rows):
            lines.append(line)
            bad |= is_bad
            print(align([HEAD, *lines]), flush=True)
        pool.close()
        pool.join()
    sys.exit(bad)


if __name__ == "__main__":
    main()
