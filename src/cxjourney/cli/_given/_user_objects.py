"""What users name on the command line as ``module:attribute``: their own playbook, and the like."""

import sys
from importlib import import_module
from inspect import isroutine
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import attrs

from cxjourney.errors import CxJourneyError, InvalidError, shown

Wanted = TypeVar("Wanted")

FORM = "module:attribute, such as shop.playbook:book"


def user_object(flag: str, named: str, wanted: type[Wanted]) -> Wanted:
    """Import what a user names, and return it; a function without arguments is called for it.

    The current folder is looked into first, as Python does for scripts.

    Args:
        flag: the option, as it is typed.
        named: what was typed after it.
        wanted: of what type it has to be.

    Raises:
        InvalidError: it is not named so, is not there, is of another type, or its code raised.
    """
    module, colon, path = named.partition(":")
    parts = path.split(".")
    if not colon or not all(part.isidentifier() for part in (*module.split("."), *parts)):
        raise InvalidError(flag, shown(repr(named)), FORM)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    found: object = _module(flag, module)
    for part in parts:
        if not hasattr(found, part):
            expected = "the name of something that the module defines"
            raise InvalidError(flag, f"{module} has no {path}", expected)
        found = getattr(found, part)
    if isroutine(found):
        found = _called(flag, named, found)
    if isinstance(found, wanted):
        return found
    kind = "a class" if isinstance(found, type) else f"of type {type(found).__name__}"
    expected = f"a {wanted.__name__}, or a function without arguments that returns one"
    raise InvalidError(flag, f"{named} is {kind}", expected)


def _module(flag: str, name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if name == missing or name.startswith(f"{missing}."):
            text = f"there is no module {missing}"
            raise InvalidError(flag, text, "one in this folder, or installed") from None
        raise _raised(flag, name, error) from None
    except CxJourneyError as error:
        raise _named(flag, name, error) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the user's code raises
        raise _raised(flag, name, error) from None


def _called(flag: str, named: str, function: object) -> object:
    try:
        return function()  # type: ignore[operator]  # it is a routine
    except CxJourneyError as error:
        raise _named(flag, named, error) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the user's code raises
        raise _raised(flag, named, error) from None


def _raised(flag: str, named: str, error: BaseException) -> InvalidError:
    """Return that the user's own code raised: what, and in which line of which file."""
    file, line = "", 0
    at = error.__traceback__
    while at is not None:
        name = at.tb_frame.f_code.co_filename
        if not name.startswith("<frozen") and name != __file__:
            file, line = Path(name).name, at.tb_lineno
        at = at.tb_next
    if isinstance(error, SyntaxError):
        file, line = Path(error.filename or "").name, error.lineno or 0
    place = f" in {file}, line {line}" if file else ""
    found = shown(f"{named} raised {type(error).__name__}{place}")
    return InvalidError(flag, found, "code that raises nothing")


def _named(flag: str, named: str, error: CxJourneyError) -> CxJourneyError:
    """Return a fault of ours that the user's code met, told beside the option."""
    if isinstance(error, InvalidError):
        return attrs.evolve(error, where=f"{flag} {named}, {error.where}")
    return error
