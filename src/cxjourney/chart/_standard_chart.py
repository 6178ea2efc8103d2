"""The rows of SPEC 4.2, each under its id, and the charts that they make."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache, lru_cache
from itertools import product

from cxjourney.chart import _guards as g
from cxjourney.chart._duties import STANDARD_OBLIGATIONS
from cxjourney.chart._model import (
    Chart,
    ChartRef,
    Confirmation,
    Feedback,
    Options,
    RepeatPurchase,
    Row,
)
from cxjourney.errors import ChartNotFoundError
from cxjourney.vocabulary import (
    EventKind,
    ExitReason,
    HeldFact,
    Nature,
    Outcome,
    Phase,
    Place,
    Standing,
)
from cxjourney.vocabulary._checks import check_type

K = EventKind
ASSESS, ADMIT, AFFIRM, ACTIVATE, ACCLIMATE, ACCOMPLISH, ADOPT, ADVOCATE = Phase
NEW, LAPSED, LOST, ERASED = Standing.NEW, Standing.LAPSED, Standing.LOST, Standing.ERASED

PHASES: tuple[Place, ...] = tuple(Phase)
BEFORE_USE = (ASSESS, ADMIT, AFFIRM)
IN_USE = (ACTIVATE, ACCLIMATE, ACCOMPLISH, ADOPT, ADVOCATE)
AFTER_SALE = (AFFIRM, ACTIVATE, ACCLIMATE, ACCOMPLISH)
LIVE: tuple[Place, ...] = (NEW, *PHASES, LAPSED, LOST)

POOR = {"outcome": Outcome.POOR, "recovery_open": True}
UNTOLD = {"feedback_asked": False, "feedback_closed": False, "loyalty_confirmed": False}
POOR_AGAIN = {**POOR, **UNTOLD}
RESTART = {"outcome": Outcome.NONE, **UNTOLD, "loyalty_held": False, "referral_held": False}


@lru_cache(maxsize=64)
def standard_rows(options: Options, kinds: tuple[EventKind, ...]) -> tuple[Row, ...]:
    """Return the rows of SPEC 4.2 under these options; the same ones for the same kinds.

    So what was proved of a table is known of all charts that share it.

    Args:
        options: the three switches of SPEC 4.2a.
        kinds: every event kind of the chart; customer facts among them open a NEW journey (T01b)
            and wake a LAPSED one (T20).
    """
    facts = tuple(kind for kind in kinds if kind.nature is Nature.CUSTOMER)
    return (
        *_beginning(facts),
        *_purchase_and_doubt(),
        *_use_and_result(),
        *_feedback_and_recovery(),
        *_loyalty(options),
        *_advocacy(options),
        *_silence(facts),
        *_exits(),
        *_win_back(),
        Row("T28", (K.ERASED,), LIVE, ERASED, reason=ExitReason.ERASURE),
        *_orders(options),
    )


def _beginning(facts: tuple[EventKind, ...]) -> Iterator[Row]:
    others = tuple(kind for kind in facts if kind not in {K.CONTACTED, K.PURCHASED})
    yield Row("T01", (K.CONTACTED,), (NEW,), ASSESS)
    yield Row("T01b", others, (NEW,), ASSESS, then=True)
    yield Row("T02", (K.NEED_ADMITTED,), (ASSESS,), ADMIT)


def _purchase_and_doubt() -> Iterator[Row]:
    bought = {"purchased": True}
    doubts, settled = {"doubt_open": True}, {"doubt_open": False}
    yield Row(
        "T03",
        (K.PURCHASED,),
        (NEW, ASSESS, ADMIT),
        AFFIRM,
        sets=bought,
        implies=True,
        starts_days=True,
    )
    yield Row("T04", (K.DOUBTED, K.COMPLAINED), (ASSESS, ADMIT), AFFIRM, sets=doubts)
    yield Row(
        "T05",
        (K.PURCHASED,),
        tuple(phase for phase in Phase if phase >= AFFIRM),
        guards=(g.not_purchased,),
        sets=bought,
        starts_days=True,
    )
    yield Row("T06", (K.DOUBTED, K.COMPLAINED), (AFFIRM,), sets=doubts)
    yield Row("T06c", (K.DOUBTED,), IN_USE, sets=doubts)
    yield Row("T06a", (K.RESULT_POOR,), BEFORE_USE, guards=(g.not_purchased,), sets=doubts)
    yield Row("T06b", (K.REASSURED,), (*PHASES, LAPSED), guards=(g.doubt_open,), sets=settled)


def _use_and_result() -> Iterator[Row]:
    used = (K.DELIVERED, K.USED_AGAIN)
    taken = {"delivery_held": False}
    yield Row("T07", used, (AFFIRM,), ACTIVATE, guards=(g.purchased,), sets=taken)
    yield Row("T07.held", used, BEFORE_USE, holds=HeldFact.DELIVERY)
    yield Row(
        "T07.lapsed", (K.DELIVERED,), (LAPSED,), guards=(g.until_affirm,), holds=HeldFact.DELIVERY
    )
    yield Row("T08", (K.USED_AGAIN,), (ACTIVATE,), ACCLIMATE)
    for row_id, recovery, outcome in (
        ("T09", g.no_recovery_open, Outcome.ACHIEVED),
        ("T09.poor", g.recovery_open, Outcome.POOR),
    ):
        yield Row(
            row_id,
            (K.RESULT_ACHIEVED,),
            AFTER_SALE,
            ACCOMPLISH,
            guards=(g.is_customer, recovery),
            sets={"outcome": outcome},
            implies=True,
        )
    yield Row(
        "T10",
        (K.RESULT_POOR,),
        AFTER_SALE,
        ACCOMPLISH,
        guards=(g.is_customer,),
        sets=POOR,
        implies=True,
    )


def _feedback_and_recovery() -> Iterator[Row]:
    closed = {"feedback_closed": True}
    yield Row("T11", (K.FEEDBACK_CAPTURED,), (ACCOMPLISH,), sets=closed)
    yield Row(
        "T11b", (K.FEEDBACK_DECLINED,), (ACCOMPLISH,), guards=(g.feedback_asked,), sets=closed
    )
    asking: tuple[Phase | Standing, ...] = (
        *(phase for phase in Phase if phase >= ACTIVATE),
        LAPSED,
    )
    asked = {"feedback_asked": True}
    yield Row("T11c", (K.FEEDBACK_ASKED,), asking, guards=(g.from_activate,), sets=asked)
    yield Row("T12", (K.COMPLAINED,), (ACCOMPLISH,), sets=POOR)
    recovered, solved = (K.RECOVERED,), {"recovery_open": False}
    outside, inside = (g.recovery_open, g.outside_accomplish), (g.recovery_open, g.in_accomplish)
    achieved = {**solved, "outcome": Outcome.ACHIEVED}
    yield Row("T13", recovered, (*PHASES, LAPSED), guards=outside, sets=solved)
    yield Row("T13.accomplish", recovered, (ACCOMPLISH, LAPSED), guards=inside, sets=achieved)
    yield Row("T17", (K.COMPLAINED, K.RESULT_POOR), (ADOPT, ADVOCATE), ACCOMPLISH, sets=POOR_AGAIN)
    yield Row("T17b", (K.COMPLAINED,), (ACTIVATE, ACCLIMATE), sets={"recovery_open": True})


def _result_stands(options: Options) -> tuple[g.Guard, ...]:
    """Return OK6: outcome achieved, no recovery open, and feedback closed where required."""
    closed = (g.feedback_closed,) if options.feedback is Feedback.REQUIRED else ()
    return (g.outcome_achieved, g.no_recovery_open, *closed)


def _loyalty(options: Options) -> Iterator[Row]:
    if options.repeat_purchase is RepeatPurchase.EXPERIENCE:
        yield from _experience()
    loyal, taken = (K.LOYALTY_SHOWN, K.PURCHASED), {"loyalty_held": False}
    yield Row("T14", loyal, (ACCOMPLISH,), ADOPT, guards=_result_stands(options), sets=taken)
    yield Row("T14.held", (K.LOYALTY_SHOWN,), (ASSESS, ADMIT, *AFTER_SALE), holds=HeldFact.LOYALTY)
    yield Row(
        "T14.repeat", (K.PURCHASED,), AFTER_SALE, guards=(g.purchased,), holds=HeldFact.LOYALTY
    )


def _experience() -> Iterator[Row]:
    again, earlier = (K.PURCHASED,), (AFFIRM, ACTIVATE, ACCLIMATE)
    results: tuple[tuple[str, g.Guard, g.Guard, Outcome], ...] = (
        ("", g.no_recovery_open, g.outcome_not_achieved, Outcome.ACHIEVED),
        ("_poor", g.recovery_open, g.outcome_not_poor, Outcome.POOR),
    )
    for end, recovery, _, outcome in results:
        yield Row(
            f"T14.experience{end}",
            again,
            earlier,
            ACCOMPLISH,
            guards=(g.purchased, recovery),
            sets={"outcome": outcome},
            implies=True,
            then=True,
        )
    for end, recovery, another, outcome in results:
        yield Row(
            f"T14.experience_again{end}",
            again,
            (ACCOMPLISH,),
            guards=(g.purchased, recovery, another),
            sets={"outcome": outcome},
            then=True,
        )


def _confirmed(options: Options) -> tuple[g.Guard, ...]:
    return (g.loyalty_confirmed,) if options.confirmation is Confirmation.REQUIRED else ()


def _advocacy(options: Options) -> Iterator[Row]:
    confirmed = _confirmed(options)
    waiting = (ASSESS, ADMIT, *AFTER_SALE, *((ADOPT,) if confirmed else ()))
    taken, confirms = {"referral_held": False}, {"loyalty_confirmed": True}
    yield Row("T15", (K.REFERRED,), (ADOPT,), ADVOCATE, guards=confirmed, sets=taken)
    yield Row("T15.held", (K.REFERRED,), waiting, holds=HeldFact.REFERRAL)
    yield Row("T15a", (K.LOYALTY_CONFIRMED,), (ADOPT, LAPSED), guards=(g.in_adopt,), sets=confirms)
    yield Row("T18", (K.ADVOCACY_QUIET,), (ADVOCATE,), ADOPT)


def _silence(facts: tuple[EventKind, ...]) -> Iterator[Row]:
    yield Row(
        "T19", (K.LAPSED,), PHASES, LAPSED, guards=(g.is_customer,), reason=ExitReason.SILENCE
    )
    waking = tuple(kind for kind in facts if kind not in {K.PURCHASED, K.LEFT})
    for phase in (ASSESS, ADMIT, AFFIRM, ACTIVATE, ACCLIMATE):
        row_id, there = f"T20.{phase.name.lower()}", (g.remembered(phase),)
        yield Row(row_id, waking, (LAPSED,), phase, guards=there, then=True)
    later = (g.from_accomplish,)
    yield Row("T20.later", waking, (LAPSED,), ACCLIMATE, guards=later, sets=RESTART, then=True)


def _exits() -> Iterator[Row]:
    yield Row("T21", (K.ABANDONED,), BEFORE_USE, guards=(g.not_purchased,))
    undecided, decided = (K.DECLINED, K.LEFT, K.LAPSED, K.WITHDREW), (AFFIRM, ACTIVATE)
    others = tuple(phase for phase in Phase if phase not in decided)
    anywhere = (*PHASES, LAPSED)
    exits: tuple[tuple[str, tuple[EventKind, ...], tuple[Place, ...], g.Guard, ExitReason], ...] = (
        ("T22", undecided, BEFORE_USE, g.not_purchased, ExitReason.NOT_BOUGHT),
        ("T23", (K.WITHDREW,), decided, g.is_customer, ExitReason.REMORSE),
        ("T23.later", (K.WITHDREW,), others, g.is_customer, ExitReason.CHURN),
        ("T24", (K.LEFT,), anywhere, g.is_customer, ExitReason.CHURN),
    )
    for row_id, events, sources, guard, reason in exits:
        yield Row(row_id, events, sources, LOST, guards=(guard,), reason=reason)


def _win_back() -> Iterator[Row]:
    bought = {"purchased": True}
    yield Row("T25", (K.CONTACTED,), (LOST,), ASSESS, fresh=True)
    for row_id, source in (("T25.purchased", LOST), ("T26", LAPSED)):
        yield Row(
            row_id,
            (K.PURCHASED,),
            (source,),
            AFFIRM,
            sets=bought,
            fresh=True,
            implies=True,
            starts_days=True,
        )


def _orders(options: Options) -> Iterator[Row]:
    for phase in Phase:
        name = phase.name.lower()
        guards = (
            *((g.purchased,) if phase >= ACTIVATE else ()),
            *(_result_stands(options) if phase >= ADOPT else ()),
            *(_confirmed(options) if phase is ADVOCATE else ()),
        )
        yield Row(f"T29.{name}", (K.MOVED,), LIVE, phase, guards=guards, order=phase)
        yield Row(f"T29.{name}.forced", (K.MOVED,), LIVE, phase, order=phase, force=True)


KEY, VERSION = "eight_phases", 2
_SILENCE_DAYS = (30, 14, 14, 30, 30, 60, 180, 365)
_ADVOCACY_QUIET = timedelta(days=365)

ALL_OPTIONS = tuple(Options(*each) for each in product(Feedback, RepeatPurchase, Confirmation))
"""Every setting of the three options."""


def standard_chart(
    *,
    feedback: Feedback = Feedback.REQUIRED,
    repeat_purchase: RepeatPurchase = RepeatPurchase.LOYALTY,
    confirmation: Confirmation = Confirmation.REQUIRED,
) -> Chart:
    """Return the chart of SPEC 4.2 under these options; the same one for the same options.

    Args:
        feedback: whether ADOPT needs closed feedback.
        repeat_purchase: what a purchase after a purchase says.
        confirmation: whether ADVOCATE needs the company's confirmation.

    Raises:
        InvalidError: when an option is not a member of its enum.
    """
    return chart_with(Options(feedback, repeat_purchase, confirmation))


@cache
def chart_with(options: Options) -> Chart:
    """Return the chart of ``standard_chart`` for options given as one object."""
    kinds = EventKind.builtin()
    return Chart(
        key=KEY + options.suffix,
        version=VERSION,
        options=options,
        kinds=kinds,
        rows=standard_rows(options, kinds),
        silence={
            phase: timedelta(days=days) for phase, days in zip(Phase, _SILENCE_DAYS, strict=True)
        },
        advocacy_quiet=_ADVOCACY_QUIET,
        obligations=STANDARD_OBLIGATIONS,
    )


_DERIVED: dict[ChartRef, Chart] = {}
_STANDARD = {
    ChartRef(KEY + options.suffix, version): options
    for options in ALL_OPTIONS
    for version in range(1, VERSION + 1)
}


def remember_chart(chart: Chart) -> None:
    """Let stored journeys find a chart by its key and version, as long as the process lives."""
    _DERIVED[chart.ref] = chart


def current(ref: ChartRef) -> ChartRef:
    """Return key and version of the chart that takes the place of an older standard one."""
    return ref._replace(version=VERSION) if ref in _STANDARD else ref


def find_chart(ref: ChartRef) -> Chart:
    """Return the chart with this key and version.

    An older version of the standard chart gives the present one, which takes all that was recorded
    under it.

    Raises:
        ChartNotFoundError: when this process has not defined it.
        InvalidError: when ``ref`` is no ChartRef.
    """
    check_type("find_chart.ref", ref, ChartRef, "a ChartRef, such as chart.ref")
    if ref in _STANDARD:
        return chart_with(_STANDARD[ref])
    chart = _DERIVED.get(ref)
    if chart is None:
        raise ChartNotFoundError(ref.key, ref.version)
    return chart
