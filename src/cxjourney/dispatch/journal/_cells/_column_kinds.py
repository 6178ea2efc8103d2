"""Kinds of columns: moments and texts, the same in SQLite, which knows no types, as elsewhere."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Text, TypeDecorator, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine

from cxjourney.errors import DecodeError
from cxjourney.vocabulary._forms import found_in

_ODD = re.compile("[\x00\x01\ud7ff-\udfff]")
_LAST_CODE = 0x10FFFF - 0xD7FF
_DIGITS = re.sub("[0-9]", r"[0-\g<0>]", "9999-19-39T29:59:59.999999")
"""What a moment looks like in SQLite, as its GLOB takes it."""
_ESCAPED = re.compile("([\x01\ud7ff])(.)", re.DOTALL)


class MomentColumn(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC to the microsecond; it sorts by the moment on both.

    SQLite knows no times, so there it is a text in the one form of ISO 8601 that sorts.
    """

    where = "moment"
    """Its table and column, where it is of one."""
    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the column."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Write a moment."""
        if value is None:
            return None
        return _written(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Read a moment."""
        return read_moment(value, self.where)


def read_moment(value: object, column: str) -> datetime | None:
    """Return the moment that stands in a column, by its table and name.

    Raises:
        DecodeError: when there is none in the one form that sorts.
    """
    if value is None or isinstance(value, datetime):
        return value and value.astimezone(UTC)
    with suppress(ValueError):
        at = datetime.fromisoformat(str(value))
        if at.tzinfo is UTC and _written(at) == value:
            return at
    expected = "a time as ISO 8601 writes it, in UTC to the microsecond"
    raise DecodeError(column, found_in(value), expected)


def bare_moment(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column for moments as it is kept, where ``read_moment`` reads it."""
    return type_coerce(column, Text())


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class is_no_time(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """Says of a column for moments whether what stands there is none that can be read."""

    inherit_cache = True
    type = NullType()  # where it is Boolean, SQLite is asked for "= 1", which no index knows


@compiles(is_no_time)
def _beyond_years(element: is_no_time, compiler: SQLCompiler, **named: Any) -> str:  # noqa: ANN401 - the signature is SQLAlchemy's
    column = compiler.process(element.clauses, **named)
    return f"{column} NOT BETWEEN '0001-01-02 00:00Z' AND '9999-12-30 00:00Z'"


@compiles(is_no_time, "sqlite")
def _unlike_any(element: is_no_time, compiler: SQLCompiler, **named: Any) -> str:  # noqa: ANN401 - as above
    return f"{compiler.process(element.clauses, **named)} NOT GLOB '{_DIGITS}+00:00'"


class AnyText(TypeDecorator[str]):
    """Any text of Python, kept without loss; it sorts by code point on both.

    PostgreSQL takes no NUL, and neither takes half a surrogate pair. These are written as two
    characters each, so that the order stays what it was; all other texts stand as they are.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the column."""
        by_code_point = None if dialect.name == "sqlite" else "C"
        text: TypeEngine[Any] = Text(collation=by_code_point)
        return dialect.type_descriptor(text)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Write a text."""
        return None if value is None else _ODD.sub(_escape, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Read a text."""
        return _ESCAPED.sub(_unescape, value) if isinstance(value, str) else value


def _escape(found: re.Match[str]) -> str:
    """Write U+0000 and U+0001 after U+0001, and U+D7FF with the surrogates after U+D7FF."""
    code = ord(found[0])
    return f"\x01{chr(code + 1)}" if code <= 1 else f"\ud7ff{chr(code - 0xD7FF + 1)}"


def _unescape(found: re.Match[str]) -> str:
    code = ord(found[2]) - 1
    if not 0 <= code <= _LAST_CODE:  # nobody wrote it so
        return found[0]
    return chr(code) if found[1] == "\x01" else chr(0xD7FF + code)
