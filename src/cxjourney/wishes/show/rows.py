"""The findings of a survey as plain rows, one a wish, for a frame of any kind."""

from typing import TypeAlias

import attrs

from cxjourney.wishes.answers import Answer
from cxjourney.wishes.findings import Finding, WishMap
from cxjourney.wishes.kinds import WishKind

__all__ = ["Value", "table_rows"]

Value: TypeAlias = str | float | None
"""What a row may hold."""

FIGURES = ("coefficient", "error", "lmg", "lmg_error", "johnson", "vif", "robustness")


def table_rows(wish_map: WishMap) -> list[dict[str, Value]]:
    """Return the findings as dicts with the same keys, one a wish, nothing rounded or shortened.

    Kinds and reasons go by the names of their members; several of them are joined by commas.
    """
    return [{"outcome": wish_map.outcome, **_row(finding)} for finding in wish_map.findings]


def _row(finding: Finding) -> dict[str, Value]:
    found = finding.classification
    posterior, decision, phase = found.posterior, found.decision, found.wish.phase
    return {
        "wish": found.wish.about,
        "phase": phase.name if phase else None,
        "kind": decision.name if decision else None,
        "may_be": ", ".join(kind.name for kind in WishKind if kind in found.credible),
        "reasons": ", ".join(reason.name for reason in found.reasons),
        "notes": ", ".join(note.name for note in found.notes),
        **{f"p_{kind.name.lower()}": posterior[kind] for kind in WishKind},
        **_answer("asked", "share", found.stated),
        **_answer("value", "effect", found.value),
        "p_harm": found.harm,
        "n": finding.n,
        **{field: getattr(finding, field) for field in FIGURES},
    }


def _answer(fact: str, estimate: str, answer: Answer) -> dict[str, Value]:
    low, high = attrs.astuple(answer.interval) if answer.interval else (None, None)
    return {
        f"p_{fact}": answer.probability,
        estimate: answer.estimate,
        f"{estimate}_low": low,
        f"{estimate}_high": high,
        f"{estimate}_threshold": answer.threshold,
        f"{estimate}_n": answer.n,
    }
