"""From the table of a survey to a map of its wishes (SPEC 8)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes._evidence import Evidence
from cxjourney.wishes._findings import WishMap
from cxjourney.wishes._items import Item
from cxjourney.wishes._kano._counts import Kano
from cxjourney.wishes._kinds import Criteria, criteria_or_ours

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from cxjourney.wishes._files._survey_file import SurveyFile
    from cxjourney.wishes._survey._statement_forms import StatementForm


def map_wishes(
    table: "SurveyFile | IntoFrame | Mapping[str, object]",
    *,
    outcome: str,
    items: Sequence[Item],
    statements: "StatementForm",
    respondent: str | None = None,
    weight: str | None = None,
    controls: Sequence[str] = (),
    rating_range: tuple[float, float] | None = None,
    outcome_range: tuple[float, float] | None = None,
    codes: Mapping[Any, Mapping[Any, str | None]] = MappingProxyType({}),
    blank: Literal["unused", "skipped"] = "unused",
    reliability: float | Mapping[str, float] | None = None,
    outcome_model: Literal["linear", "logit", "ordered"] = "linear",
    within: bool = False,
    criteria: Criteria | None = None,
    trials: Mapping[str, Evidence] = MappingProxyType({}),
    kano: Mapping[str, Kano] = MappingProxyType({}),
    progress: Progress | None = None,
) -> WishMap:
    """Tell from a survey which kind each wish is of, as far as the survey can know.

    Args:
        table: a row an answer: a survey that ``read_survey`` gives, a mapping of columns, a
            structured array of numpy, or a frame that narwhals knows (pandas, polars, pyarrow,
            DuckDB and others), lazy ones too.
        outcome: the column that value is judged by; a row where it is blank tells of no effect.
        items: the wishes, and the columns that tell of each.
        statements: the form in which customers stated their wishes.
        respondent: the column that says whose each row is, where some gave several.
        weight: the column that says how much each row counts.
        controls: columns that the effects are taken net of, such as a segment's mark.
        rating_range: the least and the most that a rating may be; None for any number. Without it
            values far from all others, such as 99, keep every value open.
        outcome_range: the least and the most that the outcome may be, likewise.
        codes: a code book by the name of a column, or of several in a tuple: the words by their
            numbers, and None for what is no answer, as in ``{5: "very good", 99: None}``.
        blank: what a blank rating means: the customer did not use it, so that the effect is that
            among users; or the question was skipped, so that its conditional mean given the row's
            other ratings and the controls stands for it (Little 1992, JASA 87).
        reliability: the share of the variance of ratings that is no noise, above 0, such as from
            asking again, or ``cronbach_alpha`` of several questions on a wish; one for all, or by
            what a wish is about (1 for the others). Effects are those of fulfilment without the
            noise (Fuller 1987). None: no noise is taken out.
        outcome_model: how the outcome depends on fulfilment: by least squares; ``logit`` for an
            outcome of 0 and 1, such as promoters against the rest, with average marginal effects;
            ``ordered``, an ordered logit, for a few values whose distances mean nothing, with
            effects on the latent outcome. Both need the extra ``models`` and take neither weights
            nor a reliability.
        within: whether to tell of effects within respondents who have several rows each, such as
            one for each visit or brand. Each one's mean is taken out of every column (fixed
            effects), and so is all that stays the same in a respondent, a way of using scales too;
            errors are robust to respondents (CR3). Needs ``respondent``; takes neither another
            outcome model, nor skipped blanks, nor a reliability.
        criteria: the limits that the wishes are held to; conventions of ours where None.
        trials: what randomised trials found, by what a wish is about; where there is one, it
            answers for the value instead of the survey. Of the same outcome.
        kano: the answers to Kano's questionnaire, by what a wish is about. A wish that customers
            take for granted is not called without value.
        progress: told what is done, how much, and of how much.

    Raises:
        FaultsError: the table or its columns are not as asked for; it lists every fault.
        InvalidError: an argument is not of its form, or a trial, a questionnaire or a reliability
            is of no wish among the items; or the ratings correlate more than their reliabilities
            allow.
        MissingExtraError: the packages of the extra ``survey``, or ``models``, are not installed.
    """
    limits = criteria_or_ours(criteria)
    inner = load("cxjourney.wishes._survey._survey_map")
    ranges = (rating_range, outcome_range)
    columns = (outcome, items, statements, respondent, weight, controls)
    asked = inner.Asked(*columns, *ranges, codes, blank, reliability, outcome_model, within=within)
    sources = inner.Sources(outcome, limits, trials, kano)
    found: WishMap = inner.map_survey(table, asked, sources, progress)
    return found
