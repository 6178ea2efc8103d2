"""The parser of the commands: help in three languages, and one line for what is wrong."""

import argparse
import re
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import accumulate, pairwise, takewhile
from typing import Any, NoReturn

from cxjourney.errors import quoted, shown
from cxjourney.replay._values import meant
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._texts import catalogue, command_text

PROGRAM = "cxjourney"
WRONG_USE = 2
"""The exit status of a file or an argument at fault."""
_PASSWORD = re.compile("://.*@", re.DOTALL)
"""Who opens a database, in a URL that stands where it does not belong."""

_TOLD_BY_ARGPARSE = {
    "the following arguments are required:": "required",
    "unrecognized arguments:": "unrecognized",
}
"""How what argparse says begins, and the text of the catalogue in its place."""


class _Formatter(argparse.HelpFormatter):
    """Heads the usage in the language of the help."""

    def __init__(self, prog: str, *, lang: Lang) -> None:
        super().__init__(prog)
        self._lang = lang

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Add the usage under its heading."""
        told = f"{command_text('usage', self._lang)}: " if prefix is None else prefix
        super().add_usage(usage, actions, groups, told)


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments; its help begins with an example.

    Args:
        prog: the command, as it is typed.
        lang: the language of the help and of what is wrong with arguments.
        example: the arguments of one use of the command that works.
        description: what the command does.
    """

    def __init__(
        self,
        prog: str,
        *,
        lang: Lang = Lang.EN,
        example: str = "",
        description: str | None = None,
    ) -> None:
        super().__init__(
            prog,
            description=description,
            add_help=False,
            allow_abbrev=False,
            formatter_class=partial(_Formatter, lang=lang),
        )
        self.lang: Lang = lang
        self.example: str = example
        self._positionals.title = command_text("arguments", lang)
        self._optionals.title = command_text("options", lang)
        self.add_argument("-h", "--help", action="help", help=command_text("help", lang))

    def format_help(self) -> str:
        """Return the help, an example first."""
        example = f"{command_text('example', self.lang)}: {PROGRAM} {self.example}"
        return f"{example}\n\n{super().format_help()}"

    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong, and end."""
        for begin, key in _TOLD_BY_ARGPARSE.items():
            if message.startswith(begin):
                message = command_text(key, self.lang) + message.removeprefix(begin)
        hidden = _PASSWORD.sub("://...@", message)
        see = command_text("see_help", self.lang)
        self.exit(WRONG_USE, f"{self.prog}: {shown(hidden)}; {see}\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:  # noqa: ANN401 - of any type
        """Refuse what is none of the choices, and say which was meant."""
        if action.choices is not None and value not in action.choices:
            names = [*map(str, action.choices)]
            is_command = isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 - as below
            what = command_text("unknown_command" if is_command else "unknown", self.lang)
            one_of = f"{command_text('one_of', self.lang)} {', '.join(names)}"
            told = f"{what} {quoted(str(value))}{self._meant(str(value), names)}; {one_of}"
            raise argparse.ArgumentError(None if is_command else action, told)

    def check_options(self, arguments: Iterable[str]) -> None:
        """Refuse an unknown option; argparse names it only where nothing else is missing."""
        known = self.options()
        for option in takewhile("--".__ne__, arguments):
            flag = option.partition("=")[0]
            if flag.startswith("--") and flag not in known:
                what = command_text("unknown_option", self.lang)
                self.error(f"{what} {flag}{self._meant(flag, known)}")

    def tell_options(self, *owners: str) -> None:
        """Say of each option what the catalogue says, as far as nothing is said of it yet.

        Args:
            owners: the command, and the action: what is said of the action's goes first.
        """
        texts = catalogue(self.lang)["Option"]
        keys = [*accumulate(owners, "{}_{}".format)][::-1]
        for action in self._actions:
            if action.help is None:
                named = (f"{key}_{action.dest}" for key in keys)
                action.help = next(filter(None, map(texts.get, (*named, action.dest))), None)
        for name, one in actions_of(self).items():
            one.tell_options(*owners, name.replace("-", "_"))

    def options(self) -> set[str]:
        """Return the options of the command and of its actions."""
        known = {*self._option_string_actions}
        for one in actions_of(self).values():
            known |= one.options()
        return known

    def _meant(self, name: str, names: Iterable[str]) -> str:
        return meant(name, names, command_text("meant", self.lang))


def actions_of(parser: argparse.ArgumentParser) -> dict[str, Parser]:
    """Return the parsers of a command's actions, by name."""
    for action in parser._actions:  # noqa: SLF001 - it has no other name
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            return dict(action.choices)
    return {}


def language_of(arguments: Sequence[str]) -> Lang:
    """Return the language that arguments ask for, also where the rest of them is wrong."""
    found = ""
    for before, one in pairwise(["", *arguments]):
        if before == "--lang":
            found = one
        elif one.startswith("--lang="):
            found = one.partition("=")[2]
    return next((lang for lang in Lang if lang.value == found), Lang.EN)
