"""The rows of a sheet in an Excel workbook, each cell as the text that a CSV would hold.

openpyxl, not python-calamine, though it takes about ten times as long: of a cell with an error such
as ``#N/A`` calamine 0.9 makes the same as of an empty one, and a survey counts its blanks.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any, Protocol

from cxjourney.errors import InvalidError, listed
from cxjourney.vocabulary._csv import MOST_COLUMNS
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes._files._source import Source

MOST_CELLS = 50_000_000
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How Excel stores what XML cannot hold, such as a carriage return."""


class SheetPage(Protocol):
    """A sheet, as far as it is read."""

    def reset_dimensions(self) -> None:
        """Forget what the file says of its size."""

    def iter_rows(self, *, values_only: bool) -> Iterator[Sequence[object]]:
        """Yield the cells of each row."""


def read_sheet_rows(
    source: Source, sheet: str | None
) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """Return the name of a sheet, and its rows that are not empty, each with its number.

    Args:
        source: the workbook.
        sheet: which sheet; None for the only one that is not hidden and has anything in it.

    Raises:
        InvalidError: it is no workbook, or which sheet is meant cannot be told.
        MissingExtraError: openpyxl is not installed.
    """
    openpyxl = load("openpyxl")

    def load_book(*, values: bool) -> Any:  # noqa: ANN401 - openpyxl has no types
        content = BytesIO(source.content)
        return openpyxl.load_workbook(content, read_only=True, data_only=values)

    try:
        book = load_book(values=True)
        formulas = load_book(values=False) if _has_formulas(source.content) else None
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, SyntaxError) as error:
        found = f"a workbook that cannot be read ({type(error).__name__})"
        raise InvalidError(source.where, found, "an .xlsx as Excel stores it") from None
    pages: dict[str, Any] = {page.title: page for page in book.worksheets}
    if sheet is None:
        visible = [one for one, page in pages.items() if page.sheet_state == "visible"]
        filled = [one for one in visible if next(_rows(source.where, pages[one]), None)]
        if len(filled) != 1:
            found = f"{len(filled)} sheets that hold anything"
            raise InvalidError(source.where, found, f"sheet=, one of {listed(pages)}")
        (sheet,) = filled
    elif sheet not in pages:
        raise InvalidError("sheet", "no such sheet", f"one of {listed(pages)}")
    stored = None if formulas is None else formulas[sheet]
    return sheet, _rows(source.where, pages[sheet], stored)


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f" in packed.read(name) for name in sheets)


def _rows(
    where: str, page: "SheetPage", formulas: "SheetPage | None" = None
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, without the empty cells at their ends.

    A formula whose value is not stored would come as an empty cell.

    Raises:
        InvalidError: there are too many cells, or such a formula.
    """
    if formulas is not None:
        formulas.reset_dimensions()
    below = iter(()) if formulas is None else formulas.iter_rows(values_only=True)
    # What a file says of its size is not believed: a wrong one would make billions of cells.
    page.reset_dimensions()
    taken = 0
    for number, row in enumerate(page.iter_rows(values_only=True), start=1):
        taken += len(row)
        if len(row) > MOST_COLUMNS or taken > MOST_CELLS:
            found = f"a row of {len(row):,} cells, {taken:,} in all so far"
            expected = f"at most {MOST_COLUMNS:,} in a row, {MOST_CELLS:,} in all"
            raise InvalidError(where, found, expected, lines=(number,))
        for value, formula in zip(row, next(below, ()), strict=False):
            if value is None and formula is not None:
                expected = "a workbook that Excel or LibreOffice has calculated and saved"
                found = "a formula without its value"
                raise InvalidError(where, found, expected, lines=(number,))
        cells = _texts(row)
        if cells:
            yield number, cells


def _texts(row: Sequence[object]) -> list[str]:
    cells = ["" if cell is None else _text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell).replace("\r\n", "\n")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, timedelta):
        return _text(cell.total_seconds())
    return str(cell).upper() if isinstance(cell, bool) else str(cell)
