"""MaxDiff from its raw tasks: counts, and a multinomial logit."""

from collections.abc import Iterable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import check_several, check_type
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Showable, brief
from cxjourney.wishes._effects._posterior import Z95
from cxjourney.wishes._kinds import Interval

FEWEST = 3


def _names(shown: Iterable[str]) -> tuple[str, ...]:
    check_several("MaxDiffTask.shown", shown, "several wishes, such as a list of them")
    return tuple(shown)


@attrs.frozen
class MaxDiffTask(Showable):
    """One task of a MaxDiff: of the wishes shown, the best and the worst.

    Attributes:
        respondent: who answered, by anything hashable.
        shown: the wishes shown, three or more.
        best: the one chosen as most important.
        worst: the one chosen as least important.

    Raises:
        InvalidError: fewer than three different wishes were shown, or the choices are not two of
            them.
    """

    respondent: object = attrs.field(repr=False)
    shown: tuple[str, ...] = attrs.field(converter=_names, repr=False)
    best: str = attrs.field(repr=False)
    worst: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if len(set(self.shown)) < max(FEWEST, len(self.shown)):
            found = f"{len(self.shown)} wishes, {len(set(self.shown))} of them different"
            raise InvalidError("MaxDiffTask.shown", found, "three or more, each once")
        if self.best == self.worst or not {self.best, self.worst} <= set(self.shown):
            expected = "two of the wishes that were shown"
            raise InvalidError("MaxDiffTask.best", "with this worst", expected)


@attrs.frozen
class Preference(Showable):
    """How important a wish is by a MaxDiff.

    Attributes:
        about: what the wish is about.
        shown: how often it was shown.
        best: how often it was chosen as best.
        worst: how often it was chosen as worst.
        score: best less worst, for each time it was shown: from -1 to 1.
        utility: its utility by the logit; those of all wishes sum to 0.
        interval: where that lies with a confidence of 95 %, robust to respondents.
        share: how likely it is to be chosen as best where all are shown; all sum to 1.
    """

    about: str
    shown: int
    best: int
    worst: int
    score: float
    utility: float
    interval: Interval
    share: float

    __repr__ = brief


def maxdiff_preferences(tasks: Iterable[MaxDiffTask]) -> tuple[Preference, ...]:
    """Return how important wishes are by a MaxDiff, the most important first.

    The best is a choice among all that were shown, the worst one among the others by the same
    utilities with the other sign (Marley and Louviere 2005): one conditional logit for both. All
    respondents have one utility for a wish, as if the market were one customer; look at segments
    by themselves.

    Args:
        tasks: the answers.

    Raises:
        InvalidError: there are no tasks, one is none, all are of one respondent, or a wish was
            chosen as best, or as worst, whenever it was shown, so that its utility has no bound.
        MissingExtraError: the packages of the extra ``survey`` are not installed.
    """
    check_several("tasks", tasks, "several tasks, such as a list of them")
    given = tuple(tasks)
    for task in given:
        check_type("tasks", task, MaxDiffTask)
    names = tuple(dict.fromkeys(name for task in given for name in task.shown))
    if len({task.respondent for task in given}) <= 1:
        raise InvalidError("tasks", "of fewer than two respondents", "two or more")
    counts = _counts(given, names)
    shown, best, worst = counts.T
    if (best == shown).any() or (worst == shown).any():
        found = "with a wish that was always chosen as best, or always as worst"
        raise InvalidError("tasks", found, "more tasks")
    utilities, errors = load("cxjourney.wishes._analyses._maxdiff_logit").utilities(given, names)
    shares = np.exp(utilities - utilities.max())
    shares /= shares.sum()
    columns = (counts.tolist(), utilities.tolist(), errors.tolist(), shares.tolist())
    rows = zip(names, *columns, strict=True)
    found_all = [
        Preference(
            about,
            times,
            most,
            least,
            (most - least) / times,
            utility,
            Interval(utility - Z95 * error, utility + Z95 * error),
            share,
        )
        for about, (times, most, least), utility, error, share in rows
    ]
    return tuple(sorted(found_all, key=lambda one: -one.utility))


def _counts(tasks: Sequence[MaxDiffTask], names: Sequence[str]) -> NDArray[np.intp]:
    """Return how often each wish was shown, chosen as best, and as worst."""
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), 3), np.intp)
    for task in tasks:
        for name in task.shown:
            counts[place[name], 0] += 1
        counts[place[task.best], 1] += 1
        counts[place[task.worst], 2] += 1
    return counts
