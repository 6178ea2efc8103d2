"""The rules of SPEC 6 for gifts, through whichever channel a gift is given."""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, Context, Decimal

from cxjourney.channels._content import Gift
from cxjourney.channels.policy._limits import EURO, LOYAL, Limits
from cxjourney.channels.policy._rule import Case, Rule, Verdict

allow, deny, warn = Verdict.allow, Verdict.deny, Verdict.warn

PRECISION = 100


def _gift(case: Case) -> Gift | None:
    return None if case.content is None else case.content.gift


def _in_euros(gift: Gift, limits: Limits) -> Decimal | None:
    """Return a gift's worth, never rounded down, whatever the thread's own decimal context."""
    rate = Decimal(1) if gift.currency == EURO else limits.rates.get(gift.currency)
    exact = Context(PRECISION, ROUND_CEILING, MIN_EMIN, MAX_EMAX, traps=[])
    return None if rate is None else exact.multiply(gift.worth, rate)


def _worth(case: Case, limits: Limits) -> Verdict:
    gift = _gift(case)
    if gift is None:
        return deny("gift_missing")
    euros = _in_euros(gift, limits)
    if euros is None:
        return deny("no_rate")
    return allow("gift_modest") if euros < limits.gift_limit else deny("gift_too_dear")


def _advertising(case: Case, _: Limits) -> Verdict | None:
    gift = _gift(case)
    if gift is None:
        return None
    return deny("advertising") if gift.traits else allow("no_advertising")


def _gift_note(case: Case, _: Limits) -> Verdict | None:
    gift = _gift(case)
    if gift is None:
        return None
    return allow("note_with_gift") if gift.personal_note else deny("no_note_with_gift")


def _moment(case: Case, _: Limits) -> Verdict:
    if not case.situation.purchased:
        return deny("not_bought_yet")
    loyal = case.situation.place in LOYAL
    return allow("gift_to_the_loyal") if loyal else warn("gift_too_early")


G01: Rule = Rule("G01", _worth, "000; 10.00 EUR", gifts=True)
"""Worth as much as the limit or more, or in a currency without a rate: deny."""
G02: Rule = Rule("G02", _advertising, "000: this too is advertising", gifts=True)
"""Anything about the gift is advertising: deny."""
G03: Rule = Rule("G03", _gift_note, "000", gifts=True)
"""No personal, signed or hand-written note: deny."""
G04: Rule = Rule("G04", _moment, "000", may_pass=True, gifts=True)
"""Before the purchase: deny. To anybody but the loyal: warn."""
