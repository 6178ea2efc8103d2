"""Replay: a log of events, its mapping, the journeys in it, and the report (docs/replay.md)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.replay._log import read_log
    from cxjourney.replay._mapping import (
        Columns,
        LogFormat,
        LogMapping,
        MappingRule,
        make_mapping,
        read_mapping,
    )
    from cxjourney.replay._report import REPORT_VERSION, Report
    from cxjourney.replay._tally import replay_log
    from cxjourney.replay._values import Condition
    from cxjourney.replay._walk import LogBook, Walk, walk_journeys

__all__ = [
    "REPORT_VERSION",
    "Columns",
    "Condition",
    "LogBook",
    "LogFormat",
    "LogMapping",
    "MappingRule",
    "Report",
    "Walk",
    "make_mapping",
    "read_log",
    "read_mapping",
    "replay_log",
    "walk_journeys",
]

__getattr__, __dir__ = later(
    __name__,
    {
        "_log": ("read_log",),
        "_mapping": (
            "Columns",
            "LogFormat",
            "LogMapping",
            "MappingRule",
            "make_mapping",
            "read_mapping",
        ),
        "_report": (
            "REPORT_VERSION",
            "Report",
        ),
        "_tally": ("replay_log",),
        "_values": ("Condition",),
        "_walk": (
            "LogBook",
            "Walk",
            "walk_journeys",
        ),
    },
)
