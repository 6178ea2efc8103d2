"""What deciding needs to know of a journey's past: kept beside it, so that its log is not read.

Of each kind of event the latest few are kept; of consent, of each channel and purpose. Of contacts
the latest through each channel for each purpose is kept, and as many unsolicited ones as a cap may
count. So whatever the policy asks of the past gets the answer that the whole past would give.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from cxjourney.channels import Contact, Intent
from cxjourney.channels.policy import Limits
from cxjourney.chart import Chart
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.dispatch.journal._records_stored import MAX_KEY
from cxjourney.journey import Journey, Step
from cxjourney.journey._open import EventForms, standing_form, write_event
from cxjourney.playbook._planning import NO_STAYS, Stays
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from cxjourney.vocabulary._forms import (
    ID,
    MOMENT,
    OBJECT,
    TEXT,
    Form,
    exact,
    list_of,
    mapping,
    maybe,
    member,
    record,
    row,
    text,
    versioned,
    whole,
)

SCHEMA = 1
"""The version of the stored form; one of another version is not read, but made anew."""
EACH = 3
"""How many events of each kind are kept, and of each word on consent."""
UNSOLICITED = 12
"""How many unsolicited contacts for each purpose are kept at least."""

Raw = dict[str, Any]
Decision = tuple[str, str, str]
"""What was decided for something owed: the row, the obligation's key, the event that opened it."""
_CONSENT = frozenset({EventKind.CONSENT_GIVEN.name, EventKind.CONSENT_WITHDRAWN.name})
_KEY = text(1, MAX_KEY)
_CONTACT = record(
    Contact,
    {
        "at": MOMENT,
        "channel": member(Channel),
        "purpose": member(Purpose),
        "play": TEXT,
        "content": maybe(ID),
    },
)
_STAYS = record(
    Stays,
    {"entered": mapping(whole(1)), "cycle": whole(1), "name": maybe(_KEY), "cause": maybe(ID)},
)


@attrs.define
class Past:
    """What deciding needs to know of one journey's past.

    Attributes:
        stays: the stays that its steps began.
        events: the latest events of each kind, as they are stored.
        contacts: the latest contacts that were made, as they are stored.
        decided: what was decided for what is still owed, in order.
    """

    stays: Stays = NO_STAYS
    events: list[Raw] = attrs.field(factory=list, converter=list)
    contacts: list[Raw] = attrs.field(factory=list, converter=list)
    decided: dict[Decision, None] = attrs.field(factory=dict)

    def follow(self, events: Iterable[Raw]) -> None:
        """Take note of events that were recorded, in journey order."""
        self.events += events

    def add(self, item: OutboxItem) -> None:
        """Take note of a contact that came of an intent that was sent."""
        made = item.contact if item.state is State.SENT else None
        if made is not None:
            self.contacts.append(_CONTACT.write(made))

    def decide(self, intent: Intent) -> None:
        """Take note that an intent was decided, if it is for something owed."""
        if intent.obligation is not None:
            self.decided[intent.play, intent.occurrence, intent.cause] = None

    def told(self, chart: Chart) -> Iterator[tuple[Event, int]]:
        """Yield the events that are kept, with their numbers."""
        return map(chart.compiled(EventForms).read, self.events)

    def made(self) -> Iterator[Contact]:
        """Yield the contacts that are kept."""
        return map(_CONTACT.read, self.contacts)

    def forget(self, journey: Journey, limits: Limits) -> None:
        """Forget what deciding does not need any more.

        Args:
            journey: the journey.
            limits: the limits of the policy, which tell how many contacts its caps may count.
        """
        owed = {one.event for one in journey.owed}
        self.events = _latest(self.events)
        self.contacts = _counted(self.contacts, limits)
        self.decided = {one: None for one in self.decided if one[2] in owed}

    def form(self, journey: Journey) -> Mapping[str, Any]:
        """Return where a journey stands and its past as plain values."""
        plain: Mapping[str, Any] = _FORM.encode((standing_form(journey), self), "snapshot")
        return plain


def past_of(steps: Iterable[Step], stays: Stays, items: Iterable[OutboxItem]) -> Past:
    """Return what deciding needs to know of a journey of which everything is known.

    Args:
        steps: its history.
        stays: the stays that its steps began.
        items: its intents.
    """
    past = Past(stays)
    past.follow(write_event(step.event, step.seq) for step in steps if step.seq)
    for one in items:
        past.add(one)
        past.decide(one.intent)
    return past


def read_form(data: Mapping[str, Any] | None) -> tuple[list[Any], Past] | None:
    """Return where a journey stands, and its past; None where that is not kept in this form.

    Raises:
        DecodeError: when the data contradicts itself.
    """
    if data is None or data.get("schema") != SCHEMA:
        return None
    found: tuple[list[Any], Past] = _FORM.decode(data, "snapshot")
    return found


def _parts(value: tuple[list[Any], Past]) -> tuple[object, ...]:
    standing, past = value
    return standing, past.stays, past.events, past.contacts, tuple(past.decided)


def _made(journey: list[Any], **past: Any) -> tuple[list[Any], Past]:  # noqa: ANN401 - as they were read
    return journey, Past(**{**past, "decided": dict.fromkeys(past["decided"])})


_FORM: Form[tuple[list[Any], Past]] = versioned(
    record(
        tuple,
        {
            "journey": exact(list, "a list"),
            "stays": _STAYS,
            "events": list_of(OBJECT),
            "contacts": list_of(OBJECT),
            "decided": list_of(row(ID, _KEY, ID)),
        },
        _made,
        _parts,
    ),
    SCHEMA,
)


def _latest(events: Iterable[Raw]) -> list[Raw]:
    """Return the latest events of each kind, and of each word on consent, in journey order."""
    seen, found = Counter[tuple[str, ...]](), list[Raw]()
    for one in reversed([*events]):
        kind, said = one["kind"], one["payload"]
        about = (kind, said["channel"], said["purpose"]) if kind in _CONSENT else (kind,)
        seen[about] += 1
        if seen[about] <= EACH:
            found.append(one)
    return found[::-1]


def _counted(contacts: Iterable[Raw], limits: Limits) -> list[Raw]:
    """Return the contacts that are the latest of their kind, or that a cap may count, in order."""
    solicited = {one.name for one in limits.solicited}
    most = max(UNSOLICITED, limits.contacts_a_week)
    by_channel, by_purpose = set[tuple[str, str]](), Counter[str]()
    found: list[Raw] = []
    for one in reversed(sorted(contacts, key=_at)):  # noqa: C413 - of one moment, the last first
        purpose, about = one["purpose"], (one["channel"], one["purpose"])
        by_purpose[purpose] += 1
        counts = purpose not in solicited and by_purpose[purpose] <= most
        if counts or about not in by_channel:
            found.append(one)
        by_channel.add(about)
    return found[::-1]


def _at(contact: Raw) -> datetime:
    return datetime.fromisoformat(contact["at"])
