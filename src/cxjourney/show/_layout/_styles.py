"""What the lines of a text are, so that a terminal can show them in colours."""

from enum import Enum, unique


@unique
class Style(Enum):
    """What a line of a text is: the headline of all, a table's title, its headings, and so on."""

    HEADLINE = "headline"
    TITLE = "title"
    HEADING = "heading"
    ROW = "row"
    NOTE = "note"


Styled = tuple[str, Style]
"""A line of a text, and what it is."""
