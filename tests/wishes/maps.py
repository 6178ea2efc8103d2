"""Maps of wishes made by hand, for the tests of what is shown of them."""

from typing import Any

from hypothesis import strategies as st

from cxjourney.wishes import (
    Answer,
    Classification,
    Criteria,
    EffectScale,
    Finding,
    Interval,
    Item,
    Reason,
    Wish,
    WishMap,
    YesNo,
    map_wishes,
)

__all__ = [
    "AIRPORT",
    "DELTA",
    "HOSTILE",
    "TAU",
    "LeftOut",
    "Unused",
    "airport",
    "finding",
    "maps",
    "wish_map",
]

EMPTY = map_wishes({"y": [None]}, outcome="y", items=[Item("x", None, None)], statements=YesNo())
LeftOut: Any = type(EMPTY.left_out[0])
Unused: Any = type(EMPTY.left_out[0].why)

LEVEL, TAU, DELTA = 0.8, 0.0714, 0.05

AIRPORT = (
    ("art", 0.021, 0.008, 0.004, 0.036),
    ("food that is not dear", 0.118, 0.017, 0.101, 0.033),
    ("shops", 0.014, 0.006, 0.117, 0.034),
    ("clear signs", 0.094, 0.014, 0.149, 0.041),
    ("walkways", 0.052, 0.011, 0.083, 0.044),
    ("screens", 0.037, 0.010, 0.061, 0.046),
    ("wifi that works", 0.131, 0.018, 0.055, 0.024),
    ("roads", 0.061, 0.012, 0.042, 0.031),
    ("parking near the door", 0.058, 0.012, 0.019, 0.039),
    ("train to town", 0.043, 0.011, 0.021, 0.040),
    ("rental cars", 0.033, 0.009, 0.018, 0.038),
    ("quicker boarding", 0.097, 0.014, 0.192, 0.037),
    ("clean restrooms", 0.091, 0.014, 0.109, 0.030),
    ("information desks", 0.046, 0.011, 0.023, 0.033),
)
"""Fourteen wishes as clustered as those of an airport: share and effect, each with an error."""

HOSTILE = (
    "<script>alert('x')</script>",
    'a "quoted" & <b>bold</b> wish',
    "price in $ and $\\frac{1}{0}$, a_b^c",
    "left \u202eright\u202c to left",
    "bell\x07 and \x1b[31mred",
    "two\nlines\tand a tab",
    "half a character \ud83d",
    "\U0001f600 \u6f22\u5b57 \u05e9\u05dc\u05d5\u05dd",
    "how satisfied were you with the cleanliness of the restrooms",
    "how satisfied were you with the cleanliness of the floors",
)
"""Names that mean to break out of a table or a picture, and two that are cut alike."""


def answer(estimate: float | None, error: float, threshold: float, *doubts: Reason) -> Answer:
    """Return an answer with the probability that an estimate has, coarsely."""
    if estimate is None:
        return Answer(0.5, threshold, LEVEL, doubts=doubts or (Reason.NOT_ASKED,))
    likely = min(max(0.5 + 0.4 * (estimate - threshold) / error, 0.001), 0.999)
    interval = Interval(estimate - 1.96 * error, estimate + 1.96 * error)
    return Answer(likely, threshold, LEVEL, estimate, interval, 900, doubts)


def finding(
    about: str,
    share: float | None = 0.1,
    share_error: float = 0.02,
    effect: float | None = 0.2,
    effect_error: float = 0.03,
    *,
    harm: float | None = 0.0,
    doubts: tuple[Reason, ...] = (),
    notes: tuple[Reason, ...] = (),
    lmg_error: float | None = None,
) -> Finding:
    """Return a finding with plain figures beside its two answers."""
    stated = answer(share, share_error, TAU)
    value = answer(effect, effect_error, DELTA, *doubts)
    found = Classification(Wish(about), "OVERALL", stated, value, harm, notes)
    return Finding(found, 1234, 0.4, 0.05, 0.041, lmg_error, 0.043, 1.32, 0.087)


def wish_map(*findings: Finding, criteria: Criteria | None = None) -> WishMap:
    """Return a map of findings."""
    return WishMap("OVERALL", findings, criteria or Criteria(), TAU, 2310, None, 0.412)


def airport(*more: Finding) -> WishMap:
    """Return the map of an airport, and more wishes."""
    return wish_map(*(finding(*row) for row in AIRPORT), *more)


names = st.text(min_size=1, max_size=200).filter(str.strip)
chances = st.floats(0, 1)
reasons = st.lists(st.sampled_from(Reason), max_size=2, unique=True).map(tuple)


@st.composite
def answers(draw: st.DrawFn, least: float, most: float, threshold: float) -> Answer:
    """Draw what is known of a fact, or that nothing is."""
    doubts = draw(reasons)
    if draw(st.booleans()):
        return Answer(0.5, threshold, LEVEL, doubts=doubts or (Reason.NOT_RATED,))
    low, estimate, high = sorted(draw(st.tuples(*[st.floats(least, most)] * 3)))
    interval = draw(st.sampled_from([None, Interval(low, high)]))
    return Answer(draw(chances), threshold, LEVEL, estimate, interval, 100, doubts)


@st.composite
def findings(draw: st.DrawFn, about: str, delta: float) -> Finding:
    """Draw what a survey says of a wish."""
    found = Classification(
        Wish(about),
        "outcome",
        draw(answers(0, 1, TAU)),
        draw(answers(-50, 50, delta)),
        draw(st.none() | chances),
        draw(reasons),
    )
    figures = st.none() | st.floats(0, 1)
    return Finding(
        found,
        n=draw(st.integers(0, 10**6)),
        coefficient=draw(figures),
        error=draw(figures),
        lmg=draw(figures),
        lmg_error=draw(figures),
        johnson=draw(figures),
        vif=draw(figures),
        robustness=draw(figures),
    )


@st.composite
def maps(draw: st.DrawFn) -> WishMap:
    """Draw the map of a survey with any names, outcome and figures."""
    scale = draw(st.sampled_from(EffectScale))
    given = st.sampled_from([0.0, 0.02, 0.5, 7.0])
    delta = draw(given if scale is EffectScale.RAW else st.none() | given)
    criteria = Criteria(delta=delta, scale=scale, tau=draw(st.sampled_from([None, TAU])))
    abouts = draw(st.lists(names, max_size=6, unique=True))
    return WishMap(
        draw(names),
        tuple(draw(findings(about, criteria.effect)) for about in abouts),
        criteria,
        TAU,
        draw(st.integers(0, 10**6)),
        draw(st.none() | st.integers(1, 10**6)),
        draw(st.none() | chances),
        tuple(
            draw(
                st.lists(
                    st.builds(LeftOut, st.sampled_from(Unused), st.integers(1, 10**6)), max_size=2
                )
            )
        ),
    )
