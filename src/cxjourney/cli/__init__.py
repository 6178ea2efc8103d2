"""The command line: ``python -m cxjourney COMMAND``."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from itertools import takewhile
from typing import NoReturn

from cxjourney.cli._journal_command import define as define_journal
from cxjourney.cli._rehearse_command import define as define_rehearse
from cxjourney.cli._replay_command import define as define_replay
from cxjourney.cli._shared import Output
from cxjourney.cli._wishes_command import define as define_wishes
from cxjourney.errors import CxJourneyError, shown
from cxjourney.replay._values import meant

__all__ = ["main"]

DONE, FAULT, INTERRUPTED = 0, 2, 130
COMMANDS = (
    ("journal", "look at a journal, and mend what needs a person", define_journal),
    ("rehearse", "rehearse the standard playbook with made-up people", define_rehearse),
    ("replay", "replay a log of events and report on it", define_replay),
    ("wishes", "tell from a survey which wishes are worth fulfilling", define_wishes),
)
"""The name of each command, what it does, and what tells a parser the rest."""


_PASSWORD = re.compile("://.*@", re.DOTALL)
"""Who opens a database, in a URL that stands where it does not belong."""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        hidden = _PASSWORD.sub("://...@", message)
        self.exit(FAULT, f"{self.prog}: {shown(hidden)}; see --help\n")

    def check_options(self, arguments: Sequence[str]) -> None:
        """Refuse an unknown option; argparse names it only where nothing else is missing."""
        known = self.options()
        for option in takewhile("--".__ne__, arguments):
            flag = option.partition("=")[0]
            if flag.startswith("--") and flag not in known:
                self.error(f"unknown option {flag}{meant(flag, known)}")

    def options(self) -> set[str]:
        """Return the options of the command and of its actions."""
        known = {*self._option_string_actions}
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - it has no other name
                known.update(*(one.options() for one in action.choices.values()))
        return known


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    Nothing is printed but the whole of what was asked for, or on standard error one line for each
    fault.

    Args:
        argv: the arguments; those of the process when None.

    Returns:
        0 when it is done, also where the reader of the text stopped reading; 1 when something was
        found that was asked for as a fault; 2 when a file or an argument is at fault; 130 when it
        was interrupted.
    """
    given = sys.argv[1:] if argv is None else argv
    parser = _Parser("python -m cxjourney", description="Customer journeys as state.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary, define in COMMANDS:
        command = commands.add_parser(name, help=summary, allow_abbrev=False)
        define(command)
        if given[:1] == [name]:
            command.check_options(given[1:])
    arguments = parser.parse_args(given)
    try:
        told = arguments.run(arguments)
        if isinstance(told, str):
            told = Output(told)
        return _print(told.text) or told.status
    except CxJourneyError as error:
        faults = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        return _fail(*map(str, faults))
    except KeyboardInterrupt:
        return INTERRUPTED


def _print(text: str) -> int:
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        # Standard output now goes nowhere, so that Python does not try to flush it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            return _fail(f"standard output: {(error.strerror or 'cannot be written').lower()}")
    return DONE


def _fail(*messages: str) -> int:
    sys.stderr.writelines(f"{shown(message)}\n" for message in messages)
    return FAULT
