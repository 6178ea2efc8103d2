"""The command: ``python -m cxjourney replay LOG --mapping MAP``."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from cxjourney.errors import CxJourneyError
from cxjourney.replay.document import report_json
from cxjourney.replay.mapping import LogMapping, read_mapping
from cxjourney.replay.progress import ProgressBar
from cxjourney.replay.run import replay_log
from cxjourney.replay.shown import shown
from cxjourney.replay.text import report_text
from cxjourney.replay.values import CellError, time_of

__all__ = ["main"]

DONE, FAULT, INTERRUPTED = 0, 2, 130


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        self.exit(FAULT, f"{self.prog}: {shown(message)}; see --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("python -m cxjourney", description="Customer journeys as state.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    replay = commands.add_parser(
        "replay",
        help="replay a log of events and report on it",
        description="Replay a log of events with the live machine and report on it.",
        allow_abbrev=False,
    )
    replay.add_argument("log", metavar="LOG", help="the log, CSV or JSON Lines")
    replay.add_argument(
        "--mapping", metavar="MAP", required=True, help="what the log means, a TOML file"
    )
    replay.add_argument(
        "--as-of", metavar="ISO", help="when to stop; the last time in the log if not given"
    )
    replay.add_argument("--json", action="store_true", help="report as JSON")
    replay.add_argument("--no-progress", action="store_true", help="show no progress bar")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Nothing is printed but the whole report, or one line on standard error.

    Args:
        argv: the arguments; those of the process when None.

    Returns:
        0 when it is done, also where the reader of the report stopped reading; 2 when a file or
        an argument is at fault; 130 when it was interrupted.
    """
    arguments = _parser().parse_args(argv)
    try:
        return _print(_replay(arguments))
    except CxJourneyError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED


def _replay(arguments: argparse.Namespace) -> str:
    mapping = read_mapping(arguments.mapping)
    as_of = None if arguments.as_of is None else _as_of(arguments.as_of, mapping)
    wanted = sys.stderr.isatty() and not arguments.no_progress
    bar = ProgressBar(sys.stderr) if wanted else None
    try:
        report = replay_log(arguments.log, mapping, as_of=as_of, progress=bar)
    finally:
        if bar is not None:
            bar.clear()
    return report_json(report) if arguments.json else report_text(report)


def _as_of(text: str, mapping: LogMapping) -> datetime:
    try:
        return time_of(text, mapping.zone)
    except CellError as error:
        raise _ArgumentError(f"--as-of: {error}") from None


class _ArgumentError(CxJourneyError, ValueError):
    """An argument is at fault."""


def _print(text: str) -> int:
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        _let_go()
        return DONE
    except OSError as error:
        _let_go()
        return _fail(f"standard output: {(error.strerror or 'cannot be written').lower()}")
    return DONE


def _let_go() -> None:
    """Point standard output at nothing, so that Python does not try to flush it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str) -> int:
    sys.stderr.write(f"{shown(message)}\n")
    return FAULT
