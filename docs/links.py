"""Where the names in signatures lead: to our pages, to other projects', or nowhere.

A build asks nobody on the network: what our pages cite of other projects is listed here.
"""
# ruff: noqa: INP001 - a script's helper, not a package

import re
import zlib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.ext.intersphinx import resolve_reference_any_inventory

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

INVENTORIES = Path(__file__).parent / "_build" / "inventories"
COLON = "\ue000"
"""Stands for a colon, while napoleon looks for types before one."""
DOTTED = re.compile(r"(?<![\w.~])[A-Za-z_]\w*(?:\.\w+)+")
"""A name with its module."""

ADDRESSES = {
    "python": "https://docs.python.org/3",
    "numpy": "https://numpy.org/doc/stable",
    "sqlalchemy": "https://docs.sqlalchemy.org/en/20",
    "hypothesis": "https://hypothesis.readthedocs.io/en/latest",
    "matplotlib": "https://matplotlib.org/stable",
    "narwhals": "https://narwhals-dev.github.io/narwhals",
    "opentelemetry": "https://opentelemetry-python.readthedocs.io/en/latest",
}
CITED = {
    "python": """
        library/collections.abc.html collections.abc.Callable collections.abc.Collection
            collections.abc.Coroutine collections.abc.Iterable collections.abc.Iterator
            collections.abc.Mapping collections.abc.Sequence
        library/datetime.html datetime.date datetime.datetime datetime.time datetime.timedelta
            datetime.tzinfo
        library/decimal.html decimal.Decimal
        library/email.headerregistry.html email.headerregistry.Address
        library/enum.html enum.Enum enum.StrEnum
        library/os.html os.PathLike
        library/logging.html logging.Logger
        library/pathlib.html pathlib.Path
        library/ssl.html ssl.SSLContext
        library/types.html types.EllipsisType
        library/zoneinfo.html zoneinfo.ZoneInfo zoneinfo.ZoneInfoNotFoundError
    """,
    "numpy": """
        reference/generated/numpy.ndarray.html numpy.ndarray
        reference/generated/numpy.dtype.html numpy.dtype
        reference/arrays.scalars.html numpy.float64
        reference/typing.html numpy.typing.ArrayLike
    """,
    "sqlalchemy": """
        core/connections.html sqlalchemy.engine.base.Connection sqlalchemy.engine.base.Engine
        core/engines.html sqlalchemy.engine.url.URL
        core/metadata.html sqlalchemy.sql.schema.MetaData
        orm/extensions/asyncio.html sqlalchemy.ext.asyncio.engine.AsyncEngine
        orm/session_api.html sqlalchemy.orm.session.Session
    """,
    "hypothesis": "reference/strategies.html hypothesis.strategies.SearchStrategy",
    "matplotlib": "api/_as_gen/matplotlib.axes.Axes.html matplotlib.axes.Axes",
    "narwhals": "api-reference/typing.html narwhals.typing.IntoFrame",
    "opentelemetry": """
        api/metrics.html opentelemetry.metrics.MeterProvider
        api/trace.html opentelemetry.trace.TracerProvider
    """,
}
"""What our pages cite of each project: a page of its documentation, and the names on it."""


RECURSIVE = {"Operand"}
"""Aliases that stand in themselves, which autodoc gives without a module."""


def inventories() -> dict[str, tuple[str, str]]:
    """Write the inventory of each project, and return what ``intersphinx_mapping`` takes."""
    INVENTORIES.mkdir(parents=True, exist_ok=True)
    for project, cited in CITED.items():
        head = f"# Sphinx inventory version 2\n# Project: {project}\n# Version: \n"
        head += "# The remainder of this file is compressed using zlib.\n"
        lines, page = [], ""
        for word in cited.split():
            if ".html" in word:
                page = word
            else:
                lines.append(f"{word} py:class 1 {page}#$ -\n")
        packed = zlib.compress("".join(lines).encode())
        (INVENTORIES / f"{project}.inv").write_bytes(head.encode() + packed)
    return {one: (ADDRESSES[one], str(INVENTORIES / f"{one}.inv")) for one in CITED}


def is_alias(name: str) -> bool:
    """Say whether a name of ours is an alias or a variable of types, which no page describes."""
    module, _, short = name.rpartition(".")
    ours = module.startswith("cxjourney.")
    return ours and not isinstance(getattr(import_module(module), short, type), type)


def lead_elsewhere(
    _app: "Sphinx", env: "BuildEnvironment", node: "pending_xref", inside: "Element"
) -> "Element | None":
    """Find a name whose module is imported for types alone; our aliases lead nowhere."""
    short = str(node["reftarget"])
    if short in RECURSIVE or is_alias(short):
        return inside
    full = [one for cited in CITED.values() for one in cited.split() if one.endswith(f".{short}")]
    if "." in short or not full:
        return None
    node["reftarget"] = full[0]
    return resolve_reference_any_inventory(
        env=env, honor_disabled_refs=False, node=node, contnode=inside
    )


def hide_colons(_app: "Sphinx", what: str, *rest: object) -> None:
    """Keep napoleon from taking the words before a colon for the type of a property."""
    lines = rest[-1]
    if what in {"property", "attribute", "data"} and isinstance(lines, list) and lines:
        lines[0] = re.sub(r":(?=\s)", COLON, lines[0])


def show_colons(_app: "Sphinx", _what: str, *rest: object) -> None:
    """Bring back what ``hide_colons`` hid, and name the types of fields without their modules."""
    lines = rest[-1]
    if isinstance(lines, list):
        lines[:] = [line.replace(COLON, ":") for line in lines]
        for number, line in enumerate(lines):
            if line.startswith(":vartype "):
                lines[number] = DOTTED.sub(r"~\g<0>", line)
