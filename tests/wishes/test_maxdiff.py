"""MaxDiff from raw tasks: counts by hand, utilities by statsmodels and as they were drawn."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.discrete.conditional_models import ConditionalLogit

import cxjourney.wishes._analyses._maxdiff_logit  # noqa: F401 - traced from its first line on
from cxjourney.errors import InvalidError
from cxjourney.wishes import MaxDiffTask, maxdiff_preferences

NAMES = ("seats", "food", "quiet", "sockets", "news")
TRUE = np.array([1.0, 0.5, 0, -0.5, -1])


def tasks(respondents: int, seed: int = 1, each: int = 4, shown: int = 4) -> list[MaxDiffTask]:
    """Return tasks of respondents who choose by the true utilities."""
    chance = np.random.default_rng(seed)
    drawn = []
    for one in range(respondents):
        for _ in range(each):
            order = chance.permutation(len(NAMES))[:shown]
            best = order[np.argmax(TRUE[order] + chance.gumbel(size=shown))]
            left = order[order != best]
            worst = left[np.argmax(-TRUE[left] + chance.gumbel(size=shown - 1))]
            names = tuple(NAMES[place] for place in order)
            drawn.append(MaxDiffTask(one, names, NAMES[best], NAMES[worst]))
    return drawn


def test_counts_are_those_of_the_tasks() -> None:
    """A wish has how often it was shown and chosen, and the difference for each time shown."""
    given = tasks(60)
    for one in maxdiff_preferences(given):
        assert one.shown == sum(one.about in task.shown for task in given)
        assert one.best == sum(one.about == task.best for task in given)
        assert one.worst == sum(one.about == task.worst for task in given)
        assert one.score == pytest.approx((one.best - one.worst) / one.shown)


def conditional_logit(given: list[MaxDiffTask], names: tuple[str, ...]) -> Any:
    """Return the model of statsmodels; the first wish has the utility 0."""
    rows: list[tuple[list[float], bool, int]] = []
    for number, task in enumerate(given):
        left = tuple(name for name in task.shown if name != task.best)
        for part, (options, choice) in enumerate(((task.shown, task.best), (left, task.worst))):
            for name in options:
                marks = [(1 - 2 * part) * float(name == other) for other in names[1:]]
                rows.append((marks, name == choice, 2 * number + part))
    marked, chosen, sets = zip(*rows, strict=True)
    return ConditionalLogit(np.array(chosen, float), np.array(marked), groups=np.array(sets))


def test_utilities_are_those_of_statsmodels() -> None:
    """Utilities are those of its conditional logit; they sum to 0, and the shares to 1."""
    given = tasks(12)
    best = np.append(0, conditional_logit(given, NAMES).fit(method="newton", disp=False).params)
    found = {one.about: one for one in maxdiff_preferences(given)}
    utilities = [found[name].utility for name in NAMES]
    assert_allclose(utilities, best - best.mean(), atol=1e-6)
    assert sum(one.share for one in found.values()) == pytest.approx(1)
    assert list(found) == sorted(found, key=lambda name: -found[name].utility)


@pytest.mark.no_cover
def test_intervals_hold_the_true_utilities() -> None:
    """About 95 of 100 intervals hold the utility that choices were made by."""
    held = []
    for seed in range(40):
        found = {one.about: one.interval for one in maxdiff_preferences(tasks(50, seed))}
        pairs = zip(NAMES, TRUE, strict=True)
        held += [found[name].low <= true <= found[name].high for name, true in pairs]
    assert 0.9 < np.mean(held) < 0.99


@pytest.mark.parametrize(
    ("shown", "best", "worst"),
    [
        (("a", "b"), "a", "b"),
        (("a", "b", "b"), "a", "b"),
        (("a", "b", "c"), "a", "a"),
        (("a", "b", "c"), "a", "d"),
    ],
)
def test_a_task_is_refused_where_it_is_none(shown: tuple[str, ...], best: str, worst: str) -> None:
    """Three different wishes or more are shown, and two of them are chosen."""
    with pytest.raises(InvalidError):
        MaxDiffTask("me", shown, best, worst)


ALWAYS = [MaxDiffTask(one, ("a", "b", "c"), "a", "b" if one % 2 else "c") for one in range(30)]
APART = [
    MaxDiffTask(one, shown, best, worst)
    for one in range(20)
    for shown, best, worst in (
        (("a", "b", "c"), "abc"[one % 3], "abc"[(one + 1) % 3]),
        (("d", "e", "f"), "def"[one % 3], "def"[(one + 1) % 3]),
        (("a", "b", "d"), "a" if one % 2 else "b", "d"),
    )
]


@pytest.mark.parametrize("given", [[], ["a"], tasks(1), ALWAYS, APART])
def test_tasks_that_tell_no_utilities_are_refused(given: Any) -> None:
    """Tasks are there, of several respondents, and no wish always wins or loses."""
    with pytest.raises(InvalidError) as caught:
        maxdiff_preferences(given)
    assert caught.value.field == "tasks"


@pytest.mark.no_cover
def test_statsmodels_finds_utilities_where_there_are_none() -> None:
    """Where wishes never meet but to win, its default gives figures without a warning."""
    found = conditional_logit(APART, tuple("abcdef")).fit(disp=False).params
    assert np.isfinite(found).all()
    assert np.abs(found).max() > 10
    with pytest.raises(InvalidError, match="no bound"):
        maxdiff_preferences(APART)
