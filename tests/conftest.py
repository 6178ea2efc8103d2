"""How the tests run: the profiles of Hypothesis, and a real PostgreSQL.

The profile is chosen by HYPOTHESIS_PROFILE.
"""

import gc
import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.chart.explored import ALL_OPTIONS, chart_with
from tests.postgres import empty_schemas

# Tests run side by side: threads of their own would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=50,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no fault of a strategy
)
settings.register_profile("quick", settings.get_profile("ci"), max_examples=10)
settings.register_profile("dev", deadline=None)
settings.register_profile(
    "long", max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is loaded by now, which stays to the end."""
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(nextitem: pytest.Item | None, item: pytest.Item) -> Iterator[None]:
    """Let it pass over what a file leaves behind, too: explored charts are millions of objects."""
    ran = yield
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()
    return ran


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Leave the processes that an untraced test starts untraced too."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("no_cover"):
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield


def pytest_runtest_setup() -> None:
    """For mutmut each test decides everything afresh, so that it is seen which test calls what."""
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        for options in ALL_OPTIONS:
            chart_with(options)._compiled.clear()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Start a real PostgreSQL, once and if asked for; each call gives an empty schema's URL."""
    with empty_schemas() as empty_schema:
        yield empty_schema
