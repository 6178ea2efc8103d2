"""The policy: judges every contact by its rules, and chooses the channel (SPEC 6)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import product
from typing import Any

import attrs

from cxjourney.channels._content import Contact, History, Library, Profile
from cxjourney.channels._intent import Intent
from cxjourney.channels.policy._limits import Limits
from cxjourney.channels.policy._rule import Case, Rule, Ruling, Verdict, verdicts
from cxjourney.channels.policy._rules import LASTING, STANDARD_RULES
from cxjourney.errors import InvalidError, shown
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, Lang, Purpose
from cxjourney.vocabulary._checks import a, a_number, all_of, an_id, as_tuple, must
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Readable, Showable, Shown, show_thing
from cxjourney.vocabulary._texts import Told, name, word

HARDNESS = {ruling: place for place, ruling in enumerate(Ruling)}
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@attrs.frozen
class RuleRow(Worded):
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

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return the rule, and what it says, in one line."""
        verdict = self.verdict
        said = word("not_asked", lang) if verdict is None else verdict.explain(lang)
        return shown(f"{self.rule}, {said}")

    def to_dict(self) -> dict[str, Any]:
        """Return what the rule says as plain values, with the same keys for every rule."""
        until = self.verdict and self.verdict.until
        return {
            "rule": self.rule,
            "source": self.source,
            "ruling": self.ruling and self.ruling.name,
            "reason": self.reason,
            "until": until and until.isoformat(),
        }

    def __repr__(self) -> str:
        return f"<RuleRow: {self.ruling.name if self.ruling else 'does not apply'}>"


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
        return max((row.ruling for row in self.rows if row.ruling), key=HARDNESS.__getitem__)

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
        return [row.to_dict() for row in self.rows]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values that JSON can hold; enums go by their names."""
        return {
            "channel": self.channel.name,
            "purpose": self.purpose.name,
            "ruling": self.ruling.name,
            "rules": self.to_rows(),
        }

    def show(self, lang: Lang | None = None) -> Shown:
        """Return what is shown of it.

        Args:
            lang: the language; that which was asked for when None.
        """
        return show_thing(self, lang or self.lang)

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._policy_tables").policy_page(self, lang)
        return page


@attrs.frozen(repr=False)
class Chosen(Worded):
    """The channel that the policy leaves for an intent, and what it said on the way.

    Attributes:
        channel: the channel: the first that is allowed now, else the one that is allowed soonest,
            else the first that may be allowed later, else the one that was wanted.
        verdict: the hardest verdict for that channel.
        said: every verdict but ALLOW, of every channel asked, in order.
        may_pass: whether it is denied, and by rules alone whose denials may pass.
    """

    channel: Channel
    verdict: Verdict
    said: tuple[tuple[Channel, Verdict], ...] = ()
    may_pass: bool = False

    @property
    def ruling(self) -> Ruling:
        """What the policy says: allow, warn, defer or deny."""
        return self.verdict.ruling

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return the channel, and what is said of it."""
        return f"{name(self.channel, lang)}: {self.verdict.explain(lang)}"

    def __repr__(self) -> str:
        return f"<Chosen {self.channel.name}: {self.ruling.name}>"


def _hardness(verdict: Verdict) -> tuple[int, datetime]:
    return HARDNESS[verdict.ruling], verdict.until or LONG_AGO


@attrs.frozen(repr=False)
class Policy(Showable):
    """What may be sent, through which channel, and when (SPEC 6).

    Attributes:
        limits: the figures of the rules.
        rules: the rules, in the order in which they are asked.
        key: what it is called; with the version, what each intent keeps of it.
        version: its version, from 1: raise it whenever limits or rules change.

    Raises:
        InvalidError: when two rules have one id, or a rule that lasts (X01, C09) is missing or is
            not the library's own.
    """

    limits: Limits = attrs.field(factory=Limits, validator=a(Limits))
    rules: tuple[Rule, ...] = attrs.field(
        default=STANDARD_RULES, converter=as_tuple, validator=all_of(Rule)
    )
    key: str = attrs.field(default="standard", validator=an_id)
    version: int = attrs.field(default=1, validator=a_number(1))
    _asked: Mapping[tuple[Channel, bool, bool], tuple[Rule, ...]] = attrs.field(
        init=False, eq=False
    )
    _final: frozenset[str] = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        ids = [rule.id for rule in self.rules]
        must(len(ids) == len(set(ids)), self, "rules", self.rules, "each id once")
        kept = all(rule in self.rules for rule in STANDARD_RULES if rule.id in LASTING)
        expected = f"the library's own {', '.join(sorted(LASTING))} among them: they always hold"
        must(kept, self, "rules", self.rules, expected)
        asked = {
            (channel, internal, gift): tuple(
                one for one in self.rules if one.applies(channel, internal=internal, gift=gift)
            )
            for channel, internal, gift in product(Channel, (False, True), (False, True))
        }
        object.__setattr__(self, "_asked", asked)
        final = frozenset(rule.id for rule in self.rules if not rule.may_pass)
        object.__setattr__(self, "_final", final)

    def __repr__(self) -> str:
        return f"<Policy of {len(self.rules)} rules>"

    def with_rule(self, rule: Rule) -> "Policy":
        """Return a policy with one more rule, or with this one in the place of that of its id.

        Raises:
            InvalidError: when it would replace X01 or C09.
        """
        must(isinstance(rule, Rule), self, "rules", rule, "a Rule")
        rules = {one.id: one for one in self.rules} | {rule.id: rule}
        return attrs.evolve(self, rules=rules.values())

    def without(self, id: str) -> "Policy":
        """Return a policy without a rule.

        Raises:
            InvalidError: when there is no rule of this id, or it is X01 or C09.
        """
        left = [rule for rule in self.rules if rule.id != id]
        if len(left) == len(self.rules):
            known = ", ".join(rule.id for rule in self.rules)
            raise InvalidError("Policy.id", "the id of no rule", f"one of {known}")
        return attrs.evolve(self, rules=left)

    def judge(self, case: Case) -> tuple[Verdict, ...]:
        """Return what every rule that applies says of a case, in order.

        Raises:
            InvalidError: when the judge of a rule fails.
        """
        gift = case.content is not None and case.content.gift is not None
        rules = self._asked[case.channel, case.intent.internal, gift]
        return tuple(verdicts(rules, case, self.limits))

    def choose(self, cases: Iterable[Case]) -> Chosen:
        """Choose the channel that carries an intent.

        That is the first that is allowed, with or without a warning; else the one that is allowed
        soonest, as far as can be told now; else the first that is denied by rules alone whose
        denials may pass; else the first, whose hardest verdict says why none is. Where several
        rules defer a channel, the last of them counts.

        Args:
            cases: the same intent through each of its channels, the wanted one first; they are
                asked for one by one, and no further than needed.

        Raises:
            InvalidError: when there are none, or the judge of a rule fails.
        """
        said: list[tuple[Channel, Verdict]] = []
        waiting: list[tuple[Channel, Verdict, bool]] = []
        for case in cases:
            ruled = self.judge(case)
            harder = [one for one in ruled if one.ruling is not Ruling.ALLOW]
            said += [(case.channel, one) for one in harder]
            hardest = max(harder or ruled[:1], key=_hardness)
            if hardest.ruling.passes:
                return Chosen(case.channel, hardest, tuple(said))
            denied = [one.rule for one in harder if one.ruling is Ruling.DENY]
            may_pass = bool(denied) and self._final.isdisjoint(denied)
            waiting.append((case.channel, hardest, may_pass))
        must(bool(waiting), self, "cases", said, "one case or more")
        deferred = [one for one in waiting if one[1].ruling is Ruling.DEFER]
        if deferred:
            channel, verdict, _ = min(deferred, key=lambda one: _hardness(one[1]))
            return Chosen(channel, verdict, tuple(said))
        passing = [one for one in waiting if one[2]]
        channel, verdict, may_pass = (passing or waiting)[0]
        return Chosen(channel, verdict, tuple(said), may_pass)

    def explain(
        self,
        intent: Intent,
        journey: Journey,
        *,
        now: datetime,
        profile: Profile | None = None,
        library: Library | None = None,
        contacts: Iterable[Contact] = (),
        others: Iterable[Journey] = (),
        audience: int = 1,
        channel: Channel | None = None,
        lang: Lang = Lang.EN,
    ) -> Explained:
        """Tell what every rule says of an intent: those too that do not apply.

        Args:
            intent: what is to be done.
            journey: the journey that it belongs to.
            now: the moment.
            profile: what the company's files say of the customer; nothing when None.
            library: where its content is; nowhere when None.
            contacts: the contacts made with the customer.
            others: the customer's other journeys: consent given there counts too, and what is
                open there.
            audience: how many customers the same text was meant for, this one among them.
            channel: the channel to ask about; the wanted one when None.
            lang: the language of the explanation.

        Raises:
            NaiveTimeError: when ``now`` has no time zone.
            InvalidError: when the judge of a rule fails.
        """
        asked, who = channel or intent.channels[0], profile or Profile()
        contents = library or Library()
        content = contents.find(intent.content, asked, who.lang) if intent.content else None
        others = tuple(others)
        history = History.of((journey, *others), contacts)
        situation, owed = journey.situation, journey.owed
        case = Case(
            *(intent, asked, now, situation, owed, history, who, content, audience),
            elsewhere=tuple(one.situation for one in others),
            owed_elsewhere=tuple(duty for one in others for duty in one.owed),
        )
        said = {verdict.rule: verdict for verdict in self.judge(case)}
        rows = [RuleRow(rule.id, rule.source, said.get(rule.id)) for rule in self.rules]
        return Explained(asked, intent.purpose, tuple(rows), lang)
