"""The source articles that rules cite."""

from string import digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels.policy import Policy
from cxjourney.vocabulary._sources import SOURCES, cited  # of any text


@given(st.text().filter(lambda text: not set(text) & set(digits)))
def test_what_names_no_article_stays_as_it_is(source: str) -> None:
    """An author, or a default, is cited as it was written."""
    assert cited(source) == source


@pytest.mark.parametrize("number", SOURCES)
def test_an_article_is_cited_by_its_subject(number: str) -> None:
    """Whoever has no list of the articles can read what one is about."""
    assert cited(number) == f"source article {number} ({SOURCES[number]})"
    assert cited(f"{number}: as it says") == f"{cited(number)}: as it says"


@pytest.mark.parametrize("figure", ["30,000 letters", "2.001", "10004", "0003"])
def test_a_figure_is_no_article(figure: str) -> None:
    """Digits that are part of a larger number are left alone."""
    assert cited(figure) == figure


def test_every_number_that_a_rule_cites_is_known() -> None:
    """No rule of the policy cites an article that is not listed."""
    for rule in Policy().rules:
        numbers = [word for word in rule.source.replace(",", " ").split() if word.startswith("00")]
        assert {word.strip(":;") for word in numbers} <= SOURCES.keys()
