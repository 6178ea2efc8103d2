"""Customer journeys as state, with evidence, obligations and reasons; and kinds of wishes.

These are the names that most programs need. Each lives in its room, with those that few need:
``vocabulary``, ``chart``, ``journey``, ``channels``, ``playbook``, ``dispatch``, ``replay``,
``rehearsal``, ``wishes``, ``show``, ``testing``. A name is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.channels import Failed, HookSet, Intent, Sent
    from cxjourney.channels.policy import Policy
    from cxjourney.chart import Chart, Options, check_chart, derive, explore, standard_chart
    from cxjourney.dispatch import AsyncDispatcher, Dispatcher
    from cxjourney.dispatch.journal import MemoryJournal
    from cxjourney.errors import CxJourneyError, DecodeError, RefusedError
    from cxjourney.journey import Journey, Migration, Obligation, Step
    from cxjourney.playbook import Playbook, standard_playbook
    from cxjourney.rehearsal import rehearse
    from cxjourney.replay import read_mapping, replay_log
    from cxjourney.vocabulary import (
        Channel,
        Event,
        EventKind,
        ExitReason,
        HeldFact,
        Lang,
        Outcome,
        Phase,
        Purpose,
        Situation,
        Smiley,
        Standing,
        Touchpoint,
    )
    from cxjourney.wishes import Evidence, Wish, WishKind, classify, map_wishes

    __version__: str

__all__ = [
    "AsyncDispatcher",
    "Channel",
    "Chart",
    "CxJourneyError",
    "DecodeError",
    "Dispatcher",
    "Event",
    "EventKind",
    "Evidence",
    "ExitReason",
    "Failed",
    "HeldFact",
    "HookSet",
    "Intent",
    "Journey",
    "Lang",
    "MemoryJournal",
    "Migration",
    "Obligation",
    "Options",
    "Outcome",
    "Phase",
    "Playbook",
    "Policy",
    "Purpose",
    "RefusedError",
    "Sent",
    "Situation",
    "Smiley",
    "Standing",
    "Step",
    "Touchpoint",
    "Wish",
    "WishKind",
    "check_chart",
    "classify",
    "derive",
    "explore",
    "map_wishes",
    "read_mapping",
    "rehearse",
    "replay_log",
    "standard_chart",
    "standard_playbook",
]

_find = later(
    __name__,
    {
        "channels": "Failed HookSet Intent Sent",
        "channels.policy": "Policy",
        "chart": "Chart Options check_chart derive explore standard_chart",
        "dispatch": "AsyncDispatcher Dispatcher",
        "dispatch.journal": "MemoryJournal",
        "errors": "CxJourneyError DecodeError RefusedError",
        "journey": "Journey Migration Obligation Step",
        "playbook": "Playbook standard_playbook",
        "rehearsal": "rehearse",
        "replay": "read_mapping replay_log",
        "vocabulary": """
            Channel Event EventKind ExitReason HeldFact Lang Outcome Phase Purpose Situation
            Smiley Standing Touchpoint
        """,
        "wishes": "Evidence Wish WishKind classify map_wishes",
    },
)


def __getattr__(name: str) -> object:
    """Look up the version, and every other name, when asked for."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - slow, and seldom asked for

        return version("cxjourney")
    return _find(name)
