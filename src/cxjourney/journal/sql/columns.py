"""Types of columns: moments and texts that are the same in SQLite and in PostgreSQL."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

__all__ = ["AnyText", "Moment"]

_ODD = re.compile("[\x00\x01\ud7ff-\udfff]")
_ESCAPED = re.compile("([\x01\ud7ff])(.)", re.DOTALL)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC to the microsecond; it sorts by the moment on both.

    SQLite knows no times, so there it is a text in the one form of ISO 8601 that sorts.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the column."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Write a moment."""
        if value is None:
            return None
        at = value.astimezone(UTC)
        return at.isoformat(timespec="microseconds") if dialect.name == "sqlite" else at

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Read a moment."""
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return at.astimezone(UTC) if isinstance(at, datetime) else None


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
        return None if value is None else _ESCAPED.sub(_unescape, value)


def _escape(found: re.Match[str]) -> str:
    """Write U+0000 and U+0001 after U+0001, and U+D7FF with the surrogates after U+D7FF."""
    code = ord(found[0])
    return f"\x01{chr(code + 1)}" if code <= 1 else f"\ud7ff{chr(code - 0xD7FF + 1)}"


def _unescape(found: re.Match[str]) -> str:
    code = ord(found[2]) - 1
    return chr(code) if found[1] == "\x01" else chr(0xD7FF + code)
