"""Codes: what a code book says of them, and values that may be codes for no answer."""

from collections.abc import Collection, Iterable, Mapping
from math import isfinite, nan
from numbers import Real
from typing import Any

import attrs
import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import describe
from cxjourney.wishes._arrays import Floats

A_BOOK = "codes with their words, and None for what is no answer, as {5: 'very good', 99: None}"


MOST_STEPS, LONGEST_SCALE = 11, 10
MOST_FAR = 3
LEAST_GAP = 3
HIGHEST_SHORT = 4
"""A scale from 0 that goes at least so far does not begin with -1."""

MOST_DIFFERENT = 200
CODES = frozenset({8.0, 9.0})
LONG_CODES = frozenset(
    sign * float(text) for sign in (1, -1) for text in ("98", "99", "998", "999", "9998", "9999")
)


@attrs.frozen
class CodeBook:
    """What stands in a column, and what it means.

    Attributes:
        words: the number of each word, by the word in lower case; NaN for what is no answer.
        labels: the word of each number that has one.
        missing: the numbers that are no answers.
    """

    words: Mapping[str, float]
    labels: Mapping[float, str]
    missing: frozenset[float]

    def number(self, cell: str) -> float | None:
        """Return the number of a word; NaN for what is no answer, None for an unknown word."""
        return self.words.get(cell.strip().casefold())

    def without_missing(self, numbers: Floats) -> Floats:
        """Return numbers with NaN in place of those that are no answers."""
        if not self.missing:
            return numbers
        return np.where(np.isin(numbers, list(self.missing)), nan, numbers)


def code_book(where: str, book: object, missing: Iterable[object] = ()) -> CodeBook:
    """Return a code book that was given as a mapping.

    Args:
        where: the place, as errors name it.
        book: the words by number, and None by a number or a word that is no answer.
        missing: more numbers and words that are no answers.

    Raises:
        InvalidError: it is none, or says two things of a word.
    """
    if not isinstance(book, Mapping):
        raise InvalidError(where, describe(book), A_BOOK)
    words, labels = dict[str, float](), dict[float, str]()
    nothing = set[float]()
    entries: list[tuple[Any, Any]] = [*book.items(), *((one, None) for one in missing)]
    for key, meaning in entries:
        if isinstance(key, str) and meaning is None:
            _put(where, words, key, nan)
        elif not _is_number(key) or not (meaning is None or isinstance(meaning, str)):
            raise InvalidError(where, f"{describe(key)} with {describe(meaning)}", A_BOOK)
        elif meaning is None:
            nothing.add(float(key))
        else:
            labels[float(key)] = meaning
            _put(where, words, meaning, float(key))
    return CodeBook(words, labels, frozenset(nothing))


def _put(where: str, words: dict[str, float], word: str, number: float) -> None:
    key = word.strip().casefold()
    if key in words and words[key] != number and not np.isnan([words[key], number]).all():
        raise InvalidError(where, "two meanings of one word", "another word for each number")
    words[key] = number


def _is_number(key: Any) -> bool:  # noqa: ANN401 - whatever a mapping has as a key
    return not isinstance(key, bool) and isinstance(key, Real) and isfinite(key)


def code_books(
    where: str, codes: object, groups: Mapping[str, Collection[str]], missing: Iterable[object] = ()
) -> dict[str, CodeBook]:
    """Return the code book of each column that has one.

    Args:
        where: the argument, as errors name it.
        codes: a book by the name of a column, or of several columns in a tuple.
        groups: the columns that go by one name, such as those of a question.
        missing: numbers and words that are no answers in any column.

    Raises:
        InvalidError: it is no mapping, or a book is none, or of a column that is not there.
    """
    if not isinstance(codes, Mapping):
        raise InvalidError(where, describe(codes), "a code book by the name of a column")
    nothing = tuple(missing)
    books = dict[str, CodeBook]()
    for names, book in codes.items():
        made = code_book(where, book, nothing)
        for name in names if isinstance(names, tuple) else (names,):
            if name not in groups:
                expected = f"the names of columns, of {len(groups)} there are"
                raise InvalidError(where, "a book of no such column", expected, column=str(name))
            books.update(dict.fromkeys(groups[name], made))
    if nothing:
        every = code_book("missing", {}, nothing)
        for columns in groups.values():
            for column in columns:
                books.setdefault(column, every)
    return books


def is_plain(least: float, most: float) -> bool:
    """Return whether numbers from the least to the most can be no code for what is no answer."""
    return least >= 0 and most < min(*CODES, LONGEST_SCALE)


def far_values(values: Floats) -> tuple[float, ...]:
    """Return the values of a column of whole numbers that lie far from all others, sorted.

    They are at most three above, or below, a scale of at most eleven steps of which half at least
    are used, parted from it by at least its own length: 8, 9 or more than 10 above it, or less than
    0 below a scale that does not pass 0. On others only 98, 99, 998 and their like are told.

    Args:
        values: the column; NaN is a blank.
    """
    said, least = values, values.min(initial=np.inf)
    if not np.isfinite(least):
        said = values[np.isfinite(values)]
        least = said.min(initial=np.inf)
    if not said.size or is_plain(least, said.max()):
        return ()
    if (said != np.floor(said)).any():
        return ()
    seen = np.unique(said)
    if seen.size > MOST_DIFFERENT:
        return ()
    low = seen[seen < 0]
    scale = seen[seen >= 0]
    below = low if _is_below(low, scale) else low[:0]
    rest = scale if below.size else seen
    return (*below.tolist(), *_above(rest).tolist())


def _is_below(low: Floats, scale: Floats) -> bool:
    if not 0 < low.size <= MOST_FAR or scale.size < 2:  # noqa: PLR2004 - no scale
        return False
    if scale.size > MOST_STEPS + MOST_FAR:
        return bool(np.isin(low, list(LONG_CODES)).all())
    gap = scale[0] - low[-1]
    return bool(gap >= LEAST_GAP or (low.size == 1 and scale[-1] >= HIGHEST_SHORT))


def _above(seen: Floats) -> Floats:
    """Return the values above the widest gap where they are few, and far."""
    for size in range(min(MOST_FAR, seen.size - 2), 0, -1):
        near, far = seen[:-size], seen[-size:]
        length, gap = near[-1] - near[0], far[0] - near[-1]
        if gap < max(length, LEAST_GAP):
            continue
        short = length <= LONGEST_SCALE and 2 * near.size >= length + 1
        if short and (far[0] in CODES or far[0] > LONGEST_SCALE):
            return far
        if np.isin(far, list(LONG_CODES)).all():
            return far
    return seen[:0]
