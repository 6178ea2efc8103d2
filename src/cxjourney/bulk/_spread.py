"""The same replay on Spark and on Dask: each part of the customers is one frame."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa

from cxjourney.errors import InvalidError

Fold = Callable[[pa.Table], pa.Table]
"""Replays the rows of one part, and returns its journeys in plain types."""


def plain(table: pa.Table) -> pa.Table:
    """Return a table without types that engines do not take: words as texts, plain integers."""
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_dictionary(kind) or pa.types.is_large_string(kind):
            kind = pa.string()
        fields.append(pa.field(field.name, kind))
    return table.cast(pa.schema(fields))


def is_spark(frame: object) -> bool:
    """Say whether a frame is one of Spark."""
    return type(frame).__module__.startswith("pyspark.sql")


def is_dask(frame: object) -> bool:
    """Say whether a frame is one of Dask."""
    return type(frame).__module__.startswith("dask.dataframe") or type(frame).__module__.startswith(
        "dask_expr"
    )


def types_of(frame: Any, columns: Iterable[str]) -> dict[str, pa.DataType]:  # noqa: ANN401 - of an engine
    """Return the columns of a frame of Spark or Dask, with types of Arrow that stand for theirs."""
    if is_spark(frame):
        kinds = dict(frame.dtypes)
        return {name: _SPARK.get(kinds[name], pa.string()) for name in columns}
    schema = pa.Schema.from_pandas(frame._meta, preserve_index=False)  # noqa: SLF001 - Dask's own
    return {name: schema.field(name).type for name in columns}


_SPARK = {
    "bigint": pa.int64(),
    "int": pa.int64(),
    "smallint": pa.int64(),
    "tinyint": pa.int64(),
    "timestamp": pa.timestamp("us", "UTC"),
    "timestamp_ntz": pa.timestamp("us"),
}
"""What stands for the types of Spark; a text for all others."""
_DECLARED = {
    pa.int64(): "bigint",
    pa.int32(): "int",
    pa.bool_(): "boolean",
    pa.string(): "string",
    pa.timestamp("us", "UTC"): "timestamp",
}
"""How Spark calls the types of a result."""


def on_spark(
    frame: Any,  # noqa: ANN401 - of Spark
    columns: list[str],
    customer: str,
    fold: Fold,
    empty: pa.Table,
    *,
    partitioned: bool,
) -> Any:  # noqa: ANN401 - of Spark
    """Return the journeys of a frame of Spark, as one.

    A batch may end inside a customer, so a part is folded when it is there as a whole.

    Args:
        frame: the events.
        columns: the columns that are read.
        customer: the column by which rows are brought together.
        fold: replays a part.
        empty: what it gives of no rows.
        partitioned: whether the rows of each customer are together already.
    """
    schema = ", ".join(f"`{field.name}` {_DECLARED[field.type]}" for field in empty.schema)

    def part(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        found = list(batches)
        if found:
            yield from fold(_in_utc(pa.Table.from_batches(found))).to_batches()

    rows = frame.select(*columns)
    return (rows if partitioned else rows.repartition(customer)).mapInArrow(part, schema)


def refuse_scattered(frame: Any, customer: str) -> None:  # noqa: ANN401 - of Spark
    """Read the customers of a frame of Spark, each of which must lie in one partition.

    Raises:
        InvalidError: when one lies in two.
    """
    name = customer.replace("`", "``")
    here = "spark_partition_id()"
    parts = frame.selectExpr(f"`{name}` AS customer", f"{here} AS first", f"{here} AS last")
    # Blank ones are left out afterwards: that asks once a customer, and not once a row.
    ends = parts.groupBy("customer").agg({"first": "min", "last": "max"})
    told = ends.where("customer IS NOT NULL AND trim(customer) <> ''")
    _refuse(told.where("`min(first)` < `max(last)`").count())


def _refuse(scattered: int) -> None:
    if scattered:
        found = f"{scattered} customers with rows in two partitions or more"
        raise InvalidError(
            "replay.frame", found, "each in one partition, or partitioned=False, which moves them"
        )


def _in_pandas(table: pa.Table) -> Any:  # noqa: ANN401 - of pandas
    """Return a table as a frame of pandas; a row that is missing leaves the others whole."""
    frame = table.to_pandas()
    return frame.astype({"row": "Int64"}) if "row" in frame else frame


def _in_utc(table: pa.Table) -> pa.Table:
    """Return a table with its times in UTC: those of Spark have the zone of the session."""
    fields = [
        pa.field(one.name, pa.timestamp("us", "UTC"))
        if pa.types.is_timestamp(one.type) and one.type.tz is not None
        else one
        for one in table.schema
    ]
    return table.cast(pa.schema(fields))


def without_rows(fold: Fold, types: dict[str, pa.DataType], customer: str) -> pa.Table:
    """Return what a part without rows gives, so that its types are known."""
    table = fold(pa.table({name: pa.array([], kind) for name, kind in types.items()}))
    kind = types[customer]
    if "customer" not in table.column_names or not pa.types.is_integer(kind):
        return table
    place = table.column_names.index("customer")
    field = pa.field("customer", pa.string() if kind == pa.uint64() else pa.int64())
    return table.set_column(place, field, pa.array([], field.type))


def on_dask(
    frame: Any,  # noqa: ANN401 - of Dask
    columns: list[str],
    customer: str,
    fold: Fold,
    empty: pa.Table,
    *,
    partitioned: bool,
) -> Any:  # noqa: ANN401 - of Dask
    """Return the journeys of a frame of Dask, as one; rows of a moment keep their order.

    Takes what ``on_spark`` takes. Where the rows are said to be together, the first part that is
    computed asks of all whether they are.
    """
    meta = _in_pandas(empty)
    kinds = meta.dtypes

    def part(rows: Any, scattered: int = 0) -> Any:  # noqa: ANN401 - of pandas
        _refuse(int(scattered))
        if not len(rows):
            return meta
        return _in_pandas(fold(pa.Table.from_pandas(rows, preserve_index=False))).astype(kinds)

    rows = frame[columns]
    if partitioned:
        return rows.map_partitions(part, _scattered(frame[[customer]], customer), meta=meta)
    return _together(rows, customer).map_partitions(part, meta=meta)


def _together(rows: Any, customer: str) -> Any:  # noqa: ANN401 - of Dask
    return rows.shuffle(on=customer, shuffle_method="tasks")


def _scattered(rows: Any, customer: str) -> Any:  # noqa: ANN401 - of Dask
    """Return how often a customer lies in one partition more."""

    def different(part: Any) -> Any:  # noqa: ANN401 - of pandas
        named = part[part[customer].notna()].drop_duplicates()
        return named[named[customer].astype(str).str.strip() != ""]

    def again(part: Any) -> Any:  # noqa: ANN401 - of pandas
        return part[customer].duplicated().astype("int64")

    alone = rows.map_partitions(different, meta=rows._meta)  # noqa: SLF001 - Dask's own
    told = _together(alone, customer).map_partitions(again, meta=("again", "int64"))
    return told.sum()
