"""Small logs and mappings for the tests of replay."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cxjourney.replay import LogBook, LogMapping, Report, make_mapping, read_log, replay_log

COLUMNS = {"customer": "who", "time": "when", "activity": "what"}
EVENTS: Mapping[str, Any] = {
    "ask": "contacted",
    "buy": ["purchased", "delivered"],
    "use": "used_again",
}
HEADER = "who,when,what\n"
DAY = "2024-03-{:02}T12:00:00+00:00"


def mapping_with(**tables: Any) -> LogMapping:
    """Return a mapping of the small log; tables given here take the place of the usual ones."""
    return make_mapping({"columns": COLUMNS, "events": EVENTS, **tables}, "map.toml")


def write(path: Path, text: str | bytes) -> str:
    """Write a file, and return its path as a text."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


@contextmanager
def log_file(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Give the path of a log with these rows, for as long as it is needed."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "log.csv")
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])
        yield str(path)


def told(rows: Iterable[tuple[str, int, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield rows of (customer, day of March 2024, activity) as a log has them."""
    return ((who, DAY.format(day), what) for who, day, what in rows)


def book_of(
    mapping: LogMapping, rows: Iterable[tuple[str, int, str]], as_of: datetime | None = None
) -> LogBook:
    """Return rows of (customer, day of March 2024, activity) as the book of a log."""
    with log_file(COLUMNS.values(), told(rows)) as path:
        return LogBook.of(read_log(path, mapping), as_of)


def report_of(
    rows: Iterable[tuple[str, int, str]],
    mapping: LogMapping | None = None,
    as_of: datetime | None = None,
    behind: int = 0,
) -> Report:
    """Return the report on rows of (customer, day of March 2024, activity), values shown."""
    mapping = mapping or mapping_with()
    with log_file(COLUMNS.values(), told(rows)) as path:
        return replay_log(path, mapping, as_of=as_of, behind=behind, show_values=True)
