"""The command ``python -m cxjourney wishes FILE --outcome COLUMN``: what it takes."""

import argparse
import csv
from pathlib import Path

from cxjourney.cli._kano_command import add_options, check, tell
from cxjourney.cli._shared import add_output
from cxjourney.vocabulary._csv import open_csv, read_lines
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import progress_bar
from cxjourney.wishes import EffectPrior, EffectScale
from cxjourney.wishes._kinds import DELTA, LEVEL

A_SURVEY = "a survey in CSV, with the names of its columns in the first line"
DELIMITERS = ",;\t"
FORMS = ("yes-no", "mentions", "pick", "sum", "ratings", "maxdiff")
PICTURES = (".svg", ".png", ".pdf")


def define(parser: argparse.ArgumentParser) -> None:
    """Tell a parser what the command takes, and what runs it."""
    parser.description = "Tell from a survey which wishes are worth fulfilling, and how sure it is."
    parser.set_defaults(run=_run)
    parser.add_argument("file", metavar="FILE", help="the survey, a CSV file in UTF-8")
    _add_columns(parser.add_argument_group("columns of the survey"))
    _add_form(parser.add_argument_group("how customers said what they want"))
    add_options(parser.add_argument_group("Kano's questionnaire"))
    _add_limits(parser.add_argument_group("limits"))
    _add_output(parser.add_argument_group("output"))


def _run(arguments: argparse.Namespace) -> str:
    check(arguments)
    with progress_bar(wanted=not arguments.no_progress) as bar:
        lines = read_lines(arguments.file, A_SURVEY, bar)
        file = open_csv(
            arguments.file, lines, DELIMITERS, A_SURVEY, show_values=arguments.show_values
        )
        if arguments.kano:
            return tell(arguments, file)
        # Only now, so that a file that is not there is told before a package that is not.
        text: str = load("cxjourney.cli._wish_map").tell(arguments, file, bar)
    return text


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
    group.add_argument("--respondent", metavar="COLUMN", help="who answered, where rows share one")
    group.add_argument("--weight", metavar="COLUMN", help="how much each row counts")
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


def _add_form(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--form", choices=FORMS, default=FORMS[0], help="default: %(default)s")
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


def _add_output(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--explain", action="store_true", help="explain each wish in words")
    group.add_argument("--json", action="store_true", help="print JSON")
    group.add_argument(
        "--plot", metavar="OUT", type=_picture, help=f"draw the map too: {', '.join(PICTURES)}"
    )
    group.add_argument("--dark", action="store_true", help="draw on dark ground")
    add_output(group, reads_file=True)


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
