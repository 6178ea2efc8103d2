"""A proposed mapping, written as TOML: each guess stands under its reason and its alternatives."""

import json
import re
from collections.abc import Iterator
from shlex import quote
from typing import Any

import attrs

from cxjourney.cli._map._event_words import NEEDS, guesses
from cxjourney.cli._map._log_sample import LogFacts
from cxjourney.cli._map._roles import Choice, Roles
from cxjourney.errors import shown
from cxjourney.replay._reading._cell_form import ISO
from cxjourney.replay._reading._written import LogSettings
from cxjourney.show._layout._wrapping import wrapped
from cxjourney.vocabulary import EventKind, Lang, Nature
from cxjourney.vocabulary._texts import number, say, word

WIDTH = 98
BARE = re.compile(r"[A-Za-z0-9_-]+")
EVERY_LINE = "line"
"""What a line is called where no column tells what happened."""
UNKNOWN = "contacted"
"""What the most frequent activity counts as where no name tells anything."""


@attrs.frozen
class Guess:
    """What an activity may mean.

    Attributes:
        activity: the activity, as the log writes it.
        lines: how many lines have it.
        event: the event; None where nothing tells.
        told_by: the word of its name that tells; empty where the event is a stopgap.
        others: other events that words of its name tell of.
    """

    activity: str
    lines: int
    event: str | None
    told_by: str = ""
    others: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return attrs.asdict(self) | {"others": list(self.others)}


def guessed(log: LogFacts, roles: Roles) -> list[Guess]:
    """Return what each activity may mean, the most frequent first; at least one has an event."""
    counts = {EVERY_LINE: log.records}
    if roles.activity is not None:
        counts = dict(roles.activity.column.values.most_common())
    found = []
    for activity, lines in counts.items():
        told = list(guesses(activity))
        event, told_by = told[0] if told else (None, "")
        others = tuple(event for event, _ in told[1:])
        found.append(Guess(activity, lines, event, told_by, others))
    if all(one.event is None for one in found):
        found[0] = attrs.evolve(found[0], event=UNKNOWN)
    return found


@attrs.frozen
class Proposal:
    """A mapping proposed for a log.

    Attributes:
        log: the log, as it was named.
        facts: what it holds.
        roles: what its columns are.
        guesses: what its activities may mean.
        settings: what was said of how the log is written.
        options: the same as keys and values of the mapping.
    """

    log: str
    facts: LogFacts
    roles: Roles
    guesses: tuple[Guess, ...]
    settings: LogSettings
    options: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        roles, form = self.roles, self.roles.form
        chosen = {"customer": roles.customer, "time": roles.time, "activity": roles.activity}
        return {
            "log": self.log,
            "lines": self.facts.records,
            "columns": {name: one and _chosen(one) for name, one in chosen.items()},
            "unused": list(roles.unused),
            "event_id": roles.event_id,
            "time": attrs.asdict(form) | {"others": list(form.others)},
            "activities": [one.to_dict() for one in self.guesses],
            "mapping": self.toml(Lang.EN),
        }

    def toml(self, lang: Lang) -> str:
        """Return the mapping as TOML, with comments."""
        parts = [[*self._head(lang)], [*self._columns(lang)], [*self._log(lang)]]
        parts += [[*self._events(lang)], [*self._to_fill(lang)]]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    def command(self, mapping: str) -> str:
        """Return the command that replays the log with the mapping, safe to show."""
        log, file = (quote(shown(one)) for one in (self.log, mapping))
        return f"cxjourney replay {log} --mapping {file}"

    def _head(self, lang: Lang) -> Iterator[str]:
        customers = number(len(self.roles.customer.column.values), lang)
        lines = number(self.facts.records, lang)
        activities = number(len(self.guesses), lang)
        about = {"log": shown(self.log), "lines": lines, "customers": customers}
        yield from _comment(say("map_head", lang, **about, activities=activities))
        yield from _comment(say("map_guess", lang))
        yield from _comment(f"  {self.command('FILE')}")

    def _columns(self, lang: Lang) -> Iterator[str]:
        roles, lines = self.roles, number(self.facts.records, lang)
        yield "[columns]"
        yield from _told("map_who", "customer", roles.customer, lines, lang)
        yield from _told("map_when", "time", roles.time, lines, lang)
        if roles.activity is None:
            yield from _comment(say("map_no_activity", lang))
            yield f"activity = {{ constant = {_text(EVERY_LINE)} }}"
        else:
            yield from _told("map_what", "activity", roles.activity, lines, lang)
        if roles.event_id is not None:
            yield from _comment(say("map_id", lang))
            yield f"# id = {_text(roles.event_id)}"
        if roles.unused:
            yield from _comment(say("map_unused", lang, columns=_listed(roles.unused)))

    def _log(self, lang: Lang) -> Iterator[str]:
        form, read = self.roles.form, self.facts.read_as
        found = [f"{name} = {_text(value)}" for name, value in self.options.items()]
        told = list[str]()
        if form.form != ISO or form.others:
            told += _comment(word("by_form", lang))
            if form.others:
                told += _comment(say("map_forms", lang, forms=", ".join(form.others)))
            told.append(f"time = {_text(form.form)}")
        if form.unread:
            told += _comment(say("map_unread", lang, unread=number(form.unread, lang)))
        if form.local:
            told += [*_comment(say("map_zone", lang)), 'zone = "UTC"']
        elif form.offsets > 1:
            offsets = number(form.offsets, lang)
            told += [*_comment(say("map_offsets", lang, offsets=offsets)), "mixed_offsets = true"]
        if form.midnights:
            told += [*_comment(say("map_days", lang)), 'resolution = "day"']
        delimiter = repr(read.delimiter) if read.delimiter else ""
        parts = filter(None, (read.format.value.upper(), read.encoding, delimiter))
        yield "[log]"
        yield from _comment(say("map_read", lang, form=", ".join(parts)))
        yield from [*found, *told]

    def _events(self, lang: Lang) -> Iterator[str]:
        yield "[events]"
        for one in self.guesses:
            if one.event is None or not one.activity.strip():
                continue
            lines = number(one.lines, lang)
            if one.told_by:
                yield from _comment(say("map_event", lang, lines=lines, word=shown(one.told_by)))
            else:
                yield from _comment(say("map_first", lang, lines=lines))
            if one.others:
                yield from _comment(say("map_instead", lang, columns=", ".join(one.others)))
            yield f"{_key(one.activity)} = {_event(one)}"

    def _to_fill(self, lang: Lang) -> Iterator[str]:
        there = [one for one in self.guesses if one.event is None]
        blank = self.facts.records - sum(one.lines for one in self.guesses)
        if there:
            yield from _comment(say("map_fill", lang))
            kinds = [kind.name for kind in EventKind.builtin() if kind.nature is not Nature.TIMER]
            yield from _comment(say("map_kinds", lang, kinds=", ".join(kinds)))
            for one in there:
                lines = say("map_lines", lang, lines=number(one.lines, lang))
                yield f'# {_key(one.activity)} = ""  # {lines}'
        if blank > 0:
            yield from _comment(say("map_blank", lang, lines=number(blank, lang)))


def _chosen(one: Choice) -> dict[str, Any]:
    why = "name" if one.named else "values"
    return {"column": one.column.name, "by": why, "others": list(one.others)}


def _told(sentence: str, key: str, one: Choice, lines: str, lang: Lang) -> Iterator[str]:
    counted = one.column.filled if key == "time" else len(one.column.values)
    why = word("by_name" if one.named else "by_values", lang)
    told = {"values": number(counted, lang), "lines": lines, "why": why}
    yield from _comment(say(sentence, lang, **told))
    if one.others:
        yield from _comment(say("map_instead", lang, columns=_listed(one.others)))
    yield f"{key} = {_text(one.column.name)}"


def _event(one: Guess) -> str:
    needed = NEEDS.get(str(one.event))
    if needed is None:
        return _text(str(one.event))
    fields = (f"{name} = {_text(told or one.activity)}" for name, told in needed.items())
    return f"{{ event = {_text(str(one.event))}, payload = {{ {', '.join(fields)} }} }}"


def _comment(text: str) -> list[str]:
    """Return a comment of TOML, in which no text of the log ends the line."""
    return wrapped(shown(text), WIDTH, "# ")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(_text(name) for name in names)


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    """Return a text as a string of TOML, whatever is in it: as in JSON, but for what TOML lacks."""
    told = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in told)


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= LAST_SHORT else f"\\U{ord(char):08x}"


LAST_SHORT = 0xFFFF
