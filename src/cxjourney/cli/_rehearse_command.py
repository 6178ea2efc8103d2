"""The command ``python -m cxjourney rehearse``: the standard playbook before made-up people."""

import argparse

import attrs

from cxjourney.cli._shared import add_output, read_time
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import progress_bar

MONDAY = "2026-03-02T09:00+00:00"
"""When a rehearsal starts unless it is said: four weeks before clocks change in Europe."""

FLAGS = {"count": "--people", "days": "--days"}
"""The option that gives what a rehearsal may find at fault."""


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
    add_output(parser, reads_file=False)


def _rehearse(arguments: argparse.Namespace) -> str:
    start = read_time("--start", arguments.start, None, f"one with its offset, such as {MONDAY}")
    try:
        with progress_bar(wanted=not arguments.no_progress) as bar:
            found = load("cxjourney.rehearsal").rehearse(
                load("cxjourney.playbook").standard_playbook(),
                people=arguments.people,
                days=arguments.days,
                seed=arguments.seed,
                start=start,
                progress=bar,
            )
    except InvalidError as error:
        raise attrs.evolve(error, where=FLAGS.get(error.where, error.where)) from None
    lang = Lang(arguments.lang)
    text: str = found.explain(lang, most=None) if arguments.all else found.explain(lang)
    return text
