"""Replaying a log of events: what it means, journey by journey, and the report (docs/replay.md)."""

from cxjourney.progress import Progress
from cxjourney.replay.conditions import Condition
from cxjourney.replay.document import REPORT_VERSION, report_document, report_json
from cxjourney.replay.errors import LogError, MappingError
from cxjourney.replay.mapping import Columns, LogFormat, LogMapping, make_mapping, read_mapping
from cxjourney.replay.reader import Fate, LogLine, read_log
from cxjourney.replay.report import Report
from cxjourney.replay.rules import Rule
from cxjourney.replay.run import replay_lines, replay_log
from cxjourney.replay.text import report_text
from cxjourney.replay.walk import LogBook, Walk, walk_journeys

__all__ = [
    "REPORT_VERSION",
    "Columns",
    "Condition",
    "Fate",
    "LogBook",
    "LogError",
    "LogFormat",
    "LogLine",
    "LogMapping",
    "MappingError",
    "Progress",
    "Report",
    "Rule",
    "Walk",
    "make_mapping",
    "read_log",
    "read_mapping",
    "replay_lines",
    "replay_log",
    "report_document",
    "report_json",
    "report_text",
    "walk_journeys",
]
