"""Tables of every kind, and what reading them gives, for the tests of surveys."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.wishes import Item, StatementForm, YesNo, map_wishes

Columns = Mapping[str, Any]
"""Columns by name."""

MAKERS: dict[str, Callable[[Columns], object]] = {
    "arrays": lambda columns: {name: np.array(cells, float) for name, cells in columns.items()},
    "objects": lambda columns: {name: np.array(cells, object) for name, cells in columns.items()},
    "tuples": lambda columns: {name: tuple(cells) for name, cells in columns.items()},
    "structured": lambda columns: np.array(
        [tuple(row) for row in zip(*columns.values(), strict=True)],
        [(name, float) for name in columns],
    ),
    "masked": lambda columns: {name: _masked(cells) for name, cells in columns.items()},
    "pandas": pd.DataFrame,
    "pandas nullable": lambda columns: pd.DataFrame(columns).convert_dtypes(),
    "pandas objects": lambda columns: pd.DataFrame(columns, dtype=object),
    "pandas arrow": lambda columns: pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype),
    "pandas categories": lambda columns: pd.DataFrame(columns).astype("category"),
    "polars": lambda columns: pl.DataFrame(columns, strict=False),
    "pyarrow": pa.table,
    "pyarrow dictionaries": lambda columns: pa.table(
        {name: pa.array(cells).dictionary_encode() for name, cells in columns.items()}
    ),
    "narwhals": lambda columns: nw.from_native(pl.DataFrame(columns, strict=False)),
    "series": lambda columns: {
        name: [pd.Series, pl.Series, pa.array][place % 3](cells)
        for place, (name, cells) in enumerate(columns.items())
    },
}
"""Ways to make a table of columns of Python's own numbers and None."""


def _masked(cells: Sequence[Any]) -> Any:
    filled = [99 if cell is None else cell for cell in cells]
    return np.ma.MaskedArray(filled, mask=[cell is None for cell in cells])


Asked = dict[str, Any]
"""What is asked of a table: the arguments of ``map_wishes``."""


def asking(
    outcome: str,
    items: Sequence[Item],
    statements: StatementForm,
    respondent: str | None = None,
    weight: str | None = None,
    controls: Sequence[str] = (),
    rating_range: tuple[float, float] | None = None,
) -> Asked:
    """Return what is asked of a table."""
    return locals()


@attrs.frozen
class Kept(StatementForm):
    """A form of statements that keeps the survey as it was read."""

    form: StatementForm
    sheets: list[Any] = attrs.field(factory=list)

    def columns(self, items: Any) -> Any:
        """Yield the columns that the form reads."""
        return self.form.columns(items)

    def faults(self, numbers: Any, items: Any) -> Any:
        """Yield what is wrong with them."""
        return self.form.faults(numbers, items)

    def measure(self, sheet: Any, items: Any) -> Any:
        """Keep the survey, and return what was said in it."""
        self.sheets.append(sheet)
        return self.form.measure(sheet, items)


def read(table: Any, asked: Asked) -> Any:
    """Return the sheet of a survey: its columns as a form of statements is given them."""
    kept = Kept(asked["statements"])
    map_wishes(table, **{**asked, "statements": kept})
    return kept.sheets[0]


def left_out(found: Any) -> list[tuple[str, int]]:
    """Return the rows that were not used, and the name of the reason why."""
    return [(one.why.name, one.rows) for one in found.left_out]


def ask(
    *ratings: str,
    said: str | None = None,
    statements: StatementForm | None = None,
    respondent: str | None = None,
    weight: str | None = None,
    controls: Sequence[str] = (),
    rating_range: tuple[float, float] | None = None,
) -> Asked:
    """Return what is asked of a table with the outcome ``y``, ratings, and what is said of x."""
    return asking(
        "y",
        [*(Item(name, name, None) for name in ratings), Item("x", None, said)],
        statements or YesNo(),
        respondent,
        weight,
        controls,
        rating_range,
    )


def faults_of(table: Any, asked: Asked) -> tuple[InvalidError, ...]:
    """Return the faults that a table is refused for."""
    with pytest.raises(FaultsError) as caught:
        map_wishes(table, **asked)
    return caught.value.faults


def texts_of(table: Any, asked: Asked) -> list[str]:
    """Return the texts of the faults that a table is refused for."""
    return [str(fault) for fault in faults_of(table, asked)]


def cells_of(sheet: Any) -> dict[str, list[float | None]]:
    """Return the numbers of a sheet, blanks as None."""
    return {
        name: [None if math.isnan(cell) else cell for cell in column.tolist()]
        for name, column in sheet.numbers.items()
    }
