"""What the shop says: its templates, and who approved which text as it stands."""

import tomllib
from pathlib import Path

import attrs

from cxjourney import Channel, Lang
from cxjourney.channels import Approval, JinjaRenderer, Library, describe_template

__all__ = ["read_contents"]


def read_contents(folder: Path) -> tuple[Library, JinjaRenderer]:
    """Read the templates ``channel/id.txt`` or ``channel/id.lang.txt``, and their approvals.

    An approval names the digest of the text that was read. Change a text, and nobody gets it until
    somebody has read it again.
    """
    approvals = tomllib.loads((folder / "approvals.toml").read_text(encoding="utf-8"))
    contents, sources = [], {}
    for path in sorted(folder.glob("*/*.txt")):
        text = path.read_text(encoding="utf-8")
        read = approvals.get(path.relative_to(folder).as_posix(), {})
        id, _, lang = path.stem.partition(".")
        content = describe_template(
            text,
            id=id,
            channel=Channel(path.parent.name),
            author=read.get("author", "unknown"),
            lang=Lang(lang) if lang else None,
        )
        approved = [Approval(by, read["digest"]) for by in read.get("approved_by", [])]
        contents.append(attrs.evolve(content, approvals=approved))
        sources[content.id, content.channel, content.lang] = text
    # No channel's texts are HTML: the mails are plain text.
    return Library(contents), JinjaRenderer(sources, markup=())
