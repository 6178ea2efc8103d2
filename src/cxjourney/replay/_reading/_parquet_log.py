"""The records of a Parquet file, read in pieces; their lines are their rows, from 1."""

from collections.abc import Iterator
from typing import Any

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._opened import LogSource
from cxjourney.replay._reading._paths import first_key
from cxjourney.replay._reading._records_of import Wanted
from cxjourney.vocabulary._csv import column_hint
from cxjourney.vocabulary._lazy import load

PIECE = 1 << 16


def parquet_objects(
    source: LogSource, wanted: Wanted
) -> Iterator[tuple[int, dict[str, Any] | InvalidError]]:
    """Yield the rows of a Parquet file, with the columns that are wanted.

    Raises:
        InvalidError: when it is no Parquet file, or has not the columns.
        MissingExtraError: when pyarrow is not installed.
    """
    arrow, parquet = load("pyarrow"), load("pyarrow.parquet")
    try:
        file = parquet.ParquetFile(source.seekable())
    except (arrow.ArrowException, OSError, EOFError):
        raise InvalidError(source.where, "not Parquet", "a Parquet file") from None
    names = file.schema_arrow.names
    used = {name if name in names else first_key(name): name for name in wanted.columns}
    for key, name in used.items():
        if names.count(key) != 1:
            count = names.count(key)
            found = f"{count or 'no'} such column{'s' * (count > 1)} among {len(names)}"
            hint = "" if count else column_hint(key, names, show_values=wanted.show_values)
            raise InvalidError(
                source.where, found + hint, "one, as the mapping names it", column=name
            )
    total, done = file.metadata.num_rows, 0
    try:
        for batch in file.iter_batches(PIECE, columns=list(used)):
            columns = [_column(arrow, batch.column(key)) for key in used]
            for row in zip(*columns, strict=True):
                done += 1
                yield done, dict(zip(used, row, strict=True))
            if source.progress is not None and total:
                source.progress("reading", done, total)
    except (arrow.ArrowException, OSError):
        found = f"a piece after row {done:,} that cannot be read"
        raise InvalidError(source.where, found, "a whole Parquet file") from None


def _column(arrow: Any, column: Any) -> list[object]:  # noqa: ANN401 - pyarrow has no types
    """Return a column as Python has its values; times to the microsecond."""
    if arrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(arrow.timestamp("us", column.type.tz), safe=False)
    return list(column.to_pylist())
