"""The words of the tables of a rehearsal, in every language of the catalogue."""

from typing import Literal

from cxjourney.texts import Lang, catalogue

__all__ = ["Word", "word"]

Word = Literal[
    "title",
    "nothing_sent",
    "playbook",
    "journeys",
    "period",
    "seed",
    "stand_ins",
    "refused",
    "log",
    "more_lines",
    "when",
    "who",
    "what",
    "why",
    "until",
    "instead_of",
    "play",
    "purpose",
    "channel",
    "internal",
    "by_play",
    "by_channel",
    "without",
    "by_rule",
    "rule",
    "ruling",
    "contacts",
    "about",
    "by_duty",
    "duty",
    "on_time",
    "late",
    "dropped",
    "open",
    "overdue",
    "nothing",
    "comparison",
    "same",
    "first",
    "second",
]
"""The words of the catalogue's table ``RehearsalTable``, by key."""


def word(key: Word, lang: Lang) -> str:
    """Return a word or a clause of the tables."""
    return catalogue(lang)["RehearsalTable"][key]
