"""What a customer said of consent, as far as it can be read: a "no more" outlives an erasure."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import attrs

from cxjourney.dispatch._driving import Flow, events_since
from cxjourney.dispatch._opening import AHEAD
from cxjourney.dispatch.journal import CustomerRecord, Erasure
from cxjourney.errors import JournalError
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose

ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
GIVEN, WITHDRAWN = EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN


@attrs.frozen
class Word:
    """A word on consent for a channel and a purpose, None being all of them."""

    engagement: str
    at: datetime
    channel: Channel | None
    purpose: Purpose | None
    withdrawn: bool

    def covers(self, other: "Word") -> bool:
        """Say whether it holds for all that another word is about."""
        return self.channel in {None, other.channel} and self.purpose in {None, other.purpose}


def told(about: Channel | Purpose | None) -> str:
    """Return the name of a channel or purpose, or of all of them, for the id of an event."""
    return "ALL" if about is None else about.name


def words_kept(erasure: Erasure) -> list[Event]:
    """Return the withdrawals of consent that outlived an erasure."""
    return [
        Event(
            WITHDRAWN,
            erasure.at,
            f"kept:{told(channel)}:{told(purpose)}",
            {"channel": channel, "purpose": purpose},
        )
        for channel, purpose in erasure.withdrawn
    ]


def words_of(kept: CustomerRecord) -> Flow[list[Word]]:
    """Ask for the words on consent that no later one replaces, as far as they can be read.

    A withdrawal whose time has not come is one of them: it is honoured at once.
    """
    try:
        ahead = [
            (one.engagement, event)
            for one in kept.journeys
            for event in one.data.get(AHEAD, ())
            if event.get("kind") == WITHDRAWN.name
        ]
        events = [*(yield from events_since(kept.customer, ALWAYS)), *ahead]
    except JournalError:
        raise
    except Exception:  # noqa: BLE001 - whatever stands there, it is erased
        return []
    found: list[Word] = []
    gone = {(name, str(one["payload"].get("event"))) for name, one in events if _takes_back(one)}
    for engagement, one in events:
        if (engagement, one.get("id")) in gone:
            continue
        if one.get("kind") in {GIVEN.name, WITHDRAWN.name}:
            with suppress(KeyError, TypeError, ValueError):
                found.append(_word(engagement, one))
    found.sort(key=lambda word: (word.at, word.withdrawn))
    return [
        word
        for place, word in enumerate(found)
        if not any(later.covers(word) for later in found[place + 1 :])
    ]


def _takes_back(event: Mapping[str, Any]) -> bool:
    said = event.get("payload")
    return event.get("kind") == EventKind.RETRACTED.name and isinstance(said, Mapping)


def _word(engagement: str, event: Mapping[str, Any]) -> Word:
    at, said = datetime.fromisoformat(event["at"]), event["payload"]
    withdrawn = event["kind"] == WITHDRAWN.name
    channel, purpose = said.get("channel"), said.get("purpose")
    return Word(
        engagement,
        at,
        None if channel is None else Channel[channel],
        None if purpose is None else Purpose[purpose],
        withdrawn,
    )
