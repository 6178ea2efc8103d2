"""The command ``python -m cxjourney wishes``: from its arguments to the text that it prints."""

import argparse
import json
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from cxjourney.cli._columns import read_columns
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._csv import CsvFile
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes import (
    ConstantSum,
    Criteria,
    EffectPrior,
    EffectScale,
    Item,
    MaxDiff,
    Mentions,
    PickK,
    Ratings,
    StatementForm,
    WishMap,
    YesNo,
    items_by_prefix,
    map_wishes,
)

WIDTH = 80
INDENT = "  "
GOES_WITH = {
    "commented": "mentions",
    "pick": "pick",
    "total": "sum",
    "shown": "maxdiff",
    "worst_prefix": "maxdiff",
}
"""The form of statements that an argument belongs to."""

NEEDS = {"pick": "pick", "maxdiff": "worst_prefix"}
"""The argument that a form of statements cannot do without."""

FLAGS = {"k": "--pick"}
"""The option that gives what is called otherwise inside."""


def tell(arguments: argparse.Namespace, file: CsvFile, progress: Progress | None) -> str:
    """Return what the command prints: the table of a survey's wishes, or its JSON.

    Args:
        arguments: the arguments of the command, as its parser gives them.
        file: the survey.
        progress: is told how far the work is.

    Raises:
        InvalidError: arguments do not fit together, a limit is not of its form, or the picture
            cannot be written.
        FaultsError: the columns are not as asked for; it names the lines at fault.
        MissingExtraError: a picture is asked for, and matplotlib is not installed.
    """
    lang = Lang(arguments.lang)
    draw = arguments.plot and load("cxjourney.show._pictures._plot").draw
    wish_map = _map(arguments, file, progress)
    if draw:
        picture = draw(wish_map, arguments.plot.suffix.lower(), lang, dark=arguments.dark)
        store(picture, arguments.plot)
    if arguments.json:
        document = wish_map.to_dict(lang if arguments.explain else None)
        # In ASCII, which no terminal takes for a command.
        return json.dumps(document, indent=2, allow_nan=False) + "\n"
    parts = [wish_map.explain(lang)]
    if arguments.explain:
        parts += [_explained(one.classification.explain(lang)) for one in wish_map.findings]
    return "\n".join(parts)


def _map(arguments: argparse.Namespace, file: CsvFile, progress: Progress | None) -> WishMap:
    try:
        criteria = _criteria(arguments)
        statements = _statements(arguments)
    except InvalidError as error:
        field = error.field.removeprefix("--")
        raise attrs.evolve(error, where=FLAGS.get(field, f"--{field}")) from None
    items = items_by_prefix(
        arguments.wishes or _wishes(file.names, arguments.said_prefix, arguments.rating_prefix),
        said=arguments.said_prefix,
        rating=arguments.rating_prefix,
        worst=arguments.worst_prefix,
    )
    texts = {} if arguments.respondent is None else {arguments.respondent: "--respondent"}
    table = read_columns(file, _numbers(arguments, items, statements), texts)
    try:
        return map_wishes(
            table.columns,
            outcome=arguments.outcome,
            items=items,
            statements=statements,
            respondent=arguments.respondent,
            weight=arguments.weight,
            controls=arguments.controls,
            rating_range=arguments.range,
            criteria=criteria,
            progress=progress,
        )
    except FaultsError as error:
        raise table.by_lines(error) from None


def _criteria(arguments: argparse.Namespace) -> Criteria:
    scale = EffectScale(arguments.scale)
    if scale is EffectScale.RAW and arguments.delta is None:
        raise InvalidError("--scale", "raw without --delta", "--delta too, a number of points")
    return Criteria(
        level=arguments.level,
        tau=arguments.tau,
        delta=arguments.delta,
        scale=scale,
        prior=EffectPrior(arguments.prior),
    )


def _statements(arguments: argparse.Namespace) -> StatementForm:
    """Return the form in which customers said what they want.

    Raises:
        InvalidError: an argument of another form is given, or one that the form needs is not.
    """
    form: str = arguments.form
    for name, of in GOES_WITH.items():
        if of != form and getattr(arguments, name) is not None:
            raise InvalidError(_option(name), f"given with --form {form}", f"--form {of}")
    if form in NEEDS and getattr(arguments, NEEDS[form]) is None:
        option = _option(NEEDS[form])
        raise InvalidError("--form", f"{form} without {option}", f"{option} too")
    forms: dict[str, Callable[[], StatementForm]] = {
        "yes-no": YesNo,
        "mentions": lambda: Mentions(arguments.commented),
        "pick": lambda: PickK(arguments.pick),
        "sum": lambda: ConstantSum(arguments.total),
        "ratings": Ratings,
        "maxdiff": lambda: MaxDiff(arguments.shown),
    }
    return forms[form]()


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _wishes(names: Sequence[str], said: str, rating: str) -> list[str]:
    """Return every wish that has both its columns, in the order of the file."""
    there = set(names) if said != rating else set()
    wishes = [name.removeprefix(rating) for name in names if name.startswith(rating)]
    found = [wish for wish in wishes if wish and said + wish in there]
    if not found:
        pair = f"{rating}X and {said}X"
        none = f"not given, and there are no columns {pair} for any X"
        raise InvalidError("--wishes", none, "the wishes, or the prefixes of their columns")
    return found


def _numbers(
    arguments: argparse.Namespace, items: Sequence[Item], statements: StatementForm
) -> dict[str, str]:
    """Return the columns of numbers that are needed, each with the option that asks for it."""
    columns = [
        (arguments.outcome, "--outcome"),
        (arguments.weight, "--weight"),
        *((control, "--controls") for control in arguments.controls),
        (arguments.commented, "--commented"),
        *((item.rating, "--wishes") for item in items),
        *((name, "--wishes") for name, _ in statements.columns(items)),
    ]
    asked: dict[str, str] = {}
    for column, flag in columns:
        if column is not None:
            asked.setdefault(column, flag)
    return asked


def _explained(text: str) -> str:
    """Return an explanation with its lines wrapped as the table is."""
    wrapped = list[str]()
    for line in text.split("\n"):
        deeper = INDENT + line[: len(line) - len(line.lstrip())]
        wrapped += textwrap.wrap(line, WIDTH, subsequent_indent=deeper, break_on_hyphens=False)
    return "".join(f"{line}\n" for line in wrapped)


def store(picture: bytes, path: Path) -> None:
    """Write a picture to a file.

    Raises:
        InvalidError: it cannot be written.
    """
    try:
        path.write_bytes(picture)
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        raise InvalidError(f"--plot {path}", why, "a file that can be written") from None
