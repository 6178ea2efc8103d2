"""The map of a survey's wishes: each is on it or named under it, readable, the same twice."""

import sys
import xml.etree.ElementTree as ET
from io import BytesIO
from itertools import combinations, cycle, product

import attrs
import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from cxjourney.errors import MissingExtraError
from cxjourney.show._pictures._labels import Lettering, drawable  # what is drawn, letter by letter
from cxjourney.show._pictures._wish_plot import (  # what is drawn, mark by mark
    CORNER,
    SHAPES,
    MapAxes,
    axis_ends,
    figure_svg,
    plot,
)
from cxjourney.vocabulary import Lang, name
from cxjourney.wishes import (
    Criteria,
    EffectScale,
    KanoMap,
    PerformanceMap,
    Quadrant,
    Reason,
    WishKind,
    WishMap,
    WishPlace,
    read_kano,
)
from tests.vocabulary.words import word
from tests.wishes.maps import DELTA, HOSTILE, TAU, airport, finding, maps, wish_map

few = settings(max_examples=4, deadline=None)


def drawn(axes: Axes) -> Lettering:
    """Draw a map, and return its names as they stand on it."""
    figure_of(axes).draw_without_rendering()
    return next(one for one in axes.get_children() if isinstance(one, Lettering))


def figure_of(axes: Axes) -> Figure:
    """Return the figure of a map."""
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def corners(line: Line2D) -> list[list[float]]:
    """Return the points of a line."""
    return [[float(x), float(y)] for x, y in np.asarray(line.get_xydata())]


def boxes(texts: list[Text]) -> list[Bbox]:
    """Return the boxes of the texts that are seen, as they were last drawn."""
    return [text.get_window_extent() for text in texts if text.get_visible()]


def said(axes: Axes) -> list[str]:
    """Return every text that is seen on a map and round it."""
    found = axes.findobj(
        lambda one: isinstance(one, Text) and one.get_visible(), include_self=False
    )
    return [text.get_text() for text in found if isinstance(text, Text)]


def check_places(axes: Axes) -> list[str]:
    """Check that names are inside the frame, and overlap no name, marker or corner; return them."""
    lettering = drawn(axes)
    names = boxes(lettering.texts)
    frame = axes.bbox.padded(0.01)
    for box in names:
        assert frame.contains(*box.min)
        assert frame.contains(*box.max)
    kinds = boxes([one for one in axes.texts if one.get_fontweight() == "bold"])
    assert len(kinds) == len(WishKind)
    for one, other in (*combinations(names, 2), *product(names, kinds)):
        assert Bbox.intersection(one.padded(-0.01), other.padded(-0.01)) is None
    for x, y in axes.transData.transform(lettering._points):
        assert not any(box.contains(x, y) for box in names)
    return [text.get_text() for text in lettering.texts if text.get_visible()]


def crowd(seed: int, count: int, spread: float) -> WishMap:
    """Return a map whose wishes crowd round the crossing of the thresholds."""
    chance = np.random.default_rng(seed)
    words = ("clean", "quick", "quiet", "warm", "free", "seats", "wifi", "staff", "signs", "doors")
    return wish_map(
        *(
            finding(
                f"{index} {' '.join(chance.choice(words, chance.integers(1, 4)))}",
                float(np.clip(chance.normal(TAU, spread * 0.4), 0.001, 0.9)),
                0.01,
                float(chance.normal(DELTA, spread)),
                0.02,
            )
            for index in range(count)
        )
    )


@pytest.mark.no_cover
def test_names_of_an_airport_are_readable() -> None:
    """Fourteen clustered wishes are named inside the map, apart from each other and all else."""
    check_places(airport().plot())


@pytest.mark.no_cover
@given(st.integers(0, 10**6), st.integers(14, 20), st.floats(0.01, 0.3))
@few
def test_names_of_crowded_maps_are_readable(seed: int, count: int, spread: float) -> None:
    """Fourteen to twenty wishes near the thresholds are named apart, measured as drawn."""
    check_places(crowd(seed, count, spread).plot())


@pytest.mark.no_cover
def test_names_are_arranged_for_the_size_that_is_drawn() -> None:
    """A map drawn anew in another size is arranged anew."""
    axes = airport().plot()
    drawn(axes)
    for size in ((6.4, 4.8), (12, 9)):
        figure_of(axes).set_size_inches(*size)
        check_places(axes)


@pytest.mark.no_cover
def test_names_out_of_sight_are_not_drawn() -> None:
    """Who looks at a part of the map sees the names of that part alone."""
    axes = airport().plot()
    axes.set_xlim(0.08, 0.15)
    seen = check_places(axes)
    assert "quicker boarding" in seen
    assert "shops" not in seen


@pytest.mark.no_cover
@given(maps(), st.sampled_from(Lang))
@few
def test_any_map_is_drawn_without_a_warning(found: WishMap, lang: Lang) -> None:
    """Whatever a survey found, each wish is on the map, or under it as one that is not."""
    axes = plot(found, lang=lang)
    lettering = drawn(axes)
    known = [
        one
        for one in found.findings
        if one.classification.stated.estimate is not None
        and one.classification.value.estimate is not None
    ]
    assert len(lettering.texts) == len(known)
    under = [text for text in said(axes) if text.startswith(word("off_map", lang))]
    assert len(under) == (len(known) < len(found))


@pytest.mark.no_cover
def test_hostile_names_are_plain_text() -> None:
    """Dollars, underscores and marks of direction are letters, and no glyph is missing."""
    axes = wish_map(
        *(finding(about, 0.01 + 0.02 * index) for index, about in enumerate(HOSTILE)),
        *(finding(f"no {about}", effect=None) for about in HOSTILE),
    ).plot()
    texts = drawn(axes).texts
    assert [text.get_text() for text in texts] == [
        "<script>alert('x')</script>",
        'a "quoted" & <b>bold</b> wish',
        "price in $ and $\\frac{1}{0}...",
        "left \\u202eright\\u202c to left",
        "bell\\x07 and \\x1b[31mred",
        "two\\nlines\\tand a tab",
        "half a character \\ud83d",
        drawable(HOSTILE[7]),
        "9. ...nliness of the restrooms",
        "10. ...eanliness of the floors",
    ]
    assert not any(text.get_parse_math() or text.get_usetex() for text in texts)


def test_a_hostile_outcome_is_plain_text() -> None:
    """The outcome in the title is no formula either, and it is cut where it is too long."""
    axes = attrs.evolve(airport(), outcome="$x_1^" + "\u202e" + "y" * 300).plot()
    title = axes.get_title(loc="left")
    assert title.startswith("Wishes judged by the outcome: $x_1^\\u202ey")
    assert len(title) == 80


def test_characters_that_no_font_has_stand_as_escapes() -> None:
    """What the fonts can draw stays as it is."""
    assert drawable("õäöü šž ÅÄÖ") == "õäöü šž ÅÄÖ"
    assert drawable("a\u6f22b\U0001f9ff") == "a\\u6f22b\\U0001f9ff"


def test_fonts_are_those_of_the_user() -> None:
    """A family that is not there is passed over; where none is there the usual one draws."""
    for families in (["No Such Font", "DejaVu Sans"], ["No Such Font"]):
        with mpl.rc_context({"font.family": families}):
            assert drawable("õ\u6f22") == "õ\\u6f22"


@pytest.mark.parametrize("lang", Lang)
def test_the_map_says_what_it_shows(lang: Lang) -> None:
    """The outcome, the axes, the unit, four corners and every sign are named in the language."""
    texts = said(plot(airport(), lang=lang))
    assert f"{word('wishes', lang)}: OVERALL" in texts
    assert word("share_axis", lang) in texts
    assert f"{word('effect_axis', lang)},\n{word('standard', lang)}" in texts
    assert all(texts.count(name(kind, lang)) == 2 for kind in WishKind)
    assert word("undecided", lang) in texts
    assert word("interval", lang) in texts


def test_thresholds_are_marked_where_they_are_conventions() -> None:
    """Lines stand at tau and delta, and say whether the user gave them."""
    texts = said(airport().plot())
    assert "tau = 7.14% (default)" in texts
    assert "delta = 0.05\n(default)" in texts
    own = Criteria(tau=TAU, delta=20, scale=EffectScale.RAW)
    texts = said(attrs.evolve(airport(), criteria=own).plot())
    assert "tau = 7.14%" in texts
    assert "delta = 20" in texts
    ends = [corners(line) for line in airport().plot().lines]
    assert [[TAU, 0], [TAU, 1]] in ends
    assert [[0, DELTA], [1, DELTA]] in ends


@pytest.mark.parametrize(("effect", "drawn_there"), [(0.2, False), (-0.2, True)])
def test_the_line_of_harm_is_drawn_where_it_is_reached(effect: float, drawn_there: bool) -> None:
    """Below minus delta there is harm; the line stands where an interval reaches so far."""
    axes = wish_map(finding("wifi", effect=effect)).plot()
    assert (word("harm", Lang.EN) in said(axes)) == drawn_there
    ends = [corners(line) for line in axes.lines]
    assert ([[0, -DELTA], [1, -DELTA]] in ends) == drawn_there


def test_without_a_threshold_there_is_no_line_of_harm() -> None:
    """Where delta is zero, value and harm meet in one line."""
    criteria = Criteria(delta=0)
    assert word("harm", Lang.EN) not in said(
        wish_map(finding("wifi", effect=-0.2), criteria=criteria).plot()
    )


def test_decided_wishes_are_filled_and_others_hollow() -> None:
    """Each kind has a marker of its own, filled; the undecided share a hollow one."""
    axes = airport().plot()
    marked = {line.get_marker(): line for line in axes.lines if line.get_linestyle() == "None"}
    assert len(marked) == len(SHAPES)
    for found in airport().findings:
        kind = found.classification.decision
        line = marked[SHAPES[kind]]
        place = (found.classification.stated.estimate, found.classification.value.estimate)
        assert list(place) in corners(line)
        hollow = to_rgb(line.get_markerfacecolor()) == to_rgb(axes.get_facecolor())
        assert hollow == (kind is None)


def test_intervals_stand_both_ways() -> None:
    """Each wish has a bar across and a bar upwards, from end to end of its intervals."""
    axes = wish_map(finding("wifi", 0.1, 0.02, 0.2, 0.03)).plot()
    bars = [
        segment.round(4).tolist()
        for collection in axes.collections
        if isinstance(collection, LineCollection)
        for segment in collection.get_segments()
    ]
    assert [[0.0608, 0.2], [0.1392, 0.2]] in bars
    assert [[0.1, 0.1412], [0.1, 0.2588]] in bars


def test_an_estimate_without_an_interval_has_no_bar() -> None:
    """Where an interval is not known the point stands by itself."""
    one = finding("wifi")
    bare = attrs.evolve(
        one.classification, stated=attrs.evolve(one.classification.stated, interval=None)
    )
    axes = wish_map(attrs.evolve(one, classification=bare)).plot()
    collections = [one for one in axes.collections if isinstance(one, LineCollection)]
    across, _ = (segment.tolist() for one in collections for segment in one.get_segments())
    assert across == [[0.1, 0.2], [0.1, 0.2]]


def test_wishes_without_a_place_are_named_under_the_map() -> None:
    """A wish without a share or an effect is not dropped: it is listed with the reasons."""
    axes = airport(
        finding("lounge", None), finding("pets", effect=None, doubts=(Reason.HARDLY_VARIES,))
    ).plot()
    note = next(text for text in said(axes) if text.startswith("Not on the map: "))
    plain = note.replace("\n", " ")
    assert f"lounge ({name(Reason.NOT_ASKED)}); pets ({name(Reason.HARDLY_VARIES)})" in plain
    lettering = next(one for one in axes.get_children() if isinstance(one, Lettering))
    assert len(lettering.texts) == 14
    assert not any("Not on the map" in text for text in said(airport().plot()))


@pytest.mark.no_cover
def test_everything_round_a_map_of_its_own_is_on_the_page() -> None:
    """No text of a figure of our own runs out of it, with notes under the map or without."""
    axes = airport(finding("lounge", None), finding("pets", effect=None)).plot()
    drawn(axes)
    page = figure_of(axes).bbox.padded(1)
    shown = axes.findobj(
        lambda one: isinstance(one, Text) and one.get_visible(), include_self=False
    )
    for text in (one for one in shown if isinstance(one, Text) and one.get_text()):
        box = text.get_window_extent()
        assert page.contains(*box.min), text.get_text()
        assert page.contains(*box.max), text.get_text()


@pytest.mark.no_cover
def test_ticks_of_shares_lie_where_shares_can_be() -> None:
    """The margin left of 0 % and right of 100 % has no ticks."""
    for share in (0.001, 0.999):
        axes = wish_map(finding("wifi", share)).plot()
        drawn(axes)
        assert all(-1e-9 < tick < 1 + 1e-9 for tick in axes.get_xticks())
    texts = [text.get_text() for text in axes.get_xticklabels()]
    assert "100%" in texts
    assert "-0%" not in texts


@pytest.mark.parametrize(
    ("lang", "mark", "other"), [("en", ".", ","), ("et", ",", "."), ("fi", ",", ".")]
)
def test_ticks_of_effects_have_the_decimal_mark_of_the_language(
    lang: str, mark: str, other: str
) -> None:
    """Where effects have decimals, their ticks have a comma in Estonian and Finnish."""
    axes = wish_map(finding("wifi", 0.5)).plot(lang=Lang(lang))
    drawn(axes)
    axis = axes.yaxis
    ticks = "".join(text.get_text() for text in axes.get_yticklabels())
    assert mark in ticks
    assert other not in ticks
    axis.get_major_formatter().set_locs([1e9 + 0.25, 1e9 + 0.5])
    assert other not in axis.get_offset_text().get_text()
    assert other not in axis.get_major_formatter().get_offset()


@pytest.mark.no_cover
def test_given_axes_are_drawn_in() -> None:
    """A map is drawn in the axes that are given, and they are returned."""
    figure = Figure(figsize=(12, 6), layout="constrained")
    left, right = figure.subplots(1, 2)
    assert airport().plot(left) is left
    assert plot(airport(), right, Lang.ET) is right
    check_places(left)
    check_places(right)


@pytest.mark.no_cover
def test_pyplot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """To draw a map loads no pyplot, so that no figure is kept that nobody closes."""
    for module in ("_wish_plot", "_labels", "_ground"):
        monkeypatch.delitem(sys.modules, f"cxjourney.show._pictures.{module}")
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    stream = BytesIO()
    figure_of(airport().plot()).savefig(stream, format="png")
    assert stream.getvalue().startswith(b"\x89PNG")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where matplotlib is missing the error says what to install, and tables work all the same."""
    for module in ("_wish_plot", "_labels", "_ground"):
        monkeypatch.delitem(sys.modules, f"cxjourney.show._pictures.{module}")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "conscious" in str(airport())
    with pytest.raises(MissingExtraError) as raised:
        airport().plot()
    assert (raised.value.package, raised.value.extra) == ("matplotlib", "plot")


@pytest.mark.no_cover
def test_a_notebook_shows_the_map() -> None:
    """A cell that ends with a map of its own shows it as SVG, the same each time, undated."""
    first, second = airport().plot(), airport().plot()
    assert isinstance(first, MapAxes)
    text = first._repr_svg_()
    assert text.startswith("<?xml")
    assert text == figure_svg(figure_of(second))
    assert "dc:date" not in text
    assert "Matplotlib v" not in text


def test_a_part_of_a_figure_is_not_shown_for_the_whole() -> None:
    """Axes of ours within a part of a figure leave it to the figure to be shown."""
    axes = Figure().add_subfigure(GridSpec(1, 2)[0]).add_subplot(axes_class=MapAxes)
    assert isinstance(axes, MapAxes)
    assert not axes._repr_svg_()


@pytest.mark.no_cover
@given(
    st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 3), max_size=8),
    st.floats(-1e6, 1e6),
)
def test_an_axis_holds_what_it_has_to(
    places: list[tuple[float, float, float]], threshold: float
) -> None:
    """Every estimate is inside, the threshold has room on both sides, and no bar stretches it."""
    estimates = [sorted(three)[1] for three in places]
    low, high = axis_ends(estimates, [(min(three), max(three)) for three in places], threshold)
    assert low < min([threshold, *estimates])
    assert high > max([threshold, *estimates])
    side = min(threshold - low, high - threshold) / (high - low)
    assert side >= CORNER * 0.999


def test_an_axis_is_not_stretched_by_one_wide_interval() -> None:
    """An interval without bounds to speak of leaves the others readable."""
    low, high = axis_ends([0.1, 0.2], [(-500, 900), (0.15, 0.25)], 0.05)
    assert high - low < 1
    shortest = axis_ends([0.1, 0.2], [(0.1, 0.1), (0.2, 0.2)], 0.05)
    assert low < shortest[0] < shortest[1] < high


def test_a_map_on_dark_ground_is_written_in_light() -> None:
    """Lines and hollow markers take the colour of the user's text, so that any ground will do."""
    with mpl.rc_context({"axes.labelcolor": "white", "axes.facecolor": "black"}):
        axes = airport().plot()
    hollow = [line for line in axes.lines if line.get_marker() == "o"]
    assert to_rgb(hollow[0].get_markeredgecolor()) == (1, 1, 1)
    assert to_rgb(hollow[0].get_markerfacecolor()) == (0, 0, 0)
    assert to_rgb(axes.lines[0].get_color()) == (1, 1, 1)


def heads(axes: Axes) -> set[tuple[str, float, float]]:
    """Return the heads that are drawn, each by its shape and place."""
    return {
        (str(line.get_marker()), x, y)
        for line in axes.lines
        if not line.get_clip_on() and line.get_linestyle() == "None"
        for x, y in corners(line)
    }


def test_an_interval_that_leaves_the_frame_is_marked() -> None:
    """A head stands where it leaves and points outwards; the legend tells what it means."""
    wide = finding("wide", 0.1, 0.001, 0.2, 3.0, harm=0.4)
    axes = wish_map(wide).plot()
    bottom, top = axes.get_ylim()
    assert heads(axes) == {("v", 0.1, bottom), ("^", 0.1, top)}
    legend = axes.get_legend()
    assert legend is not None
    told = [text.get_text() for text in legend.get_texts()]
    assert told[-1] == word("goes_on", Lang.EN)
    inside = airport().plot()
    assert not heads(inside)
    assert word("goes_on", Lang.EN) not in said(inside)


def asked(count: int = 3) -> KanoMap:
    """Return what a questionnaire says of some wishes."""
    table = {"with": [1, 2, 2, 3, 1], "without": [5, 5, 4, 3, 4]}
    return read_kano(table, [(f"{HOSTILE[2]} {one}", "with", "without") for one in range(count)])


def placed(count: int = 6) -> PerformanceMap:
    """Return wishes that are important and fulfilled in all four ways."""
    places = (
        WishPlace(f"{HOSTILE[one % 5]} {one}", 0.1 * (one % 4), 50.0 + 7 * (one % 5), quadrant)
        for one, quadrant in zip(range(count), cycle(Quadrant), strict=False)
    )
    return PerformanceMap(HOSTILE[2], tuple(places), 0.15, 64.0, EffectScale.RAW)


@pytest.mark.parametrize(("count", "told"), [(24, "names"), (25, "numbers"), (61, "order")])
def test_many_wishes_have_numbers_for_names(count: int, told: str) -> None:
    """Up to 24 wishes have their names; more have numbers, named under the map up to 60."""
    for axes in (asked(count).plot(), placed(count).plot(lang=Lang.ET)):
        lettering = next(one for one in axes.get_children() if isinstance(one, Lettering))
        labels = [text.get_text() for text in lettering.texts]
        numbers = [str(one) for one in range(1, count + 1)]
        assert (labels == numbers) == (told != "names")
        below = " ".join(text.get_text() for text in axes.texts).replace("\n", " ")
        assert ("; 25 " in below) == (told == "numbers")
        order = {word("numbered", lang) for lang in (Lang.EN, Lang.ET)}
        assert any(one in below for one in order) == (told == "order")


@pytest.mark.parametrize("lang", Lang)
def test_importance_and_performance_are_drawn(lang: Lang) -> None:
    """Quadrants are told apart by shape and corner; the axes have units, and no rating over 100."""
    axes = placed().plot(lang=lang)
    corners = [text.get_text() for text in axes.texts if text.get_fontweight() == "bold"]
    assert corners == [name(one, lang) for one in Quadrant]
    shapes = {line.get_marker() for line in axes.lines} - {"None", "", None}
    assert len(shapes) == 4
    assert word("raw", lang) in axes.get_ylabel()
    drawn(axes)
    ticks = [text.get_text() for text in axes.get_yticklabels()]
    assert any("," in tick for tick in ticks) == (lang is not Lang.EN)
    assert max(axes.xaxis.get_major_locator().tick_values(0, 140)) <= 100
    assert axes.get_title(loc="left") == drawable(HOSTILE[2])
    own = Figure().subplots()
    assert placed().plot(own, lang) is own


def test_a_plot_tells_in_words_what_is_written_in_it() -> None:
    """Its SVG has a title, and a description with the names of axes, points and signs."""
    svg = placed().plot()._repr_svg_()  # type: ignore[attr-defined]
    root = ET.fromstring(svg)  # noqa: S314 - it is of our own making
    title, told = root[0], root[1]
    assert title.tag.endswith("title")
    assert title.text == HOSTILE[2]
    for part in ("Performance: mean rating", "concentrate here", "$\\frac{1}{0}$"):
        assert part in str(told.text)
    assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    assert "\u202e" not in svg
    assert ET.fromstring(figure_svg(Figure()))[0].text == "cxjourney"  # noqa: S314 - as above
    bare = Figure()
    bare.subplots().set_axis_off()
    assert ET.fromstring(figure_svg(bare))[0].text == "cxjourney"  # noqa: S314 - as above


def luminance(colour: object) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
        for one in to_rgb(colour)  # type: ignore[arg-type]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.no_cover
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", ["wishes", "kano", "performance"])
def test_words_stand_out_from_the_ground(kind: str, dark: bool) -> None:
    """On light ground and on dark every text of a map has a contrast of 4.5 at least."""
    drawings: dict[str, WishMap | KanoMap | PerformanceMap] = {
        "wishes": airport(),
        "kano": asked(),
        "performance": placed(),
    }
    axes = drawings[kind].plot(dark=dark)
    drawn(axes)
    paper = luminance(axes.get_facecolor())
    assert (paper < 0.1) == dark
    assert luminance(figure_of(axes).get_facecolor()) == paper
    for text in axes.findobj(Text):
        if text.get_text():
            ends = sorted([luminance(text.get_color()), paper])
            assert (ends[1] + 0.05) / (ends[0] + 0.05) >= 4.5, text.get_text()
