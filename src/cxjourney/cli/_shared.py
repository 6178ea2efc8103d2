"""What the commands have in common: their time, their options for a terminal."""

import argparse
from datetime import datetime
from zoneinfo import ZoneInfo

import attrs

from cxjourney.errors import InvalidError
from cxjourney.replay._values import local_time, parsed_time


def add_no_progress(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the option that takes the progress bar away."""
    parser.add_argument("--no-progress", action="store_true", help="show no progress bar")


def add_show_values(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the option for those who may see what the file holds."""
    parser.add_argument(
        "--show-values",
        action="store_true",
        help="tell what the file holds, not only place and shape: for those who may see it",
    )


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
        at = parsed_time(text)
        if at.tzinfo is not None:
            return at
        if zone is not None:
            return local_time(at, zone).at
    except InvalidError as error:
        raise attrs.evolve(error, where=flag) from None
    raise InvalidError(flag, "a time without a UTC offset", remedy)
