"""The study of known truth scores as by hand, and prints the whole of its tables."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import numpy as np
import pytest

from cxjourney.testing import World, generate_survey
from cxjourney.wishes import WishKind

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SUBCONSCIOUS, CONSCIOUS, INVISIBLE, DECEPTION = range(4)


@pytest.fixture(scope="module")
def scoring() -> ModuleType:
    """Return the module that scores; benchmarks are scripts, not a package."""
    return load("wish_scoring")


def load(name: str) -> ModuleType:
    """Import a module that lies beside the benchmarks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        return importlib.import_module(name)


def verdicts(scoring: ModuleType) -> Any:
    """Return five verdicts: two decided and right, one decided and wrong, two undecided."""
    return scoring.Verdicts(
        posterior=np.array(
            [
                [0.05, 0.85, 0.02, 0.08],
                [0.02, 0.03, 0.90, 0.05],
                [0.95, 0.01, 0.03, 0.01],
                [0.40, 0.10, 0.30, 0.20],
                [0.25, 0.25, 0.25, 0.25],
            ]
        ),
        truth=np.array([CONSCIOUS, INVISIBLE, INVISIBLE, SUBCONSCIOUS, DECEPTION]),
        decided=np.array([True, True, True, False, False]),
        zero=np.array([False, True, True, False, True]),
        survey=np.array([0, 0, 1, 1, 1]),
    )


def test_kinds_stand_in_the_order_of_the_book(scoring: ModuleType) -> None:
    """The places of the kinds are those of the enum, and two of them add value."""
    assert tuple(WishKind) == scoring.KINDS
    assert scoring.VALUABLE.tolist() == [True, True, False, False]


def test_scores_equal_those_worked_out_by_hand(scoring: ModuleType) -> None:
    """Every figure is the one that five verdicts give on paper."""
    found = scoring.score(verdicts(scoring))
    assert found.wishes == 5
    assert found.accuracy == pytest.approx(3 / 5)
    assert found.decided == pytest.approx(3 / 5)
    assert found.right == pytest.approx(2 / 3)
    assert found.claimed == pytest.approx(0.9)
    over = [1 - 0.85, 1 - 0.90, 0 - 0.95]
    away = np.array(over) - np.mean(over)
    assert found.error == pytest.approx(((away[0] + away[1]) ** 2 + away[2] ** 2) ** 0.5 / 3)
    squares = [
        0.05**2 + 0.15**2 + 0.02**2 + 0.08**2,
        0.02**2 + 0.03**2 + 0.10**2 + 0.05**2,
        0.95**2 + 0.01**2 + 0.97**2 + 0.01**2,
        0.60**2 + 0.10**2 + 0.30**2 + 0.20**2,
        3 * 0.25**2 + 0.75**2,
    ]
    assert found.brier == pytest.approx(sum(squares) / 5)
    assert found.value_brier == pytest.approx((0.1**2 + 0.05**2 + 0.96**2 + 0.5**2 + 0.5**2) / 5)
    assert found.zero_valuable == pytest.approx(1 / 3)
    assert found.zero_error == pytest.approx(2**0.5 / 9)
    assert found.missed == 0


def test_one_hot_verdicts_score_as_their_accuracy_says(scoring: ModuleType) -> None:
    """All confidence in one kind: Brier is twice the errors, and what is claimed is 1."""
    random = np.random.default_rng(1)
    truth, called = random.integers(0, 4, (2, 500))
    found = scoring.score(
        scoring.Verdicts(
            posterior=np.eye(4)[called],
            truth=truth,
            decided=np.ones(500, bool),
            zero=np.zeros(500, bool),
            survey=np.arange(500),
        )
    )
    wrong = np.mean(truth != called)
    assert (found.brier, found.claimed) == (pytest.approx(2 * wrong), 1)
    valuable = scoring.VALUABLE[truth]
    assert found.missed == pytest.approx(np.mean(~scoring.VALUABLE[called][valuable]))
    assert found.value_brier == pytest.approx(np.mean(scoring.VALUABLE[called] != valuable))
    assert np.isnan(found.zero_valuable)


def test_joined_verdicts_are_those_of_all_surveys(scoring: ModuleType) -> None:
    """To join verdicts with themselves doubles the wishes and changes no figure."""
    once = scoring.score(verdicts(scoring))
    twice = scoring.score(scoring.join([verdicts(scoring)] * 2))
    assert twice.wishes == 2 * once.wishes
    for field in ("accuracy", "right", "claimed", "brier", "value_brier", "zero_valuable"):
        assert getattr(twice, field) == pytest.approx(getattr(once, field))


@pytest.mark.no_cover
@pytest.mark.parametrize("world", [World.BASE, World.HALO, World.RATING_STYLES])
def test_the_chart_splits_both_axes_at_their_means(scoring: ModuleType, world: World) -> None:
    """The chart equals one that loops over wishes and rows, with correlations of its own."""
    survey = generate_survey(world, customers=80, seed=5)
    table = survey.columns
    said, derived = {}, {}
    for item in survey.items:
        spoken = table.get("commented", np.ones(80))
        heard = [
            value
            for value, spoke in zip(table[str(item.said)], spoken, strict=True)
            if spoke and not np.isnan(value)
        ]
        said[item.wish.about] = sum(heard) / len(heard)
        pairs = zip(table[str(item.rating)], table[survey.outcome], strict=True)
        x, y = np.array([pair for pair in pairs if not np.isnan(pair).any()]).T
        x, y = x - x.mean(), y - y.mean()
        derived[item.wish.about] = (x @ y) / np.sqrt((x @ x) * (y @ y))
    kinds = [
        WishKind(
            (said[about] > sum(said.values()) / 12, derived[about] > sum(derived.values()) / 12)
        )
        for about in survey.truth
    ]
    found = load("wish_naive").chart(survey)
    assert [scoring.KINDS[place] for place in found.argmax(axis=1)] == kinds
    assert set(found.ravel()) == {0, 1}


@pytest.mark.no_cover
def test_looking_again_and_again_stops_at_the_first_decision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Streams tell the truth of their customers, and a customer who comes again counts once."""
    peeking = load("wish_peeking")
    monkeypatch.setattr(peeking, "CUSTOMERS", 100)
    stream = peeking.Stream(share=0.9, without=0.1, fulfilled=0.9)
    assert stream.truth is WishKind.CONSCIOUS
    assert peeking.Stream(share=0.4, without=0.5, fulfilled=0.54).truth is WishKind.INVISIBLE
    for name, crowd in [*peeking.CROWDS.items()][:4]:
        *_, last = stream.looks(crowd, np.random.default_rng(1))
        assert last.counted().stated.n == pytest.approx(100)
        assert last.counted().stated.yes == pytest.approx(90, abs=15)
        fulfilled = last.counted().outcomes.fulfilled
        assert fulfilled.n == pytest.approx(100 * crowd.met, abs=15)
        followed = peeking.follow((name, 1))
        assert followed == peeking.follow((name, 1))
        assert all(peeking.LEVEL <= stop.claimed <= 1 for stop in followed.values())
        assert all(0 < stop.customers <= 100 for stop in followed.values())


def test_looking_is_told_by_the_way_it_is_judged() -> None:
    """The table counts the streams that stopped, and how many of those were right."""
    peeking = load("wish_peeking")
    each, once = peeking.WAYS
    stops = [peeking.Stop(20, True, 0.96), peeking.Stop(40, False, 0.98)]
    some, none = peeking.lines("half", [{each: stops[0]}, {each: stops[1]}, {}])
    assert some[2:] == ("3", "0.667", "0.500", "0.970", "-0.470", "0.354", "30")
    assert none[:5] == ("half", once, "3", "0.000", "nan")


def test_bars_are_held_where_the_truth_can_be_known(scoring: ModuleType) -> None:
    """Surveys with a hidden cause are held to none; each figure stands with its error."""
    study = load("wish_study")
    scores = attrs.evolve(scoring.score(verdicts(scoring)), wishes=500)
    over, zero = f"-0.233 +- {scores.error:.3f}", f"0.333 +- {scores.zero_error:.3f}"
    for world, told in (
        (World.BASE, [f"{over} within two errors", f"{zero} within two errors"]),
        (World.CONFOUNDED, [over, zero]),
    ):
        assert list(study.bars((world, 12, 300), scores)[3:]) == told
    nothing = float("nan")
    lenient = attrs.evolve(scores, right=0.9, claimed=0.91, error=0.01, zero_valuable=nothing)
    assert list(study.bars((World.HALO, 5, 300), lenient)[3:]) == ["-0.010 +- 0.010 met", "none"]
    wrong = attrs.evolve(scores, right=0.8, claimed=0.9, error=0.01)
    assert study.bars((World.HALO, 5, 300), wrong)[3] == "-0.100 +- 0.010 MISSED"
    few = attrs.evolve(wrong, wishes=10)
    assert study.bars((World.HALO, 5, 300), few)[3] == "-0.100 +- 0.010"


@pytest.mark.no_cover
def test_the_study_prints_its_tables_the_same_each_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process or in two others, tables are equal, with a line for each world and size."""
    script, *small = (
        str(BENCHMARKS / "wish_study.py"),
        "--surveys=1",
        *("--worlds", "base", "confounded", "--customers", "100", "--wishes", "6"),
    )
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.syspath_prepend(BENCHMARKS)
    printed = []
    for processes in (1, 2):
        monkeypatch.setattr(sys, "argv", [script, *small, f"--processes={processes}"])
        load("wish_study").main()
        printed.append(capsys.readouterr().out)
    once, again = printed
    assert once == again
    figures, bars, worst, hidden = [table.splitlines() for table in once.rstrip().split("\n\n")]
    keys = [[cell.strip() for cell in line.split("|")[1:5]] for line in figures[2:]]
    assert keys == [["base", "6", "100", "12"], ["confounded", "6", "100", "12"]]
    assert [line.split("|")[1].strip() for line in bars[2:]] == ["base", "confounded"]
    assert "zero effect called valuable, at worst" in worst[-1]
    assert len(hidden) == 4


@pytest.mark.no_cover
def test_an_earlier_version_judges_the_same_surveys() -> None:
    """Held against itself, a version has the same figures before and now."""
    study, judged = load("wish_study"), load("wish_judge")
    source = str(BENCHMARKS.parent / "src")
    now, before = study.judge((World.BASE, 4, 80), 1, judged.earlier_version(source))
    assert before.posterior.tolist() == now.ours.posterior.tolist()
    assert before.decided.tolist() == now.ours.decided.tolist()
    cell = (World.BASE, 4, 80)
    _, line = study.compared({cell: before}, {cell: now})
    assert line[3::2] == line[4::2]
