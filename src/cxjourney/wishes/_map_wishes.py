"""From the table of a survey to a map of its wishes (SPEC 8)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes._evidence import Evidence
from cxjourney.wishes._findings import WishMap
from cxjourney.wishes._items import Item
from cxjourney.wishes._kano._counts import Kano
from cxjourney.wishes._kinds import Criteria, criteria_or_ours

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from cxjourney.wishes._survey._statement_forms import StatementForm


def map_wishes(
    table: "IntoFrame | Mapping[str, object]",
    *,
    outcome: str,
    items: Sequence[Item],
    statements: "StatementForm",
    respondent: str | None = None,
    weight: str | None = None,
    controls: Sequence[str] = (),
    rating_range: tuple[float, float] | None = None,
    criteria: Criteria | None = None,
    trials: Mapping[str, Evidence] = MappingProxyType({}),
    kano: Mapping[str, Kano] = MappingProxyType({}),
    progress: Progress | None = None,
) -> WishMap:
    """Tell from a survey which kind each wish is of, as far as the survey can know.

    Args:
        table: a row an answer: a mapping of columns, a structured array of numpy, or a frame that
            narwhals knows (pandas, polars, pyarrow, DuckDB and others), lazy ones too. A blank
            rating means that the customer did not use it.
        outcome: the column that value is judged by; a row where it is blank tells of no effect.
        items: the wishes, and the columns that tell of each.
        statements: the form in which customers stated their wishes.
        respondent: the column that says whose each row is, where some gave several.
        weight: the column that says how much each row counts.
        controls: columns that the effects are taken net of, such as a segment's mark.
        rating_range: the least and the most that a rating may be; None for any number.
        criteria: the limits that the wishes are held to; conventions of ours where None.
        trials: what randomised trials found, by what a wish is about; where there is one, it
            answers for the value instead of the survey. Of the same outcome.
        kano: the answers to Kano's questionnaire, by what a wish is about. A wish that customers
            take for granted is not called without value.
        progress: told what is done, how much, and of how much.

    Raises:
        FaultsError: the table or its columns are not as asked for; it lists every fault.
        InvalidError: an argument is not of its form, or a trial or a questionnaire is of no wish
            among the items.
        MissingExtraError: the packages of the extra ``survey`` are not installed.
    """
    limits = criteria_or_ours(criteria)
    inner = load("cxjourney.wishes._survey._survey_map")
    asked = inner.Asked(outcome, items, statements, respondent, weight, controls, rating_range)
    sources = inner.Sources(outcome, limits, trials, kano)
    found: WishMap = inner.map_survey(table, asked, sources, progress)
    return found
