"""Replay in columns against a stock machine and against the funnel of two engines.

One table from one interleaved run: processor time of one thread and the peak of memory, input
included, each in a process of its own; the compiled loop is loaded before. The contenders do less:
``transitions`` with one model reused sets states and nothing else; the funnels of polars and DuckDB
count who reached which step, and know no timers, no held facts and no obligations.

    python benchmarks/bulk.py --events 1000000
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from bulk_log import KINDS, Columns, made, mapping_of, ordered

NAMES = np.array([kind.name for kind in KINDS])
STEPS = ("contacted", "purchased", "delivered", "used_again", "loyalty_shown", "referred")
SOME = 20_000
"""How many events the stock machine takes; its time is reckoned up."""


def frame_of(log: Columns) -> pa.Table:
    """Return a log as a frame."""
    activity = pa.DictionaryArray.from_arrays(pa.array(log.kind.astype(np.int8)), pa.array(NAMES))
    at = pa.array(log.at).cast(pa.timestamp("us", "UTC"))
    return pa.table({"customer": log.customer, "at": at, "activity": activity})


def ours(
    table: pa.Table, *, moves: bool = False, duties: bool = False, fast: bool = True
) -> Callable[[], object]:
    """Return a replay of all that the live machine knows, by the loop or by numpy alone."""
    if not fast:
        sys.modules["numba"] = None  # type: ignore[assignment]
    from cxjourney import bulk
    from cxjourney.bulk._engine._fast import kernels

    mapping = mapping_of()
    kernels()  # else the loop would be loaded for a long log only
    bulk.replay(table.slice(0, 100), mapping=mapping, moves=moves, duties=duties)  # compiles
    return lambda: bulk.replay(table, mapping=mapping, moves=moves, duties=duties)


def stock(table: pa.Table) -> Callable[[], object]:
    """Return a walk of the stock machine, with one model that is reset for each customer."""
    from transitions import Machine

    from cxjourney.chart import standard_chart

    class Model:
        """A customer."""

    places = ["NEW", "ASSESS", "ADMIT", "AFFIRM", "ACTIVATE", "ACCLIMATE", "ACCOMPLISH", "ADOPT"]
    places += ["ADVOCATE", "LAPSED", "LOST", "ERASED"]
    model = Model()
    machine = Machine(model, states=places, initial="NEW", auto_transitions=False)
    for row, trigger, source in standard_chart().arms():
        if trigger in set(NAMES) and row.to is not None and not row.then:
            machine.add_transition(trigger, source.name, row.to.name)
    machine.ignore_invalid_triggers = True
    for state in machine.states.values():
        state.ignore_invalid_triggers = True
    some = table.slice(0, SOME)
    whose, what = some["customer"].to_pylist(), some["activity"].to_pylist()

    def walk() -> None:
        before = None
        for customer, kind in zip(whose, what, strict=True):
            if customer != before:
                model.state = "NEW"  # type: ignore[attr-defined]
                before = customer
            if kind in machine.events:
                model.trigger(kind)  # type: ignore[attr-defined]

    return walk


def polars(table: pa.Table) -> Callable[[], object]:
    """Return the funnel in polars: who reached each step after the one before."""
    import polars as pl

    frame = pl.DataFrame(table).with_columns(
        pl.col("activity").cast(pl.String).cast(pl.Categorical)
    )

    def funnel() -> object:
        firsts = [
            pl.col("at").filter(pl.col("activity") == step).min().alias(step) for step in STEPS
        ]
        return frame.lazy().group_by("customer").agg(firsts).collect()

    return funnel


def duckdb(table: pa.Table) -> Callable[[], object]:
    """Return the funnel in DuckDB."""
    import duckdb

    connection = duckdb.connect()
    connection.sql("SET threads TO 1")
    connection.register("events", table)
    connection.sql("CREATE TABLE log AS SELECT * FROM events")
    firsts = ", ".join(f"min(\"at\") FILTER (activity = '{step}')" for step in STEPS)
    return lambda: connection.sql(f"SELECT customer, {firsts} FROM log GROUP BY 1").to_arrow_table()  # noqa: S608 - our own words


CONTENDERS: dict[str, Callable[[pa.Table], Callable[[], object]]] = {
    "cxjourney.bulk, compiled loop": ours,
    "compiled loop, moves": lambda table: ours(table, moves=True),
    "compiled loop, moves and duties": lambda table: ours(table, moves=True, duties=True),
    "cxjourney.bulk, numpy alone": lambda table: ours(table, fast=False),
    "numpy alone, moves and duties": lambda table: ours(table, moves=True, duties=True, fast=False),
    "transitions, one model reused": stock,
    "polars, funnel alone": polars,
    "DuckDB, funnel alone": duckdb,
}


def measured(contender: str, events: int, shape: str, order: str) -> dict[str, Any]:
    """Return what one contender takes, in this process."""
    table = frame_of(ordered(made(events, shape), order))
    work = CONTENDERS[contender](table)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    work()
    spent = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if contender.startswith("transitions"):
        spent *= events / min(SOME, events)
    return {"seconds": spent, "peak": (peak - before) * 1024 + table.nbytes}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one[0], given.events, *given.one[1:])))
        return
    cases = [
        *((name, "even", "grouped") for name in CONTENDERS),
        *(
            (name, *case)
            for name in CONTENDERS
            if name.startswith("cxjourney")
            for case in (
                ("even", "time"),
                ("even", "shuffled"),
                ("giant", "grouped"),
                ("single", "grouped"),
            )
        ),
        *((name, "even", "shuffled") for name in CONTENDERS if "funnel" in name),
    ]
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {case: [] for case in cases}
    alone = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "POLARS_MAX_THREADS": "1",
        "ARROW_NUM_THREADS": "1",
    }
    for _ in range(given.rounds):
        for case in cases:
            call = [sys.executable, __file__, "--events", str(given.events), "--one", *case]
            said = subprocess.run(  # noqa: S603 - this script
                call, check=True, capture_output=True, text=True, env=alone
            ).stdout
            found[case].append(json.loads(said))
    head = "customers | order | processor time | ns an event | peak, B an event"
    print(f"| {given.events:,} events | {head} |")
    print("|---|---|---|---:|---:|---:|")
    for (name, shape, order), some in found.items():
        seconds, peak = (min(one[key] for one in some) for key in ("seconds", "peak"))
        each = f"{seconds / given.events * 1e9:,.0f} | {peak / given.events:.0f}"
        print(f"| {name} | {shape} | {order} | {seconds:.2f} s | {each} |")


if __name__ == "__main__":
    main()
