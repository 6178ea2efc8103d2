"""From the table of a survey to a map of its wishes (SPEC 8)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TypeAlias

import attrs
import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import check_type
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes._arrays import Floats, Mask
from cxjourney.wishes._classification import Classification
from cxjourney.wishes._effects._drivers import Rated, Regressed, regress
from cxjourney.wishes._effects._importance._of_drivers import importances
from cxjourney.wishes._effects._noise import alpha_of
from cxjourney.wishes._effects._posterior import share_answer
from cxjourney.wishes._effects._value import Value, values
from cxjourney.wishes._evidence import Evidence
from cxjourney.wishes._files._code_books import far_values, is_plain
from cxjourney.wishes._findings import Finding, LeftOut, Unused, WishMap
from cxjourney.wishes._kano._counts import Kano
from cxjourney.wishes._kinds import Answer, Criteria, Reason, Wish
from cxjourney.wishes._survey._identical import count_identical
from cxjourney.wishes._survey._intake import Sheet
from cxjourney.wishes._survey._shares import Statements
from cxjourney.wishes._survey._statement_forms import Ratings
from cxjourney.wishes._survey._survey_table import Asked, read_sheet

MANY_RATED = 8
"""So many ratings, by our convention, tell what is felt from a way of using the scale."""

TOGETHER = 0.05
"""The mean correlation of ratings above which they may share a way of using the scale."""

ALIKE = (0.12, 0.5)
"""The shares of rows that rate all alike between which those are left out: more than hurry or habit
make where opinions differ, and fewer than where the questions are hardly different."""

SAMPLE = 4096
"""So many rows tell about how many rate all alike."""


@attrs.frozen
class Sources:
    """What is known of wishes beside a survey, by what a wish is about.

    Attributes:
        outcome: the outcome that value is judged by.
        criteria: the limits that the wishes are held to.
        trials: what randomised trials found.
        kano: the answers to Kano's questionnaire.
    """

    outcome: str
    criteria: Criteria
    trials: Mapping[str, Evidence]
    kano: Mapping[str, Kano]

    def check(self, wishes: Iterable[Wish]) -> None:
        """Check that each source is of its type and of one of the wishes, a trial of the outcome.

        Raises:
            InvalidError: one is not.
        """
        known = [wish.about for wish in wishes]
        for field, sources, of in (("trials", self.trials, Evidence), ("kano", self.kano, Kano)):
            for about, source in sources.items():
                if about not in known:
                    found = f"of a wish that is not among the {len(known)} items"
                    expected = "what one of the items is about, word for word"
                    raise InvalidError(field, found, expected)
                check_type(field, source, of)
        for trial in self.trials.values():
            if trial.outcome != self.outcome:
                raise InvalidError("trials", "of another outcome", "the outcome of the survey")

    def classify(
        self, wish: Wish, stated: Answer, value: Value, *, few: bool = False
    ) -> Classification:
        """Return what is known of a wish, given what a survey says of it.

        A fact that the wish itself states stands above all; for the value, a randomised trial
        stands above the survey. A wish that customers take for granted is never called without
        value: it is missed when it is not there.

        Args:
            wish: the wish.
            stated: whether customers say it.
            value: what the survey says of its value.
            few: whether its ratings are too few to tell value from a way of using the scale.
        """
        answer, harm = value.answer, value.harm
        notes: tuple[Reason, ...] = ()
        trial, kano = self.trials.get(wish.about), self.kano.get(wish.about)
        if trial is not None:
            # A trial is looked at once, at its end, and its arms were meant to be as they are.
            tried = trial.classify(attrs.evolve(self.criteria, min_varied=0), once=True)
            answer, harm, notes = tried.value, tried.harm, (Reason.EXPERIMENT,)
        elif wish.adds_value is None:
            fragile = value.fragile(self.criteria.min_robustness)
            habit = few and answer.says is True
            notes = (Reason.FRAGILE,) * fragile + (Reason.SCALE_USE,) * habit
        stated, answer = stated.unless(wish.stated), answer.unless(wish.adds_value)
        known = Classification(wish, self.outcome, stated, answer, harm, notes)
        return known if kano is None else kano.temper(known)


def map_survey(table: object, asked: Asked, sources: Sources, progress: Progress | None) -> WishMap:
    """Tell from a survey which kind each wish is of, as ``map_wishes`` does.

    Raises:
        FaultsError: the table or its columns are not as asked for; it lists every fault.
        InvalidError: a source is of no wish among the items.
    """
    sources.check(item.wish for item in asked.items)
    criteria, sheet = sources.criteria, read_sheet(table, asked)
    far, said_far = _far(sheet, asked)
    style = None if said_far else _style(sheet, asked)
    rated, left_out = _rated(sheet, asked, style)
    regressed = regress(rated, criteria)
    heard = asked.statements.measure(sheet, asked.items)
    tau = heard.tau if criteria.tau is None else criteria.tau
    shares = importances(regressed, progress)
    few = not (rated.within or regressed.steadied) and _go_together(regressed)
    findings = tuple(
        Finding(
            sources.classify(item.wish, stated, value, few=few),
            int(value.answer.n),
            mean=driver.of.mean if driver.of.n else None,
            reliability=reliability,
            asked=int(asked_n),
            asked_worth=float(worth),
            **value.figures,
            **share,
        )
        for item, asked_n, worth, stated, value, share, driver, reliability in zip(
            asked.items,
            heard.n,
            heard.effective,
            _stated(heard, tau, sheet, criteria, said_far),
            (_unless_far(value, far) for value in values(regressed, criteria)),
            shares,
            regressed.drivers,
            asked.reliabilities() or repeat(None, len(asked.items)),
            strict=True,
        )
    )
    return WishMap(
        outcome=asked.outcome,
        findings=findings,
        criteria=criteria,
        tau=tau,
        rows=rated.outcome.size,
        clusters=None if rated.clusters is None else rated.respondents,
        r2=sum(share["lmg"] for share in shares if share) if any(shares) else None,
        left_out=(*left_out, *heard.left_out),
        among=heard.among,
        far={**far, **said_far},
        identical=count_identical(
            sheet, {item.rating for item in asked.items if item.rating is not None}
        ),
        skipped=rated.skipped,
        outcome_model=rated.model,
        within=rated.within,
        style_held=style is not None,
        blank=_blank(regressed, rated.outcome.size),
    )


def _go_together(regressed: Regressed) -> bool:
    """Return whether ratings are few and go together, as those do that share a way of rating."""
    count, fit = regressed.of_wishes, regressed.fit
    if fit is None or not 1 < count < MANY_RATED:
        return False
    own = fit.correlations[:count, :count]
    return bool((own.sum() - count) / (count * (count - 1)) > TOGETHER)


def _blank(regressed: Regressed, rows: int) -> float:
    """Return the share of the ratings that are blank, among those of wishes that somebody rated."""
    filled = [driver.of.n for driver in regressed.drivers if driver.of.n]
    return 1 - sum(filled) / len(filled) / rows if filled else 0.0


@attrs.frozen(eq=False)
class RatingHabit:
    """A way of using scales.

    Attributes:
        numbers: how far each row's ratings of importance lie above the usual, on average.
        reliability: the share of the variance of that which they have in common (Cronbach's alpha);
            NaN where that is not known.
    """

    numbers: Floats
    reliability: float


def _rated(sheet: Sheet, asked: Asked, style: RatingHabit | None) -> tuple[Rated, list[LeftOut]]:
    """Return the rows that tell of effects; and those that do not, by the first reason found."""
    ratings = [None if item.rating is None else sheet.numbers[item.rating] for item in asked.items]
    controls = [sheet.numbers[name] for name in asked.controls]
    if style is not None:
        controls.append(style.numbers)
    outcome = sheet.numbers[asked.outcome]
    used = np.ones(sheet.rows, dtype=bool)
    left_out = []
    names = [item.rating for item in asked.items if item.rating is not None]
    for why, blank in _unusable(sheet, outcome, controls, names):
        count = int(np.count_nonzero(used & blank))
        if count:
            left_out.append(LeftOut(why, count))
            used &= ~blank
    if asked.within and sheet.respondents is not None:
        rows = np.bincount(sheet.respondents[used], minlength=1)
        alone = used & (rows[sheet.respondents.clip(max=rows.size - 1)] == 1)
        if alone.any():
            left_out.append(LeftOut(Unused.NO_OTHER_ROW, int(np.count_nonzero(alone))))
            used &= ~alone
    every = bool(used.all())

    def kept(column: Floats) -> Floats:
        return column if every else column[used]

    weights = None if sheet.weights is None or not used.any() else kept(sheet.weights)
    reliabilities = asked.reliabilities()
    return Rated(
        ratings=[None if column is None else kept(column) for column in ratings],
        outcome=kept(outcome),
        controls=[kept(column) for column in controls],
        weights=None if weights is None else weights / weights.mean(),
        clusters=None
        if sheet.respondents is None
        else np.unique(sheet.respondents[used], return_inverse=True)[1],
        reliability=None if reliabilities is None else np.array(reliabilities, np.float64),
        steadiness=None if style is None else style.reliability,
        skipped=asked.blank == "skipped",
        model=asked.model,
        within=asked.within,
    ), left_out


def _style(sheet: Sheet, asked: Asked) -> RatingHabit | None:
    """Return how far each row's ratings of importance lie above the usual, on average.

    Who rates everything high rates the fulfilment and the outcome high as well: without it a few
    wishes would take up what is a way of using scales.
    """
    if not isinstance(asked.statements, Ratings):
        return None
    columns = [sheet.numbers[item.said] for item in asked.items if item.said is not None]
    sums, counts = np.zeros(sheet.rows), np.zeros(sheet.rows)
    for column in columns:
        said = ~np.isnan(column)
        if said.any():
            sums[said] += column[said] - column[said].mean()
            counts += said
    if len(columns) < 2 or not sums.any():  # noqa: PLR2004 - one alone is no way of rating
        return None
    return RatingHabit(sums / np.maximum(counts, 1), alpha_of(np.column_stack(columns)))


def _unusable(
    sheet: Sheet,
    outcome: Floats,
    controls: Iterable[Floats],
    ratings: Collection[str],
) -> Iterator[tuple[Unused, Mask]]:
    """Yield each reason not to use rows for the effects, and the rows it holds for."""
    if sheet.weights is not None:
        yield Unused.NO_WEIGHT, sheet.weights == 0
    yield Unused.NO_OUTCOME, np.isnan(outcome)
    for control in controls:
        yield Unused.NO_CONTROL, np.isnan(control)
    if not any(sheet.extents[name].whole for name in ratings):
        unrated = np.ones(sheet.rows, dtype=bool)
        for name in ratings:
            unrated &= np.isnan(sheet.numbers[name])
        yield Unused.NO_RATING, unrated
    if len(ratings) >= MANY_RATED:
        columns = [sheet.numbers[name] for name in ratings]
        step = max(1, sheet.rows // SAMPLE)
        few, most = ALIKE
        if few <= _rate_alike([column[::step] for column in columns]).mean() <= most:
            yield Unused.RATES_ALIKE, _rate_alike(columns)


def _rate_alike(columns: Sequence[Floats]) -> Mask:
    """Return which rows have many ratings that are all the same.

    Such a row tells nothing of one wish rather than another, and often nothing at all: many answer
    so who are in a hurry, the outcome too. Rows may be left out by their ratings: it changes no
    effect.
    """
    low, high = np.full((2, columns[0].size), np.nan)
    rated = np.zeros(low.size, np.intp)
    for column in columns:
        np.fmin(low, column, out=low)
        np.fmax(high, column, out=high)
        rated += ~np.isnan(column)
    alike: Mask = (low == high) & (rated >= MANY_RATED)
    return alike


Far: TypeAlias = Mapping[str, tuple[float, ...]]
"""Values far from all others, by column."""


def _far(sheet: Sheet, asked: Asked) -> tuple[Far, Far]:
    """Return the far values of outcome and ratings without a range, and those of statements."""
    names = [] if asked.outcome_range else [asked.outcome]
    if asked.rating_range is None:
        names += [item.rating for item in asked.items if item.rating is not None]
    told = isinstance(asked.statements, Ratings)
    said = [item.said for item in asked.items if told and item.said is not None]
    return _far_among(sheet, names), _far_among(sheet, said)


def _far_among(sheet: Sheet, names: Iterable[str]) -> Far:
    extents = ((name, sheet.extents[name]) for name in dict.fromkeys(names))
    doubtful = [name for name, one in extents if not is_plain(one.least, one.most)]
    return {name: far for name in doubtful if (far := far_values(sheet.numbers[name]))}


def _unless_far(value: Value, far: Far) -> Value:
    """Return what is known of a value, open where the survey has values that may be codes."""
    if not far:
        return value
    doubts = (*value.answer.doubts, Reason.FAR_VALUES)
    return attrs.evolve(value, answer=attrs.evolve(value.answer, doubts=doubts))


def _stated(
    heard: Statements, tau: float, sheet: Sheet, criteria: Criteria, far: Far
) -> Iterator[Answer]:
    """Yield whether customers ask for each wish; open where too few of them answered.

    The variance of a share among few respondents, of many rows each, is itself hardly known.
    """
    columns = (heard.share, heard.effective, heard.n)
    ticks = heard.ticks or (False,) * heard.share.size
    for share, effective, n, ticked in zip(
        *(column.tolist() for column in columns), ticks, strict=True
    ):
        answer = share_answer(share, effective, tau, criteria.level, n)
        if ticked or far:
            doubt = Reason.ONLY_TICKS if ticked else Reason.FAR_VALUES
            yield attrs.evolve(answer, doubts=(*answer.doubts, doubt))
            continue
        respondents = answer.n if sheet.clusters is None else min(answer.n, sheet.clusters)
        few = not answer.doubts and respondents < criteria.min_freedom
        yield attrs.evolve(answer, doubts=(Reason.FEW_ROWS,)) if few else answer
