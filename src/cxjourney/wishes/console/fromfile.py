"""The command ``python -m cxjourney wishes``: from its arguments to the text that it prints."""

import argparse
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cxjourney.errors import CxJourneyError
from cxjourney.extras import load
from cxjourney.progress import progress_bar
from cxjourney.shown import shown
from cxjourney.texts import Lang
from cxjourney.wishes.console.csvfile import open_csv
from cxjourney.wishes.console.document import wishes_json
from cxjourney.wishes.criteria import Criteria, EffectPrior, EffectScale
from cxjourney.wishes.findings import WishMap
from cxjourney.wishes.reading.faults import SurveyError
from cxjourney.wishes.reading.items import Item, items_by_prefix
from cxjourney.wishes.show.text import table_text
from cxjourney.wishes.statements import (
    ConstantSum,
    MaxDiff,
    Mentions,
    PickK,
    Ratings,
    StatementForm,
    YesNo,
)
from cxjourney.wishes.survey.mapping import map_wishes

__all__ = ["ArgumentError", "tell"]

WIDTH = 110
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


class ArgumentError(CxJourneyError, ValueError):
    """The arguments of the command do not fit together, or do not fit the file."""


def tell(arguments: argparse.Namespace) -> str:
    """Return what the command prints: the table of a survey's wishes, or its JSON.

    Args:
        arguments: the arguments of the command, as its parser gives them.

    Raises:
        ArgumentError: arguments do not fit together, or the picture cannot be written.
        SurveyError: the file or its columns are not as asked for; it names the lines at fault.
        WishError: a limit is not of its form.
        MissingExtraError: a picture is asked for, and matplotlib is not installed.
    """
    lang = Lang(arguments.lang)
    draw = arguments.plot and load("cxjourney.wishes.show.picture").draw
    wish_map = _map(arguments)
    if draw:
        _store(draw(wish_map, arguments.plot.suffix.lower(), lang), arguments.plot)
    if arguments.json:
        return wishes_json(wish_map, lang if arguments.explain else None)
    parts = [table_text(wish_map, lang)]
    if arguments.explain:
        parts += [_explained(one.classification.explain(lang)) for one in wish_map.findings]
    return "\n".join(parts)


def _map(arguments: argparse.Namespace) -> WishMap:
    criteria = Criteria(
        level=arguments.level,
        tau=arguments.tau,
        delta=arguments.delta,
        scale=EffectScale(arguments.scale),
        prior=EffectPrior(arguments.prior),
    )
    statements = _statements(arguments)
    survey = open_csv(arguments.file)
    items = items_by_prefix(
        arguments.wishes or _wishes(survey.names, arguments.said_prefix, arguments.rating_prefix),
        said=arguments.said_prefix,
        rating=arguments.rating_prefix,
        worst=arguments.worst_prefix,
    )
    texts = [] if arguments.respondent is None else [arguments.respondent]
    with progress_bar(wanted=not arguments.no_progress) as bar:
        table = survey.read(_numbers(arguments, items, statements), texts, progress=bar)
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
                progress=bar,
            )
        except SurveyError as error:
            raise table.by_lines(error) from None


def _statements(arguments: argparse.Namespace) -> StatementForm:
    """Return the form in which customers said what they want.

    Raises:
        ArgumentError: an argument of another form is given, or one that the form needs is not.
    """
    form: str = arguments.form
    for name, of in GOES_WITH.items():
        if of != form and getattr(arguments, name) is not None:
            raise ArgumentError(f"{_option(name)} goes with --form {of}, not {form}")
    if form in NEEDS and getattr(arguments, NEEDS[form]) is None:
        raise ArgumentError(f"--form {form} needs {_option(NEEDS[form])}")
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
        raise ArgumentError(f"--wishes is not given, and there are no columns {pair} for any X")
    return found


def _numbers(
    arguments: argparse.Namespace, items: Sequence[Item], statements: StatementForm
) -> list[str]:
    """Return the columns of numbers that the survey needs."""
    columns = [
        arguments.outcome,
        arguments.weight,
        *arguments.controls,
        *(item.rating for item in items),
        *(use.column for use in statements.columns(items)),
    ]
    return list(dict.fromkeys(column for column in columns if column is not None))


def _explained(text: str) -> str:
    """Return an explanation with its lines wrapped as the table is."""
    return "".join(f"{line}\n" for line in _wrapped(text))


def _wrapped(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        yield from textwrap.wrap(
            line, WIDTH, subsequent_indent=indent + INDENT, break_on_hyphens=False
        )


def _store(picture: bytes, path: Path) -> None:
    try:
        path.write_bytes(picture)
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        raise ArgumentError(f"--plot {shown(str(path))}: {why}") from None
