"""Small logs and mappings for the tests of replay."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cxjourney.replay import LogMapping, Report, make_mapping
from cxjourney.replay._log import LogLine, LogReader, Record
from cxjourney.replay._tally import replay_lines

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


def lines_of(mapping: LogMapping, rows: Iterable[tuple[str, int, str]]) -> list[LogLine]:
    """Return rows of (customer, day of March 2024, activity) as the lines of a log."""
    reader = LogReader("log.csv", mapping)
    cells = ({"who": who, "when": DAY.format(day), "what": what} for who, day, what in rows)
    return [reader.understand(Record(line, row)) for line, row in enumerate(cells, start=2)]


def report_of(rows: Iterable[tuple[str, int, str]], mapping: LogMapping | None = None) -> Report:
    """Return the report on rows of (customer, day of March 2024, activity), values shown."""
    mapping = mapping or mapping_with()
    return replay_lines(lines_of(mapping, rows), mapping, show_values=True)
