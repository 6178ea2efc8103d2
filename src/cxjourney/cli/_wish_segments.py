"""The command ``cxjourney wishes --segment``: the map of each segment, or year, side by side."""

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import attrs
import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.wishes import Comparison, SurveyFile, WishMap, compare_maps
from cxjourney.wishes._arrays import Floats

OPTION = "--segment"
PAIR, MOST = 2, 12
"""The fewest and the most segments that stand side by side."""


def compared(
    arguments: argparse.Namespace,
    survey: SurveyFile,
    asked: Sequence[str],
    mapped: Callable[[Mapping[str, object]], WishMap],
) -> Comparison:
    """Return the maps of the segments of a survey side by side, in the order of their names.

    Rows without a segment are in none of them.

    Args:
        arguments: the arguments of the command.
        survey: the survey, which has the columns.
        asked: the columns that a map needs.
        mapped: makes a map of some rows.

    Raises:
        InvalidError: there is one segment, or too many, or a respondent is in several.
    """
    segments = survey.take_ids(arguments.segment)
    rows: dict[str, list[int]] = {}
    for row, segment in enumerate(segments):
        if segment is not None:
            rows.setdefault(segment, []).append(row)
    if not PAIR <= len(rows) <= MOST:
        found = f"a column of {len(rows)} segments"
        raise InvalidError(OPTION, found, f"one of {PAIR} to {MOST}")
    columns = {name: survey.columns[name] for name in asked}
    if arguments.respondent is not None:
        _check_apart(survey.take_ids(arguments.respondent), segments)
    try:
        return compare_maps(
            {
                name: mapped({one: _some(cells, rows[name]) for one, cells in columns.items()})
                for name in sorted(rows)
            }
        )
    except InvalidError as error:
        raise attrs.evolve(error, where=OPTION) from None


def _some(cells: Floats | Sequence[object], rows: Sequence[int]) -> object:
    return cells[rows] if isinstance(cells, np.ndarray) else [cells[row] for row in rows]


def _check_apart(ids: Sequence[str | None], segments: Sequence[str | None]) -> None:
    pairs = {(one, segment) for one, segment in zip(ids, segments, strict=True) if segment}
    several = sum(count > 1 for count in Counter(one for one, _ in pairs).values())
    if several:
        found = f"with {several:,} respondents in several segments"
        raise InvalidError(OPTION, found, "each respondent in one, for they are compared as others")
