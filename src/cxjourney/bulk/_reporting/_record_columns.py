"""A log of any form as columns, from its records as the reader of rows finds them."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pyarrow as pa

from cxjourney.bulk._reporting._read_log import LinedPiece, UnlikeRowsError, coded_columns
from cxjourney.errors import InvalidError
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._record_stream import ReadAs, read_records
from cxjourney.replay._reading._records_of import Wanted
from cxjourney.vocabulary._terminal import Progress

AT_A_TIME = 1 << 16


def record_pieces(
    path: str, mapping: LogMapping, read_as: ReadAs, progress: Progress | None = None
) -> Iterator[LinedPiece]:
    """Yield the records of a log, its columns as texts, and their lines.

    Args:
        path: the log.
        mapping: what it means.
        read_as: is filled in with how it was read.
        progress: is told how far the reading is.

    Raises:
        UnlikeRowsError: when a record is at fault.
        InvalidError: when the log is.
    """
    names, coded = mapping.used_columns, coded_columns(mapping)
    wanted = Wanted(names, mapping.columns.needed, show_values=False)
    records = read_records(path, mapping.log, wanted, read_as, progress)
    while some := list(islice(records, AT_A_TIME)):
        found = [one for one in some if not isinstance(one, InvalidError)]
        if len(found) < len(some):
            raise UnlikeRowsError
        rows = [cells for _, cells in found]
        lines = np.array([line for line, _ in found], np.int64)
        columns = []
        for name in names:
            cells = pa.array([row[name] for row in rows], pa.string())
            columns.append(cells.dictionary_encode() if name in coded else cells)
        yield pa.RecordBatch.from_arrays(columns, list(names)), lines
