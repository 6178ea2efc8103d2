"""How every result is read: in words, and as plain values that JSON can hold."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from operator import attrgetter, methodcaller
from typing import Any

import attrs

from cxjourney.vocabulary._events import EventKind
from cxjourney.vocabulary._terminal import Lang, Showable


class Worded(Showable):
    """A result that says what it is in words, and gives its fields as plain values."""

    __slots__ = ()

    @abstractmethod
    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return it in words.

        Args:
            lang: the language.
        """

    def __str__(self) -> str:
        return self.explain()

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values that JSON can hold."""
        return as_dict(self)


def as_dict(result: Any) -> dict[str, Any]:  # noqa: ANN401 - an attrs instance or a named tuple
    """Return the fields of a result as plain values that JSON can hold.

    Enums and kinds of events go by their names, times in ISO 8601, spans of time in seconds,
    decimals as texts.
    """
    names = getattr(result, "_fields", None) or [field.name for field in attrs.fields(type(result))]
    return {name: _plain(getattr(result, name)) for name in names}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field
    for of, plain in _PLAIN.items():
        if isinstance(value, of):
            return plain(value)
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if hasattr(value, "_fields") or attrs.has(type(value)):
        return as_dict(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value


_PLAIN: dict[type, Callable[[Any], object]] = {
    Enum: attrgetter("name"),
    EventKind: attrgetter("name"),
    date: methodcaller("isoformat"),
    timedelta: timedelta.total_seconds,
    Decimal: str,
    Mapping: lambda found: {str(_plain(key)): _plain(value) for key, value in found.items()},
}
