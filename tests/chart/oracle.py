"""A plain fold of one journey, written by hand from SPEC 3, 4.2 and 4.2a as nested questions.

It shares no code and no shape with the chart: no rows, no guards as data. Where the two differ,
one of them misreads the specification.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product, starmap
from random import Random
from types import SimpleNamespace
from typing import NamedTuple

ASSESS, ADMIT, AFFIRM, ACTIVATE, ACCLIMATE, ACCOMPLISH, ADOPT, ADVOCATE = range(1, 9)
# fmt: off
PHASE_NAMES = ("assess", "admit", "affirm", "activate",
               "acclimate", "accomplish", "adopt", "advocate")
CUSTOMER = ("contacted", "need_admitted", "abandoned", "declined", "purchased", "doubted",
            "used_again", "result_achieved", "result_poor", "feedback_captured",
            "feedback_declined", "complained", "loyalty_shown", "referred", "returned",
            "withdrew", "left", "asked", "goal_set")
COMPANY = ("delivered", "reassured", "recovered", "feedback_asked", "loyalty_confirmed",
           "answered", "promised", "recommendation", "touched", "consent_given",
           "consent_withdrawn", "undeliverable", "deliverable", "fulfilled")
# fmt: on
TIMERS = ("lapsed", "advocacy_quiet")
MOVED = tuple(f"moved_to_{name}" for name in PHASE_NAMES)
FORCED = tuple(f"forced_to_{name}" for name in PHASE_NAMES)
ORDERS = ("erased", "retracted", *MOVED, *FORCED)
UNHEARD = frozenset(COMPANY[5:]) | {"asked", "goal_set", "retracted"}
"""What changes no facts at all, or just those that ``returned`` changes."""
PLAIN = (*CUSTOMER, *COMPANY, *TIMERS, "erased", "retracted")
EVERYTHING = (*CUSTOMER, *COMPANY, *TIMERS, *ORDERS)
KNOWN = frozenset(EVERYTHING)
UNDONE = {"feedback_closed": False, "loyalty_confirmed": False}


class Facts(NamedTuple):
    """The situation by plain values; the defaults are a new journey."""

    standing: str = "NEW"
    phase: int | None = None
    purchased: bool = False
    doubt_open: bool = False
    outcome: str = "none"
    feedback_asked: bool = False
    feedback_closed: bool = False
    recovery_open: bool = False
    loyalty_confirmed: bool = False
    delivery_held: bool = False
    loyalty_held: bool = False
    referral_held: bool = False


class Options(NamedTuple):
    """The three switches of SPEC 4.2a; the defaults are the strict reading."""

    feedback: str = "required"
    repeat_purchase: str = "loyalty"
    confirmation: str = "required"


class Result(NamedTuple):
    """What one event did."""

    facts: Facts
    effect: str
    cycles: int
    exit: str | None


NEED = ("required", "optional")
ALL_OPTIONS = tuple(starmap(Options, product(NEED, ("loyalty", "experience"), NEED)))


@dataclass
class _Walk:
    """The facts while one event is worked through, and what has been seen on the way."""

    now: SimpleNamespace
    options: Options
    moved: bool = False
    applied: bool = False
    held: bool = False
    cycles: int = 0
    exit: str | None = None


def apply(facts: Facts, event: str, options: Options) -> Result:
    """Say what one event does to the facts."""
    if event not in KNOWN:
        raise ValueError(event)
    barred = event in MOVED and not _may_move(facts, MOVED.index(event) + 1, options)
    if barred or facts.standing == "ERASED":
        return Result(facts, "refused", 0, None)
    walk = _Walk(SimpleNamespace(**dict(zip(Facts._fields, facts, strict=True))), options)
    _happen(walk, event)
    if not (walk.applied or walk.held):
        return Result(facts, "noted", 0, None)
    effect = "moved" if walk.moved else "held" if walk.held else "stayed"
    return Result(Facts(*vars(walk.now).values()), effect, walk.cycles, walk.exit)


@cache
def walked(options: Options, events: tuple[str, ...]) -> dict[Facts, dict[str, Result]]:
    """Say what each event does to all facts that the events lead to from a new journey."""
    found: dict[Facts, dict[str, Result]] = {}
    fresh = {Facts()}
    while fresh:
        for facts in fresh:
            found[facts] = {event: apply(facts, event, options) for event in events}
        after = {result.facts for facts in fresh for result in found[facts].values()}
        fresh = after - found.keys()
    return found


def reachable(options: Options, events: tuple[str, ...]) -> set[Facts]:
    """Find all facts that the events can lead to from a new journey."""
    events = tuple(event for event in events if event not in UNHEARD)
    found: set[Facts] = set()
    fresh = {Facts()}
    while fresh:
        found |= fresh
        after = {apply(facts, event, options).facts for facts in fresh for event in events}
        fresh = after - found
    return found


def wander(options: Options, events: tuple[str, ...], steps: int) -> set[Facts]:
    """Find the facts on one long walk of drawn events from a new journey."""
    dice = Random(steps)  # noqa: S311 - no secret
    events = tuple(event for event in events if event != "erased")
    found = {facts := Facts()}
    for _ in range(steps):
        facts = apply(facts, dice.choice(events), options).facts
        found.add(facts)
    return found


def ok6(facts: Facts | SimpleNamespace, options: Options) -> bool:
    """Tell whether phase six is fulfilled."""
    told = facts.feedback_closed or options.feedback == "optional"
    return bool(facts.outcome == "achieved" and told and not facts.recovery_open)


def confirmed(facts: Facts | SimpleNamespace, options: Options) -> bool:
    """Tell whether the loyalty is confirmed as far as the options ask for it."""
    return bool(facts.loyalty_confirmed or options.confirmation == "optional")


def _may_move(facts: Facts, target: int, options: Options) -> bool:
    bought = target < ACTIVATE or facts.purchased
    fulfilled = target < ADOPT or ok6(facts, options)
    return bought and fulfilled and (target < ADVOCATE or confirmed(facts, options))


def _change(walk: _Walk, **values: object) -> None:
    """Carry out one row: set values, see whether the place changed, try the held facts again."""
    now = walk.now
    before = (now.standing, now.phase)
    vars(now).update(values)
    walk.applied = True
    walk.moved |= (now.standing, now.phase) != before
    if now.standing == "ACTIVE":
        _try_held(walk)


def _try_held(walk: _Walk) -> None:
    now = walk.now
    while True:
        if now.delivery_held and now.phase == AFFIRM and now.purchased:
            now.delivery_held = False
            now.phase = ACTIVATE
        elif now.loyalty_held and now.phase == ACCOMPLISH and ok6(now, walk.options):
            now.loyalty_held = False
            now.phase = ADOPT
        elif now.referral_held and now.phase == ADOPT and confirmed(now, walk.options):
            now.referral_held = False
            now.phase = ADVOCATE
        else:
            return
        walk.moved = True


def _hold(walk: _Walk, flag: str) -> None:
    setattr(walk.now, flag, True)
    walk.held = True


def _begin_again(walk: _Walk, event: str) -> None:
    walk.cycles += 1
    _change(walk, **Facts()._asdict())
    _happen(walk, event)


def _stop(walk: _Walk, standing: str, reason: str) -> None:
    walk.exit = reason
    _change(walk, standing=standing)


def _happen(walk: _Walk, event: str) -> None:
    standing = walk.now.standing
    if event == "erased":
        walk.exit = "erasure"
        _change(walk, **Facts(standing="ERASED")._asdict())
    elif event == "retracted":
        return
    elif event in ORDERS:
        name = event.rpartition("_")[2]
        _change(walk, standing="ACTIVE", phase=PHASE_NAMES.index(name) + 1)
    elif standing == "NEW":
        _happen_in_new(walk, event)
    elif standing == "LOST" and event in {"contacted", "purchased"}:
        _begin_again(walk, event)
    elif standing == "LAPSED":
        _happen_in_lapsed(walk, event)
    elif standing == "ACTIVE":
        _happen_in_phase(walk, event)


def _happen_in_new(walk: _Walk, event: str) -> None:
    if event == "purchased":
        _change(walk, standing="ACTIVE", phase=AFFIRM, purchased=True)
    elif event in CUSTOMER:
        _change(walk, standing="ACTIVE", phase=ASSESS)
        if event != "contacted":
            _happen(walk, event)


def _happen_in_lapsed(walk: _Walk, event: str) -> None:
    if event == "purchased":
        _begin_again(walk, event)
    elif event == "left":
        _stop(walk, "LOST", "churn")
    elif event in CUSTOMER:
        if walk.now.phase <= ACCLIMATE:
            _change(walk, standing="ACTIVE")
        else:
            held = {"loyalty_held": False, "referral_held": False}
            reset = {"outcome": "none", "feedback_asked": False, **UNDONE, **held}
            _change(walk, standing="ACTIVE", phase=ACCLIMATE, **reset)
        _happen(walk, event)
    elif event in COMPANY:
        _happen_in_phase(walk, event)


def _happen_in_phase(walk: _Walk, event: str) -> None:
    match event:
        case "need_admitted" | "abandoned" | "doubted" | "reassured":
            _decide(walk, event)
        case "purchased":
            _purchase(walk)
        case "delivered" | "used_again":
            _use(walk, event)
        case "result_achieved" | "result_poor":
            _result(walk, event)
        case "complained":
            _complain(walk)
        case "recovered":
            _recover(walk)
        case "feedback_asked" | "feedback_captured" | "feedback_declined":
            _feedback(walk, event)
        case "loyalty_shown" | "loyalty_confirmed" | "referred" | "advocacy_quiet":
            _loyalty(walk, event)
        case "declined" | "lapsed" | "withdrew" | "left":
            _end(walk, event)


def _undecided(walk: _Walk) -> bool:
    return bool(walk.now.phase <= AFFIRM and not walk.now.purchased)


def _decide(walk: _Walk, event: str) -> None:
    now = walk.now
    if event == "need_admitted" and now.phase == ASSESS:
        _change(walk, phase=ADMIT)
    elif event == "abandoned" and _undecided(walk):
        _change(walk)
    elif event == "doubted" and now.phase <= AFFIRM:
        _change(walk, phase=AFFIRM, doubt_open=True)
    elif event == "doubted" and now.standing == "ACTIVE":
        _change(walk, doubt_open=True)
    elif event == "reassured" and now.doubt_open:
        _change(walk, doubt_open=False)


def _purchase(walk: _Walk) -> None:
    now = walk.now
    if now.phase < AFFIRM:
        _change(walk, phase=AFFIRM, purchased=True)
    elif not now.purchased:
        _change(walk, purchased=True)
    elif now.phase <= ACCOMPLISH:
        if walk.options.repeat_purchase == "experience":
            for earlier in ("delivered", "used_again", "result_achieved"):
                _happen(walk, earlier)
        _loyalty(walk, "loyalty_shown")


def _use(walk: _Walk, event: str) -> None:
    now = walk.now
    if now.phase == AFFIRM and now.purchased and now.standing == "ACTIVE":
        _change(walk, phase=ACTIVATE)
    elif now.phase <= AFFIRM:
        _hold(walk, "delivery_held")
    elif now.phase == ACTIVATE and event == "used_again":
        _change(walk, phase=ACCLIMATE)


def _result(walk: _Walk, event: str) -> None:
    now = walk.now
    in_use = ACTIVATE <= now.phase <= ACCOMPLISH or (now.phase == AFFIRM and now.purchased)
    if event == "result_achieved" and in_use:
        outcome = "poor" if now.recovery_open else "achieved"
        _change(walk, phase=ACCOMPLISH, outcome=outcome)
    elif event == "result_poor" and in_use:
        _change(walk, phase=ACCOMPLISH, outcome="poor", recovery_open=True)
    elif event == "result_poor" and _undecided(walk):
        _change(walk, doubt_open=True)
    elif event == "result_poor" and now.phase >= ADOPT:
        _fall_back(walk)


def _complain(walk: _Walk) -> None:
    phase = walk.now.phase
    if phase <= AFFIRM:
        _change(walk, phase=AFFIRM, doubt_open=True)
    elif phase <= ACCLIMATE:
        _change(walk, recovery_open=True)
    elif phase == ACCOMPLISH:
        _change(walk, outcome="poor", recovery_open=True)
    else:
        _fall_back(walk)


def _fall_back(walk: _Walk) -> None:
    again = {"recovery_open": True, "feedback_asked": False}
    _change(walk, phase=ACCOMPLISH, outcome="poor", **UNDONE, **again)


def _recover(walk: _Walk) -> None:
    now = walk.now
    if now.recovery_open:
        outcome = "achieved" if now.phase == ACCOMPLISH else now.outcome
        _change(walk, recovery_open=False, outcome=outcome)


def _feedback(walk: _Walk, event: str) -> None:
    now = walk.now
    if event == "feedback_asked":
        if now.phase >= ACTIVATE:
            _change(walk, feedback_asked=True)
    elif now.phase == ACCOMPLISH and (event == "feedback_captured" or now.feedback_asked):
        _change(walk, feedback_closed=True)


def _loyalty(walk: _Walk, event: str) -> None:
    now = walk.now
    if event == "loyalty_shown" and now.phase <= ACCOMPLISH:
        if now.phase == ACCOMPLISH and ok6(now, walk.options):
            _change(walk, phase=ADOPT)
        else:
            _hold(walk, "loyalty_held")
    elif event == "loyalty_confirmed" and now.phase == ADOPT:
        _change(walk, loyalty_confirmed=True)
    elif event == "referred" and now.phase <= ADOPT:
        if now.phase == ADOPT and confirmed(now, walk.options):
            _change(walk, phase=ADVOCATE)
        else:
            _hold(walk, "referral_held")
    elif event == "advocacy_quiet" and now.phase == ADVOCATE:
        _change(walk, phase=ADOPT)


def _end(walk: _Walk, event: str) -> None:
    now = walk.now
    if _undecided(walk):
        _stop(walk, "LOST", "not_bought")
    elif event == "lapsed":
        _stop(walk, "LAPSED", "silence")
    elif event == "withdrew" and now.phase in {AFFIRM, ACTIVATE}:
        _stop(walk, "LOST", "remorse")
    elif event != "declined":
        _stop(walk, "LOST", "churn")
