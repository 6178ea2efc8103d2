"""The answers to Kano's questionnaire as a page to send: whom each wish pleases or displeases."""

from collections.abc import Iterator

import attrs

from cxjourney.show._kano_tables import kano_page
from cxjourney.show._pages._drawings import legend_of
from cxjourney.show._pages._html_file import (
    Grid,
    document,
    figure_of,
    folded,
    head,
    paragraphs,
    section,
)
from cxjourney.show._pages._markup import Markup, bdi, joined, tag
from cxjourney.show._pages._page_words import PageWords
from cxjourney.show._pages._scatter import Axis, Point, Scatter, marker
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import kano_meaning, word
from cxjourney.wishes import Kano, KanoCategory, KanoMap

LOOKS = {
    KanoCategory.MUST_BE: ("cross", "kind-e"),
    KanoCategory.ONE_DIMENSIONAL: ("square", "kind-b"),
    KanoCategory.ATTRACTIVE: ("up", "kind-a"),
    KanoCategory.INDIFFERENT: ("diamond", "kind-c"),
    KanoCategory.REVERSE: ("down", "kind-d"),
    KanoCategory.QUESTIONABLE: ("round", "kind-o"),
}
"""The shape and the look of each category on the map."""
CORNERS = (
    *(KanoCategory.INDIFFERENT, KanoCategory.MUST_BE),
    *(KanoCategory.ATTRACTIVE, KanoCategory.ONE_DIMENSIONAL),
)
"""The categories as they lie on the map: below from the left, and above."""
HALF = 0.5


def kano_html(found: KanoMap, lang: Lang) -> str:
    """Return the answers to Kano's questionnaire as one file of HTML."""
    told = PageWords(lang)
    most = max((kano.n for kano in found.kanos), default=0)
    about = [told.say("kano_of", wishes=told.count(len(found)), answers=told.count(most))]
    parts = [
        tag("ul", joined(_heads(found, told)), class_="heads"),
        _map(found, told),
        *_tables(found, told),
    ]
    return document(told.say("kano_title"), about, parts, lang)


def _heads(found: KanoMap, told: PageWords) -> Iterator[Markup]:
    """Yield which wishes are of each category, and what that means."""
    for category in LOOKS:
        those = [bdi(kano.wish.about) for kano in found.kanos if kano.grade is category]
        if those:
            yield head(
                joined([name(category, told.lang).capitalize(), ": ", joined(those, ", ")]),
                kano_meaning(category.name, told.lang),
            )


def _map(found: KanoMap, told: PageWords) -> Markup:
    """Return the map: across whom the absence displeases, upwards whom it pleases."""
    lang = told.lang
    placed = [_point(kano, told.count(place)) for place, kano in enumerate(found.kanos, start=1)]
    points = [point for point in placed if point is not None]
    drawn = Scatter(
        Axis(-0.05, 1.05, HALF, word("worse_axis", lang), told.share),
        Axis(-0.05, 1.05, HALF, word("better_axis", lang), told.share),
        [(name(category, lang), LOOKS[category][1]) for category in CORNERS],
        points,
    ).drawn("kano", word("kano", lang), told.say("kano_told", points=told.count(len(points))))
    signs = [
        (marker(*LOOKS[category]), name(category, lang))
        for category in LOOKS
        if any(point.look == LOOKS[category][1] for point in points)
    ]
    absent = [
        bdi(kano.wish.about)
        for kano, point in zip(found.kanos, placed, strict=True)
        if point is None
    ]
    off = tag("p", word("off_map", lang), ": ", joined(absent, ", "), class_="note")
    caption = told.say("kano_note")
    names = tag("ol", joined(tag("li", bdi(kano.wish.about)) for kano in found.kanos))
    return section(
        told.say("map_title"),
        legend_of(signs),
        figure_of(drawn, caption),
        *([off] if absent else []),
        folded(told.say("numbers"), names),
    )


def _point(kano: Kano, number: str) -> Point | None:
    better, worse, grade = kano.better, kano.worse, kano.grade
    if better is None or worse is None or grade is None:
        return None
    up, across = kano.better_interval, kano.worse_interval
    shape, look = LOOKS[grade]
    ends = (-across.high, -across.low), (up.low, up.high)
    return Point(number, -worse, better, *ends, shape, look)


def _tables(found: KanoMap, told: PageWords) -> Iterator[Markup]:
    """Yield the tables, as they are told elsewhere, but with names in full."""
    first, *others = [
        Grid.of(one, list(found) if len(one.rows) == len(found) else ())
        for one in kano_page(found, told.lang).tables
        if one.headings
    ]
    title = word("category", told.lang).capitalize()
    yield section(title, attrs.evolve(first, caption=title).html())
    notes = word("kano_letters", told.lang), word("kano_legend", told.lang)
    folds = (folded(grid.caption, grid.html()) for grid in others)
    yield section(told.say("how_sure"), *folds, paragraphs(notes, "note"))
