"""The command ``cxjourney replay LOG --mapping MAP``."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import attrs

from cxjourney.chart import Chart
from cxjourney.cli._examples import example
from cxjourney.cli._given._user_objects import user_object
from cxjourney.cli._parsing import Parser
from cxjourney.cli._sending._report_file import add_report, write_file, write_report
from cxjourney.cli._shared import add_output, document, read_time, told
from cxjourney.errors import InvalidError
from cxjourney.replay import read_mapping, replay_log
from cxjourney.replay._reading._cell_form import REMEDY
from cxjourney.replay._reporting._behind import MOST_LISTED, at_most, check_limit
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import progress_bar
from cxjourney.vocabulary._texts import command_text, number, say

MOST_ON_PAGE = 500
"""How many journeys a report to send lists behind each figure."""
A_MAPPING = "a mapping; cxjourney map LOG -o FILE proposes one"
EXAMPLE = "replay --example"
FLAGS = {"replay.behind": "--behind", "replay.id_key": "--id-key"}
"""The option that gives what a replay may find at fault."""


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = EXAMPLE
    parser.set_defaults(run=_replay)
    parser.add_argument(
        "log",
        metavar="LOG",
        nargs="?",
    )
    parser.add_argument("--mapping", metavar="MAP")
    use_example = command_text("use_example", parser.lang)
    parser.add_argument("--example", action="store_true", help=use_example)
    parser.add_argument("--as-of", metavar="ISO")
    parser.add_argument(
        "--chart",
        metavar="CHART",
        action="append",
        default=[],
    )
    parser.add_argument("--segment", metavar="COLUMN")
    parser.add_argument(
        "--behind",
        metavar="N",
        type=int,
    )
    parser.add_argument(
        "--id-key",
        metavar="FILE",
    )
    add_report(parser)
    parser.add_argument(
        "--customers",
        metavar="FILE",
        type=Path,
    )
    add_output(parser, parser.lang, reads_file=True, has_more=True)


def _replay(arguments: argparse.Namespace) -> str:
    log, mapped = _files(arguments)
    charts = [user_object("--chart", one, Chart) for one in arguments.chart]
    customers, listed = arguments.customers, _listed(arguments)
    with log as log_file, mapped as mapping_file:
        mapping = read_mapping(mapping_file, charts=charts)
        as_of = None
        if arguments.as_of is not None:
            as_of = read_time("--as-of", arguments.as_of, mapping.zone, REMEDY)
        with progress_bar(wanted=not arguments.no_progress) as bar, _named_as_typed():
            report = replay_log(
                log_file,
                mapping,
                as_of=as_of,
                segment=arguments.segment,
                behind=listed if customers is None else MOST_LISTED,
                id_key=None if arguments.id_key is None else _key(arguments.id_key),
                progress=bar,
                show_values=arguments.show_values,
            )
    if bar is not None and report.by_machine < report.journeys:
        lang = Lang(arguments.lang)
        counts = {"walked": report.by_machine, "journeys": report.journeys}
        told_counts = {key: number(count, lang) for key, count in counts.items()}
        sys.stderr.write(f"{say('replayed_in_columns', lang, **told_counts)}\n")
    if customers is not None:
        # Excel takes a text for UTF-8 only where it begins with a mark that says so.
        write_file("--customers", customers, report.to_csv(), "utf-8-sig")
        report = attrs.evolve(report, behind=at_most(report.behind, listed))
    write_report(arguments, report)
    if arguments.json:
        return document(report.to_dict())
    page = load("cxjourney.show._replay_tables").report_page(report, Lang(arguments.lang))
    return told(page, full=arguments.full)


def _files(arguments: argparse.Namespace) -> tuple[Any, Any]:
    """Return the log and the mapping, each to be opened.

    Raises:
        InvalidError: one of them is missing, or a log stands beside the example.
    """
    mapping = nullcontext(arguments.mapping)
    if arguments.example:
        if arguments.log is not None:
            raise InvalidError("LOG", "given with --example", "one of the two")
        ours = as_file(example("shop_mapping.toml"))
        return as_file(example("shop_log.csv")), ours if arguments.mapping is None else mapping
    for name, value, missing in (
        ("LOG", arguments.log, "a log, or --example"),
        ("--mapping", arguments.mapping, A_MAPPING),
    ):
        if value is None:
            raise InvalidError(name, "not given", missing)
    return nullcontext(arguments.log), mapping


def _listed(arguments: argparse.Namespace) -> int:
    """Return how many journeys the report and the document list behind each figure.

    Raises:
        InvalidError: more than can be listed are asked for, or fewer than none.
    """
    usual = MOST_ON_PAGE if arguments.html is not None else 0
    asked: int | None = arguments.behind
    if asked is None:
        return usual
    with _named_as_typed():
        check_limit(asked)
    return asked


@contextmanager
def _named_as_typed() -> Iterator[None]:
    """Have what is at fault named by the option that was typed."""
    try:
        yield
    except InvalidError as error:
        raise attrs.evolve(error, where=FLAGS.get(error.where, error.where)) from None


def _key(path: str) -> bytes:
    """Return what a file holds that hides ids.

    Raises:
        InvalidError: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        found = (error.strerror or "unreadable").lower()
        raise InvalidError("--id-key", found, "a file of at least 16 random bytes") from None
