"""Parts of a frame of Spark or Dask are replayed one by one, whole, in UTC, as on one machine."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from cxjourney import bulk
from cxjourney.errors import InvalidError
from cxjourney.replay import make_mapping
from tests.bulk.spread_log import AS_OF, events, mapping, same, sorted_rows


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


def test_dask_takes_partitions_as_they_are_but_no_customer_in_two() -> None:
    """Whoever has no name is no customer, and may lie anywhere."""
    dask = pytest.importorskip("dask.dataframe", reason="needs dask")
    rows = events(300).to_pandas()
    nobody = rows[:2].assign(who=[None, " "])

    def found(*parts: pd.DataFrame) -> Any:
        given = dask.concat([dask.from_pandas(part, npartitions=1) for part in parts])
        return bulk.replay(given, mapping=mapping(), as_of=AS_OF, partitioned=True).journeys

    with pytest.raises(InvalidError, match="1 customers with rows in two partitions or more"):
        found(rows, rows[-1:]).compute()
    first = rows["who"] < "c5"
    told = found(pd.concat([nobody, rows[first]]), pd.concat([nobody, rows[~first]])).compute()
    whole = bulk.replay(rows, mapping=mapping(), as_of=AS_OF)
    assert sorted_rows(told) == sorted_rows(whole.journeys)


class Fake:
    """What is used of a DataFrame of Spark, on one table that comes in small batches."""

    def __init__(self, table: pa.Table, schema: str = "", scattered: int = 0) -> None:
        self.table = table
        self.schema = schema
        self.scattered = scattered

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

    def selectExpr(self, *columns: str) -> "Fake":  # noqa: N802 - as Spark calls it
        """Return who lies where."""
        assert columns[0] == "`who` AS customer"
        return self

    def where(self, condition: str) -> "Fake":
        """Return it as it is."""
        assert "customer" in condition or "min(first)" in condition
        return self

    def groupBy(self, column: str) -> "Fake":  # noqa: N802 - as Spark calls it
        """Return it as it is."""
        assert column == "customer"
        return self

    def agg(self, what: dict[str, str]) -> "Fake":
        """Return it as it is."""
        assert set(what.values()) == {"min", "max"}
        return self

    def count(self) -> int:
        """Return how many customers lie in two partitions."""
        return self.scattered

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
    there = bulk.replay(Fake(table), mapping=mapping(), as_of=AS_OF, partitioned=True)
    assert there.journeys.table == found.journeys.table
    with pytest.raises(InvalidError, match="2 customers with rows in two partitions"):
        bulk.replay(Fake(table, "", 2), mapping=mapping(), as_of=AS_OF, partitioned=True)
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
