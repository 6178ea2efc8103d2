"""Which extra of cxjourney brings which package, and loading what needs one."""

from importlib import import_module
from types import ModuleType

from cxjourney.errors import MissingExtraError

__all__ = ["load"]

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
