"""Every measure of SPEC 9, from live journeys, from a replay, or from columns: the same numbers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from cxjourney.chart import Chart, standard_chart
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey
from cxjourney.measures import _course, _money, _voices
from cxjourney.measures._facts import (
    ColumnTable,
    DeedFact,
    Facts,
    Key,
    facts_of,
    facts_of_columns,
)
from cxjourney.measures._measure import Measure
from cxjourney.measures._stays import Stay, stays_of
from cxjourney.measures._visible import Visible
from cxjourney.replay import LogMapping, Walk
from cxjourney.replay._values import meant
from cxjourney.vocabulary import Event, Lang, Phase
from cxjourney.vocabulary._checks import check_time, check_type
from cxjourney.vocabulary._lazy import load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BY = ("step", "hour", "weekday")


class Measures:
    """The measures of some journeys at one moment; ``of`` and ``of_columns`` make them.

    Every measure says its definition, its source and the method of its intervals, and has its
    counts. What no event of the mapping could show is *not observable*, what has not happened yet
    is *under way*; neither is counted as a no.
    """

    def __init__(self, facts: Facts, chart: Chart, as_of: datetime, visible: Visible) -> None:
        self._facts, self._chart, self._as_of, self._visible = facts, chart, as_of, visible

    def __repr__(self) -> str:
        return f"<Measures of {len(self._facts.journeys)} journeys as of {self._as_of.isoformat()}>"

    @classmethod
    def of(
        cls,
        journeys: Iterable[Journey | Walk],
        *,
        as_of: datetime,
        mapping: LogMapping | None = None,
        chart: Chart | None = None,
    ) -> "Measures":
        """Return the measures of journeys with their history, or of the walks of a replay.

        Args:
            journeys: the journeys, each advanced to ``as_of``; or what ``walk_journeys`` yields.
            as_of: the moment, an aware time.
            mapping: what their log means; None where all that can happen is recorded live.
            chart: their chart; None takes the mapping's, or the standard one.

        Raises:
            InvalidError: when something else is given, or a journey without history.
            NaiveTimeError: when ``as_of`` has no time zone.
        """
        return cls(facts_of(journeys), *_settings(as_of, mapping, chart))

    @classmethod
    def of_columns(
        cls,
        journeys: ColumnTable,
        moves: ColumnTable,
        duties: ColumnTable,
        deeds: ColumnTable | Mapping[Key, Sequence[Event]] | None = None,
        *,
        as_of: datetime,
        mapping: LogMapping | None = None,
        chart: Chart | None = None,
    ) -> "Measures":
        """Return the measures of tables in columns, such as ``bulk.replay`` gives.

        Args:
            journeys: one row a journey (docs/measures.md names the columns).
            moves: one row a move, those of one journey in their order.
            duties: one row an obligation.
            deeds: one row an event with its payload, or the events by journey as a ``LogBook`` has
                them; without them the measures of money and of answers cannot be asked for.
            as_of: the moment, an aware time.
            mapping: what their log means; None where all that can happen is recorded.
            chart: their chart; None takes the mapping's, or the standard one.

        Raises:
            InvalidError: when a table lacks a column; names it.
            NaiveTimeError: when ``as_of`` has no time zone.
        """
        facts = facts_of_columns(journeys, moves, duties, deeds)
        return cls(facts, *_settings(as_of, mapping, chart))

    @cached_property
    def _stays(self) -> list[Stay]:
        return list(stays_of(self._facts, self._as_of))

    def _deeds(self) -> Sequence[DeedFact]:
        if self._facts.deeds is None:
            raise InvalidError("deeds", "nothing", "the events with their payload, as deeds=")
        return self._facts.deeds

    def _span(self, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        span = check_time(start, "start"), check_time(end, "end")
        if span[0] >= span[1]:
            raise InvalidError("end", "a time that is not after start", "a later one")
        return span

    def funnel(self) -> Measure:
        """Return how many went on from each phase, and what became of the others (000)."""
        return _course.funnel(self._facts, self._visible)

    def time_in_phase(self) -> Measure:
        """Return how long stays in each phase last, in days of 24 hours (SPEC 9)."""
        return _course.time_in_phase(self._stays, self._visible)

    def moves(self) -> Measure:
        """Return how many moves there were from each place to each other one (SPEC 9)."""
        return _course.moves(self._facts)

    def plot_timelines(
        self, ax: "Axes | None" = None, lang: Lang = Lang.EN, *, dark: bool = False
    ) -> "Axes":
        """Draw the journeys as lines, coloured by the phase that they are in; no id is told.

        Of more than 400 journeys every n-th is drawn, and the title says so.

        Args:
            ax: the axes to draw in; without them there is a figure of its own, which a notebook
                shows and ``ax.figure.savefig`` stores.
            lang: the language.
            dark: whether a figure of its own has a dark ground.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        plots = load("cxjourney.show._plots._course_plots")
        axes: Axes = plots.draw_timelines(self._facts, self._as_of, ax, lang, dark=dark)
        return axes

    def where_they_went(self, phase: Phase, *, within: float) -> Measure:
        """Return to which places journeys have gone from a phase within some days (SPEC 9).

        Raises:
            InvalidError: when it is no phase, or the days are not above 0.
        """
        check_type("phase", phase, Phase)
        return _course.where_they_went(self._stays, phase.name.lower(), _days(within, "within"))

    def churn(self, start: datetime, end: datetime) -> Measure:
        """Return who left or fell silent from ``start`` until before ``end`` (003).

        Raises:
            InvalidError: when ``end`` is not after ``start``.
            NaiveTimeError: when a time has no time zone.
        """
        return _course.churn(self._facts, *self._span(start, end), self._as_of)

    def stuck(self, days: float) -> Measure:
        """Return who has not been heard of for longer than some days, and what they are owed.

        Raises:
            InvalidError: when the days are not above 0.
        """
        return _course.stuck(self._facts, self._visible, _days(days, "days"), self._as_of)

    def obligations(self) -> Measure:
        """Return what became of the obligations of each rule (000, 001)."""
        return _course.obligations(self._facts, self._visible, self._chart, self._as_of)

    def nps(self) -> Measure:
        """Return the net promoter score of the answers; None where nobody answered (003)."""
        answers = [
            one.payload["nps"] for one in self._deeds() if one.payload.get("nps") is not None
        ]
        seen = self._visible.shows("feedback_captured", "nps")
        return _voices.score("nps", map(int, answers), self._unanswered(), seen=seen)

    @staticmethod
    def enps(answers: Iterable[int]) -> Measure:
        """Return the score of the staff, from 0 to 10 each, apart from the customers' (003).

        Raises:
            InvalidError: when an answer is no whole number from 0 to 10.
        """
        given = list(answers)
        if not all(type(one) is int for one in given) or not {*given} <= {*range(11)}:
            raise InvalidError("answers", "an answer off the scale", "whole numbers from 0 to 10")
        return _voices.score("enps", given, None, seen=True)

    def smileys(self) -> Measure:
        """Return the shares of the three smileys (004)."""
        seen = self._visible.shows("feedback_captured", "smiley")
        return _voices.smileys(self._deeds(), self._unanswered(), seen=seen)

    def _unanswered(self) -> int:
        """Return how many journeys were asked and have not answered or declined since."""
        waiting: set[Key] = set()
        for one in sorted(self._deeds(), key=lambda deed: deed.at):
            if one.event == "feedback_asked":
                waiting.add(one.key)
            elif one.event in {"feedback_captured", "feedback_declined"}:
                waiting.discard(one.key)
        return len(waiting)

    def clv(self) -> Measure:
        """Return what customers have paid, each currency apart (003)."""
        return _money.income(self._deeds())

    def acquisition_cost(
        self, spend: Decimal, currency: str, *, start: datetime, end: datetime
    ) -> Measure:
        """Return what was spent for each new purchaser of a span (000).

        Raises:
            InvalidError: when ``end`` is not after ``start``.
            NaiveTimeError: when a time has no time zone.
        """
        check_type("spend", spend, Decimal)
        return _money.acquisition_cost(self._deeds(), spend, currency, *self._span(start, end))

    def loss_cost(
        self,
        *,
        acquisition: Decimal,
        expected: Decimal,
        currency: str,
        start: datetime,
        end: datetime,
    ) -> Measure:
        """Return what the customers cost who were lost in a span (000).

        Args:
            acquisition: what it costs to win a customer.
            expected: what a customer is expected to pay in all.
            currency: the currency of both; purchases in others are left out.
            start: when the span begins.
            end: before when it ends.

        Raises:
            InvalidError: when ``end`` is not after ``start``.
            NaiveTimeError: when a time has no time zone.
        """
        check_type("acquisition", acquisition, Decimal)
        check_type("expected", expected, Decimal)
        span = self._span(start, end)
        return _money.loss_cost(self._facts, self._deeds(), acquisition, expected, currency, span)

    def influence(self) -> Measure:
        """Return referrals and what the referred bought, beside what referrers bought (002)."""
        return _voices.influence(self._deeds(), seen=self._visible.shows("referred"))

    def new_advocates(self, start: datetime, end: datetime, *, target: float = 1.0) -> Measure:
        """Return how many became advocates a day, against a target of one (000).

        Raises:
            InvalidError: when ``end`` is not after ``start``.
            NaiveTimeError: when a time has no time zone.
        """
        seen = "advocate" in self._visible.phases
        return _voices.new_advocates(self._facts, *self._span(start, end), target, seen=seen)

    def abandonment(
        self, zone: ZoneInfo, by: Literal["step", "hour", "weekday"] = "step"
    ) -> Measure:
        """Return at which step, hour or weekday of the customer's clock people gave up (004).

        Raises:
            InvalidError: when it is to be told by something else.
        """
        check_type("zone", zone, ZoneInfo, "a ZoneInfo such as ZoneInfo('Europe/Tallinn')")
        if by not in BY:
            raise InvalidError("by", f"another word{meant(str(by), BY)}", f"one of {', '.join(BY)}")
        seen = self._visible.shows("abandoned")
        return _voices.abandonment(self._deeds(), zone, by, seen=seen)

    def feedback_coverage(self) -> Measure:
        """Return of how many exits from ACCOMPLISH there is feedback (000)."""
        return _voices.feedback_coverage(self._stays, self._deeds(), self._visible)

    @staticmethod
    def staff_turnover(*, left: int, employed: int) -> Measure:
        """Return the share of the staff who left, to be shown beside the others (003).

        Raises:
            InvalidError: when more left than were employed, or a number is below 0.
        """
        if not all(type(one) is int for one in (left, employed)) or not 0 <= left <= employed:
            raise InvalidError("left", "no count from 0 to employed", "two whole numbers")
        return _money.staff_turnover(left, employed)


def _settings(
    as_of: datetime, mapping: LogMapping | None, chart: Chart | None
) -> tuple[Chart, datetime, Visible]:
    if mapping is not None:
        check_type("mapping", mapping, LogMapping, "a LogMapping, such as read_mapping gives")
    if chart is None:
        chart = standard_chart() if mapping is None else mapping.chart
    return chart, check_time(as_of, "as_of"), Visible.by(mapping, chart)


def _days(days: float, where: str) -> float:
    if type(days) in {int, float} and days > 0:
        return float(days)
    raise InvalidError(where, "no number above 0", "days of 24 hours")
