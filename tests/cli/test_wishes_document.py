"""The findings of a survey as JSON."""

import json
import math

import attrs
import pytest

from cxjourney.vocabulary import Lang
from cxjourney.wishes import Criteria, EffectScale, Reason
from tests.wishes.maps import AIRPORT, HOSTILE, airport, finding, wish_map


def test_the_document_holds_what_the_survey_found() -> None:
    """Every wish has the keys of its row in a table, and the limits stand beside."""
    found = airport()
    document = found.to_dict()
    assert list(document) == [
        "wishes",
        "outcome",
        "criteria",
        "conventions",
        "rows",
        "respondents",
        "r2",
        "blank",
        "outcome_model",
        "within_respondents",
        "style_held",
        "blank_means",
        "left_out",
        "asked_among",
        "far_values",
        "identical_rows",
        "findings",
    ]
    assert [one["wish"] for one in document["findings"]] == [row[0] for row in AIRPORT]
    for one, row in zip(document["findings"], found.to_rows(), strict=True):
        assert list(one) == list(row)
        for key in ("may_be", "reasons", "notes"):
            assert ", ".join(one.pop(key)) == row.pop(key)
        for key, value in row.items():
            expected = pytest.approx(value, rel=1e-8) if isinstance(value, float) else value
            assert one[key] == expected, key


def test_limits_that_are_our_convention_are_named() -> None:
    """A limit stands with its value whether it was given or not."""
    document = airport().to_dict()
    assert document["conventions"] == ["tau", "delta"]
    assert document["criteria"]["tau"] == pytest.approx(0.0714)
    assert document["criteria"]["delta"] == pytest.approx(0.05)
    assert document["criteria"]["scale"] == "standard"
    given = Criteria(tau=0.1, delta=0.2, scale=EffectScale.RAW)
    document = attrs.evolve(airport(), criteria=given, tau=0.1).to_dict()
    assert document["conventions"] == []
    assert document["criteria"]["delta"] == pytest.approx(0.2)


def test_what_json_cannot_hold_is_none() -> None:
    """An infinite figure, or one that is no number, does not break the document."""
    odd = attrs.evolve(finding("A"), vif=math.inf, lmg=math.nan)
    (one,) = json.loads(json.dumps(wish_map(odd).to_dict(), allow_nan=False))["findings"]
    assert one["vif"] is None
    assert one["lmg"] is None


def test_an_explanation_is_in_it_when_asked_for() -> None:
    """The lines are those of the classification, in the language asked for."""
    found = finding("A", doubts=(Reason.COLLINEAR,))
    (one,) = wish_map(found).to_dict(Lang.FI)["findings"]
    assert one["explanation"] == found.classification.explain(Lang.FI).split("\n")


def test_json_is_ascii_whatever_the_names() -> None:
    """No name commands a terminal, and all of them come back."""
    text = json.dumps(wish_map(*map(finding, HOSTILE)).to_dict(Lang.ET))
    assert text.isascii()
    assert "\x1b" not in text
    assert tuple(one["wish"] for one in json.loads(text)["findings"]) == HOSTILE
