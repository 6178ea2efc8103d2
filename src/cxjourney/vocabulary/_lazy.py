"""Loading late: the parts that need an extra, and the names of a package."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType

from cxjourney.errors import MissingExtraError

EXTRAS = {
    "anyio": "async",
    "hypothesis": "testing",
    "jinja2": "templates",
    "matplotlib": "plot",
    "narwhals": "survey",
    "numpy": "survey",
    "scipy": "survey",
    "sqlalchemy": "sql",
}
"""The extra that brings each package."""


def load(module: str) -> ModuleType:
    """Import a module that may need an extra.

    Raises:
        MissingExtraError: a package that it needs is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package in EXTRAS:
            raise MissingExtraError(package, EXTRAS[package]) from missing
        raise


def later(
    package: str, homes: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` of a package whose names are loaded when asked for.

    Args:
        package: the package's name.
        homes: the names that each module of the package, or each room of it, brings.
    """
    modules = {name: home for home, names in homes.items() for name in names}

    def find(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(load(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, found)
        return found

    return find, lambda: sorted({*vars(sys.modules[package]), *modules})
