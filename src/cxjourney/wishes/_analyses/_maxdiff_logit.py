"""The conditional logit of a MaxDiff.

Not by the ``ConditionalLogit`` of statsmodels 0.15, which comes to the same utilities: of 200
respondents with twelve tasks each of five out of fifteen wishes it takes seventy times as long, it
has no errors robust to respondents, and gives utilities without bound as though they were found.
choix 0.4 knows no worst choices. So scipy seeks the maximum of the likelihood here, and the tests
hold what it finds against the former.
"""

from collections.abc import Sequence

import attrs
import numpy as np
from scipy import optimize

from cxjourney.errors import InvalidError
from cxjourney.wishes._analyses._maxdiff import MaxDiffTask
from cxjourney.wishes._arrays import Codes, Floats

FAR = 15.0
"""A utility so far from the others has no bound."""

STEPS = 100
"""The most steps that are taken."""

MOST = 300.0
"""Beyond this the exponential of a sum of utilities is cut off."""

STILL = 1e-12
"""The slope of the mean log likelihood that counts as none: one without a bound has come so far by
then that it is seen."""


def utilities(tasks: Sequence[MaxDiffTask], names: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the utilities of wishes, which sum to 0, and their errors, robust to respondents.

    Args:
        tasks: the answers.
        names: the wishes.

    Raises:
        InvalidError: a utility has no bound.
    """
    place = {name: number for number, name in enumerate(names)}
    rows, chosen, sets, who = [], [], [], []
    people = {one: number for number, one in enumerate(dict.fromkeys(t.respondent for t in tasks))}
    for number, task in enumerate(tasks):
        others = [name for name in task.shown if name != task.best]
        for part, (options, choice, sign) in enumerate(
            ((task.shown, task.best, 1.0), (others, task.worst, -1.0))
        ):
            for name in options:
                row = np.zeros(len(names))
                row[place[name]] = sign
                rows.append(row[1:])
                chosen.append(float(name == choice))
                sets.append(2 * number + part)
                who.append(people[task.respondent])
    x, y, groups = np.array(rows), np.array(chosen), np.array(sets)
    choices = _Choices(x, y, groups)
    slopes, bread = _fit(choices)
    scores = np.zeros((len(people), len(slopes)))
    np.add.at(scores, np.array(who), (y - choices.likely(slopes))[:, None] * x)
    covariance = bread @ (scores.T @ scores) @ bread * (len(people) / (len(people) - 1))
    centre = np.eye(len(names)) - 1 / len(names)
    turn = centre[:, 1:]
    return turn @ slopes, np.sqrt(np.diag(turn @ covariance @ turn.T))


@attrs.frozen(eq=False)
class _Choices:
    """The options of all sets, a row an option: its columns, whether it was chosen, and its set."""

    x: Floats
    chosen: Floats
    sets: Codes

    @property
    def count(self) -> int:
        """How many sets there are."""
        return int(self.sets[-1]) + 1

    def likely(self, slopes: Floats) -> Floats:
        """Return how likely each option is to be chosen."""
        odds = np.exp(np.clip(self.x @ slopes, -MOST, MOST))
        likely: Floats = odds / np.bincount(self.sets, odds)[self.sets]
        return likely

    def surprise(self, slopes: Floats) -> float:
        """Return the mean of minus the logarithm of how likely the choices are."""
        return -float(self.chosen @ np.log(self.likely(slopes))) / self.count

    def slope(self, slopes: Floats) -> Floats:
        """Return the slope of the surprise."""
        slope: Floats = (self.likely(slopes) - self.chosen) @ self.x / self.count
        return slope

    def information(self, slopes: Floats) -> Floats:
        """Return the curvature of the surprise."""
        heavy = self.likely(slopes)[:, None] * self.x
        mean = np.zeros((self.count, self.x.shape[1]))
        np.add.at(mean, self.sets, heavy)
        information: Floats = (heavy.T @ self.x - mean.T @ mean) / self.count
        return information


def _fit(choices: _Choices) -> tuple[Floats, Floats]:
    """Return the likeliest slopes and their covariance.

    Raises:
        InvalidError: a slope has no bound.
    """
    found = optimize.minimize(
        choices.surprise,
        np.zeros(choices.x.shape[1]),
        method="trust-exact",
        jac=choices.slope,
        hess=choices.information,
        options={"gtol": STILL, "maxiter": STEPS},
    )
    slopes = np.asarray(found.x, np.float64)
    if np.abs(slopes).max() > FAR:
        raise InvalidError("tasks", "that set no bound to a utility", "more tasks")
    return slopes, np.linalg.inv(choices.information(slopes)) / choices.count
