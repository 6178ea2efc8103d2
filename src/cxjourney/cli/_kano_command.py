"""The command ``wishes FILE --kano``: Kano's questionnaire, from a file to what it prints."""

import argparse
import json
from collections.abc import Iterator, Sequence

from cxjourney.cli._columns import BLANKS, read_columns
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._csv import CsvFile
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes import KanoMap, read_kano

CODES = ("1", "2", "3", "4", "5")
OWN = ("with_prefix", "without_prefix", "importance_prefix", "codes", "segment")
"""The arguments that belong to Kano's questionnaire."""
OTHERS = ("outcome", "respondent", "weight", "controls", "range", "explain", "commented", "pick")
"""Arguments that it knows nothing of."""


def add_options(group: "argparse._ArgumentGroup") -> None:
    """Add the options of Kano's questionnaire."""
    group.add_argument("--kano", action="store_true", help="read the file as Kano's questionnaire")
    group.add_argument(
        "--with-prefix",
        metavar="TEXT",
        help="how it would feel with X fulfilled is in the column TEXT + X (default: with_)",
    )
    group.add_argument(
        "--without-prefix",
        metavar="TEXT",
        help="how it would feel without X is in the column TEXT + X (default: without_)",
    )
    group.add_argument(
        "--importance-prefix",
        metavar="TEXT",
        help="how important X is, as customers say, is in the column TEXT + X",
    )
    group.add_argument(
        "--codes",
        metavar="A,B,C,D,E",
        type=_codes,
        help="how like, expect, neutral, live with, dislike are coded (default: 1,2,3,4,5)",
    )
    group.add_argument("--segment", metavar="COLUMN", help="which segment a customer is of")


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip() for code in text.split(","))
    if len(codes) != len(CODES) or len({*codes, ""}) <= len(CODES):
        raise argparse.ArgumentTypeError(
            "expected five different codes, of like first and of dislike last, parted by commas"
        )
    return codes


def check(arguments: argparse.Namespace) -> None:
    """Refuse options of the other instrument, and a survey without an outcome.

    Raises:
        InvalidError: one is given, or the outcome is not.
    """
    wrong, where = (OTHERS, "with --kano") if arguments.kano else (OWN, "without --kano")
    for name in wrong:
        if getattr(arguments, name):
            raise InvalidError(f"--{name.replace('_', '-')}", f"given {where}", "to leave it out")
    if not (arguments.kano or arguments.outcome):
        raise InvalidError("--outcome", "not given", "what value is judged by, a column")


def tell(arguments: argparse.Namespace, file: CsvFile) -> str:
    """Return what the command prints: the tables of the questionnaire, or its JSON.

    Raises:
        InvalidError: no wish has both its columns, or the picture cannot be written.
        FaultsError: the columns are not as asked for; it names the lines at fault.
        MissingExtraError: a picture is asked for, and matplotlib is not installed.
    """
    lang = Lang(arguments.lang)
    draw = arguments.plot and load("cxjourney.show._pictures._plot").draw
    found = _read(arguments, file)
    if draw:
        picture = draw(found, arguments.plot.suffix.lower(), lang, dark=arguments.dark)
        load("cxjourney.cli._wish_map").store(picture, arguments.plot)
    if arguments.json:
        return json.dumps(found.to_dict(), indent=2, allow_nan=False) + "\n"
    return found.explain(lang)


def _read(arguments: argparse.Namespace, file: CsvFile) -> KanoMap:
    with_it = _prefix(arguments.with_prefix, "with_")
    without = _prefix(arguments.without_prefix, "without_")
    important = arguments.importance_prefix
    wishes = arguments.wishes or tuple(_wishes(file.names, with_it, without))
    if not wishes:
        pair = f"{with_it}X and {without}X"
        raise InvalidError(
            "--wishes",
            f"not given, and there are no columns {pair} for any X",
            "the wishes, or --with-prefix and --without-prefix of their columns",
        )
    items = [
        (wish, with_it + wish, without + wish, *([] if important is None else [important + wish]))
        for wish in wishes
    ]
    codes: Sequence[str] = arguments.codes or CODES
    numeric = all(_is_number(code) for code in codes)
    answers = {name: "--wishes" for _, *names in items for name in names[:2]}
    ratings = {name: "--importance-prefix" for _, *names in items for name in names[2:]}
    texts = {} if arguments.segment is None else {arguments.segment: "--segment"}
    table = read_columns(
        file, {**ratings, **(answers if numeric else {})}, {**texts, **({} if numeric else answers)}
    )
    columns = {
        name: [None if _is_blank(cell) else cell for cell in cells]
        if isinstance(cells, list)
        else cells
        for name, cells in table.columns.items()
    }
    try:
        return read_kano(
            columns,
            items,
            codes=[float(code) for code in codes] if numeric else codes,
            segment=arguments.segment,
        )
    except FaultsError as error:
        raise table.by_lines(error) from None


def _prefix(given: str | None, usual: str) -> str:
    return usual if given is None else given


def _is_blank(cell: str) -> bool:
    return cell.strip().lower() in BLANKS


def _is_number(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True


def _wishes(names: Sequence[str], with_it: str, without: str) -> Iterator[str]:
    """Yield every wish that has both its columns, in the order of the file."""
    for name in names:
        wish = name.removeprefix(with_it)
        if name.startswith(with_it) and wish and with_it != without and without + wish in names:
            yield wish
