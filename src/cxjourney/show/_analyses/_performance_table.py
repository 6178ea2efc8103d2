"""What a person reads of how important wishes are, and how well they are fulfilled."""

from cxjourney.errors import shown
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import number, say, word, words
from cxjourney.wishes import PerformanceMap

WIDTH = 80
LONGEST_NAME = 30
EFFECT, RATING = ".3f", ".0f"


def performance_page(found: PerformanceMap, lang: Lang) -> Page:
    """Return where each wish stands, the most important first.

    Args:
        found: the map.
        lang: the language; names of wishes and the outcome stay as they are.
    """
    means = {
        "importance": number(found.importance, lang, EFFECT),
        "performance": number(found.performance, lang, RATING),
    }
    table = Table(
        f"{word('wishes', lang)}: {shown(found.outcome)}",
        words(lang, "wish", "importance", "performance", "quadrant"),
        "<>><",
        [
            (
                shown(one.about, LONGEST_NAME),
                number(one.importance, lang, EFFECT),
                number(one.performance, lang, RATING),
                name(one.quadrant, lang),
            )
            for one in sorted(found.standings, key=lambda one: -one.importance)
        ],
    )
    return Page((table, Table(notes=(say("quadrants", lang, **means),))), lang, width=WIDTH)
