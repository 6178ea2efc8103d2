"""A small playbook, a day to start on, and a recount of what a rehearsal says was sent."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Playbook
from cxjourney.rehearsal import Cue, Line, Person
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
THANKS = Play("thanks", Entered(Phase.AFFIRM), Purpose.THANK, (Channel.EMAIL,), "thanks")
ANSWER = Play(
    "answer",
    Opened("answer"),
    Purpose.ANSWER,
    (Channel.EMAIL, Channel.FACE_TO_FACE),
    "answer",
    tells=EventKind.ANSWERED,
)
CHECK_IN = Play(
    "check_in",
    NearlyDue("check_in", timedelta(days=2)),
    Purpose.ONBOARD,
    (Channel.VIDEO, Channel.EMAIL),
    "check_in",
    tells=EventKind.FULFILLED,
)
BOOK = Playbook("small", 1, (THANKS, ANSWER, CHECK_IN))


SPOKEN_OF = (Purpose.INFORM, Purpose.ANSWER, Purpose.THANK, Purpose.ONBOARD)
"""What the rows of the tests are for."""


def consents(*channels: Channel, purposes: Iterable[Purpose] = SPOKEN_OF) -> tuple[Cue, ...]:
    """Return the cues of somebody who consents at once to some purposes on some channels."""
    return tuple(
        Cue(0, EventKind.CONSENT_GIVEN, {"channel": channel, "purpose": purpose})
        for channel in channels
        for purpose in purposes
    )


def person(customer: str, *cues: Cue, on: Iterable[Channel] = (Channel.EMAIL,)) -> Person:
    """Return somebody who consents to contacts on some channels, and what happens to them."""
    return Person(customer, script=(*consents(*on), *cues))


def withdrawn(
    events: Iterable[tuple[str, str, Event]], lines: Iterable[Line], *, needed: bool
) -> list[Line]:
    """Return the lines for which there was no consent, by a count of its own.

    Args:
        events: what happened.
        lines: what was sent.
        needed: whether consent must have been given; else it is enough that none was withdrawn.
    """
    said: dict[tuple[str, object, object], list[tuple[datetime, bool]]] = {}
    for customer, _, event in events:
        if event.kind in {EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN}:
            about = customer, event.payload["channel"], event.payload["purpose"]
            said.setdefault(about, []).append((event.at, event.kind is EventKind.CONSENT_GIVEN))
    wrong = []
    for line in lines:
        words = said.get((line.customer, line.channel, line.purpose), [])
        last = max((word for word in words if word[0] <= line.at), default=(line.at, not needed))
        if not (last[1] or line.internal):
            wrong.append(line)
    return wrong


def too_many(lines: Iterable[Line], zones: Mapping[str, tzinfo | None]) -> list[tuple[str, int]]:
    """Return customers with more than 1 unsolicited contact a channel and day, or 3 in 7 days."""
    by_day: dict[str, Counter[int]] = {}
    by_channel: Counter[tuple[str, Channel, int]] = Counter()
    for line in lines:
        answers = line.purpose in {Purpose.ANSWER, Purpose.SOLVE, Purpose.APOLOGISE}
        if not (answers or line.internal):
            day = line.at.astimezone(zones.get(line.customer) or UTC).date().toordinal()
            by_day.setdefault(line.customer, Counter())[day] += 1
            by_channel[line.customer, line.channel, day] += 1
    wrong = [(customer, count) for (customer, _, _), count in by_channel.items() if count > 1]
    for customer, days in by_day.items():
        for day in days:
            week = sum(days[later] for later in range(day, day + 7))
            if week > 3:
                wrong.append((customer, week))
    return wrong
