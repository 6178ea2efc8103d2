"""A file of Parquet as columns: each cell the text that the reader of rows finds in it."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cxjourney.bulk._reporting._read_log import LinedPiece, UnlikeRowsError, coded_columns
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._cell_form import ISO
from cxjourney.replay._reading._opened import opened
from cxjourney.replay._reading._paths import cell_of
from cxjourney.replay._reading._record_stream import ReadAs, format_of
from cxjourney.replay._reading._written import LogFormat, Resolution
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Progress

AT_A_TIME = 1 << 17


def parquet_pieces(
    path: str, mapping: LogMapping, read_as: ReadAs, progress: Progress | None = None
) -> Iterator[LinedPiece]:
    """Yield the rows of a file of Parquet, its columns as texts; their lines follow each other.

    Args:
        path: the log.
        mapping: what it means.
        read_as: is filled in with how it was read.
        progress: is told how far the reading is.

    Raises:
        UnlikeRowsError: when it is another file, or has not the columns as they are named.
        InvalidError: when a cell is none.
        ArrowException: when it is broken.
    """
    names, coded = mapping.used_columns, coded_columns(mapping)
    settings = mapping.log
    plain = settings.form.times == (ISO,) and settings.resolution is not Resolution.DAY
    with opened(path, settings.encoding, progress) as source:
        if not source.head or format_of(source, settings) is not LogFormat.PARQUET:
            raise UnlikeRowsError
        read_as.format = LogFormat.PARQUET
        # Loaded late, for it loads the file systems of clouds.
        file = load("pyarrow.parquet").ParquetFile(source.seekable())
        there = file.schema_arrow.names
        paths = {name: [name] if name in there else name.split(".") for name in names}
        keys = list(dict.fromkeys(path[0] for path in paths.values()))
        total, done = file.metadata.num_rows, 0
        if any(there.count(key) != 1 for key in keys) or not total:
            raise UnlikeRowsError
        for batch in file.iter_batches(AT_A_TIME, columns=keys, use_threads=False):
            columns = []
            for name in names:
                column = _inside(batch.column(paths[name][0]), paths[name][1:])
                if plain and name == mapping.columns.time and pa.types.is_timestamp(column.type):
                    columns.append(_in_utc(column))
                else:
                    columns.append(_as_texts(column, coded=name in coded))
            yield pa.RecordBatch.from_arrays(columns, list(names)), None
            done += batch.num_rows
            if progress is not None:
                progress("reading", done, total)


def _inside(column: pa.Array, keys: list[str]) -> pa.Array:
    """Return a column inside one of structs.

    Raises:
        UnlikeRowsError: when there is none in every row, or the way to it is no chain of keys.
    """
    for key in keys:
        kind = column.type
        if not pa.types.is_struct(kind) or kind.get_field_index(key) < 0 or column.null_count:
            raise UnlikeRowsError
        column = pc.struct_field(column, [key])
    return column


def _in_utc(column: pa.Array) -> pa.Array:
    """Return times to the microsecond, in UTC where they have a zone."""
    zone = column.type.tz
    column = column.cast(pa.timestamp("us", zone), safe=False)
    return column if zone is None else column.cast(pa.timestamp("us", "UTC"))


def _as_texts(column: pa.Array, *, coded: bool) -> pa.Array:
    """Return what a line would hold; of few different values as a list and the place of each.

    Raises:
        InvalidError: when a value is no cell.
    """
    kind = column.type
    if _is_text(kind):
        texts = column.cast(pa.string())
        return texts.dictionary_encode() if coded else texts
    if pa.types.is_dictionary(kind) and _is_text(kind.value_type):
        return column.cast(pa.string()).dictionary_encode()
    if pa.types.is_timestamp(kind):
        column = _in_utc(column)
    elif pa.types.is_nested(kind):
        raise UnlikeRowsError
    found = column.dictionary_encode()
    cells = [cell_of(value) for value in found.dictionary.to_pylist()]
    texts = pa.array(cells, pa.string()).take(found.indices)
    return texts.dictionary_encode()


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - pyarrow has no types
    return any(
        asks(kind)
        for asks in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    )
