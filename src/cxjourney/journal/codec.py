"""The stored form of what a journal keeps: JSON with a schema version, checked on the way in.

Only what ``dump`` writes can be loaded, in that one form; and what could not be loaded is not
dumped either, so that nothing is written that nobody can read.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import partial
from types import NoneType
from typing import Any, TypeVar, cast

from cxjourney.channels.checked import ChannelError
from cxjourney.channels.intent import Intent
from cxjourney.channels.outcome import Deferred, Failed, HookOutcome, Sent, Skipped, Unknown
from cxjourney.channels.policy.verdict import Ruling, Verdict
from cxjourney.contact import Channel, Purpose
from cxjourney.errors import DecodeError
from cxjourney.journal.records import Attempt, Outboxed, Remains, State, StepRecord
from cxjourney.payload import MAX_TEXT
from cxjourney.phases import Phase, Place, Standing
from cxjourney.readers import (
    Reader,
    found_in,
    maybe,
    member,
    must,
    read_fields,
    read_flag,
    read_id,
    read_list,
    read_moment,
    read_object,
    read_text,
    read_time,
    whole,
)

__all__ = ["dump", "dump_value", "load", "load_value"]

SCHEMA = 1
"""The version of the stored form."""
MAX_KEY = 1000
"""How long the key of an obligation or the name of an occurrence may be: it has ids in it."""

Record = TypeVar("Record", Attempt, Outboxed, Remains, StepRecord)

_PLACES: dict[str, Place] = {**Phase.__members__, **Standing.__members__}
# Escaped, two halves of a surrogate pair side by side would be read as one character.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def dump_value(value: object) -> str:
    """Return a plain value as JSON; texts may hold anything that a text of Python may.

    Raises:
        DecodeError: when it is no value of JSON.
    """
    try:
        return _encode(value)
    except (TypeError, ValueError, RecursionError):
        raise DecodeError("data", "no value of JSON", "plain values") from None


def load_value(text: str, path: str) -> Any:  # noqa: ANN401 - any value of JSON
    """Return the plain value that a text of JSON tells.

    Raises:
        DecodeError: when the text is no JSON.
    """
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise DecodeError(path, found_in(text), "a value in JSON") from None


def dump(record: Attempt | Outboxed | Remains | StepRecord) -> str:
    """Return a record as JSON.

    Raises:
        DecodeError: when it holds what could not be loaded again.
    """
    form = _FORMS[type(record)]
    plain = {"schema": SCHEMA, **_plain_fields(record, form)}
    _read(type(record), plain, type(record).__name__.lower())
    return dump_value(plain)


def load(of: type[Record], text: str) -> Record:
    """Return the record that ``dump`` wrote.

    Raises:
        DecodeError: when the text is of any other form.
    """
    path = of.__name__.lower()
    return cast("Record", _read(of, load_value(text, path), path))


def _plain_fields(record: object, form: Mapping[str, Reader]) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in form}


def _plain(value: Any) -> object:  # noqa: ANN401 - any field of a record
    """Return a value as JSON can hold it; what it cannot hold stays, and is refused when read."""
    write = _WRITERS.get(type(value))
    if write is None:
        write = next((write for of, write in _WRITERS.items() if isinstance(value, of)), _same)
    return write(value)


def _same(value: object) -> object:
    return value


def _plain_outcome(outcome: HookOutcome) -> object:
    return {"came": type(outcome).__name__, **_plain_fields(outcome, _OUTCOMES[type(outcome)])}


def _read(of: type, data: object, path: str) -> object:
    """Read a record of the version that this library writes."""
    given = dict(read_object(data, path))
    whole(SCHEMA, SCHEMA)(given.pop("schema", None), f"{path}.schema")
    return of(**read_fields(given, path, _FORMS[of]))


def _made(of: type, values: dict[str, Any], path: str) -> Any:  # noqa: ANN401 - one of ``of``
    """Make a part that checks its own fields."""
    try:
        return of(**values)
    except ChannelError as error:
        raise DecodeError(f"{path}.{error.field}", error.found, error.expected) from error


def _longest(size: int) -> Reader:
    expected = f"a text of at most {size} characters"

    def read(data: object, path: str) -> str:
        if type(data) is not str or len(data) > size:
            raise DecodeError(path, found_in(data), expected)
        return data

    return read


def _list_of(read_one: Reader) -> Reader:
    def read(data: object, path: str) -> tuple[Any, ...]:
        return tuple(
            read_one(one, f"{path}[{index}]") for index, one in enumerate(read_list(data, path))
        )

    return read


def _place(data: object, path: str) -> Place:
    found = _PLACES.get(data) if type(data) is str else None
    if found is None:
        raise DecodeError(path, found_in(data), f"one of {', '.join(_PLACES)}")
    return found


def _intent(data: object, path: str) -> Intent:
    values = read_fields(data, path, _INTENT)
    key = values.pop("key")
    intent: Intent = _made(Intent, values, path)
    must(intent.key == key, f"{path}.key", "another key", "the key of an intent with these fields")
    return intent


def _verdict(data: object, path: str) -> Verdict:
    return Verdict(**read_fields(data, path, _VERDICT))


def _said(data: object, path: str) -> tuple[Channel, Verdict]:
    pair = read_list(data, path)
    must(len(pair) == len(("channel", "verdict")), path, f"{len(pair)} entries", "two entries")
    return _channel(pair[0], f"{path}[0]"), _verdict(pair[1], f"{path}[1]")


def _outcome(data: object, path: str) -> HookOutcome:
    given = dict(read_object(data, path))
    came = given.pop("came", None)
    of = next((one for one in _OUTCOMES if one.__name__ == came), None)
    if of is None:
        names = ", ".join(one.__name__ for one in _OUTCOMES)
        raise DecodeError(f"{path}.came", found_in(came), f"one of {names}")
    outcome: HookOutcome = _made(of, read_fields(given, path, _OUTCOMES[of]), path)
    return outcome


def _tally(data: object, path: str) -> dict[str, int]:
    read = whole(0)
    return {name: read(number, f"{path}[...]") for name, number in read_object(data, path).items()}


_channel = member(Channel)
_key, _text = _longest(MAX_KEY), _longest(MAX_TEXT)
_keys = _list_of(_key)
_INTENT: Mapping[str, Reader] = {
    "key": read_id,
    "customer": read_id,
    "engagement": read_text,
    "play": read_id,
    "occurrence": _key,
    "cause": read_id,
    "cycle": whole(1),
    "purpose": member(Purpose),
    "channels": _list_of(_channel),
    "planned_at": read_time,
    "not_before": read_time,
    "content": maybe(read_id),
    "due": maybe(read_time),
    "lapses_at": maybe(read_time),
    "obligation": maybe(_key),
    "place": maybe(_place),
    "wish": maybe(read_id),
    "tells": maybe(read_id),
    "internal": read_flag,
}
_VERDICT: Mapping[str, Reader] = {
    "rule": read_text,
    "ruling": member(Ruling),
    "reason": _text,
    "source": _text,
    "until": maybe(read_moment),
}
_OUTCOMES: Mapping[type, Mapping[str, Reader]] = {
    Sent: {"receipt": _text, "note": _text},
    Skipped: {"reason": read_id},
    Deferred: {"until": read_time},
    Failed: {"reason": read_id, "retryable": read_flag},
    Unknown: {"reason": read_id},
}
_WRITERS: Mapping[type, Callable[[Any], object]] = {
    # An enum's member may be a number or a text too, so this is asked first.
    Enum: lambda one: one.name,
    int: _same,
    NoneType: _same,
    str: str.__str__,
    datetime: datetime.isoformat,
    tuple: lambda all_of: [_plain(one) for one in all_of],
    Mapping: dict,
    Intent: partial(_plain_fields, form=_INTENT),
    Verdict: partial(_plain_fields, form=_VERDICT),
    **dict.fromkeys(_OUTCOMES, _plain_outcome),
}
_FORMS: Mapping[type, Mapping[str, Reader]] = {
    Outboxed: {
        "intent": _intent,
        "number": whole(1),
        "channel": _channel,
        "state": member(State),
        "next_at": maybe(read_moment),
        "attempts": whole(0),
        "failures": whole(0),
        "digest": maybe(read_id),
        "reason": _text,
        "settled_at": maybe(read_moment),
        "unsure_at": maybe(read_moment),
        "said": _list_of(_said),
    },
    Attempt: {
        "key": read_id,
        "number": whole(1),
        "channel": _channel,
        "at": read_moment,
        "outcome": _outcome,
    },
    StepRecord: {
        "seq": whole(1),
        "effect": read_id,
        "rows": _list_of(read_text),
        "place": read_id,
        "opened": _keys,
        "met": _keys,
        "planned": _keys,
    },
    Remains: {"journey": read_object, "intents": _tally},
}
