"""The hook for meeting face to face: a list of tasks, which is done when a person says so."""

from datetime import timedelta
from pathlib import Path

from files import one_line, write_whole

from cxjourney import Event, EventKind, Sent
from cxjourney.channels import Deferred, HookContext, HookOutcome
from cxjourney.vocabulary import name

__all__ = ["TaskList", "close"]

RULE = "\n---- When it is done, write below what was said, and what was unclear. ----\n"
PAPERWORK = {EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN, EventKind.FULFILLED}
"""What whoever meets the customer need not read."""
LATER = timedelta(hours=4)


class TaskList:
    """Leaves each task in a folder, and is done once a person has noted what came of it.

    Args:
        folder: the folder; each task is a file that has the intent's key for its name.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Set the task, or look whether it was done."""
        path = self.folder / f"{context.key}.md"
        if not path.exists():
            write_whole(path, describe(context))
        note = path.read_text(encoding="utf-8").partition(RULE)[2].strip()
        return Sent(note=note) if note else Deferred(context.now + LATER)


def close(path: Path, note: str) -> None:
    """Close a task with a note, as a person would with an editor; a closed one stays as it is."""
    task, rule, noted = path.read_text(encoding="utf-8").partition(RULE)
    if not noted.strip():
        write_whole(path, f"{task}{rule}{note}\n")


def describe(context: HookContext) -> str:
    """Tell a person whom to meet and why, and what the customer need not tell again (SPEC 003)."""
    due = context.intent.due
    lines = [
        f"# {one_line(context.profile.values.get('name', 'a customer'))}",
        "",
        f"- To {context.intent.purpose.value.replace('_', ' ')}",
        f"- By {due:%d %B %Y, %H:%M}" if due else "- Soon",
        *(_told(event) for event in context.history.events if event.kind not in PAPERWORK),
    ]
    return "\n".join(lines) + "\n" + RULE


def _told(event: Event) -> str:
    words = ", ".join(one_line(str(value)) for value in event.payload.values())
    return f"- {event.at:%d %B}: {name(event.kind)}" + (f": {words}" if words else "")
