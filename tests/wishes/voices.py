"""What the forms of statements say, worked out row by row without numpy, to test against."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import attrs
import numpy as np
from hypothesis import strategies as st

from cxjourney.wishes import (
    ConstantSum,
    Item,
    MaxDiff,
    Mentions,
    PickK,
    Ratings,
    StatementForm,
    YesNo,
)
from tests.wishes.tables import asking, left_out, read

Cell = float | None
Voice = tuple[float, float] | None
"""How much a row says a wish, and what to take the variance of; None where it did not answer."""

WISHES = 3


@attrs.frozen
class Case:
    """A form of statements, with what its rows may hold and what they say.

    Attributes:
        form: the form.
        row: draws the cells of a row: a column a wish, with MaxDiff as many more for the worst.
        tell: what each row says of each wish, from all the rows.
        tau: the threshold where every wish was on offer, or None where it hangs on the answers.
    """

    form: StatementForm
    row: st.SearchStrategy[Sequence[Cell]]
    tell: Callable[[Sequence[Sequence[Cell]]], list[list[Voice]]]
    tau: float | None


@attrs.frozen
class Survey:
    """Rows of statements with weights and respondents."""

    rows: list[Sequence[Cell]]
    weights: list[int] | None
    ids: list[int] | None


def surveys(case: Case) -> st.SearchStrategy[Survey]:
    """Draw a survey of a form."""
    return st.integers(1, 8).flatmap(
        lambda n: st.builds(
            Survey,
            st.lists(case.row, min_size=n, max_size=n),
            st.none() | st.lists(st.integers(0, 4), min_size=n, max_size=n).filter(any),
            st.none() | st.lists(st.integers(0, 3), min_size=n, max_size=n),
        )
    )


def items_of(form: StatementForm, wishes: int = WISHES) -> list[Item]:
    """Return items whose columns are numbered."""
    with_worst = isinstance(form, MaxDiff)
    return [
        Item(f"wish {j}", None, f"said {j}", f"worst {j}" if with_worst else None)
        for j in range(wishes)
    ]


def sheet_of(form: StatementForm, survey: Survey) -> Any:
    """Return the sheet of a survey."""
    names = [f"said {j}" for j in range(WISHES)] + [f"worst {j}" for j in range(WISHES)]
    columns: list[Sequence[Any]] = list(zip(*survey.rows, strict=True))
    table: dict[str, Any] = dict(zip(names, columns, strict=False))
    table["y"] = range(len(survey.rows))
    if isinstance(form, Mentions) and form.commented is not None:
        table[form.commented] = columns[-1]
    respondent = weight = None
    if survey.weights is not None:
        weight, table["weight"] = "weight", survey.weights
    if survey.ids is not None:
        respondent, table["id"] = "id", survey.ids
    return read(table, asking("y", items_of(form), form, respondent, weight))


def measure(form: StatementForm, survey: Survey) -> Any:
    """Return what the form makes of a survey."""
    return form.measure(sheet_of(form, survey), items_of(form))


def share(voices: Iterable[Voice], survey: Survey) -> tuple[float, float, int]:
    """Return the share, the effective number and the number of answers, by the textbook."""
    weights = survey.weights or [1] * len(survey.rows)
    ids = survey.ids or list(range(len(survey.rows)))
    heard = [
        (voice, weight, owner)
        for voice, weight, owner in zip(voices, weights, ids, strict=True)
        if voice is not None and weight
    ]
    total = sum(weight for _, weight, _ in heard)
    if not heard:
        return float("nan"), 0.0, 0
    mean = sum(weight * voice[0] for voice, weight, _ in heard) / total
    middle = sum(weight * voice[1] for voice, weight, _ in heard) / total
    away: dict[int, float] = defaultdict(float)
    sizes: dict[int, float] = defaultdict(float)
    for voice, weight, owner in heard:
        away[owner] += weight * (voice[1] - middle)
        sizes[owner] += weight
    variance = sum(one**2 for one in away.values()) / total**2
    effective = total**2 / sum(size**2 for size in sizes.values())
    if variance > 1e-20 and 1e-9 < mean < 1 - 1e-9:
        effective = mean * (1 - mean) / variance
    return mean, effective, len(heard)


def _on_offer(rows: Sequence[Sequence[Cell]]) -> list[bool]:
    return [any(row[j] is not None for row in rows) for j in range(WISHES)]


def _yes_no(rows: Sequence[Sequence[Cell]]) -> list[list[Voice]]:
    return [[None if cell is None else (cell, cell) for cell in row] for row in rows]


def _mentions(rows: Sequence[Sequence[Cell]]) -> list[list[Voice]]:
    on_offer = _on_offer(rows)
    told: list[list[Voice]] = []
    for row in rows:
        said = [cell or 0.0 for cell in row[:WISHES]]
        spoke = any(said) if len(row) == WISHES else row[-1] == 1
        mean = sum(said) / max(1, sum(on_offer))
        told.append([(x, x - mean) if spoke and on_offer[j] else None for j, x in enumerate(said)])
    return told


def _picks(rows: Sequence[Sequence[Cell]]) -> list[list[Voice]]:
    on_offer = _on_offer(rows)
    return [
        [
            (cell or 0.0, cell or 0.0) if on_offer[j] and any(c is not None for c in row) else None
            for j, cell in enumerate(row)
        ]
        for row in rows
    ]


def _points(rows: Sequence[Sequence[Cell]]) -> list[list[Voice]]:
    on_offer = _on_offer(rows)
    told: list[list[Voice]] = []
    for row in rows:
        total = sum(cell or 0.0 for cell in row)
        parts = [(cell or 0.0) / (total or 1.0) for cell in row]
        told.append([(x, x) if on_offer[j] and total else None for j, x in enumerate(parts)])
    return told


def _ratings(rows: Sequence[Sequence[Cell]]) -> list[list[Voice]]:
    told: list[list[Voice]] = []
    for row in rows:
        rated = [cell for cell in row if cell is not None]
        mean = sum(rated) / max(1, len(rated))
        told.append([_above(cell, mean) if len(set(rated)) > 1 else None for cell in row])
    return told


def _above(cell: Cell, mean: float) -> Voice:
    if cell is None:
        return None
    x = 0.5 if abs(cell - mean) < 1e-9 else float(cell > mean)
    return x, x


def _best(rows: Sequence[Sequence[Cell]]) -> list[list[Voice]]:
    told: list[list[Voice]] = []
    for row in rows:
        pairs = [(best or 0.0, worst or 0.0) for best, worst in zip(row[:3], row[3:], strict=True)]
        parts = [best / (best + worst or 1.0) for best, worst in pairs]
        told.append([(x, x) if any(pair) else None for x, pair in zip(parts, pairs, strict=True)])
    return told


def _shown(rows: Sequence[Sequence[Cell]]) -> list[list[Voice]]:
    told: list[list[Voice]] = []
    for row in rows:
        voices: list[Voice] = []
        for best, worst in zip(row[:3], row[3:], strict=True):
            x = (1 + ((best or 0.0) - (worst or 0.0)) / 4) / 2
            voices.append(None if best is None and worst is None else (x, x))
        told.append(voices)
    return told


def _row(
    *cells: Cell, size: int = WISHES, fits: Callable[[Sequence[Cell]], bool] = bool
) -> st.SearchStrategy[Sequence[Cell]]:
    """Draw a row of such cells at once."""
    return st.sampled_from([row for row in product(cells, repeat=size) if fits(row)])


CHOICE = (None, 0.0, 1.0)
COUNT = (*CHOICE, 2.0)
POINTS = (None, *map(float, range(11)))

CASES: dict[str, Case] = {
    "yes/no": Case(YesNo(), _row(*CHOICE), _yes_no, 1 / 2),
    "mentions": Case(Mentions(), _row(*CHOICE), _mentions, None),
    "comments": Case(
        Mentions("commented"),
        _row(*CHOICE, size=WISHES + 1, fits=lambda row: row[-1] == 1 or not any(row)),
        _mentions,
        None,
    ),
    "picks": Case(PickK(2), _row(*CHOICE, fits=lambda row: not all(row)), _picks, 2 / 3),
    "points": Case(ConstantSum(), _row(*POINTS), _points, 1 / 3),
    "ratings": Case(Ratings(), _row(*POINTS), _ratings, 1 / 2),
    "best": Case(MaxDiff(), _row(*COUNT, size=2 * WISHES), _best, 1 / 2),
    "shown": Case(MaxDiff(4), _row(*COUNT, size=2 * WISHES), _shown, 1 / 2),
}
"""Every form of statements, by a word for it."""


def assert_same(found: Any, expected: Any) -> None:
    """Check that two measures agree but for rounding."""
    np.testing.assert_allclose(found.share, expected.share, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.effective, expected.effective, rtol=1e-7)
    np.testing.assert_allclose(found.tau, expected.tau, rtol=1e-9)
    assert found.n.tolist() == expected.n.tolist()
    assert left_out(found) == left_out(expected)
