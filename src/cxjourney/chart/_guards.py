"""The guards of the chart: pure questions to a situation, named as a reader would ask them."""

from collections.abc import Callable

from cxjourney.vocabulary import Outcome, Phase, Situation

Guard = Callable[[Situation], bool]
"""A pure function of a situation that returns True or False; its name explains it."""


def purchased(situation: Situation) -> bool:
    """The customer has bought."""
    return situation.purchased


def not_purchased(situation: Situation) -> bool:
    """The customer has not bought."""
    return not situation.purchased


def is_customer(situation: Situation) -> bool:
    """The customer has bought, or was put past the purchase by force."""
    return situation.purchased or _at_least(situation, Phase.ACTIVATE)


def doubt_open(situation: Situation) -> bool:
    """A doubt is open."""
    return situation.doubt_open


def recovery_open(situation: Situation) -> bool:
    """A complaint or a poor result waits for its solution."""
    return situation.recovery_open


def no_recovery_open(situation: Situation) -> bool:
    """Nothing waits for a solution."""
    return not situation.recovery_open


def outcome_achieved(situation: Situation) -> bool:
    """The customer has the expected result."""
    return situation.outcome is Outcome.ACHIEVED


def outcome_not_achieved(situation: Situation) -> bool:
    """The customer does not have the expected result."""
    return situation.outcome is not Outcome.ACHIEVED


def outcome_not_poor(situation: Situation) -> bool:
    """The customer has not had a poor result."""
    return situation.outcome is not Outcome.POOR


def feedback_asked(situation: Situation) -> bool:
    """The company has asked for feedback."""
    return situation.feedback_asked


def feedback_closed(situation: Situation) -> bool:
    """Feedback was captured, or declined after it was asked for."""
    return situation.feedback_closed


def loyalty_confirmed(situation: Situation) -> bool:
    """The company has confirmed the customer's loyalty."""
    return situation.loyalty_confirmed


def in_accomplish(situation: Situation) -> bool:
    """The phase, or the phase remembered while silent, is ACCOMPLISH."""
    return situation.phase is Phase.ACCOMPLISH


def outside_accomplish(situation: Situation) -> bool:
    """The phase, or the phase remembered while silent, is not ACCOMPLISH."""
    return situation.phase is not Phase.ACCOMPLISH


def in_adopt(situation: Situation) -> bool:
    """The phase, or the phase remembered while silent, is ADOPT."""
    return situation.phase is Phase.ADOPT


def until_affirm(situation: Situation) -> bool:
    """The phase, or the phase remembered while silent, is AFFIRM or earlier."""
    return not _at_least(situation, Phase.ACTIVATE)


def from_activate(situation: Situation) -> bool:
    """The phase, or the phase remembered while silent, is ACTIVATE or later."""
    return _at_least(situation, Phase.ACTIVATE)


def from_accomplish(situation: Situation) -> bool:
    """The phase, or the phase remembered while silent, is ACCOMPLISH or later."""
    return _at_least(situation, Phase.ACCOMPLISH)


def remembered(phase: Phase) -> Guard:
    """Return the guard that asks whether a silent journey's phase was ``phase``."""

    def guard(situation: Situation) -> bool:
        return situation.phase is phase

    guard.__name__ = f"remembered_{phase.name.lower()}"
    return guard


def _at_least(situation: Situation, phase: Phase) -> bool:
    return situation.phase is not None and situation.phase >= phase
