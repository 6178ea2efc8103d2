"""Print how fast intents are decided and dispatched, against what others take for the same.

1,000 customers ask one question each, and a hook that does nothing answers it. Every contender is
a fresh process with an empty database; they take turns, round after round. DBOS enqueues a
workflow of one step for each question, Procrastinate defers a job, and the plain outbox is what one
writes oneself in SQLAlchemy Core (``peers_plain.py``). None of them asks a policy, folds a journey,
opens an obligation or plans from a playbook. SQLite waits for the disk as each has it by default;
the PostgreSQL, which is thrown away, waits for no disk.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import make_url
from table import align

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server belongs to the tests

from tests.postgres import empty_schemas

HERE = Path(__file__).parent
MEMORY, SQLITE, POSTGRESQL = "memory", "SQLite", "PostgreSQL"
OURS = "cxjourney"
ALL = {
    MEMORY: ("cxjourney", "cxjourney, one by one"),
    SQLITE: ("cxjourney", "cxjourney, marked", "cxjourney, one by one", "DBOS", "plain outbox"),
    POSTGRESQL: (
        *("cxjourney", "cxjourney, marked", "cxjourney, one by one"),
        *("DBOS", "Procrastinate", "plain outbox"),
    ),
}
GOALS = {
    (SQLITE, "DBOS"): (4, 8),
    (POSTGRESQL, "DBOS"): (2, 4),
    (POSTGRESQL, "Procrastinate"): (1.3, 1.3),
    (SQLITE, "plain outbox"): (1, 1),
    (POSTGRESQL, "plain outbox"): (0.8, 0.8),
}
"""How many times as long as ours a contender is to take, at least: to decide, and to dispatch."""
Found = dict[str, float]


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Callable[[], str]]:
    """Give what makes an empty database and returns its URL."""
    numbers = count()
    if kind != POSTGRESQL:
        yield lambda: "" if kind == MEMORY else f"sqlite:///{folder / f'{next(numbers)}.db'}"
        return
    with empty_schemas() as empty_schema:
        url = make_url(empty_schema()).difference_update_query(["options"])
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)

        def empty() -> str:
            name = f"bench_{next(numbers)}"
            with psycopg.connect(plain, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            return url.set(database=name).render_as_string(hide_password=False)

        yield empty


def flushed(url: str) -> int:
    """Return how many bytes a PostgreSQL has written to its log."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        row = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
    return int(row[0]) if row else 0


def play(name: str, url: str, customers: int, *, counting: bool = False) -> Found:
    """Let a contender play its part in a fresh process."""
    at = url.replace("+psycopg", "") if name == "Procrastinate" else url
    before = flushed(url) if "://" in url and counting and "sqlite" not in url else None
    done = subprocess.run(  # noqa: S603 - our own script
        [
            *(sys.executable, HERE / "peers_play.py", name, at, str(customers)),
            "count" if counting else "time",
        ],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])},
    )
    found: Found = json.loads(done.stdout.splitlines()[-1])
    if before is not None:
        found["written"] = flushed(url) - before
    return found


def lines(
    kind: str, timed: dict[str, list[Found]], counted: dict[str, Found], n: int
) -> list[tuple[str, ...]]:
    """Return the lines of a kind of database; a multiple is of rounds that were interleaved."""
    found = []
    for name, rounds in timed.items():
        line = [kind, name]
        for place, measure in enumerate(("decide", "dispatch")):
            mine, times = timed[OURS], [one[measure] for one in rounds]
            ratios = [time / one[measure] for time, one in zip(times, mine, strict=True)]
            goal = GOALS.get((kind, name))
            verdict = ""
            if goal is not None:
                least, reached = goal[place], median(ratios)
                verdict = f" (>= {least}: {'met' if reached >= least else 'MISSED'})"
            line += [
                f"{1e3 * median(times) / n:.3f}",
                f"{1e3 * max(times) / n:.3f}",
                f"{median(ratios):.2f}, worst {min(ratios):.2f}{verdict}",
            ]
        told = counted.get(name, {})
        line += [
            f"{told[one] / told['customers']:,.1f}" if told.get(one) else ""
            for one in ("statements", "transactions")
        ]
        line.append(f"{told['written'] / told['customers'] / 1024:,.1f}" if told else "")
        found.append(tuple(line))
    return found


HEAD = (
    *("journal", "contender", "decide ms", "worst", "times ours"),
    *("dispatch ms", "worst", "times ours", "statements", "transactions", "KiB written"),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1000, help="with one intent each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--journal", nargs="*", choices=list(ALL), default=list(ALL))
    asked = parser.parse_args()
    found: list[tuple[str, ...]] = []
    for kind in asked.journal:
        timed: dict[str, list[Found]] = {}
        counted: dict[str, Found] = {}
        with TemporaryDirectory() as folder, databases(kind, Path(folder)) as empty:
            for _ in range(asked.rounds):
                for name in ALL[kind]:
                    timed.setdefault(name, []).append(play(name, empty(), asked.customers))
            for name in ALL[kind] if kind != MEMORY else ():
                few = max(asked.customers // 5, 10)
                counted[name] = play(name, empty(), few, counting=True) | {"customers": few}
        found += lines(kind, timed, counted, asked.customers)
        print(align([HEAD, *found]), flush=True)


if __name__ == "__main__":
    main()
