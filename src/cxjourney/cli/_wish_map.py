"""The command ``cxjourney wishes``: from its arguments to the text that it prints."""

import argparse
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from cxjourney.cli._sending._report_file import write_report
from cxjourney.cli._shared import document, told
from cxjourney.cli._wish_segments import compared
from cxjourney.errors import FaultsError, InvalidError, quoted
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._csv import column_hint, is_number
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes import (
    CheckAll,
    Comparison,
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
    SurveyFile,
    SurveyTool,
    WishMap,
    YesNo,
    items_by_prefix,
    map_wishes,
)
from cxjourney.wishes._files._headed_file import FileOptions
from cxjourney.wishes._files._read_survey import REFUSED, load_survey
from cxjourney.wishes._files._source import Source

WIDTH = 80
SURVEY_VERSION = 1
INDENT = "  "
GOES_WITH = {
    "answered": "check-all",
    "commented": "mentions",
    "pick": "pick",
    "total": "sum",
    "shown": "maxdiff",
    "worst_prefix": "maxdiff",
}
"""The form of statements that an argument belongs to."""

FILE_OPTIONS = frozenset(attrs.fields_dict(FileOptions))
"""How a file is read, by the name of the option."""

NEEDS = {"pick": "pick", "maxdiff": "worst_prefix"}
"""The argument that a form of statements cannot do without."""

OF_EFFECTS = frozenset({"outcome", "reliability", "outcome_model", "within"})
"""What ``map_wishes`` may refuse, where the option goes by the same name."""

FLAGS = {"k": "--pick"}
"""The option that gives what is called otherwise inside."""


def tell(arguments: argparse.Namespace, source: Source, progress: Progress | None) -> str:
    """Return what the command prints: what was recognised, and the table of wishes; or JSON.

    Args:
        arguments: the arguments of the command, as its parser gives them.
        source: the survey's file.
        progress: is told how far the work is.

    Raises:
        InvalidError: arguments do not fit together, a limit is not of its form, or the picture
            cannot be written.
        FaultsError: the columns are not as asked for; it names the lines at fault.
        MissingExtraError: a picture is asked for, and matplotlib is not installed.
    """
    lang = Lang(arguments.lang)
    draw = arguments.plot and load("cxjourney.show._pictures._wish_plot").draw
    survey, broken = loaded(arguments, source, progress)
    if arguments.outcome is None:
        return _recognised(arguments, survey, broken)
    wish_map, comparison = _maps(arguments, survey, broken, progress)
    if draw:
        picture = draw(wish_map, arguments.plot.suffix.lower(), lang, dark=arguments.dark)
        store(picture, arguments.plot)
    write_report(arguments, wish_map)
    if arguments.json:
        values = wish_map.to_dict(lang if arguments.explain else None)
        values["file"] = survey.to_dict()
        if comparison is not None:
            values["segments"] = comparison.to_dict()
        return document(values)
    page = load("cxjourney.show._wish_tables").wishes_page(wish_map, lang).narrow
    parts = [told(page, full=arguments.full)]
    if arguments.full:
        parts.insert(0, load("cxjourney.show._survey_tables").survey_head(survey, lang))
    if comparison is not None:
        compared_page = load("cxjourney.show._analyses._comparison_tables").comparison_page
        parts.append(told(compared_page(comparison, lang)))
    if arguments.explain:
        parts += [_explained(one.classification.explain(lang)) for one in wish_map.findings]
    return "\n".join(parts)


def loaded(
    arguments: argparse.Namespace, source: Source, progress: Progress | None
) -> tuple[SurveyFile, list[InvalidError]]:
    """Return the survey, and what is wrong with its records.

    Raises:
        InvalidError: it cannot be read; what is to be given is named as it is typed.
    """
    try:
        return load_survey(source, _options(arguments), progress)
    except InvalidError as error:
        if error.where in FILE_OPTIONS:
            raise attrs.evolve(error, where=f"--{error.where}") from None
        raise


def _options(arguments: argparse.Namespace) -> FileOptions:
    return FileOptions(
        tool=None if arguments.tool is None else SurveyTool[arguments.tool.upper()],
        header=arguments.header,
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        decimal=arguments.decimal,
        sheet=arguments.sheet,
        missing=tuple(float(one) if is_number(one) else one for one in arguments.missing),
        codes=dict(arguments.codes),
        choices=dict(arguments.choices),
        drop=dict(arguments.drop),
        show_values=arguments.show_values,
    )


def _recognised(
    arguments: argparse.Namespace, survey: SurveyFile, broken: Sequence[InvalidError]
) -> str:
    """Return what was recognised in a file; what needs an outcome must not be asked for.

    Raises:
        InvalidError: something is asked for that needs an outcome.
        FaultsError: records of the file are at fault.
    """
    for name in ("plot", "html", "explain", "wishes", "segment"):
        if getattr(arguments, name):
            raise InvalidError(f"--{name}", "given without --outcome", "--outcome too")
    if broken:
        raise FaultsError(REFUSED, [*broken, *survey.bad_cells(survey.columns_of_numbers())])
    if arguments.json:
        return document({"survey": SURVEY_VERSION, "file": survey.to_dict()})
    return told(load("cxjourney.show._survey_tables").survey_page(survey, Lang(arguments.lang)))


def _maps(
    arguments: argparse.Namespace,
    survey: SurveyFile,
    broken: Sequence[InvalidError],
    progress: Progress | None,
) -> tuple[WishMap, Comparison | None]:
    """Return the map of a survey, and those of its segments side by side where they are asked for.

    Raises:
        InvalidError: arguments do not fit together.
        FaultsError: the columns are not as asked for.
    """
    try:
        criteria = _criteria(arguments)
        statements = _statements(arguments)
    except InvalidError as error:
        field = error.field.removeprefix("--")
        raise attrs.evolve(error, where=FLAGS.get(field, f"--{field}")) from None
    items = _items(arguments, survey)
    numbers = _numbers(arguments, items, statements)
    texts = {
        column: option
        for column, option in (
            (arguments.respondent, "--respondent"),
            (arguments.segment, "--segment"),
        )
        if column is not None
    }
    faults = [*not_there({**numbers, **texts}, survey, arguments), *broken]
    faults += survey.bad_cells(name for name in numbers if name in survey.names)
    if faults:
        raise FaultsError(REFUSED, faults)

    def mapped(table: SurveyFile | Mapping[str, object]) -> WishMap:
        return map_wishes(
            table,
            outcome=arguments.outcome,
            items=items,
            statements=statements,
            respondent=arguments.respondent,
            weight=arguments.weight,
            controls=arguments.controls,
            rating_range=arguments.range,
            outcome_range=arguments.outcome_range,
            blank=arguments.blank or "unused",
            reliability=arguments.reliability,
            outcome_model=arguments.outcome_model or "linear",
            within=arguments.within,
            criteria=criteria,
            progress=progress,
        )

    needed = dict.fromkeys([*numbers, *filter(None, [arguments.respondent])])
    try:
        whole = mapped(survey)
        if arguments.segment is None:
            return whole, None
        return whole, compared(arguments, survey, list(needed), mapped)
    except InvalidError as error:
        if error.where in OF_EFFECTS:
            raise attrs.evolve(error, where=_option(error.where)) from None
        raise


def _items(arguments: argparse.Namespace, survey: SurveyFile) -> tuple[Item, ...]:
    rating, said = arguments.rating_question, arguments.said_question
    if rating is None and said is None:
        return items_by_prefix(
            arguments.wishes
            or _wishes(survey.names, arguments.said_prefix, arguments.rating_prefix),
            said=arguments.said_prefix,
            rating=arguments.rating_prefix,
            worst=arguments.worst_prefix,
        )
    try:
        found = survey.items(rating=rating, said=said)
    except InvalidError as error:
        where = {"rating": "--rating-question", "said": "--said-question"}
        raise attrs.evolve(error, where=where.get(error.where, "--said-question")) from None
    wanted = arguments.wishes or [item.wish.about for item in found]
    return tuple(item for item in found if item.wish.about in wanted)


def not_there(
    asked: Mapping[str, str], survey: SurveyFile, arguments: argparse.Namespace
) -> Iterator[InvalidError]:
    """Yield the columns that are asked for and not there, each with what may have been meant."""
    for name, flag in sorted(asked.items()):
        if name not in survey.names:
            shows = arguments.show_values
            hint = column_hint(name, survey.names, survey.line, show_values=shows)
            found = f"no such column among {len(survey.names)}{hint}"
            if f"{name} (1)" in survey.names:
                found = f"several columns of that name, numbered as {quoted(f'{name} (1)')}"
            lines = (survey.line,) if survey.line else ()
            expected = f"one column of the file, for {flag}"
            yield InvalidError("", found, expected, column=name, lines=lines)


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
        "check-all": lambda: CheckAll(arguments.answered),
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
