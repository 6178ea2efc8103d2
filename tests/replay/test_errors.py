"""Errors say in one line where, what, and what would be right."""

from cxjourney.errors import CxJourneyError
from cxjourney.replay import LogError, MappingError


def test_a_log_error_names_line_and_column() -> None:
    """What is known of the place stands before what was found."""
    assert str(LogError("a.csv", 3, "at", "blank", "a time")) == (
        "a.csv, line 3, column 'at': blank; expected a time"
    )
    assert str(LogError("a.csv", None, None, "empty", "a log")) == "a.csv: empty; expected a log"


def test_a_mapping_error_names_its_place() -> None:
    """A fault of form has a key, a fault of TOML has line and column."""
    at_key = MappingError("m.toml", "chart.silence", None, None, "a list", "a table")
    assert str(at_key) == "m.toml, chart.silence: a list; expected a table"
    at_line = MappingError("m.toml", "", 2, 5, "not TOML", "a mapping")
    assert str(at_line) == "m.toml, line 2, column 5: not TOML; expected a mapping"


def test_errors_are_of_the_library_and_of_value() -> None:
    """Both can be caught as the library's errors or as ValueError, and stay in one line."""
    for error in (LogError("a\nb", 1, "c\x1b", "d", "e"), MappingError("a\nb", "", 1, 2, "d", "e")):
        assert isinstance(error, CxJourneyError)
        assert isinstance(error, ValueError)
        assert str(error).isprintable()
