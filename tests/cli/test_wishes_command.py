"""The command ``wishes``, as one calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxjourney.cli import main
from cxjourney.vocabulary import Lang
from cxjourney.wishes import (
    CheckAll,
    ConstantSum,
    Criteria,
    EffectPrior,
    EffectScale,
    MaxDiff,
    Mentions,
    PickK,
    Ratings,
    StatementForm,
    WishKind,
    WishMap,
    YesNo,
    items_by_prefix,
    map_wishes,
    read_kano,
)
from tests.cli.commands import asked, fault, faults, on_a_terminal
from tests.replay.makers import write

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CXJOURNEY_DATA", ROOT.parent / "shared" / "data"))
AIRPORT = DATA / "sfo2017_wishes.csv"
ROWS = 600
KINDS = {
    "A": WishKind.CONSCIOUS,
    "B": WishKind.DECEPTION,
    "C": WishKind.SUBCONSCIOUS,
    "D": WishKind.INVISIBLE,
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Return a survey in which the wishes are of the kinds above."""
    rng = np.random.default_rng(20260301)
    rated = {wish: rng.integers(1, 6, ROWS) for wish in KINDS}
    effects = sum(0.8 * kind.adds_value * rated[wish] for wish, kind in KINDS.items())
    said = {
        f"say_{wish}": (rng.random(ROWS) < (0.8 if kind.stated else 0.2)).astype(int)
        for wish, kind in KINDS.items()
    }
    frame = pd.DataFrame({**rated, "OVERALL": effects + rng.normal(size=ROWS), **said}).round(3)
    frame.loc[rng.random(ROWS) < 0.1, "A"] = np.nan
    frame.loc[9, "OVERALL"] = np.nan
    return frame.assign(who=[f"r{index % 400}" for index in range(ROWS)], weight=1.5)


@pytest.fixture
def file(frame: pd.DataFrame, tmp_path: Path) -> str:
    """Return the survey as a file."""
    frame.to_csv(tmp_path / "survey.csv", index=False)
    return str(tmp_path / "survey.csv")


@pytest.fixture(scope="module")
def mapped(frame: pd.DataFrame) -> WishMap:
    """Return what the library says of the survey."""
    items = items_by_prefix(list(KINDS), said="say_")
    return map_wishes(frame, outcome="OVERALL", items=items, statements=YesNo())


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command and return what it prints."""
    assert main(["wishes", *arguments]) == 0
    captured = capsys.readouterr()
    assert not captured.err
    return captured.out


def test_the_table_is_that_of_the_library(
    file: str, mapped: WishMap, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a file the command says what was recognised, and what the library says of the frame."""
    out = printed(capsys, file, "--outcome", "OVERALL", "--full")
    head, rest = out.split("\n\n", 1)
    assert head.startswith(
        "plain, CSV; records: 600; columns: 11; header records: 1; encoding: UTF"
    )
    assert rest.endswith(f"\n\n{mapped}")
    found = {about: one.classification.decision for about, one in mapped.items()}
    assert found == KINDS


@pytest.mark.parametrize("lang", Lang)
def test_explanations_follow_the_table(
    file: str, mapped: WishMap, lang: Lang, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --explain every wish is explained, in the language asked for, in lines that fit."""
    options = ("--explain", "--full", "--lang", lang.value)
    out = printed(capsys, file, "--outcome", "OVERALL", *options)
    table, *told = out.split("\n\n" + mapped["A"].classification.explain(lang).split("\n")[0])
    assert len(told) == 1
    assert f"{table}\n".endswith(f"\n\n{mapped.explain(lang)}")
    joined = " ".join(out.split())
    for finding in mapped.values():
        assert " ".join(finding.classification.explain(lang).split()) in joined
    assert max(map(len, out.split("\n"))) <= 80


def test_json_is_a_document(file: str, mapped: WishMap, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the findings are a document, with explanations where asked for."""
    found = json.loads(printed(capsys, file, "--outcome", "OVERALL", "--json"))
    about = found.pop("file")
    assert found == mapped.to_dict()
    assert (about["tool"], about["records"], len(about["questions"])) == ("plain", 600, 11)
    assert found["left_out"] == [{"why": "NO_OUTCOME", "rows": 1}]
    out = printed(capsys, file, "--outcome", "OVERALL", "--json", "--explain", "--lang", "et")
    assert json.loads(out) == {**mapped.to_dict(Lang.ET), "file": about}


def test_every_column_and_limit_can_be_named(
    file: str, frame: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the command takes is what map_wishes takes."""
    out = printed(
        capsys,
        file,
        *("--outcome", "OVERALL", "--wishes", 'B, "A"', "--controls", "C,D", "--respondent", "who"),
        *(
            "--weight",
            "weight",
            "--range",
            "1:5",
            "--outcome-range=-100:100",
            "--tau",
            "0.3",
            "--delta",
            "0.2",
        ),
        *("--scale", "raw", "--prior", "flat", "--level", "0.9", "--json", "--no-progress"),
    )
    criteria = Criteria(
        level=0.9, tau=0.3, delta=0.2, scale=EffectScale.RAW, prior=EffectPrior.FLAT
    )
    mapped = map_wishes(
        frame,
        outcome="OVERALL",
        items=items_by_prefix(["B", "A"], said="say_"),
        statements=YesNo(),
        respondent="who",
        weight="weight",
        controls=["C", "D"],
        rating_range=(1, 5),
        outcome_range=(-100, 100),
        criteria=criteria,
    )
    assert {**json.loads(out), "file": None} == {**mapped.to_dict(), "file": None}


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ([], {"blank": "unused", "reliability": None, "outcome_model": "linear", "within": False}),
        (["--blank", "skipped", "--reliability", "0.8"], {"blank": "skipped", "reliability": 0.8}),
        (["--reliability", 'A=0.8, "B=0.7"'], {"reliability": {"A": 0.8, "B": 0.7}}),
        (["--outcome-model", "ordered"], {"outcome_model": "ordered"}),
        (["--respondent", "who", "--within"], {"respondent": "who", "within": True}),
    ],
)
def test_how_effects_are_told_can_be_said(
    file: str, arguments: list[str], given: dict[str, Any]
) -> None:
    """What the options say of blanks, noise, the outcome and respondents is what is asked."""
    told = asked("wishes", file, "--outcome", "OVERALL", *arguments)
    assert {name: told[name] for name in given} == given


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--within"], "--within: without a respondent"),
        (["--within", "--respondent", "who", "--blank", "skipped"], "--within: with skipped"),
        (["--reliability", "2"], "--reliability: "),
        (["--reliability", "Z=0.5"], "--reliability: of a wish"),
        (["--outcome-model", "logit", "--weight", "weight"], "--outcome-model: with weights"),
        (["--outcome-model", "logit"], "--outcome: of other values than 0 and 1"),
    ],
)
def test_what_cannot_be_told_so_is_refused_by_its_option(
    file: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal names the option as it is typed."""
    assert fault(capsys, ["wishes", file, "--outcome", "OVERALL", *arguments]).startswith(said)


def test_what_no_option_can_mend_is_refused_by_its_own_name(
    frame: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ratings of which one says what another says are named as such."""
    likes = (frame["B"] + frame["C"] + np.arange(ROWS) % 3 > 7).astype(int)
    frame.assign(D=frame["B"], LIKES=likes).to_csv(tmp_path / "twice.csv", index=False)
    arguments = ["--outcome", "LIKES", "--outcome-model", "logit"]
    said = fault(capsys, ["wishes", str(tmp_path / "twice.csv"), *arguments])
    assert said.startswith("items: ratings that determine each other")


@pytest.mark.parametrize("text", ["much", "A=", "A=0.5,B", ""])
def test_a_reliability_is_a_share_or_shares_by_wish(
    file: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything else is refused with what would be right."""
    with pytest.raises(SystemExit):
        main(["wishes", file, "--outcome", "OVERALL", "--reliability", text])
    assert "such as A=0.8,B=0.7" in capsys.readouterr().err


@pytest.mark.parametrize("lang", Lang)
def test_what_was_said_of_effects_stands_below_the_table(
    file: str, lang: Lang, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each option leaves its sentence, in the language asked for."""
    usual = printed(capsys, file, "--outcome", "OVERALL", "--lang", lang.value)
    told = [
        printed(capsys, file, "--outcome", "OVERALL", "--lang", lang.value, *more)
        for more in (
            ["--reliability", "0.95"],
            ["--blank", "skipped"],
            ["--respondent", "who", "--within"],
        )
    ]
    assert len({usual, *told}) == 4


@pytest.mark.parametrize(
    ("said", "rating", "found"),
    [
        ("say_", "", ["A", "B"]),
        ("", "got_", ["A"]),
        ("say_", "got_", ["A"]),
        ("want_", "say_", []),
        ("", "", []),
        ("say_", "say_", []),
    ],
)
def test_wishes_are_found_by_their_columns(
    tmp_path: Path, said: str, rating: str, found: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --wishes, every name that has both its columns is one."""
    names = ("", "got_", "A", "B", "say_B", "C", "got_A", "say_A", "say_", "got_D")
    file = write(tmp_path / "survey.csv", f"{','.join(names)}\n{',1' * 9}\n")
    arguments = ["wishes", file, "--outcome", "C", "--said-prefix", said, "--rating-prefix", rating]
    if found:
        assert asked(*arguments)["items"] == items_by_prefix(found, said=said, rating=rating)
    else:
        assert fault(capsys, arguments).startswith("--wishes: not given")


@pytest.mark.parametrize(
    ("arguments", "form"),
    [
        ([], YesNo()),
        (["--form", "yes-no"], YesNo()),
        (["--form", "check-all"], CheckAll(None)),
        (["--form", "check-all", "--answered", "C"], CheckAll("C")),
        (["--form", "mentions"], Mentions(None)),
        (["--form", "mentions", "--commented", "C"], Mentions("C")),
        (["--form", "pick", "--pick", "3"], PickK(3)),
        (["--form", "sum"], ConstantSum(None)),
        (["--form", "sum", "--total", "100"], ConstantSum(100)),
        (["--form", "ratings"], Ratings()),
        (["--form", "maxdiff", "--worst-prefix", "say_"], MaxDiff(None)),
        (["--form", "maxdiff", "--worst-prefix", "say_", "--shown", "3"], MaxDiff(3)),
    ],
)
def test_every_form_of_statements_can_be_named(
    tmp_path: Path, arguments: list[str], form: StatementForm
) -> None:
    """Each form is made with what belongs to it."""
    file = write(tmp_path / "survey.csv", "A,say_A,C\n1,1,1\n")
    assert asked("wishes", file, "--outcome", "C", *arguments)["statements"] == form


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--commented", "x"], "--commented: given with --form yes-no; expected --form mentions"),
        (["--form", "sum", "--pick", "3"], "--pick: given with --form sum; expected --form pick"),
        (
            ["--worst-prefix", "w_"],
            "--worst-prefix: given with --form yes-no; expected --form maxdiff",
        ),
        (["--form", "pick"], "--form: pick without --pick; expected --pick too"),
        (["--form", "maxdiff", "--shown", "3"], "--form: maxdiff without --worst-prefix; expected"),
        (["--form", "pick", "--pick", "0"], "--pick: 0; expected a whole number from 1"),
        (["--level", "0.3"], "--level: 0.3; expected a number from 0.5"),
        (["--delta", "nan"], "--delta: nan; expected a number from 0"),
        (
            ["--scale", "raw"],
            "--scale: raw without --delta; expected --delta too, a number of points",
        ),
        (
            ["--said-prefix", "no_"],
            "--wishes: not given, and there are no columns X and no_X for any X",
        ),
    ],
)
def test_arguments_that_do_not_fit_get_one_line(
    file: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What does not fit together, or is out of bounds, is told before anything is printed."""
    assert fault(capsys, ["wishes", file, "--outcome", "OVERALL", *arguments]).startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--range", "5:1"], "argument --range: expected two numbers such as 1:5, the lower one"),
        (["--range", "1-5"], "argument --range: expected two numbers"),
        (["--range", "1:five"], "argument --range: expected two numbers"),
        (["--range", "nan:5"], "argument --range: expected two numbers"),
        (["--wishes", "A,,B"], "argument --wishes: expected names of columns, parted by commas"),
        (["--wishes", ""], "argument --wishes: expected names of columns"),
        (["--wishes", '"A'], "argument --wishes: expected names of columns"),
        (["--controls", "A\nB"], "argument --controls: expected names of columns"),
        (["--plot", "map.gif"], "argument --plot: expected a file that ends in .svg, .png, .pdf"),
        (["--form", "diary"], "argument --form: unknown 'diary'"),
        (["--lang", "sv"], "argument --lang: unknown 'sv'"),
        (["--tau", "half"], "argument --tau: invalid float value: 'half'"),
        (["--explai"], "unknown option --explai (meant --explain?)"),
    ],
)
def test_arguments_of_the_wrong_form_get_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read as an argument is told with what would be right."""
    with pytest.raises(SystemExit) as caught:
        main(["wishes", "survey.csv", "--outcome", "OVERALL", *arguments])
    assert caught.value.code == 2
    line = capsys.readouterr().err
    assert f": {message}" in line
    assert line.endswith("; see --help\n")
    assert line.count("\n") == 1


def test_a_file_at_fault_gets_a_line_for_each_fault(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each tells its lines; what stands there is never told."""
    lines = Path(file).read_text().split("\n")
    lines[3] = "secret,\x1b[31m," + lines[3].split(",", 2)[2]
    lines[7] += ",9"
    Path(file).write_text("\n".join(lines))
    told = faults(capsys, ["wishes", file, "--outcome", "OVERAL"])
    assert told == [
        (
            "column 'OVERAL', line 1: no such column among 11 (meant 'OVERALL'?); "
            "expected one column of the file, for --outcome"
        ),
        "line 8: 12 fields; expected 11, as in the header",
        (
            "column 'A', line 4: a text of 6 characters; "
            "expected a number such as 4 or 4.5, or a blank"
        ),
        (
            "column 'B', line 4: a text of 5 characters; "
            "expected a number such as 4 or 4.5, or a blank"
        ),
    ]


def test_what_the_survey_finds_wrong_is_told_by_line(
    file: str, frame: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ratings out of range and statements of the wrong form have lines of the file too."""
    wrong = frame.copy()
    wrong.loc[[0, 4], "B"] = 9
    wrong.loc[2, "say_C"] = 7
    wrong.to_csv(file, index=False)
    told = faults(capsys, ["wishes", file, "--outcome", "OVERALL", "--range", "1:5"])
    assert [one.split(":")[0] for one in told] == [
        "column 'B', lines 2, 6",
        "column 'say_C', line 4",
    ]


def test_a_missing_file_gets_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is told."""
    missing = str(tmp_path / "none.csv")
    line = fault(capsys, ["wishes", missing, "--outcome", "OVERALL"])
    assert line.startswith(f"{missing}: no such file; expected a survey in CSV")


@pytest.mark.no_cover
def test_without_numpy_files_and_extra_are_told(file: str, tmp_path: Path) -> None:
    """A file that is not there is told before the package that is not; else how to install it."""
    script = (
        "import sys; sys.modules['numpy'] = None\n"
        "from cxjourney.cli import main\n"
        "print(*(main(['wishes', one, '--outcome', 'OVERALL']) for one in sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "none.csv"), file]
    done = subprocess.run(command, capture_output=True, check=False)
    missing, package = done.stderr.splitlines()
    assert done.stdout == b"2 2\n"
    assert b"none.csv: no such file; expected a survey in CSV" in missing
    assert package == b"numpy is needed here: pip install 'cxjourney[survey]'"


def test_without_matplotlib_the_extra_is_told(
    file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a picture is asked for, the command tells how to install what draws it."""
    monkeypatch.delitem(sys.modules, "cxjourney.show._pictures._wish_plot", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    line = fault(capsys, ["wishes", file, "--outcome", "OVERALL", "--plot", f"{file}.svg"])
    assert line == "matplotlib is needed here: pip install 'cxjourney[plot]'"


@pytest.mark.parametrize(
    ("option", "column", "meant"),
    [
        ("--outcome", "overall", "OVERALL"),
        ("--weight", "wieght", "weight"),
        ("--respondent", "whom", "who"),
        ("--controls", "say_a", "say_A"),
    ],
)
def test_the_nearest_column_is_told(
    file: str, option: str, column: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong name of a column is told with its option and the name that is nearest."""
    arguments = ["wishes", file, "--outcome", "OVERALL", option, column]
    told = f"column {column!r}, line 1: no such column among 11 (meant {meant!r}?); expected one "
    assert fault(capsys, arguments) == f"{told}column of the file, for {option}"
    line = fault(capsys, [*arguments, "--show-values"])
    assert "; there is A, B, C, D, OVERALL, say_A" in line


def test_a_file_without_header_is_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row in place of the names of columns stays hidden, near names of it too."""
    file = tmp_path / "survey.csv"
    file.write_text("Mari,Maasikas,say_Maasikas,39\n1,2,3,4\n")
    line = fault(capsys, ["wishes", str(file), "--outcome", "Maasik"])
    assert "column 'Maasik', line 1: no such column among 4; line 1 may be no header" in line
    assert "Mari" not in line
    assert "Maasikas" not in line


@pytest.mark.parametrize(
    ("suffix", "begins", "unsaid"),
    [
        (".svg", b"<?xml", b"dc:date"),
        (".PNG", b"\x89PNG", b"Software"),
        pytest.param(".pdf", b"%PDF", b"CreationDate", marks=pytest.mark.no_cover),
    ],
)
def test_the_map_is_drawn_beside_the_table(
    file: str,
    suffix: str,
    begins: bytes,
    unsaid: bytes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With --plot the map is stored as the picture that the name asks for, undated."""
    picture = tmp_path / f"map{suffix}"
    assert "OVERALL" in printed(capsys, file, "--outcome", "OVERALL", "--plot", str(picture))
    drawn = picture.read_bytes()
    assert drawn.startswith(begins)
    assert unsaid not in drawn


def test_a_map_that_cannot_be_stored_gets_one_line(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the folder is not there, nothing is printed but that."""
    picture = str(tmp_path / "none" / "map.svg")
    line = fault(capsys, ["wishes", file, "--outcome", "OVERALL", "--plot", picture])
    assert line == (
        f"--plot {picture}: no such file or directory; expected a file that can be written"
    )


def test_a_terminal_gets_a_progress_bar(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The bar is drawn while the file is read, and gone when the table comes."""
    shown = on_a_terminal("wishes", file, "--outcome", "OVERALL")
    assert f"reading   [{'#' * 30}] 100 %" in shown
    assert shown.endswith(" \r")
    assert "OVERALL" in capsys.readouterr().out


@pytest.mark.skipif(not AIRPORT.exists(), reason="the survey is not here; CXJOURNEY_DATA names it")
@pytest.mark.parametrize(("outcome", "kind"), [("OVERALL", "CONSCIOUS"), ("NETPRO", "DECEPTION")])
def test_shops_at_the_airport_depend_on_the_outcome(
    outcome: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same wish is worth fulfilling for satisfaction, and not for recommendation (SPEC 8)."""
    form = ("--form", "mentions", "--commented", "commented", "--json")
    found = json.loads(printed(capsys, str(AIRPORT), "--outcome", outcome, *form))
    kinds = {one["wish"]: one["kind"] for one in found["findings"]}
    assert len(kinds) == 14
    assert (kinds["STORE"], kinds["FOOD"]) == (kind, "CONSCIOUS")


KANO = """\
with_seats,without_seats,imp_seats,with_wifi,without_wifi,imp_wifi,who
4,1,9,5,3,2,a
4,1,8,5,2,3,a
4,1,8,3,3,3,b
5,1,NA,3,3,4,b
,1,4,5,3,,b
"""
"""Kano's questionnaire about two wishes, 5 for like."""


def kano_of(tmp_path: Path, *options: str, text: str = KANO) -> int:
    """Run the command on a questionnaire."""
    path = tmp_path / "kano.csv"
    path.write_text(text, encoding="utf-8")
    return main(["wishes", str(path), "--kano", "--no-progress", *options])


@pytest.mark.parametrize("lang", ["en", "et", "fi"])
def test_a_questionnaire_of_kanos_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    """The command prints what ``read_kano`` finds: categories, importance, segments, a picture."""
    picture = tmp_path / "kano.svg"
    more = ("--kano-codes", "5,4,3,2,1", "--importance-prefix", "imp_", "--segment", "who")
    assert kano_of(tmp_path, *more, "--lang", lang, "--plot", str(picture), "--dark") == 0
    columns: dict[str, list[object]] = {
        "f": [4, 4, 4, 5, None],
        "d": [1, 1, 1, 1, 1],
        "i": [9, 8, 8, None, 4],
        "g": [5, 5, 3, 3, 5],
        "e": [3, 2, 3, 3, 3],
        "j": [2, 3, 3, 4, None],
        "s": ["a", "a", "b", "b", "b"],
    }
    items = [("seats", "f", "d", "i"), ("wifi", "g", "e", "j")]
    found = read_kano(columns, items, codes=(5, 4, 3, 2, 1), segment="s")
    assert capsys.readouterr().out == found.explain(Lang(lang))
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    assert kano_of(tmp_path, *more, "--json") == 0
    assert json.loads(capsys.readouterr().out) == found.to_dict()


def test_a_questionnaire_in_words_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answers may stand as texts, and columns go by prefixes of one's own."""
    text = "q_seats;n_seats\nlike;dislike\nmust;dislike\nNA;like\n"
    options = ("--with-prefix", "q_", "--without-prefix", "n_", "--json")
    codes = ("--kano-codes", "like, must, neutral, live with, dislike")
    assert kano_of(tmp_path, *options, *codes, text=text) == 0
    [found] = json.loads(capsys.readouterr().out)["findings"]
    assert (found["wish"], found["one_dimensional"], found["must_be"]) == ("seats", 1, 1)
    assert found["left_open"] == 1


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--kano-codes", "1,2,3"], "expected five different codes"),
        (["--kano-codes", "1,2,3,4,4"], "expected five different codes"),
        (["--outcome", "who"], "--outcome: given with --kano"),
        (["--with-prefix", "q_"], "there are no columns q_X and without_X for any X"),
        (["--kano-codes", "a,b,c,d,e"], "column 'with_seats', lines 2, 3, 4, 5: 4"),
        (["--wishes", "bus"], "with_bus"),
    ],
)
def test_what_is_wrong_with_a_questionnaire_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], text: str
) -> None:
    """One line for each fault, with the option or the lines of the file; nothing is printed."""
    try:
        status = kano_of(tmp_path, *options)
    except SystemExit as left:
        status = left.code  # type: ignore[assignment]
    assert status == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert text in told.err


def test_the_two_instruments_are_kept_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An option of Kano's without it is refused."""
    path = tmp_path / "kano.csv"
    path.write_text(KANO, encoding="utf-8")
    assert main(["wishes", str(path), "--outcome", "who", "--with-prefix", "who"]) == 2
    assert "--with-prefix: given without --kano" in capsys.readouterr().err
