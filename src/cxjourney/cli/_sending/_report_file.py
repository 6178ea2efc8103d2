"""The option ``--html FILE``: what a command found, as a file to send."""

import argparse
from pathlib import Path
from typing import Protocol

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang


class Sendable(Protocol):
    """A result that is also a report to send."""

    def to_html(self, lang: Lang) -> str:
        """Return it as one file of HTML."""


def add_report(parser: argparse._ActionsContainer) -> None:
    """Add the option for a report to send."""
    parser.add_argument("--html", metavar="FILE", type=Path)


def write_report(arguments: argparse.Namespace, found: Sendable) -> None:
    """Write the report that was asked for, if one was.

    Raises:
        InvalidError: the file cannot be written.
    """
    if arguments.html is not None:
        write_file("--html", arguments.html, found.to_html(Lang(arguments.lang)))


def write_file(option: str, path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text where an option says.

    Raises:
        InvalidError: the file cannot be written.
    """
    try:
        path.write_text(text, encoding=encoding, newline="")
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        raise InvalidError(option, why, "a file that can be written") from error
