"""What is known of a wish, in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.vocabulary import Lang, Phase, name
from cxjourney.wishes import Answer, Classification, Interval, Reason, Wish, WishKind, advise
from tests.vocabulary.words import remedy

LEVEL = 0.8
SAID = Answer(0.98, 0.0714, LEVEL, 0.123, Interval(0.101, 0.146), 1023)
WORTH = Answer(0.998, 0.05, LEVEL, 0.16, Interval(0.111, 0.213), 812)
MAYBE = Answer(0.63, 0.05, LEVEL, 0.06, Interval(-0.011, 0.13), 812)
UNKNOWN = Answer(0.5, 0.05, LEVEL, doubts=(Reason.HARDLY_VARIES, Reason.FEW_ROWS))
SEATS = Wish("quiet seats")

REASONS = [reason for reason in Reason if reason is not Reason.EXPERIMENT]
probabilities = st.floats(0, 1)
intervals = st.builds(
    lambda ends: Interval(min(ends), max(ends)),
    st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)),
)
answers = st.builds(
    Answer,
    probability=probabilities,
    threshold=st.floats(0, 1e6),
    level=st.floats(0.51, 0.99),
    estimate=st.none() | st.floats(-1e9, 1e9),
    interval=st.none() | intervals,
    n=st.floats(0, 1e9),
    doubts=st.lists(st.sampled_from(REASONS), unique=True, max_size=3).map(tuple),
)
wishes = st.builds(
    Wish,
    about=st.text(min_size=1, max_size=60).filter(str.strip),
    phase=st.none() | st.sampled_from(Phase),
)
classifications = st.builds(
    Classification,
    wish=wishes,
    outcome=st.text(max_size=20),
    stated=answers,
    value=answers,
    harm=st.none() | probabilities,
    notes=st.lists(st.sampled_from(Reason), unique=True, max_size=2).map(tuple),
)


def test_a_decided_wish_tells_kind_figures_and_advice() -> None:
    """The kind comes first, then what it rests on, then what to do."""
    found = Classification(SEATS, "OVERALL", SAID, WORTH, 0.002)
    assert found.explain().split("\n") == [
        "Wish: quiet seats.",
        "Value is judged by: OVERALL.",
        "Kind: conscious, probability 0.98.",
        "Probabilities: conscious 0.98, subconscious 0.02, deception <0.01, invisible <0.01.",
        "Asked for: yes, probability 0.98.",
        "  share of customers: 12.3% [10.1%, 14.6%]; threshold 7.1%; answers: 1,023",
        "Adds value: yes, probability >0.99.",
        "  effect: 0.16 [0.111, 0.213]; threshold 0.05; answers: 812",
        "Does harm: probability <0.01.",
        "What to do: fulfil it, and say so.",
    ]


def test_an_open_wish_tells_what_it_may_be_and_why() -> None:
    """Where the value is open, that is said beside the known fact, with what would help."""
    found = Classification(SEATS, "OVERALL", SAID, MAYBE)
    assert found.explain().split("\n") == [
        "Wish: quiet seats.",
        "Value is judged by: OVERALL.",
        "Kind: undecided (asked for; value unknown).",
        "One of these, with a probability of at least 0.8: conscious, deception.",
        "Probabilities: conscious 0.62, deception 0.36, subconscious 0.01, invisible <0.01.",
        "Asked for: yes, probability 0.98.",
        "  share of customers: 12.3% [10.1%, 14.6%]; threshold 7.1%; answers: 1,023",
        "Adds value: not known, probability 0.63.",
        "  effect: 0.06 [-0.011, 0.13]; threshold 0.05; answers: 812",
        (
            "  the answers allow a figure on either side of the threshold; "
            "more answers would narrow it down"
        ),
    ]


def test_what_was_never_measured_has_a_threshold_alone() -> None:
    """Without an estimate there is no figure, but every doubt is told."""
    lines = Classification(SEATS, "OVERALL", SAID, UNKNOWN).explain().split("\n")
    assert lines[-3:] == [
        "  threshold 0.05",
        (
            "  it is met for nearly all, or for nearly none, so that no effect can be seen; "
            "change it for customers drawn at random, and compare"
        ),
        (
            "  there are too few rows for so many wishes; "
            "ask more customers, or look at fewer wishes at once"
        ),
    ]


def test_two_answers_that_do_not_hold_together_are_told() -> None:
    """Each is likely enough by itself, but their product is not."""
    both = Answer(0.85, 0.05, LEVEL)
    lines = Classification(SEATS, "OVERALL", both, both).explain().split("\n")
    assert lines[2:4] == [
        "Kind: undecided (asked for; adds value).",
        "Each answer is likely enough by itself, but the two are not so together.",
    ]


def test_notes_come_with_what_they_ask_for() -> None:
    """A must-be wish says not to be dropped; a trial asks for nothing."""
    found = Classification(SEATS, "OVERALL", SAID, WORTH, notes=(Reason.MUST_BE, Reason.EXPERIMENT))
    lines = found.explain().split("\n")
    start = lines.index("Worth knowing:")
    assert lines[start + 1].endswith("(Kano's questionnaire); keep it, but expect no praise for it")
    assert lines[start + 2] == "  its value comes from a randomised trial, not from the survey"


def test_the_phase_of_a_wish_is_named_in_the_language() -> None:
    """A wish of a phase tells which."""
    wish = Wish("quiet seats", Phase.ADOPT)
    text = Classification(wish, "OVERALL", SAID, WORTH).explain(Lang.ET)
    assert text.startswith("Soov: quiet seats (faas: lojaalsus).\n")


def test_own_advice_is_given_as_it_stands() -> None:
    """The user's advice takes the place of the usual one."""
    found = Classification(SEATS, "OVERALL", SAID, WORTH)
    text = found.explain(Lang.FI, own={WishKind.CONSCIOUS: "kysy {Marilta}"})
    assert text.endswith("\nMitä tehdä: kysy {Marilta}.")


@pytest.mark.parametrize(
    ("probability", "told"),
    [
        (-1e-17, "<0.01"),
        (0, "<0.01"),
        (0.00999, "<0.01"),
        (0.01, "0.01"),
        (0.5, "0.50"),
        (0.99, "0.99"),
        (0.99001, ">0.99"),
        (1, ">0.99"),
    ],
)
def test_no_probability_looks_certain(probability: float, told: str) -> None:
    """No evidence makes a fact certain, so nothing shows as 0.00 or 1.00."""
    text = Classification(SEATS, "x", SAID, WORTH, harm=probability).explain()
    assert f"Does harm: probability {told}." in text


@pytest.mark.parametrize(
    ("effect", "told"),
    [(0.0512, "0.0512"), (-12.3, "-12.3"), (999.4, "999"), (-12345.6, "-12,346")],
)
def test_effects_have_three_figures(effect: float, told: str) -> None:
    """Effects in points may be large; they are never told in powers of ten."""
    answer = Answer(0.9, 0.05, LEVEL, effect, n=10)
    text = Classification(SEATS, "x", SAID, answer).explain()
    assert f"  effect: {told}; threshold 0.05; answers: 10\n" in f"{text}\n"


@pytest.mark.no_cover
@given(classifications, st.sampled_from(Lang))
def test_every_explanation_is_whole(found: Classification, lang: Lang) -> None:
    """In every language: all four kinds, each reason with its remedy, advice where decided."""
    text = found.explain(lang)
    for kind in WishKind:
        assert name(kind, lang) in text
    for reason in (*found.stated.reasons, *found.value.reasons):
        assert f"  {name(reason, lang)}; {remedy(reason.name, lang)}" in text
    for kind in WishKind:
        advised = text.endswith(f": {advise(kind, lang)}.")
        assert advised == (kind is found.decision)


@pytest.mark.no_cover
@given(classifications, st.sampled_from(Lang))
def test_explanations_are_safe_to_show(found: Classification, lang: Lang) -> None:
    """Nothing commands a terminal or breaks a line, and no pattern is left unfilled."""
    plain = Classification(SEATS, "x", found.stated, found.value, found.harm, found.notes)
    assert not re.search(r"[{}]", plain.explain(lang))
    lines = found.explain(lang).split("\n")
    assert len(lines) == len(plain.explain(lang).split("\n"))
    assert all(line.isprintable() and line == line.rstrip() for line in lines)
