"""The tables ``[log]`` and ``[columns]`` of a mapping: how the log is written."""

import codecs
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import ISO, CellForm, reader_of
from cxjourney.replay._reading._written import Columns, LogFormat, LogSettings, Resolution
from cxjourney.replay._values import A_COLUMN, TomlTable, named

KEYS_OF_LOG = (
    "format",
    "encoding",
    "delimiter",
    "decimal",
    "thousands",
    "time",
    "resolution",
    "records",
    "zone",
    "mixed_offsets",
)
THOUSANDS = (" ", ".", ",", "'")


def read_settings(log: TomlTable) -> LogSettings:
    """Return what a mapping says of how its log is written.

    Raises:
        InvalidError: when a key is not of its form; names the place.
    """
    decimal = _mark(log, "decimal", (".", ","), ".")
    return LogSettings(
        log.choice("format", LogFormat.CSV) if "format" in log else None,
        _encoding(log),
        _delimiter(log),
        log.text("records", "where the list of records stands, such as 'orders'"),
        CellForm(
            _zone(log),
            _times(log),
            decimal,
            _mark(log, "thousands", [one for one in THOUSANDS if one != decimal], ""),
        ),
        log.choice("resolution", Resolution.INSTANT) if "resolution" in log else None,
        log.flag("mixed_offsets"),
    )


def read_columns(told: TomlTable) -> Columns:
    """Return which columns a mapping names.

    Raises:
        InvalidError: when one is missing, or is no name; names the place.
    """
    keys = ("customer", "time", "activity", "engagement", "id", "sequence", "segment")
    told.check_keys(keys)
    several = f"{A_COLUMN}, or a list of names"
    customer = told.texts("customer", several)
    if not customer:
        raise told.missing("customer", A_COLUMN)
    activity: tuple[str, ...] = ()
    constant = ""
    if isinstance(told.entries.get("activity"), dict):
        constant = told.table("activity", ("constant",)).needed_text("constant", "an activity")
    else:
        activity = told.texts("activity", several)
        if not activity:
            raise told.missing("activity", f"{A_COLUMN}, or {{ constant = ... }}")
    return Columns(
        customer,
        told.text("time", A_COLUMN),
        activity,
        constant,
        told.text("engagement", A_COLUMN),
        told.text("id", A_COLUMN),
        told.texts("sequence", several),
        told.text("segment", A_COLUMN),
    )


def _mark(log: TomlTable, key: str, marks: Iterable[str], default: str) -> str:
    value = log.entries.get(key, default)
    if isinstance(value, str) and value in {*marks, default}:
        return value
    raise log.fault(key, named(value), f"one of {', '.join(map(repr, marks))}")


def _delimiter(log: TomlTable) -> str | None:
    if "delimiter" not in log:
        return None
    value = log.entries["delimiter"]
    if isinstance(value, str) and len(value) == 1 and value not in '"\r\n\0':
        return value
    raise log.fault("delimiter", named(value), "one character, such as ';'")


def _encoding(log: TomlTable) -> str | None:
    expected = "the name of an encoding, such as 'cp1257' or 'utf-16'"
    name = log.text("encoding", expected)
    if name is None:
        return None
    try:
        found = codecs.lookup(name).name
        "".encode(found)
    except (LookupError, ValueError):
        raise log.fault("encoding", named(name), expected) from None
    return "utf-8" if found == "utf-8-sig" else found


def _times(log: TomlTable) -> tuple[str, ...]:
    expected = "'iso', an epoch such as 'epoch_ms', a pattern such as '%d.%m.%Y %H:%M', or a list"
    forms = log.texts("time", expected) or (ISO,)
    for form in forms:
        try:
            reader_of(form)
        except InvalidError as error:
            raise log.fault("time", error.found, error.expected) from None
    return forms


def _zone(log: TomlTable) -> ZoneInfo | None:
    key = log.text("zone", "the name of a time zone, such as 'Europe/Tallinn'")
    if key is None:
        return None
    try:
        return ZoneInfo(key)
    except (LookupError, OSError, ValueError):
        found = f"an unknown time zone {named(key)}"
        raise log.fault("zone", found, "a name such as 'Europe/Tallinn'") from None
