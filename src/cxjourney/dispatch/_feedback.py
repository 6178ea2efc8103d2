"""Feedback: which departments it concerns, and handing it over to them (SPEC 5, 9)."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from cxjourney.channels._intent import intent_key
from cxjourney.errors import ConflictError, InvalidError
from cxjourney.journey import Journey, Obligation
from cxjourney.vocabulary import Event, EventKind, Lang, Smiley
from cxjourney.vocabulary._checks import MAX_ID, check_time, is_name, must
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Showable, brief, code

RULE = "route_feedback"
"""The chart's rule under which the company owes it; see ``ObligationRule``."""
A_NAME = f"a text of 1 to {MAX_ID} characters that is not blank"


@attrs.frozen(init=False, repr=False)
class Routing(Showable):
    """Which departments feedback concerns, by topic (SPEC 9; 003).

    Args:
        topics: the departments of each topic; one feedback may concern several.
        otherwise: the department of every other topic, and of feedback without one.

    Raises:
        InvalidError: when a topic or a department is no name, or a topic has no department.
    """

    topics: Mapping[str, tuple[str, ...]] = attrs.field(hash=False)
    otherwise: str

    def __init__(self, topics: Mapping[str, Collection[str]], *, otherwise: str) -> None:
        must(isinstance(topics, Mapping), self, "topics", topics, "departments by topic")
        must(is_name(otherwise), self, "otherwise", otherwise, A_NAME)
        kept: dict[str, tuple[str, ...]] = {}
        for topic, departments in topics.items():
            must(is_name(topic), self, "topics", topic, A_NAME)
            where = f"topics[{len(kept)}]"
            must(_are_some(departments), self, where, departments, "one department or more")
            for department in departments:
                must(is_name(department), self, where, department, A_NAME)
            kept[topic] = tuple(sorted(set(departments)))
        self.__attrs_init__(MappingProxyType(kept), otherwise)

    def __repr__(self) -> str:
        return f"<Routing of {len(self.topics)} topics to {len(self.every)} departments>"

    def departments(self, topic: str | None) -> tuple[str, ...]:
        """Return the departments that feedback on a topic concerns, sorted."""
        return (self.otherwise,) if topic is None else self.topics.get(topic, (self.otherwise,))

    @property
    def every(self) -> tuple[str, ...]:
        """Every department that feedback may be handed to, sorted."""
        named = {one for departments in self.topics.values() for one in departments}
        return tuple(sorted(named | {self.otherwise}))


def _are_some(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str) and len(value) > 0


@attrs.frozen
class Routed(Worded):
    """Feedback that waits for being handed over.

    Attributes:
        event: the feedback as it was recorded.
        departments: the departments that it concerns, sorted.
        obligation: what the company owes until all of them have it.
    """

    event: Event = attrs.field(repr=False)
    departments: tuple[str, ...] = attrs.field(repr=lambda some: str(len(some)))
    obligation: Obligation = attrs.field(repr=False)

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what the company owes until all departments have it, and how many they are."""
        return f"{self.obligation.explain(lang)} ({len(self.departments)})"


def routed(journey: Journey, routing: Routing) -> tuple[Routed, ...]:
    """Return the feedback of a journey that was not handed over yet, in the order it came.

    Raises:
        InvalidError: when the journey keeps no history, so that nobody knows its feedback.
    """
    if not journey.keeps_history:
        found, expected = "a journey that keeps no history", "one that does"
        raise InvalidError("routed.journey", found, expected)
    told = {step.event.id: step.event for step in journey.history}
    return tuple(
        Routed(told[one.event], routing.departments(_topic(told[one.event])), one)
        for one in journey.owed
        if one.rule == RULE
    )


def _topic(event: Event) -> str | None:
    topic = event.payload.get("topic")
    return topic if isinstance(topic, str) else None


@attrs.frozen
class FeedbackItem(Showable):
    """One feedback for one department.

    Attributes:
        key: the same each time this feedback is handed to this department; no other item has it.
        department: the department; hidden in the repr, as is all that a customer gave.
        at: when the customer gave it.
        customer: the customer's id.
        engagement: the engagement's id, or empty.
        text: what the customer wrote, or None.
        topic: what it is about, or None.
        nps: how likely the customer is to recommend the company, 0 to 10, or None.
        smiley: the face that the customer chose, or None.
    """

    key: str = attrs.field(repr=False)
    department: str = attrs.field(repr=False)
    at: datetime
    customer: str = attrs.field(repr=False)
    engagement: str = attrs.field(repr=False)
    text: str | None = attrs.field(default=None, repr=False)
    topic: str | None = attrs.field(default=None, repr=False)
    nps: int | None = None
    smiley: Smiley | None = None


Inbox = Callable[[FeedbackItem], None]
"""Takes feedback for one department; by the item's key it can tell one that it has already."""


@attrs.frozen
class Missed(Worded):
    """A department that did not get a feedback; it is still owed.

    Attributes:
        department: the department.
        obligation: what the company still owes.
        error: the name of the class of the error that the inbox raised.
    """

    department: str = attrs.field(repr=False)
    obligation: Obligation = attrs.field(repr=False)
    error: str = attrs.field(repr=code)

    __repr__ = brief

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what the company still owes, and the error."""
        return f"{self.obligation.explain(lang)} ({self.error})"


def hand_over(
    journey: Journey,
    routing: Routing,
    inboxes: Mapping[str, Inbox],
    record: Callable[[Event], object],
    *,
    now: datetime,
) -> tuple[Missed, ...]:
    """Hand over a journey's feedback to the departments that it concerns, and record that.

    What all of its departments took is recorded as ``fulfilled``. What one of them did not take
    stays owed, and the next call hands it to all of them again: each gets it once or more, always
    with the same key.

    Args:
        journey: the journey.
        routing: which departments feedback concerns.
        inboxes: an inbox for every department of the routing.
        record: records an event on this journey, such as ``journey.record``.
        now: the moment.

    Returns:
        What was not taken.

    Raises:
        InvalidError: when a department has no inbox, or the journey keeps no history; nothing is
            handed over then.
        NaiveTimeError: when ``now`` has no time zone.
    """
    now = check_time(now, "hand_over.now")
    homeless = sum(one not in inboxes for one in routing.every)
    if homeless:
        found, expected = f"without {homeless} of them", "an inbox for each of routing.every"
        raise InvalidError("hand_over.inboxes", found, expected)
    missed: list[Missed] = []
    for one in routed(journey, routing):
        refused = _offer(journey, one, inboxes)
        missed += refused
        if not refused:
            with suppress(ConflictError):  # somebody else handed it over at another moment
                record(_fulfilled(journey, one, now))
    return tuple(missed)


def _offer(journey: Journey, one: Routed, inboxes: Mapping[str, Inbox]) -> list[Missed]:
    """Offer one feedback to all its departments; return those that did not take it."""
    missed: list[Missed] = []
    for department in one.departments:
        try:
            inboxes[department](_item(journey, one.event, department))
        except Exception as error:  # noqa: BLE001 - one inbox must not stop the others
            missed.append(Missed(department, one.obligation, type(error).__name__))
    return missed


def _item(journey: Journey, event: Event, department: str) -> FeedbackItem:
    said: Mapping[str, Any] = event.payload
    return FeedbackItem(
        intent_key(journey.customer, journey.engagement, f"{RULE}:{department}", event.id),
        department,
        event.at,
        journey.customer,
        journey.engagement,
        said.get("text"),
        said.get("topic"),
        said.get("nps"),
        said.get("smiley"),
    )


def _fulfilled(journey: Journey, one: Routed, now: datetime) -> Event:
    """Return the event that meets an obligation; its id is the same each time."""
    key = one.obligation.key
    told = f"routed:{intent_key(journey.customer, journey.engagement, RULE, key)}"
    at = max(now, one.event.at)  # earlier than what it answers it would meet nothing
    return Event(EventKind.FULFILLED, at, told, {"obligation": key})
