"""Several choices in one cell, as Google Forms and Qualtrics store what was ticked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs
import numpy as np

from cxjourney.wishes._files._answers import BLANKS
from cxjourney.wishes._files._columns import CodedColumn
from cxjourney.wishes._files._heads import Head

MARKS = ("; ", ";", ", ", ",")
MOST_CHOICES = 40
TICKED, NOT_TICKED, BLANK = "1", "0", ""
OTHER = "other"


@attrs.frozen
class Choices:
    """What the cells of a column are made of.

    Attributes:
        mark: what stands between two choices.
        choices: the choices, in the order of appearance.
        clear: whether each of them is surely one choice: a choice may hold the mark itself, and
            then its parts never stand apart.
    """

    mark: str
    choices: tuple[str, ...]
    clear: bool


def find_choices(column: CodedColumn) -> Choices | None:
    """Return the choices that the cells of a column are made of; None where they are not.

    Each choice stands in two records at least in the mean, and some stand together.
    """
    counts = column.counts()
    cells = {
        cell.strip(): int(count)
        for cell, count in zip(column.cells, counts, strict=True)
        if count and cell.strip().casefold() not in BLANKS
    }
    for mark in MARKS:
        if not any(mark in cell for cell in cells):
            continue
        where = _parts(cells, mark)
        if "" in where or len(where) > MOST_CHOICES:
            continue
        times = sum(cells[cell] for found in where.values() for cell in found)
        if times >= 2 * len(where):
            # Of any two choices one stands somewhere without the other.
            apart = len({frozenset(found) for found in where.values()}) == len(where)
            return Choices(mark, tuple(where), apart)
    return None


def _parts(cells: Iterable[str], mark: str) -> dict[str, set[str]]:
    """Return the parts of cells, each with the cells it is in; no more than a few too many."""
    where = dict[str, set[str]]()
    for cell in cells:
        for part in cell.split(mark):
            where.setdefault(part.strip(), set()).add(cell)
        if len(where) > MOST_CHOICES:
            break
    return where


def split_choices(
    head: Head, column: CodedColumn, choices: Sequence[str], mark: str | None
) -> Iterator[tuple[Head, CodedColumn]]:
    """Yield a column of ticks for each choice, and one for what is none of them where there is any.

    A record with any choice tells of all of them: 1 for those in it, 0 for the others.

    Args:
        head: what the header says of the column.
        column: its cells.
        choices: the choices.
        mark: what stands between them; None for any of the usual signs.
    """
    taken = [_taken(cell, choices, mark) for cell in column.cells]
    names: Mapping[str, str] = {choice: choice for choice in choices}
    if any(found and OTHER in found for found in taken) and OTHER not in names:
        names = {**names, OTHER: OTHER}
    for choice in names:
        cells = [
            BLANK if found is None else TICKED if choice in found else NOT_TICKED for found in taken
        ]
        known = {BLANK: 0, NOT_TICKED: 1, TICKED: 2}
        codes = np.array([known[cell] for cell in cells], np.int32)[column.codes]
        own = Head(f"{head.name} [{choice}]", head.question, head.text, choice)
        yield own, CodedColumn(list(known), codes)


def _taken(cell: str, choices: Sequence[str], mark: str | None) -> set[str] | None:
    """Return which choices stand in a cell; None where it is blank."""
    rest = cell.strip()
    if rest.casefold() in BLANKS:
        return None
    found = set[str]()
    marks = MARKS if mark is None else (mark,)
    longest = sorted(choices, key=len, reverse=True)
    while rest:
        begins = next((one for one in longest if _begins(rest, one, marks)), None)
        if begins is None:
            cut = min((at for one in marks if (at := rest.find(one)) >= 0), default=len(rest))
            found.add(OTHER)
        else:
            cut = len(begins)
            found.add(begins)
        rest = rest[cut:].lstrip("".join(marks) + " ")
    return found


def _begins(rest: str, choice: str, marks: Sequence[str]) -> bool:
    after = rest[len(choice) :].lstrip()
    return rest.startswith(choice) and (
        not after or after.startswith(tuple(m.strip() for m in marks))
    )
