"""Replay long logs from files of Parquet, and batch by batch: processor time and peak memory.

python benchmarks/bulk_files.py write folder --events 10000000 [--shape single]
python benchmarks/bulk_files.py replay folder
python benchmarks/bulk_files.py batches --history 1000000
"""

import argparse
import resource
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from bulk import frame_of
from bulk_log import Columns, made, mapping_of, ordered

from cxjourney import bulk
from cxjourney.bulk import BulkState

AS_OF = datetime(2045, 1, 1, tzinfo=UTC)
FILES = 10
BATCH = 1_000
MIB = 1 << 10
"""How many of the kilobytes of ``ru_maxrss`` are one."""


def peak() -> float:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def write(folder: Path, events: int, shape: str) -> None:
    """Write a log in the order of time into some files."""
    folder.mkdir(parents=True, exist_ok=True)
    log = ordered(made(events, shape), "time")
    for part in range(FILES):
        piece = slice(part * events // FILES, (part + 1) * events // FILES)
        table = frame_of(Columns(log.customer[piece], log.at[piece], log.kind[piece]))
        pq.write_table(table, folder / f"{part:02}.parquet")


def replay(folder: Path) -> None:
    """Replay a folder, and say what it took."""
    mapping, before, begun = mapping_of(), peak(), time.process_time()
    found = bulk.replay(folder, mapping=mapping, as_of=AS_OF)
    spent, table = time.process_time() - begun, found.journeys
    rows, size = found.rows.read, pa.table(table).nbytes
    print(
        f"{rows:,} events, {len(table):,} customers: {spent:.1f} s, {spent / rows * 1e9:,.0f} ns "
        f"an event; at the peak {peak():,.0f} MiB ({before:,.0f} before); "
        f"result {size / len(table):.0f} B a customer"
    )


def batches(history: int) -> None:
    """Take batches of 1,000 events before and after a history."""
    log = ordered(made(history + 20 * BATCH), "time")
    table, mapping = frame_of(log), mapping_of()
    state = BulkState(mapping.chart)

    def take(begin: int, count: int) -> float:
        begun = time.process_time()
        state.update(table.slice(begin, count), mapping=mapping)
        return time.process_time() - begun

    def told(begin: int, what: str) -> None:
        took = [take(begin + number * BATCH, BATCH) for number in range(10)]
        print(
            f"batches of {BATCH:,} {what}: least {min(took) * 1e3:.1f} ms, "
            f"last {took[-1] * 1e3:.1f} ms"
        )

    told(0, "from the first")
    print(f"{history:,} events at once: {take(10 * BATCH, history):.1f} s")
    told(10 * BATCH + history, f"after {len(state):,} journeys")
    size = state.to_arrow().nbytes
    print(f"state {size / len(state):.0f} B a customer; at the peak {peak():,.0f} MiB")


def main() -> None:
    """Do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("write", "replay", "batches"))
    parser.add_argument("folder", type=Path, nargs="?", default=Path("made"))
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--shape", choices=("even", "single", "giant"), default="even")
    parser.add_argument("--history", type=int, default=1_000_000)
    given = parser.parse_args()
    if given.what == "write":
        write(given.folder, given.events, given.shape)
    elif given.what == "replay":
        replay(given.folder)
    else:
        batches(given.history)


if __name__ == "__main__":
    main()
