"""Replay: a log of events, its mapping, the journeys in it, and the report (docs/replay.md)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.replay._log import Fate as Fate
    from cxjourney.replay._log import HowRead as HowRead
    from cxjourney.replay._log import read_log
    from cxjourney.replay._mapping import LogMapping, make_mapping, read_mapping
    from cxjourney.replay._mapping_rules import IgnoreRule as IgnoreRule
    from cxjourney.replay._mapping_rules import MappingRule
    from cxjourney.replay._reading._cell_form import CellForm as CellForm
    from cxjourney.replay._reading._written import Columns as Columns
    from cxjourney.replay._reading._written import LogSettings as LogSettings
    from cxjourney.replay._replay_log import replay_log
    from cxjourney.replay._report import Report as Report
    from cxjourney.replay._reporting._figure_rows import ActivityRow as ActivityRow
    from cxjourney.replay._reporting._figure_rows import Behind as Behind
    from cxjourney.replay._reporting._figure_rows import EventRow as EventRow
    from cxjourney.replay._reporting._figure_rows import LineCounts as LineCounts
    from cxjourney.replay._reporting._figure_rows import SegmentRow as SegmentRow
    from cxjourney.replay._values import Condition
    from cxjourney.replay._walk import Activity as Activity
    from cxjourney.replay._walk import LogBook, walk_journeys
    from cxjourney.replay._walk import Walk as Walk

__all__ = [
    "Condition",
    "LogBook",
    "LogMapping",
    "MappingRule",
    "make_mapping",
    "read_log",
    "read_mapping",
    "replay_log",
    "walk_journeys",
]

later(
    __name__,
    {
        "_log": "Fate HowRead read_log",
        "_mapping": "LogMapping make_mapping read_mapping",
        "_report": "Report",
        "_mapping_rules": "IgnoreRule MappingRule",
        "_replay_log": "replay_log",
        "_values": "Condition",
        "_walk": "Activity LogBook Walk walk_journeys",
        "_reading._cell_form": "CellForm",
        "_reading._written": "Columns LogSettings",
        "_reporting._figure_rows": "ActivityRow Behind EventRow LineCounts SegmentRow",
    },
)
