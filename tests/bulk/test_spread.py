"""Spark and Dask give what one machine gives, with ties in different files, in another zone."""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxjourney import bulk
from cxjourney.errors import InvalidError
from cxjourney.replay import LogMapping, make_mapping

AS_OF = datetime(2027, 1, 1, tzinfo=UTC)
KINDS = ("contacted", "purchased", "delivered", "used_again", "touched", "asked", "promised")


def mapping() -> LogMapping:
    """Return what the events mean; a running number orders those of one moment."""
    touched = {"event": "touched", "payload": {"touchpoint": "support"}}
    promised = {"event": "promised", "payload": {"what": "w", "due": {"column": "due"}}}
    own = {"touched": touched, "promised": promised}
    own["asked"] = {"event": "asked", "payload": {"question": "q"}}
    return make_mapping(
        {
            "columns": {"customer": "who", "time": "at", "activity": "kind", "sequence": "seq"},
            "events": {name: own.get(name, name) for name in KINDS},
        }
    )


def events(rows: int = 4_000) -> pa.Table:
    """Return events of 200 customers, many of them at one moment."""
    random = np.random.default_rng(7)
    hours = random.integers(0, 400, rows).tolist()
    at = [datetime(2026, 1, 1, tzinfo=UTC) + 17 * timedelta(hours=one) for one in hours]
    due = [
        one + timedelta(days=int(days))
        for one, days in zip(at, random.integers(1, 9, rows), strict=True)
    ]
    return pa.table(
        {
            "who": pa.array([f"c{one}" for one in random.integers(0, 200, rows)]),
            "at": pa.array(at, pa.timestamp("us", "UTC")),
            "kind": pa.array(random.choice(KINDS, rows).tolist()),
            "due": pa.array([one.isoformat() for one in due]),
            "seq": pa.array(random.permutation(rows)),
        }
    )


def sorted_rows(frame: pd.DataFrame) -> list[str]:
    """Return the rows of a frame in an order of their own, whatever their types."""
    names = [name for name in frame.columns if name != "row"]
    times = {
        name: pd.to_datetime(frame[name], utc=True)
        for name in names
        if name.endswith(("_at", "event", "due")) and name != "event"
    }
    plain = frame.assign(**times)[names].astype(object).where(lambda one: one.notna(), None)
    return sorted(map(repr, plain.itertuples(index=False, name=None)))


def same(found: Any, whole: Any) -> None:
    """Ask whether two replays say the same."""
    for name in ("journeys", "moves", "duties"):
        one, other = getattr(found, name), getattr(whole, name).to_pandas()
        assert sorted_rows(one) == sorted_rows(other), name


def test_dask_gives_what_one_machine_gives() -> None:
    """Rows of a customer lie in all parts of the frame, and in any order."""
    dask = pytest.importorskip("dask.dataframe", reason="needs dask")
    table = events()
    frame = dask.from_pandas(table.to_pandas(), npartitions=4)
    found = bulk.replay(frame, mapping=mapping(), as_of=AS_OF, moves=True, duties=True)
    names = ("rows", "journeys", "moves", "duties")
    compute = pytest.importorskip("dask").compute  # all at once, so that each part is replayed once
    told = dict(zip(names, compute(*(getattr(found, name) for name in names)), strict=True))
    assert told.pop("rows").groupby("fate")["rows"].sum()["mapped"] == table.num_rows
    same(
        pd.Series(told), bulk.replay(table, mapping=mapping(), as_of=AS_OF, moves=True, duties=True)
    )
    with pytest.raises(InvalidError, match="no part of a frame knows the last time"):
        bulk.replay(frame, mapping=mapping())


class Fake:
    """What is used of a DataFrame of Spark, on one table that comes in small batches."""

    def __init__(self, table: pa.Table, schema: str = "") -> None:
        self.table = table
        self.schema = schema

    dtypes = (
        ("who", "string"),
        ("at", "timestamp"),
        ("kind", "string"),
        ("due", "string"),
        ("seq", "bigint"),
    )

    def select(self, *columns: str) -> "Fake":
        """Return some columns."""
        return Fake(self.table.select(columns))

    def repartition(self, column: str) -> "Fake":
        """Return it as it is, for it is one part."""
        assert column == "who"
        return self

    def mapInArrow(self, part: Any, schema: str) -> "Fake":  # noqa: N802 - as Spark calls it
        """Return what a function gives of one part, and of one without rows."""
        assert list(part(iter(()))) == []
        abroad = pa.timestamp("us", "America/New_York")
        place = self.table.column_names.index("at")
        table = self.table.set_column(place, "at", self.table["at"].cast(abroad))
        return Fake(pa.Table.from_batches(part(iter(table.to_batches(100)))), schema)


Fake.__module__ = "pyspark.sql.fake"


def test_a_part_of_spark_is_replayed_whole_and_in_utc() -> None:
    """Batches end inside a customer, and the session's zone decides nothing."""
    table = events(600)
    found = bulk.replay(Fake(table), mapping=mapping(), as_of=AS_OF, moves=True, duties=True)
    assert "`customer` string, `standing` string" in found.journeys.schema
    assert "spread out" in repr(found)
    names = ("journeys", "moves", "duties")
    told = {name: getattr(found, name).table.to_pandas() for name in names}
    same(
        pd.Series(told), bulk.replay(table, mapping=mapping(), as_of=AS_OF, moves=True, duties=True)
    )
    two = make_mapping(
        {
            "columns": {"customer": ["who", "kind"], "time": "at", "activity": "kind"},
            "events": {"asked": "contacted"},
        }
    )
    with pytest.raises(InvalidError, match="one, by which rows come together"):
        bulk.replay(Fake(table), mapping=two, as_of=AS_OF)


@pytest.mark.parametrize("kind", [pa.int64(), pa.uint64()])
def test_whole_numbers_stay_so_on_dask(kind: pa.DataType) -> None:
    """Also of parts that have no rows."""
    dask = pytest.importorskip("dask.dataframe", reason="needs dask")
    table = events(50)
    table = table.set_column(0, "who", pa.array([7] * 50, kind))
    frame = dask.from_pandas(table.to_pandas(), npartitions=2)
    found = bulk.replay(frame, mapping=mapping(), as_of=AS_OF)
    one = bulk.replay(table, mapping=mapping(), as_of=AS_OF)
    assert sorted_rows(found.journeys.compute()) == sorted_rows(one.journeys.to_pandas())


@pytest.fixture
def spark() -> Iterator[Any]:
    """Start Spark on this machine, in a time zone that is not UTC."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none here")
    sql = pytest.importorskip("pyspark.sql", reason="needs pyspark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        session = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "3")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
            .config("spark.sql.session.timeZone", "America/New_York")
            .getOrCreate()
        )
        yield session
        session.stop()


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_what_one_machine_gives(spark: Any, tmp_path: Path) -> None:
    """Events of one moment lie in different files, and batches end inside a customer."""
    table = events()
    for part in range(4):
        pq.write_table(
            table.filter(pa.array(np.arange(table.num_rows) % 4 == part)),
            tmp_path / f"{part}.parquet",
        )
    frame = spark.read.parquet(str(tmp_path))
    found = bulk.replay(frame, mapping=mapping(), as_of=AS_OF, moves=True, duties=True)
    told = {
        name: getattr(found, name).toArrow().to_pandas() for name in ("journeys", "moves", "duties")
    }
    same(
        pd.Series(told), bulk.replay(table, mapping=mapping(), as_of=AS_OF, moves=True, duties=True)
    )
