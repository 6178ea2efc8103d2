"""Which channels are used in which phase, as a picture: a heat map that has its numbers in it."""

from cxjourney.playbook import Coverage
from cxjourney.show._pictures._drawing import VectorDrawing, fitting, lines_of
from cxjourney.show._rehearsals._coverage_tables import (
    coverage_notes,
    coverage_title,
    told_cell,
)
from cxjourney.vocabulary import Channel, Lang, name
from cxjourney.vocabulary._texts import place_name

LEFT, CELL, HIGH, TOP = 200.0, 92.0, 34.0, 76.0
"""How wide the names of phases are, how wide and high a cell is, and where the cells begin."""
WIDTH = LEFT + CELL * len(Channel) + 16
LINE, SMALL = 17.0, 12.0
FAINT, STRONG = 0.12, 0.5
"""How much of its colour the least and the fullest cell have; words are read on both."""


def coverage_picture(found: Coverage, lang: Lang) -> str:
    """Return a heat map as SVG: a line for each phase, a column for each channel."""
    title = coverage_title(found, lang)
    drawing = VectorDrawing(WIDTH)
    drawing.text(16, 28, fitting(title, WIDTH - 32, 15), size=15, bold=True)
    for column, channel in enumerate(Channel):
        told = fitting(name(channel, lang), CELL, SMALL)
        drawing.text(_middle(column), TOP - 10, told, "dim", anchor="middle", size=SMALL)
    most = max(found.cells.values(), default=1)
    y = TOP
    for place in found.places:
        drawing.text(16, y + 21, fitting(place_name(place, lang), LEFT - 24))
        for column, channel in enumerate(Channel):
            count = found.cells.get((place, channel), 0)
            x = LEFT + CELL * column
            drawing.rect(x, y, CELL - 2, HIGH - 2, "bare grid-line", more='rx="3"')
            if count:
                share = FAINT + (STRONG - FAINT) * count / most
                more = f'rx="3" fill-opacity="{share:.2f}"'
                drawing.rect(x, y, CELL - 2, HIGH - 2, "place", more=more)
            told = told_cell(found, place, channel, lang) if count else "\N{EN DASH}"
            looks = "ink" if count else "dim"
            drawing.text(_middle(column), y + 21, told, looks, anchor="middle")
        y += HIGH
    notes = coverage_notes(found, lang)
    for note in notes:
        for line in lines_of(note, WIDTH - 32, SMALL):
            y += LINE
            drawing.text(16, y, line, "dim", size=SMALL)
    return drawing.svg(y + 16, title, "\n".join((*_said(found, lang), *notes)), lang)


def _middle(column: int) -> float:
    return LEFT + CELL * column + CELL / 2 - 1


def _said(found: Coverage, lang: Lang) -> list[str]:
    """Return what the cells say, a line for each place that has any."""
    return [
        f"{place_name(place, lang)}: "
        + ", ".join(
            f"{name(channel, lang)} {told_cell(found, place, channel, lang)}"
            for channel in Channel
            if (place, channel) in found.cells
        )
        for place in found.places
        if place not in found.bare
    ]
