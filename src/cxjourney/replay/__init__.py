"""Replay: a log of events, its mapping, the journeys in it, and the report (docs/replay.md)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.replay._figures import CurveStep as CurveStep
    from cxjourney.replay._figures import Lasting as Lasting
    from cxjourney.replay._figures import Share as Share
    from cxjourney.replay._log import Fate as Fate
    from cxjourney.replay._log import HowRead as HowRead
    from cxjourney.replay._log import LogLine as LogLine
    from cxjourney.replay._log import read_log
    from cxjourney.replay._mapping import LogMapping, make_mapping, read_mapping
    from cxjourney.replay._mapping_rules import IgnoreRule as IgnoreRule
    from cxjourney.replay._mapping_rules import MappingRule
    from cxjourney.replay._reading._cell_form import CellForm as CellForm
    from cxjourney.replay._reading._record_stream import ReadAs as ReadAs
    from cxjourney.replay._reading._written import Columns as Columns
    from cxjourney.replay._reading._written import LogFormat as LogFormat
    from cxjourney.replay._reading._written import LogSettings as LogSettings
    from cxjourney.replay._reading._written import Resolution as Resolution
    from cxjourney.replay._replay_log import replay_log
    from cxjourney.replay._report import Report as Report
    from cxjourney.replay._reporting._figure_rows import ActivityRow as ActivityRow
    from cxjourney.replay._reporting._figure_rows import Behind as Behind
    from cxjourney.replay._reporting._figure_rows import BehindRow as BehindRow
    from cxjourney.replay._reporting._figure_rows import CohortRow as CohortRow
    from cxjourney.replay._reporting._figure_rows import Comings as Comings
    from cxjourney.replay._reporting._figure_rows import EventRow as EventRow
    from cxjourney.replay._reporting._figure_rows import ExitRow as ExitRow
    from cxjourney.replay._reporting._figure_rows import FunnelRow as FunnelRow
    from cxjourney.replay._reporting._figure_rows import LineCounts as LineCounts
    from cxjourney.replay._reporting._figure_rows import ListedJourney as ListedJourney
    from cxjourney.replay._reporting._figure_rows import MonthRow as MonthRow
    from cxjourney.replay._reporting._figure_rows import OwedRow as OwedRow
    from cxjourney.replay._reporting._figure_rows import PlaceRow as PlaceRow
    from cxjourney.replay._reporting._figure_rows import SegmentRow as SegmentRow
    from cxjourney.replay._reporting._figure_rows import StayRow as StayRow
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
        "_log": "Fate HowRead LogLine read_log",
        "_mapping": "LogMapping make_mapping read_mapping",
        "_report": "Report",
        "_mapping_rules": "IgnoreRule MappingRule",
        "_replay_log": "replay_log",
        "_values": "Condition",
        "_walk": "Activity LogBook Walk walk_journeys",
        "_reading._cell_form": "CellForm",
        "_reading._written": "Columns LogFormat LogSettings Resolution",
        "_reporting._figure_rows": """
            ActivityRow Behind BehindRow CohortRow Comings EventRow ExitRow FunnelRow LineCounts
            ListedJourney MonthRow OwedRow PlaceRow SegmentRow StayRow
        """,
        "_figures": "CurveStep Lasting Share",
        "_reading._record_stream": "ReadAs",
    },
)
