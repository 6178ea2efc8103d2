"""The command ``cxjourney wishes FILE [--outcome COLUMN]``: what it takes."""

import argparse
import csv
from contextlib import nullcontext
from importlib.resources import as_file
from pathlib import Path

from cxjourney.cli._examples import example
from cxjourney.cli._kano_command import add_options, check
from cxjourney.cli._parsing import Parser
from cxjourney.cli._sending._report_file import add_report
from cxjourney.cli._shared import add_output
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import progress_bar
from cxjourney.vocabulary._texts import command_text, option_text
from cxjourney.wishes import EffectPrior, EffectScale
from cxjourney.wishes._files._heads import SurveyTool
from cxjourney.wishes._files._source import open_source
from cxjourney.wishes._kinds import LEVEL

EXAMPLE = "wishes --example"
FORMS = ("yes-no", "check-all", "mentions", "pick", "sum", "ratings", "maxdiff")
PICTURES = (".svg", ".png", ".pdf")
BLANKS = ("unused", "skipped")
MODELS = ("linear", "logit", "ordered")


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = EXAMPLE
    parser.set_defaults(run=_run)
    parser.add_argument("file", metavar="FILE", nargs="?")
    parser.add_argument(
        "--example", action="store_true", help=command_text("use_example", parser.lang)
    )
    _add_file(parser.add_argument_group(option_text("group_file", parser.lang)))
    _add_columns(parser.add_argument_group(option_text("group_columns", parser.lang)))
    _add_form(parser.add_argument_group(option_text("group_form", parser.lang)))
    _add_model(parser.add_argument_group(option_text("group_model", parser.lang)))
    add_options(parser.add_argument_group(option_text("group_kano", parser.lang)))
    _add_limits(parser.add_argument_group(option_text("group_limits", parser.lang)))
    _add_output(parser.add_argument_group(option_text("group_output", parser.lang)), parser.lang)


def _run(arguments: argparse.Namespace) -> str:
    if arguments.example:
        _take_example(arguments)
    elif arguments.file is None:
        raise InvalidError("FILE", "not given", "a survey, or --example")
    check(arguments)
    with (
        as_file(example("survey.csv"))
        if arguments.example
        else nullcontext(arguments.file) as file,
        progress_bar(wanted=not arguments.no_progress) as bar,
    ):
        source = open_source(str(file))
        # Only now, so that a file that is not there is told before a package that is not.
        instrument = "_kano_sheet" if arguments.kano else "_wish_map"
        text: str = load(f"cxjourney.cli.{instrument}").tell(arguments, source, bar)
    return text


def _take_example(arguments: argparse.Namespace) -> None:
    """Say of the survey that comes with the package what else the user says of his own.

    Raises:
        InvalidError: a file is given too.
    """
    if arguments.file is not None:
        raise InvalidError("FILE", "given with --example", "one of the two")
    arguments.outcome = arguments.outcome or "satisfaction"
    arguments.form, arguments.commented = "mentions", "commented"


def _add_file(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--tool", choices=[tool.name.lower() for tool in SurveyTool])
    group.add_argument("--header", metavar="N", type=int)
    group.add_argument("--encoding", metavar="NAME")
    group.add_argument("--delimiter", metavar="SIGN")
    group.add_argument("--decimal", metavar="SIGN")
    group.add_argument("--sheet", metavar="NAME")
    group.add_argument("--missing", metavar="A,B", type=_names, default=())
    group.add_argument(
        "--codes",
        metavar="COLUMN=BOOK",
        action="append",
        type=_codes,
        default=[],
    )
    group.add_argument(
        "--choices",
        metavar="COLUMN=A,B",
        action="append",
        type=_named_list,
        default=[],
    )
    group.add_argument(
        "--drop",
        metavar="COLUMN=A,B",
        action="append",
        type=_named_list,
        default=[],
    )


def _add_columns(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--outcome", metavar="COLUMN")
    group.add_argument(
        "--wishes",
        metavar="A,B,C",
        type=_names,
    )
    group.add_argument(
        "--said-prefix",
        metavar="TEXT",
        default="say_",
    )
    group.add_argument(
        "--rating-prefix",
        metavar="TEXT",
        default="",
    )
    group.add_argument("--rating-question", metavar="NAME")
    group.add_argument("--said-question", metavar="NAME")
    group.add_argument("--respondent", metavar="COLUMN")
    group.add_argument("--weight", metavar="COLUMN")
    group.add_argument("--segment", metavar="COLUMN")
    group.add_argument(
        "--controls",
        metavar="A,B",
        type=_names,
        default=(),
    )
    group.add_argument("--range", metavar="LOW:HIGH", type=_range)
    group.add_argument("--outcome-range", metavar="LOW:HIGH", type=_range)


def _add_form(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--form", choices=FORMS, default=FORMS[0])
    group.add_argument("--answered", metavar="COLUMN")
    group.add_argument("--commented", metavar="COLUMN")
    group.add_argument("--pick", metavar="K", type=int)
    group.add_argument("--total", metavar="N", type=float)
    group.add_argument("--shown", metavar="N", type=int)
    group.add_argument(
        "--worst-prefix",
        metavar="TEXT",
    )


def _add_model(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--blank",
        choices=BLANKS,
    )
    group.add_argument(
        "--reliability",
        metavar="SHARE",
        type=_reliability,
    )
    group.add_argument(
        "--outcome-model",
        choices=MODELS,
    )
    group.add_argument(
        "--within",
        action="store_true",
    )


def _add_limits(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--tau",
        metavar="SHARE",
        type=float,
    )
    group.add_argument(
        "--delta",
        metavar="EFFECT",
        type=float,
    )
    group.add_argument(
        "--scale",
        choices=[scale.value for scale in EffectScale],
        default=EffectScale.STANDARD.value,
    )
    group.add_argument(
        "--prior",
        choices=[prior.value for prior in EffectPrior],
        default=EffectPrior.HIERARCHICAL.value,
    )
    group.add_argument(
        "--level",
        metavar="P",
        type=float,
        default=LEVEL,
    )


def _add_output(group: "argparse._ArgumentGroup", lang: Lang) -> None:
    group.add_argument("--explain", action="store_true")
    group.add_argument("--plot", metavar="OUT", type=_picture)
    add_report(group)
    group.add_argument("--dark", action="store_true")
    add_output(group, lang, reads_file=True, has_more=True)


def _names(text: str) -> tuple[str, ...]:
    """Return names of columns, parted by commas; a name with a comma stands in double quotes."""
    try:
        (names,) = csv.reader([text], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError):
        names = []
    found = tuple(name.strip() for name in names)
    if not (found and all(found)):
        raise argparse.ArgumentTypeError("expected names of columns, parted by commas")
    return found


def _reliability(text: str) -> float | dict[str, float]:
    """Return one share for all wishes, or one by what each is about."""
    try:
        if "=" not in text:
            return float(text)
        pairs = (one.rpartition("=") for one in _names(text))
        return {name.strip(): float(share) for name, _, share in pairs}
    except ValueError:
        raise argparse.ArgumentTypeError(
            "expected a share, or shares such as A=0.8,B=0.7"
        ) from None


def _named_list(text: str) -> tuple[str, tuple[str, ...]]:
    name, equals, rest = text.rpartition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError("expected a column, =, and a list such as A,B")
    return name.strip(), _names(rest)


def _codes(text: str) -> tuple[str, dict[float | str, str | None]]:
    """Return a column and its code book: words by number, None by what is no answer."""
    name, entries = _named_list(text)
    book = dict[float | str, str | None]()
    for entry in entries:
        code, colon, word = entry.partition(":")
        try:
            key: float | str = float(code)
        except ValueError:
            key = code.strip()
        if not colon or (word.strip() and isinstance(key, str)):
            raise argparse.ArgumentTypeError("expected a code, a colon, and its word or nothing")
        book[key] = word.strip() or None
    return name, book


def _range(text: str) -> tuple[float, float]:
    low, colon, high = text.partition(":")
    try:
        found = float(low), float(high)
    except ValueError:
        colon = ""
    if not colon or not found[0] < found[1]:
        raise argparse.ArgumentTypeError("expected two numbers such as 1:5, the lower one first")
    return found


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in PICTURES:
        raise argparse.ArgumentTypeError(f"expected a file that ends in {', '.join(PICTURES)}")
    return path
