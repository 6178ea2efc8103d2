"""The command ``cxjourney replay LOG --mapping MAP``."""

import argparse
from contextlib import nullcontext
from importlib.resources import as_file
from typing import Any

from cxjourney.cli._examples import example
from cxjourney.cli._own_chart import add_charts, imported
from cxjourney.cli._parsing import Parser
from cxjourney.cli._shared import add_output, document, read_time, told
from cxjourney.errors import InvalidError
from cxjourney.replay import read_mapping, replay_log
from cxjourney.replay._reading._cell_form import REMEDY
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import progress_bar
from cxjourney.vocabulary._texts import command_text

A_MAPPING = "a mapping; cxjourney map LOG -o FILE proposes one"
EXAMPLE = "replay --example"


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = EXAMPLE
    parser.set_defaults(run=_replay)
    parser.add_argument(
        "log",
        metavar="LOG",
        nargs="?",
        help="the log: CSV, JSON, Parquet or XES; - is standard input",
    )
    parser.add_argument("--mapping", metavar="MAP", help="what the log means, a TOML file")
    parser.add_argument(
        "--example", action="store_true", help=command_text("use_example", parser.lang)
    )
    parser.add_argument(
        "--as-of", metavar="ISO", help="when to stop; the last time in the log if not given"
    )
    add_charts(parser)
    add_output(parser, parser.lang, reads_file=True, has_more=True)


def _replay(arguments: argparse.Namespace) -> str:
    log, mapped = _files(arguments)
    with log as log_file, mapped as mapping_file:
        mapping = read_mapping(mapping_file, charts=map(imported, arguments.chart))
        as_of = None
        if arguments.as_of is not None:
            as_of = read_time("--as-of", arguments.as_of, mapping.zone, REMEDY)
        with progress_bar(wanted=not arguments.no_progress) as bar:
            report = replay_log(
                log_file,
                mapping,
                as_of=as_of,
                progress=bar,
                show_values=arguments.show_values,
            )
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
