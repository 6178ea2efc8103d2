"""A replay on partitions of Spark against a `mapInArrow` that hands its rows back as they are.

Two tasks at once on this machine (`local[2]`), a file of Parquet for each, no customer in both.
Times are processor time of all processes, Java and Python, in turns; the least of each counts.

    python benchmarks/spark.py --events 2000000
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from bulk import frame_of
from bulk_log import made, mapping_of
from pyspark.sql import SparkSession

from cxjourney import bulk
from cxjourney.bulk._spread import refuse_scattered

AS_OF = datetime(2030, 1, 1, tzinfo=UTC)
TICKS = os.sysconf("SC_CLK_TCK")
PARTS = 2


def write(events: int, folder: Path) -> None:
    """Write a log grouped by customer, each customer in one file."""
    table = frame_of(made(events))
    table = table.set_column(2, "activity", table["activity"].cast(pa.string()))
    customers = table["customer"].to_numpy()
    cut = events // PARTS
    while customers[cut] == customers[cut - 1]:
        cut += 1
    pq.write_table(table.slice(0, cut), folder / "0.parquet")
    pq.write_table(table.slice(cut), folder / "1.parquet")


def spent() -> float:
    """Return the processor time of this process and of all that came of it, in seconds."""
    parents: dict[int, list[int]] = {}
    times: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            times[int(entry.name)] = sum(map(int, fields[11:15]))
    total, queue = 0, [os.getpid()]
    while queue:
        one = queue.pop()
        total += times.get(one, 0)
        queue += parents.get(one, [])
    return total / TICKS


def done(frame: Any) -> None:  # noqa: ANN401 - of Spark
    """Compute a frame, and throw its rows away."""
    frame.write.format("noop").mode("overwrite").save()


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=4)
    asked = parser.parse_args()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    with TemporaryDirectory() as name:
        write(asked.events, Path(name))
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.files.maxPartitionBytes", "1g")
            .config("spark.sql.files.openCostInBytes", "1g")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        frame, mapping = session.read.parquet(name), mapping_of()

        def same(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            yield from batches

        def replay(*, partitioned: bool = False) -> Any:  # noqa: ANN401 - of Spark
            return bulk.replay(
                frame, mapping=mapping, as_of=AS_OF, partitioned=partitioned
            ).journeys

        turns: dict[str, Callable[[], None]] = {
            "identity": lambda: done(frame.mapInArrow(same, frame.schema)),
            "replay, partitioned": lambda: done(replay(partitioned=True)),
            "refusing alone": lambda: refuse_scattered(frame, "customer"),
            "replay, moved by Spark": lambda: done(replay()),
        }
        least: dict[str, tuple[float, float]] = {}
        for turn in range(asked.rounds + 1):
            for what, work in turns.items():
                before, began = spent(), time.perf_counter()
                work()
                took = spent() - before, time.perf_counter() - began
                print(
                    f"{turn} {what:24} {took[0]:7.2f} s of processor, {took[1]:6.2f} s", flush=True
                )
                if turn:  # the first one warms up
                    least[what] = min(took, least.get(what, took))
        session.stop()
    base = least["identity"][0]
    for what, (processor, wall) in least.items():
        print(f"{what:24} {processor:7.2f} s of processor, {wall:6.2f} s, {processor / base:.2f} x")


if __name__ == "__main__":
    main()
