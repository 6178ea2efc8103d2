"""The command ``python -m cxjourney replay LOG --mapping MAP``."""

import argparse
import json

from cxjourney.cli._shared import add_output, read_time
from cxjourney.replay import read_mapping, replay_log
from cxjourney.replay._values import REMEDY
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._terminal import progress_bar


def define(parser: argparse.ArgumentParser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.description = "Replay a log of events with the live machine and report on it."
    parser.set_defaults(run=_replay)
    parser.add_argument("log", metavar="LOG", help="the log, CSV or JSON Lines")
    parser.add_argument(
        "--mapping", metavar="MAP", required=True, help="what the log means, a TOML file"
    )
    parser.add_argument(
        "--as-of", metavar="ISO", help="when to stop; the last time in the log if not given"
    )
    parser.add_argument("--json", action="store_true", help="report as JSON")
    add_output(parser, reads_file=True)


def _replay(arguments: argparse.Namespace) -> str:
    mapping = read_mapping(arguments.mapping)
    as_of = None
    if arguments.as_of is not None:
        as_of = read_time("--as-of", arguments.as_of, mapping.zone, REMEDY)
    with progress_bar(wanted=not arguments.no_progress) as bar:
        report = replay_log(
            arguments.log,
            mapping,
            as_of=as_of,
            progress=bar,
            show_values=arguments.show_values,
        )
    if arguments.json:
        return json.dumps(report.to_dict(), indent=2) + "\n"
    return report.explain(Lang(arguments.lang))
