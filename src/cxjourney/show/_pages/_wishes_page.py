"""The findings of a survey as a page to send: what to do about each wish, and how sure that is."""

from collections.abc import Iterator, Sequence

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
from cxjourney.show._wish_tables import (
    DEEDS,
    Cells,
    by_deed,
    cells,
    effect_decimals,
    footnotes,
    limit,
    unit,
)
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import number, percent, to_do, usual_advice, word, words
from cxjourney.wishes import Answer, Finding, WishKind, WishMap

LOOKS = {
    WishKind.SUBCONSCIOUS: ("up", "kind-a"),
    WishKind.CONSCIOUS: ("square", "kind-b"),
    WishKind.INVISIBLE: ("diamond", "kind-c"),
    WishKind.DECEPTION: ("down", "kind-d"),
    None: ("round", "kind-o"),
}
"""The shape and the look of each kind on the map; None for the undecided."""
CORNERS = (WishKind.INVISIBLE, WishKind.DECEPTION, WishKind.SUBCONSCIOUS, WishKind.CONSCIOUS)
"""The kinds as they lie on the map: below from the left, and above."""


def wishes_html(found: WishMap, lang: Lang) -> str:
    """Return the findings of a survey as one file of HTML."""
    told = PageWords(lang)
    order = by_deed(found)
    rows = list(cells(found, lang))
    parts = [
        tag("ul", joined(_heads(order, told)), class_="heads"),
        _map(found, order, told),
        _board(rows, told),
        _details(rows, told),
        _ground(found, told),
    ]
    about = [told.say("survey_of", outcome=found.outcome, rows=told.count(found.rows))]
    return document(told.say("worth_fulfilling"), about, parts, lang)


def _heads(order: Sequence[Finding], told: PageWords) -> Iterator[Markup]:
    """Yield for each kind what to do about its wishes, and which they are."""
    for kind in DEEDS:
        those = [
            one.classification.wish.about for one in order if one.classification.decision is kind
        ]
        if those:
            deed = word("cannot_tell", told.lang)
            why = told.say("undecided_note")
            if kind is not None:
                deed = to_do(kind.name, told.lang)
                why = f"{name(kind, told.lang)}: {usual_advice(kind.name, told.lang)}"
            yield head(joined([deed.capitalize(), ": ", joined(map(bdi, those), ", ")]), f"{why}.")


def _map(found: WishMap, order: Sequence[Finding], told: PageWords) -> Markup:
    """Return the map: across how many ask for a wish, upwards what it is worth."""
    lang = told.lang
    points, absent = list[Point](), list[Markup]()
    for place, finding in enumerate(order, start=1):
        one = finding.classification
        x, y = one.stated.estimate, one.value.estimate
        if x is None or y is None:
            absent.append(bdi(one.wish.about))
            continue
        shape, look = LOOKS[one.decision]
        ends = _ends(one.stated, x), _ends(one.value, y)
        points.append(Point(told.count(place), x, y, *ends, shape, look))
    decimals = effect_decimals(found)
    tau, delta = (f"{key} = {limit(found, key, lang)}" for key in ("tau", "delta"))
    drawn = Scatter(
        Axis.around(
            (point.x for point in points),
            found.tau,
            word("share_axis", lang),
            lambda share: percent(share, lang, ".3g"),
        ),
        Axis.around(
            (0.0, *(point.y for point in points)),
            found.criteria.effect,
            word("effect_axis", lang),
            lambda effect: number(effect, lang, f".{decimals}f"),
        ),
        [(name(kind, lang), LOOKS[kind][1]) for kind in CORNERS],
        points,
    ).drawn("map", told.say("map_title"), told.say("map_told", points=told.count(len(points))))
    signs = [
        (marker(*LOOKS[kind]), word("undecided", lang) if kind is None else name(kind, lang))
        for kind in DEEDS
    ]
    caption = told.say("map_note", tau=tau, delta=delta, unit=unit(found, lang))
    off = [tag("p", word("off_map", lang), ": ", joined(absent, ", "), class_="note")]
    return section(
        told.say("map_title"), legend_of(signs), figure_of(drawn, caption), *(off if absent else [])
    )


def _ends(answer: Answer, estimate: float) -> tuple[float, float]:
    if answer.interval is None:
        return estimate, estimate
    return answer.interval.low, answer.interval.high


def _board(rows: Sequence[Cells], told: PageWords) -> Markup:
    """Return what to do about each wish, under the number that it has on the map."""
    wish, deed, kind, asked, value, remarks = words(
        told.lang, "wish", "to_do", "kind", "asked", "value", "remarks"
    )
    probable = told.say("probability")
    title = told.say("board_title")
    grid = Grid(
        title,
        (wish, deed, kind, probable, f"{asked}, %", value, remarks),
        "<<<>>><",
        [
            (
                joined([f"{told.count(place)}. ", bdi(row.wish)]),
                row.deed,
                row.kind,
                row.probability,
                row.share.partition(" ")[0],
                row.effect.partition(" ")[0],
                row.remarks,
            )
            for place, row in enumerate(rows, start=1)
        ],
        headed=False,
    )
    return section(title, grid.html())


def _details(rows: Sequence[Cells], told: PageWords) -> Markup:
    """Return the two answers with their intervals, and the figures that describe."""
    lang = told.lang
    wish, asked, value, robustness = words(lang, "wish", "asked", "value", "robustness")
    answers = Grid(
        word("details", lang),
        (wish, f"{asked}, %", f"P({asked})", value, f"P({value})"),
        "<>>>>",
        [(bdi(row.wish), row.share, row.asked, row.effect, row.value) for row in rows],
    )
    figures = Grid(
        word("describe", lang),
        (wish, "n", "LMG", "Johnson", "VIF", robustness),
        "<>>>>>",
        [(bdi(row.wish), row.n, row.lmg, row.johnson, row.vif, row.robustness) for row in rows],
    )
    return section(
        told.say("how_sure"),
        folded(answers.caption, answers.html()),
        folded(figures.caption, figures.html()),
    )


def _ground(found: WishMap, told: PageWords) -> Markup:
    """Return what the findings rest on."""
    return section(told.say("rests_on"), paragraphs(footnotes(found, told.lang)))
