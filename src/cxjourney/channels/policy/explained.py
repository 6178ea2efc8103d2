"""What every rule of the policy says of one contact (SPEC 6)."""

from typing import Any

import attrs

from cxjourney.channels.policy.verdict import Ruling, Verdict
from cxjourney.contact import Channel, Purpose
from cxjourney.extras import load
from cxjourney.texts import Lang, Readable, Told
from cxjourney.vocabulary._checks import a

__all__ = ["Explained", "RuleRow"]


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

    def __repr__(self) -> str:
        ruling = self.ruling
        return f"<RuleRow: {'does not apply' if ruling is None else ruling.name}>"


@attrs.frozen(repr=False)
class Explained(Told):
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
    lang: Lang = attrs.field(default=Lang.EN, validator=a(Lang))

    @property
    def ruling(self) -> Ruling:
        """The hardest that any rule says."""
        said = {row.ruling for row in self.rows}
        return next(ruling for ruling in reversed(Ruling) if ruling in said)

    def __repr__(self) -> str:
        applying = sum(row.applies for row in self.rows)
        what = f"{self.channel.name} {self.purpose.name}: {self.ruling.name}"
        return f"<Explained {what}, {applying} of {len(self.rows)} rules apply>"

    def explain(self, lang: Lang | None = None) -> str:
        """Return what every rule says, as a text.

        Args:
            lang: the language; that which was asked for when None.
        """
        return self._page(lang or self.lang).text()

    def to_rows(self) -> list[dict[str, str | None]]:
        """Return what each rule says as plain dicts with the same keys, in order."""
        return [
            {
                "rule": row.rule,
                "source": row.source,
                "ruling": row.ruling.name if row.ruling else None,
                "reason": row.reason,
                "until": row.verdict.until.isoformat()
                if row.verdict is not None and row.verdict.until is not None
                else None,
            }
            for row in self.rows
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values that JSON can hold; enums go by their names."""
        return {
            "channel": self.channel.name,
            "purpose": self.purpose.name,
            "ruling": self.ruling.name,
            "rules": self.to_rows(),
        }

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._policy").policy_page(self, lang)
        return page

    def _repr_html_(self) -> str:
        return self._page(self.lang).html()
