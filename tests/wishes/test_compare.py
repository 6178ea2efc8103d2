"""Maps side by side: what differs between segments or years, and what may only seem to."""

from typing import Any

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2_contingency
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.wishes import (
    Compared,
    Comparison,
    WishMap,
    YesNo,
    compare_maps,
    items_by_prefix,
    map_wishes,
)

NAMES = ["seats", "food", "quiet"]
Floats = NDArray[np.float64]


def surveyed(
    seed: int, slopes: tuple[float, ...] = (0.4, 0.2, 0), rows: int = 300, said: float = 0.5
) -> WishMap:
    """Return the map of a survey with these slopes and shares."""
    chance = np.random.default_rng(seed)
    felt = chance.normal(size=(rows, 3)) + chance.normal(size=(rows, 1))
    columns: dict[str, Floats] = dict(zip(NAMES, felt.T, strict=True))
    columns |= {f"say_{name}": (chance.random(rows) < said).astype(float) for name in NAMES}
    columns["outcome"] = felt @ np.array(slopes) + chance.normal(size=rows)
    items = items_by_prefix(NAMES, said="say_")
    return map_wishes(columns, outcome="outcome", items=items, statements=YesNo())


def differing(found: Comparison) -> set[tuple[str, Compared]]:
    """Return what differs."""
    return {(one.about, one.what) for one in found.differences if one.differs}


def test_what_changed_is_found_with_its_size() -> None:
    """An effect and the shares that moved between two years differ, and nothing else does."""
    found = compare_maps(
        {"2025": surveyed(1, rows=3000), "2026": surveyed(2, (0.4, 0.8, 0), 3000, said=0.7)}
    )
    asked = {(name, Compared.ASKED) for name in NAMES}
    assert differing(found) == {("food", Compared.VALUE), *asked}
    food = found.differences[3]
    assert food.about == "food"
    assert food.what is Compared.VALUE
    assert food.interval is not None
    assert food.interval.low < 0.6 < food.interval.high
    assert food.change == pytest.approx(0.6, abs=0.1)


def test_chances_are_those_of_statsmodels() -> None:
    """Pearson's test, Cochran's Q and Holm's rule give what scipy and statsmodels do."""
    maps = {str(seed): surveyed(seed, rows=2000) for seed in range(3)}
    found = compare_maps(maps)
    expected = []
    for name in NAMES:
        shares = [one[name].classification.stated.estimate or 0 for one in maps.values()]
        yes = np.rint(np.array(shares) * 2000)
        expected.append(chi2_contingency([yes, 2000 - yes], correction=False).pvalue)
        coefficients = np.array([one[name].coefficient for one in maps.values()])
        variances = np.array([one[name].error for one in maps.values()]) ** 2 * 1996 / 1994
        expected.append(combine_effects(coefficients, variances).test_homogeneity().pvalue)
    adjusted = multipletests(expected, method="holm")[1]
    assert [one.p for one in found.differences] == pytest.approx(adjusted, abs=1e-9)
    assert all(one.change is None for one in found.differences)


@pytest.mark.no_cover
def test_alike_segments_are_seldom_called_different() -> None:
    """Of maps that are alike at most 5 in 100 have anything that is called different."""
    wrong = [
        bool(differing(compare_maps({"a": surveyed(seed, rows=150), "b": surveyed(-seed % 999)})))
        for seed in range(1, 51)
    ]
    assert np.mean(wrong) <= 0.11  # 0.05 and two standard errors


def test_a_comparison_prints_as_two_tables() -> None:
    """It shows each figure in each map, the change, and whether that is certain, in words."""
    found = compare_maps({"men": surveyed(1), "women": surveyed(2, (0.4, 0.9, 0))})
    text = str(found)
    assert "men" in text
    assert "yes" in text
    assert "cannot tell" in text
    assert "ei saa öelda" in found.explain(Lang.ET)
    assert repr(found) == f"<Comparison of 2 maps: {len(differing(found))} of 6 differ>"
    rows = found.to_rows()
    assert len(rows) == 6
    assert rows[0]["men"] == found.differences[0].figures[0]
    three = compare_maps({"a": surveyed(1), "b": surveyed(2), "c": surveyed(3)})
    assert three.to_rows()[0]["low"] is None
    assert " - " in str(three)


def test_what_one_map_does_not_know_is_not_compared() -> None:
    """A wish that was not rated or asked about in one of two has no difference, and no chance."""
    one, other = surveyed(1), surveyed(2)
    unknown = attrs.evolve(other["food"], coefficient=None)
    stated = attrs.evolve(unknown.classification.stated, interval=None)
    unknown = attrs.evolve(
        unknown, classification=attrs.evolve(unknown.classification, stated=stated)
    )
    other = attrs.evolve(other, findings=(other["seats"], unknown))
    found = compare_maps({"a": one, "b": other})
    assert [one.about for one in found.differences] == ["seats", "seats", "food", "food"]
    assert [one.p is None for one in found.differences] == [False, False, True, True]
    assert "food" in str(found)


@pytest.mark.parametrize(
    "maps",
    [
        {},
        {"a": surveyed(1)},
        {"a": 1, "b": surveyed(1)},
        {"a": surveyed(1), "b": attrs.evolve(surveyed(1), outcome="nps")},
        {"a": surveyed(1), "b": attrs.evolve(surveyed(1), findings=())},
        {"a": surveyed(1), "b": attrs.evolve(surveyed(1), within=True)},
        {"a": surveyed(1), "b": attrs.evolve(surveyed(1), outcome_model="logit")},
    ],
)
def test_what_cannot_be_compared_is_refused(maps: Any) -> None:
    """There are two maps or more, of one outcome, told in one way, with a wish in common."""
    with pytest.raises(InvalidError) as caught:
        compare_maps(maps)
    assert caught.value.field == "maps"


@pytest.mark.parametrize("taken", ["p", "wish", "differs"])
def test_no_map_is_called_like_a_column(taken: str) -> None:
    """A figure of a map never stands in the place of what else a row tells."""
    with pytest.raises(InvalidError, match=f"a map called {taken}"):
        compare_maps({taken: surveyed(1), "b": surveyed(2)})


@pytest.mark.parametrize(
    ("names", "field"),
    [
        (("a", "a"), "names"),
        (("a", "change"), "names"),
        (("a", "b", "c"), "differences"),
    ],
)
def test_a_comparison_has_one_figure_for_each_map(names: tuple[str, ...], field: str) -> None:
    """Its rows have the same keys, and no key twice."""
    found = compare_maps({"a": surveyed(1), "b": surveyed(2)})
    with pytest.raises(InvalidError) as caught:
        attrs.evolve(found, names=names)
    assert caught.value.field == field


def test_a_comparison_is_plain_values_too() -> None:
    """Its document names the maps, and tells each difference as a row does."""
    found = compare_maps({"a": surveyed(1), "b": surveyed(2)})
    document = found.to_dict()
    assert list(document) == ["comparison", "maps", "differences"]
    assert document["maps"] == ["a", "b"]
    for told, row in zip(document["differences"], found.to_rows(), strict=True):
        figures = dict(zip(document["maps"], told.pop("figures"), strict=True))
        assert {**figures, **told} == pytest.approx(row)


def test_respondents_count_instead_of_rows() -> None:
    """Where rows are clustered the number of respondents widens the difference's error."""
    one = surveyed(1, rows=100)
    few = attrs.evolve(one, clusters=10)
    plain, wide = (compare_maps({"a": of, "b": of}).differences[1].interval for of in (one, few))
    assert plain is not None
    assert wide is not None
    assert wide.high > plain.high
