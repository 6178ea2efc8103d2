"""Code books: which codes and words of a column are which numbers, and which are no answers."""

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
    for key, meaning in [*book.items(), *((one, None) for one in missing)]:
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
    return isinstance(key, Real) and not isinstance(key, bool) and isfinite(key)


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
    if isinstance(missing, str) or not isinstance(missing, Iterable):
        raise InvalidError("missing", describe(missing), "several numbers or words, in a list")
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
