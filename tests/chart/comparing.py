"""The words of the chart as the plain fold writes them, so that the two can be compared."""

from functools import cache

import attrs

from cxjourney import Outcome, Phase, Situation, Standing
from cxjourney.chart import Decision, Options
from tests.chart import oracle


@cache
def as_facts(situation: Situation) -> oracle.Facts:
    """Return a situation as the oracle writes it."""
    values = attrs.asdict(situation)
    values["standing"] = situation.standing.name
    values["phase"] = None if situation.phase is None else int(situation.phase)
    values["outcome"] = situation.outcome.value
    return oracle.Facts(**values)


def as_situation(facts: oracle.Facts) -> Situation:
    """Return the oracle's facts as a situation."""
    values = facts._asdict()
    values["standing"] = Standing[facts.standing]
    values["phase"] = None if facts.phase is None else Phase(facts.phase)
    values["outcome"] = Outcome(facts.outcome)
    return Situation(**values)


def oracle_options(options: Options) -> oracle.Options:
    """Return the options as the oracle writes them."""
    return oracle.Options(
        options.feedback.value, options.repeat_purchase.value, options.confirmation.value
    )


def assert_as_told(decision: Decision, told: oracle.Result) -> None:
    """Check one decision against the plain fold: situation, effect, new cycle, exit."""
    found = oracle.Result(
        as_facts(decision.after),
        decision.effect.value,
        int(decision.fresh),
        None if decision.exit is None else decision.exit.value,
    )
    assert found == told, decision
