"""The catalogue: the same texts in three languages, none missing, none unused."""

import ast
import re
import subprocess
import sys
from calendar import day_name
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum, unique
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar, get_args

import attrs
import pytest

import cxjourney
from cxjourney.channels import HookOutcome
from cxjourney.channels.policy import Policy, Ruling, Verdict
from cxjourney.chart import Effect, ObligationRule, Row, standard_chart
from cxjourney.dispatch.journal import State
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey, Obligation
from cxjourney.playbook import Play, standard_playbook
from cxjourney.rehearsal import ChangeKind, LineKind, WhyOpen
from cxjourney.vocabulary import (
    Channel,
    EventKind,
    ExitReason,
    HeldFact,
    Lang,
    Nature,
    Outcome,
    Phase,
    Purpose,
    Situation,
    Smiley,
    Standing,
    TextTable,
    Touchpoint,
    add_texts,
    name,
)
from cxjourney.wishes import KanoCategory, Quadrant, Reason, WishKind
from tests.chart.explored import ALL_OPTIONS, GUARDS, chart_with
from tests.vocabulary.words import catalogue, happening

PACKAGE = Path(cxjourney.__file__).parent
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ENUMS: tuple[type[Enum], ...] = (
    Phase,
    Standing,
    ExitReason,
    Effect,
    Outcome,
    HeldFact,
    Nature,
    Channel,
    Purpose,
    Touchpoint,
    Smiley,
    WishKind,
    KanoCategory,
    Quadrant,
    Reason,
    LineKind,
    ChangeKind,
    WhyOpen,
    State,
    Ruling,
)
INNER_ENUMS = ("Unused", "Among", "AnswerKind", "FileNote", "Moot", "Fate", "Tallied")
"""Enums whose members a person reads of, and no program meets."""
OF_MEASURES = ("Measure", "MeasureUnit", "MeasureNote", "Interval")
AFFECTED = (
    "customers affected added removed changed kept withdrawn opened dropped missed coming unread"
)
# fmt: off
PHASE_NAMES = {
    Lang.EN: ("Assess", "Admit", "Affirm", "Activate",
              "Acclimate", "Accomplish", "Adopt", "Advocate"),
    Lang.ET: ("kaalumine", "tunnistamine", "kinnitus", "tarbimise algus",
              "kohanemine", "tulemus", "lojaalsus", "tulihingeline fänn"),
    Lang.FI: ("harkinta", "myöntäminen", "vahvistus", "käyttöönotto",
              "sopeutuminen", "tulos", "uskollisuus", "vannoutunut fani"),
}
KIND_NAMES = {
    Lang.EN: ("subconscious", "conscious", "invisible", "deception"),
    Lang.ET: ("alateadlik", "teadlik", "nähtamatu", "petlik"),
    Lang.FI: ("alitajuinen", "tietoinen", "näkymätön", "harhaanjohtava"),
}
# fmt: on
SAME_IN_TWO = {
    ("Channel", "VIDEO"),
    ("Figure", "enps"),
    ("Figure", "no"),
    ("Figure", "nps"),
    ("Figure", "quarter"),
    ("Figure", "sum"),
    ("Figure", "three_quarters"),
    ("Page", "segment"),
    ("Sentence", "head_deed"),
    ("Sentence", "no"),
    ("Word", "median"),
    ("Word", "no"),
    ("Word", "segment"),
}
"""The words that two of the languages share."""


def guard_names() -> set[str]:
    """Return every guard that the standard charts ask, and those that they might ask."""
    return {*vars(GUARDS), *(f"remembered_{phase.name.lower()}" for phase in Phase)}


Node = TypeVar("Node", bound=ast.AST)


@cache
def all_nodes() -> list[ast.AST]:
    """Read the code of the library."""
    files = sorted(PACKAGE.rglob("*.py"))
    return [
        node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def nodes(of: type[Node]) -> Iterator[Node]:
    """Find every piece of the library's code that is of one sort."""
    return (node for node in all_nodes() if isinstance(node, of))


def inner_members(enum: str) -> set[str]:
    """Find the members of an enum in the code."""
    (found,) = (node for node in nodes(ast.ClassDef) if node.name == enum)
    assigned = (node.targets[0] for node in found.body if isinstance(node, ast.Assign))
    return {target.id for target in assigned if isinstance(target, ast.Name)}


DISPATCH_REASONS = {
    "no_hook",
    "note_missing",
    "deferred_by_hook",
    "crashed",
    "timed_out",
    "raised",
    "no_outcome",
    "redriven",
    "history",
}
"""What dispatch itself gives as the reason why an intent stands as it does."""
OPINIONS = {"allow", "warn", "defer", "deny"}


def policy_reasons() -> set[str]:
    """Find every reason that a rule of the policy gives, or returns to be given."""
    reasons = set()
    policy = PACKAGE / "channels" / "policy"
    rules = [policy.joinpath(name).read_text("utf-8") for name in ("_rules.py", "_gifts.py")]
    for node in ast.walk(ast.parse("\n".join(rules))):
        match node:
            case ast.Call(func=ast.Name(id=opinion), args=[given, *_]) if opinion in OPINIONS:
                reasons |= constants(given)
            case ast.FunctionDef(returns=ast.expr() as kind) if "str" in ast.unparse(kind):
                returned = (one for one in ast.walk(node) if isinstance(one, ast.Return))
                reasons |= {text for one in returned for text in constants(one)}
    return reasons


def constants(node: ast.AST) -> set[str]:
    """Find the texts that stand in a piece of code."""
    found = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {value for value in found if isinstance(value, str)}


@cache
def expected_keys() -> dict[str, set[str]]:
    """Work out from the code what the catalogue has to hold."""
    return {
        **{enum.__name__: set(enum.__members__) for enum in ENUMS},
        **{enum: inner_members(enum) for enum in INNER_ENUMS},
        EventKind.__name__: {kind.name for kind in EventKind.builtin()},
        "EventToCome": {kind.name for kind in EventKind.builtin()} | {"purchased_again"},
        "Guard": guard_names() | {"event_on_record", "event_not_final"},
        Play.__name__: {play.id for play in standard_playbook().plays},
        "HookOutcome": {said.__name__ for said in get_args(HookOutcome)},
        "Affected": set(AFFECTED.split()),
        ObligationRule.__name__: {rule.id for rule in standard_chart().obligations},
        "Advice": set(WishKind.__members__),
        "Deed": set(WishKind.__members__),
        "Remedy": set(Reason.__members__) - {Reason.EXPERIMENT.name},
        "PolicyRule": {rule.id for rule in Policy().rules},
        "PolicyReason": policy_reasons() | DISPATCH_REASONS,
        "Command": set(catalogue(Lang.EN)["Command"]),
        "Option": set(catalogue(Lang.EN)["Option"]),
        "PhaseReached": set(Phase.__members__),
        "PhaseMeaning": set(Phase.__members__),
        "KanoMeaning": set(KanoCategory.__members__),
        "Figure": set(catalogue(Lang.EN)["Figure"]),
        **{table: set(catalogue(Lang.EN)[table]) for table in OF_MEASURES},
        "Weekday": {day.upper() for day in day_name},
        "Page": set(catalogue(Lang.EN)["Page"]),
        "Sentence": set(catalogue(Lang.EN)["Sentence"]),
        "Word": set(catalogue(Lang.EN)["Word"]),
    }


@cache
def constants_of_the_code() -> frozenset[str]:
    """Find every text that stands in the library's code."""
    return frozenset(node.value for node in nodes(ast.Constant) if isinstance(node.value, str))


def made_up_in_the_code() -> list[re.Pattern[str]]:
    """Find the keys that the code puts together, such as ``would_be_{effect}``, as patterns."""
    patterns = (
        "".join(
            re.escape(one.value)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
            else "([a-z]+)"
            for one in node.values
        )
        for node in nodes(ast.JoinedStr)
    )
    return [re.compile(one) for one in patterns if re.fullmatch(r"[a-z_+()\[\]-]+", one)]


def asked_for(function: str, place: int) -> set[str]:
    """Find the keys that the code asks for by name, from an argument of a function on."""
    calls = (
        node
        for node in nodes(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == function
    )
    given = (one for call in calls for one in call.args[place:])
    return {
        one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def placeholders(text: str) -> list[str]:
    """List the names that a pattern wants filled in."""
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)


def all_texts(lang: Lang) -> dict[tuple[str, str], str]:
    """Flatten a catalogue to its texts by table and key."""
    tables = catalogue(lang).items()
    return {(table, key): text for table, keys in tables for key, text in keys.items()}


@pytest.mark.no_cover
@pytest.mark.parametrize("lang", Lang)
def test_catalogue_holds_just_what_the_code_names(lang: Lang) -> None:
    """Every member, kind, guard, rule and sentence has its text, and there is no other text."""
    held = {table: set(keys) for table, keys in catalogue(lang).items()}
    assert held == expected_keys()


def test_charts_ask_no_guard_and_owe_nothing_without_a_text() -> None:
    """What the standard charts name, whatever their options, is in the catalogue."""
    texts_of = catalogue(Lang.EN)
    for chart in map(chart_with, ALL_OPTIONS):
        asked = {guard.__name__ for row in chart.rows for guard in row.guards}
        assert asked <= set(texts_of["Guard"])
        assert {rule.id for rule in chart.obligations} <= set(texts_of["ObligationRule"])


@pytest.mark.parametrize("table", ["Command", "Figure", "Page", "Sentence", "Word", *OF_MEASURES])
def test_no_text_lies_unused(table: str) -> None:
    """Each key of the patterns and of the words is a text of the code."""
    known = constants_of_the_code()
    built = [one.fullmatch for one in made_up_in_the_code()]
    for key in set(catalogue(Lang.EN)[table]) - known:
        assert any(set(found.groups()) <= known for one in built if (found := one(key))), key


@pytest.mark.parametrize(
    ("function", "place", "table"),
    [
        ("command_text", 0, "Command"),
        ("page", 0, "Page"),
        ("say", 0, "Sentence"),
        ("word", 0, "Word"),
        ("words", 1, "Word"),
    ],
)
def test_what_the_code_asks_for_is_there(function: str, place: int, table: str) -> None:
    """Each key that is asked for by name is in the catalogue."""
    asked = asked_for(function, place)
    assert asked
    assert asked <= set(catalogue(Lang.EN)[table])


@pytest.mark.parametrize("lang", [Lang.ET, Lang.FI])
def test_patterns_have_the_same_placeholders(lang: Lang) -> None:
    """A pattern takes the same values in every language."""
    english = all_texts(Lang.EN)
    for key, text in all_texts(lang).items():
        assert placeholders(text) == placeholders(english[key]), key


@pytest.mark.parametrize("lang", Lang)
def test_only_guards_and_sentences_have_placeholders(lang: Lang) -> None:
    """Names stand as they are; guards insert nothing but the names of phases."""
    for (table, key), text in all_texts(lang).items():
        wanted = set(placeholders(text))
        allowed = set(Phase.__members__) if table == "Guard" else set()
        assert table in {"Page", "Sentence", *OF_MEASURES} or wanted <= allowed, (table, key)


@pytest.mark.parametrize("lang", Lang)
def test_texts_are_single_trimmed_lines(lang: Lang) -> None:
    """No text is empty, padded, or broken over lines."""
    for key, text in all_texts(lang).items():
        assert text, key
        assert text == " ".join(text.split()), key


@pytest.mark.parametrize("lang", Lang)
def test_no_two_members_share_a_name(lang: Lang) -> None:
    """Within a table every name is another one."""
    for table, keys in catalogue(lang).items():
        twice = [text for text, count in Counter(keys.values()).items() if count > 1]
        assert not twice, table


def test_languages_differ() -> None:
    """Every text is translated, but for the few words that languages share."""
    english, estonian, finnish = map(all_texts, Lang)
    same = {key for key in english if len({english[key], estonian[key], finnish[key]}) < len(Lang)}
    assert same == SAME_IN_TWO


def test_english_is_plain_ascii() -> None:
    """English texts can be printed on any terminal."""
    assert all(text.isascii() for text in all_texts(Lang.EN).values())


@pytest.mark.parametrize("lang", Lang)
def test_phases_have_the_names_of_the_specification(lang: Lang) -> None:
    """The phases bear the names of SPEC 2 in every language."""
    assert tuple(name(phase, lang) for phase in Phase) == PHASE_NAMES[lang]


@pytest.mark.parametrize("lang", Lang)
def test_kinds_of_wishes_have_the_names_of_the_specification(lang: Lang) -> None:
    """The four kinds of wishes bear the names of SPEC 8 in every language."""
    assert tuple(name(kind, lang) for kind in WishKind) == KIND_NAMES[lang]


@pytest.mark.parametrize("lang", Lang)
def test_every_member_and_kind_has_a_name(lang: Lang) -> None:
    """The members of every enum, and every kind, are named from the catalogue."""
    for enum in ENUMS:
        assert [name(one, lang) for one in enum] == list(catalogue(lang)[enum.__name__].values())
    for kind in EventKind.builtin():
        assert name(kind, lang) == catalogue(lang)["EventKind"][kind.name]


def owed(rule: str) -> Obligation:
    """Return an obligation of some rule."""
    return Obligation(rule, START, START, "e1", 1)


def test_names_default_to_english() -> None:
    """Without a language the name is English."""
    assert name(Standing.LOST) == "lost"
    assert name(EventKind.PURCHASED) == "the customer bought"
    assert "solve the problem" in str(owed("solve"))


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (Lang.EN, "the present or last phase is Adopt"),
        (Lang.ET, "praegune või viimane faas on lojaalsus"),
        (Lang.FI, "nykyinen tai viimeisin vaihe on uskollisuus"),
    ],
)
def test_guards_insert_the_phase_by_its_name(lang: Lang, told: str) -> None:
    """A guard that speaks of a phase names it as the language does."""
    journey = Journey("c1")
    journey.purchased(at=START)
    journey.advance(START + timedelta(days=60))
    step = journey.loyalty_confirmed(at=START + timedelta(days=61))
    assert f"T15a: {told}" in step.explain(lang)


def test_orders_name_their_target() -> None:
    """An order to move is told with the phase that was ordered, and whether by force."""
    assert happening("moved_to_adopt") == "the company set the phase: Adopt"
    assert happening("forced_to_adopt", Lang.ET) == (
        "ettevõte määras tingimustest hoolimata faasi: lojaalsus"
    )
    assert happening("moved_to_adopt", Lang.FI) == "yritys määräsi vaiheen: uskollisuus"


def test_unknown_names_go_by_themselves() -> None:
    """Kinds, guards, rules and enums of the user's own go by name, underscores as spaces."""

    @unique
    class Parcel(Enum):
        LOST_TWICE = 1

    def is_local_hero(situation: Situation) -> bool:
        return situation.referral_held

    kind = EventKind("parcel_lost", Nature.COMPANY, 200)
    assert name(kind, Lang.ET) == "parcel lost"
    assert name(Parcel.LOST_TWICE, Lang.FI) == "LOST TWICE"
    assert happening("moved_to_town") == "moved to town"
    assert happening("adopt") == "adopt"
    own = Row("X01", (EventKind.TOUCHED,), (Phase.ASSESS,), guards=(is_local_hero,))
    chart = attrs.evolve(standard_chart(), key="heroes", rows=(own, *standard_chart().rows))
    journey = Journey("c1", chart=chart)
    journey.contacted(at=START)
    told = journey.touched(Touchpoint.SHOP, at=START + timedelta(1)).explain()
    assert "X01: is local hero" in told


def test_own_names_have_own_words() -> None:
    """Words that were added are told in their language, are never patterns, and can be replaced."""
    kind = EventKind("cat_sat_down", Nature.COMPANY, 200)
    add_texts(Lang.ET, TextTable.EVENT_KIND, {kind.name: "kass {0} heitis pikali"})
    assert name(kind, Lang.ET) == "kass {0} heitis pikali"
    assert name(kind, Lang.FI) == "cat sat down"
    add_texts(Lang.ET, TextTable.EVENT_KIND, {kind.name: "kass istus"})
    assert name(kind, Lang.ET) == "kass istus"

    def is_black_cat(situation: Situation) -> bool:
        return situation.referral_held

    add_texts(Lang.ET, TextTable.GUARD, {"is_black_cat": "kass on must {PHASE}"})
    own = Row("X01", (EventKind.TOUCHED,), (Phase.ASSESS,), guards=(is_black_cat,))
    chart = attrs.evolve(standard_chart(), key="cats", rows=(own, *standard_chart().rows))
    journey = Journey("c1", chart=chart)
    journey.contacted(at=START)
    told = journey.touched(Touchpoint.SHOP, at=START + timedelta(1)).explain(Lang.ET)
    assert "X01: kass on must {PHASE}" in told


@pytest.mark.parametrize(
    ("lang", "table", "texts"),
    [
        ("et", TextTable.POLICY_REASON, {}),
        (Lang.ET, "Play", {}),
        (Lang.ET, TextTable.POLICY_REASON, [("one_more", "veel üks")]),
        (Lang.ET, TextTable.POLICY_REASON, {"one_more": "veel üks", "no_consent": "teisiti"}),
        (Lang.ET, TextTable.POLICY_REASON, {"one_more": "veel üks", "": "tühi"}),
        (Lang.ET, TextTable.POLICY_REASON, {"one_more": "veel üks", "two_more": "kaks\nrida"}),
        (Lang.ET, TextTable.POLICY_REASON, {"one_more": "veel üks", "two_more": "x" * 201}),
        (Lang.ET, TextTable.POLICY_REASON, {"one_more": "veel üks", "two_more": " "}),
    ],
)
def test_wrong_words_are_refused(lang: Any, table: Any, texts: Any) -> None:
    """What is no text for a name of one's own is refused, and nothing of it is added."""
    with pytest.raises(InvalidError, match=r"^add_texts\."):
        add_texts(lang, table, texts)
    assert Verdict.deny("one_more").explain(Lang.ET).endswith(": one more")


def test_values_are_never_read_as_patterns() -> None:
    """What is inserted stays as it is, braces and all."""
    assert "send {flowers}{0}%s$x" in str(owed("send_{flowers}{0}%s$x"))


@pytest.mark.no_cover
def test_importing_reads_no_catalogue() -> None:
    """Importing the library reads no texts; the first text asked for does."""
    script = (
        "import sys, cxjourney\n"
        "from cxjourney.vocabulary import name\n"
        "assert not {'importlib.resources', 'tomllib'} & set(sys.modules)\n"
        "name(cxjourney.Phase.ADOPT, cxjourney.Lang.ET)\n"
        "assert 'tomllib' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
