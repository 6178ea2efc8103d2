"""The conditional logit of a MaxDiff.

Not by the ``ConditionalLogit`` of statsmodels 0.15, which comes to the same utilities: of 200
respondents with twelve tasks each of five out of fifteen wishes it takes seventy times as long, it
has no errors robust to respondents, and gives utilities without bound as though they were found.
choix 0.4 knows no worst choices. The tests hold this one against the former.
"""

from collections.abc import Sequence

import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.wishes._analyses._maxdiff import MaxDiffTask
from cxjourney.wishes._arrays import Codes, Floats

FAR = 20.0
"""A utility so far from the others has no bound."""

STEPS, STILL = 50, 1e-10
"""The most of Newton's steps, and the step that ends them."""


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
    slopes, likely, bread = _fit(x, y, groups)
    scores = np.zeros((len(people), len(slopes)))
    np.add.at(scores, np.array(who), (y - likely)[:, None] * x)
    covariance = bread @ (scores.T @ scores) @ bread * (len(people) / (len(people) - 1))
    centre = np.eye(len(names)) - 1 / len(names)
    turn = centre[:, 1:]
    return turn @ slopes, np.sqrt(np.diag(turn @ covariance @ turn.T))


def _fit(x: Floats, y: Floats, groups: Codes) -> tuple[Floats, Floats, Floats]:
    """Return the likeliest slopes, how likely each option was to be chosen, and their covariance.

    Raises:
        InvalidError: a slope has no bound.
    """
    slopes = np.zeros(x.shape[1])
    count = int(groups[-1]) + 1
    step, left = slopes + np.inf, STEPS
    while np.abs(step).max() >= STILL and left:
        left -= 1
        odds = np.exp(x @ slopes)
        likely = odds / np.bincount(groups, odds)[groups]
        heavy = likely[:, None] * x
        mean = np.zeros((count, x.shape[1]))
        np.add.at(mean, groups, heavy)
        information = heavy.T @ x - mean.T @ mean
        if np.linalg.eigvalsh(information)[0] < STILL or np.abs(slopes).max() > FAR:
            raise InvalidError("tasks", "that set no bound to a utility", "more tasks")
        covariance = np.asarray(np.linalg.inv(information), np.float64)
        step = covariance @ ((y - likely) @ x)
        slopes = slopes + step
    return slopes, likely, covariance
