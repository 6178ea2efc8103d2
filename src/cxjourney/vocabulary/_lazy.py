"""Loading late: the parts that need an extra, and the names of a package."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType

EXTRAS = {
    "anyio": "async",
    "hypothesis": "testing",
    "httpx": "http",
    "jinja2": "templates",
    "matplotlib": "plot",
    "narwhals": "survey",
    "numpy": "survey",
    "openpyxl": "excel",
    "opentelemetry": "otel",
    "pyarrow": "bulk",
    "pyreadstat": "spss",
    "scipy": "survey",
    "shtab": "completion",
    "sqlalchemy": "sql",
    "statsmodels": "models",
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
            from cxjourney.errors import MissingExtraError  # noqa: PLC0415 - loads attrs

            extra = "bulk" if module.startswith("cxjourney.bulk.") else EXTRAS[package]
            raise MissingExtraError(package, extra) from missing
        raise


TOOLS = {"TYPE_CHECKING", "later"}
"""What a face needs for itself, and completion does not offer."""


def later(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Let the names of a package be loaded when they are asked for; return what finds them.

    Args:
        package: the package's name.
        homes: the names that each module of the package, or each room of it, brings, with blanks
            between them.
    """
    modules = {name: home for home, names in homes.items() for name in names.split()}
    module = sys.modules[package]

    def find(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(load(f"{package}.{modules[name]}"), name)
        setattr(module, name, found)
        return found

    def offered() -> list[str]:
        return sorted({*vars(module), *modules} - TOOLS)

    vars(module).update(__getattr__=find, __dir__=offered)
    return find
