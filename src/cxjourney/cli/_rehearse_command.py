"""The command ``cxjourney rehearse``: the standard playbook before made-up people."""

import argparse

import attrs

from cxjourney.cli._parsing import Parser
from cxjourney.cli._shared import add_output, document, read_time, told
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import progress_bar

EXAMPLE = "rehearse --people 3 --days 30"
VERSION = 1
MOST = 20
"""How many lines of the log are told where not all of it is asked for."""
MONDAY = "2026-03-02T09:00+00:00"
"""When a rehearsal starts unless it is said: four weeks before clocks change in Europe."""

FLAGS = {"count": "--people", "days": "--days"}
"""The option that gives what a rehearsal may find at fault."""


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = EXAMPLE
    parser.set_defaults(run=_rehearse)
    parser.add_argument("--days", metavar="N", type=float, default=100, help="how long (100)")
    parser.add_argument("--people", metavar="N", type=int, default=20, help="how many people (20)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="which people (0)")
    parser.add_argument("--start", metavar="ISO", default=MONDAY, help=f"when it starts ({MONDAY})")
    add_output(parser, parser.lang, reads_file=False, has_more=True)


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
    if arguments.json:
        return document({"rehearsal": VERSION, **found.to_dict()})
    tables = load("cxjourney.show._rehearsal_tables")
    page = tables.rehearsal_page(found, Lang(arguments.lang), None if arguments.full else MOST)
    return told(page, full=arguments.full)
