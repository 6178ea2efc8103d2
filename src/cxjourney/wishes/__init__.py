"""Wishes of customers: which are worth fulfilling, and how sure that is (SPEC 8).

The facts, the advice and the bookkeeping of evidence need nothing more. Posteriors, surveys and
the measures of importance need the extra ``survey``, plots the extra ``plot``; what needs them is
loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.extras import load

if TYPE_CHECKING:
    from cxjourney.wishes.advice import advise
    from cxjourney.wishes.answers import Answer, Interval, Reason
    from cxjourney.wishes.classification import Classification
    from cxjourney.wishes.criteria import Criteria, EffectPrior, EffectScale
    from cxjourney.wishes.effects.sensitivity import robustness_value
    from cxjourney.wishes.evidence.collected import Evidence
    from cxjourney.wishes.evidence.moments import Moments, Outcomes, Pairs, Tally
    from cxjourney.wishes.findings import Finding, LeftOut, Unused, WishMap
    from cxjourney.wishes.importance.orders import Sampled
    from cxjourney.wishes.importance.relative import (
        johnson,
        johnson_of,
        lmg,
        lmg_of,
        lmg_sampled,
        vif_of,
    )
    from cxjourney.wishes.kano.questionnaire import Kano
    from cxjourney.wishes.kano.sheet import read_kano
    from cxjourney.wishes.kano.table import KanoAnswer, KanoCategory
    from cxjourney.wishes.kinds import Wish, WishKind, classify
    from cxjourney.wishes.reading.items import Item, items_by_prefix
    from cxjourney.wishes.statements import (
        ConstantSum,
        MaxDiff,
        Mentions,
        PickK,
        Ratings,
        StatementForm,
        YesNo,
    )
    from cxjourney.wishes.survey.mapping import map_wishes

__all__ = [
    "Answer",
    "Classification",
    "ConstantSum",
    "Criteria",
    "EffectPrior",
    "EffectScale",
    "Evidence",
    "Finding",
    "Interval",
    "Item",
    "Kano",
    "KanoAnswer",
    "KanoCategory",
    "LeftOut",
    "MaxDiff",
    "Mentions",
    "Moments",
    "Outcomes",
    "Pairs",
    "PickK",
    "Ratings",
    "Reason",
    "Sampled",
    "StatementForm",
    "Tally",
    "Unused",
    "Wish",
    "WishKind",
    "WishMap",
    "YesNo",
    "advise",
    "classify",
    "items_by_prefix",
    "johnson",
    "johnson_of",
    "lmg",
    "lmg_of",
    "lmg_sampled",
    "map_wishes",
    "read_kano",
    "robustness_value",
    "vif_of",
]

HOMES = {
    "advice": ("advise",),
    "answers": ("Answer", "Interval", "Reason"),
    "classification": ("Classification",),
    "criteria": ("Criteria", "EffectPrior", "EffectScale"),
    "effects.sensitivity": ("robustness_value",),
    "evidence.collected": ("Evidence",),
    "evidence.moments": ("Moments", "Outcomes", "Pairs", "Tally"),
    "findings": ("Finding", "LeftOut", "Unused", "WishMap"),
    "importance.orders": ("Sampled",),
    "importance.relative": ("johnson", "johnson_of", "lmg", "lmg_of", "lmg_sampled", "vif_of"),
    "kano.questionnaire": ("Kano",),
    "kano.sheet": ("read_kano",),
    "kano.table": ("KanoAnswer", "KanoCategory"),
    "kinds": ("Wish", "WishKind", "classify"),
    "reading.items": ("Item", "items_by_prefix"),
    "statements": (
        "ConstantSum",
        "MaxDiff",
        "Mentions",
        "PickK",
        "Ratings",
        "StatementForm",
        "YesNo",
    ),
    "survey.mapping": ("map_wishes",),
}
"""The names that each module brings."""


def __getattr__(name: str) -> object:
    """Load a part when it is asked for: ``import cxjourney`` stays quick, and needs no numpy."""
    for module, names in HOMES.items():
        if name in names:
            return getattr(load(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
