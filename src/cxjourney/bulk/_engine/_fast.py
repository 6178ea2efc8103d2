"""The fold by the loop that numba compiles, where numba is installed and a log is long enough."""

from functools import cache, lru_cache
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from cxjourney.bulk._engine._duty_rows import Dues, Duties, FoldedRows
from cxjourney.bulk._engine._folded import Journeys, Keep, Piece
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

    def sorted(self, packed: Whole, bits: int) -> Whole:
        """Return numbers that rise in their lower bits in the order of the others."""
        found: Whole = self.orders.by_digits(packed, bits, int(packed.max()).bit_length())
        return found


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
    before: tuple[Journeys, Clocks, Duties] | None,
    keep: Keep,
) -> Piece:
    """Fold the events of whole journeys, as ``fold_piece`` does."""
    kernel = loop.kernel
    total = len(start) - 1
    times, clocks = np.empty((4, total), np.int64), np.empty((2, total), np.int64)
    counts = np.empty((kernel.COUNTS, total), np.int32)
    places = np.zeros((kernel.PLACES, total), np.int32)
    owing = np.zeros((0, 5), np.int64)
    if before is not None:
        was, stood, owed = before
        times[:] = was.entered_at, was.purchased_at, was.first_at, was.last_at
        clocks[:] = stood.since, stood.quiet
        _fill(kernel, counts, places, was, stood)
        whose = np.argsort(owed.journey, kind="stable")
        owing = np.stack([column[whose] for column in (*owed[:4], owed.cycle)], axis=1)
    offset = dues.offset
    many = np.full(1, offset) if isinstance(offset, int) else offset[events.row]
    promised = np.zeros(0, np.int64)
    if len(dues.promising):
        promised = dues.of_promises(events.row, np.full(len(events.row), NEVER))
    found = kernel.fold_journeys(
        loop.chart,
        kernel.EventArrays(
            _fixed(events.at),
            _fixed(events.code, np.uint16),
            _fixed(events.row),
            _fixed(many),
            _fixed(promised),
        ),
        start,
        before is not None,
        np.ascontiguousarray(owing, np.int64),
        as_of,
        keep.moves,
        keep.rows,
        keep.duties,
        times,
        clocks,
        counts,
        places,
    )
    (whose, cell, cycle), (at, row), (rule, how), (owner, owed_in), duty = found
    opened_at, due, ended_at, owed_by, opened, ended = duty
    return Piece(
        _journeys(kernel, events.key[start[:-1]], times, counts, places),
        Clocks(_row(kernel, places, "LAST_SITUATION"), *clocks),
        FoldedRows(whose, at, cell, row, cycle),
        Duties(owner, rule, opened_at, due, how, ended_at, owed_in, owed_by, opened, ended),
        counts[kernel.OPEN],
        counts[kernel.OVERDUE],
    )


_COUNTED = {
    "cycle": "CYCLE",
    "referrals": "REFERRALS",
    "timers": "TIMERS",
    "on_time": "ON_TIME",
    "late": "LATE",
    "dropped": "DROPPED",
}
"""The fields of journeys that are counts, and the names of their rows."""
_PLACED = {
    "situation": "SITUATION",
    "visited": "VISITED",
    "implied": "IMPLIED",
    "last_rank": "LAST_RANK",
    "exit": "WHY",
    "our_silence": "SILENT",
}
"""The fields that say where journeys are, likewise."""


def _row(kernel: ModuleType, places: Whole, name: str) -> Whole:
    """Return a row of those that say where journeys are."""
    row: Whole = places[getattr(kernel, name) - kernel.COUNTS]
    return row


def _fill(kernel: ModuleType, counts: Whole, places: Whole, was: Journeys, stood: Clocks) -> None:
    """Write where journeys stood before."""
    for field, name in _COUNTED.items():
        counts[getattr(kernel, name)] = getattr(was, field)
    counts[kernel.OPEN] = counts[kernel.OVERDUE] = 0
    counts[kernel.EFFECTS :] = was.effects
    for field, name in _PLACED.items():
        _row(kernel, places, name)[:] = getattr(was, field)
    _row(kernel, places, "SITUATION")[:] = stood.situation


def _journeys(
    kernel: ModuleType, key: Whole, times: Whole, counts: Whole, places: Whole
) -> Journeys:
    """Return where journeys stand now."""
    entered_at, purchased_at, first_at, last_at = times
    placed = {field: _row(kernel, places, name) for field, name in _PLACED.items()}
    placed["our_silence"] = placed["our_silence"] != 0
    return Journeys(
        key=key,
        entered_at=entered_at,
        purchased_at=purchased_at,
        first_at=first_at,
        last_at=last_at,
        effects=counts[kernel.EFFECTS :],
        **{field: counts[getattr(kernel, name)] for field, name in _COUNTED.items()},
        **placed,
    )
