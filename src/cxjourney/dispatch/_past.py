"""What deciding needs to know of a journey's past: kept beside it, so that its log is not read.

Of each kind of event the latest few are kept; of consent, of each channel and purpose. Of contacts
the latest through each channel for each purpose is kept, and as many unsolicited ones as a cap may
count. So whatever the policy asks of the past gets the answer that the whole past would give.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from cxjourney.channels import Contact
from cxjourney.channels.policy import Limits
from cxjourney.chart import Chart
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.dispatch.journal._moving._origin import Origin
from cxjourney.dispatch.journal._records_stored import MAX_KEY
from cxjourney.journey import Journey, Step
from cxjourney.journey._fold import Course
from cxjourney.journey._open import (
    EventForms,
    Raws,
    last_of,
    retracted_on,
    standing_form,
    steps_of,
    write_event,
)
from cxjourney.playbook._planning import (
    NO_STAYS,
    UNREMINDED,
    Reminded,
    Reminder,
    Stays,
    stays_of,
)
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from cxjourney.vocabulary._forms import (
    ID,
    MAX_WHOLE,
    MOMENT,
    TEXT,
    Form,
    FormError,
    exact,
    found_in,
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

SCHEMA = 5
"""The version of the stored form; one of another version is not read, but made anew."""
EACH = 3
"""How many events of each kind are kept, and of each word on consent."""
LAST = 3
"""How many events may be folded again: one that comes late by no more needs no log."""
UNSOLICITED = 12
"""How many unsolicited contacts for each purpose are kept at least."""

Raw = dict[str, Any]
_CONSENT = frozenset({EventKind.CONSENT_GIVEN.name, EventKind.CONSENT_WITHDRAWN.name})
_REACHES = frozenset({EventKind.UNDELIVERABLE.name, EventKind.DELIVERABLE.name})
_ABOUT = ("channel", "purpose")
_SPAN = Form(
    lambda told: timedelta(*row(whole(-MAX_WHOLE), whole(0), whole(0)).read(told)),
    lambda span: [span.days, span.seconds, span.microseconds],
)
_KEY = text(1, MAX_KEY)
_CONTACT_PARTS: dict[str, Form[Any]] = {
    "at": MOMENT,
    "channel": member(Channel),
    "purpose": member(Purpose),
    "play": TEXT,
    "content": maybe(ID),
}
_CONTACT = record(Contact, _CONTACT_PARTS)
_STAYS = record(
    Stays,
    {
        "entered": mapping(whole(1)),
        "cycle": whole(1),
        "name": maybe(_KEY),
        "cause": maybe(ID),
        "retracted": list_of(whole(1)),
    },
)


def _raw(*keys: str) -> Form[Raw]:
    """Return the form of what is read later, if at all: an object with just these keys."""
    named, expected = {*keys}, f"just the keys {', '.join(keys)}"

    def same(data: object) -> Raw:
        if isinstance(data, dict) and data.keys() == named:
            return data
        raise FormError(found_in(data), expected)

    return Form(same, same)


_EVENT, _MADE = _raw("seq", "kind", "at", "id", "payload"), _raw(*_CONTACT_PARTS)


@attrs.frozen
class Snapshot:
    """Where a journey stands, and what deciding needs to know of its past, as it is stored.

    Attributes:
        journey: where it stood before its last few events, as ``standing_form`` tells.
        stays: the stays before them.
        last: these events.
        events: see ``Past``, and so the others.
        contacts: as before.
        reminded: as before.
        unplanned: as before.
        retracted: as before.
        origin: as before.
    """

    journey: list[Any]
    stays: Stays
    last: Sequence[Raw]
    events: Sequence[Raw]
    contacts: Sequence[Raw]
    reminded: tuple[tuple[*Reminder, datetime], ...]
    unplanned: datetime | None
    retracted: tuple[str, ...]
    origin: Origin | None


@attrs.frozen
class Checkpoint:
    """Where a journey stood some time ago, as it is stored.

    Attributes:
        course: where it stood.
        stays: the stays before that.
        runs: what was owed then, where it was much; see ``JourneyRecord``.
    """

    course: list[Any]
    stays: Stays
    runs: tuple[tuple[int, str], ...]


@attrs.define
class Past:
    """What deciding needs to know of one journey's past.

    Attributes:
        stays: the stays that its steps began.
        events: the latest events of each kind, as they are stored.
        contacts: the latest contacts that were made, as they are stored.
        reminded: up to when reminders of what is owed were decided.
        unplanned: from when on what happened is still to be planned for; None where nothing is.
        retracted: the ids of the events that were taken back.
        origin: under which ids the journey was begun; None where they are the same.
    """

    stays: Stays = NO_STAYS
    events: list[Raw] = attrs.field(factory=list)
    contacts: list[Raw] = attrs.field(factory=list)
    reminded: Reminded = UNREMINDED
    unplanned: datetime | None = None
    retracted: list[str] = attrs.field(factory=list)
    origin: Origin | None = None

    def follow(self, events: Iterable[Raw]) -> None:
        """Take note of events that were recorded, in journey order."""
        self.events += events

    def put_in(self, event: Event, seq: int, chart: Chart) -> None:
        """Take note of an event that came late."""
        told = sorted(
            [*self.told(chart, {}), (event, seq)],
            key=lambda one: (one[0].at, one[0].kind.rank, one[1]),
        )
        self.events = [write_event(*one) for one in told]

    def add(self, item: OutboxItem) -> None:
        """Take note of a contact that came of an intent that was sent."""
        made = item.contact if item.state is State.SENT else None
        if made is not None:
            self.contacts.append(_CONTACT.write(made))

    def unmake(self, item: OutboxItem) -> None:
        """Forget the contact that came of an intent that was sent, as far as it is kept."""
        made = item.contact
        told = None if made is None else _CONTACT.write(made)
        if told in self.contacts:
            self.contacts.remove(told)

    def told(self, chart: Chart, known: Mapping[int, Event]) -> Iterator[tuple[Event, int]]:
        """Yield the events that are kept, with their numbers.

        Args:
            chart: the chart that knows their kinds.
            known: the events that need not be read, by number.
        """
        read = chart.compiled(EventForms).read
        for raw in self.events:
            event = known.get(raw["seq"])
            yield read(raw) if event is None else (event, raw["seq"])

    def made(self) -> Iterator[Contact]:
        """Yield the contacts that are kept."""
        return (_CONTACT.decode(one, "contact") for one in self.contacts)

    def forget(self, limits: Limits) -> None:
        """Forget what deciding does not need any more.

        Args:
            limits: the limits of the policy, which tell how many contacts its caps may count.
        """
        self.events = _latest(self.events)
        self.contacts = _counted(self.contacts, limits)


def snapshot_form(
    journey: Journey, past: Past, base: Stays, raw: Callable[[Step], Raw], owed: Raws
) -> tuple[Mapping[str, Any], dict[int, str]]:
    """Return where a journey stands, and its past, as plain values; and the runs of what is owed.

    Args:
        journey: the journey; its history is whole, or has what came after ``base``.
        past: what deciding needs to know of its past.
        base: the stays before its history.
        raw: tells the event of a step as it is stored.
        owed: what was owed as it is stored already.
    """
    place, course = last_of(journey, LAST)
    history = steps_of(journey)
    stands, runs = standing_form(journey, course, owed)
    plain: Mapping[str, Any] = _FORM.encode(
        Snapshot(
            stands,
            stays_of(history[:place], base),
            [raw(step) for step in history[place:] if step.seq],
            past.events,
            past.contacts,
            tuple([(*reminder, since) for reminder, since in past.reminded.items()]),
            past.unplanned,
            tuple(past.retracted),
            past.origin,
        ),
        "snapshot",
    )
    return plain, runs


def checkpoint_form(
    journey: Journey, place: int, course: Course, base: Stays, owed: Raws
) -> tuple[datetime, Mapping[str, Any]] | None:
    """Return where a journey stood after some steps, and the moment of the last of them.

    None where the next event is of that very moment, for then nobody can tell which came after.

    Args:
        journey: as for ``snapshot_form``.
        place: after how many steps of its history.
        course: where it stood there.
        base: as for ``snapshot_form``.
        owed: as for ``snapshot_form``.
    """
    history = steps_of(journey)
    first = next(step for step in history[place:] if step.seq)
    if course.at is None or course.at >= first.event.at:
        return None
    stays = stays_of(history[:place], base)
    stands, runs = standing_form(journey, course, owed)
    stood = Checkpoint(stands[-1], stays, tuple(runs.items()))
    return course.at, _CHECKPOINT.encode(stood, "checkpoint")


def read_checkpoint(data: Mapping[str, Any] | None) -> Checkpoint | None:
    """Return what ``checkpoint_form`` gave; None where nothing is kept in this form.

    Raises:
        DecodeError: when the data is not of its form.
    """
    if data is None or data.get("schema") != SCHEMA:
        return None
    found: Checkpoint = _CHECKPOINT.decode(data, "cx_checkpoint.data")
    return found


def past_of(journey: Journey, items: Iterable[OutboxItem]) -> Past:
    """Return what deciding needs to know of a journey of which everything is known.

    Args:
        journey: the journey, with all of its history.
        items: its intents.
    """
    steps = steps_of(journey)
    past = Past(stays_of(steps), retracted=retracted_on(journey))
    past.follow(write_event(step.event, step.seq) for step in steps if step.seq)
    for one in items:
        past.add(one)
    return past


def read_form(data: Mapping[str, Any] | None) -> Snapshot | None:
    """Return what ``snapshot_form`` gave; None where nothing is kept in this form.

    Raises:
        DecodeError: when the data is not of its form.
    """
    if data is None or data.get("schema") != SCHEMA:
        return None
    found: Snapshot = _FORM.decode(data, "cx_journey.snapshot")
    return found


def kept_on(past: Past, data: Mapping[str, Any] | None) -> None:
    """Take over into a past made anew what a snapshot alone tells.

    Raises:
        DecodeError: when the data is not of its form.
    """
    found = read_form(data)
    if found is not None:
        past.unplanned, past.reminded = found.unplanned, reminded_in(found)


def reminded_in(found: Snapshot) -> Reminded:
    """Return up to when reminders were decided, by a snapshot."""
    return {(row, rule, before): since for row, rule, before, since in found.reminded}


_FORM: Form[Snapshot] = versioned(
    record(
        Snapshot,
        {
            "journey": exact(list, "a list"),
            "stays": _STAYS,
            "last": list_of(_EVENT),
            "events": list_of(_EVENT),
            "contacts": list_of(_MADE),
            "reminded": list_of(row(ID, ID, _SPAN, MOMENT)),
            "unplanned": maybe(MOMENT),
            "retracted": list_of(ID),
            "origin": maybe(Form(Origin.of, Origin.as_stored)),
        },
    ),
    SCHEMA,
)


_CHECKPOINT: Form[Checkpoint] = versioned(
    record(
        Checkpoint,
        {
            "course": exact(list, "a list"),
            "stays": _STAYS,
            "runs": list_of(row(whole(0), exact(str, "a text"))),
        },
    ),
    SCHEMA,
)


def _latest(events: Iterable[Raw]) -> list[Raw]:
    """Return the latest events of each kind, and of each word on a channel, in journey order."""
    seen, found = Counter[tuple[str, ...]](), list[Raw]()
    for one in reversed([*events]):
        kind, said = one["kind"], one["payload"]
        about: tuple[str, ...] = (kind,)
        if kind in _CONSENT:
            about = (kind, *map(said.get, _ABOUT))
        elif kind in _REACHES:
            about = (kind, said["channel"])
        seen[about] += 1
        if seen[about] <= EACH:
            found.append(one)
    return found[::-1]


def _counted(contacts: Iterable[Raw], limits: Limits) -> list[Raw]:
    """Return the contacts that are the latest of their kind, or that a cap may count, in order."""
    solicited = {one.name for one in limits.solicited}
    most = max(UNSOLICITED, limits.contacts_a_week)
    by_channel, by_purpose, by_row = set[tuple[str, str]](), Counter[str](), {*limits.every}
    found: list[Raw] = []
    for one in reversed(sorted(contacts, key=_moment)):  # noqa: C413 - of one moment, the last first
        purpose, about = one["purpose"], (one["channel"], one["purpose"])
        by_purpose[purpose] += 1
        counts = purpose not in solicited and by_purpose[purpose] <= most
        if counts or about not in by_channel or one["play"] in by_row:
            found.append(one)
        by_channel.add(about)
        by_row.discard(one["play"])
    return found[::-1]


def _moment(contact: Raw) -> tuple[datetime, str, str, str]:
    at = datetime.fromisoformat(contact["at"])
    return at, contact["channel"], contact["purpose"], contact["play"]
