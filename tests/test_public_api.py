"""The public names: sorted, documented, and cheap to import."""

import ast
import importlib
import inspect
import json
import subprocess
import sys
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise
from types import ModuleType

import attrs
import pytest

import cxjourney
from cxjourney import Journey, errors

PROMISED = {
    "Chart",
    "Event",
    "EventKind",
    "Journey",
    "JourneyMachine",
    "Phase",
    "Situation",
    "Standing",
    "Step",
    "explore",
}
"""The names that the project promises at the least."""
ERRORS = {name for name in cxjourney.__all__ if name.endswith("Error")}
CLASSES = [name for name in cxjourney.__all__ if inspect.isclass(getattr(cxjourney, name))]
NEEDED = {"attr", "attrs", "cxjourney", "six", "transitions"}
APART = ("replay", "testing", "show", "wishes", "__main__")

every_name = pytest.mark.parametrize("name", cxjourney.__all__)


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run some Python in a fresh process."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def home(name: str) -> ModuleType:
    """Return the module that a public name comes from."""
    tree = ast.parse(inspect.getsource(cxjourney))
    (module,) = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if alias.name == name
    }
    return importlib.import_module(module)


def documented_aliases(module: ModuleType) -> set[str]:
    """Return the names that a module assigns at its top and explains in a string below."""
    body = ast.parse(inspect.getsource(module)).body
    found = set()
    for one, after in pairwise(body):
        explained = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if isinstance(one, ast.Assign) and explained:
            found |= {target.id for target in one.targets if isinstance(target, ast.Name)}
    return found


def test_names_are_sorted_and_unique() -> None:
    """The public names are sorted, once each, and hold what was promised."""
    assert cxjourney.__all__ == sorted(set(cxjourney.__all__))
    assert set(cxjourney.__all__) >= PROMISED


@every_name
def test_names_are_public_where_they_come_from(name: str) -> None:
    """Each name is imported from a module that lists it too."""
    module = home(name)
    assert name in module.__all__
    assert getattr(module, name) is getattr(cxjourney, name)


@every_name
def test_names_are_documented(name: str) -> None:
    """Each name says in a first line what it is for."""
    thing = getattr(cxjourney, name)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert thing.__doc__
        assert thing.__doc__.strip().splitlines()[0].endswith(".")
    else:
        assert name in documented_aliases(home(name))


@pytest.mark.parametrize("name", CLASSES)
def test_members_are_documented(name: str) -> None:
    """Each public method and property of a public class is documented, where it is defined."""
    for of in inspect.getmro(getattr(cxjourney, name)):
        if of.__module__.startswith("cxjourney."):
            for member, value in vars(of).items():
                function = getattr(value, "fget", value)
                if not member.startswith("_") and inspect.isroutine(function):
                    assert inspect.getdoc(function), f"{of.__name__}.{member}"


@pytest.mark.parametrize("name", CLASSES)
def test_fields_are_documented(name: str) -> None:
    """Each public field of a record is named in the docstring of its class, and is typed."""
    of = getattr(cxjourney, name)
    fields = attrs.fields(of) if attrs.has(of) and name != "Journey" else ()
    described = "\n".join(base.__doc__ or "" for base in inspect.getmro(of))
    explained = name in {"Situation", "GuardSeen", "Options"}
    for field in fields:
        assert field.type is not None
        assert explained or field.name.startswith("_") or f"{field.name}:" in described


def test_every_error_is_public() -> None:
    """All errors of the library can be caught by a public name, and share one base."""
    raised = {name for name in errors.__all__ if issubclass(getattr(errors, name), Exception)}
    assert raised >= ERRORS
    assert all(issubclass(getattr(errors, name), errors.CxJourneyError) for name in raised)
    assert all(issubclass(getattr(cxjourney, name), errors.CxJourneyError) for name in ERRORS)


def test_a_star_import_gives_the_public_names() -> None:
    """``from cxjourney import *`` gives every public name and no other."""
    code = "from cxjourney import *; print(*sorted(n for n in dir() if not n.startswith('_')))"
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == sorted(cxjourney.__all__)


def test_the_version_is_that_of_the_package() -> None:
    """``__version__`` is what the installed package says, and is looked up when asked for."""
    assert cxjourney.__version__ == version("cxjourney")
    assert "__version__" not in vars(cxjourney)


def test_every_name_is_offered() -> None:
    """Completion shows the names that are loaded later, too."""
    assert set(dir(cxjourney)) >= set(cxjourney.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as everywhere in Python."""
    with pytest.raises(AttributeError, match="module 'cxjourney' has no attribute 'Jorney'"):
        cxjourney.Jorney  # noqa: B018 - looking it up is what fails
    assert not hasattr(cxjourney, "__path_of_nothing__")


def test_importing_loads_only_what_it_needs() -> None:
    """``import cxjourney`` loads attrs, transitions and the standard library, and nothing else."""
    code = (
        "import json, sys; before = set(sys.modules); import cxjourney; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = run(code)
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    foreign = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert foreign <= NEEDED
    for part in APART:
        assert not [name for name in loaded if f"{name}.".startswith(f"cxjourney.{part}.")]
    assert not {"asyncio", "importlib.metadata", "sqlite3", "socket"} & set(loaded)


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
