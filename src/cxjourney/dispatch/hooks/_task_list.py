"""The hook for meeting face to face: a list of tasks for people (SPEC F01)."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import attrs

from cxjourney.channels import Deferred, HookContext, HookOutcome, Sent
from cxjourney.dispatch.hooks._safely import (
    BAD_KEY,
    KEY,
    NOT_WRITTEN,
    a_timeout,
    one_line,
    remove,
    write_whole,
)
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Event, EventKind, Lang, name
from cxjourney.vocabulary._checks import MAX_TEXT, a, describe
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._texts import moment

RULE = "\n----------------\n"
"""What stands between a task and its note; no text of a stranger can hold it, being one line."""
PAPERWORK = {EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN, EventKind.FULFILLED}
"""What whoever meets the customer need not read."""
LATER = timedelta(hours=4)


@attrs.frozen(repr=False)
class TaskList(Showable):
    """Leaves each task in a folder, and is done once a person has noted below what came of it.

    A task is a text that has the intent's key for its name. It says whom to meet and why, and what
    the customer need not tell again. The same intent again leaves its file as it is: idempotent.

    Attributes:
        folder: the folder; it is made where there is none.
        lang: the language of those who read it.
        look_again: after how long it looks again whether a task is done.
    """

    folder: Path = attrs.field(converter=Path)
    lang: Lang = attrs.field(default=Lang.EN, kw_only=True, validator=a(Lang))
    look_again: timedelta = attrs.field(default=LATER, kw_only=True, validator=a_timeout)

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Set the task, or look whether it was done."""
        if KEY.fullmatch(context.key) is None:
            return BAD_KEY
        path = self._file(context.key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                write_whole(path, self._described(context))
            note = _parted(path)[1]
        except OSError:
            return NOT_WRITTEN
        return Sent(note=note) if note else Deferred(context.now + self.look_again)

    def open(self) -> tuple[str, ...]:
        """Return the keys of the tasks without a note, sorted."""
        found = self.folder.glob("*.md")
        return tuple(sorted(path.stem for path in found if not _parted(path)[1]))

    def close(self, key: str, note: str) -> None:
        """Note what came of a task, as a person would with an editor; the first note stays.

        Args:
            key: the key of the intent, which names the task.
            note: what was said, and what was unclear.

        Raises:
            InvalidError: when there is no such task, or the note is blank.
        """
        if not note.strip():
            raise InvalidError("TaskList.close.note", describe(note), "a text that is not blank")
        path = self._file(key)
        if KEY.fullmatch(key) is None or not path.exists():
            raise InvalidError("TaskList.close.key", describe(key), "the key of a task")
        task, noted = _parted(path)
        if not noted:
            write_whole(path, f"{task}{RULE}{note}\n")

    def erase(self, keys: Collection[str], /) -> None:
        """Delete the tasks of some intents; ``Dispatcher.erase`` calls it.

        Raises:
            OSError: when a file cannot be deleted.
        """
        for key in keys:
            remove(self.folder, key, ("md",))

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.md"

    def _described(self, context: HookContext) -> str:
        due, known = context.intent.due, context.profile.values
        lines = [
            f"# {one_line(known.get('name', ''))} ({one_line(context.intent.customer)})",
            "",
            f"- {name(context.intent.purpose, self.lang)}",
            *([] if due is None else [f"- {moment(due, self.lang)}"]),
            *(self._told(event) for event in context.history.events if event.kind not in PAPERWORK),
        ]
        return "\n".join(lines) + "\n" + RULE

    def _told(self, event: Event) -> str:
        words = ", ".join(one_line(str(value)) for value in event.payload.values())
        told = f"- {moment(event.at, self.lang)}: {name(event.kind, self.lang)}"
        return f"{told}: {words}" if words else told

    def __repr__(self) -> str:
        return "<TaskList>"


def _parted(path: Path) -> tuple[str, str]:
    """Return a task, and the note below it; editors save in many encodings."""
    task, _, note = path.read_text(encoding="utf-8", errors="replace").partition(RULE)
    return task, note.strip()[:MAX_TEXT]
