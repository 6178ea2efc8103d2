"""Surveys of SPSS: value labels, codes that are no answers, and sets of several answers.

After "SPSS System File Format" in the manual of GNU PSPP, which the reader follows (ReadStat, in
pyreadstat): a variable has up to three codes, or a range and a code, that its maker called missing;
a set of several answers is of dichotomies, ticked where a variable has the counted value, or of
categories, one in each variable.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Protocol

import attrs
import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes._files._columns import CodedColumn, Records, encoded
from cxjourney.wishes._files._heads import Head, Heading, Role, SurveyTool
from cxjourney.wishes._files._several import BLANK, NOT_TICKED, TICKED
from cxjourney.wishes._files._source import Source

EPOCH = datetime(1582, 10, 14)  # noqa: DTZ001 - times in SPSS have no zone
DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "YMDHMS", "DATETIME")
MOST_SECONDS = 265_000_000_000
"""The seconds from 1582 to the year 9980."""


class Dictionary(Protocol):
    """What a file of SPSS says of its variables, as far as it is read of sets."""

    column_names_to_labels: Mapping[str, str | None]
    variable_value_labels: Mapping[str, Mapping[Any, str]]


@attrs.frozen(eq=False)
class SpssFile:
    """A survey of SPSS.

    Attributes:
        heading: what its dictionary says of its columns.
        records: its cases; what a variable's maker called missing is blank.
        labels: the words of the numbers of each column, without those that are called missing.
        missing: how many cells of each column were called missing by its maker.
        encoding: the encoding of its texts; None where it names none.
    """

    heading: Heading
    records: Records
    labels: Mapping[str, Mapping[float, str]]
    missing: Mapping[str, int]
    encoding: str | None


def read_spss(source: Source, encoding: str | None) -> SpssFile:
    """Return a survey of SPSS.

    Args:
        source: the file, plain or compressed.
        encoding: its encoding, where the file names a wrong one.

    Raises:
        InvalidError: it cannot be read.
        MissingExtraError: pyreadstat is not installed.
    """
    pyreadstat = load("pyreadstat")
    try:
        found, about = pyreadstat.read_sav(
            BytesIO(source.content),
            user_missing=True,
            disable_datetime_conversion=True,
            output_format="dict",
            encoding=encoding,
        )
    except Exception as error:
        told = f"a file of SPSS that cannot be read ({type(error).__name__})"
        raise InvalidError(
            source.where, told, "a .sav that SPSS opens, or its encoding="
        ) from error
    heads, columns = list[Head](), list[CodedColumn]()
    labels, missing = dict[str, Mapping[float, str]](), dict[str, int]()
    cells: dict[str, list[Any]] = dict(found)
    for name in about.column_names:
        ranges = about.missing_ranges.get(name, [])
        kept = [None if _is_missing(cell, ranges) else cell for cell in cells[name]]
        missing[name] = sum(one is not None for one in cells[name]) - sum(
            one is not None for one in kept
        )
        cells[name] = kept
        is_time = str(about.original_variable_types.get(name, "")).rstrip("0123456789.") in DATES
        texts = [_time(cell) if is_time else _text(cell) for cell in kept]
        own = about.variable_value_labels.get(name, {})
        labels[name] = {
            float(code): label
            for code, label in own.items()
            if not isinstance(code, str) and not _is_missing(code, ranges)
        }
        label = about.column_names_to_labels.get(name) or ""
        heads.append(Head(name, name, label, role=Role.TIME if is_time else None))
        columns.append(encoded(texts))
    sets = list(_sets(about.mr_sets or {}, cells, about))
    inside = {name for members, _, _ in sets for name in members}
    made = [(head, column) for _, head, column in sets]
    kept_columns = [
        (head, column)
        for head, column in zip(heads, columns, strict=True)
        if head.name not in inside
    ]
    every = [*kept_columns, *made]
    lines = np.arange(1, 1 + (about.number_rows or 0), dtype=np.int64)
    heading = Heading(SurveyTool.SPSS, 0, [head for head, _ in every])
    return SpssFile(
        heading,
        Records([column for _, column in every], lines),
        labels,
        missing,
        about.file_encoding,
    )


def _is_missing(cell: object, ranges: Sequence[Mapping[str, Any]]) -> bool:
    if cell is None:
        return False
    for one in ranges:
        low, high = one["lo"], one["hi"]
        if isinstance(cell, str) == isinstance(low, str) and low <= cell <= high:
            return True
    return False


def _text(cell: object) -> str:
    if cell is None:
        return BLANK
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _time(cell: object) -> str:
    if not isinstance(cell, float) or not 0 <= cell < MOST_SECONDS:
        return _text(cell)
    return (EPOCH + timedelta(seconds=float(cell))).isoformat(" ")


def _sets(
    sets: Mapping[str, Any], cells: Mapping[str, Sequence[Any]], about: "Dictionary"
) -> Iterator[tuple[Sequence[str], Head, CodedColumn]]:
    """Yield the columns of each set of several answers, with the variables that they come from.

    pyreadstat 1.3 gives no counted value where that is a text; such variables stay by themselves.
    """
    for name, one in sets.items():
        if one["is_dichotomy"] and one["counted_value"] is None:
            continue
        members = [var for var in one["variable_list"] if var in cells]
        question, text = name.lstrip("$"), one.get("label") or ""
        if one["is_dichotomy"]:
            for var in members:
                label = about.column_names_to_labels.get(var) or var
                ticks = [_ticked(cell, one["counted_value"]) for cell in cells[var]]
                yield [var], Head(var, question, text, label), encoded(ticks)
        else:
            yield from _categories(question, text, members, cells, about)


def _ticked(cell: object, counted: object) -> str:
    if cell is None:
        return BLANK
    return TICKED if _text(cell) == str(counted) else NOT_TICKED


def _categories(
    question: str,
    text: str,
    members: Sequence[str],
    cells: Mapping[str, Sequence[Any]],
    about: "Dictionary",
) -> Iterator[tuple[Sequence[str], Head, CodedColumn]]:
    labels: dict[Any, str] = {}
    for var in members:
        labels.update(about.variable_value_labels.get(var, {}))
    rows = list(zip(*(cells[var] for var in members), strict=True))
    seen = sorted({cell for row in rows for cell in row if cell not in {None, ""}}, key=str)
    for code in dict.fromkeys([*labels, *seen]):
        if code not in seen:
            continue
        choice = labels.get(code, _text(code))
        ticks = [
            BLANK
            if all(cell in {None, ""} for cell in row)
            else (TICKED if code in row else NOT_TICKED)
            for row in rows
        ]
        yield members, Head(f"{question} [{choice}]", question, text, choice), encoded(ticks)
