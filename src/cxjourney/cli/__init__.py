"""The command line: ``cxjourney COMMAND``, also as ``python -m cxjourney COMMAND``."""

import os
import sys
import traceback
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from cxjourney.cli._parsing import PROGRAM, WRONG_USE, Parser, language_of
from cxjourney.cli._sending._report_file import check_files
from cxjourney.cli._shared import Output, add_lang
from cxjourney.errors import CxJourneyError, shown
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._texts import command_text

__all__ = ["main"]

DONE, INTERNAL, INTERRUPTED = 0, 3, 130
COMMANDS = {
    "replay": "_replay_command",
    "map": "_map._map_command",
    "wishes": "_wishes_command",
    "rehearse": "_rehearse_command",
    "chart": "_chart_command",
    "journal": "_journal._journal_command",
    "completion": "_completion",
}
"""The module that defines each command, and its ``EXAMPLE``."""
DEBUG = "CXJOURNEY_DEBUG"
"""The variable of the environment with which a fault of the library itself is told whole."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    Nothing is printed but the whole of what was asked for, or on standard error one line for each
    fault.

    Args:
        argv: the arguments; those of the process when None.

    Returns:
        0 when it is done, also where the reader of the text stopped reading; 1 when something was
        found that was asked for as a fault; 2 when a file or an argument is at fault; 3 when the
        library itself is; 130 when it was interrupted.
    """
    given = sys.argv[1:] if argv is None else argv
    lang = language_of(given)
    try:
        arguments = parser_of(given, lang).parse_args(given)
        arguments.lang = lang.value
        check_files(arguments)
        told = arguments.run(arguments)
        if isinstance(told, str):
            told = Output(told)
        return _print(told.text) or told.status
    except CxJourneyError as error:
        faults = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        return _fail(*map(str, faults))
    except SystemExit:
        _print("")  # help that nobody reads to its end is no fault
        raise
    except KeyboardInterrupt:
        _fail(command_text("interrupted", lang))
        return INTERRUPTED
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}"
        _fail(f"{PROGRAM}: {command_text('internal', lang)} ({where}); {DEBUG}=1")
        return INTERNAL


def parser_of(given: Sequence[str], lang: Lang, *, whole: bool = False) -> Parser:
    """Return the parser of a command line.

    Args:
        given: the arguments; only the command that they name is defined whole.
        lang: the language of the help.
        whole: whether every command is.

    Raises:
        SystemExit: an option is unknown; it was told.
    """
    parser = Parser(
        PROGRAM, lang=lang, example="replay --example", description=command_text("program", lang)
    )
    about = command_text("version", lang)
    parser.add_argument("--version", action="version", version=_version(), help=about)
    add_lang(parser, lang)
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", title=command_text("commands", lang)
    )
    named = next((one for one in given if one in COMMANDS), None)
    for name, module in COMMANDS.items():
        command = commands.add_parser(
            name, lang=lang, help=command_text(name, lang), description=command_text(name, lang)
        )
        if whole or name == named:
            load(f"cxjourney.cli.{module}").define(command)
            command.tell_options(name)
            command.check_options(given[given.index(name) + 1 :] if name in given else ())
    parser.check_options(takewhile(lambda one: one != named, given))
    return parser


def _version() -> str:
    import cxjourney  # noqa: PLC0415 - where the version is looked up

    return f"{PROGRAM} {cxjourney.__version__}"


def _print(text: str) -> int:
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        # Standard output now goes nowhere, so that Python does not try to flush it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            return _fail(f"standard output: {(error.strerror or 'cannot be written').lower()}")
    return DONE


def _fail(*messages: str) -> int:
    sys.stderr.writelines(f"{shown(message)}\n" for message in messages)
    return WRONG_USE
