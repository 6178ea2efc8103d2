"""The hook for whatever a person or another program fetches: one file for each letter or text."""

from pathlib import Path

from files import write_whole

from cxjourney import Failed, Sent
from cxjourney.channels import HookContext, HookOutcome, JinjaRenderer
from cxjourney.errors import RenderError

__all__ = ["FileDrop"]


class FileDrop:
    """Leaves each text in a folder, in a file that has the intent's key for its name.

    The same intent again writes the same file again, so it is there once.

    Args:
        folder: the folder.
        renderer: fills in the templates.
    """

    def __init__(self, folder: Path, renderer: JinjaRenderer) -> None:
        self.folder, self.renderer = folder, renderer
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Write the file."""
        if context.content is None:
            return Failed("no_text")
        path = self.folder / f"{context.key}.txt"
        try:
            text = self.renderer.render(context.content, context.profile)
        except RenderError as error:
            return Failed(error.reason)
        write_whole(path, text.body)
        return Sent(receipt=path.name)
