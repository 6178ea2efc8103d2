"""The progress bar."""

from io import StringIO

from cxjourney.replay.progress import ProgressBar


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
