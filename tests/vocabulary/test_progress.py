"""The progress bar."""

from io import StringIO

import pytest

from cxjourney.vocabulary._terminal import ProgressBar, progress_bar  # on a stream, not a terminal


def test_a_bar_grows_and_goes() -> None:
    """It is drawn anew only when the percent changes, and taken away in the end."""
    stream = StringIO()
    bar = ProgressBar(stream)
    bar("reading", 1, 1000)
    bar("reading", 2, 1000)
    bar("reading", 500, 1000)
    bar("replaying", 1, 1)
    bar.clear()
    bar.clear()
    _, first, half, whole, blank, end = stream.getvalue().split("\r")
    assert first == f"reading   [{'':30}]   0 %"
    assert half == f"reading   [{'#' * 15:30}]  50 %"
    assert whole == f"replaying [{'#' * 30}] 100 %"
    assert (blank, end) == (" " * len(whole), "")


def test_a_bar_that_was_never_drawn_leaves_no_trace() -> None:
    """Nothing is written where nothing was done."""
    stream = StringIO()
    ProgressBar(stream).clear()
    assert not stream.getvalue()


def test_a_shorter_line_covers_a_longer_one() -> None:
    """Nothing of a longer word is left when the next work has a shorter one."""
    stream = StringIO()
    bar = ProgressBar(stream)
    bar("permutations", 1, 1)
    bar("reading", 1, 1)
    bar.clear()
    _, long, short, blank, end = stream.getvalue().split("\r")
    assert len(long) == len(short) == len(blank)
    assert (blank.strip(), end) == ("", "")


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def work(bar: ProgressBar | None) -> None:
    """Do some work that fails half-way."""
    if bar is not None:
        bar("reading", 1, 2)
    raise KeyError


def test_a_bar_goes_even_where_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the bar is drawn while the work is done, and taken away at its end."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with pytest.raises(KeyError), progress_bar() as bar:
        work(bar)
    _, drawn, blank, end = terminal.getvalue().split("\r")
    assert drawn.startswith("reading")
    assert (blank.strip(), end) == ("", "")


@pytest.mark.parametrize(("stream", "wanted"), [(Terminal(), False), (StringIO(), True)])
def test_a_bar_is_for_terminals_that_want_one(
    stream: StringIO, *, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a terminal, or where none is wanted, nothing is drawn."""
    monkeypatch.setattr("sys.stderr", stream)
    with pytest.raises(KeyError), progress_bar(wanted=wanted) as bar:
        work(bar)
    assert not stream.getvalue()
