"""The command ``python -m cxjourney replay LOG --mapping MAP``."""

import argparse
from datetime import datetime

from cxjourney.errors import CxJourneyError
from cxjourney.progress import progress_bar
from cxjourney.replay.document import report_json
from cxjourney.replay.mapping import LogMapping, read_mapping
from cxjourney.replay.run import replay_log
from cxjourney.replay.text import report_text
from cxjourney.replay.values import CellError, time_of

__all__ = ["define"]


def define(parser: argparse.ArgumentParser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.description = "Replay a log of events with the live machine and report on it."
    parser.set_defaults(run=_replay)
    parser.add_argument("log", metavar="LOG", help="the log, CSV or JSON Lines")
    parser.add_argument(
        "--mapping", metavar="MAP", required=True, help="what the log means, a TOML file"
    )
    parser.add_argument(
        "--as-of", metavar="ISO", help="when to stop; the last time in the log if not given"
    )
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument("--no-progress", action="store_true", help="show no progress bar")


def _replay(arguments: argparse.Namespace) -> str:
    mapping = read_mapping(arguments.mapping)
    as_of = None if arguments.as_of is None else _as_of(arguments.as_of, mapping)
    with progress_bar(wanted=not arguments.no_progress) as bar:
        report = replay_log(arguments.log, mapping, as_of=as_of, progress=bar)
    return report_json(report) if arguments.json else report_text(report)


def _as_of(text: str, mapping: LogMapping) -> datetime:
    try:
        return time_of(text, mapping.zone)
    except CellError as error:
        raise _ArgumentError(f"--as-of: {error}") from None


class _ArgumentError(CxJourneyError, ValueError):
    """An argument is at fault."""
