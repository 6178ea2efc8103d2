"""The public names of the classifier of wishes."""

import json
import subprocess
import sys

import pytest

from cxjourney import wishes


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as everywhere in Python."""
    with pytest.raises(AttributeError, match="has no attribute 'lgm'"):
        getattr(wishes, "lgm")  # noqa: B009 - a type checker would see the misspelling


def loaded_by(code: str) -> set[str]:
    """Return the modules that some Python loads in a fresh process."""
    command = [
        sys.executable,
        "-c",
        f"{code}; import json, sys; print(json.dumps(list(sys.modules)))",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def wishes_loaded_by(code: str) -> set[str]:
    """Return the modules of the classifier that some Python loads."""
    return {name for name in loaded_by(code) if name.startswith("cxjourney.wishes")}


@pytest.mark.no_cover
def test_only_what_is_asked_for_is_loaded() -> None:
    """``import cxjourney`` loads nothing of the classifier, and the facts nothing but the kinds."""
    assert not wishes_loaded_by("import cxjourney")
    kinds = {"cxjourney.wishes", "cxjourney.wishes._kinds"}
    assert wishes_loaded_by("from cxjourney import Wish, WishKind, classify") == kinds


BASE = """
import sys
sys.modules.update(dict.fromkeys(["numpy", "scipy", "narwhals", "matplotlib"]))
from cxjourney import *
from cxjourney.errors import MissingExtraError
from cxjourney.wishes import Item, Kano, advise, items_by_prefix, read_kano

seen = Evidence(Wish("x"), "y").heard(True).measured(1, fulfilled=True).paired(1, 0)
assert Evidence.from_dict((seen + seen).discounted(0.5).to_dict()) == seen
fact = Evidence(Wish("x", stated=True, adds_value=False), "y").classify()
print(fact.decision.name, fact.to_dict()["kind"], advise(fact.decision))
found = read_kano({"f": [2], "d": [5]}, [("seats", "f", "d")])["seats"]
assert Kano.from_dict(found.to_dict()) == found
print(found.category.name, found.better, found.worse, found.evidence().outcomes.n)
try:
    map_wishes({}, outcome="y", items=items_by_prefix(["x"], said=None), statements=None)
except MissingExtraError as error:
    print(error.package, error.extra)
"""


@pytest.mark.no_cover
def test_the_base_install_keeps_evidence_and_names_the_extra() -> None:
    """Without the packages of the extra all that needs no numbers works, and the rest names it.

    Every name of the package can be had; evidence and answers are kept, merged and stored.
    """
    done = subprocess.run([sys.executable, "-c", BASE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "DECEPTION DECEPTION acknowledge it, do not invest in it, and find the wish behind it",
        "MUST_BE 0.0 -1.0 1",
        "numpy survey",
    ]
