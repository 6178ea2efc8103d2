"""The people of a rehearsal: who they are, and what happens to them on which day."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType

import attrs

from cxjourney.channels.profile import Profile
from cxjourney.errors import InvalidError
from cxjourney.events import Event, EventKind
from cxjourney.payload import EMPTY
from cxjourney.vocabulary._checks import MAX_ID, a, all_of, an_id, check_time, describe, must

__all__ = ["Cue", "Person", "so_long"]

MOST_DAYS = 36_525
"""The longest time that a rehearsal may take: a hundred years."""

Payload = Mapping[str, object]


def so_long(time: float | timedelta, what: str) -> timedelta:
    """Return a number of days, or a timedelta, as a timedelta from 0 to a hundred years.

    Raises:
        InvalidError: when it is none; names ``what``.
    """
    expected = f"a timedelta or a number of days, from 0 to {MOST_DAYS:,}"
    if isinstance(time, timedelta):
        fits, found, span = timedelta() <= time <= timedelta(days=MOST_DAYS), str(time), time
    elif type(time) in {int, float}:
        fits, found = 0 <= time <= MOST_DAYS, f"{time:g}"
        span = timedelta(days=time) if fits else timedelta()
    else:
        raise InvalidError(what, describe(time), expected)
    if not fits:
        raise InvalidError(what, found, expected)
    return span


def _after(time: float | timedelta) -> timedelta:
    return so_long(time, "Cue.after")


def _frozen(payload: Payload) -> Payload:
    return MappingProxyType(dict(payload)) if payload else EMPTY


@attrs.frozen
class Cue:
    """One thing that happens to a person, and when.

    Attributes:
        after: how long after the rehearsal's start: a timedelta, or a number of days.
        kind: what happens.
        payload: the fields of the kind; hidden in the repr. Where the kind wants a moment, a
            timedelta stands for a moment so long after this cue.

    Raises:
        InvalidError: when ``after`` is not of its form.
        InvalidError: when ``kind`` is not an EventKind.
    """

    after: timedelta = attrs.field(converter=_after)
    kind: EventKind = attrs.field(validator=a(EventKind))
    payload: Payload = attrs.field(default=EMPTY, converter=_frozen, repr=False, hash=False)

    def event(self, start: datetime, zone: tzinfo | None, id: str) -> Event:
        """Return the event that it gives in a rehearsal.

        Args:
            start: when the rehearsal starts.
            zone: the time zone in which it happens; None for that of ``start``.
            id: the event's id.

        Raises:
            MalformedEventError: when the payload is not of the kind's form.
        """
        at = check_time(start, "rehearsal.start") + self.after
        payload = {
            name: at + value if isinstance(value, timedelta) else value
            for name, value in self.payload.items()
        }
        return Event(self.kind, at.astimezone(zone or at.tzinfo), id, payload)


def _by_time(script: Iterable[Cue]) -> tuple[Cue, ...]:
    kept = tuple(script)
    if all(isinstance(cue, Cue) for cue in kept):
        return tuple(sorted(kept, key=lambda cue: cue.after))
    return kept


@attrs.frozen
class Person:
    """Somebody who walks through a rehearsal.

    Attributes:
        customer: the customer's id; hidden in the repr.
        engagement: the engagement's id, or empty; hidden in the repr.
        profile: what the company's files say of the customer.
        script: what happens, by time.

    Raises:
        InvalidError: when a field is not of its form.
    """

    customer: str = attrs.field(repr=False, validator=an_id)
    engagement: str = attrs.field(default="", repr=False, validator=a(str))
    profile: Profile = attrs.field(factory=Profile, validator=a(Profile))
    script: tuple[Cue, ...] = attrs.field(default=(), converter=_by_time, validator=all_of(Cue))

    def __attrs_post_init__(self) -> None:
        must(len(self.engagement) <= MAX_ID, self, "engagement", self.engagement, "a short text")

    def events(self, start: datetime) -> tuple[Event, ...]:
        """Return the events of the script, in the customer's time zone; ids are their numbers.

        Raises:
            MalformedEventError: when a payload is not of its kind's form.
            NaiveTimeError: when ``start`` has no time zone.
        """
        zone = self.profile.zone
        return tuple(
            cue.event(start, zone, f"cue {number}")
            for number, cue in enumerate(self.script, start=1)
        )
