"""The profile: what the company's own files say of a customer, as far as contacts need it."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from types import MappingProxyType
from typing import Any

import attrs

from cxjourney.texts import Lang
from cxjourney.vocabulary._checks import a, a_zone, an_id_or_none, must

__all__ = ["Profile", "Profiles"]


def _frozen(values: Mapping[str, str]) -> Any:  # noqa: ANN401 - a mapping, or what was given
    """Freeze a mapping; leave anything else for ``_texts`` to refuse."""
    copied: object = values
    return MappingProxyType(dict(values)) if isinstance(copied, Mapping) else values


def _texts(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    fits = isinstance(value, Mapping) and all(
        isinstance(text, str) for item in value.items() for text in item
    )
    must(fits, instance, field.name, value, "names and texts")


@attrs.frozen
class Profile:
    """What contacts need to know of a customer; it is read anew each time, and never stored.

    Attributes:
        zone: the customer's time zone; None where it is not known.
        lang: the customer's language.
        segment: which rows of the playbook are the customer's, such as ``key_account``; None for
            the rows of everybody.
        values: what templates may fill in, by name, such as ``name``; hidden in the repr. A value
            that is blank counts as missing.
    """

    zone: tzinfo | None = attrs.field(default=None, validator=a_zone)
    lang: Lang = attrs.field(default=Lang.EN, validator=a(Lang))
    segment: str | None = attrs.field(default=None, validator=an_id_or_none)
    values: Mapping[str, str] = attrs.field(
        factory=dict, converter=_frozen, validator=_texts, repr=False, hash=False
    )

    @property
    def known(self) -> frozenset[str]:
        """The names of the values that are there and not blank."""
        return frozenset(name for name, value in self.values.items() if value.strip())


Profiles = Callable[[str], Profile]
"""Looks a customer's profile up by id; asked each time anew, so that it is never stale."""


_NOTHING_KNOWN = Profile()


def nobody(_: str) -> Profile:
    """Return a profile of which nothing is known."""
    return _NOTHING_KNOWN
