"""Wishes of customers: which are worth fulfilling, and how sure that is (SPEC 8).

The facts, the advice and the bookkeeping of evidence need nothing more. Posteriors, surveys and
the measures of importance need the extra ``survey``; what needs it is loaded when it is first
asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.wishes._analyses._compare import Compared as Compared
    from cxjourney.wishes._analyses._compare import Comparison as Comparison
    from cxjourney.wishes._analyses._compare import FigureChange as FigureChange
    from cxjourney.wishes._analyses._compare import compare_maps
    from cxjourney.wishes._analyses._intervals import ShareIntervals as ShareIntervals
    from cxjourney.wishes._analyses._intervals import share_intervals
    from cxjourney.wishes._analyses._maxdiff import MaxDiffTask, maxdiff_preferences
    from cxjourney.wishes._analyses._maxdiff import Preference as Preference
    from cxjourney.wishes._analyses._penalty import Factor as Factor
    from cxjourney.wishes._analyses._penalty import penalty_reward
    from cxjourney.wishes._analyses._performance import (
        PerformanceMap as PerformanceMap,
    )
    from cxjourney.wishes._analyses._performance import (
        Quadrant as Quadrant,
    )
    from cxjourney.wishes._analyses._performance import WishPlace as WishPlace
    from cxjourney.wishes._analyses._performance import (
        importance_performance,
    )
    from cxjourney.wishes._classification import Classification as Classification
    from cxjourney.wishes._effects._importance._of_drivers import (
        johnson,
        johnson_of,
        lmg,
        lmg_of,
        lmg_sampled,
        vif_of,
    )
    from cxjourney.wishes._effects._importance._rotations import Sampled as Sampled
    from cxjourney.wishes._effects._noise import cronbach_alpha
    from cxjourney.wishes._effects._value import robustness_value
    from cxjourney.wishes._evidence import Evidence
    from cxjourney.wishes._files._answers import AnswerKind as AnswerKind
    from cxjourney.wishes._files._heads import SurveyTool
    from cxjourney.wishes._files._read_survey import read_survey
    from cxjourney.wishes._files._source import FileFormat as FileFormat
    from cxjourney.wishes._files._survey_file import FileNote as FileNote
    from cxjourney.wishes._files._survey_file import Noted as Noted
    from cxjourney.wishes._files._survey_file import SurveyFile as SurveyFile
    from cxjourney.wishes._files._survey_file import SurveyQuestion as SurveyQuestion
    from cxjourney.wishes._findings import Among as Among
    from cxjourney.wishes._findings import Finding as Finding
    from cxjourney.wishes._findings import LeftOut as LeftOut
    from cxjourney.wishes._findings import Unused as Unused
    from cxjourney.wishes._findings import WishMap as WishMap
    from cxjourney.wishes._items import Item, items_by_prefix
    from cxjourney.wishes._kano._counts import Kano
    from cxjourney.wishes._kano._kano_map import KanoMap as KanoMap
    from cxjourney.wishes._kano._pairs import KanoAnswer, KanoCategory
    from cxjourney.wishes._kano._sheet import read_kano
    from cxjourney.wishes._kinds import (
        Answer as Answer,
    )
    from cxjourney.wishes._kinds import (
        Criteria,
        EffectPrior,
        EffectScale,
        Reason,
        Wish,
        WishKind,
        advise,
        classify,
    )
    from cxjourney.wishes._kinds import (
        Interval as Interval,
    )
    from cxjourney.wishes._map_wishes import map_wishes
    from cxjourney.wishes._moments import Moments, Outcomes, Tally
    from cxjourney.wishes._moments import Pairs as Pairs
    from cxjourney.wishes._respondents import Respondents as Respondents
    from cxjourney.wishes._survey._statement_forms import (
        CheckAll,
        ConstantSum,
        MaxDiff,
        Mentions,
        PickK,
        Ratings,
        YesNo,
    )
    from cxjourney.wishes._survey._statement_forms import (
        StatementForm as StatementForm,
    )

__all__ = [
    "CheckAll",
    "ConstantSum",
    "Criteria",
    "EffectPrior",
    "EffectScale",
    "Evidence",
    "Item",
    "Kano",
    "KanoAnswer",
    "KanoCategory",
    "MaxDiff",
    "MaxDiffTask",
    "Mentions",
    "Moments",
    "Outcomes",
    "PickK",
    "Ratings",
    "Reason",
    "SurveyTool",
    "Tally",
    "Wish",
    "WishKind",
    "YesNo",
    "advise",
    "classify",
    "compare_maps",
    "cronbach_alpha",
    "importance_performance",
    "items_by_prefix",
    "johnson",
    "johnson_of",
    "lmg",
    "lmg_of",
    "lmg_sampled",
    "map_wishes",
    "maxdiff_preferences",
    "penalty_reward",
    "read_kano",
    "read_survey",
    "robustness_value",
    "share_intervals",
    "vif_of",
]

later(
    __name__,
    {
        "_analyses._compare": "Compared Comparison FigureChange compare_maps",
        "_analyses._intervals": "ShareIntervals share_intervals",
        "_analyses._maxdiff": "MaxDiffTask Preference maxdiff_preferences",
        "_analyses._penalty": "Factor penalty_reward",
        "_analyses._performance": "PerformanceMap Quadrant WishPlace importance_performance",
        "_classification": "Classification",
        "_effects._importance._of_drivers": "johnson johnson_of lmg lmg_of lmg_sampled vif_of",
        "_effects._importance._rotations": "Sampled",
        "_effects._noise": "cronbach_alpha",
        "_effects._value": "robustness_value",
        "_evidence": "Evidence",
        "_files._heads": "SurveyTool",
        "_files._read_survey": "read_survey",
        "_files._survey_file": "FileNote Noted SurveyFile SurveyQuestion",
        "_findings": "Among Finding LeftOut Unused WishMap",
        "_items": "Item items_by_prefix",
        "_kano._pairs": "KanoAnswer KanoCategory",
        "_kano._counts": "Kano",
        "_kano._kano_map": "KanoMap",
        "_kano._sheet": "read_kano",
        "_kinds": """
            Answer Criteria EffectPrior EffectScale Interval Reason Wish WishKind advise classify
        """,
        "_map_wishes": "map_wishes",
        "_moments": "Moments Outcomes Pairs Tally",
        "_survey._statement_forms": """
            CheckAll ConstantSum MaxDiff Mentions PickK Ratings StatementForm YesNo
        """,
        "_files._source": "FileFormat",
        "_respondents": "Respondents",
        "_files._answers": "AnswerKind",
    },
)
