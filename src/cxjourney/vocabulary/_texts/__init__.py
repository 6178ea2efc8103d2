"""The catalogue of texts: every word that a person reads, in English, Estonian and Finnish.

One file a language, read when its first text is asked for. What the catalogue does not know (the
kinds, guards and rules of a chart of your own) goes by the words that ``add_texts`` gave it, else
by its own name, underscores as spaces.
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, unique
from functools import cache, partial
from typing import Protocol

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import check_type, describe, is_name
from cxjourney.vocabulary._phases import Phase, Place
from cxjourney.vocabulary._terminal import Lang, Readable, Showable, SupportsText

GIVEN = {"moved_to_": "order", "forced_to_": "forced_order"}
TO_COME = {"moved_to_": "order_to_come", "forced_to_": "forced_order_to_come"}
"""The sentences of an order that was given, and of one that may come."""


MARKS: dict[Lang, dict[int, str]] = {
    Lang.EN: {},
    Lang.ET: str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ","}),
    Lang.FI: str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ",", "%": "\N{NO-BREAK SPACE}%"}),
}
"""What stands in a number for the English marks."""


CENT = Decimal("0.01")


class Kind(Protocol):
    """A kind of event, as far as the catalogue needs it: an ``EventKind``."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The kind's name."""


class Told(Showable):
    """A result that tells in words what it found, on a terminal and in a notebook."""

    __slots__ = ()

    @abstractmethod
    def _page(self, lang: Lang) -> Readable:
        """Return what a person reads of it."""

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what was found, as a text.

        Args:
            lang: the language.
        """
        return self._page(lang).text()

    def __str__(self) -> str:
        return self.explain()

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(str(self))


@cache
def catalogue(lang: Lang) -> dict[str, dict[str, str]]:
    """Return every text of a language, by table and key.

    Raises:
        InvalidError: when it is no ``Lang``.
    """
    check_type("lang", lang, Lang, f"one of {', '.join(map(str, Lang))}")
    import tomllib  # noqa: PLC0415 - to import cxjourney must stay quick
    from importlib.resources import files  # noqa: PLC0415 - as above

    return tomllib.loads(files(__name__).joinpath(f"{lang.value}.toml").read_text(encoding="utf-8"))


@unique
class TextTable(Enum):
    """What may have words of your own in the catalogue; see ``add_texts``."""

    EVENT_KIND = "EventKind"
    EVENT_TO_COME = "EventToCome"
    GUARD = "Guard"
    OBLIGATION_RULE = "ObligationRule"
    PLAY = "Play"
    POLICY_RULE = "PolicyRule"
    POLICY_REASON = "PolicyReason"


_own: dict[tuple[Lang, str], dict[str, str]] = {}


def add_texts(lang: Lang, table: TextTable, texts: Mapping[str, str]) -> None:
    """Give words to kinds, guards, rules, rows and reasons of your own, for this process.

    What the catalogue does not know otherwise goes by its name. Call it once at start, for each
    language; to call it again with other words replaces them.

    Args:
        lang: the language.
        table: what the words are for: ``EVENT_KIND`` tells what happened ("the parcel was lost"),
            ``EVENT_TO_COME`` what may happen ("the parcel is lost"), ``GUARD`` what a row asks
            for, ``OBLIGATION_RULE`` what is owed, ``PLAY`` what a row of the playbook does,
            ``POLICY_RULE`` what a rule is about, ``POLICY_REASON`` why it says what it says.
        texts: the words by name or id: a clause in one line of up to 200 characters each.

    Raises:
        InvalidError: when an argument is of another type, a text is blank, too long or not one
            printable line, or a name is one of the library's own; nothing was added then.
    """
    check_type("add_texts.lang", lang, Lang, f"one of {', '.join(map(str, Lang))}")
    check_type("add_texts.table", table, TextTable, f"one of {', '.join(map(str, TextTable))}")
    check_type("add_texts.texts", texts, Mapping, "a mapping of names to texts")
    known = catalogue(lang)[table.value]
    for key, text in texts.items():
        if not is_name(key) or key in known:
            raise InvalidError("add_texts.texts", describe(key), "a name that has no text yet")
        if not is_name(text) or not text.isprintable():
            raise InvalidError("add_texts.texts", describe(text), "one line, up to 200 characters")
    _own.setdefault((lang, table.value), {}).update(texts)


def _find(table: str, key: str, lang: Lang = Lang.EN) -> str:
    texts = catalogue(lang)
    text = texts.get(table, {}).get(key)
    if text is None:
        return _own.get((lang, table), {}).get(key) or key.replace("_", " ")
    return text.format_map(texts["Phase"]) if table == "Guard" else text


need = partial(_find, "Guard")
"""What a guard of the chart asks for, as a clause, by the guard's name."""
duty = partial(_find, "ObligationRule")
"""What the company owes under a rule, by the rule's id."""
deed = partial(_find, "Play")
"""What a row of the playbook does, as a clause, by the row's id."""
policy_rule = partial(_find, "PolicyRule")
"""What a rule of the policy is about, by the rule's id (SPEC 6)."""
policy_reason = partial(_find, "PolicyReason")
"""Why a rule of the policy says what it says, as a clause, by the reason's name."""
hook_outcome = partial(_find, "HookOutcome")
"""What came of an attempt, as a clause, by the name of the outcome's class."""
usual_advice = partial(_find, "Advice")
"""What to do about a wish of a kind, by the name of the kind (SPEC 8)."""
to_do = partial(_find, "Deed")
"""What to do about a wish of a kind in a word or two, by the name of the kind."""
figure = partial(_find, "Figure")
"""The name of a measure or of a column of one, by its key (SPEC 9)."""
command_text = partial(_find, "Command")
"""What the command line says: in its help, and of arguments at fault."""
option_text = partial(_find, "Option")
"""What the help says of an option, an argument or an action of one command, by its key."""
reached = partial(_find, "PhaseReached")
"""What somebody did who came to a phase, as a clause, by the phase's name."""
meaning = partial(_find, "PhaseMeaning")
"""What is true of a customer in a phase, as a clause, by the phase's name."""
kano_meaning = partial(_find, "KanoMeaning")
"""What a category of Kano's means, in a sentence, by the category's name."""
remedy = partial(_find, "Remedy")
"""What would help where a wish's kind is not known, by the name of the reason."""


def name(thing: Enum | Kind, lang: Lang = Lang.EN) -> str:
    """Return the name of a member of the library's enums, or of a kind of event.

    Phases, standings, kinds of wishes and the like have a word; a kind of event, and a reason why
    the kind of a wish is not known, has a short clause, such as "the customer bought". Nouns stand
    in the nominative.

    Args:
        thing: the member or the kind.
        lang: the language.
    """
    if isinstance(thing, Enum):
        return _find(type(thing).__name__, thing.name, lang)
    return happening(thing.name, lang)


def place_name(place: Place, lang: Lang) -> str:
    """Return the name of a place, a phase with its number."""
    return f"{place.value}  {name(place, lang)}" if isinstance(place, Phase) else name(place, lang)


def happening(trigger: str, lang: Lang = Lang.EN) -> str:
    """Return what happened, as a clause, for an event's trigger such as ``moved_to_adopt``."""
    return _order(trigger, GIVEN, lang) or _find("EventKind", trigger, lang)


def to_come(trigger: str, lang: Lang = Lang.EN, *, bought: bool = False) -> str:
    """Return what may happen yet, as a clause in the present tense.

    Args:
        trigger: the event's trigger.
        lang: the language.
        bought: whether the customer bought before, so that a purchase is one more.
    """
    key = "purchased_again" if bought and trigger == "purchased" else trigger
    return _order(trigger, TO_COME, lang) or _find("EventToCome", key, lang)


def _order(trigger: str, sentences: Mapping[str, str], lang: Lang) -> str:
    for prefix, sentence in sentences.items():
        phase = Phase.__members__.get(trigger.removeprefix(prefix).upper())
        if trigger.startswith(prefix) and phase is not None:
            return say(sentence, lang, phase=name(phase, lang))
    return ""


def number(value: float, lang: Lang, form: str = ",") -> str:
    """Return a number as the language writes it: 1,500.5, or 1 500,5 in Estonian and Finnish.

    Args:
        value: the number.
        lang: the language.
        form: how ``format`` writes it in English.
    """
    return format(value, form).translate(MARKS[lang])


def money(amount: Decimal, lang: Lang, currency: str | None = None) -> str:
    """Return a sum as the language writes it, with two decimals at least, and its currency."""
    sized = amount.quantize(CENT) if amount == round(amount, 2) else amount.normalize()
    return f"{sized:,f}".translate(MARKS[lang]) + (f" {currency}" if currency else "")


def percent(share: float, lang: Lang, form: str = ".0f") -> str:
    """Return a share in percent as the language writes it: 12.3%, 12,3% or 12,3 %.

    Args:
        share: the share, 1 for all.
        lang: the language.
        form: how ``format`` writes the number of percent in English.
    """
    return f"{100 * share:{form}}%".translate(MARKS[lang])


def moment(at: datetime, lang: Lang) -> str:
    """Return a moment as people say it, by the clock of its own offset, which stands beside it."""
    return say(
        "second" if at.second else "minute",
        lang,
        year=at.year,
        month=at.month,
        day=at.day,
        hour=at.hour,
        minute=at.minute,
        second=at.second,
        zone=timezone(at.utcoffset() or timedelta()),
    )


def say(sentence: str, lang: Lang, /, **values: object) -> str:
    """Fill in a sentence pattern; the values are inserted as they are, never read as patterns."""
    return catalogue(lang)["Sentence"][sentence].format(**values)


def about_measure(table: str, key: str, lang: Lang, /, **values: object) -> str:
    """Return what a measure is, its unit, a note or its interval, filled in as ``say`` does."""
    return catalogue(lang)[table][key].format(**values)


def page(key: str, lang: Lang, /, **values: object) -> str:
    """Return a text of the reports to send, filled in as ``say`` does."""
    return catalogue(lang)["Page"][key].format(**values)


def word(key: str, lang: Lang) -> str:
    """Return a word or a clause that stands by itself in a table or a picture."""
    return catalogue(lang)["Word"][key]


def words(lang: Lang, *keys: str) -> tuple[str, ...]:
    """Return words of tables, such as their headings."""
    return tuple(word(key, lang) for key in keys)
