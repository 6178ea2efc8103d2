"""Spark and two workers of Dask give what one machine gives, in a time zone that is not UTC.

They need the dependency group ``engines``, and Spark needs Java: `nox -s engines` sees to both.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxjourney import bulk
from cxjourney.errors import InvalidError
from tests.bulk.spread_log import AS_OF, events, mapping, same

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # they know little of each other's newest versions
]
FRAMES = ("journeys", "moves", "duties")
PARTS = 4


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Start Spark on this machine, in a time zone that is not UTC."""
    sql = pytest.importorskip("pyspark.sql", reason="Spark is in the dependency group engines")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, and there is none here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        session = (
            sql.SparkSession.builder.master("local[2]")
            # A short life: what the second compiler of Java gains is less than it costs.
            .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
            .config("spark.sql.session.timeZone", "America/New_York")
            .getOrCreate()
        )
        yield session
        session.stop()


@pytest.fixture(scope="module")
def workers() -> Iterator[Any]:
    """Start two workers of Dask, each a process, in a time zone that is not UTC."""
    distributed = pytest.importorskip(
        "distributed", reason="Dask's workers are in the dependency group engines"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
        with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
            yield client


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the events into files; those of one moment lie in different ones."""
    folder, table = tmp_path_factory.mktemp("events"), events()
    for part in range(PARTS):
        here = pa.array(np.arange(table.num_rows) % PARTS == part)
        pq.write_table(table.filter(here), folder / f"{part}.parquet")
    return folder


@pytest.fixture(scope="module")
def alone() -> Any:
    """Replay the events on this machine."""
    return bulk.replay(events(), mapping=mapping(), as_of=AS_OF, moves=True, duties=True)


def test_spark_gives_what_one_machine_gives(spark: Any, files: Path, alone: Any) -> None:
    """Batches end inside a customer."""
    frame = spark.read.parquet(str(files))
    found = bulk.replay(frame, mapping=mapping(), as_of=AS_OF, moves=True, duties=True)
    same(pd.Series({one: getattr(found, one).toArrow().to_pandas() for one in FRAMES}), alone)


def test_spark_leaves_partitions_as_they_are(spark: Any, files: Path, alone: Any) -> None:
    """Unless a customer lies in two of them, which it refuses at once."""
    frame = spark.read.parquet(str(files))
    with pytest.raises(InvalidError, match="customers with rows in two partitions or more"):
        bulk.replay(frame.repartition(2), mapping=mapping(), as_of=AS_OF, partitioned=True)
    given = frame.repartition(2, "who")
    found = bulk.replay(given, mapping=mapping(), as_of=AS_OF, partitioned=True)
    one, other = (
        sorted(table.to_pandas().to_dict("records"), key=lambda row: str(row["customer"]))
        for table in (found.journeys.toArrow(), alone.journeys)
    )
    assert [row["moved"] for row in one] == [row["moved"] for row in other]


def test_two_workers_of_dask_give_what_one_machine_gives(
    workers: Any, files: Path, alone: Any
) -> None:
    """Each reads some files; a customer in two partitions is refused as they compute."""
    dask = pytest.importorskip("dask.dataframe", reason="needs dask")
    frame = dask.read_parquet(sorted(map(str, files.glob("*.parquet"))), split_row_groups=True)
    assert frame.npartitions == PARTS
    found = bulk.replay(frame, mapping=mapping(), as_of=AS_OF, moves=True, duties=True)
    told = [one.result() for one in workers.compute([getattr(found, name) for name in FRAMES])]
    same(pd.Series(dict(zip(FRAMES, told, strict=True))), alone)
    cut = bulk.replay(frame, mapping=mapping(), as_of=AS_OF, partitioned=True)
    with pytest.raises(InvalidError, match="customers with rows in two partitions or more"):
        cut.journeys.compute()
    given = frame.shuffle(on="who", shuffle_method="tasks")
    whole = bulk.replay(given, mapping=mapping(), as_of=AS_OF, partitioned=True)
    assert len(whole.journeys.compute()) == alone.journeys.num_rows
