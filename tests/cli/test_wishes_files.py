"""The command on the files of survey tools: what was recognised, and how it can be told more."""

import json
from pathlib import Path

import pytest

from cxjourney.cli import main
from cxjourney.vocabulary import Lang
from cxjourney.wishes import CheckAll, Item, SurveyFile, SurveyTool, read_survey
from tests.cli.commands import asked, fault, faults

FILES = Path(__file__).parents[1] / "wishes" / "files"
QUALTRICS = str(FILES / "qualtrics.csv")
SURVEYMONKEY = str(FILES / "surveymonkey.csv")
GOOGLE = str(FILES / "google_forms.csv")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command and return what it prints."""
    assert main(["wishes", *arguments]) == 0
    captured = capsys.readouterr()
    assert not captured.err
    return captured.out


@pytest.mark.parametrize("lang", Lang)
def test_without_an_outcome_it_tells_what_was_recognised(
    lang: Lang, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the library does, in words or as JSON."""
    survey = read_survey(QUALTRICS)
    told = printed(capsys, QUALTRICS, "--lang", lang.value)
    assert told.split() == survey.explain(lang).split()
    assert max(map(len, told.splitlines())) <= 80
    document = json.loads(printed(capsys, QUALTRICS, "--json"))
    assert document == {"survey": 1, "file": survey.to_dict()}


@pytest.mark.parametrize("option", [["--plot", "a.svg"], ["--explain"], ["--wishes", "A"]])
def test_what_needs_an_outcome_is_refused_without(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing can be drawn or explained of a file alone."""
    line = fault(capsys, ["wishes", QUALTRICS, *option])
    assert line == f"{option[0]}: given without --outcome; expected --outcome too"


def test_records_at_fault_are_told_without_an_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the cells that are no numbers in columns of numbers."""
    file = tmp_path / "a.csv"
    file.write_text("A,B\n" + "1,2\n" * 20 + "x,3\n1\n")
    told = faults(capsys, ["wishes", str(file)])
    assert [one.split(";")[0] for one in told] == [
        "line 23: 1 field",
        "column 'A', line 22: a text of 1 characters",
    ]


def test_two_questions_give_the_wishes() -> None:
    """Their choices are paired by their words; --wishes takes some of them."""
    questions = ("--rating-question", "Q1", "--said-question", "Q2")
    options = ("--outcome", "Q3", "--form", "check-all", *questions)
    told = asked("wishes", QUALTRICS, *options)
    assert told["statements"] == CheckAll()
    assert [item.wish.about for item in told["items"]] == [
        *("Quiet seats", "Wi-Fi", "Food, drinks", "Something else")
    ]
    told = asked("wishes", QUALTRICS, *options, "--wishes", "Wi-Fi")
    assert told["items"] == (Item("Wi-Fi", rating="Q1_2", said="Q2_2"),)


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        (["--rating-question", "Q9"], "--rating-question: no such question; expected the name of"),
        (["--said-question", "Q3"], "--said-question: a question without choices; expected one"),
        (
            ["--rating-question", "Q1_1"],
            "--rating-question: no such question; expected the name of one of 23 questions, such",
        ),
    ],
)
def test_questions_that_do_not_fit_get_one_line(
    questions: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the option."""
    assert fault(capsys, ["wishes", QUALTRICS, "--outcome", "Q3", *questions]).startswith(message)


def test_every_way_to_read_a_file_can_be_said(tmp_path: Path) -> None:
    """The options are the arguments of read_survey."""
    told = asked(
        *("wishes", SURVEYMONKEY, "--outcome", "Q3", "--tool", "surveymonkey"),
        *("--rating-question", "Q1", "--drop", "Q3=6", "--missing", "9,-"),
        *("--codes", "Q1=5:Very satisfied,4:Satisfied,2:Dissatisfied"),
        *("--codes", "Q1_3=5:Very satisfied,4:Satisfied,Neither satisfied nor dissatisfied:"),
    )
    survey = told["columns"]
    assert isinstance(survey, SurveyFile)
    assert (survey.tool, survey.records) == (SurveyTool.SURVEYMONKEY, 3)
    assert survey.take_numbers("Q1_1", []).tolist() == [5, 5, 2]
    assert str(survey.take_numbers("Q1_3", []).tolist()) == "[nan, 5.0, 4.0]"
    assert str(survey.take_numbers("Q3", []).tolist()) == "[nan, 10.0, 0.0]"
    file = tmp_path / "a.txt"
    file.write_text("A|say_A|C|W\nHow?|Wanted?|All?|Which?\n4,5|1|2|x, y\n", encoding="utf-16")
    told = asked(
        *("wishes", str(file), "--outcome", "C", "--encoding", "utf-16", "--delimiter", "|"),
        *("--decimal", ",", "--header", "2", "--choices", "W=x,y"),
    )
    assert told["columns"].take_numbers("A", []).tolist() == [4.5]
    assert told["columns"].names == ("A", "say_A", "C", "W [x]", "W [y]")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--codes", "Q1"], "argument --codes: expected a column, =, and a list such as A,B"),
        (["--codes", "Q1=5"], "argument --codes: expected a code, a colon, and its word or"),
        (["--codes", "Q1=x:y"], "argument --codes: expected a code, a colon, and its word or"),
        (["--drop", "=6"], "argument --drop: expected a column, =, and a list such as A,B"),
        (["--choices", "Q1="], "argument --choices: expected names of columns, parted by commas"),
        (["--tool", "pen"], "argument --tool: unknown 'pen'"),
    ],
)
def test_options_of_the_wrong_form_get_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would be right is told."""
    with pytest.raises(SystemExit) as caught:
        main(["wishes", GOOGLE, *arguments])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--decimal", "x"], "--decimal: str of 1 characters; expected '.' or ','"),
        (["--header", "3"], "--header: 3; expected 1 or 2"),
        (["--encoding", "x"], "--encoding: 'x'; expected the name of an encoding"),
    ],
)
def test_options_that_do_not_fit_get_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are named as they are typed."""
    assert fault(capsys, ["wishes", GOOGLE, *arguments]).startswith(message)
