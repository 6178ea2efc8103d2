"""The command ``python -m cxjourney rehearse``: the standard playbook before made-up people."""

import argparse
from datetime import datetime

from cxjourney.extras import load
from cxjourney.payload import check_time, describe
from cxjourney.progress import progress_bar
from cxjourney.rehearsal.faults import RehearsalError
from cxjourney.texts import Lang

__all__ = ["define"]

MONDAY = "2026-03-02T09:00+00:00"
"""When a rehearsal starts unless it is said: four weeks before clocks change in Europe."""


def define(parser: argparse.ArgumentParser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.description = (
        "Walk made-up people through days with the standard playbook, "
        "and tell who would get what. Nothing is sent."
    )
    parser.set_defaults(run=_rehearse)
    parser.add_argument("--days", metavar="N", type=float, default=100, help="how long (100)")
    parser.add_argument("--people", metavar="N", type=int, default=20, help="how many people (20)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="which people (0)")
    parser.add_argument("--start", metavar="ISO", default=MONDAY, help=f"when it starts ({MONDAY})")
    parser.add_argument("--all", action="store_true", help="show every line, not only the first")
    languages = [lang.value for lang in Lang]
    parser.add_argument("--lang", choices=languages, default=Lang.EN.value, help="the language")
    parser.add_argument("--no-progress", action="store_true", help="show no progress bar")


def _rehearse(arguments: argparse.Namespace) -> str:
    start = _start(arguments.start)
    book = load("cxjourney.playbook.standard").standard_playbook()
    rehearse = load("cxjourney.rehearsal.rehearsing").rehearse
    with progress_bar(wanted=not arguments.no_progress) as bar:
        found = rehearse(
            book,
            people=arguments.people,
            days=arguments.days,
            seed=arguments.seed,
            start=start,
            progress=bar,
        )
    lang = Lang(arguments.lang)
    text: str = found.tell(lang, most=None) if arguments.all else found.tell(lang)
    return text


def _start(text: str) -> datetime:
    try:
        return check_time(datetime.fromisoformat(text), "rehearsal", "--start")
    except ValueError as error:
        raise RehearsalError(
            "--start",
            describe(text),
            "an ISO 8601 time with its offset, in the years 2 to 9000",
        ) from error
