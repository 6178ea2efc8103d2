"""A CSV as columns, in pieces: only where the reader of rows would find the very same in it.

Whatever the two might understand differently is left to the reader of rows: a quote that stands
alone, a line break within quotes, a blank line, a lone CR, a NUL, a row of another width.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv

from cxjourney.bulk._reporting._read_log import LinedPiece, UnlikeRowsError, coded_columns
from cxjourney.bulk._reporting._text_blocks import (
    BLOCK,
    CR,
    LF,
    blocks_of,
    ends_as_usual,
    is_utf8,
)
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._opened import A_LOG, UTF_8, LogSource, opened
from cxjourney.replay._reading._record_stream import ReadAs, format_of, say_delimiter
from cxjourney.replay._reading._records_of import SEPARATOR_LINE, SEPARATORS
from cxjourney.replay._reading._written import LogFormat, LogSettings
from cxjourney.vocabulary._csv import BOM, open_csv
from cxjourney.vocabulary._terminal import Progress

LONGEST = 1 << 17
"""No field may be longer; a longer line is left to the reader of rows."""
QUOTE = ord('"')


class _Layout(NamedTuple):
    """How the columns of a CSV stand.

    Attributes:
        delimiter: what stands between them.
        width: how many there are.
        places: where each wanted column stands, by its name.
    """

    delimiter: str
    width: int
    places: dict[str, int]


def csv_pieces(
    path: str, mapping: LogMapping, read_as: ReadAs, progress: Progress | None = None
) -> Iterator[LinedPiece]:
    """Yield the rows below the header of a CSV, its columns as texts; their lines are in a row.

    Args:
        path: the log.
        mapping: what it means.
        read_as: is filled in with how it was read.
        progress: is told how far the reading is, in bytes.

    Raises:
        UnlikeRowsError: when the file is to be read row by row.
        InvalidError: when it is no CSV with the columns of the mapping.
    """
    settings = mapping.log
    with opened(path, settings.encoding, progress) as source:
        if format_of(source, settings) is not LogFormat.CSV or source.encoding != UTF_8:
            raise UnlikeRowsError
        read_as.encoding = UTF_8
        wanted, coded = mapping.used_columns, coded_columns(mapping)
        for piece in _pieces(source, settings, wanted, coded, read_as):
            yield piece, None


def _pieces(
    source: LogSource,
    settings: LogSettings,
    wanted: Sequence[str],
    coded: Collection[str],
    read_as: ReadAs,
) -> Iterator[pa.RecordBatch]:
    blocks = blocks_of(source.told())
    whole = next(blocks, b"").removeprefix(BOM)
    head, _, first = whole.partition(b"\n")
    layout = _layout(source.where, head.removesuffix(b"\r"), settings, wanted)
    _check(whole, layout.delimiter)
    del whole
    say_delimiter(read_as, settings, layout.delimiter)
    names = [str(number) for number in range(layout.width)]
    texts = {
        names[layout.places[name]]: pa.dictionary(pa.int32(), pa.string())
        if name in coded
        else pa.string()
        for name in wanted
    }
    read = pyarrow.csv.ReadOptions(use_threads=False, column_names=names, block_size=4 * BLOCK)
    parse = pyarrow.csv.ParseOptions(delimiter=layout.delimiter)
    convert = pyarrow.csv.ConvertOptions(
        check_utf8=False, column_types=texts, include_columns=[*texts], strings_can_be_null=False
    )
    rows = 0
    for number, block in enumerate(chain((first,), blocks)):
        if not block:
            continue
        if number:
            _check(block, layout.delimiter)
        table = pyarrow.csv.read_csv(pa.BufferReader(block), read, parse, convert)
        rows += table.num_rows
        for batch in table.to_batches():
            yield pa.RecordBatch.from_arrays(batch.columns, list(wanted))
    if not rows:
        raise UnlikeRowsError


def _layout(where: str, head: bytes, settings: LogSettings, wanted: Sequence[str]) -> _Layout:
    """Return how columns stand by a header.

    Raises:
        InvalidError: when it is none, or has not the columns.
        UnlikeRowsError: when it is to be read by the reader of rows.
    """
    try:
        line = head.decode()
    except UnicodeDecodeError:
        raise UnlikeRowsError from None
    if "\r" in line or line.strip().lower().startswith(SEPARATOR_LINE):
        raise UnlikeRowsError
    file = open_csv(where, [line], settings.delimiter or SEPARATORS, A_LOG)
    if len(file.names) < 2 or not file.delimiter.isascii():  # noqa: PLR2004 - one may be blank
        raise UnlikeRowsError
    expected = "one, as the mapping names it"
    places = {name: file.place_of(name, expected) for name in wanted}
    if len({*places.values()}) < len(places):
        raise UnlikeRowsError
    return _Layout(file.delimiter, len(file.names), places)


def _check(block: bytes, delimiter: str) -> None:
    """See that a block of whole lines means the same to both readers.

    Raises:
        UnlikeRowsError: when it does not.
    """
    alike = (
        b"\n\n" not in block
        and b"\n\r\n" not in block
        and not block.startswith((b"\n", b"\r"))
        and ends_as_usual(block)
        and is_utf8(block)
    )
    signs = np.frombuffer(block, np.uint8)
    lines = np.flatnonzero(signs == LF)
    # NUL is a fault, and some signs below the blank are white space to Python and not to Arrow.
    usual = len(lines) + block.count(b"\r") + block.count(b"\t")
    alike = alike and np.count_nonzero(signs < ord(" ")) == usual
    if not alike or int(np.diff(lines, prepend=-1, append=len(block)).max()) > LONGEST:
        raise UnlikeRowsError
    if b'"' not in block:
        return
    quotes = np.flatnonzero(signs == QUOTE)
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) != len(closing):
        raise UnlikeRowsError
    mark = ord(delimiter)
    around = np.concatenate(([LF], signs, [LF]))
    begins = np.isin(around[opening], (mark, LF, QUOTE))
    ends = np.isin(around[closing + 2], (mark, LF, CR, QUOTE))
    within = np.searchsorted(lines, opening) == np.searchsorted(lines, closing)
    if not (begins.all() and ends.all() and within.all()):
        raise UnlikeRowsError
