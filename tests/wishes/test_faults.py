"""Errors about a survey: short, whole, and without a word of a customer."""

import datetime as dt
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import MOST_SHOWN, FaultsError
from tests.wishes.tables import Columns, ask, faults_of, read


@pytest.mark.no_cover
@given(st.text(min_size=1), st.integers(1, 5))
def test_no_words_of_customers_are_in_an_error(words: str, rows: int) -> None:
    """An error tells how long a text is, never what it says."""
    secret = f"<{words}>"
    with pytest.raises(FaultsError) as caught:
        read({"y": [secret] * rows, "id": [[secret]] * rows}, ask(respondent="id"))
    for text in (str(caught.value), repr(caught.value), *map(repr, caught.value.exceptions)):
        assert secret not in text
        assert repr(secret) not in text


def test_names_in_an_error_are_short_and_printable() -> None:
    """The name of a column cannot turn a terminal's colours on, nor fill a page."""
    name = "\x1b[31m" + "a" * 1_000
    (fault,) = faults_of({"y": [1]}, ask(weight=name))
    assert fault.column == name
    assert str(fault).isprintable()
    assert len(str(fault)) < 250


def test_thousands_of_bad_cells_are_one_fault() -> None:
    """A fault has its first places and the count of the rest."""
    (fault,) = faults_of({"y": [1, *["text"] * 5_000]}, ask())
    assert str(fault) == (
        "column 'y', rows 1, 2, 3, 4, 5 and 4,995 more (counted from 0): a text of 4 characters; "
        "expected a number, or a blank (null, None or NaN)"
    )
    assert (fault.rows, fault.count) == ((1, 2, 3, 4, 5), 5_000)


def test_cells_of_different_types_are_different_faults() -> None:
    """Texts and dates in one column are told apart, in the order of their types."""
    assert [
        (fault.rows[0], fault.found)
        for fault in faults_of(
            {"y": [dt.date(2020, 1, 1), "text", "t", dt.date(2020, 1, 2)]}, ask()
        )
    ] == [(1, "a text of 4 characters"), (0, "a date")]


def test_a_long_list_of_faults_is_cut_in_the_text_only() -> None:
    """The text stays readable; the error keeps every fault."""
    with pytest.raises(FaultsError) as caught:
        read({"y": [1]}, ask(*(f"rating {number}" for number in range(100))))
    lines = str(caught.value).splitlines()
    assert lines[0] == "the survey cannot be read"
    assert len(lines) == 1 + MOST_SHOWN + 1
    assert lines[-1] == f"  and {100 - MOST_SHOWN} more"
    assert len(caught.value.faults) == 100


def _both(table: Columns) -> FaultsError:
    with pytest.raises(FaultsError) as caught:
        read(table, ask("a", respondent="id"))
    return caught.value


def test_faults_can_be_caught_one_by_one() -> None:
    """``except*`` and ``split`` give groups of the same type."""
    error = _both({"y": ["text"], "a": [math.inf]})
    infinite, rest = error.split(lambda fault: getattr(fault, "found", "") == "inf")
    assert isinstance(infinite, FaultsError)
    assert isinstance(rest, FaultsError)
    assert [fault.column for fault in infinite.faults] == ["a"]
    assert [fault.column for fault in rest.faults] == ["id", "y"]
    assert isinstance(error, ValueError) is False
    assert all(isinstance(fault, ValueError) for fault in error.faults)


def test_an_error_goes_from_one_process_to_another() -> None:
    """Nothing is lost by pickling."""
    error = _both({"y": ["text"] * 9, "a": [math.inf] * 9, "id": range(9)})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - of our own making
    assert str(again) == str(error)
    assert [fault.rows for fault in again.faults] == [fault.rows for fault in error.faults]
