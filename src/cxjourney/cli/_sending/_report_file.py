"""The option ``--html FILE``: what a command found, as a file to send."""

import argparse
from pathlib import Path
from typing import Protocol

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang

READ = {"log": "LOG", "file": "FILE", "mapping": "--mapping", "id_key": "--id-key"}
READ |= {"prices": "--prices"}
WRITTEN = {"html": "--html", "customers": "--customers", "plot": "--plot"}
"""The arguments that name files: what a command reads, and what it writes."""


class Sendable(Protocol):
    """A result that is also a report to send."""

    def to_html(self, lang: Lang) -> str:
        """Return it as one file of HTML."""


def add_report(parser: argparse._ActionsContainer) -> None:
    """Add the option for a report to send."""
    parser.add_argument("--html", metavar="FILE", type=Path)


def check_files(arguments: argparse.Namespace) -> None:
    """Refuse to write over what the command reads, or what it has just written.

    Raises:
        InvalidError: an option names a file that another argument names.
    """
    named = {**READ, **WRITTEN}
    given = [
        (told, path)
        for one, told in named.items()
        if (path := getattr(arguments, one, None)) is not None
    ]
    for place, (option, path) in enumerate(given):
        if option in WRITTEN.values():
            for other, taken in given[:place]:
                if _same_file(path, taken):
                    raise InvalidError(option, f"the file of {other}", "a file of its own")


def _same_file(path: Path, taken: str | Path) -> bool:
    """Say whether two names are of one file; a device, such as /dev/null, may be named twice."""
    try:
        if path.exists():
            return path.is_file() and path.samefile(taken)
        return path.resolve() == Path(taken).resolve()
    except (OSError, ValueError):  # one of them is not there, or has no name that a file can have
        return False


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
