"""The table of a survey: what is asked of it, and reading it whole or not at all (SPEC 8)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias, cast

import attrs
import narwhals as nw
import numpy as np
from attrs.validators import deep_iterable, optional
from narwhals.exceptions import DuplicateError

from cxjourney.errors import FaultsError, InvalidError, listed, quoted
from cxjourney.vocabulary._checks import (
    MANY,
    a,
    a_column,
    all_of,
    check_number,
    check_several,
    must,
)
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._files._code_books import code_books
from cxjourney.wishes._files._survey_file import SurveyFile
from cxjourney.wishes._items import Item
from cxjourney.wishes._survey._intake import (
    Extent,
    Sheet,
    Use,
    faults_at,
    figure,
    take_numbers,
    take_respondents,
)
from cxjourney.wishes._survey._statement_forms import StatementForm

PAIR = 2

LARGEST = 1e150
"""The largest number of a survey but for weights; its square is a float too."""

FINITE = float(np.finfo(np.float64).max)


def _as_items(items: Iterable[Item]) -> tuple[Item, ...]:
    check_several("Asked.items", items, "several items, such as a list of them")
    return tuple(items)


def _as_controls(controls: Iterable[str]) -> tuple[str, ...]:
    check_several("Asked.controls", controls, "several names of columns, such as a list of them")
    return tuple(controls)


def _is_range(
    instance: object, field: "attrs.Attribute[tuple[float, float]]", bounds: object
) -> None:
    pair = isinstance(bounds, Sequence) and not isinstance(bounds, str) and len(bounds) == PAIR
    must(pair, instance, field.name, bounds, "two numbers, such as (1, 5)")
    where = f"{type(instance).__name__}.{field.name}"
    low, high = (
        check_number(where, bound, -MANY, MANY) for bound in cast("Sequence[object]", bounds)
    )
    if low >= high:
        raise InvalidError(where, f"({low:g}, {high:g})", "the least before the most")


LEAST_RELIABILITY = 0.01
BLANK = ("unused", "skipped")
MODELS = ("linear", "logit", "ordered")


def _is_blank(instance: object, field: "attrs.Attribute[str]", blank: object) -> None:
    must(blank in BLANK, instance, field.name, blank, "'unused' or 'skipped'")


def _is_model(instance: object, field: "attrs.Attribute[str]", model: object) -> None:
    must(model in MODELS, instance, field.name, model, "'linear', 'logit' or 'ordered'")


@attrs.frozen
class Asked:
    """What is asked of the table of a survey.

    Attributes:
        outcome: the column of the outcome.
        items: the wishes and their columns.
        statements: the form of the statements.
        respondent: the column that says whose a row is; None where every row is of a respondent of
            its own.
        weight: the column of weights; None where every row counts alike.
        controls: the columns of further causes of the outcome.
        rating_range: the least and the most that a rating of fulfilment may be; None for any.
        outcome_range: the least and the most that the outcome may be; None for any.
        codes: the code books of columns.
        blank: what a blank rating means.
        reliability: the share of the variance of each wish's ratings that is no noise, or one for
            all; None where nothing is known of it.
        model: how the outcome depends on the ratings.
        within: whether effects are those within respondents.

    Raises:
        InvalidError: a field is not of its type.
    """

    outcome: str = attrs.field(validator=a_column)
    items: tuple[Item, ...] = attrs.field(converter=_as_items, validator=all_of(Item))
    statements: StatementForm = attrs.field(validator=a(StatementForm))
    respondent: str | None = attrs.field(default=None, validator=optional(a_column))
    weight: str | None = attrs.field(default=None, validator=optional(a_column))
    controls: tuple[str, ...] = attrs.field(
        default=(), converter=_as_controls, validator=deep_iterable(a_column)
    )
    rating_range: tuple[float, float] | None = attrs.field(
        default=None, validator=optional(_is_range)
    )
    outcome_range: tuple[float, float] | None = attrs.field(
        default=None, validator=optional(_is_range)
    )
    codes: Mapping[Any, Mapping[Any, str | None]] = attrs.field(factory=dict, validator=a(Mapping))
    blank: str = attrs.field(default="unused", validator=_is_blank)
    reliability: float | Mapping[str, float] | None = attrs.field(default=None)
    model: str = attrs.field(default="linear", validator=_is_model)
    within: bool = attrs.field(default=False, validator=a(bool))

    def __attrs_post_init__(self) -> None:
        if self.model != "linear" and (self.weight is not None or self.reliability is not None):
            found = "with weights or a reliability"
            raise InvalidError("outcome_model", found, "neither of them, or 'linear'")
        if self.within:
            self._check_within()
        known = {item.wish.about for item in self.items}
        given = self.reliability
        for about, share in given.items() if isinstance(given, Mapping) else [(None, given)]:
            if about is not None and about not in known:
                found = f"of a wish that is not among the {len(known)} items"
                raise InvalidError("reliability", found, "what one of the items is about")
            if share is not None:
                check_number("reliability", share, LEAST_RELIABILITY, 1)

    def _check_within(self) -> None:
        if self.respondent is None:
            raise InvalidError("within", "without a respondent", "the column of respondents too")
        others = (self.model != "linear", self.blank != "unused", self.reliability is not None)
        names = ("another outcome model", "skipped blanks", "a reliability")
        for given, name in zip(others, names, strict=True):
            if given:
                raise InvalidError("within", f"with {name}", "one of the two")

    def reliabilities(self) -> list[float] | None:
        """Return the reliability of each item's ratings, 1 where none was given of it."""
        given = self.reliability
        if given is None:
            return None
        by_name = given if isinstance(given, Mapping) else {}
        every = 1.0 if isinstance(given, Mapping) else given
        return [by_name.get(item.wish.about, every) for item in self.items]

    def uses(self) -> Iterator[Use]:
        """Yield every column that is asked for, and what for."""
        yield self.outcome, "the outcome"
        if self.respondent is not None:
            yield self.respondent, "the respondent"
        if self.weight is not None:
            yield self.weight, "the weight"
        for control in self.controls:
            yield control, "a control"
        for item in self.items:
            if item.rating is not None:
                yield item.rating, f"the rating of {quoted(item.wish.about)}"
        yield from self.statements.columns(self.items)


Take: TypeAlias = Callable[[str], object]

REFUSED = "the survey cannot be read"
A_TABLE = (
    "a mapping of columns, a structured array, or a table of pandas, polars, pyarrow or DuckDB"
)
A_WEIGHT = "a weight of 0 or more"


def read_sheet(table: object, asked: Asked) -> Sheet:
    """Return the columns that are asked for, each read once, and not copied where that can be.

    Args:
        table: a survey read from a file, a mapping of arrays or sequences by the names of columns,
            a structured array, or a frame that narwhals takes; of a lazy one only these columns are
            worked out.
        asked: which columns are what.

    Raises:
        FaultsError: with everything that is wrong with the table.
    """
    if isinstance(table, SurveyFile):
        try:
            return _read(table.names, table, asked)
        except FaultsError as error:
            raise table.by_lines(error) from None
    names, take = open_table(table, (name for name, _ in asked.uses()))
    return _read(names, None if take is None else _Frame(names, take, asked.codes), asked)


def _read(names: Sequence[Any], table: "_Frame | SurveyFile | None", asked: Asked) -> Sheet:
    faults = [*_faults_of_wishes(asked), *_faults_of_names(names, asked.uses())]
    if isinstance(table, SurveyFile) and asked.codes:
        found = "code books for a survey that was read from a file"
        faults.append(InvalidError("", found, "them in codes= of read_survey"))
    if table is None:
        raise FaultsError(REFUSED, faults)
    there = set(names)
    sizes, numbers, extents = dict[str, int](), dict[str, Floats](), dict[str, Extent]()
    codes = clusters = None
    for name in dict.fromkeys(name for name, _ in asked.uses() if name in there):
        if name == asked.respondent:
            taken = take_respondents(table.take_ids(name), name, faults)
            if taken is not None:
                codes, clusters = taken
                sizes[name] = codes.size
        else:
            values = table.take_numbers(name, faults)
            if values is not None:
                numbers[name], sizes[name] = values, values.size
                extents[name] = Extent.of(values)
                if not extents[name].within(-FINITE, FINITE):
                    wrong = np.isinf(values)
                    faults.extend(faults_at(wrong, name, figure(values), "a finite number"))
    rows = next(iter(sizes.values()), 0)
    faults.extend(_faults_of_sizes(sizes, rows))
    numbers = {name: values for name, values in numbers.items() if values.size == rows}
    weights = None if asked.weight is None else numbers.pop(asked.weight, None)
    sheet = Sheet(rows, numbers, extents, weights, codes, clusters)
    faults.extend(_faults_of_values(sheet, asked))
    if faults:
        raise FaultsError(REFUSED, faults)
    if weights is None:
        return sheet
    weights = weights / weights.max()
    return attrs.evolve(sheet, weights=weights / weights.mean())


class _Frame:
    """A table in memory, with the code books of its columns."""

    def __init__(self, names: Iterable[Any], take: Take, codes: Mapping[Any, Any]) -> None:
        self._take = take
        self._books = code_books("codes", codes, {name: (name,) for name in names})

    def take_ids(self, name: str) -> object:
        """Return a column as it stands."""
        return self._take(name)

    def take_numbers(self, name: str, faults: list[InvalidError]) -> Floats | None:
        """Return a column as numbers; what is no number, or in no code book, is a fault."""
        return take_numbers(self._take(name), name, faults, self._books.get(name))


def _faults_of_sizes(sizes: Mapping[str, int], rows: int) -> Iterator[InvalidError]:
    if sizes and not rows:
        yield InvalidError("", "no rows", "at least one row")
    for name, size in sizes.items():
        if size != rows:
            expected = f"{rows:,} rows, as column {quoted(next(iter(sizes)))} has"
            yield InvalidError("", f"{size:,} rows", expected, column=name)


def open_table(table: object, wanted: Iterable[str]) -> tuple[Sequence[Any], Take | None]:
    """Return the names of a table's columns and what takes one; None where names stand twice.

    Args:
        table: as ``map_wishes`` takes it.
        wanted: the columns that will be taken; of a lazy frame no others are worked out.

    Raises:
        FaultsError: it is no table.
    """
    if isinstance(table, Mapping):
        return tuple(table), table.__getitem__
    if isinstance(table, np.ndarray) and table.dtype.names:
        return table.dtype.names, table.__getitem__
    try:
        frame = nw.from_native(table, pass_through=True)
    except DuplicateError:
        return _names_of(table), None
    if isinstance(frame, nw.LazyFrame):
        names = frame.collect_schema().names()
        there = [name for name in dict.fromkeys(wanted) if name in names]
        frame = frame.select(there or names[:1]).collect()
        return names, frame.get_column
    if isinstance(frame, nw.DataFrame):
        # Its own series is taken for what it is in less time than one of narwhals is made.
        own = frame.implementation.is_pandas()
        return frame.columns, frame.to_native().__getitem__ if own else frame.get_column
    raise FaultsError(REFUSED, [_no_table(table)])


def _names_of(frame: object) -> Sequence[Any]:
    """Return the names of the columns of a frame of pyarrow or pandas."""
    names = "column_names" if hasattr(frame, "column_names") else "columns"
    return tuple(getattr(frame, names))


def _no_table(table: object) -> InvalidError:
    found, expected = f"a {type(table).__name__}", A_TABLE
    if isinstance(table, np.ndarray):
        found = f"an array of {table.ndim} dimensions without names of columns"
        expected = "a mapping, such as dict(zip(names, array.T))"
    return InvalidError("", found, expected)


def _faults_of_wishes(asked: Asked) -> Iterator[InvalidError]:
    if not asked.items:
        yield InvalidError("", "no wishes", "at least one item")
    for name, times in Counter(item.wish.about for item in asked.items).items():
        if times > 1:
            found = f"{times} wishes that are called {quoted(name)}"
            yield InvalidError("", found, "another name for each wish")
    read = {name for name, _ in asked.uses()}
    for item in asked.items:
        if item.worst is not None and item.worst not in read:
            found = f"choices as worst, which {type(asked.statements).__name__} does not read"
            yield InvalidError(
                "", found, "MaxDiff as the form of the statements", column=item.worst
            )


def _faults_of_names(names: Sequence[Any], uses: Iterable[Use]) -> Iterator[InvalidError]:
    for name, times in Counter(names).items():
        if times > 1:
            expected = "another name for each column"
            yield InvalidError("", f"a name that {times} columns have", expected, column=str(name))
    purposes = defaultdict[str, list[str]](list)
    for name, purpose in uses:
        purposes[name].append(purpose)
    there = set(names)
    for name, of in purposes.items():
        if name not in there:
            yield InvalidError(
                "", f"no such column, for {of[0]}", _nearest(name, names), column=name
            )
        if len(of) > 1:
            yield InvalidError("", " and ".join(of), "a column of its own for each", column=name)


def _nearest(name: str, names: Sequence[Any]) -> str:
    known = {str(one).casefold(): str(one) for one in names}
    near = [known[one] for one in get_close_matches(name.casefold(), known)]
    if near:
        return f"a column of the table; the nearest are {listed(near)}"
    return f"a column of the table, which has {listed(known.values()) or 'none'}"


def _faults_of_values(sheet: Sheet, asked: Asked) -> Iterator[InvalidError]:
    numbers, extents = sheet.numbers, sheet.extents
    if sheet.weights is not None and asked.weight is not None:
        yield from _faults_of_weights(sheet.weights, asked.weight)
    for name, values in numbers.items():
        if not extents[name].within(-LARGEST, LARGEST):
            large = np.isfinite(values) & (np.abs(values) > LARGEST)
            expected = f"a number of at most {LARGEST:g} in size"
            yield from faults_at(large, name, figure(values), expected)
    ranges = [(asked.outcome, asked.outcome_range, "an outcome")]
    ratings = dict.fromkeys(item.rating for item in asked.items if item.rating is not None)
    ranges += [(name, asked.rating_range, "a rating") for name in ratings]
    for name, bounds, what in ranges:
        if bounds is not None and name in numbers and not extents[name].within(*bounds):
            (low, high), values = bounds, numbers[name]
            wrong = np.isfinite(values) & ((values < low) | (values > high))
            expected = f"{what} from {low:g} to {high:g}, or a blank"
            yield from faults_at(wrong, name, figure(values), expected)
    yield from asked.statements.faults(sheet, asked.items)


def _faults_of_weights(weights: Floats, name: str) -> Iterator[InvalidError]:
    yield from faults_at(np.isnan(weights), name, lambda _: "a blank", A_WEIGHT)
    yield from faults_at(weights < 0, name, figure(weights), A_WEIGHT)
    if weights.size and not weights.any():
        yield InvalidError("", "0 in every row", "a weight above 0 in some row", column=name)
