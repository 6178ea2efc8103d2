"""What the policy says of one contact, rule by rule, in words (SPEC 6)."""

from cxjourney.channels.policy import Verdict
from cxjourney.channels.policy._policy import Explained, RuleRow
from cxjourney.errors import shown
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._sources import cited
from cxjourney.vocabulary._texts import moment, policy_reason, policy_rule, word, words

WIDTH = 160


def policy_page(told: Explained, lang: Lang) -> Page:
    """Return what every rule says, those too that do not apply."""
    asked = (name(one, lang) for one in (told.channel, told.purpose, told.ruling))
    table = Table(
        "{}, {}: {}".format(*asked),
        words(lang, "rule", "ruling", "about"),
        "<<<",
        [_row(row, lang) for row in told.rows],
        [_reason(row.verdict, lang) for row in told.rows],
        word("why", lang),
        headed=False,
    )
    return Page((table,), lang, width=WIDTH, indent="  ")


def _row(row: RuleRow, lang: Lang) -> tuple[str, str, str]:
    ruling = word("not_asked", lang) if row.ruling is None else name(row.ruling, lang)
    return row.rule, ruling, f"{policy_rule(row.rule, lang)} [{shown(cited(row.source))}]"


def _reason(verdict: Verdict | None, lang: Lang) -> str:
    if verdict is None:
        return ""
    reason = policy_reason(verdict.reason, lang)
    if verdict.until is None:
        return reason
    return f"{reason}; {word('not_before', lang)} {moment(verdict.until, lang)}"
