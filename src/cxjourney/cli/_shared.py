"""What the commands have in common: their options, their time, and how they tell."""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import attrs

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import iso_time, local_time
from cxjourney.show._layout._wrapping import wrapped
from cxjourney.show._table import Page
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._texts import command_text

PIPE, WIDEST = 80, 120
"""How wide a text is in a pipe, and at most on a terminal: longer lines are hard to read."""
DELETE = "\x7f"


class Output(NamedTuple):
    """What a command tells, and its exit status where that is not 0."""

    text: str
    status: int = 0


def add_lang(parser: argparse._ActionsContainer, lang: Lang) -> None:
    """Add the option for the language; it is understood before and after the command's name."""
    parser.add_argument(
        "--lang",
        choices=[lang.value for lang in Lang],
        default=argparse.SUPPRESS,
        help=command_text("lang", lang),
    )


def add_output(
    parser: argparse._ActionsContainer,
    lang: Lang,
    *,
    reads_file: bool,
    shows_progress: bool = True,
    has_more: bool = False,
) -> None:
    """Add the options that say how a command speaks.

    Args:
        parser: the command's parser, or a group of it.
        lang: the language of the help.
        reads_file: whether there is a file of which errors may tell.
        shows_progress: whether its work may take long.
        has_more: whether there are tables that are told only when asked for.
    """
    add_lang(parser, lang)
    parser.add_argument("--json", action="store_true", help=command_text("json", lang))
    if has_more:
        parser.add_argument("--full", action="store_true", help=command_text("full", lang))
    if reads_file:
        told = command_text("show_values", lang)
        parser.add_argument("--show-values", action="store_true", help=told)
    if shows_progress:
        told = command_text("no_progress", lang)
        parser.add_argument("--no-progress", action="store_true", help=told)


def document(values: Mapping[str, Any]) -> str:
    """Return a document in JSON, in ASCII, which no terminal takes for a command.

    Args:
        values: what it holds; by convention its first key names it, with the version of its shape.
    """
    text = json.dumps(values, indent=2, allow_nan=False)
    return text.replace(DELETE, "\\u007f") + "\n"


def _width() -> int:
    """Return how wide a text may be where it goes."""
    if not sys.stdout.isatty():
        return PIPE
    return min(shutil.get_terminal_size((PIPE, 24)).columns, WIDEST)


def fitted(text: str) -> str:
    """Return a text with its lines broken where they are too wide for where it goes."""
    lines = (
        wrapped(line, _width(), hanging="  ") or [""] for line in text.rstrip("\n").split("\n")
    )
    return "".join(f"{one}\n" for line in lines for one in line)


def told(page: Page, *, full: bool = True) -> str:
    """Return a page as a text for where it goes: fitted to the terminal, or to 80 columns.

    Args:
        page: what there is to tell.
        full: whether its details are told too.
    """
    if not sys.stdout.isatty():
        return page.fitted(_width(), full=full)
    lines = page.styled(_width(), full=full)
    text: str = load("cxjourney.show._layout._colours").coloured(lines, sys.stdout)
    return text


def is_file(path: Path) -> bool:
    """Say whether there is a file of a name; of a name that no file can have there is none."""
    try:
        return path.is_file()
    except OSError:  # such as one that is too long
        return False


def read_time(flag: str, text: str, zone: ZoneInfo | None, remedy: str) -> datetime:
    """Return the time that an option gives; without an offset it is local in ``zone``.

    Args:
        flag: the option, as it is typed.
        text: what was typed after it.
        zone: the zone of local times; None refuses them.
        remedy: what would be right where there is neither offset nor zone.

    Raises:
        InvalidError: it is no time, or has no offset where there is no zone.
    """
    try:
        return local_time(iso_time(text), zone, remedy)[0]
    except InvalidError as error:
        raise attrs.evolve(error, where=flag) from None
