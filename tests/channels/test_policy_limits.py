"""The limits of the policy: every default of the specification, and what is refused."""

from datetime import UTC, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cxjourney.channels.policy import (
    SERVICE_PURPOSES,
    Capability,
    Limits,
    Rule,
    Ruling,
    Verdict,
)
from cxjourney.errors import InvalidError, NaiveTimeError
from cxjourney.vocabulary import Purpose
from tests.channels.policy_cases import NOON

DAYS = Capability("days", Decimal(3), smaller_is_better=True)
ABOVE_ZERO = (0, -1, 1.5, True, "3", None)
NO_WAIT = (timedelta(), timedelta(days=-1), timedelta(days=3651), 90, None)
NO_TIME = (time(21, tzinfo=UTC), "21:00", 21, None)
NO_AMOUNT = (Decimal(0), Decimal("NaN"), Decimal("Infinity"), Decimal(-1), 10, 10.0, None)
NONSENSE: dict[str, tuple[object, ...]] = {
    "service": ("sell", [1], 7, None),
    "solicited": ({Purpose.SELL: 1, 2: 3}, None),
    "referral_gap": NO_WAIT,
    "ask_wait": NO_WAIT,
    "lead_time": NO_WAIT,
    "audience_limit": ABOVE_ZERO,
    "letter_limit": ABOVE_ZERO,
    "video_limit": ABOVE_ZERO,
    "contacts_a_day": ABOVE_ZERO,
    "contacts_a_week": ABOVE_ZERO,
    "video_seconds": ABOVE_ZERO,
    "zone": ("Europe/Tallinn", None, timedelta(hours=2)),
    "quiet_from": NO_TIME,
    "quiet_until": NO_TIME,
    "gift_limit": NO_AMOUNT,
    "rates": (
        *({"SEK": rate} for rate in NO_AMOUNT),
        {"EUR": Decimal(1)},
        {"sek": Decimal(1)},
        {"SEKK": Decimal(1)},
        {7: Decimal(1)},
        [("SEK", Decimal(1))],
        None,
    ),
    "capabilities": ([DAYS, DAYS], ["days"], None),
}


def limits_with(field: str, value: Any) -> Limits:
    """Return limits of which one is changed."""
    changed: dict[str, Any] = {field: value}
    return Limits(**changed)


def test_defaults_are_those_of_the_specification() -> None:
    """Each *default* of SPEC 6 stands in one place, and the strict one of consent too."""
    limits = Limits()
    assert limits.service == frozenset()
    assert limits.referral_gap == timedelta(days=90)
    assert limits.audience_limit == 100
    assert (limits.contacts_a_day, limits.contacts_a_week) == (1, 3)
    assert limits.solicited == {Purpose.ANSWER, Purpose.SOLVE, Purpose.APOLOGISE}
    assert (limits.quiet_from, limits.quiet_until) == (time(21), time(8))
    assert limits.lead_time == timedelta(days=5)
    assert limits.video_seconds == 120
    assert limits.gift_limit == Decimal("10.00")
    assert limits.zone is UTC
    assert (limits.rates, limits.capabilities) == ({}, ())
    assert {"CONFIRM", "REMIND", "ANSWER", "SOLVE", "APOLOGISE"} == {
        purpose.name for purpose in SERVICE_PURPOSES
    }


@pytest.mark.parametrize("field", NONSENSE)
def test_nonsense_is_refused_by_name(field: str) -> None:
    """Every field refuses what is not of its form, and the error names the field."""
    for value in NONSENSE[field]:
        with pytest.raises(InvalidError) as caught:
            limits_with(field, value)
        assert caught.value.field == field


def test_limits_cannot_be_changed_from_outside() -> None:
    """What was given is copied; equal limits are equal and hash alike."""
    rates = {"SEK": Decimal("0.1")}
    limits = Limits(rates=rates, capabilities=[DAYS])
    rates["USD"] = Decimal(1)
    assert dict(limits.rates) == {"SEK": Decimal("0.1")}
    assert limits.capability("days") is DAYS
    assert limits.capability("hours") is None
    same = Limits(rates={"SEK": Decimal("0.1")}, capabilities=(DAYS,))
    assert (limits, hash(limits)) == (same, hash(same))


@pytest.mark.parametrize("field", ["audience_limit", "letter_limit", "video_limit"])
def test_the_largest_audience_is_that_of_the_largest_limit(field: str) -> None:
    """Whoever counts audiences knows how far it is worth counting."""
    assert Limits().largest_audience == 100
    assert limits_with(field, 500).largest_audience == 500


@pytest.mark.parametrize(
    "parts",
    [
        {"name": "", "best": Decimal(1), "smaller_is_better": True},
        {"name": "days", "best": 1, "smaller_is_better": True},
        {"name": "days", "best": Decimal("NaN"), "smaller_is_better": True},
        {"name": "days", "best": Decimal(1), "smaller_is_better": 1},
    ],
)
def test_capabilities_are_checked(parts: dict[str, Any]) -> None:
    """A capability has a name, a finite best and a direction."""
    with pytest.raises(InvalidError):
        Capability(**parts)


def test_verdicts_are_checked() -> None:
    """A deferral has an aware time; a reason is a short name."""
    assert Verdict.defer("later", NOON).until == NOON
    assert (Verdict.deny("never").ruling, Verdict.deny("never").until) == (Ruling.DENY, None)
    for reason in ("", "x" * 201, 7):
        with pytest.raises(InvalidError):
            Verdict.deny(reason)  # type: ignore[arg-type] # wrong on purpose
        with pytest.raises(InvalidError):
            Verdict.defer(reason, NOON)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(NaiveTimeError):
        Verdict.defer("later", NOON.replace(tzinfo=None))
    with pytest.raises(InvalidError):
        Verdict.defer("later", "tomorrow")  # type: ignore[arg-type] # wrong on purpose


def test_rules_are_checked() -> None:
    """A rule has an id, a judge that can be called, a source, and channels."""
    with pytest.raises(InvalidError):
        Rule("", lambda _, __: None)
    with pytest.raises(InvalidError):
        Rule("R1", Verdict.allow("fine"))  # type: ignore[arg-type] # a verdict is no judge
    with pytest.raises(InvalidError):
        Rule("R1", lambda _, __: None, "")
    with pytest.raises(InvalidError):
        Rule("R1", lambda _, __: None, channels=["email"])
