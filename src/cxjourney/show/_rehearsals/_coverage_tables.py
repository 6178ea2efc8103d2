"""Which channels are used in which phase, as a table."""

from cxjourney.playbook import Coverage
from cxjourney.show._rehearsals._figure_tables import MOST_COLUMNS, idle
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Channel, Lang, Phase, Place, name
from cxjourney.vocabulary._texts import figure, number, place_name, word


def coverage_title(found: Coverage, lang: Lang) -> str:
    """Return what is counted, in a line."""
    return word(f"{found.of}_by_phase", lang)


def coverage_page(found: Coverage, lang: Lang) -> Page:
    """Return which channels are used in which phase."""
    return Page((coverage_table(found, lang),), lang, width=MOST_COLUMNS)


def coverage_table(found: Coverage, lang: Lang) -> Table:
    """Return a table with a row for each phase that has any, and a column for each channel."""
    used = [place for place in found.places if place not in found.bare]
    return Table(
        coverage_title(found, lang),
        (figure("phase", lang), *(name(one, lang) for one in Channel)),
        "<" + ">" * len(Channel),
        [
            (place_name(place, lang), *(told_cell(found, place, one, lang) for one in Channel))
            for place in used
        ],
        notes=coverage_notes(found, lang),
    )


def told_cell(found: Coverage, place: Place, channel: Channel, lang: Lang) -> str:
    """Return how many there are, and of them in brackets how many stand in for another channel."""
    count = number(found.cells.get((place, channel), 0), lang)
    instead = found.fallbacks.get((place, channel))
    return f"{count} ({number(instead, lang)})" if instead else count


def coverage_notes(found: Coverage, lang: Lang) -> tuple[str, ...]:
    """Return how to read the cells, and which phases and channels have none."""
    brackets = (f"(): {word('in_place_of', lang)}",) if found.fallbacks else ()
    phases: tuple[Phase, ...] = found.bare
    return (
        *brackets,
        *idle(word("bare_phases", lang), [place_name(one, lang) for one in phases]),
        *idle(word("idle_channels", lang), [name(one, lang) for one in found.unused]),
    )
