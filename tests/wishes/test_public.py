"""The public names of the classifier of wishes."""

import inspect
import json
import subprocess
import sys

import attrs
import pytest

from cxjourney import wishes

every_name = pytest.mark.parametrize("name", wishes.__all__)


@every_name
def test_members_and_fields_are_documented(name: str) -> None:
    """Each public method, property and field of a class is explained."""
    thing = getattr(wishes, name)
    if not inspect.isclass(thing):
        return
    for of in inspect.getmro(thing):
        if of.__module__.startswith("cxjourney."):
            for member, value in vars(of).items():
                function = getattr(value, "fget", value)
                if not member.startswith("_") and inspect.isroutine(function):
                    assert inspect.getdoc(function), f"{of.__name__}.{member}"
    described = "\n".join(base.__doc__ or "" for base in inspect.getmro(thing))
    for field in attrs.fields(thing) if attrs.has(thing) else ():
        assert field.name.startswith("_") or f"{field.name}:" in described, field.name


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


@pytest.mark.no_cover
def test_evidence_and_advice_need_no_numpy() -> None:
    """Keeping evidence and giving advice works without the packages of the extra."""
    code = (
        "from cxjourney.wishes import Evidence, Kano, Wish, WishKind, advise; "
        "seen = Evidence(Wish('seats'), 'joy').heard(True).measured(4.0, fulfilled=True); "
        "Evidence.from_dict((seen + seen).to_dict()); advise(WishKind.CONSCIOUS); "
        "Kano(Wish('seats')).category"
    )
    assert not {"numpy", "scipy", "narwhals", "matplotlib"} & loaded_by(code)
