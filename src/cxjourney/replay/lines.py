"""The lines of a log, read one by one: UTF-8, without NUL, none of them too long."""

from collections.abc import Iterator
from os import fstat
from pathlib import Path

from cxjourney.progress import Progress
from cxjourney.replay.errors import LogError

__all__ = ["read_lines"]

LONGEST_LINE = 1_000_000
BOM = b"\xef\xbb\xbf"


def read_lines(path: str, progress: Progress | None = None) -> Iterator[tuple[int, str]]:
    """Yield the lines of a log with their numbers, from 1; a byte-order mark is left out.

    Raises:
        LogError: when the file cannot be read, is empty, or is not text in UTF-8.
    """
    try:
        yield from _read(path, progress)
    except FileNotFoundError:
        raise LogError(path, None, None, "no such file", "a log in CSV or JSON Lines") from None
    except OSError as error:
        found = (error.strerror or "unreadable").lower()
        raise LogError(path, None, None, found, "a file that can be read") from None


def _read(path: str, progress: Progress | None) -> Iterator[tuple[int, str]]:
    if "\0" in path or Path(path).is_dir():
        raise LogError(path, None, None, "not a file", "a log in CSV or JSON Lines")
    with Path(path).open("rb") as stream:
        size, done, number = fstat(stream.fileno()).st_size, 0, 0
        while raw := stream.readline(LONGEST_LINE + 1):
            number += 1
            done += len(raw)
            if progress is not None and size:
                progress("reading", min(done, size), size)
            yield number, _decoded(path, number, raw.removeprefix(BOM) if number == 1 else raw)
    if done == 0:
        raise LogError(path, None, None, "an empty file", "a log in CSV or JSON Lines")


def _decoded(path: str, number: int, raw: bytes) -> str:
    if len(raw) > LONGEST_LINE:
        found = f"a line of more than {LONGEST_LINE:,} bytes"
        raise LogError(path, number, None, found, "shorter lines")
    if b"\0" in raw:
        raise LogError(path, number, None, "a NUL byte", "a text file in UTF-8")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"not UTF-8 at byte {error.start + 1}"
        raise LogError(path, number, None, found, "a text file in UTF-8") from None
