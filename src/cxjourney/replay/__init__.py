"""Replaying a log of events: what it means, journey by journey, and the report (docs/replay.md)."""

from cxjourney.progress import Progress
from cxjourney.replay._log import Fate, LogLine, read_log
from cxjourney.replay._mapping import (
    Columns,
    LogFormat,
    LogMapping,
    Rule,
    make_mapping,
    read_mapping,
)
from cxjourney.replay._tally import replay_lines, replay_log
from cxjourney.replay._values import Condition
from cxjourney.replay._walk import LogBook, Walk, walk_journeys
from cxjourney.replay.report import REPORT_VERSION, Report

__all__ = [
    "REPORT_VERSION",
    "Columns",
    "Condition",
    "Fate",
    "LogBook",
    "LogFormat",
    "LogLine",
    "LogMapping",
    "Progress",
    "Report",
    "Rule",
    "Walk",
    "make_mapping",
    "read_log",
    "read_mapping",
    "replay_lines",
    "replay_log",
    "walk_journeys",
]
