"""Classify surveys with the version that is on the path, or with an earlier one beside it.

Run as a script it reads surveys from its input and writes what it makes of them to its output.
"""

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias, cast

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.wishes import Item, Mentions, Ratings, WishKind, YesNo, map_wishes

if TYPE_CHECKING:
    from cxjourney.testing import GeneratedSurvey
    from cxjourney.wishes import StatementForm

Columns: TypeAlias = Mapping[str, NDArray[np.float64]]
Found: TypeAlias = tuple[list[list[float]], list[bool], list[float | None]]
"""How likely each kind is, whether one was decided on, and the robustness; a row a wish."""

FORMS = {"YesNo": YesNo, "Ratings": Ratings}


def classified(
    columns: Columns,
    outcome: str,
    items: Sequence[tuple[str, str, str]],
    statements: "StatementForm",
) -> Found:
    """Return what the version on the path makes of a survey."""
    found = map_wishes(
        columns,
        outcome=outcome,
        items=[Item(about, rating=rating, said=said) for about, rating, said in items],
        statements=statements,
    )
    classes = [found[about].classification for about, _, _ in items]
    return (
        [[one.posterior[kind] for kind in WishKind] for one in classes],
        [one.decision is not None for one in classes],
        [found[about].robustness for about, _, _ in items],
    )


@attrs.frozen(eq=False)
class Earlier:
    """An earlier version, in a process of its own.

    Attributes:
        surveys: takes surveys.
        findings: gives what it makes of them.
    """

    surveys: IO[bytes]
    findings: IO[bytes]

    def classified(self, survey: "GeneratedSurvey") -> Found:
        """Return what it makes of a survey."""
        items = [(item.wish.about, item.rating, item.said) for item in survey.items]
        form, commented = type(survey.statements).__name__, None
        if isinstance(survey.statements, Mentions):
            commented = survey.statements.commented
        pickle.dump((dict(survey.columns), survey.outcome, items, form, commented), self.surveys)
        self.surveys.flush()
        return cast("Found", pickle.load(self.findings))  # noqa: S301 - our own process


@cache
def earlier_version(source: str) -> Earlier:
    """Start an earlier version, whose packages lie in ``source``."""
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(Path(__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": source},
    )
    atexit.register(process.terminate)
    return Earlier(cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout))


def main() -> None:
    """Classify surveys until there are no more."""
    while True:
        try:
            columns, outcome, items, form, commented = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            return
        statements = Mentions(commented) if form == "Mentions" else FORMS[form]()
        pickle.dump(classified(columns, outcome, items, statements), sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
