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
from cxjourney.vocabulary._texts import command_text
from cxjourney.wishes import EffectPrior, EffectScale
from cxjourney.wishes._files._heads import SurveyTool
from cxjourney.wishes._files._source import open_source
from cxjourney.wishes._kinds import DELTA, LEVEL

EXAMPLE = "wishes --example"
FORMS = ("yes-no", "check-all", "mentions", "pick", "sum", "ratings", "maxdiff")
PICTURES = (".svg", ".png", ".pdf")
BLANKS = ("unused", "skipped")
MODELS = ("linear", "logit", "ordered")


def define(parser: Parser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.example = EXAMPLE
    parser.set_defaults(run=_run)
    parser.add_argument(
        "file", metavar="FILE", nargs="?", help="the survey: CSV, Excel or SPSS; see --outcome"
    )
    parser.add_argument(
        "--example", action="store_true", help=command_text("use_example", parser.lang)
    )
    _add_file(parser.add_argument_group("how the file is read"))
    _add_columns(parser.add_argument_group("columns of the survey"))
    _add_form(parser.add_argument_group("how customers said what they want"))
    _add_model(parser.add_argument_group("how effects are told"))
    add_options(parser.add_argument_group("Kano's questionnaire"))
    _add_limits(parser.add_argument_group("limits"))
    _add_output(parser.add_argument_group("output"), parser.lang)


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
    group.add_argument(
        "--tool", choices=[tool.name.lower() for tool in SurveyTool], help="what wrote it"
    )
    group.add_argument(
        "--header", metavar="N", type=int, help="2 where the questions stand below the names"
    )
    group.add_argument("--encoding", metavar="NAME", help="such as cp1257; UTF-8, UTF-16 are told")
    group.add_argument("--delimiter", metavar="SIGN", help="what stands between fields")
    group.add_argument("--decimal", metavar="SIGN", help="the decimal mark, . or ,")
    group.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    group.add_argument(
        "--missing", metavar="A,B", type=_names, default=(), help="what is no answer, such as 98,99"
    )
    group.add_argument(
        "--codes",
        metavar="COLUMN=BOOK",
        action="append",
        type=_codes,
        default=[],
        help="a code book, such as 'Q1=5:very good,4:good,99:' (nothing: no answer)",
    )
    group.add_argument(
        "--choices",
        metavar="COLUMN=A,B",
        action="append",
        type=_named_list,
        default=[],
        help="the choices of a question that has several in a cell",
    )
    group.add_argument(
        "--drop",
        metavar="COLUMN=A,B",
        action="append",
        type=_named_list,
        default=[],
        help="leave out the records with one of these cells, such as Status=Survey Preview",
    )


def _add_columns(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--outcome", metavar="COLUMN", help="what value is judged by")
    group.add_argument(
        "--wishes",
        metavar="A,B,C",
        type=_names,
        help="the wishes; all X that have both their columns if not given",
    )
    group.add_argument(
        "--said-prefix",
        metavar="TEXT",
        default="say_",
        help="what was said of X is in the column TEXT + X (default: say_)",
    )
    group.add_argument(
        "--rating-prefix",
        metavar="TEXT",
        default="",
        help="how well X is fulfilled is in the column TEXT + X (default: nothing)",
    )
    group.add_argument(
        "--rating-question", metavar="NAME", help="the question that rates fulfilment, by choices"
    )
    group.add_argument(
        "--said-question", metavar="NAME", help="the question that tells what is wanted, by choices"
    )
    group.add_argument("--respondent", metavar="COLUMN", help="who answered, where rows share one")
    group.add_argument("--weight", metavar="COLUMN", help="how much each row counts")
    group.add_argument(
        "--segment", metavar="COLUMN", help="segments, or years, to be put side by side"
    )
    group.add_argument(
        "--controls",
        metavar="A,B",
        type=_names,
        default=(),
        help="columns that also move the outcome, and are no wishes",
    )
    group.add_argument(
        "--range", metavar="LOW:HIGH", type=_range, help="the range of the ratings, such as 1:5"
    )
    group.add_argument(
        "--outcome-range", metavar="LOW:HIGH", type=_range, help="the range of the outcome"
    )


def _add_form(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--form", choices=FORMS, default=FORMS[0], help="default: %(default)s")
    group.add_argument("--answered", metavar="COLUMN", help="check-all: 1 for who answered at all")
    group.add_argument("--commented", metavar="COLUMN", help="mentions: 1 for who commented at all")
    group.add_argument("--pick", metavar="K", type=int, help="pick: how many each could pick")
    group.add_argument("--total", metavar="N", type=float, help="sum: the points of each row")
    group.add_argument(
        "--shown", metavar="N", type=int, help="maxdiff: how often each row was shown each wish"
    )
    group.add_argument(
        "--worst-prefix",
        metavar="TEXT",
        help="maxdiff: how often X was chosen as worst is in the column TEXT + X",
    )


def _add_model(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--blank",
        choices=BLANKS,
        help="what a blank rating means: a wish not used, or a question skipped (default: unused)",
    )
    group.add_argument(
        "--reliability",
        metavar="SHARE",
        type=_reliability,
        help="the share of the ratings' variance that is no noise: one for all, such as 0.8, or by "
        "wish, as in A=0.8,B=0.7",
    )
    group.add_argument(
        "--outcome-model",
        choices=MODELS,
        help="how the outcome depends on the ratings: logit for 0 and 1, ordered for a few values "
        "in order; both need the extra models (default: linear)",
    )
    group.add_argument(
        "--within",
        action="store_true",
        help="effects within respondents, who have several rows each; needs --respondent",
    )


def _add_limits(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--tau",
        metavar="SHARE",
        type=float,
        help="the share above which a wish is asked for (default: the form's convention)",
    )
    group.add_argument(
        "--delta",
        metavar="EFFECT",
        type=float,
        help=f"the effect above which a wish adds value (default: our convention, {DELTA:g})",
    )
    group.add_argument(
        "--scale",
        choices=[scale.value for scale in EffectScale],
        default=EffectScale.STANDARD.value,
        help="the unit of effects (default: %(default)s)",
    )
    group.add_argument(
        "--prior",
        choices=[prior.value for prior in EffectPrior],
        default=EffectPrior.HIERARCHICAL.value,
        help="what is believed of effects before looking (default: %(default)s)",
    )
    group.add_argument(
        "--level",
        metavar="P",
        type=float,
        default=LEVEL,
        help="the probability from which something is known (default: %(default)s)",
    )


def _add_output(group: "argparse._ArgumentGroup", lang: Lang) -> None:
    group.add_argument("--explain", action="store_true", help="explain each wish in words")
    group.add_argument(
        "--plot", metavar="OUT", type=_picture, help=f"draw the map too: {', '.join(PICTURES)}"
    )
    add_report(group)
    group.add_argument("--dark", action="store_true", help="draw on dark ground")
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
