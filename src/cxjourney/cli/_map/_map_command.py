"""The command ``cxjourney map LOG``: a mapping proposed for it, which ``replay`` takes."""

import argparse
from contextlib import nullcontext
from importlib.resources import as_file
from pathlib import Path
from typing import Any

from cxjourney.cli._examples import example
from cxjourney.cli._map._log_sample import facts_of
from cxjourney.cli._map._proposal import Proposal, guessed
from cxjourney.cli._map._roles import roles_of
from cxjourney.cli._parsing import Parser
from cxjourney.cli._shared import add_output, document, told
from cxjourney.errors import InvalidError
from cxjourney.replay._log_settings import KEYS_OF_LOG, read_settings
from cxjourney.replay._reading._opened import STANDARD_INPUT
from cxjourney.replay._reading._written import LogFormat
from cxjourney.replay._values import TomlTable
from cxjourney.show._table import Page
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._terminal import progress_bar
from cxjourney.vocabulary._texts import command_text, number, say

VERSION = 1
"""Of the shape of what the command tells in JSON."""
OPTIONS = ("format", "encoding", "delimiter", "records")
"""How the log is written, where its name and its beginning do not tell."""


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = "map --example"
    parser.set_defaults(run=_map)
    parser.add_argument("log", metavar="LOG", nargs="?")
    use_example = command_text("use_example", parser.lang)
    parser.add_argument("--example", action="store_true", help=use_example)
    output = command_text("output", parser.lang)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help=output)
    formats = [one.value for one in LogFormat]
    parser.add_argument("--format", choices=formats)
    parser.add_argument("--encoding", metavar="NAME")
    parser.add_argument("--delimiter", metavar="SIGN")
    parser.add_argument("--records", metavar="PATH")
    add_output(parser, parser.lang, reads_file=False)


def _map(arguments: argparse.Namespace) -> str:
    lang = Lang(arguments.lang)
    output: Path | None = arguments.output
    if output is not None:
        _check_new(output)
    proposal = _proposal(arguments)
    text = proposal.toml(lang)
    if output is not None:
        _write(output, text)
    if arguments.json:
        return document({"map": VERSION, **proposal.to_dict()})
    if output is None:
        return text
    there = [one for one in proposal.guesses if one.event is not None]
    counts = {
        "guessed": number(len(there), lang),
        "activities": number(len(proposal.guesses), lang),
        "open": number(len(proposal.guesses) - len(there), lang),
    }
    written = say("map_written", lang, file=output, **counts)
    # A command stands in one line, however long, so that it can be copied.
    following = say("map_next", lang, command=proposal.command(str(output)))
    return f"{told(Page((), lang, headlines=(written,)))}{following}\n"


def _proposal(arguments: argparse.Namespace) -> Proposal:
    given: str | None = arguments.log
    if arguments.example is (given is not None):
        found = "given with --example" if arguments.example else "not given"
        raise InvalidError("LOG", found, "one of the two: a log, or --example")
    if given == STANDARD_INPUT:
        raise InvalidError("LOG", "standard input", "a file, which is read twice")
    options = {name: told for name in OPTIONS if (told := getattr(arguments, name)) is not None}
    settings = read_settings(TomlTable.of("map", "log", dict[str, Any](options), KEYS_OF_LOG))
    file = as_file(example("shop_log.csv")) if given is None else nullcontext(given)
    with file as log, progress_bar(wanted=not arguments.no_progress) as bar:
        path = str(log)
        facts = facts_of(path, settings, bar)
        roles = roles_of(facts, path)
        told = tuple(guessed(facts, roles))
        return Proposal(path if given else "--example", facts, roles, told, settings, options)


def _check_new(path: Path) -> None:
    try:
        if path.exists():
            raise InvalidError(f"--output {path}", "a file that is there", "a new one")
    except OSError as error:
        raise _unwritable(path, error) from None


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> InvalidError:
    why = (error.strerror or "cannot be written").lower()
    return InvalidError(f"--output {path}", why, "a file that can be written")
