"""The command ``python -m cxjourney replay LOG --mapping MAP``."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from cxjourney.chart import Chart
from cxjourney.cli._sending._report_file import add_report, write_file, write_report
from cxjourney.cli._shared import add_output, read_time
from cxjourney.errors import InvalidError
from cxjourney.replay import read_mapping, replay_log
from cxjourney.replay._reading._cell_form import REMEDY
from cxjourney.replay._reporting._behind import MOST_LISTED
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._terminal import progress_bar

MOST_ON_PAGE = 500
"""How many journeys a report to send lists behind each figure."""
A_CHART = "MODULE:CHART, such as shop.chart:CHART"


def define(parser: argparse.ArgumentParser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.description = "Replay a log of events and report on it."
    parser.set_defaults(run=_replay)
    parser.add_argument(
        "log", metavar="LOG", help="the log: CSV, JSON, Parquet or XES; - is standard input"
    )
    parser.add_argument(
        "--mapping", metavar="MAP", required=True, help="what the log means, a TOML file"
    )
    parser.add_argument(
        "--as-of", metavar="ISO", help="when to stop; the last time in the log if not given"
    )
    parser.add_argument(
        "--chart",
        metavar="MODULE:CHART",
        action="append",
        default=[],
        help="where your program has a chart that the mapping names, to import",
    )
    parser.add_argument(
        "--segment", metavar="COLUMN", help="the column whose values tell the figures apart"
    )
    parser.add_argument(
        "--behind",
        metavar="N",
        type=int,
        help="list up to N journeys behind each figure, by their ids (in --html and --json)",
    )
    parser.add_argument(
        "--id-key",
        metavar="FILE",
        help="a file of at least 16 random bytes; a hash by them stands for each id that is listed",
    )
    parser.add_argument("--json", action="store_true", help="report as JSON")
    add_report(parser)
    parser.add_argument(
        "--customers",
        metavar="FILE",
        type=Path,
        help="write where each customer stands, as CSV; up to 100,000 for each phase and standing",
    )
    add_output(parser, reads_file=True)


def _replay(arguments: argparse.Namespace) -> str:
    mapping = read_mapping(arguments.mapping, charts=map(_imported, arguments.chart))
    as_of = None
    if arguments.as_of is not None:
        as_of = read_time("--as-of", arguments.as_of, mapping.zone, REMEDY)
    with progress_bar(wanted=not arguments.no_progress) as bar:
        report = replay_log(
            arguments.log,
            mapping,
            as_of=as_of,
            segment=arguments.segment,
            behind=_behind(arguments),
            id_key=None if arguments.id_key is None else _key(arguments.id_key),
            progress=bar,
            show_values=arguments.show_values,
        )
    if bar is not None and report.by_machine < report.journeys:
        walked = f"{report.by_machine} of {report.journeys} journeys by the live machine"
        sys.stderr.write(f"replayed in columns; {walked}\n")
    write_report(arguments, report)
    if arguments.customers is not None:
        # Excel takes a text for UTF-8 only where it begins with a mark that says so.
        write_file("--customers", arguments.customers, report.to_csv(), "utf-8-sig")
    if arguments.json:
        return json.dumps(report.to_dict(), indent=2) + "\n"
    return report.explain(Lang(arguments.lang))


def _behind(arguments: argparse.Namespace) -> int:
    """Return how many journeys are to be listed behind each figure."""
    if arguments.customers is not None:
        return MOST_LISTED
    usual = MOST_ON_PAGE if arguments.html is not None else 0
    asked: int | None = arguments.behind
    return usual if asked is None else asked


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


def _imported(place: str) -> Chart:
    """Import a chart of the user's own.

    Raises:
        InvalidError: it cannot be imported, or is no chart.
    """
    module, _, name = place.partition(":")
    sys.path.insert(0, "")
    try:
        found = getattr(import_module(module), name, None) if module and name else None
    except Exception as error:
        raise InvalidError("--chart", f"{type(error).__name__} at the import", A_CHART) from error
    finally:
        sys.path.remove("")
    if not isinstance(found, Chart):
        raise InvalidError("--chart", "no chart there", A_CHART)
    return found
