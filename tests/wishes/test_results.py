"""Every result of the classifier reads in one line, and no line has a word of its user in it."""

import json
from typing import Any

import pytest

from cxjourney.vocabulary import Lang
from cxjourney.wishes import (
    Evidence,
    Item,
    Kano,
    KanoAnswer,
    Mentions,
    Moments,
    Tally,
    Wish,
    lmg_sampled,
)
from tests.wishes.maps import airport, finding, wish_map

MARI = "Mari Maasikas"
WISH = Wish(MARI)
EVIDENCE = Evidence(WISH, MARI, Tally(3, 1)).measured(4, fulfilled=True)
KANO = Kano(WISH).add(KanoAnswer.EXPECT, KanoAnswer.DISLIKE, 3)
MAP = wish_map(finding(MARI))
SAMPLED = lmg_sampled([[1]], [0.5])

RESULTS: list[tuple[Any, str]] = [
    (WISH, "Wish(about=str of 13 characters, phase=None, stated=None, adds_value=None)"),
    (EVIDENCE, "<Evidence: 4 statements, 1 outcomes>"),
    (KANO, "<Kano of 3 answers: MUST_BE>"),
    (Mentions(MARI), "Mentions(commented=str of 13 characters)"),
    (Tally(3, 1), "Tally(yes=3, no=1)"),
    (Moments.of([3, 5]), "Moments(n=2, mean=4.0, m2=2.0)"),
    (MAP, "<WishMap of 1 wishes: 0 SUBCONSCIOUS, 1 CONSCIOUS, 0 INVISIBLE, 0 DECEPTION, "),
    (MAP.findings[0], "<Finding on 1234 rows: <Classification CONSCIOUS: asked for 1.00"),
    (MAP.findings[0].classification, "<Classification CONSCIOUS: asked for 1.00, adds value"),
    (SAMPLED, "<Sampled shares of 1 drivers, 0.250 in all>"),
    (Item(WISH, MARI, MARI), "Item(wish=Wish(about=str of 13 characters, "),
    (EVIDENCE.outcomes, "Outcomes(fulfilled=Moments(n=1, mean=4.0, m2=0.0), unfulfilled=None, "),
]


@pytest.mark.parametrize(("result", "begins"), RESULTS, ids=lambda one: type(one).__name__)
def test_a_result_reads_in_one_line_without_a_users_word(result: Any, begins: str) -> None:
    """The representation says what it is and how large, and neither wish, outcome nor column."""
    text = repr(result)
    assert text.startswith(begins)
    assert MARI not in text
    assert "\n" not in text
    assert len(text) < 320


@pytest.mark.parametrize("result", [MAP, MAP.findings[0], MAP.findings[0].classification])
def test_a_result_prints_in_words(result: Any) -> None:
    """Printed, it names the wish, and says what was found; a map and a kind in any language."""
    assert MARI in str(result)
    assert "conscious" in str(result)
    assert str(result) == result.explain(Lang.EN) != result.explain(Lang.ET)


def test_results_are_plain_values_for_json() -> None:
    """What is kept or handed on goes through JSON as it is."""
    found = MAP.findings[0]
    for result in (EVIDENCE, KANO, airport(), found, found.classification):
        plain = result.to_dict()
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert found.to_dict() == MAP.to_dict()["findings"][0]
    assert found.to_dict().items() >= found.classification.to_dict().items()
    assert found.classification.to_dict()["may_be"] == ["CONSCIOUS"]
    assert [row["wish"] for row in MAP.to_rows()] == [MARI]
    assert repr(Kano(WISH)) == "<Kano of 0 answers: no category>"
