"""What Arrow's reader of JSON does not see to: keys that stand twice, numbers as they are written.

It passes over keys that nobody asked for, and gives 12.5 for 12.50. The signs of a text outside its
strings tell both.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cxjourney.bulk._engine._tables import Mask, Small, Whole
from cxjourney.bulk._reporting._read_log import UnlikeRowsError

Signs = npt.NDArray[np.uint8]

DEEPEST = 100
"""Values more deeply nested are left to the reader of rows, which has a limit of its own."""
MOST_IN_A_ROW = 64
"""So many backslashes, or blanks before a colon, may follow each other."""
QUOTE, BACKSLASH, BLANK = ord('"'), ord("\\"), ord(" ")
OPENS, CLOSES, COLON, LITERAL, ENDS = 1, 2, 4, 8, 16
SORTS: Signs = np.zeros(256, np.uint8)
for _signs, _sort in (
    ("{[", OPENS),
    ("}]", CLOSES | ENDS),
    (":", COLON),
    ("-0123456789tf", LITERAL),
    (", \t\r\n", ENDS),
):
    SORTS[[ord(_sign) for _sign in _signs]] |= _sort
BEFORE_VALUE: Mask = np.isin(np.arange(256), [ord(sign) for sign in ":,[ \t"])
WRITTEN = r"^(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false)$"


class JsonSigns(NamedTuple):
    """A text of JSON objects, one a line.

    Attributes:
        text: the text, in which each number, true and false is a string.
        keys: the keys of its objects, as they are written.
    """

    text: bytes
    keys: pa.Array

    @classmethod
    def of(cls, block: bytes) -> "JsonSigns":
        """Return what the signs of a block of whole lines tell, if it is JSON.

        Raises:
            UnlikeRowsError: when it is none, or is to be read line by line.
        """
        signs = np.frombuffer(block, np.uint8)
        quotes = _quotes(signs, b"\\" in block)
        marks = np.zeros(len(signs), np.uint8)
        marks[quotes] = 1
        sorts = SORTS[signs] * (1 - np.bitwise_xor.accumulate(marks))  # 1 within a string
        place = np.flatnonzero(sorts != 0)
        sort = sorts[place]
        depth = np.cumsum((sort & OPENS > 0).astype(np.int8) - (sort & CLOSES > 0), dtype=np.int32)
        if len(depth) and int(depth.max()) > DEEPEST:
            raise UnlikeRowsError
        told = _keys(block, signs, quotes, place[sort & COLON > 0])
        _see_unique(told, sort, depth)
        return cls(_with_texts(block, signs, place, sort), told.dictionary)


def _quotes(signs: Signs, backslashes: bool) -> Whole:  # noqa: FBT001 - private, one caller
    """Return where strings begin and end, in turn."""
    quotes = np.flatnonzero(signs == QUOTE)
    if backslashes and len(quotes):
        before = _run(signs, quotes - 1, BACKSLASH)
        quotes = quotes[before % 2 == 0]
    if len(quotes) % 2:
        raise UnlikeRowsError
    return quotes


def _run(signs: Signs, place: Whole, sign: int) -> Whole:
    """Return how many of a sign end at each of some places."""
    count: Whole = np.zeros(len(place), np.int64)
    there = np.flatnonzero((place >= 0) & (signs[place] == sign))
    while len(there):
        count[there] += 1
        back = place[there] - count[there]
        there = there[(back >= 0) & (signs[back] == sign)]
        if len(there) and int(count[there[0]]) > MOST_IN_A_ROW:
            raise UnlikeRowsError
    return count


def _keys(block: bytes, signs: Signs, quotes: Whole, colons: Whole) -> pa.DictionaryArray:
    """Return the key before each colon."""
    ends = colons - 1 - _run(signs, colons - 1, BLANK)
    which = np.searchsorted(quotes, ends)
    if not len(ends) or int(which[-1]) >= len(quotes):
        raise UnlikeRowsError
    if (quotes[which] != ends).any() or (which % 2 == 0).any():
        raise UnlikeRowsError
    return _between(block, quotes[which - 1] + 1, ends).dictionary_encode()


def _between(block: bytes, begins: Whole, ends: Whole) -> pa.Array:
    """Return parts of a text that follow each other, as texts."""
    bounds = np.empty(2 * len(begins), np.int32)
    bounds[::2], bounds[1::2] = begins, ends
    parts = [None, pa.py_buffer(bounds), pa.py_buffer(block)]
    found = pa.Array.from_buffers(pa.binary(), len(bounds) - 1, parts)
    return found.take(pa.array(np.arange(0, len(bounds), 2)))


def _see_unique(keys: pa.DictionaryArray, sort: Small, depth: Whole) -> None:
    """See that no key stands twice in one object."""
    if pc.any(pc.match_substring(keys.dictionary, "\\")).as_py():
        raise UnlikeRowsError  # two ways to write one key
    at = np.flatnonzero(sort & COLON > 0)
    owner: Whole = np.zeros(len(at), np.int64)
    for level in np.unique(depth[at]).tolist():
        here = depth[at] == level
        opens = np.flatnonzero((sort & OPENS > 0) & (depth == level))
        owner[here] = opens[np.searchsorted(opens, at[here]) - 1]
    owned = owner * len(keys.dictionary) + keys.indices.to_numpy()
    owned.sort()
    if (owned[1:] == owned[:-1]).any():
        raise UnlikeRowsError


def _with_texts(block: bytes, signs: Signs, place: Whole, sort: Small) -> bytes:
    """Return a block with each number, true and false between quotes."""
    literal = place[sort & LITERAL > 0]
    begins = literal[BEFORE_VALUE[signs[literal - 1]]]
    if not len(begins):
        return block
    stops = place[sort & ENDS > 0]
    ends = stops[np.searchsorted(stops, begins)]  # a line ends with a brace at the latest
    if not pc.all(pc.match_substring_regex(_between(block, begins, ends), WRITTEN)).as_py():
        raise UnlikeRowsError
    return np.insert(signs, np.concatenate((begins, ends)), QUOTE).tobytes()
