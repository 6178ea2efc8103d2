"""The policy in words: what every rule says of one contact, as a text and as a table (SPEC 6)."""

from collections.abc import Iterator
from html import escape
from typing import Literal

import attrs

from cxjourney.channels.policy.verdict import Ruling, Verdict
from cxjourney.contact import Channel, Purpose
from cxjourney.pretty import SupportsText
from cxjourney.shown import shown
from cxjourney.texts import Lang, catalogue, name, policy_reason, policy_rule

__all__ = ["Explained", "PolicyWord", "RuleRow"]

PolicyWord = Literal["rule", "ruling", "about", "reason", "source", "not_before", "not_asked"]
"""The words of the catalogue's table ``PolicyTable``, by key."""

HEADS: tuple[PolicyWord, ...] = ("rule", "ruling", "about", "reason", "source")
INDENT = "  "
LEFT = ' style="text-align: left"'
"""The only style: notebooks push the cells of tables to the right, words too."""


@attrs.frozen
class RuleRow:
    """What one rule says of a contact.

    Attributes:
        rule: the rule's id.
        source: where the rule comes from.
        verdict: what it says; None where it does not apply.
    """

    rule: str
    source: str
    verdict: Verdict | None

    @property
    def applies(self) -> bool:
        """Whether the rule has anything to do with the contact."""
        return self.verdict is not None

    @property
    def ruling(self) -> Ruling | None:
        """What the rule says, or None."""
        return None if self.verdict is None else self.verdict.ruling

    @property
    def reason(self) -> str | None:
        """Why, as a short name, or None."""
        return None if self.verdict is None else self.verdict.reason


@attrs.frozen(repr=False)
class Explained:
    """What the policy says of one contact, rule by rule; it prints as a text.

    Nothing of the customer's is in it.

    Attributes:
        channel: the channel that was asked about.
        purpose: what the contact is for.
        rows: what every rule says, in order.
        lang: the language of its texts.
    """

    channel: Channel
    purpose: Purpose
    rows: tuple[RuleRow, ...]
    lang: Lang = Lang.EN

    @property
    def ruling(self) -> Ruling:
        """The hardest that any rule says."""
        said = {row.ruling for row in self.rows}
        return next(ruling for ruling in reversed(Ruling) if ruling in said)

    def __repr__(self) -> str:
        applying = sum(row.applies for row in self.rows)
        what = f"{self.channel.name} {self.purpose.name}: {self.ruling.name}"
        return f"<Explained {what}, {applying} of {len(self.rows)} rules apply>"

    def __str__(self) -> str:
        rows = list(self._cells())
        wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
        lines = [self._title()]
        for rule, ruling, about, reason, source in rows:
            head = f"{rule:<{wide[0]}}  {ruling:<{wide[1]}}  {about} [{source}]"
            lines += [head, *([INDENT + reason] if reason else ())]
        return "\n".join(lines) + "\n"

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col"{LEFT}>{escape(self._word(head))}</th>' for head in HEADS)
        body = "\n".join(f"<tr>{_html_row(row)}</tr>" for row in self._cells())
        return (
            f'<div lang="{self.lang.value}">\n<table>\n'
            f"<caption>{escape(self._title())}</caption>\n"
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
        )

    def _word(self, key: PolicyWord) -> str:
        return catalogue(self.lang)["PolicyTable"][key]

    def _title(self) -> str:
        words = (name(one, self.lang) for one in (self.channel, self.purpose, self.ruling))
        return "{}, {}: {}".format(*words)

    def _cells(self) -> Iterator[tuple[str, str, str, str, str]]:
        for row in self.rows:
            ruling = self._word("not_asked") if row.ruling is None else name(row.ruling, self.lang)
            about = shown(policy_rule(row.rule, self.lang))
            yield shown(row.rule), ruling, about, self._reason(row.verdict), shown(row.source)

    def _reason(self, verdict: Verdict | None) -> str:
        if verdict is None:
            return ""
        reason = shown(policy_reason(verdict.reason, self.lang))
        if verdict.until is None:
            return reason
        return f"{reason}; {self._word('not_before')} {verdict.until.isoformat()}"


def _html_row(cells: tuple[str, ...]) -> str:
    first, *others = (f"<bdi>{escape(text)}</bdi>" for text in cells)
    return f'<th scope="row"{LEFT}>{first}</th>' + "".join(
        f"<td{LEFT}>{one}</td>" for one in others
    )
