"""The policy in words: every rule with its verdict, in three languages, nothing of a customer."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from cxjourney.channels import Library
from cxjourney.channels.policy import Policy, Rule, Ruling, Verdict
from cxjourney.errors import NaiveTimeError
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, Lang, Purpose
from tests.channels.policy_cases import NOON, PERSON, consent, contact, content, intent, text_of

C, P = Channel, Purpose
HOSTILE = "</td><script>alert(1)</script>\x1b[31m\u202e"


def bought(**changed: object) -> Journey:
    """Return the journey of a customer who consents to everything by e-mail, and bought."""
    journey = Journey("c-1", **changed)  # type: ignore[arg-type] # the engagement
    for purpose in Purpose:
        journey.record(consent(C.EMAIL, purpose))
    journey.purchased(at=NOON - timedelta(days=2))
    return journey


def explained(channel: Channel = C.EMAIL, lang: Lang = Lang.EN, **asked: object) -> Any:
    """Explain a hello by some channel."""
    about = {"now": NOON, "profile": PERSON, "library": Library([content()])} | asked
    return Policy().explain(
        intent(P.SELL, channel=channel),
        bought(),
        lang=lang,
        **about,  # type: ignore[arg-type] # what a test changes
    )


def test_every_rule_has_its_row() -> None:
    """Rules that do not apply are listed too, without a verdict; the hardest one sums it up."""
    told = explained()
    assert [row.rule for row in told.rows] == [rule.id for rule in Policy().rules]
    assert [row.source for row in told.rows] == [rule.source for rule in Policy().rules]
    rows = {row.rule: row for row in told.rows}
    assert (rows["C01"].ruling, rows["C01"].reason) == (Ruling.ALLOW, "consent_given")
    assert (rows["G01"].applies, rows["G01"].ruling, rows["G01"].reason) == (False, None, None)
    assert told.ruling is Ruling.ALLOW
    assert repr(told) == "<Explained EMAIL SELL: ALLOW, 9 of 27 rules apply>"


def test_what_is_given_is_what_is_judged() -> None:
    """Library, profile, contacts, audience and the other journeys come into it."""
    bare = Policy().explain(intent(), Journey("c-1"), now=NOON)
    reasons = {row.rule: row.reason for row in bare.rows}
    assert (reasons["C01"], reasons["C04"]) == ("no_consent", "content_missing")
    one = Library([content(approvals=content().approvals[:1])])
    full = Policy().explain(
        intent(),
        Journey("c-1", "new"),
        now=NOON,
        profile=PERSON,
        library=one,
        contacts=[contact(NOON)],
        others=[bought()],
        audience=101,
    )
    reasons = {row.rule: row.reason for row in full.rows}
    assert (reasons["C01"], reasons["C05"]) == ("consent_given", "approved_once")
    assert reasons["C08"] == "day_full"


def test_another_channel_can_be_asked_about() -> None:
    """The wanted channel is the first of the intent; any other can be asked about."""
    assert explained().channel is C.EMAIL
    told = explained(channel=C.TEXT)
    assert (told.channel, told.ruling) == (C.TEXT, Ruling.DENY)
    task = Policy().explain(intent(content=None), bought(), now=NOON, channel=C.FACE_TO_FACE)
    assert {row.rule: row.reason for row in task.rows}["C04"] == "no_text"
    with pytest.raises(NaiveTimeError):
        explained(now=NOON.replace(tzinfo=None))


@pytest.mark.parametrize("lang", Lang)
def test_it_tells_all_in_three_languages(lang: Lang) -> None:
    """Every rule stands there by id with what it is about, and every reason in words."""
    told = explained(lang=lang, contacts=[contact(NOON)])
    text = str(told)
    asked = (("Channel", "EMAIL"), ("Purpose", "SELL"), ("Ruling", "DEFER"))
    assert text.splitlines()[0] == "{}, {}: {}".format(*(text_of(*one, lang) for one in asked))
    for row in told.rows:
        line = next(line for line in text.splitlines() if line.startswith(row.rule))
        assert text_of("PolicyRule", row.rule, lang) in line
        assert row.source[:3] in line
        if row.reason is not None:
            assert text_of("PolicyReason", row.reason, lang) in text
    until = {
        Lang.EN: "2026-06-02 08:00 UTC",
        Lang.ET: "2.06.2026 kell 8.00 UTC",
        Lang.FI: "2.6.2026 klo 8.00 UTC",
    }
    assert f"; {text_of('Word', 'not_before', lang)} {until[lang]}" in text
    assert "c-1" not in text


def test_it_reads_well() -> None:
    """The first rows, as a person sees them."""
    assert str(explained()).splitlines()[:5] == [
        "e-mail, sell: allowed",
        (
            "C01  allowed         consent to the channel and the purpose "
            "[source article 000 (the eight phases and the six channels)]"
        ),
        "  the customer has consented",
        (
            "C02  allowed         selling while something is open [source article 002 "
            "(complaints, recommendations and selling): sell only after the problem is solved]"
        ),
        "  no doubt, problem or question is open",
    ]


class Reader(HTMLParser):
    """Reads a table as a browser does: its tags, and the text of each cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.rows = 0
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        self.rows += tag == "tr"

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


@pytest.mark.parametrize("lang", Lang)
def test_notebooks_show_a_table(lang: Lang) -> None:
    """It is a plain table in its language, one row a rule, below one of heads."""
    told = explained(lang=lang)
    html = told.show().html()
    read = Reader(html)
    assert html.startswith(f'<div lang="{lang.value}">')
    assert read.tags == {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi"}
    assert read.rows == len(told.rows) + 1
    assert str(told).splitlines()[0] in read.text


def test_a_hostile_rule_stays_text() -> None:
    """Ids, reasons and sources of a user's rules are escaped in tables and on terminals."""
    policy = Policy().with_rule(Rule(HOSTILE, lambda _, __: Verdict.warn(HOSTILE), HOSTILE))
    told = policy.explain(intent(), bought(), now=NOON)
    assert "script" not in Reader(told.show().html()).tags
    assert "\x1b" not in str(told) + told.show().html()
    assert "\u202e" not in str(told) + told.show().html()


def test_rules_of_ones_own_go_by_their_names() -> None:
    """What the catalogue does not know stands as it is, underscores as spaces."""
    policy = Policy().with_rule(
        Rule("own_rule", lambda _, __: Verdict.deny("not_on_sundays"), "our wish")
    )
    last = str(policy.explain(intent(), bought(), now=NOON)).splitlines()[-2:]
    assert last[0].split("  ")[-1] == "own rule [our wish]"
    assert last[1] == "  not on sundays"


def test_pretty_printers_show_the_text() -> None:
    """In a console it prints as its text does."""

    class Printer:
        """Keeps what is printed."""

        shown = ""

        def text(self, text: str) -> None:
            """Take a text."""
            self.shown += text

    told, printer = explained(), Printer()
    told._repr_pretty_(printer, None)
    assert printer.shown == str(told)


def test_it_is_data_too() -> None:
    """Rows and document hold what each rule says, by the names of the enums."""
    told = explained(contacts=[contact(NOON)], lang=Lang.ET)
    assert told.explain() == str(told) == told.explain(Lang.ET)
    document = told.to_dict()
    assert (document["channel"], document["purpose"], document["ruling"]) == (
        "EMAIL",
        "SELL",
        "DEFER",
    )
    assert document["rules"] == told.to_rows()
    assert [row["rule"] for row in told.to_rows()] == [row.rule for row in told.rows]
    by_rule = {row["rule"]: row for row in told.to_rows()}
    assert by_rule["C08"]["until"] == "2026-06-02T08:00:00+00:00"
    assert {repr(row) for row in told.rows} >= {"<RuleRow: does not apply>", "<RuleRow: ALLOW>"}
