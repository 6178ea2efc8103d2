"""The history view: what was between a customer and the company, on all journeys (SPEC C09)."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

import attrs

from cxjourney.contact import Channel, Purpose
from cxjourney.events import Event, EventKind
from cxjourney.journey import Journey
from cxjourney.vocabulary._checks import a, a_time, an_id_or_none

__all__ = ["Contact", "History"]


@attrs.frozen
class Contact:
    """One contact that was made, or may have been.

    Attributes:
        at: when.
        channel: through which channel.
        purpose: what for.
        play: the id of the playbook's row that called for it.
        content: the id of what was said, or None.
        certain: False where nobody knows whether it reached the customer.
    """

    at: datetime = attrs.field(validator=a_time)
    channel: Channel = attrs.field(validator=a(Channel))
    purpose: Purpose = attrs.field(validator=a(Purpose))
    play: str = attrs.field(default="", validator=a(str))
    content: str | None = attrs.field(default=None, validator=an_id_or_none)
    certain: bool = attrs.field(default=True, validator=a(bool))


@attrs.frozen(repr=False)
class History:
    """What was between a customer and the company, over all of the customer's journeys.

    Attributes:
        events: what was recorded, in journey order; their payloads hold the customer's own words.
        contacts: the contacts made through channels, oldest first.
    """

    events: tuple[Event, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @classmethod
    def of(cls, journeys: Iterable[Journey], contacts: Iterable[Contact] = ()) -> "History":
        """Return the history of a customer's journeys and the contacts made."""
        told = [step.event for one in journeys for step in one.history if step.seq]
        told.sort(key=attrgetter("at", "kind.rank"))
        return cls(tuple(told), tuple(sorted(contacts, key=attrgetter("at"))))

    def __repr__(self) -> str:
        return f"<History of {len(self.events)} events, {len(self.contacts)} contacts>"

    def of_kind(self, kind: EventKind) -> tuple[Event, ...]:
        """Return the events of a kind, oldest first."""
        return tuple(event for event in self.events if event.kind == kind)

    @property
    def purchases(self) -> tuple[Event, ...]:
        """What the customer bought."""
        return self.of_kind(EventKind.PURCHASED)

    @property
    def questions(self) -> tuple[Event, ...]:
        """What the customer asked."""
        return self.of_kind(EventKind.ASKED)

    @property
    def complaints(self) -> tuple[Event, ...]:
        """What the customer complained about."""
        return self.of_kind(EventKind.COMPLAINED)

    @property
    def recommendations(self) -> tuple[Event, ...]:
        """What the company recommended."""
        return self.of_kind(EventKind.RECOMMENDATION)

    @property
    def channels_used(self) -> frozenset[Channel]:
        """The channels of every contact made."""
        return frozenset([one.channel for one in self.contacts])

    def last_contact(self, channel: Channel | None = None) -> Contact | None:
        """Return the latest contact, through one channel or through any; else None."""
        made = [one for one in self.contacts if channel in {None, one.channel}]
        return made[-1] if made else None

    def consent(self, channel: Channel, purpose: Purpose, now: datetime) -> bool | None:
        """Return whether the customer consents at a moment; None where nothing is on record.

        The latest word counts, on whichever journey it was given; at the same instant a
        withdrawal outweighs. One that is dated later than ``now`` counts too: whoever has said
        no is left in peace, though a clock went back.
        """
        said = None
        for event in self.events:
            withdrawn = event.kind is EventKind.CONSENT_WITHDRAWN
            given = event.kind is EventKind.CONSENT_GIVEN and event.at <= now
            if (withdrawn or given) and _is_about(event, channel, purpose):
                said = given
        return said


def _is_about(event: Event, channel: Channel, purpose: Purpose) -> bool:
    """Say whether a consent is for a channel and purpose."""
    return event.payload["channel"] is channel and event.payload["purpose"] is purpose
