"""What terminals and notebooks are told: a repr, and how far some work is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO


class SupportsText(Protocol):
    """A pretty printer, as IPython and Hypothesis hand it to ``_repr_pretty_``."""

    def text(self, text: str, /) -> object:
        """Print a text as it stands."""


Progress = Callable[[str, int, int], None]
"""Is told how far the work is: its name, how much is done, and of how much."""

WIDTH = 30


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
