"""Let eight dispatchers, each a process, share a journal; count who acted on which intent.

Customers ask five questions each, and every question calls for an intent; each process records its
share. Then all of them carry out what is due. The hook appends the intent's key to a file of its
process, and does not honour the key. Ends with 1 where an intent was acted on twice, or not at all.
SQLite waits for the disk at each commit, as it does by default; the PostgreSQL, which is thrown
away, does not.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from time import perf_counter

from table import align

sys.path.insert(0, str(Path(__file__).parents[1]))  # the company belongs to the tests

from cxjourney.dispatch.journal import SqlJournal, State
from tests.dispatch.many import act, acted_on, ask
from tests.postgres import empty_schemas

EACH = 5
SQLITE, POSTGRESQL = "sqlite", "postgresql"
HEAD = (
    "journal",
    "dispatchers",
    "intents",
    "acted on",
    "twice",
    "not at all",
    "least to most",
    "planned a second",
    "sent a second",
)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database."""
    if kind == SQLITE:
        yield f"sqlite:///{folder / 'journal.db'}"
        return
    with empty_schemas() as empty_schema:
        yield empty_schema()


def work(url: str, book: Path, customers: range, barrier: Barrier) -> None:
    """Be one of the dispatchers: record a share of what happens, then carry out what is due."""
    with closing(SqlJournal(url)) as journal:
        barrier.wait()
        ask(journal, customers, EACH)
        barrier.wait()
        act(journal, book, barrier.wait, None)


def compete(kind: str, dispatchers: int, customers: int) -> tuple[tuple[str, ...], bool]:
    """Let them compete; return a line of the table, and whether anything went wrong."""
    context = get_context("spawn")
    with TemporaryDirectory() as name, database(kind, Path(name)) as url:
        books = [Path(name) / f"{number}.txt" for number in range(dispatchers)]
        shares = [range(number, customers, dispatchers) for number in range(dispatchers)]
        barrier = context.Barrier(dispatchers + 1)
        with closing(SqlJournal(url)) as journal:
            journal.create()
            processes = [
                context.Process(target=work, args=(url, book, share, barrier))
                for book, share in zip(books, shares, strict=True)
            ]
            for process in processes:
                process.start()
            times = []
            for _ in range(3):
                barrier.wait()
                times.append(perf_counter())
            for process in processes:
                process.join()
            times.append(perf_counter())
            sent = len(journal.outbox(frozenset({State.SENT}), limit=customers * EACH + 1))
        counted, each = acted_on(books), [len(acted_on([book])) for book in books]
    wanted = customers * EACH
    twice, missed = counted.total() - len(counted), wanted - len(counted)
    line = (
        kind,
        f"{dispatchers}",
        f"{wanted:,}",
        f"{len(counted):,}",
        f"{twice:,}",
        f"{missed:,}",
        f"{min(each):,} to {max(each):,}",
        f"{wanted / (times[1] - times[0]):,.0f}",
        f"{wanted / (times[3] - times[2]):,.0f}",
    )
    failed = any(process.exitcode for process in processes)
    return line, bool(twice or missed or failed or sent != wanted)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    kinds = (SQLITE, POSTGRESQL)
    parser.add_argument("--journal", nargs="*", choices=kinds, default=kinds)
    parser.add_argument("--dispatchers", type=int, default=8, help="processes")
    parser.add_argument("--customers", type=int, default=1000, help="with five intents each")
    asked = parser.parse_args()
    found = [compete(kind, asked.dispatchers, asked.customers) for kind in asked.journal]
    print(align([HEAD, *(line for line, _ in found)]))
    sys.exit(any(bad for _, bad in found))


if __name__ == "__main__":
    main()
