"""Reading Kano's questionnaire from a table: two columns of coded answers for each wish."""

import math
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes._kano._counts import CELLS, Kano, KanoAnswer
from cxjourney.wishes._kinds import Wish, as_wish

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

MOST_ROWS = 5
MANY = 10**9
EXPECTED = "an answer coded 1 (like) to 5 (dislike), or a blank (None or NaN)"

CODES: Mapping[object, KanoAnswer] = {answer.value: answer for answer in KanoAnswer}
Cells: TypeAlias = list[KanoAnswer | None]


def read_kano(
    table: "IntoFrame | Mapping[str, object]", items: Iterable[tuple[Wish | str, str, str]]
) -> tuple[Kano, ...]:
    """Return the answers to Kano's two questions about each wish.

    A row where one of the two is blank counts for nothing but ``Kano.left_open``.

    Args:
        table: a row a customer, in any form that ``map_wishes`` takes; a cell is a number from 1
            (like) to 5 (dislike), a ``KanoAnswer``, or a blank (null, None or NaN). A mapping of
            lists needs no extra.
        items: for each wish the columns of its functional and of its dysfunctional question; a text
            is taken for what a wish is about.

    Raises:
        FaultsError: the columns are not as asked for; it lists every fault.
        InvalidError: a wish is not one, or comes twice.
        MissingExtraError: the table is no mapping of lists, and the packages of the extra
            ``survey`` are not installed.

    >>> answers = {"with": [2, 2, 1], "without": [5, 5, None]}
    >>> [seats] = read_kano(answers, [("clean seats", "with", "without")])
    >>> seats.category, seats.left_open
    (<KanoCategory.MUST_BE: 'M'>, 1)
    """
    asked = [(as_wish(wish), one, other) for wish, one, other in items]
    if len({wish.about for wish, _, _ in asked}) < len(asked):
        raise InvalidError("items", "two of the same wish", "each wish once")
    faults: list[InvalidError] = []
    names = dict.fromkeys(name for _, one, other in asked for name in (one, other))
    there, take = _opened(table, names)
    columns = {name: _column(name, there, take, faults) for name in names}
    faults.extend(_unequal(columns, names.keys() - set(there)))
    if faults:
        raise FaultsError("the table cannot be read as Kano's questionnaire", faults)
    return tuple(_counted(wish, columns[one], columns[other]) for wish, one, other in asked)


def _opened(
    table: object, names: Iterable[str]
) -> tuple[Iterable[Any], Callable[[str], object] | None]:
    """Return the names of a table's columns and what takes one; None where names stand twice."""
    if isinstance(table, Mapping):
        return table, table.__getitem__
    there, take = load("cxjourney.wishes._survey._survey_table").open_table(table, names)
    return there, take


def _column(
    name: str,
    there: Iterable[Any],
    take: Callable[[str], object] | None,
    faults: list[InvalidError],
) -> Cells:
    """Return a column as answers, a blank as None; a cell that is neither is a fault."""
    if name not in there or take is None:
        found = "no such column" if take else "names of columns that stand twice"
        faults.append(InvalidError("", found, "the name of a column", column=name))
        return []
    column = take(name)
    if isinstance(column, list | tuple):
        cells: list[Any] = list(column)
    else:
        cells = load("cxjourney.wishes._survey._intake").cells_of(column, name, faults)
    answers = [_answer(cell) for cell in cells]
    wrong = [
        row
        for row, (cell, answer) in enumerate(zip(cells, answers, strict=True))
        if answer is None and not _is_blank(cell)
    ]
    if wrong:
        found, rows = _told(cells[wrong[0]]), (wrong[0], *wrong[1:MOST_ROWS])
        faults.append(InvalidError("", found, EXPECTED, column=name, rows=rows, count=len(wrong)))
    return answers


def _answer(cell: object) -> KanoAnswer | None:
    if isinstance(cell, KanoAnswer):
        return cell
    return CODES.get(cell) if _is_number(cell) else None


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _is_number(cell: object) -> TypeGuard[Integral | float]:
    return isinstance(cell, Integral | float) and not isinstance(cell, bool)


def _told(cell: object) -> str:
    """Describe a cell: a number as it stands, anything else by its type."""
    if not _is_number(cell):
        return f"a {type(cell).__name__}"
    return f"{cell:.10g}" if isinstance(cell, float) or abs(int(cell)) < MANY else "a huge number"


def _unequal(columns: Mapping[str, Cells], missing: Container[str]) -> Iterator[InvalidError]:
    """Yield a fault for each column that is not as long as the first."""
    rows = {name: len(cells) for name, cells in columns.items() if name not in missing}
    first = next(iter(rows.values()), 0)
    for name, count in rows.items():
        if count != first:
            expected = f"{first}, as the first column has"
            yield InvalidError("", f"{count} rows", expected, column=name)


def _counted(wish: Wish, functional: Cells, dysfunctional: Cells) -> Kano:
    pairs = Counter(zip(functional, dysfunctional, strict=True))
    counts = [pairs.pop(cell, 0) for cell in CELLS]
    return Kano(wish, tuple(counts), sum(pairs.values()))
