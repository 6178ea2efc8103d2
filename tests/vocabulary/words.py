"""The texts of the catalogue as tests compare them: read from its files, not from the library."""

import tomllib
from functools import cache
from importlib.resources import files
from types import SimpleNamespace

from cxjourney.vocabulary import Lang, Phase, name


@cache
def catalogue(lang: Lang) -> dict[str, dict[str, str]]:
    """Return every text of a language, by table and key."""
    file = files("cxjourney.vocabulary") / "_texts" / f"{lang.value}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def word(key: str, lang: Lang = Lang.EN) -> str:
    """Return a word or a clause that stands by itself."""
    return catalogue(lang)["Word"][key]


def duty(rule: str, lang: Lang = Lang.EN) -> str:
    """Return what the company owes under a rule, by the rule's id."""
    return _find("ObligationRule", rule, lang)


def need(guard: str, lang: Lang = Lang.EN) -> str:
    """Return what a guard asks for, by the guard's name."""
    return _find("Guard", guard, lang).format_map(catalogue(lang)["Phase"])


def remedy(reason: str, lang: Lang = Lang.EN) -> str:
    """Return what would help where a wish's kind is not known, by the name of the reason."""
    return _find("Remedy", reason, lang)


def happening(trigger: str, lang: Lang = Lang.EN) -> str:
    """Return what happened, for an event's trigger such as ``moved_to_adopt``."""
    return name(SimpleNamespace(name=trigger), lang)


def to_come(trigger: str, lang: Lang = Lang.EN, *, bought: bool = False) -> str:
    """Return what may happen yet, for an event's trigger such as ``moved_to_adopt``."""
    phase = trigger.removeprefix("moved_to_").upper()
    if phase in Phase.__members__:
        return catalogue(lang)["Sentence"]["order_to_come"].format(phase=name(Phase[phase], lang))
    again = "_again" if bought and trigger == "purchased" else ""
    return _find("EventToCome", trigger + again, lang)


def _find(table: str, key: str, lang: Lang) -> str:
    return catalogue(lang)[table].get(key, key.replace("_", " "))
