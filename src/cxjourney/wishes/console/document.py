"""The findings of a survey as a document for JSON: versioned, in a fixed order."""

import json
import math
from enum import Enum
from typing import Any

import attrs

from cxjourney.texts import Lang
from cxjourney.wishes.findings import Finding, WishMap
from cxjourney.wishes.kinds import WishKind
from cxjourney.wishes.show.rows import table_rows

__all__ = ["WISHES_VERSION", "wishes_document", "wishes_json"]

WISHES_VERSION = 1
"""The version of the document's shape; it changes when a key goes or changes its meaning."""

DIGITS = 9


def wishes_document(wish_map: WishMap, explain: Lang | None = None) -> dict[str, Any]:
    """Return the findings of a survey as plain values that JSON can hold.

    Each wish has the keys of ``WishMap.to_rows()``, with lists where several kinds or reasons may
    stand. Numbers have nine significant digits; one that is infinite, or is not known, is None.

    Args:
        wish_map: the findings.
        explain: the language in which to explain each wish too; None to leave that out.
    """
    criteria = wish_map.criteria
    limits = {name: _plain(limit) for name, limit in attrs.asdict(criteria).items()}
    return {
        "wishes": WISHES_VERSION,
        "outcome": wish_map.outcome,
        "criteria": {**limits, "tau": _plain(wish_map.tau), "delta": criteria.effect},
        "conventions": [name for name in ("tau", "delta") if getattr(criteria, name) is None],
        "rows": wish_map.rows,
        "respondents": wish_map.clusters,
        "r2": _plain(wish_map.r2),
        "left_out": [{"why": one.why.name, "rows": one.rows} for one in wish_map.left_out],
        "findings": [
            {**{key: _plain(value) for key, value in row.items()}, **_lists(finding, explain)}
            for row, finding in zip(table_rows(wish_map), wish_map.findings, strict=True)
        ],
    }


def wishes_json(wish_map: WishMap, explain: Lang | None = None) -> str:
    """Return the findings of a survey as JSON in ASCII, which no terminal takes for a command."""
    return json.dumps(wishes_document(wish_map, explain), indent=2, allow_nan=False) + "\n"


def _lists(finding: Finding, explain: Lang | None) -> dict[str, Any]:
    found = finding.classification
    told = {} if explain is None else {"explanation": found.explain(explain).split("\n")}
    return {
        "may_be": [kind.name for kind in WishKind if kind in found.credible],
        "reasons": [reason.name for reason in found.reasons],
        "notes": [note.name for note in found.notes],
        **told,
    }


def _plain(value: object) -> object:
    """Return what JSON can hold: enums by their value, numbers rounded, none infinite."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value
