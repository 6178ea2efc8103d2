"""Frames in and out: whatever hands its columns over as Arrow, and files of Parquet in pieces."""

from collections.abc import Callable, Iterator, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import attrs
import narwhals as nw
import numpy as np
import pyarrow as pa
from narwhals.exceptions import DuplicateError

from cxjourney.bulk._engine._tables import Whole
from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import describe
from cxjourney.vocabulary._lazy import load

A_FRAME = "a frame of pandas, polars, pyarrow or DuckDB, or the path of Parquet files"
ONE_NAME = "a name of its own for each column"
AT_A_TIME = 1 << 20
"""How many rows are read at a time."""


@attrs.frozen
class RowSource:
    """RowFates that can be read again and again, in pieces.

    Attributes:
        pieces: yields the rows, with the columns that were asked for, in their order.
        give: returns a table as the frame in which the rows came.
        rows: how many rows there are; None where that is not known beforehand.
        begins: the number of the first row.
    """

    pieces: Callable[[], Iterator[pa.RecordBatch]]
    give: Callable[[pa.Table], Any]
    rows: int | None = None
    begins: int = 0


def source_of(frame: object, columns: Sequence[str]) -> RowSource:
    """Return the rows of a frame, or of Parquet.

    Args:
        frame: a frame, or the path of a file or folder.
        columns: the columns that are read.

    Raises:
        InvalidError: when it is neither, or a column is missing.
    """
    if isinstance(frame, str | PathLike):
        return _parquet(Path(fspath(frame)), columns)
    try:
        native: Any = nw.from_native(frame, pass_through=True)
    except DuplicateError:
        raise InvalidError("replay.frame", "columns of one name", ONE_NAME) from None
    if isinstance(native, nw.DataFrame):
        return _eager(native, columns)
    if isinstance(native, nw.LazyFrame):
        return _lazy(native, columns)
    if hasattr(frame, "__arrow_c_stream__"):
        table = pa.table(frame)
        _check(table.column_names, columns)
        return _of_table(table.select(list(columns)), lambda found: found)
    raise InvalidError("replay.frame", describe(frame), A_FRAME)


def _check(names: list[str], columns: Sequence[str]) -> None:
    for column in columns:
        if column not in names:
            found = f"no such column among {len(names)}"
            raise InvalidError(
                "replay.frame", found, "the column that the mapping names", column=column
            )
        if names.count(column) > 1:
            raise InvalidError("replay.frame", "columns of one name", ONE_NAME, column=column)


def _of_table(table: pa.Table, give: Callable[[pa.Table], Any]) -> RowSource:
    return RowSource(lambda: iter(table.to_batches(AT_A_TIME)), give, table.num_rows)


def _eager(frame: Any, columns: Sequence[str]) -> RowSource:  # noqa: ANN401 - of narwhals
    _check(frame.columns, columns)
    backend = frame.implementation

    def give(table: pa.Table) -> Any:  # noqa: ANN401 - whatever came
        return nw.from_arrow(table, backend=backend).to_native()

    return _of_table(frame.select(columns).to_arrow(), give)


def _lazy(frame: Any, columns: Sequence[str]) -> RowSource:  # noqa: ANN401 - of narwhals
    _check(frame.collect_schema().names(), columns)
    if frame.implementation.is_duckdb():
        return _duckdb(frame.to_native(), columns)
    table = frame.select(columns).collect(backend="pyarrow").to_native()

    def give(found: pa.Table) -> Any:  # noqa: ANN401 - whatever came
        return nw.from_arrow(found, backend="polars").lazy().to_native()

    return _of_table(table, give)


def _duckdb(relation: Any, columns: Sequence[str]) -> RowSource:  # noqa: ANN401 - of DuckDB
    chosen = relation.select(*(f'"{column.replace(chr(34), chr(34) * 2)}"' for column in columns))

    def pieces() -> Iterator[pa.RecordBatch]:
        yield from chosen.to_arrow_reader(AT_A_TIME)

    def give(found: pa.Table) -> Any:  # noqa: ANN401, ARG001 - DuckDB finds the table by its name
        return relation.query("events", "SELECT * FROM found")

    return RowSource(pieces, give)


def _parquet(path: Path, columns: Sequence[str]) -> RowSource:
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise InvalidError(str(path), "no such file", "a file of Parquet, or a folder of them")
    pq = load("pyarrow.parquet")  # loads the file systems of clouds
    total = 0
    for file in files:
        try:
            with pq.ParquetFile(file) as opened:
                _check(opened.schema_arrow.names, columns)
                total += opened.metadata.num_rows
        except pa.ArrowInvalid:
            raise InvalidError(str(file), "not Parquet", "a file of Parquet") from None

    def pieces() -> Iterator[pa.RecordBatch]:
        for file in files:
            with pq.ParquetFile(file) as opened:
                yield from opened.iter_batches(AT_A_TIME, columns=list(columns), use_threads=False)

    return RowSource(pieces, lambda table: table, total)


def rows_of(source: RowSource, wanted: Whole) -> pa.Table:
    """Return some rows of a frame, in the order of the frame.

    Args:
        source: the rows.
        wanted: their numbers, rising.
    """
    return pa.Table.from_batches([*_rows_of(source, wanted)]) if len(wanted) else pa.table({})


def _rows_of(source: RowSource, wanted: Whole) -> Iterator[pa.RecordBatch]:
    first = source.begins
    for piece in source.pieces():
        begin, end = np.searchsorted(wanted, (first, first + piece.num_rows))
        yield _without_views(piece).take(pa.array(wanted[begin:end] - first))
        first += piece.num_rows


def _without_views(piece: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows in types of which Arrow can take some: it cannot of views of texts."""
    texts = pa.large_string()
    fields = [
        field.with_type(texts) if pa.types.is_string_view(field.type) else field
        for field in piece.schema
    ]
    return piece.cast(pa.schema(fields))
