"""From the table of a survey to a map of its wishes (SPEC 8)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs
import numpy as np
from narwhals.typing import IntoFrame

from cxjourney.progress import Progress
from cxjourney.wishes.answers import Answer, Reason
from cxjourney.wishes.arrays import Floats, Mask
from cxjourney.wishes.classification import Classification
from cxjourney.wishes.criteria import Criteria, criteria_or_ours
from cxjourney.wishes.effects.drivers import Rated, regress
from cxjourney.wishes.effects.value import Value, values
from cxjourney.wishes.evidence.collected import Evidence
from cxjourney.wishes.findings import Finding, LeftOut, Unused, WishMap
from cxjourney.wishes.importance.division import Importance, importances
from cxjourney.wishes.kano.questionnaire import Kano
from cxjourney.wishes.posterior import share_answers
from cxjourney.wishes.reading.items import Item
from cxjourney.wishes.reading.sheet import Sheet
from cxjourney.wishes.statements import StatementForm
from cxjourney.wishes.statements.shares import Statements
from cxjourney.wishes.survey.asked import Asked
from cxjourney.wishes.survey.sources import Sources
from cxjourney.wishes.survey.table import read_sheet

__all__ = ["map_wishes"]


def map_wishes(
    table: IntoFrame | Mapping[str, object],
    *,
    outcome: str,
    items: Sequence[Item],
    statements: StatementForm,
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
            narwhals knows (pandas, polars, pyarrow and others). A blank rating means that the
            customer did not use it.
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
    """
    criteria = criteria_or_ours(criteria)
    asked = Asked(
        outcome=outcome,
        items=items,
        statements=statements,
        respondent=respondent,
        weight=weight,
        controls=controls,
        rating_range=rating_range,
    )
    sources = Sources(outcome, criteria, trials, kano)
    sources.check(item.wish for item in asked.items)
    sheet = read_sheet(table, asked)
    rated, left_out = _rated(sheet, asked)
    regressed = regress(rated, criteria)
    heard = statements.measure(sheet, asked.items)
    tau = heard.tau if criteria.tau is None else criteria.tau
    shares = importances(regressed, progress)
    findings = tuple(
        _finding(sources.classify(item.wish, stated, value), value, share)
        for item, stated, value, share in zip(
            asked.items,
            _stated(heard, tau, sheet, criteria),
            values(regressed, criteria),
            shares,
            strict=True,
        )
    )
    return WishMap(
        outcome=outcome,
        findings=findings,
        criteria=criteria,
        tau=tau,
        rows=rated.outcome.size,
        clusters=None if rated.clusters is None else rated.respondents,
        r2=sum(share.lmg for share in shares if share is not None) if any(shares) else None,
        left_out=(*left_out, *heard.left_out),
    )


def _rated(sheet: Sheet, asked: Asked) -> tuple[Rated, list[LeftOut]]:
    """Return the rows that tell of effects; and those that do not, by the first reason found."""
    ratings = [None if item.rating is None else sheet.numbers[item.rating] for item in asked.items]
    controls = [sheet.numbers[name] for name in asked.controls]
    outcome = sheet.numbers[asked.outcome]
    used = np.ones(sheet.rows, dtype=bool)
    left_out = []
    for why, blank in _unusable(sheet, outcome, controls, ratings):
        count = int(np.count_nonzero(used & blank))
        if count:
            left_out.append(LeftOut(why, count))
            used &= ~blank
    every = bool(used.all())

    def kept(column: Floats) -> Floats:
        return column if every else column[used]

    weights = None if sheet.weights is None or not used.any() else kept(sheet.weights)
    return Rated(
        ratings=[None if column is None else kept(column) for column in ratings],
        outcome=kept(outcome),
        controls=[kept(column) for column in controls],
        weights=None if weights is None else weights / weights.mean(),
        clusters=None
        if sheet.respondents is None
        else np.unique(sheet.respondents[used], return_inverse=True)[1],
    ), left_out


def _unusable(
    sheet: Sheet,
    outcome: Floats,
    controls: Iterable[Floats],
    ratings: Iterable[Floats | None],
) -> Iterator[tuple[Unused, Mask]]:
    """Yield each reason not to use rows for the effects, and the rows it holds for."""
    if sheet.weights is not None:
        yield Unused.NO_WEIGHT, sheet.weights == 0
    yield Unused.NO_OUTCOME, np.isnan(outcome)
    for control in controls:
        yield Unused.NO_CONTROL, np.isnan(control)
    unrated = np.ones(sheet.rows, dtype=bool)
    for column in ratings:
        if column is not None:
            unrated &= np.isnan(column)
    yield Unused.NO_RATING, unrated


def _stated(heard: Statements, tau: float, sheet: Sheet, criteria: Criteria) -> Iterator[Answer]:
    """Yield whether customers ask for each wish; open where too few of them answered.

    The variance of a share among few respondents, of many rows each, is itself hardly known.
    """
    answers = share_answers(heard.share, heard.effective, tau, criteria.level, heard.n)
    for answer in answers:
        respondents = answer.n if sheet.clusters is None else min(answer.n, sheet.clusters)
        few = not answer.doubts and respondents < criteria.min_freedom
        yield attrs.evolve(answer, doubts=(Reason.FEW_ROWS,)) if few else answer


def _finding(known: Classification, value: Value, share: Importance | None) -> Finding:
    return Finding(
        classification=known,
        n=int(value.answer.n),
        coefficient=value.coefficient,
        error=value.error,
        lmg=None if share is None else share.lmg,
        lmg_error=None if share is None else share.lmg_error,
        johnson=None if share is None else share.johnson,
        vif=value.vif,
        robustness=value.robustness,
    )
