"""The command ``cxjourney rehearse``: a playbook before made-up people."""

import argparse
import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from cxjourney.cli._given._user_objects import Wanted, user_object
from cxjourney.cli._parsing import Parser
from cxjourney.cli._sending._report_file import add_report, write_report
from cxjourney.cli._shared import add_output, document, read_time, told
from cxjourney.errors import InvalidError, shape
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import progress_bar

if TYPE_CHECKING:
    from cxjourney.playbook import Playbook

EXAMPLE = "rehearse --people 3 --days 30"
MONDAY = "2026-03-02T09:00+00:00"
"""When a rehearsal starts unless it is said: four weeks before clocks change in Europe."""

FLAGS = {"people": "--people", "days": "--days", "rehearsal.every": "--every"}
"""The option that gives what a rehearsal may find at fault."""
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SPAN = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)([smhd])", re.ASCII)


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = EXAMPLE
    parser.set_defaults(run=_rehearse)
    parser.add_argument("playbook", metavar="PLAYBOOK", nargs="?")
    parser.add_argument("--policy", metavar="POLICY")
    parser.add_argument("--chart", metavar="CHART")
    parser.add_argument("--library", metavar="LIBRARY")
    parser.add_argument("--prices", metavar="TOML")
    parser.add_argument("--every", metavar="SPAN")
    parser.add_argument("--days", metavar="N", type=float, default=100)
    parser.add_argument("--people", metavar="N", type=int, default=20)
    parser.add_argument("--seed", metavar="N", type=int, default=0)
    parser.add_argument("--start", metavar="ISO", default=MONDAY)
    add_report(parser)
    add_output(parser, parser.lang, reads_file=False, has_more=True)


def _rehearse(arguments: argparse.Namespace) -> str:
    start = read_time("--start", arguments.start, None, f"one with its offset, such as {MONDAY}")
    every = None if arguments.every is None else _span("--every", arguments.every)
    channels, rehearsal = load("cxjourney.channels"), load("cxjourney.rehearsal")
    policy = load("cxjourney.channels.policy").Policy
    prices, given = arguments.prices, rehearsal.Prices
    try:
        with progress_bar(wanted=not arguments.no_progress) as bar:
            found = rehearsal.rehearse(
                _playbook(arguments),
                people=arguments.people,
                days=arguments.days,
                seed=arguments.seed,
                start=start,
                policy=_own("--policy", arguments.policy, policy),
                library=_own("--library", arguments.library, channels.Library),
                every=every,
                prices=None if prices is None else given.read(prices),
                progress=bar,
            )
    except InvalidError as error:
        raise attrs.evolve(error, where=FLAGS.get(error.where, error.where)) from None
    write_report(arguments, found)
    if arguments.json:
        return document(found.to_dict())
    tables = load("cxjourney.show._rehearsal_tables")
    return told(tables.rehearsal_page(found, Lang(arguments.lang), full=arguments.full))


def _own(flag: str, named: str | None, wanted: type[Wanted]) -> Wanted | None:
    return None if named is None else user_object(flag, named, wanted)


def _playbook(arguments: argparse.Namespace) -> "Playbook":
    rooms = load("cxjourney.playbook")
    chart = arguments.chart
    if chart is not None:
        chart = user_object("--chart", chart, load("cxjourney.chart").Chart)
    if arguments.playbook is None:
        standard: Playbook = rooms.standard_playbook(chart=chart)
        return standard
    own: Playbook = user_object("PLAYBOOK", arguments.playbook, rooms.Playbook)
    return own if chart is None else attrs.evolve(own, chart=chart)


def _span(flag: str, text: str) -> timedelta:
    """Return the span of time that an option gives, such as 5m.

    Raises:
        InvalidError: it is none.
    """
    found = SPAN.fullmatch(text)
    if found is None:
        raise InvalidError(flag, shape(text), "a number and s, m, h or d, such as 5m or 1.5h")
    return timedelta(seconds=float(Decimal(found[1]) * UNITS[found[2]]))
