"""Wishes of customers: which are worth fulfilling, and how sure that is (SPEC 8).

The facts, the advice and the bookkeeping of evidence need nothing more. Posteriors, surveys and
the measures of importance need the extra ``survey``; what needs it is loaded when it is first
asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.wishes._classification import Classification
    from cxjourney.wishes._effects._importance import (
        johnson,
        johnson_of,
        lmg,
        lmg_of,
        lmg_sampled,
        vif_of,
    )
    from cxjourney.wishes._effects._value import robustness_value
    from cxjourney.wishes._evidence import Evidence
    from cxjourney.wishes._findings import Finding, WishMap
    from cxjourney.wishes._items import Item, items_by_prefix
    from cxjourney.wishes._kano._answers import KanoAnswer, KanoCategory
    from cxjourney.wishes._kano._counts import Kano
    from cxjourney.wishes._kano._kano_map import KanoMap
    from cxjourney.wishes._kano._sheet import read_kano
    from cxjourney.wishes._kinds import (
        Answer,
        Criteria,
        EffectPrior,
        EffectScale,
        Interval,
        Reason,
        Wish,
        WishKind,
        advise,
        classify,
    )
    from cxjourney.wishes._map_wishes import map_wishes
    from cxjourney.wishes._moments import Moments, Outcomes, Tally
    from cxjourney.wishes._survey._statement_forms import (
        ConstantSum,
        MaxDiff,
        Mentions,
        PickK,
        Ratings,
        StatementForm,
        YesNo,
    )

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
    "KanoMap",
    "MaxDiff",
    "Mentions",
    "Moments",
    "Outcomes",
    "PickK",
    "Ratings",
    "Reason",
    "StatementForm",
    "Tally",
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

later(
    __name__,
    {
        "_classification": "Classification",
        "_effects._importance": "johnson johnson_of lmg lmg_of lmg_sampled vif_of",
        "_effects._value": "robustness_value",
        "_evidence": "Evidence",
        "_findings": "Finding WishMap",
        "_items": "Item items_by_prefix",
        "_kano._answers": "KanoAnswer KanoCategory",
        "_kano._counts": "Kano",
        "_kano._kano_map": "KanoMap",
        "_kano._sheet": "read_kano",
        "_kinds": """
            Answer Criteria EffectPrior EffectScale Interval Reason Wish WishKind advise classify
        """,
        "_map_wishes": "map_wishes",
        "_moments": "Moments Outcomes Tally",
        "_survey._statement_forms": """
            ConstantSum MaxDiff Mentions PickK Ratings StatementForm YesNo
        """,
    },
)
