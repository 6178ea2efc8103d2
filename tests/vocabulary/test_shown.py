"""What a log says is shown safely and shortly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import listed, shape, shown


@given(st.text())
def test_nothing_shown_commands_a_terminal(text: str) -> None:
    """Whatever the text, only printable characters come out."""
    assert shown(text).isprintable()


@given(st.text(), st.integers(3, 30))
def test_a_width_is_kept(text: str, width: int) -> None:
    """A text that is cut says so, and is as wide as allowed."""
    found = shown(text, width)
    assert len(found) <= width
    assert found == shown(text) or found.endswith("...")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines\r", "two\\nlines\\r"),
        ("\u202eback", "\\u202eback"),
        ("half \ud800", "half \\ud800"),
        ("\x9bC1", "\\x9bC1"),
        ("õun 家", "õun 家"),
    ],
)
def test_what_is_not_printable_stands_as_its_escape(text: str, safe: str) -> None:
    """Control characters, marks of direction and halves of characters lose their power."""
    assert shown(text) == safe


def test_a_shape_has_no_words() -> None:
    """The shape of a text tells digits from letters, and keeps the signs between them."""
    assert shape("7.1.2024 kell 12") == "a text of the shape '9.9.9999 aaaa 99'"
    assert shape("  ") == "blank"


def test_a_long_list_is_cut() -> None:
    """A list names a dozen, and counts the others."""
    assert listed(["a", "b\n"]) == "a, b\\n"
    assert listed([str(number) for number in range(20)]).endswith("10, 11 and 8 more")
