"""The stored form of what a journal keeps: JSON with a schema version, checked on the way in.

Only what ``dump`` writes can be loaded, in that one form; and what could not be loaded is not
dumped either, so that nothing is written that nobody can read.
"""

import json
from datetime import datetime
from typing import Any, TypeVar

from cxjourney.channels import Deferred, Failed, Intent, Sent, Skipped, Unknown
from cxjourney.channels.policy import Ruling, Verdict
from cxjourney.dispatch.journal._owing import HELD, PLANNED, UNOWED
from cxjourney.dispatch.journal._records import (
    Attempt,
    Commit,
    Erasure,
    JourneyRecord,
    OutboxItem,
    State,
    StepRecord,
    Tombstone,
)
from cxjourney.errors import DecodeError, JournalError
from cxjourney.vocabulary import Channel, Phase, Purpose, Standing
from cxjourney.vocabulary._checks import MAX_ID, MAX_TEXT
from cxjourney.vocabulary._forms import (
    FLAG,
    ID,
    MOMENT,
    OBJECT,
    TEXT,
    Form,
    found_in,
    list_of,
    mapping,
    maybe,
    member,
    record,
    row,
    tagged,
    text,
    versioned,
    whole,
)

SCHEMA = 1
"""The version of the stored form."""
MAX_KEY = 1000
"""How long the key of an obligation or the name of an occurrence may be: it has ids in it."""

KEPT_IN: dict[type, str] = {
    OutboxItem: "cx_outbox.data",
    Attempt: "cx_attempt.data",
    StepRecord: "cx_log.data",
    Tombstone: "cx_tombstones.data",
    Erasure: "cx_erasure.data",
}
"""The table and column in which records of a class stand; some go to an archive later."""
HEAD, SNAPSHOT, EVENT = "cx_journey.head", "cx_journey.snapshot", "cx_log.data"
CHECKPOINT = "cx_checkpoint.data"

Record = TypeVar("Record", Attempt, OutboxItem, Tombstone, StepRecord, Erasure)

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


def dump(record: Attempt | OutboxItem | Tombstone | StepRecord | Erasure) -> str:
    """Return a record as JSON.

    Raises:
        DecodeError: when it holds what could not be loaded again.
    """
    of = type(record)
    return dump_value(_FORMS[of].encode(record, of.__name__.lower()))


def load(of: type[Record], text: str, column: str = "") -> Record:
    """Return the record that ``dump`` wrote.

    Args:
        of: of which class it is.
        text: the record as it is stored.
        column: the table and column where it stands, where that is not the usual one.

    Raises:
        DecodeError: when the text is of any other form.
    """
    path = column or KEPT_IN[of]
    found: Record = _FORMS[of].decode(load_value(text, path), path)
    return found


def load_object(text: str, column: str) -> dict[str, Any]:
    """Return the plain object that a text of JSON tells, which stands in a column of a table.

    Raises:
        DecodeError: when the text tells none.
    """
    found: dict[str, Any] = OBJECT.decode(load_value(text, column), column)
    return found


def told_events(record: JourneyRecord) -> list[tuple[datetime, str, int, dict[str, Any]]]:
    """Return the events of a journey's data, each with its time, id and number.

    Raises:
        DecodeError: when one does not tell them.
    """
    events = record.data.get("events")
    rows = [] if events is None else _EVENTS.decode(events, "events")
    told = []
    for place, one in enumerate(rows):
        parts = (
            form.decode(one.get(name), f"events[{place}].{name}") for name, form in _TOLD.items()
        )
        at, id, seq = parts
        told.append((at, id, seq, one))
    return told


def is_held(item: OutboxItem) -> bool:
    """Say whether the policy holds an intent back by what a change may undo: it waits, or later."""
    if item.state is not State.PLANNED or not item.reason:
        return item.state is State.WAITING
    deferred = [one.rule for _, one in item.said if one.ruling is Ruling.DEFER]
    return item.reason in deferred


def quiet_in(item: OutboxItem) -> tuple[str, int, datetime] | None:
    """Return the row, the standing and the next moment of an intent that is quiet, or None.

    It is quiet where it waits, and nobody has to wonder whether it reached the customer.
    """
    planned = item.state is State.PLANNED
    if item.unsure_at is not None or item.next_at is None:
        return None
    if not (planned or item.state is State.WAITING):
        return None
    standing = PLANNED * planned + UNOWED * (item.intent.due is None) + HELD * is_held(item)
    return item.intent.play, standing, item.next_at


def check_commit(commit: Commit) -> None:
    """Check that a commit speaks of one customer only, and of each thing once.

    Raises:
        JournalError: when it does not.
    """
    size = len(commit.customer)
    if not 0 < size <= MAX_ID:
        expected = f"a text of 1 to {MAX_ID} characters"
        raise JournalError("Commit.customer", f"of {size} characters", expected)
    if any(one.intent.customer != commit.customer for one in commit.outbox):
        found = "an intent for somebody else"
        raise JournalError("Commit.outbox", found, "the customer's own intents")
    journeys = [one.engagement for one in commit.journeys]
    if any(
        one.customer != commit.customer or one.engagement not in journeys for one in commit.owed
    ):
        found = "a duty to somebody else, or on a journey that does not change"
        raise JournalError("Commit.owed", found, "duties on the commit's own journeys")
    owed = [one.place[2:] for one in commit.owed]
    keys = [one.key for one in commit.outbox]
    if not commit.reopened <= {*keys}:
        found = "the key of an intent that is not written"
        raise JournalError("Commit.reopened", found, "keys of intents in its outbox")
    for field, names in (("journeys", journeys), ("outbox", keys), ("owed", owed)):
        if len(set(names)) < len(names):
            raise JournalError(f"Commit.{field}", "the same one twice", "each once")
    left, number = commit.erasure, commit.expected + 1
    if (left is not None) != bool(commit.erased) or (left is not None and left.number != number):
        expected = "where journeys are erased, and only there, one with the next revision as number"
        raise JournalError("Commit.erasure", "none" if left is None else "another", expected)


_EVENTS = list_of(OBJECT)
_TOLD: dict[str, Form[Any]] = {"at": MOMENT, "id": ID, "seq": whole(1)}
_CHANNEL = member(Channel)
_KEY, _TEXT = text(most=MAX_KEY), text(most=MAX_TEXT)
_KEYS = list_of(_KEY)
_INTENT = record(
    Intent,
    {
        "key": ID,
        "customer": ID,
        "engagement": TEXT,
        "play": ID,
        "occurrence": _KEY,
        "cause": ID,
        "cycle": whole(1),
        "purpose": member(Purpose),
        "channels": list_of(_CHANNEL),
        "planned_at": MOMENT,
        "not_before": MOMENT,
        "content": maybe(ID),
        "due": maybe(MOMENT),
        "expires": maybe(MOMENT),
        "obligation": maybe(_KEY),
        "place": maybe(member(Phase, Standing)),
        "wish": maybe(ID),
        "tells": maybe(ID),
        "internal": FLAG,
    },
)
_VERDICT = record(
    Verdict,
    {
        "rule": TEXT,
        "ruling": member(Ruling),
        "reason": _TEXT,
        "source": _TEXT,
        "until": maybe(MOMENT),
    },
)
_OUTCOMES: dict[str | int, Form[Any]] = {
    "Sent": record(Sent, {"receipt": _TEXT, "note": _TEXT}),
    "Skipped": record(Skipped, {"reason": ID}),
    "Deferred": record(Deferred, {"until": MOMENT}),
    "Failed": record(Failed, {"reason": ID, "retryable": FLAG}),
    "Unknown": record(Unknown, {"reason": ID}),
}
_FIELDS: dict[type, dict[str, Form[Any]]] = {
    OutboxItem: {
        "intent": _INTENT,
        "number": whole(1),
        "channel": _CHANNEL,
        "state": member(State),
        "next_at": maybe(MOMENT),
        "attempts": whole(0),
        "failures": whole(0),
        "digest": maybe(ID),
        "reason": _TEXT,
        "settled_at": maybe(MOMENT),
        "unsure_at": maybe(MOMENT),
        "said": list_of(row(_CHANNEL, _VERDICT)),
    },
    Attempt: {
        "key": ID,
        "number": whole(1),
        "channel": _CHANNEL,
        "at": MOMENT,
        "outcome": tagged("came", _OUTCOMES, lambda one: type(one).__name__),
    },
    StepRecord: {
        "seq": whole(1),
        "effect": ID,
        "rows": list_of(TEXT),
        "place": ID,
        "opened": _KEYS,
        "met": _KEYS,
        "planned": _KEYS,
    },
    Tombstone: {"journey": OBJECT, "intents": mapping(whole(0))},
    Erasure: {
        "at": MOMENT,
        "number": whole(1),
        "withdrawn": list_of(row(maybe(_CHANNEL), maybe(member(Purpose)))),
    },
}
_FORMS: dict[type, Form[Any]] = {
    of: versioned(record(of, fields), SCHEMA) for of, fields in _FIELDS.items()
}
_VERSION = maybe(row(ID, whole(1)))
_ADDED: dict[type, dict[str, Form[Any]]] = {
    OutboxItem: {
        "playbook": _VERSION,
        "policy": _VERSION,
        "chart": _VERSION,
        "approved_by": list_of(ID),
    },
    Attempt: {"by": maybe(ID)},
    Tombstone: {"by": maybe(ID)},
}
"""What the newer form has beside; a record that tells none of it keeps the older one."""


def _either(of: type) -> Form[Any]:
    older, added = _FIELDS[of], _ADDED[of]
    forms: dict[str | int, Form[Any]] = {
        SCHEMA: record(of, older),
        SCHEMA + 1: record(of, older | added),
    }
    return tagged("schema", forms, lambda one: SCHEMA + any(getattr(one, name) for name in added))


_FORMS |= {of: _either(of) for of in _ADDED}
