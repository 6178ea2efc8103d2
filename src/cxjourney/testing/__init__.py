"""Strategies of Hypothesis for the library's types, the laws that any journey keeps, contracts.

For tests of your own: draw journeys, intents, wishes and the rest, check what you built with
``check_journey``, hold hooks and journals to their contracts with ``check_hook`` and
``JournalContract``, and draw surveys with known truth (extra ``survey``).
This package alone needs Hypothesis; nothing else of cxjourney imports it.
"""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.testing._contacts import (
        check_hook,
        contacts,
        contents,
        histories,
        hook_contexts,
        intents,
        outcomes,
        profiles,
    )
    from cxjourney.testing._event_draws import charts, event_kinds, events, payloads, times
    from cxjourney.testing._journal_contract import JournalContract
    from cxjourney.testing._journals import awaited, journal_machine
    from cxjourney.testing._journeys import (
        event_sequences,
        journey_from,
        journeys,
        situations,
    )
    from cxjourney.testing._laws import check_journey
    from cxjourney.testing._populations import World
    from cxjourney.testing._surveys import GeneratedSurvey as GeneratedSurvey
    from cxjourney.testing._surveys import generate_survey
    from cxjourney.testing._wish_draws import evidence, wishes

__all__ = [
    "JournalContract",
    "World",
    "awaited",
    "charts",
    "check_hook",
    "check_journey",
    "contacts",
    "contents",
    "event_kinds",
    "event_sequences",
    "events",
    "evidence",
    "generate_survey",
    "histories",
    "hook_contexts",
    "intents",
    "journal_machine",
    "journey_from",
    "journeys",
    "outcomes",
    "payloads",
    "profiles",
    "situations",
    "times",
    "wishes",
]

later(
    __name__,
    {
        "_contacts": """
            check_hook contacts contents histories hook_contexts intents outcomes profiles
        """,
        "_event_draws": "charts event_kinds events payloads times",
        "_journal_contract": "JournalContract",
        "_journals": "awaited journal_machine",
        "_journeys": "event_sequences journey_from journeys situations",
        "_laws": "check_journey",
        "_populations": "World",
        "_surveys": "GeneratedSurvey generate_survey",
        "_wish_draws": "evidence wishes",
    },
)
