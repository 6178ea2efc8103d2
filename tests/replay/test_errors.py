"""Errors say in one line where, what, and what would be right."""

from cxjourney import CxJourneyError
from cxjourney.errors import InvalidError


def test_a_log_error_names_line_and_column() -> None:
    """What is known of the place stands before what was found."""
    assert str(InvalidError("a.csv", "blank", "a time", column="at", lines=(3,))) == (
        "a.csv, column 'at', line 3: blank; expected a time"
    )
    assert str(InvalidError("a.csv", "empty", "a log")) == "a.csv: empty; expected a log"


def test_a_mapping_error_names_its_place() -> None:
    """A fault of form has a key, a fault of TOML has a line."""
    at_key = InvalidError("m.toml, chart.silence", "a list", "a table")
    assert str(at_key) == "m.toml, chart.silence: a list; expected a table"
    at_line = InvalidError("m.toml", "not TOML", "a mapping", lines=(2,))
    assert str(at_line) == "m.toml, line 2: not TOML; expected a mapping"


def test_errors_are_of_the_library_and_of_value() -> None:
    """Both can be caught as the library's errors or as ValueError, and stay in one line."""
    for error in (
        InvalidError("a\nb", "d", "e", column="c\x1b", lines=(1,)),
        InvalidError("a\nb", "d", "e", lines=(1,)),
    ):
        assert isinstance(error, CxJourneyError)
        assert isinstance(error, ValueError)
        assert str(error).isprintable()
