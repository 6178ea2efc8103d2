"""The public names: documented to the last field, and cheap to import."""

import inspect
import json
import subprocess
import sys
from importlib.metadata import version
from importlib.resources import files

import attrs
import pytest

import cxjourney
from cxjourney import Journey, errors
from tests.test_house import ROOMS, shown_by

CLASSES = sorted(
    {
        thing
        for room in (*ROOMS, errors)
        for name in shown_by(room)
        if inspect.isclass(thing := getattr(room, name))
    },
    key=lambda of: of.__name__,
)
"""Every public class."""
EXTRAS = {
    *("anyio", "hypothesis", "jinja2", "matplotlib", "narwhals", "numpy"),
    *("openpyxl", "pyreadstat", "scipy", "sqlalchemy"),
}
"""The packages that only extras bring."""
NEEDED = {"attr", "attrs", "cxjourney", "six", "transitions"}
EXPLAINED_AS_A_WHOLE = {"GuardSeen", "Options", "Situation"}
"""The records whose docstring tells of their fields in one sentence."""


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run some Python in a fresh process."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_members_are_documented() -> None:
    """Each public method and property of a public class is documented, where it is defined."""
    bases = {base for of in CLASSES for base in inspect.getmro(of)}
    undocumented = [
        f"{base.__name__}.{member}"
        for base in bases
        if base.__module__.startswith("cxjourney.")
        for member, value in vars(base).items()
        if not member.startswith("_")
        and inspect.isroutine(function := getattr(value, "fget", value))
        and not inspect.getdoc(function)
    ]
    assert undocumented == []


def test_fields_are_documented() -> None:
    """Each public field of a record is named in the docstring of its class, and is typed."""
    lacking = []
    for of in CLASSES:
        described = "\n".join(base.__doc__ or "" for base in inspect.getmro(of))
        whole = of.__name__ in EXPLAINED_AS_A_WHOLE
        for field in attrs.fields(of) if attrs.has(of) and of is not Journey else ():
            named = whole or field.name.startswith("_") or f"{field.name}:" in described
            if field.type is None or not named:
                lacking.append(f"{of.__name__}.{field.name}")
    assert lacking == []


def test_every_error_has_one_base() -> None:
    """All errors of the library can be caught by a public name, and share one base."""
    raised = [of for of in CLASSES if issubclass(of, BaseException)]
    assert {of.__name__ for of in raised} > set(errors.__all__)
    assert all(issubclass(of, errors.CxJourneyError) for of in raised)


@pytest.mark.no_cover
def test_a_star_import_gives_the_public_names_to_whoever_has_no_extra() -> None:
    """``from cxjourney import *`` gives every public name and no other, on a base install too."""
    code = (
        "import sys; "
        f"sys.modules.update(dict.fromkeys({sorted(EXTRAS)})); "
        "from cxjourney import *; "
        "print(*(n for n in dir() if not n.startswith('_') and n != 'sys'))"
    )
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == sorted(cxjourney.__all__)


def test_the_version_is_that_of_the_package() -> None:
    """``__version__`` is what the installed package says, and is looked up when asked for."""
    assert cxjourney.__version__ == version("cxjourney")
    assert "__version__" not in vars(cxjourney)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as everywhere in Python."""
    with pytest.raises(AttributeError, match="module 'cxjourney' has no attribute 'Jorney'"):
        cxjourney.Jorney  # noqa: B018 - looking it up is what fails
    assert not hasattr(cxjourney, "__path_of_nothing__")


@pytest.mark.no_cover
def test_importing_loads_only_what_it_needs() -> None:
    """Importing, and making a journey, loads attrs, transitions and the rooms below it."""
    code = (
        "import json, sys; before = set(sys.modules); import cxjourney; cxjourney.Journey('a'); "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = run(code)
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    foreign = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert foreign <= NEEDED
    rooms = {name.split(".")[1] for name in loaded if name.startswith("cxjourney.")}
    assert rooms <= {"chart", "errors", "journey", "vocabulary"}
    assert not {"asyncio", "importlib.metadata", "sqlite3", "socket"} & set(loaded)


@pytest.mark.no_cover
def test_importing_says_and_changes_nothing() -> None:
    """Importing prints nothing, starts no thread, and touches neither time zone nor logging."""
    code = (
        "import logging, os, threading, time; before = dict(os.environ), time.tzname; "
        "import cxjourney; "
        "assert (dict(os.environ), time.tzname) == before; "
        "assert threading.active_count() == 1; "
        "assert not logging.getLogger().handlers"
    )
    done = run(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_typed_package_says_so() -> None:
    """Type checkers are told that the package is typed."""
    assert (files(cxjourney) / "py.typed").is_file()


def test_a_journey_stays_readable_for_a_newcomer() -> None:
    """The one class that everybody meets has every verb and every reading on itself."""
    offered = {name for name in dir(Journey) if not name.startswith("_")}
    assert offered >= {"record", "preview", "advance", "erase", "to_dict", "from_dict"}
    assert offered >= {"due", "next_due", "why_not", "allowed", "explain", "day"}
    assert offered >= {"cycle", "high_water", "implied", "owed", "history", "counts"}
