"""Cells that hold what they may not: each is looked at by itself, for a check of all tables."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, select, type_coerce
from sqlalchemy.types import NullType

from cxjourney.dispatch.journal._cells._column_kinds import AnyText, MomentColumn, read_moment
from cxjourney.dispatch.journal._moving._named import read_named
from cxjourney.dispatch.journal._records import (
    Attempt,
    Erasure,
    OutboxItem,
    State,
    StepRecord,
    Tombstone,
)
from cxjourney.dispatch.journal._records_stored import MAX_KEY, load, load_object
from cxjourney.dispatch.journal._schema import tables
from cxjourney.dispatch.journal._upkeep._views import parts_of
from cxjourney.errors import DecodeError
from cxjourney.vocabulary._forms import ID, TEXT, Form, FormError, exact, found_in, text, whole

Read = Callable[[Any, str], object]
"""Reads what stands in a column; raises ``DecodeError`` where it may not stand there."""
Cell = tuple[str | None, DecodeError]
"""Whose a cell is, where its row tells, and why it cannot be read."""


def damaged(connection: Connection) -> Iterator[Cell]:
    """Yield what cannot be read in any cell of a journal's tables."""
    for table in tables.sorted_tables:
        columns = [*table.c]
        found = select(*(_as_kept(one) for one in columns)).order_by(*table.primary_key)
        reads = [(str(one), one.nullable, _read_of(one)) for one in columns]
        whose = next((n for n, one in enumerate(columns) if one.name == "customer"), None)
        for row in connection.execution_options(yield_per=1000).execute(found):
            for value, (column, nullable, read) in zip(row, reads, strict=True):
                try:
                    if value is not None or not nullable:
                        read(value, column)
                except DecodeError as error:
                    yield None if whose is None else str(row[whose]), error


def _as_kept(column: "Column[Any]") -> Any:  # noqa: ANN401 - a column of another kind
    return column if isinstance(column.type, AnyText) else type_coerce(column, NullType())


def _read_of(column: "Column[Any]") -> Read:
    if isinstance(column.type, MomentColumn):
        return read_moment
    own = _READS.get(str(column), _READS.get(column.name))
    if own is not None:
        return own
    if isinstance(column.type, Boolean):
        return _of(_FLAG)
    return _of(whole(0) if isinstance(column.type, BigInteger | Integer) else exact(str, "a text"))


def _of(form: Form[Any]) -> Read:
    return form.decode


def _record(of: type[Any]) -> Read:
    return lambda value, column: load(of, value, column)


def _member(*names: str) -> Form[str]:
    """Return the form of a text that is one of some names."""

    def same(data: object) -> str:
        if isinstance(data, str) and data in names:
            return data
        raise FormError(found_in(data), f"one of {', '.join(names)}")

    return Form(same, same)


def _flag(data: object) -> bool:
    if data in (0, 1):
        return bool(data)
    raise FormError(found_in(data), "true or false")


_FLAG = Form(_flag, _flag)
_KEY = text(1, MAX_KEY)
_READS: dict[str, Read] = {
    "customer": _of(ID),
    "alias": _of(ID),
    "engagement": _of(TEXT),
    "key": _of(ID),
    "revision": _of(whole(1)),
    "number": _of(whole(1)),
    "seq": _of(whole(1)),
    "cx_alias.data": lambda value, _: read_named(value),
    "cx_archive.data": _record(OutboxItem),
    "cx_archive_attempt.data": _record(Attempt),
    "cx_archive_step.data": _record(StepRecord),
    "cx_attempt.data": _record(Attempt),
    "cx_checkpoint.data": load_object,
    "cx_duty.key": lambda value, _: parts_of(value),
    "cx_erasure.data": _record(Erasure),
    "cx_erasure.mark": _of(text(64, 64)),
    "cx_journey.head": load_object,
    "cx_journey.snapshot": load_object,
    "cx_log.part": _of(_member("event", "step")),
    "cx_mark.data": _record(Attempt),
    "cx_outbox.data": _record(OutboxItem),
    "cx_outbox.state": _of(_member(*State.__members__)),
    "cx_run.number": _of(whole(0)),
    "cx_tombstones.data": _record(Tombstone),
}
"""How a column is read, by its table and name, or by its name alone; others by their type."""
