"""The objects of a JSON array, one by one, or of a list inside one document."""

from collections.abc import Iterator
from typing import Any

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._opened import LogSource
from cxjourney.replay._reading._paths import path_of
from cxjourney.replay._reading._records_of import begun, decoded, not_an_object

PIECE = 1 << 16
LONGEST_OBJECT = 1 << 24
LARGEST_DOCUMENT = 1 << 28
SEPARATES = " \t\r\n"
AN_ARRAY = "an array of JSON objects"


def array_objects(source: LogSource) -> Iterator[tuple[int, dict[str, Any] | InvalidError]]:
    """Yield the objects of an array, each with the line on which it begins.

    After an object that is broken nobody can tell where the next begins, so it is the last.
    """
    text = _Text(source)
    if text.next_sign() != "[":
        yield text.line, InvalidError(source.where, "no array", AN_ARRAY, lines=(text.line,))
        return
    text.skip(1)
    first = True
    while True:
        sign = text.next_sign()
        if sign == "]":
            text.skip(1)
            if text.next_sign():
                found = "more after the end of the array"
                yield text.line, InvalidError(source.where, found, AN_ARRAY, lines=(text.line,))
            return
        if not first:
            if sign != ",":
                found = "no comma between two objects" if sign else "an array that never ends"
                yield text.line, InvalidError(source.where, found, AN_ARRAY, lines=(text.line,))
                return
            text.skip(1)
            text.next_sign()
        first, line = False, text.line
        try:
            value = text.value()
        except ValueError as error:
            yield line, not_an_object(source.where, line, str(error), AN_ARRAY)
            return
        if isinstance(value, dict):
            yield line, value
        else:
            yield line, not_an_object(source.where, line, "another value", AN_ARRAY)


class _Text:
    """A text that is read on as far as its next value needs."""

    def __init__(self, source: LogSource) -> None:
        self._lines = source.lines()
        self._text = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def _more(self, size: int) -> bool:
        """Read on by at least so many characters; say whether there were any."""
        parts = [self._text[self._at :]]
        count = 0
        while count < size and not self._ended:
            piece = next(self._lines, None)
            if piece is None:
                self._ended = True
            else:
                parts.append(piece)
                count += len(piece)
        self._text, self._at = "".join(parts), 0
        return count > 0

    def skip(self, count: int) -> None:
        """Pass over some characters."""
        self.line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def next_sign(self) -> str:
        """Return the next character that is not blank; empty at the end."""
        while True:
            while self._at < len(self._text):
                sign = self._text[self._at]
                if sign not in SEPARATES:
                    return sign
                self.skip(1)
            if not self._more(PIECE):
                return ""

    def value(self) -> object:
        """Return the value that begins here.

        Raises:
            ValueError: when it is not whole, or longer than an event can be.
        """
        size = PIECE
        while True:
            try:
                found, end = begun(self._text, self._at)
            except ValueError:
                if len(self._text) - self._at > LONGEST_OBJECT:
                    raise ValueError(f"more than {LONGEST_OBJECT:,} characters") from None
                if not self._more(size):
                    raise
                size *= 2
            else:
                self.skip(end - self._at)
                return found


def listed_objects(
    source: LogSource, path: str
) -> Iterator[tuple[int, dict[str, Any] | InvalidError]]:
    """Yield the objects of a list inside a document; their lines are their numbers in it.

    Args:
        source: the log.
        path: where the list stands, such as ``orders``.
    """
    parts: list[str] = []
    size = 0
    for piece in source.lines():
        parts.append(piece)
        size += len(piece)
        if size > LARGEST_DOCUMENT:
            what = f"a document of more than {LARGEST_DOCUMENT:,} characters"
            raise InvalidError(source.where, what, "JSON Lines, or an array, read piece by piece")
    try:
        document = decoded("".join(parts))
    except ValueError as error:
        raise not_an_object(source.where, 1, str(error), "one JSON document") from None
    found = path_of(path)(document) if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise InvalidError(source.where, "no list there", "the list of log.records", column=path)
    for number, item in enumerate(found, start=1):
        if isinstance(item, dict):
            yield number, item
        else:
            yield number, not_an_object(source.where, number, "another value", "a list of objects")
