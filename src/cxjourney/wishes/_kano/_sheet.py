"""Reading Kano's questionnaire from a table: two columns of coded answers for each wish."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary._checks import check_several
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes._kano._counts import Kano
from cxjourney.wishes._kano._kano_map import KanoMap
from cxjourney.wishes._kano._pairs import CELLS, KanoAnswer
from cxjourney.wishes._kinds import Wish, as_wish
from cxjourney.wishes._moments import LARGEST, Moments

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from cxjourney.wishes._files._survey_file import SurveyFile

MOST_ROWS = 5
MANY = 10**9
BLANKS = {"NAType", "NaTType"}
"""The types of the blanks of pandas, by name, so that pandas need not be there."""
A_COLUMN = "the name of a column"
A_RATING = "how important it is, a number, or a blank"
A_SEGMENT = "a text, a number, or a blank"

Item: TypeAlias = tuple[Wish | str, str, str] | tuple[Wish | str, *tuple[str, ...]]
"""A wish, and its columns: the functional question, the dysfunctional one, the importance."""
Cell = TypeVar("Cell")


def read_kano(
    table: "IntoFrame | SurveyFile | Mapping[str, object]",
    items: Iterable[Item],
    *,
    codes: Sequence[object] = (1, 2, 3, 4, 5),
    segment: str | None = None,
) -> KanoMap:
    """Return the answers to Kano's two questions about each wish.

    A row where one of the two is blank counts for nothing but ``Kano.left_open``.

    Args:
        table: a row a customer, in any form that ``map_wishes`` takes, or what ``read_survey``
            returns. A mapping of lists needs no
            extra. A cell is one of the codes, a ``KanoAnswer``, or a blank (null, None or NaN).
        items: for each wish the columns of its functional and of its dysfunctional question, and,
            where customers were asked, that of how important it is to them; a text is taken for
            what a wish is about.
        codes: how like, expect, neutral, live with and dislike stand in the table, in this order:
            ``(5, 4, 3, 2, 1)`` where 5 is like, or the texts of the answers.
        segment: the column that says which segment a customer is of, to tell segments side by side.

    Raises:
        FaultsError: the columns are not as asked for; it lists every fault.
        InvalidError: a wish is not one, or comes twice, or the codes are not five.
        MissingExtraError: the table is no mapping of lists, and the packages of the extra
            ``survey`` are not installed.

    >>> answers = {"with": [2, 2, 1], "without": [5, 5, None]}
    >>> found = read_kano(answers, [("clean seats", "with", "without")])
    >>> found["clean seats"].category, found["clean seats"].left_open
    (<KanoCategory.MUST_BE: 'M'>, 1)
    """
    asked = [_asked(item) for item in items]
    if len({wish.about for wish, _ in asked}) < len(asked):
        raise InvalidError("items", "two of the same wish", "each wish once")
    book = _code_book(codes)
    faults: list[InvalidError] = []
    wanted = dict.fromkeys(name for _, names in asked for name in names)
    if segment is not None:
        wanted[segment] = None
    there, take = _opened(table, wanted)
    cells = {name: _cells(name, there, take, faults) for name in wanted}
    faults.extend(_unequal(cells, wanted.keys() - set(there)))
    answers = {
        name: _read(name, cells[name], book.get, _expected(codes), faults)
        for name in dict.fromkeys(name for _, names in asked for name in names[:2])
    }
    ratings = {
        name: _read(name, cells[name], _rating, A_RATING, faults)
        for name in dict.fromkeys(name for _, names in asked for name in names[2:])
    }
    of = None if segment is None else _read(segment, cells[segment], _label, A_SEGMENT, faults)
    if faults:
        raise FaultsError("the table cannot be read as Kano's questionnaire", faults)

    def counted(rows: Sequence[int] | None) -> tuple[Kano, ...]:
        return tuple(_counted(wish, names, answers, ratings, rows) for wish, names in asked)

    rows: dict[str, list[int]] = {}
    for row, label in enumerate(of or ()):
        if label is not None:
            rows.setdefault(label, []).append(row)
    segments = tuple((label, KanoMap(counted(rows[label]))) for label in sorted(rows))
    return KanoMap(counted(None), segments)


def _asked(item: Item) -> tuple[Wish, tuple[str, ...]]:
    wish, *names = item
    if not 2 <= len(names) <= 3:  # noqa: PLR2004 - two questions, and how important it is
        raise InvalidError("items", f"{len(names)} columns", "two columns of a wish, or three")
    return as_wish(wish), tuple(names)


def _code_book(codes: Iterable[object]) -> dict[object, KanoAnswer]:
    """Return the answer of each code, and of each answer itself.

    Raises:
        InvalidError: the codes are not five different ones.
    """
    check_several("codes", codes, "five codes, of like first and of dislike last")
    several = [_plain(code) for code in codes]
    if len(several) != len(KanoAnswer) or len({*several}) != len(several) or None in several:
        found = f"{len(several)} codes, {len({*several} - {None})} of them different"
        raise InvalidError("codes", found, "five codes, of like first and of dislike last")
    return {**dict(zip(several, KanoAnswer, strict=True)), **{one: one for one in KanoAnswer}}


def _expected(codes: Iterable[object]) -> str:
    first, *_, last = codes
    if isinstance(first, Real) and isinstance(last, Real):
        return f"an answer coded {first} (like) to {last} (dislike), or a blank (None or NaN)"
    return "one of the five codes, or a blank (None or NaN)"


def _opened(
    table: object, names: Iterable[str]
) -> tuple[Iterable[Any], Callable[[str], object] | None]:
    """Return the names of a table's columns and what takes one; None where names stand twice."""
    if isinstance(table, Mapping):
        return table, table.__getitem__
    survey_file: type[SurveyFile] = load("cxjourney.wishes._files._survey_file").SurveyFile
    if isinstance(table, survey_file):
        return table.names, table.columns.__getitem__
    there, take = load("cxjourney.wishes._survey._survey_table").open_table(table, names)
    return there, take


def _cells(
    name: str,
    there: Iterable[Any],
    take: Callable[[str], object] | None,
    faults: list[InvalidError],
) -> list[Any]:
    """Return the cells of a column; one that is not there is a fault."""
    if name not in there or take is None:
        found = "no such column" if take else "names of columns that stand twice"
        faults.append(InvalidError("", found, A_COLUMN, column=name))
        return []
    column = take(name)
    if isinstance(column, list | tuple):
        return list(column)
    cells: list[Any] = load("cxjourney.wishes._survey._intake").cells_of(column, name, faults)
    return cells


def _read(
    name: str,
    cells: Sequence[object],
    read: Callable[[object], Cell | None],
    expected: str,
    faults: list[InvalidError],
) -> list[Cell | None]:
    """Return what the cells of a column mean, a blank as None; what means nothing is a fault."""
    plain = [_plain(cell) for cell in cells]
    found = [None if cell is None else read(cell) for cell in plain]
    wrong = [row for row, one in enumerate(found) if one is None and not _is_blank(cells[row])]
    if wrong:
        told, rows = _told(cells[wrong[0]]), (wrong[0], *wrong[1:MOST_ROWS])
        faults.append(InvalidError("", told, expected, column=name, rows=rows, count=len(wrong)))
    return found


def _plain(cell: object) -> object:
    """Return a cell as codes are compared: numbers by their size, texts without spaces round."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, KanoAnswer):
        return cell
    if not _is_number(cell) or cell != cell:  # noqa: PLR0124 - NaN is not itself
        return None
    return cell if isinstance(cell, int) else float(cell)  # type: ignore[arg-type]


def _rating(cell: object) -> float | None:
    fits = isinstance(cell, int | float) and -LARGEST <= cell <= LARGEST
    return float(cell) if fits else None  # type: ignore[arg-type]


def _label(cell: object) -> str | None:
    if isinstance(cell, str):
        return cell
    return f"{cell:g}" if isinstance(cell, int | float) else None


def _is_blank(cell: object) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    is_nan = _is_number(cell) and cell != cell  # noqa: PLR0124 - NaN is not itself
    return cell is None or is_nan or type(cell).__name__ in BLANKS


def _is_number(cell: object) -> bool:
    return isinstance(cell, Real | Decimal) and not isinstance(cell, bool)


def _told(cell: object) -> str:
    """Describe a cell: a number as it stands, anything else by its type."""
    plain = _plain(cell)
    if not isinstance(plain, int | float):
        return f"a {type(cell).__name__}"
    return f"{plain:.10g}" if isinstance(plain, float) or abs(plain) < MANY else "a huge number"


def _unequal(
    columns: Mapping[str, Sequence[object]], missing: Container[str]
) -> Iterator[InvalidError]:
    """Yield a fault for each column that is not as long as the first."""
    rows = {name: len(cells) for name, cells in columns.items() if name not in missing}
    first = next(iter(rows.values()), 0)
    for name, count in rows.items():
        if count != first:
            expected = f"{first}, as the first column has"
            yield InvalidError("", f"{count} rows", expected, column=name)


def _counted(
    wish: Wish,
    names: tuple[str, ...],
    answers: Mapping[str, Sequence[KanoAnswer | None]],
    ratings: Mapping[str, Sequence[float | None]],
    rows: Sequence[int] | None,
) -> Kano:
    """Return the answers about a wish in some rows, or in all."""

    def of(cells: Sequence[Cell]) -> Sequence[Cell]:
        return cells if rows is None else [cells[row] for row in rows]

    functional, dysfunctional, *important = names
    pairs = Counter(zip(of(answers[functional]), of(answers[dysfunctional]), strict=True))
    counts = [pairs.pop(cell, 0) for cell in CELLS]
    given = (one for name in important for one in of(ratings[name]) if one is not None)
    return Kano(wish, tuple(counts), sum(pairs.values()), Moments.of(given))
