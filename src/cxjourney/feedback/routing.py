"""Which departments a customer's feedback concerns, by its topic (SPEC 5, 9; 003)."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

import attrs

from cxjourney.errors import InvalidError
from cxjourney.events import Event
from cxjourney.journey import Journey
from cxjourney.obligations import Obligation
from cxjourney.vocabulary._checks import MAX_ID, is_name, must

__all__ = ["Routed", "Routing", "routed"]

RULE = "route_feedback"
"""The chart's rule under which the company owes it; see ``ObligationRule``."""
A_NAME = f"a text of 1 to {MAX_ID} characters that is not blank"


@attrs.frozen(init=False)
class Routing:
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
            where = f"topics[{topic!r}]"
            must(_are_some(departments), self, where, departments, "one department or more")
            for department in departments:
                must(is_name(department), self, where, department, A_NAME)
            kept[topic] = tuple(sorted(set(departments)))
        self.__attrs_init__(MappingProxyType(kept), otherwise)

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
class Routed:
    """Feedback that waits for being handed over.

    Attributes:
        event: the feedback as it was recorded.
        departments: the departments that it concerns, sorted.
        obligation: what the company owes until all of them have it.
    """

    event: Event
    departments: tuple[str, ...]
    obligation: Obligation


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
