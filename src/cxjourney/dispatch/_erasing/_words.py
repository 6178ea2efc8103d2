"""What a customer said of consent, as far as it can be read: a "no more" outlives an erasure."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import attrs

from cxjourney.dispatch._driving import Flow, events_since
from cxjourney.errors import JournalError
from cxjourney.vocabulary import Channel, EventKind, Purpose

ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
GIVEN, WITHDRAWN = EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN


@attrs.frozen
class Word:
    """The latest word on consent for a channel and a purpose."""

    engagement: str
    at: datetime
    channel: Channel
    purpose: Purpose
    withdrawn: bool


def words_of(customer: str) -> Flow[list[Word]]:
    """Ask for the latest word on consent for each channel and purpose, as far as it can be read."""
    try:
        told = yield from events_since(customer, ALWAYS)
    except JournalError:
        raise
    except Exception:  # noqa: BLE001 - whatever stands there, it is erased
        return []
    found: list[Word] = []
    gone = {(name, str(one["payload"].get("event"))) for name, one in told if _takes_back(one)}
    for engagement, one in told:
        if (engagement, one.get("id")) in gone:
            continue
        if one.get("kind") in {GIVEN.name, WITHDRAWN.name}:
            with suppress(KeyError, TypeError, ValueError):
                found.append(_word(engagement, one))
    found.sort(key=lambda word: (word.at, word.withdrawn))
    return [*{(word.channel, word.purpose): word for word in found}.values()]


def _takes_back(event: Mapping[str, Any]) -> bool:
    said = event.get("payload")
    return event.get("kind") == EventKind.RETRACTED.name and isinstance(said, Mapping)


def _word(engagement: str, event: Mapping[str, Any]) -> Word:
    at, said = datetime.fromisoformat(event["at"]), event["payload"]
    withdrawn = event["kind"] == WITHDRAWN.name
    return Word(engagement, at, Channel[said["channel"]], Purpose[said["purpose"]], withdrawn)
