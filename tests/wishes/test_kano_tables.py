"""Kano's questionnaire from any kind of table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cxjourney.errors import FaultsError
from cxjourney.wishes import Kano, KanoAnswer, Wish, read_kano, read_survey

SEATS = Wish("clean seats")

FRAMES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": pd.DataFrame,
    "pandas nullable": lambda table: pd.DataFrame(table, dtype="Int64"),
    "pandas float32": lambda table: pd.DataFrame(table, dtype="float32"),
    "pandas objects": lambda table: pd.DataFrame(table, dtype=object).replace({np.nan: pd.NA}),
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
    "arrays": lambda table: {name: np.array(table[name], np.float64) for name in table},
    "masked": lambda table: {
        name: np.ma.masked_invalid(np.array(table[name], np.float64)) for name in table
    },
}


@pytest.mark.parametrize("maker", FRAMES)
def test_the_questionnaire_is_read_from_any_table(maker: str) -> None:
    """Whatever ``map_wishes`` takes is taken here too, with its own kind of blank."""
    table: dict[str, list[Any]] = {"with": [2, 2, 1, None], "without": [5, 5, None, 5]}
    (found,) = read_kano(FRAMES[maker](table), [(SEATS, "with", "without")]).values()
    assert found == (
        Kano(SEATS).add(KanoAnswer.EXPECT, KanoAnswer.DISLIKE, 2) + Kano(SEATS, left_open=2)
    )


def test_what_is_no_table_of_the_questionnaire_is_told() -> None:
    """Columns of one name, columns that are none, and what is no table at all."""
    twice = pa.table([pa.array([1])] * 2, ["f", "f"])
    for table, told in ((twice, "names of columns that stand twice"), ({"f": 1}, "int")):
        with pytest.raises(FaultsError) as raised:
            read_kano(table, [("a", "f", "f")])
        assert raised.value.faults[0].found.startswith(told)
    with pytest.raises(FaultsError) as raised:
        read_kano([1], [("a", "f", "d")])  # type: ignore[arg-type]
    assert raised.value.faults[0].found == "a list"


def test_a_survey_that_was_read_from_a_file_is_a_table(tmp_path: Path) -> None:
    """What ``read_survey`` gives is read as any other table."""
    file = tmp_path / "kano.csv"
    file.write_text("with,without\n1,5\n1,4\n2,5\n")
    (found,) = read_kano(read_survey(file), [(SEATS, "with", "without")]).values()
    assert found.n == 3
