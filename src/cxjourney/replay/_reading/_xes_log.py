"""The events of an XES log (IEEE 1849), with the attributes of their traces as ``case:...``.

Python's own parser reads it piece by piece. A document type is refused, and with it every entity
that could grow.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any, NoReturn
from xml.parsers import expat

import attrs

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._opened import LogSource

PIECE = 1 << 16
DEEPEST = 100
MOST_ATTRIBUTES = 1_000
LONGEST_VALUE = 1_000_000
CASE = "case:"
VALUES = frozenset(("string", "date", "int", "float", "boolean", "id"))
"""The attributes that hold one value; lists and containers hold none of their own."""
AN_XES = "an XES log (IEEE 1849)"


@attrs.define(eq=False)
class _Events:
    """Gathers the events of a log while its tags go by."""

    where: str
    parser: Any
    ready: deque[tuple[int, dict[str, Any] | InvalidError]] = attrs.field(factory=deque)
    _open: list[str] = attrs.field(factory=list)
    _trace: dict[str, Any] = attrs.field(factory=dict)
    _event: dict[str, Any] | None = None
    _line: int = 0
    _events: int = 0
    """How many events of the trace have gone by."""

    def fault(self, found: str) -> NoReturn:
        """Stop reading."""
        raise InvalidError(self.where, found, AN_XES, lines=(self.parser.CurrentLineNumber,))

    def document_type(self, *_: object) -> None:
        """Refuse a document type: it can define entities that grow without end."""
        self.fault("a document type")

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of a tag."""
        tag = tag.rpartition(":")[2]
        if not self._open and tag != "log":
            self.fault("another document")
        if len(self._open) >= DEEPEST:
            self.fault(f"more than {DEEPEST} tags in each other")
        inside = self._open[-1] if self._open else ""
        self._open.append(tag)
        if tag == "trace":
            self._trace, self._events = {}, 0
        elif tag == "event":
            self._event, self._line = {}, self.parser.CurrentLineNumber
        elif tag in VALUES and inside in {"trace", "event"}:
            self._take(inside, attributes)

    def _take(self, inside: str, attributes: dict[str, str]) -> None:
        key, value = attributes.get("key"), attributes.get("value")
        if key is None or value is None:
            self.fault("an attribute without key or value")
        if inside == "trace" and self._events:
            self.fault("an attribute of a trace after its events")
        into = self._trace if inside == "trace" or self._event is None else self._event
        if len(into) >= MOST_ATTRIBUTES or len(value) > LONGEST_VALUE:
            self.fault("more attributes, or a longer one, than an event can have")
        into[CASE + key if into is self._trace else key] = value

    def end(self, tag: str) -> None:
        """Take the end of a tag."""
        tag = tag.rpartition(":")[2]
        self._open.pop()
        if tag == "event" and self._event is not None:
            self.ready.append((self._line, {**self._trace, **self._event}))
            self._event = None
            self._events += 1


def xes_objects(source: LogSource) -> Iterator[tuple[int, dict[str, Any] | InvalidError]]:
    """Yield the events of a log, each with the line on which it begins.

    Raises:
        InvalidError: when it is not XES; names the line.
    """
    parser = expat.ParserCreate()
    events = _Events(source.where, parser)
    parser.StartDoctypeDeclHandler = events.document_type
    parser.StartElementHandler, parser.EndElementHandler = events.begin, events.end
    stream = source.told()
    while True:
        piece = stream.read(PIECE)
        try:
            parser.Parse(piece, not piece)
        except expat.ExpatError as error:
            yield from events.ready
            found = f"not XML ({expat.ErrorString(error.code)})"
            raise InvalidError(source.where, found, AN_XES, lines=(error.lineno,)) from None
        yield from events.ready
        events.ready.clear()
        if not piece:
            return
