"""The lines of a file, one by one."""

from pathlib import Path
from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay import read_log
from tests.replay.makers import HEADER, mapping_with, write

T = "2024-03-01T12:00:00Z"
CSV = "cxjourney.vocabulary._csv"


def activities(path: str | Path, progress: Any = None) -> list[str]:
    """Return what the lines of a log say was done."""
    log = {"format": "csv"}
    return [one.activity for one in read_log(path, mapping_with(log=log), progress=progress)]


@pytest.mark.parametrize("block", [1, 2, 3, 1 << 18])
def test_lines_keep_their_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """However a file is cut when it is read, its lines are whole; a byte-order mark is left out."""
    monkeypatch.setattr(f"{CSV}.BLOCK", block)
    told = ["a\r\n\rõ\n\x0b\rlast", "b"]
    rows = "\r".join(f'1,{T},"{one}"' for one in told)
    path = write(tmp_path / "log", f"\ufeffwho,when,what\r\n{rows}")
    assert activities(path) == told


def test_progress_is_told_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each piece the listener knows how much of the file was read."""
    monkeypatch.setattr(f"{CSV}.BLOCK", 24)
    told: list[tuple[str, int, int]] = []
    path = write(tmp_path / "log", f"{HEADER}1,{T},b\n")
    activities(path, lambda *progress: told.append(progress))
    assert told == [("reading", 27, 39), ("reading", 39, 39)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file; expected a log in CSV, JSON, Parquet or XES"),
        (b"\xef\xbb\xbf", "an empty file; expected a log in CSV, JSON, Parquet or XES"),
        (HEADER.encode() + b"b\0\n", "line 2: a NUL byte; expected a text in UTF-8 (in Excel"),
        (
            HEADER.encode() + b"b\xff\n",
            "line 2: not UTF-8 at byte 2; expected a text in UTF-8",
        ),
        (b"\x89PNG\r\n\x1a\n", "line 1: not UTF-8 at byte 1"),
        (b"a\0b\n", "line 1: a NUL byte"),
        (HEADER.encode() + b"\xc3", "line 2: not UTF-8 at byte 1"),
    ],
)
def test_what_is_not_text_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """Each fault is named with its line."""
    with pytest.raises(InvalidError) as caught:
        activities(write(tmp_path / "log", content))
    assert message in str(caught.value)


def test_an_endless_line_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line has a longest length, so that a file without line ends does not fill the memory."""
    monkeypatch.setattr(f"{CSV}.LONGEST_LINE", 30)
    path = write(tmp_path / "log", f"{HEADER}1,{T},{'b' * 9}")
    with pytest.raises(InvalidError, match="line 2: a line of more than 30 bytes"):
        activities(path)


@pytest.mark.parametrize("name", ["", "with\0nul"])
def test_what_is_not_a_file_is_refused(tmp_path: Path, name: str) -> None:
    """A directory, or a name that no file can have, is not a log."""
    with pytest.raises(InvalidError, match="not a file; expected a log"):
        activities(f"{tmp_path}/{name}")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(InvalidError, match=r"none\.csv: no such file; expected a log"):
        activities(tmp_path / "none.csv")


def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the system says against reading is told in its words."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "log.csv", "a\n")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidError, match="permission denied; expected a file that can be read"):
        activities(path)


def test_a_pipe_has_no_progress() -> None:
    """What has no size is read all the same."""
    told: list[object] = []
    with pytest.raises(InvalidError, match="an empty file"):
        activities("/dev/null", lambda *progress: told.append(progress))
    assert not told
