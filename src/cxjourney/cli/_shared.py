"""What the commands have in common: their time, their options for a terminal."""

import argparse
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import attrs

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import iso_time, local_time
from cxjourney.vocabulary import Lang


class Output(NamedTuple):
    """What a command tells, and its exit status where that is not 0."""

    text: str
    status: int = 0


def add_output(
    parser: argparse._ActionsContainer, *, reads_file: bool, shows_progress: bool = True
) -> None:
    """Add the options that say how a command speaks."""
    parser.add_argument(
        "--lang",
        choices=[lang.value for lang in Lang],
        default=Lang.EN.value,
        help="the language (default: %(default)s)",
    )
    if reads_file:
        parser.add_argument(
            "--show-values",
            action="store_true",
            help="tell what the file holds, not only place and shape: for those who may see it",
        )
    if shows_progress:
        parser.add_argument("--no-progress", action="store_true", help="show no progress bar")


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
