"""What terminals and notebooks are told: a repr, what is shown, and how far some work is."""

import re
import sys
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from enum import Enum, unique
from operator import attrgetter, methodcaller
from typing import Any, Protocol, TextIO

import attrs

from cxjourney.errors import shown
from cxjourney.vocabulary._checks import told
from cxjourney.vocabulary._lazy import load


class SupportsText(Protocol):
    """A pretty printer, as IPython and Hypothesis hand it to ``_repr_pretty_``."""

    def text(self, text: str, /) -> object:
        """Print a text as it stands."""


@unique
class Lang(Enum):
    """A language of the catalogue."""

    EN = "en"
    ET = "et"
    FI = "fi"


class Readable(Protocol):
    """What a person reads of a result: a page of ``cxjourney.show``."""

    @abstractmethod
    def text(self) -> str:
        """Return it as a text for a terminal."""

    @abstractmethod
    def html(self) -> str:
        """Return it as HTML for a notebook."""


class Shown(Readable, Protocol):
    """What is shown of a thing: words, HTML, and a picture where there is one.

    A notebook shows it when a cell ends with it: the picture, or else the HTML.
    """

    @abstractmethod
    def svg(self) -> str:
        """Return the picture as SVG; empty where there is none."""

    @abstractmethod
    def mermaid(self) -> str:
        """Return the diagram as Mermaid; empty where there is none."""

    @abstractmethod
    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return what a notebook may show, by media type."""


class Showable:
    """A thing that a notebook shows as words, tables or pictures."""

    __slots__ = ()

    def show(self, lang: Lang = Lang.EN) -> Shown:
        """Return what is shown of it, in a language; a notebook shows it in English by itself.

        Args:
            lang: the language.
        """
        return show_thing(self, lang)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.show()._repr_mimebundle_()


def show_thing(thing: object, lang: Lang) -> Shown:
    """Return what is shown of a thing; the pictures stand above and are looked up late."""
    found: Shown = load("cxjourney.show._pictures._display").display(thing, lang)
    return found


Progress = Callable[[str, int, int], None]
"""Is told how far the work is: its name, how much is done, and of how much."""

WIDTH = 30
LONGEST_REPR = 200
LONGEST_PART = 60
PARTS: dict[type, Callable[[Any], str]] = {
    Enum: attrgetter("name"),
    date: methodcaller("isoformat"),
    timedelta: str,
    type: attrgetter("__name__"),
}
"""How values that are no text stand in a repr."""
CODE = r"(?a:[\w.:@/,=\[\]-]{1,100})"


def brief(thing: Any) -> str:  # noqa: ANN401 - an instance of any attrs class
    """Return a repr in one line of at most 200 characters, without a text that a caller gave.

    It is for ``__repr__ = brief`` in an attrs class. A text goes by its length, a collection by its
    size; what is None, False or empty is left out, and so is a field with ``repr=False``. A field
    with ``repr=code`` shows the id of something that a developer defines.
    """
    parts = (f"{name}={told_part}" for name, told_part in parts_of(thing))
    return shown(f"{type(thing).__name__}({', '.join(parts)})", LONGEST_REPR)


def parts_of(thing: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    """Yield what a repr tells of an attrs instance: the names of its fields, and their values."""
    for field in attrs.fields(type(thing)):
        value = getattr(thing, field.name)
        empty = value is None or value is False
        if field.repr and not (empty or (isinstance(value, Collection) and len(value) == 0)):
            yield field.name, field.repr(value) if callable(field.repr) else _part(value)


def code(value: object) -> str:
    """Return the id of a row, a rule or the like as it is, if it looks like one."""
    return value if isinstance(value, str) and re.fullmatch(CODE, value) else _part(value)


def _part(value: object) -> str:
    for of, tell in PARTS.items():
        if isinstance(value, of):
            return tell(value)
    if isinstance(value, Collection) and not isinstance(value, str):
        return f"<{len(value)}>"
    if attrs.has(type(value)) and type(value).__module__.startswith("cxjourney."):
        text = repr(value)
        return text if len(text) <= LONGEST_PART else type(value).__name__
    return told(value)


class ProgressBar:
    """Draws how far the work is in one line, at most once a percent.

    Args:
        stream: the terminal, usually standard error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._drawn = ("", 0)
        self._width = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Draw how far some work is.

        Args:
            what: the work, in one word.
            done: how much is done.
            total: of how much, at least 1.
        """
        drawn = what, done * 100 // total
        if drawn != self._drawn:
            line = f"{what:10}[{'#' * (done * WIDTH // total):{WIDTH}}] {drawn[1]:3} %"
            self._stream.write(f"\r{line:{self._width}}")
            self._stream.flush()
            self._drawn, self._width = drawn, max(self._width, len(line))

    def clear(self) -> None:
        """Take the bar away."""
        if self._width:
            self._stream.write(f"\r{' ' * self._width}\r")
            self._stream.flush()
            self._drawn, self._width = ("", 0), 0


@contextmanager
def progress_bar(*, wanted: bool = True) -> Iterator[ProgressBar | None]:
    """Give a bar on standard error while some work is done, and take it away afterwards.

    Args:
        wanted: whether to draw one at all; there is none where standard error is no terminal.
    """
    bar = ProgressBar(sys.stderr) if wanted and sys.stderr.isatty() else None
    try:
        yield bar
    finally:
        if bar is not None:
            bar.clear()
