"""What the ready hooks share: texts of strangers kept harmless, and files written as a whole."""

import os
import re
from collections.abc import Collection, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cxjourney.channels import Content, Failed, HookContext, Profile
from cxjourney.errors import RenderError
from cxjourney.vocabulary import Channel
from cxjourney.vocabulary._checks import must

if TYPE_CHECKING:
    import attrs

KEY = re.compile(r"[0-9A-Za-z_-]{1,200}")
"""A key that may name a file and stand in a header: nothing in it leads anywhere."""
HALF_A_MINUTE = timedelta(seconds=30)
LEAST_SECRET = 16
"""How many bytes a secret has at least."""
NO_TEXT, BAD_KEY = Failed("no_text"), Failed("bad_key")
NOT_WRITTEN = Failed("not_written", retryable=True)


class FilledIn(Protocol):
    """A template filled in, such as ``Rendered``."""

    @property
    def body(self) -> str:
        """The text."""

    @property
    def subject(self) -> str | None:
        """The subject of an e-mail, or None."""


class Renderer(Protocol):
    """Fills in templates, as ``JinjaRenderer`` does; raises nothing but ``RenderError``."""

    @property
    def markup(self) -> Collection[Channel]:
        """The channels whose texts are HTML."""

    def render(self, content: Content, profile: Profile) -> FilledIn:
        """Fill in a content's template for a customer."""


def filled_in(renderer: Renderer, context: HookContext) -> FilledIn | Failed:
    """Return the text of an intent, or why there is none."""
    if KEY.fullmatch(context.key) is None:
        return BAD_KEY
    if context.content is None:
        return NO_TEXT
    try:
        return renderer.render(context.content, context.profile)
    except RenderError as error:
        return Failed(error.reason or "render_error")


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def encodable(text: str) -> str:
    """Return a text without the halves of characters that UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it: beside its place, then moved there.

    Raises:
        OSError: when it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")  # as ``remove`` knows
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(encodable(text))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def remove(folder: Path, key: str, endings: Iterable[str]) -> None:
    """Delete the files of an intent, and what was left beside them; those that are there.

    Raises:
        OSError: when one cannot be deleted.
    """
    for ending in endings if KEY.fullmatch(key) else ():
        for name in (f"{key}.{ending}", f".{key}.{ending}.part"):
            (folder / name).unlink(missing_ok=True)


def shortest(own: timedelta, context: HookContext) -> float:
    """Return how many seconds a peer may take: no longer than the hook itself may."""
    return min(own, context.timeout or own).total_seconds()


def a_timeout(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is not a span of time above zero."""
    fits = isinstance(value, timedelta) and value > timedelta()
    must(fits, instance, field.name, value, "a timedelta above zero")


def a_secret(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse a secret that is too short to be one."""
    fits = isinstance(value, bytes) and len(value) >= LEAST_SECRET
    must(fits, instance, field.name, value, f"at least {LEAST_SECRET} bytes")
