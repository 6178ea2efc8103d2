"""Customer journeys as state, with evidence, obligations and reasons; and kinds of wishes."""

from typing import TYPE_CHECKING

from cxjourney.chart import (
    Chart,
    ChartRef,
    Confirmation,
    FaultKind,
    Feedback,
    Options,
    RepeatPurchase,
    Row,
)
from cxjourney.charts import find_chart, standard_chart
from cxjourney.contact import Channel, Purpose, Smiley, Touchpoint
from cxjourney.decision import Decision, Effect, GuardSeen, Move
from cxjourney.derive import check_chart, derive
from cxjourney.duties import DueBy, Lasts, ObligationRule
from cxjourney.errors import (
    ChartNotFoundError,
    CxJourneyError,
    DecodeError,
    ErasedError,
    FaultsError,
    InvalidError,
    LateEventError,
    MalformedEventError,
    MigrationError,
    MissingExtraError,
    NaiveTimeError,
    RefusedError,
    SequenceError,
    UnknownKindError,
)
from cxjourney.events import Event, EventKind, Nature
from cxjourney.explore import Exploration, explore
from cxjourney.guards import Guard
from cxjourney.journey import Journey
from cxjourney.machine import JourneyMachine, transition_table
from cxjourney.migration import Migrated, Migration
from cxjourney.obligations import Obligation
from cxjourney.payload import Field
from cxjourney.phases import ExitReason, Phase, Place, Standing
from cxjourney.situation import FlagChanges, HeldFact, Outcome, Situation
from cxjourney.step import Change, Refold, Step
from cxjourney.texts import Lang
from cxjourney.view import Due, Tally
from cxjourney.whynot import Allowed, WhyNot

if TYPE_CHECKING:
    from cxjourney.channels.hooks import HookSet
    from cxjourney.channels.intent import Intent
    from cxjourney.channels.policy.engine import Policy
    from cxjourney.playbook.book import Playbook
    from cxjourney.rehearsal.rehearsing import rehearse
    from cxjourney.wishes.kinds import Wish, WishKind, classify

    __version__: str

__all__ = [
    "Allowed",
    "Change",
    "Channel",
    "Chart",
    "ChartNotFoundError",
    "ChartRef",
    "Confirmation",
    "CxJourneyError",
    "Decision",
    "DecodeError",
    "Due",
    "DueBy",
    "Effect",
    "ErasedError",
    "Event",
    "EventKind",
    "ExitReason",
    "Exploration",
    "FaultKind",
    "FaultsError",
    "Feedback",
    "Field",
    "FlagChanges",
    "Guard",
    "GuardSeen",
    "HeldFact",
    "HookSet",
    "Intent",
    "InvalidError",
    "Journey",
    "JourneyMachine",
    "Lang",
    "Lasts",
    "LateEventError",
    "MalformedEventError",
    "Migrated",
    "Migration",
    "MigrationError",
    "MissingExtraError",
    "Move",
    "NaiveTimeError",
    "Nature",
    "Obligation",
    "ObligationRule",
    "Options",
    "Outcome",
    "Phase",
    "Place",
    "Playbook",
    "Policy",
    "Purpose",
    "Refold",
    "RefusedError",
    "RepeatPurchase",
    "Row",
    "SequenceError",
    "Situation",
    "Smiley",
    "Standing",
    "Step",
    "Tally",
    "Touchpoint",
    "UnknownKindError",
    "WhyNot",
    "Wish",
    "WishKind",
    "check_chart",
    "classify",
    "derive",
    "explore",
    "find_chart",
    "rehearse",
    "standard_chart",
    "transition_table",
]

LATER = {
    "HookSet": "channels",
    "Intent": "channels",
    "Playbook": "playbook",
    "Policy": "channels.policy",
    "Wish": "wishes.kinds",
    "WishKind": "wishes.kinds",
    "classify": "wishes.kinds",
    "rehearse": "rehearsal",
}
"""The names that are looked up when asked for, so that importing stays quick, and where."""


def __getattr__(name: str) -> object:
    """Look up the version, and what stands on journeys or beside them, when asked for."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - slow, and seldom asked for

        return version("cxjourney")
    if name in LATER:
        from importlib import import_module  # noqa: PLC0415 - who has journeys only needs none

        return getattr(import_module(f"{__name__}.{LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return every name, those that are looked up when asked for too."""
    return sorted({*globals(), *__all__})
