"""Surveys as the survey tools export them: each recognised, and told."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.wishes import CheckAll, SurveyFile, SurveyTool, YesNo, map_wishes, read_survey

FILES = Path(__file__).parent / "files"
SATISFIED = {
    5: "Very satisfied",
    4: "Satisfied",
    3: "Neither satisfied nor dissatisfied",
    2: "Dissatisfied",
}


def notes(survey: SurveyFile) -> dict[str, int | None]:
    """Return what was noted of a survey, with the counts."""
    return {one.note.name: one.count for one in survey.notes}


def kinds(survey: SurveyFile) -> dict[str, str]:
    """Return what the columns of each question hold; of parts, the last."""
    return {one.name: one.kind.name for one in survey.questions}


def cells(survey: SurveyFile, name: str) -> list[Any]:
    """Return the cells of a column, a blank as None."""
    column = survey.columns[name]
    return [
        None if isinstance(cell, float) and np.isnan(cell) else cell
        for cell in (column if isinstance(column, list) else column.tolist())
    ]


def test_qualtrics_has_three_header_records_and_a_time_zone() -> None:
    """The questions, their choices and the zone are taken from the header."""
    survey = read_survey(FILES / "qualtrics.csv")
    assert (survey.tool, survey.header, survey.records) == (SurveyTool.QUALTRICS, 3, 4)
    assert survey.zone == "Europe/Tallinn"
    assert repr(survey).startswith("<SurveyFile of 4 records, ")
    asked = {one.name: one for one in survey.questions}
    assert asked["Q1"].text.startswith("How satisfied are you with the following? Please think")
    assert asked["Q1"].choices == ("Quiet seats", "Wi-Fi", "Food, drinks")
    assert asked["Q2"].text == "Which of these matter to you?"
    assert asked["Q2"].choices == ("Quiet seats", "Wi-Fi", "Something else")
    found = kinds(survey)
    assert (found["Q1"], found["Q2"], found["Q2_3_TEXT"]) == ("RATING", "TICKS", "TEXT")
    assert (found["StartDate"], found["Status"]) == ("TIME", "RECORD")
    assert found["ExternalReference"] == "RESPONDENT"
    assert cells(survey, "Q1_3") == [None, 4, 3, 1]  # -99: seen, but not answered
    assert notes(survey) == {"SEEN": 1, "PREVIEWS": 1, "RETURNING": 1, "ONLY_TICKS": None}


def test_records_can_be_left_out() -> None:
    """What is dropped is counted, and lines of the file stay what they were."""
    survey = read_survey(FILES / "qualtrics.csv", drop={"Status": ["1"], "Q3": [6]})
    assert (survey.records, notes(survey)["DROPPED"]) == (2, 2)
    assert "PREVIEWS" not in notes(survey)
    with pytest.raises(FaultsError) as raised:
        map_wishes(
            survey, outcome="Q3", items=survey.items(rating="Q1"), statements=YesNo(),
            outcome_range=(0, 8),
        )  # fmt: skip
    (fault,) = raised.value.faults
    assert (fault.column, fault.lines, fault.rows) == ("Q3", (7,), ())


def test_choices_in_several_records_of_qualtrics_are_parted() -> None:
    """Without "split multi-value fields" the chosen codes, or texts, stand in one cell."""
    text = (
        "ResponseId,Q2,Q5\nResponse ID,Which?,Which? - again\n"
        '"{""ImportId"":""_recordId""}","{""ImportId"":""QID2""}","{""ImportId"":""QID5""}"\n'
        'R1,"1,2",Yes\nR2,1,\nR3,,No\nR4,"2,3",Yes\nR5,3,No\n'
    )
    survey = read(text)
    assert survey.names == ("ResponseId", "Q2 [1]", "Q2 [2]", "Q2 [3]", "Q5")
    assert [cells(survey, f"Q2 [{one}]") for one in (1, 2, 3)] == [
        [1, 1, None, 0, 0],
        [1, 0, None, 1, 0],
        [0, 0, None, 1, 1],
    ]
    assert notes(survey) == {"YES_NO_WORDS": None}
    assert kinds(survey) == {"ResponseId": "RECORD", "Q2": "TICKS", "Q5": "YES_NO"}


def test_the_order_of_display_and_unlike_texts_of_qualtrics() -> None:
    """How choices were shuffled is no answer; without a dash the whole text is the choice."""
    text = (
        "Q1_1,Q1_2,Q1_DO\nSeats,Sea view,Order\n"
        '"{""ImportId"":""QID1_1""}","{""ImportId"":""QID1_2""}","{""ImportId"":""QID1_DO""}"\n'
        "5,4,2|1\n3,2,1|2\n"
    )
    survey = read(text)
    assert kinds(survey) == {"Q1": "RATING", "Q1_DO": "RECORD"}
    assert (survey.questions[0].text, survey.questions[0].choices) == ("Sea", ("Seats", "Sea view"))
    assert survey.zone is None


def test_surveymonkey_has_two_header_records() -> None:
    """A question may have several columns, named after it; a tick repeats the choice."""
    survey = read_survey(FILES / "surveymonkey.csv", codes={"Q1": SATISFIED})
    assert (survey.tool, survey.header, survey.records) == (SurveyTool.SURVEYMONKEY, 2, 4)
    asked = {(one.name, one.kind.name): one for one in survey.questions}
    assert asked["Q1", "RATING"].columns == ("Q1_1", "Q1_2", "Q1_3")
    assert asked["Q1", "RATING"].labels[5] == "Very satisfied"
    assert asked["Q2", "TICKS"].choices == ("Quiet seats", "Wi-Fi", "Food, drinks")
    assert asked["Q2", "TEXT"].columns == ("Q2_4",)
    assert asked["Q3", "RATING"].text == "How likely is it that you would recommend us to a friend?"
    assert asked["Q3", "RATING"].labels == {0: "Not at all likely", 10: "Extremely likely"}
    assert cells(survey, "Q1_1") == [5, 4, 5, 2]
    assert cells(survey, "Q2_1") == [1, None, 1, None]
    assert cells(survey, "Q3") == [9, 6, 10, 0]
    assert notes(survey) == {"NUMBERED": None, "ONLY_TICKS": None, "NO_ZONE": None}


def test_words_without_a_code_book_are_asked_for() -> None:
    """They are few words that return, also where a column of a grid is too short to tell."""
    survey = read_survey(FILES / "surveymonkey.csv")
    assert kinds(survey)["Q1"] == "WORDS"
    assert notes(survey)["CODES_WANTED"] is None
    assert cells(survey, "Q1_1")[0] == "Very satisfied"
    with pytest.raises(FaultsError) as raised:
        read_and_map(survey)
    assert [(one.column, one.lines) for one in raised.value.faults] == [
        ("Q1_1", (3, 4, 5, 6)),
        ("Q1_2", (3, 4, 5, 6)),
        ("Q1_3", (3, 4, 5, 6)),
    ]
    assert raised.value.faults[0].found == "a text of 14 characters"


def read_and_map(survey: SurveyFile) -> None:
    """Map the wishes of the questions Q1 and Q2 by Q3."""
    items = survey.items(rating="Q1", said="Q2")
    map_wishes(survey, outcome="Q3", items=items, statements=CheckAll())


def test_limesurvey_with_codes() -> None:
    """Subquestions stand in brackets; a tick is Y, and nothing else is a blank."""
    survey = read_survey(FILES / "limesurvey_codes.csv")
    assert (survey.tool, survey.delimiter, survey.records) == (SurveyTool.LIMESURVEY, ";", 4)
    assert kinds(survey)["Q1"] == "RATING"
    assert [(one.name, one.kind.name) for one in survey.questions][-3:-1] == [
        ("Q2", "TICKS"),
        ("Q2", "TEXT"),
    ]
    assert cells(survey, "Q2[SQ001]") == [1, None, 1, None]
    assert notes(survey) == {"ONLY_TICKS": None, "NO_ZONE": None}


def test_limesurvey_with_texts() -> None:
    """With full answers N/A was not shown, and No is no tick."""
    survey = read_survey(
        FILES / "limesurvey_texts.csv",
        codes={"How satisfied are you with these?": {5: "very good", 4: "good"}},
    )
    assert survey.tool is SurveyTool.LIMESURVEY
    assert cells(survey, "How satisfied are you with these? [Wi-Fi]") == [4, None, 5, 4]
    assert cells(survey, "Which of these matter to you? [Wi-Fi]") == [0, None, 1, 0]
    assert notes(survey) == {"NOT_SHOWN": 2, "YES_NO_WORDS": None, "NO_ZONE": None}
    items = survey.items(
        rating="How satisfied are you with these?", said="Which of these matter to you?"
    )
    assert [item.wish.about for item in items] == ["Quiet seats", "Wi-Fi"]


@pytest.mark.parametrize(
    "own", ["id,submitdate", "id. Response ID,submitdate. Date submitted"], ids=["codes", "both"]
)
def test_limesurvey_with_codes_and_texts(own: str) -> None:
    """With both in the heading the code names the column, and the text tells of it."""
    text = f"{own},Q1[SQ001]. How good? [Quiet seats],Q1[SQ002]. How good? [Wi-Fi],Q3. All?\n"
    survey = read(text + "1,2026-01-01,5,4,9\n2,2026-01-02,3,2,7\n3,2026-01-03,N/A,2,8\n")
    assert survey.tool is SurveyTool.LIMESURVEY
    assert survey.names[:2] == ("id", "submitdate")
    assert cells(survey, "Q1[SQ001]") == [5, 3, None]
    assert survey.names[2:] == ("Q1[SQ001]", "Q1[SQ002]", "Q3")
    asked = {one.name: one for one in survey.questions}
    assert (asked["Q1"].text, asked["Q1"].choices) == ("How good?", ("Quiet seats", "Wi-Fi"))
    assert asked["Q3"].text == "All?"


def test_google_forms_has_several_choices_in_a_cell() -> None:
    """They become a column for each choice; who gave any tells of all."""
    survey = read_survey(FILES / "google_forms.csv")
    assert (survey.tool, survey.records) == (SurveyTool.GOOGLE_FORMS, 5)
    asked = {one.name: one for one in survey.questions}
    wanted = asked["What do you want more of?"]
    assert (wanted.kind.name, wanted.choices) == (
        "TICKS",
        ("Quiet seats", "Wi-Fi", "Food", "Plants"),
    )
    assert cells(survey, "What do you want more of? [Food]") == [0, 1, 0, 1, 1]
    assert asked["How satisfied are you?"].choices == ("Quiet seats", "Wi-Fi")
    assert asked["Email Address"].kind.name == "RESPONDENT"
    assert notes(survey) == {"YES_NO_WORDS": None, "RETURNING": 1, "NO_ZONE": None}


AMBIGUOUS = (
    "Timestamp,Wanted\n"
    '1/1/2026 10:00:00,"Seats, quiet, Wi-Fi"\n1/1/2026 10:01:00,"Seats, quiet"\n'
    '1/1/2026 10:02:00,Wi-Fi\n1/1/2026 10:03:00,"Seats, quiet, Wi-Fi, plants"\n'
    "1/1/2026 10:04:00,\n"
)


def test_choices_that_may_hold_the_sign_between_them_are_asked_for() -> None:
    """Nobody can tell "Seats, quiet" from two choices; named, it is one, and the rest is other."""
    survey = read(AMBIGUOUS.replace(", plants", ""))
    assert kinds(survey)["Wanted"] == "SEVERAL"
    assert "CHOICES_WANTED" in notes(survey)
    survey = read(AMBIGUOUS, choices={"Wanted": ["Seats, quiet", "Wi-Fi"]})
    assert [one.choices for one in survey.questions][-1] == ("Seats, quiet", "Wi-Fi", "other")
    assert cells(survey, "Wanted [Seats, quiet]") == [1, 1, 0, 1, None]
    assert cells(survey, "Wanted [other]") == [0, 0, 0, 1, None]


def test_texts_with_commas_are_no_choices() -> None:
    """Nobody's own words return; and between two choices nothing is empty."""
    rows = (f'1/1/2026 10:00,"so {one}, and {one}","a,,{one % 2}"\n' for one in range(60))
    texts = "".join(rows)
    survey = read(f"Timestamp,Why,Odd\n{texts}")
    assert kinds(survey) == {"Timestamp": "TIME", "Why": "TEXT", "Odd": "WORDS"}


def test_any_other_file_is_plain() -> None:
    """Several choices in a cell are then asked for too, never parted in silence."""
    survey = read('A;B\n1,5;"x, y"\n2,25;x\n;y\n')
    assert (survey.tool, survey.encoding, survey.delimiter) == (SurveyTool.PLAIN, "UTF-8", ";")
    assert kinds(survey) == {"A": "NUMBER", "B": "SEVERAL"}
    assert cells(survey, "A") == [1.5, 2.25, None]


def test_the_tool_can_be_said() -> None:
    """A first column in another language is said to be Google's; what does not fit is refused."""
    text = 'Heure,Choix\n1/1/2026 10:00,"a, b"\n1/1/2026 10:00,a\n1/1/2026 10:00,b\n'
    assert kinds(read(text))["Choix"] == "SEVERAL"
    assert kinds(read(text, tool=SurveyTool.GOOGLE_FORMS))["Choix"] == "TICKS"
    assert read(text.replace("Heure", "Timestamp"), tool=SurveyTool.PLAIN).names[1] == "Choix"
    with pytest.raises(InvalidError, match="tool: no header of Qualtrics; expected another tool="):
        read(text, tool=SurveyTool.QUALTRICS)


def test_a_second_header_is_asked_for() -> None:
    """Texts with numbers below them may be questions; the user says which."""
    text = "A,B,C\nHow good?,How fast?,Else\n5,4,x\n3,2,y\n"
    with pytest.raises(InvalidError, match="line 2: in 2 columns a text with a number below it"):
        read(text)
    survey = read(text, header=2)
    assert (survey.header, survey.records) == (2, 2)
    assert survey.questions[0].text == "How good?"
    assert read(text, header=1).records == 3


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", sorted(one.name for one in FILES.iterdir()))
def test_what_was_recognised_is_printed(name: str, lang: Lang) -> None:
    """Every question stands in the text, which fits a terminal, and in HTML; no answer does."""
    survey = read_survey(FILES / name)
    told = survey.explain(lang)
    assert told.startswith(f"{survey.tool.value}, CSV; ")
    assert all(one.name[:20] in told for one in survey.questions)
    assert max(map(len, told.split("\n"))) <= 110
    assert "R_1aa" not in told
    assert "taimed" not in told
    assert "Faster" not in told
    assert survey.show().html().count("<tr>") == len(survey.questions) + 1
    assert repr(survey).startswith(f"<SurveyFile of {survey.records} records, ")


@pytest.mark.no_cover
def test_the_docs_show_what_is_printed() -> None:
    """The first example of docs/surveys.md prints the text below it."""
    page = (FILES.parents[2] / "docs" / "surveys.md").read_text(encoding="utf-8")
    example, shown = (
        re.search(rf"^```{kind}\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
        for kind in ("python", "text")
    )
    assert example
    assert shown
    names: dict[str, Any] = {}
    exec(example[1], names)  # noqa: S102 - the project's own page
    assert str(names["survey"]) == shown[1]


def test_it_is_told_as_plain_values() -> None:
    """The document tells what was recognised, without the answers."""
    document = read_survey(FILES / "surveymonkey.csv").to_dict()
    assert document["tool"] == "SurveyMonkey"
    (asked,) = (one for one in document["questions"] if one["name"] == "Q3")
    assert asked["labels"] == {"0": "Not at all likely", "10": "Extremely likely"}
    assert {"note": "NO_ZONE", "count": None, "columns": []} in document["notes"]


def test_wishes_are_paired_by_their_choices() -> None:
    """A choice that one question has alone is a wish that the other tells nothing of."""
    survey = read_survey(FILES / "qualtrics.csv")
    found = [
        (item.wish.about, item.rating, item.said) for item in survey.items(rating="Q1", said="Q2")
    ]
    assert found == [
        ("Quiet seats", "Q1_1", "Q2_1"),
        ("Wi-Fi", "Q1_2", "Q2_2"),
        ("Food, drinks", "Q1_3", None),
        ("Something else", None, "Q2_3"),
    ]
    assert [item.said for item in survey.items(rating="Q1")] == [None] * 3


@pytest.mark.parametrize(
    ("rating", "said", "message"),
    [
        (
            "Q11",
            "Q2",
            "rating: no such question; expected the name of one of 23 questions, such",
        ),
        (
            "zzz",
            None,
            "rating: no such question; expected the name of one of 23 questions; print",
        ),
        ("Q1", "Q3", "said: a question without choices; expected one with a column a choice"),
    ],
)
def test_questions_that_do_not_fit_are_told(rating: str, said: str | None, message: str) -> None:
    """What is meant may be near; a question needs a column for each choice."""
    with pytest.raises(InvalidError) as raised:
        read_survey(FILES / "qualtrics.csv").items(rating=rating, said=said)
    assert str(raised.value).startswith(message)


def test_questions_with_other_choices_are_told() -> None:
    """Two questions that share no choice are no pair."""
    survey = read("id,submitdate,A[x],B[y]\n1,2026-01-01,1,1\n2,2026-01-02,4,\n")
    with pytest.raises(InvalidError, match="items: two questions without a choice in common"):
        survey.items(rating="A", said="B")


def read(text: str, **options: object) -> SurveyFile:
    """Read a survey from a text."""
    return read_survey(BytesIO(text.encode()), **options)  # type: ignore[arg-type]
