"""The fold by the loop that numba compiles, where numba is installed and a log is long enough."""

from functools import cache, lru_cache
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from cxjourney.bulk._engine._duty_rows import Dues, Duties, FoldedRows
from cxjourney.bulk._engine._folded import COUNTED, Journeys, Keep, Piece
from cxjourney.bulk._engine._in_step import Clocks
from cxjourney.bulk._engine._journey_order import Events
from cxjourney.bulk._engine._tables import NEVER, Small, Tables, Whole

ENOUGH = 1_500_000
"""From so many events on the loop saves more time than numba takes to be loaded."""


@cache
def kernels() -> tuple[ModuleType, ModuleType] | None:
    """Return the modules that fold and that order; None where numba cannot be loaded."""
    try:
        from cxjourney.bulk._engine import _kernel, _kernel_order  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return _kernel, _kernel_order


class Loop(NamedTuple):
    """The loops that fold and that order, and a chart as the first reads it."""

    kernel: ModuleType
    orders: ModuleType
    chart: Any

    def in_order(self, events: Events, rank: Small) -> Events:
        """Return events in journey order; those of each journey stand as they came."""
        key, code = _fixed(events.key), _fixed(events.code, np.uint16)
        if self.orders.orderly(key, _fixed(events.at), code, rank):
            return events._replace(code=code)
        at, code, row = events.at.copy(), code.copy(), events.row.copy()
        self.orders.put_in_order(key, at, code, row, rank)
        return Events(key, at, code, row)


def _fixed(column: Whole, kind: type = np.int64) -> Whole:
    """Return a column that is always of one form; the loop is compiled anew for each form."""
    fixed: Whole = np.ascontiguousarray(column, kind).view()
    fixed.flags.writeable = False  # as those are that Arrow lends
    return fixed


def loop_for(tables: Tables, events: int) -> Loop | None:
    """Return the loop for a chart; None where numba is missing, or not worth while."""
    loaded = kernels.cache_info().currsize > 0
    found = kernels() if loaded or events >= ENOUGH else None
    return None if found is None else Loop(*found, _arrays(found[0], tables))


@lru_cache(maxsize=8)
def _arrays(kernel: ModuleType, tables: Tables) -> Any:  # noqa: ANN401 - an extra has its class
    return kernel.chart_arrays(tables)


def fold_compiled(
    loop: Loop,
    events: Events,
    start: Whole,
    dues: Dues,
    as_of: int,
    before: tuple[Journeys, Clocks, Duties],
    keep: Keep,
) -> Piece:
    """Fold the events of whole journeys, as ``fold_piece`` does."""
    kernel = loop.kernel
    was, clocks, owed = before
    total = len(start) - 1
    rows = (was.entered_at, was.purchased_at, was.first_at, was.last_at, *clocks[1:])
    times = np.stack(rows).astype(np.int64, copy=False)
    counts = np.zeros((kernel.COUNT_ROWS, total), np.int32)
    _fill(kernel, counts, was, clocks)
    whose = np.argsort(owed.journey, kind="stable")
    owing = np.stack([column[whose] for column in (*owed[:4], owed.cycle)], axis=1)
    offset = dues.offset
    many = np.full(1, offset) if isinstance(offset, int) else offset[events.row]
    promised = np.zeros(0, np.int64)
    if len(dues.promising):
        promised = dues.of_promises(events.row, np.full(len(events.row), NEVER))
    stream, duty = kernel.fold_journeys(
        loop.chart,
        kernel.EventArrays(
            _fixed(events.at),
            _fixed(events.code, np.uint16),
            _fixed(events.row),
            _fixed(many),
            _fixed(promised),
        ),
        start,
        np.ascontiguousarray(owing, np.int64),
        as_of,
        keep.moves,
        keep.rows,
        keep.duties,
        times,
        counts,
    )
    journeys = _journeys(kernel, was.key, times, counts)
    after = Clocks(counts[kernel.LAST_SITUATION], times[kernel.SINCE], times[kernel.QUIET])
    return Piece(
        journeys,
        after,
        FoldedRows(*stream.T),
        Duties(*duty[:, : len(Duties._fields)].T),
        counts[kernel.OPEN],
        counts[kernel.OVERDUE],
    )


def _fill(kernel: ModuleType, counts: Whole, was: Journeys, clocks: Clocks) -> None:
    """Write where journeys stood before."""
    for row, values in (
        (kernel.SITUATION, clocks.situation),
        (kernel.CYCLE, was.cycle),
        (kernel.VISITED, was.visited),
        (kernel.IMPLIED, was.implied),
        (kernel.LAST_RANK, was.last_rank),
        (kernel.WHY, was.exit),
        (kernel.SILENT, was.our_silence),
        (kernel.REFERRALS, was.referrals),
        (kernel.TIMERS, was.timers),
        (kernel.ON_TIME, was.on_time),
        (kernel.LATE, was.late),
        (kernel.DROPPED, was.dropped),
    ):
        counts[row] = values
    counts[kernel.EFFECTS : kernel.EFFECTS + len(COUNTED)] = was.effects


def _journeys(kernel: ModuleType, key: Whole, times: Whole, counts: Whole) -> Journeys:
    """Return where journeys stand now."""
    return Journeys(
        key=key,
        situation=counts[kernel.SITUATION],
        cycle=counts[kernel.CYCLE],
        visited=counts[kernel.VISITED],
        implied=counts[kernel.IMPLIED],
        entered_at=times[kernel.ENTERED],
        purchased_at=times[kernel.PURCHASED],
        first_at=times[kernel.FIRST],
        last_at=times[kernel.LAST],
        last_rank=counts[kernel.LAST_RANK],
        exit=counts[kernel.WHY],
        our_silence=counts[kernel.SILENT] != 0,
        referrals=counts[kernel.REFERRALS],
        effects=counts[kernel.EFFECTS : kernel.EFFECTS + len(COUNTED)],
        timers=counts[kernel.TIMERS],
        on_time=counts[kernel.ON_TIME],
        late=counts[kernel.LATE],
        dropped=counts[kernel.DROPPED],
    )
