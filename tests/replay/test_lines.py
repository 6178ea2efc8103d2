"""The lines of a file, one by one."""

from pathlib import Path

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay import _csv
from cxjourney.replay._csv import read_lines
from tests.replay.makers import write

A_LOG = "a log in CSV or JSON Lines"


@pytest.mark.parametrize("block", [1, 2, 3, 1 << 18])
def test_lines_keep_their_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """However a file is cut when it is read, its lines are whole; a byte-order mark is left out."""
    monkeypatch.setattr(_csv, "BLOCK", block)
    path = write(tmp_path / "log", b"\xef\xbb\xbfa\r\n\r\xc3\xb5\n\x0b\rlast")
    assert list(read_lines(path, A_LOG)) == ["a\r\n", "\r", "õ\n", "\x0b\r", "last"]


def test_progress_is_told_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each piece the listener knows how much of the file was read."""
    monkeypatch.setattr(_csv, "BLOCK", 2)
    told: list[tuple[str, int, int]] = []
    path = write(tmp_path / "log", "ab\ncd\n")
    list(read_lines(path, A_LOG, lambda *progress: told.append(progress)))
    assert told == [("reading", 5, 6), ("reading", 6, 6)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file; expected a log in CSV or JSON Lines"),
        (b"\xef\xbb\xbf", "an empty file; expected a log in CSV or JSON Lines"),
        (b"a\nb\0\n", "line 2: a NUL byte; expected a text in UTF-8 (in Excel"),
        (b"a\nb\xff\n", "line 2: not UTF-8 at byte 2; expected a text in UTF-8 (in Excel"),
        (b"\x89PNG\r\n\x1a\n", "line 1: not UTF-8 at byte 1"),
        ("utf-16 \n".encode("utf-16"), "line 1: a NUL byte"),
        (b"a\n\xc3", "line 2: not UTF-8 at byte 1"),
    ],
)
def test_what_is_not_text_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """Each fault is named with its line."""
    with pytest.raises(InvalidError) as caught:
        list(read_lines(write(tmp_path / "log", content), A_LOG))
    assert message in str(caught.value)


def test_an_endless_line_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line has a longest length, so that a file without line ends does not fill the memory."""
    monkeypatch.setattr(_csv, "LONGEST_LINE", 10)
    path = write(tmp_path / "log", b"123456789\n12345678901")
    with pytest.raises(InvalidError, match="line 2: a line of more than 10 bytes"):
        list(read_lines(path, A_LOG))


@pytest.mark.parametrize("name", ["", "with\0nul"])
def test_what_is_not_a_file_is_refused(tmp_path: Path, name: str) -> None:
    """A directory, or a name that no file can have, is not a log."""
    with pytest.raises(InvalidError, match="not a file; expected a log"):
        list(read_lines(f"{tmp_path}/{name}", A_LOG))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(InvalidError, match=r"none\.csv: no such file; expected a log"):
        list(read_lines(str(tmp_path / "none.csv"), A_LOG))


def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the system says against reading is told in its words."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "log.csv", "a\n")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidError, match="permission denied; expected a file that can be read"):
        list(read_lines(path, A_LOG))


def test_a_pipe_has_no_progress() -> None:
    """What has no size is read all the same."""
    told: list[object] = []
    with pytest.raises(InvalidError, match="an empty file"):
        list(read_lines("/dev/null", A_LOG, lambda *progress: told.append(progress)))
    assert not told
