"""The command ``cxjourney completion SHELL``: what lets a shell complete commands and options."""

import argparse

from cxjourney.cli._parsing import Parser
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load

SHELLS = ("bash", "zsh", "fish")


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = "completion bash"
    parser.set_defaults(run=_completion)
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


def _completion(arguments: argparse.Namespace) -> str:
    shtab = load("shtab")
    whole = load("cxjourney.cli").parser_of((), Lang(arguments.lang), whole=True)
    text: str = shtab.complete(whole, shell=arguments.shell)
    return text + "\n"
