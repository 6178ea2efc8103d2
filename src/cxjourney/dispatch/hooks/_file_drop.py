"""The hook for what a person or another program fetches: one file for each intent."""

from collections.abc import Collection
from pathlib import Path

import attrs

from cxjourney.channels import Failed, HookContext, HookOutcome, Sent
from cxjourney.dispatch.hooks._safely import NOT_WRITTEN, Renderer, filled_in, remove, write_whole
from cxjourney.vocabulary._terminal import Showable


@attrs.frozen(repr=False)
class FileDrop(Showable):
    """Leaves each text in a folder, as a whole, in a file that has the intent's key for its name.

    The same intent again writes the same file again, so it is idempotent as long as whoever
    fetches a file leaves it there, or remembers its name.

    Attributes:
        folder: the folder; it is made where there is none.
        renderer: fills in the templates.
    """

    folder: Path = attrs.field(converter=Path)
    renderer: Renderer

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Write the file; its name is the receipt."""
        text = filled_in(self.renderer, context)
        if isinstance(text, Failed):
            return text
        ending = "html" if context.channel in self.renderer.markup else "txt"
        path = self.folder / f"{context.key}.{ending}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, text.body)
        except OSError:
            return NOT_WRITTEN
        return Sent(receipt=path.name)

    def erase(self, keys: Collection[str], /) -> None:
        """Delete the files of some intents; ``Dispatcher.erase`` calls it.

        Raises:
            OSError: when a file cannot be deleted.
        """
        for key in keys:
            remove(self.folder, key, ("html", "txt"))

    def __repr__(self) -> str:
        return "<FileDrop>"
