"""Respondents who come back: what each gave, so that each counts once (SPEC 8)."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32

import attrs

from cxjourney.vocabulary._checks import a, a_figure
from cxjourney.vocabulary._forms import FLAG, NUMBER, converted, mapping, maybe, record, row, text
from cxjourney.vocabulary._terminal import Showable
from cxjourney.wishes._moments import LARGEST, MOST, Moments, Outcomes, Pairs, Tally

BUCKETS = 256
"""Into so many parts respondents are divided, so that a new fact copies but one of them."""
LARGEST_TOTAL = MOST * LARGEST


@attrs.frozen
class Sum:
    """Numbers of one respondent, such as 1 for each yes.

    Attributes:
        n: how many there are.
        total: their sum.
    """

    n: float = attrs.field(default=0, validator=a_figure(0, MOST))
    total: float = attrs.field(default=0, validator=a_figure(-LARGEST_TOTAL, LARGEST_TOTAL))

    @property
    def mean(self) -> float:
        """Their mean, where there are any."""
        return self.total / self.n

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.n + other.n, self.total + other.total)


@attrs.frozen
class Respondent:
    """What one respondent gave.

    Attributes:
        stated: statements, 1 for each yes.
        fulfilled: outcomes with the wish fulfilled.
        unfulfilled: outcomes without it.
        stratum: the stratum that all of the outcomes count in: the first by the order of texts,
            which for dates is the first in time; empty for none.
    """

    stated: Sum = attrs.field(default=Sum(), validator=a(Sum))
    fulfilled: Sum = attrs.field(default=Sum(), validator=a(Sum))
    unfulfilled: Sum = attrs.field(default=Sum(), validator=a(Sum))
    stratum: str = attrs.field(default="", validator=a(str))

    def __add__(self, other: "Respondent") -> "Respondent":
        return Respondent(
            self.stated + other.stated,
            self.fulfilled + other.fulfilled,
            self.unfulfilled + other.unfulfilled,
            min(filter(None, (self.stratum, other.stratum)), default=""),
        )


@attrs.frozen(hash=False)
class Respondents(Showable):
    """Respondents by their keys; adding one leaves the old ones as they were.

    Attributes:
        binary: whether their outcomes are binary; None while there are none.
    """

    binary: bool | None = attrs.field(default=None, validator=a(bool, optional=True))
    _buckets: tuple[dict[str, Respondent], ...] = ()

    def __len__(self) -> int:
        return sum(map(len, self._buckets))

    def __iter__(self) -> Iterator[tuple[str, Respondent]]:
        """Yield each key with what its respondent gave, by the order of keys."""
        yield from sorted((key, one) for bucket in self._buckets for key, one in bucket.items())

    @classmethod
    def of(cls, given: Iterable[tuple[str, Respondent]], binary: bool | None) -> "Respondents":
        """Return respondents by their keys."""
        buckets: tuple[dict[str, Respondent], ...] = tuple({} for _ in range(BUCKETS))
        for key, one in given:
            buckets[_place(key)][key] = one
        return cls(binary, buckets if any(buckets) else ())

    def plus(self, key: str, more: Respondent, binary: bool | None = None) -> "Respondents":
        """Return the respondents with something more that one of them gave."""
        buckets = list(self._buckets or ({},) * BUCKETS)
        place = _place(key)
        known = buckets[place].get(key)
        buckets[place] = {**buckets[place], key: more if known is None else known + more}
        return Respondents(self.binary if binary is None else binary, tuple(buckets))

    def __add__(self, other: "Respondents") -> "Respondents":
        found = {key: one for bucket in self._buckets for key, one in bucket.items()}
        for key, more in other:
            found[key] = found[key] + more if key in found else more
        return Respondents.of(found.items(), other.binary if self.binary is None else self.binary)


def statements_of(respondents: Respondents) -> Tally:
    """Return how many say it, each respondent once: whoever says it half the time is a half."""
    return _tally([one.stated for _, one in respondents if one.stated.n])


def outcomes_of(respondents: Respondents) -> dict[str, Outcomes]:
    """Return the outcomes of each stratum, the mean of each respondent's counting once.

    Numeric outcomes of a respondent who met both are a pair. Binary ones count once on either side.
    """
    strata: dict[str, list[Respondent]] = {}
    for _, one in respondents:
        if one.fulfilled.n or one.unfulfilled.n:
            strata.setdefault(one.stratum, []).append(one)
    reduce = _tallies if respondents.binary else _moments
    return {stratum: reduce(several) for stratum, several in strata.items()}


def _place(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass")) % BUCKETS


def _tally(sums: list[Sum]) -> Tally:
    yes = math.fsum(one.mean for one in sums)
    return Tally(yes, max(len(sums) - yes, 0.0))


def _tallies(several: list[Respondent]) -> Outcomes:
    return Outcomes(
        _tally([one.fulfilled for one in several if one.fulfilled.n]),
        _tally([one.unfulfilled for one in several if one.unfulfilled.n]),
    )


def _moments(several: list[Respondent]) -> Outcomes:
    both = [
        (one.fulfilled.mean, one.unfulfilled.mean)
        for one in several
        if one.fulfilled.n and one.unfulfilled.n
    ]
    return Outcomes(
        Moments.of(one.fulfilled.mean for one in several if not one.unfulfilled.n),
        Moments.of(one.unfulfilled.mean for one in several if not one.fulfilled.n),
        Pairs(
            Moments.of(one for one, _ in both),
            Moments.of(other for _, other in both),
            Moments.of(one - other for one, other in both),
        ),
    )


def _read_respondent(given: tuple[Any, ...]) -> Respondent:
    *counts, stratum = given
    stated, fulfilled, unfulfilled = map(Sum, counts[::2], counts[1::2])
    return Respondent(stated, fulfilled, unfulfilled, stratum)


def _write_respondent(one: Respondent) -> tuple[object, ...]:
    sums = (one.stated, one.fulfilled, one.unfulfilled)
    return (*(number for found in sums for number in (found.n, found.total)), one.stratum)


_RESPONDENT = converted(row(*[NUMBER] * 6, text()), _read_respondent, _write_respondent)


def _made(binary: bool | None, given: Mapping[str, Respondent]) -> Respondents:
    return Respondents.of(given.items(), binary)


RESPONDENTS = record(
    Respondents,
    {"binary": maybe(FLAG), "given": mapping(_RESPONDENT)},
    _made,
    lambda found: (found.binary, dict(found)),
)
"""The stored form: by key the counts and totals of statements and of outcomes, and the stratum."""
