"""Playbooks and journeys for the tests of this folder, and the one door to planning.

Planning has no public names: a dispatcher does it, and writes down what it planned. Whether it is
right for every journey, its renamed rows and late facts can be seen here alone.
"""

from datetime import UTC, datetime, timedelta

from cxjourney.channels import Intent
from cxjourney.chart import standard_chart
from cxjourney.journey import Journey
from cxjourney.playbook import (
    Entered,
    NearlyDue,
    Opened,
    Play,
    Playbook,
    RowSent,
    Wished,
    standard_playbook,
)
from cxjourney.playbook._changes import InFlight  # as is told above
from cxjourney.playbook._decided import Decided  # as is told above
from cxjourney.playbook._planning import (  # as is told above
    NO_STAYS,
    Moot,
    Reminder,
    called_by,
    calls,
    nearly_due,
    reminder,
    stays_of,
    wake_at,
)
from cxjourney.playbook._planning import moot as moot_in  # as is told above
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose, Standing, Touchpoint
from cxjourney.wishes import Wish, WishKind

__all__ = [
    "NO_STAYS",
    "Decided",
    "InFlight",
    "Moot",
    "Reminder",
    "called_by",
    "calls",
    "moot",
    "nearly_due",
    "reminder",
    "stays_of",
    "wake_at",
]

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TASK = (Channel.FACE_TO_FACE,)


def play(id: str, on: Entered | Opened | NearlyDue | RowSent | Wished, **fields: object) -> Play:
    """Make a row that asks a person, with any fields of one's own."""
    given: dict[str, object] = {"purpose": Purpose.CONFIRM, "channels": TASK, **fields}
    return Play(id, on, **given)  # type: ignore[arg-type]  # fields of any sort, on purpose


def book(*plays: Play, **fields: object) -> Playbook:
    """Make a playbook of these rows."""
    return Playbook("mine", 1, plays, **fields)  # type: ignore[arg-type]  # as in play


WISHES = (
    (Wish("quiet seats", Phase.ACTIVATE), WishKind.SUBCONSCIOUS),
    (Wish("loud seats", Phase.ACTIVATE), WishKind.SUBCONSCIOUS),
    (Wish("a call", Phase.AFFIRM), WishKind.CONSCIOUS),
    (Wish("a medal", Phase.ADOPT), WishKind.DECEPTION),
    (Wish("a poem", Phase.ASSESS), WishKind.INVISIBLE),
)
STANDARD = standard_playbook()
BUSY = book(
    *(play(f"in_{place.name}", Entered(place)) for place in (*Phase, Standing.LAPSED)),
    play("in_LOST", Entered(Standing.LOST)),
    *(play(f"owed_{rule.id}", Opened(rule.id)) for rule in standard_chart().obligations),
    *(play(f"soon_{rule.id}", NearlyDue(rule.id, DAY)) for rule in standard_chart().obligations),
    *(play(f"wish_{kind.name}", Wished(kind)) for kind in WishKind),
    wishes=WISHES,
)
"""A row for everything that a row can answer to."""


def lived(*kinds: EventKind, every: timedelta = DAY, **fields: object) -> Journey:
    """Return a journey to which one thing after the other happened, a day apart."""
    journey = Journey("anna", "loan", **fields)  # type: ignore[arg-type]  # as in play
    for number, kind in enumerate(kinds):
        journey.record(happened(kind, START + number * every))
    return journey


def happened(kind: EventKind, at: datetime, id: str = "") -> Event:
    """Return an event whose required texts are filled in, named by its kind and day."""
    needed = [field for field in kind.fields if field.required]
    values = {str: "x", datetime: at + DAY, Touchpoint: Touchpoint.SHOP}
    payload = {field.name: values[field.of] for field in needed}
    return Event(kind, at, id or f"{kind.name}@{at:%j-%H}", payload)


def moot(
    intent: Intent, journey: Journey, now: datetime, playbook: Playbook, segment: str | None
) -> str | None:
    """Return why a planned intent is no longer to be sent, by all that the journey knows."""
    return moot_in(intent, journey, stays_of(journey.history), now, playbook, segment)
