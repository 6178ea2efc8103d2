"""Tables of every kind, and what reading them gives, for the tests of surveys."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.wishes import Item, StatementForm, YesNo
from cxjourney.wishes._survey._intake import Sheet
from cxjourney.wishes._survey._survey_table import Asked, read_sheet

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
    return Asked(
        "y",
        [*(Item(name, name, None) for name in ratings), Item("x", None, said)],
        statements or YesNo(),
        respondent,
        weight,
        controls,
        rating_range,
    )


def faults_of(table: object, asked: Asked) -> tuple[InvalidError, ...]:
    """Return the faults that a table is refused for."""
    with pytest.raises(FaultsError) as caught:
        read_sheet(table, asked)
    return caught.value.faults


def texts_of(table: object, asked: Asked) -> list[str]:
    """Return the texts of the faults that a table is refused for."""
    return [str(fault) for fault in faults_of(table, asked)]


def cells_of(sheet: Sheet) -> dict[str, list[float | None]]:
    """Return the numbers of a sheet, blanks as None."""
    return {
        name: [None if math.isnan(cell) else cell for cell in column.tolist()]
        for name, column in sheet.numbers.items()
    }
