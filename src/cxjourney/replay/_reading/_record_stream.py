"""Choosing how a log is read, by its mapping and its name, and saying how it was."""

from collections.abc import Iterator
from functools import partial

import attrs

from cxjourney.errors import InvalidError, quoted
from cxjourney.replay._reading._json_array import array_objects, listed_objects
from cxjourney.replay._reading._opened import A_LOG, HEAD, LogSource, opened
from cxjourney.replay._reading._parquet_log import parquet_objects
from cxjourney.replay._reading._records_of import (
    Found,
    Wanted,
    csv_records,
    json_lines,
    object_records,
)
from cxjourney.replay._reading._written import LogFormat, LogSettings
from cxjourney.replay._reading._xes_log import xes_objects
from cxjourney.vocabulary._terminal import Progress, Showable, brief

SUFFIXES = {
    ".csv": LogFormat.CSV,
    ".tsv": LogFormat.CSV,
    ".jsonl": LogFormat.JSONL,
    ".ndjson": LogFormat.JSONL,
    ".json": LogFormat.JSON,
    ".parquet": LogFormat.PARQUET,
    ".xes": LogFormat.XES,
}
OF_TEXT = (LogFormat.CSV, LogFormat.JSON, LogFormat.JSONL)
A_LIST = "log.records in the mapping, where its list of records stands, or one object a line"
A_NAME = f"one of {', '.join(SUFFIXES)}, packed or not, or log.format in the mapping"


@attrs.define
class ReadAs(Showable):
    """How a log was read, as the report says it.

    Attributes:
        format: its form.
        encoding: its encoding; empty where its form says it.
        delimiter: what stood between the fields of a CSV; else empty.
        detected: which of these the log itself told, and neither the mapping nor the rule:
            an encoding that is not UTF-8, a delimiter that is no comma.
    """

    format: LogFormat = LogFormat.CSV
    encoding: str = ""
    delimiter: str = ""
    detected: tuple[str, ...] = ()

    __repr__ = brief


def read_records(
    path: str,
    settings: LogSettings,
    wanted: Wanted,
    read_as: ReadAs,
    progress: Progress | None = None,
) -> Iterator[Found]:
    """Yield the records of a log in its order, and what is wrong with those that are none.

    It is what the live replay and bulk read a file with.

    Args:
        path: the log; ``-`` is standard input.
        settings: how it is written.
        wanted: which columns to read.
        read_as: is filled in with how it was read, once the first record is there.
        progress: is told how far the reading is.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
    """
    with opened(path, settings.encoding, progress) as source:
        if not source.head:
            raise InvalidError(path, "an empty file", A_LOG)
        read_as.format = format_of(source, settings)
        if read_as.format in OF_TEXT:
            read_as.encoding = source.encoding
            read_as.detected = ("encoding",) if source.detected else ()
        records = _read(source, settings, wanted, read_as)
        first = next(records, None)
        if first is None:
            raise InvalidError(path, "no line that tells of an event", "at least one")
        yield first
        yield from records


def _read(
    source: LogSource, settings: LogSettings, wanted: Wanted, read_as: ReadAs
) -> Iterator[Found]:
    if read_as.format is LogFormat.CSV:
        say = partial(say_delimiter, read_as, settings)
        return csv_records(source, wanted, settings.delimiter, say)
    if read_as.format is LogFormat.PARQUET:
        found = parquet_objects(source, wanted)
    elif read_as.format is LogFormat.XES:
        found = xes_objects(source)
    elif read_as.format is LogFormat.JSONL:
        found = json_lines(source)
    elif settings.records is not None:
        found = listed_objects(source, settings.records)
    else:
        found = array_objects(source)
    return object_records(found, source.where, wanted)


def say_delimiter(read_as: ReadAs, settings: LogSettings, delimiter: str) -> None:
    """Note what stood between the fields of a CSV."""
    read_as.delimiter = delimiter
    if settings.delimiter is None and delimiter != ",":
        read_as.detected += ("delimiter",)


def format_of(source: LogSource, settings: LogSettings) -> LogFormat:
    """Return how a log is written: as the mapping says, or by its name and beginning.

    Raises:
        InvalidError: neither tells.
    """
    found = settings.format or SUFFIXES.get(source.suffix)
    if found is None:
        name = (
            "standard input"
            if source.where == "-"
            else f"a name that ends in {quoted(source.suffix)}"
        )
        raise InvalidError(source.where, name, A_NAME)
    by_name = settings.format is None and found is LogFormat.JSON
    if by_name and settings.records is None:
        # A .json holds an array, or one object a line; UTF-16 has zeros between the signs.
        text = source.head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if text.startswith(b"{"):
            if not text.splitlines()[0].rstrip().endswith(b"}") and len(text) < HEAD:
                raise InvalidError(source.where, "a JSON document that is no array", A_LIST)
            return LogFormat.JSONL
    return found
