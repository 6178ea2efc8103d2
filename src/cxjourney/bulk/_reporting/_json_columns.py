"""JSON Lines as columns: only where the reader of rows would find the very same in them.

What the two might understand differently is left to the reader of rows: a line that does not begin
and end with the braces of an object, an object that is broken or has a key twice, a path that goes
into a list.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from cxjourney.bulk._reporting._json_signs import JsonSigns
from cxjourney.bulk._reporting._read_log import LinedPiece, UnlikeRowsError, coded_columns
from cxjourney.bulk._reporting._text_blocks import CR, LF, blocks_of, ends_as_usual, is_utf8
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._opened import UTF_8, opened
from cxjourney.replay._reading._record_stream import ReadAs, format_of
from cxjourney.replay._reading._written import LogFormat
from cxjourney.vocabulary._csv import BOM, LONGEST_LINE
from cxjourney.vocabulary._terminal import Progress

BEGINS, STOPS = ord("{"), ord("}")


def json_pieces(
    path: str, mapping: LogMapping, read_as: ReadAs, progress: Progress | None = None
) -> Iterator[LinedPiece]:
    """Yield the objects of a log with one a line, its columns as texts; their lines are in a row.

    Args:
        path: the log.
        mapping: what it means.
        read_as: is filled in with how it was read.
        progress: is told how far the reading is, in bytes.

    Raises:
        UnlikeRowsError: when the file is to be read row by row.
        InvalidError: when it cannot be read.
        ArrowException: when it is no JSON.
    """
    settings, names, coded = mapping.log, mapping.used_columns, coded_columns(mapping)
    ways = {name: tuple(name.split(".")) for name in names}
    schema, unseen = pa.schema(_fields([*ways.values()])), {*names}
    with opened(path, settings.encoding, progress) as source:
        if format_of(source, settings) is not LogFormat.JSONL or source.encoding != UTF_8:
            raise UnlikeRowsError
        read_as.format, read_as.encoding = LogFormat.JSONL, UTF_8
        for number, block in enumerate(blocks_of(source.told())):
            table = _table(block if number else block.removeprefix(BOM), schema, names)
            found = {name: _inside(table, way) for name, way in ways.items()}
            unseen -= {name for name, column in found.items() if column.null_count < len(column)}
            for some in mapping.columns.needed:
                if all(found[name].null_count for name in some):
                    raise UnlikeRowsError  # where all are missing, the line is at fault
            columns = [
                column.dictionary_encode() if name in coded else column
                for name, column in found.items()
            ]
            yield pa.RecordBatch.from_arrays(columns, list(names)), None
        if unseen:
            raise UnlikeRowsError


def _fields(ways: Sequence[tuple[str, ...]]) -> list[pa.Field]:
    """Return the columns, all of texts, those inside others in structs.

    Raises:
        UnlikeRowsError: when one is no chain of keys, or is inside another that is a text.
    """
    fields = []
    for key in dict.fromkeys(way[0] for way in ways):
        inside = [way[1:] for way in ways if way[0] == key]
        if not key or "[" in key or "]" in key or (() in inside and len(inside) > 1):
            raise UnlikeRowsError
        fields.append(pa.field(key, pa.string() if () in inside else pa.struct(_fields(inside))))
    return fields


def _table(block: bytes, schema: pa.Schema, names: Sequence[str]) -> pa.RecordBatch:
    """Return a block of whole lines as a table.

    Raises:
        UnlikeRowsError: when it does not mean the same to both readers.
        ArrowException: when it is no JSON.
    """
    if not block:
        raise UnlikeRowsError
    signs = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(signs == LF)
    if not len(ends) or ends[-1] < len(signs) - 1:
        ends = np.append(ends, len(signs))
    begins = np.concatenate(([0], ends[:-1] + 1))
    last = ends - 1
    last -= signs[last] == CR
    if (
        b"\0" in block
        or not ends_as_usual(block)
        or not is_utf8(block)
        or int((ends - begins).max()) >= LONGEST_LINE
        or (signs[begins] != BEGINS).any()
        or (signs[last] != STOPS).any()
    ):
        raise UnlikeRowsError
    told = JsonSigns.of(block)
    dotted = [name for name in names if "." in name]
    if dotted and pc.any(pc.is_in(told.keys, pa.array(dotted).cast(pa.binary()))).as_py():
        raise UnlikeRowsError  # a key of that whole name comes first
    read = pyarrow.json.ReadOptions(use_threads=False, block_size=len(told.text) + 1)
    parse = pyarrow.json.ParseOptions(schema, unexpected_field_behavior="ignore")
    table = pyarrow.json.read_json(pa.BufferReader(told.text), read, parse)
    if table.num_rows != len(ends):
        raise UnlikeRowsError
    return table.combine_chunks().to_batches()[0]


def _inside(table: pa.RecordBatch, way: tuple[str, ...]) -> pa.Array:
    column = table.column(way[0])
    for key in way[1:]:
        column = pc.struct_field(column, [key])
    return column
