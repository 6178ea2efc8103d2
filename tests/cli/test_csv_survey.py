"""Reading a survey from a CSV file."""

import csv
import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.cli._columns import CHUNK, CsvColumns, read_columns
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.replay._csv import CsvFile, open_csv, read_lines
from cxjourney.vocabulary._terminal import Progress

BLANK = float("nan")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a survey may be written."""
    return tmp_path / "survey.csv"


def opened(
    path: Path | str, progress: Progress | None = None, *, show_values: bool = False
) -> CsvFile:
    """Return a survey with its header read, as the command opens it."""
    lines = read_lines(str(path), "a survey in CSV", progress)
    return open_csv("survey.csv", lines, ",;\t", "a survey in CSV", show_values=show_values)


def read(
    path: Path,
    content: str | bytes,
    *texts: str,
    without: str = "",
    show_values: bool = False,
) -> CsvColumns:
    """Write a survey and read its named columns: some as texts, all others but one as numbers."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    file = opened(path, show_values=show_values)
    wanted = [name for name in file.names if name not in {*texts, without, ""}]
    return read_columns(file, dict.fromkeys(wanted, "--wishes"), dict.fromkeys(texts, "--who"))


def numbers(table: CsvColumns, name: str) -> list[float | None]:
    """Return a column of numbers, a blank as None."""
    return [None if math.isnan(float(one)) else float(one) for one in table.columns[name]]


def faults(path: Path, content: str | bytes, *texts: str, show_values: bool = False) -> list[str]:
    """Read a survey that is at fault, and return what is told of it."""
    with pytest.raises((FaultsError, InvalidError)) as caught:
        read(path, content, *texts, show_values=show_values)
    if not isinstance(caught.value, FaultsError):
        return [str(caught.value).replace(str(path), "survey.csv")]
    told = [str(fault) for fault in caught.value.faults]
    assert str(caught.value) == "".join(
        ["the file cannot be read as a survey", *(f"\n  - {one}" for one in told)]
    )
    return told


def test_columns_are_read_by_name(path: Path) -> None:
    """Numbers become arrays with NaN for a blank, texts stay as they stand."""
    table = read(path, "who,A,say_A\n 7 ,4.5,1\nx,,0\n", "who")
    assert table.columns["who"] == [" 7 ", "x"]
    assert numbers(table, "A") == [4.5, None]
    assert numbers(table, "say_A") == [1, 0]
    assert table.lines.tolist() == [2, 3]


def test_only_what_is_asked_for_is_read(path: Path) -> None:
    """A column of comments does not matter, nor do columns without a name."""
    table = read(path, "A,comment,,\n1,so nice,a,b\n", without="comment")
    assert set(table.columns) == {"A"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_every_usual_form_of_csv_is_read(path: Path, delimiter: str, end: str, bom: str) -> None:
    """Commas, semicolons, tabs, whatever ends the lines, with a byte-order mark and without."""
    rows = [["A", "B, C", "D"], ["1", "2", "3.5"], [], ["", "5", "1e2"]]
    text = end.join(
        delimiter.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows
    )
    table = read(path, bom + text)
    assert [numbers(table, name) for name in ("A", "B, C", "D")] == [[1, None], [2, 5], [3.5, 100]]


def test_a_long_file_may_end_its_lines_with_cr_alone(path: Path) -> None:
    """A file of an old Mac is read like any other, however long it is."""
    path.write_bytes(b"A,B\r" + b"1,2\r" * 300_000)
    table = read_columns(opened(path), {"B": "--wishes"}, {})
    assert numbers(table, "B") == [2.0] * 300_000
    assert table.lines[-1] == 300_001


def test_semicolons_allow_decimal_commas(path: Path) -> None:
    """As spreadsheets in Estonia and Finland write them."""
    table = read(path, "A;B;C\n4,5;-,5;1.5\n3;2,;2\n")
    assert [numbers(table, name) for name in "ABC"] == [[4.5, 3], [-0.5, 2], [1.5, 2]]


def test_a_column_with_both_decimal_marks_is_refused(path: Path) -> None:
    """Nobody can tell whether its 1.234 is about one or about a thousand."""
    assert faults(path, "A;B\n1.234;1\n4,5;1\n") == [
        (
            "column 'A': a column of decimal commas and of decimal points; "
            "expected one of the two throughout the column"
        )
    ]


def test_commas_allow_no_decimal_commas(path: Path) -> None:
    """A quoted 4,5 is told for what it is."""
    assert faults(path, 'A,B\n"4,5",1\n') == [
        (
            "column 'A', line 2: a number with a decimal comma; "
            "expected a decimal point, or semicolons between the columns"
        )
    ]


@pytest.mark.parametrize("cell", ["", "  ", "NA", "NaN", "nan", "null", "NULL"])
def test_blanks_of_other_programs_are_blank(path: Path, cell: str) -> None:
    """A cell that is blank, or says in so many words that it is, is NaN."""
    assert numbers(read(path, f"A,B\n{cell},1\n"), "A") == [None]


@pytest.mark.parametrize(
    "cell", ["five", "inf", "-Infinity", "1_000", "1 000", "0x10", "\u0665", "4-5", "1.2.3", "N/A"]
)
def test_texts_in_numbers_are_never_told(path: Path, cell: str) -> None:
    """What is no number is told by its length, with column and line."""
    assert faults(path, f"A,B\n1,1\n1,{cell}\n") == [
        (
            f"column 'B', line 3: a text of {len(cell)} characters; "
            "expected a number such as 4 or 4.5, or a blank"
        )
    ]


def test_numbers_beyond_all_bounds_are_told(path: Path) -> None:
    """A number that a float cannot hold is a fault, and so is an endless one."""
    assert faults(path, f"A,B\n1e999,1\n1,{'1' * 61}\n") == [
        (
            "column 'A', line 2: a number that is too large; "
            "expected a number such as 4 or 4.5, or a blank"
        ),
        (
            "column 'B', line 3: a text of 61 characters; "
            "expected a number such as 4 or 4.5, or a blank"
        ),
    ]


def test_every_fault_is_told_at_once(path: Path) -> None:
    """Ragged rows, texts in several columns: one error, each with its lines."""
    rows = ["A,B,C", "1,x,1", '"1', '2",2,3', "1,2", "", "1,2,3,4", "1,2,y", "1,2", *["z,1,1"] * 9]
    assert faults(path, "\n".join(rows)) == [
        "lines 5, 9: 2 fields; expected 3, as in the header",
        "line 7: 4 fields; expected 3, as in the header",
        (
            "column 'A', lines 3, 10, 11, 12, 13 and 5 more: a text of 3 characters; "
            "expected a number such as 4 or 4.5, or a blank"
        ),
        (
            "column 'B', line 2: a text of 1 characters; "
            "expected a number such as 4 or 4.5, or a blank"
        ),
        (
            "column 'C', line 8: a text of 1 characters; "
            "expected a number such as 4 or 4.5, or a blank"
        ),
    ]


def test_the_data_of_a_fault_is_in_its_attributes(path: Path) -> None:
    """A program reads column, rows and lines without parsing the message."""
    path.write_text("A,B\n1,1\n\n1,x\n")
    with pytest.raises(FaultsError) as caught:
        read_columns(opened(path), {"A": "--wishes", "B": "--wishes"}, {})
    (fault,) = caught.value.faults
    assert (fault.column, fault.rows, fault.count) == ("B", (1,), 1)
    assert getattr(fault, "lines", None) == (4,)


BAD_FILES: list[tuple[str, bytes, list[str]]] = [
    ("empty", b"", ["survey.csv: an empty file; expected a survey in CSV"]),
    (
        "blank lines",
        b"\xef\xbb\xbf\r\n \n",
        ["survey.csv: an empty file; expected a survey in CSV"],
    ),
    ("only a header", b"A,B\n\n", ["no row below the header; expected a row for each answer"]),
    (
        "no header",
        b"1,2\n3,4\n",
        ["survey.csv, line 1: numbers in place of the names of columns; expected"],
    ),
    (
        "no names",
        b",,\n3,4,5\n",
        ["survey.csv, line 1: no names of columns; expected the names of"],
    ),
    (
        "twice the same",
        b"A,B,A ,B,A\n1,2,3,4,5\n",
        [
            "column 'A', line 1: 3 such columns among 5; expected one column of the file, for --w",
            "column 'B', line 1: 2 such columns among 5; expected one column of the file, for --w",
        ],
    ),
    (
        "not UTF-8",
        b"A,B\n1,2\n\xe4,1\n",
        ["line 3: not UTF-8 at byte 1; expected a text in UTF-8 (in Excel"],
    ),
    (
        "UTF-16",
        "A,B\n".encode("utf-16"),
        ["survey.csv, line 1: a NUL byte; expected a text in UTF-8"],
    ),
    ("binary", b"A\n1\n\0", ["line 3: a NUL byte"]),
    (
        "open quote",
        b'A,B\n1,2\n1,"2\n3,4\n',
        ["line 3: not CSV (a quoted field never ends); expected fields as RFC"],
    ),
    (
        "open quote in header",
        b'"A,B\n1,2\n',
        ["survey.csv, line 1: not CSV (a quoted field never ends)"],
    ),
    ("odd quotes", b'A,B\n1,"2"3\n', ["line 2: not CSV (',' expected after '\"'); expected"]),
    (
        "endless field",
        b"A,B\n1," + b"2" * 200_000,
        ["line 2: not CSV (a field of more than 131072"],
    ),
    (
        "too wide",
        b",".join([b"A"] + [b""] * 10_000),
        ["survey.csv, line 1: 10,001 columns; expected at most 10,000"],
    ),
    ("escapes", b"\x1b[31m\x07,B\nx,1\n", ["column '\\x1b[31m\\x07', line 2: a text of 1 char"]),
]


@pytest.mark.parametrize(("content", "messages"), [case[1:] for case in BAD_FILES])
def test_bad_files_are_told(path: Path, content: bytes, messages: list[str]) -> None:
    """Whatever is wrong with a file is told with its line where there is one."""
    told = faults(path, content)
    assert len(told) == len(messages)
    assert all(one.startswith(message) for one, message in zip(told, messages, strict=True))


def test_columns_that_are_not_there_are_told(path: Path) -> None:
    """They are told together with what else is wrong, and with the option that asks for them."""
    path.write_text("A,comment\nx,1\n")
    with pytest.raises(FaultsError) as caught:
        read_columns(
            opened(path),
            {"A": "--wishes", "Z": "--weight", "": "--wishes"},
            {"Comments": "--respondent"},
        )
    among = "line 1: no such column among 2"
    assert [str(fault) for fault in caught.value.faults] == [
        f"column '', {among}; expected one column of the file, for --wishes",
        (
            f"column 'Comments', {among} (meant 'comment'?); "
            "expected one column of the file, for --respondent"
        ),
        f"column 'Z', {among}; expected one column of the file, for --weight",
        (
            "column 'A', line 2: a text of 1 characters; "
            "expected a number such as 4 or 4.5, or a blank"
        ),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.csv", "no such file"), ("", "not a file"), ("a\0b", "not a file")],
)
def test_what_is_no_file_is_told(tmp_path: Path, name: str, message: str) -> None:
    """A file that cannot be opened is told by its name."""
    with pytest.raises(InvalidError) as caught:
        opened(f"{tmp_path}/{name}")
    assert str(caught.value).endswith(f": {message}; expected a survey in CSV")


def test_who_may_see_is_told_what_stands_in_a_cell(path: Path) -> None:
    """The first text of a column that is no number is told, safe for a terminal."""
    assert faults(path, "A,B\n1,tw\x1bo\n1,three\n", show_values=True) == [
        (
            "column 'B', lines 2, 3: a text of 4 characters, 'tw\\x1bo'; "
            "expected a number such as 4 or 4.5, or a blank"
        )
    ]


def test_faults_in_rows_are_told_by_line(path: Path) -> None:
    """What the survey finds wrong later is told by the lines of the file."""
    table = read(path, "A\n1\n\n2\n3\n")
    error = FaultsError(
        "out of range",
        [
            InvalidError("", "9", "at most 5", column="A", rows=(1, *(2,)), count=7),
            InvalidError("", "a constant", "a column that varies", column="A"),
        ],
    )
    assert str(table.by_lines(error)) == (
        "out of range"
        "\n  - column 'A', lines 4, 5 and 5 more: 9; expected at most 5"
        "\n  - column 'A': a constant; expected a column that varies"
    )


def test_progress_is_told_to_the_end(path: Path) -> None:
    """It is told piece by piece, never beyond the whole, and at last all of it."""
    path.write_text("A,B\n" + "1,2\n" * (20 * CHUNK))
    told: list[tuple[str, int, int]] = []
    read_columns(opened(path, lambda *step: told.append(step)), {"A": "--wishes"}, {})
    size = path.stat().st_size
    shares = [done for _, done, _ in told]
    assert len(shares) > 1
    assert shares == sorted(set(shares))
    assert told[-1] == ("reading", size, size)


cells = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-99, 99)
names = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6).filter(
        lambda name: not name.replace(".", "").isnumeric()
    ),
    min_size=2,
    max_size=4,
    unique=True,
)


@given(st.data(), names, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    names: list[str],
    delimiter: str,
    end: str,
) -> None:
    """Whatever the csv module writes comes back to the last bit, decimal commas included."""
    width = len(names)
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1))
    marked = [[_written(cell, comma=delimiter == ";") for cell in row] for row in rows]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([names, *marked])
    table = read(tmp_path_factory.getbasetemp() / "any.csv", stream.getvalue())
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        assert numbers(table, name) == [None if cell is None else float(cell) for cell in column]


def _written(cell: float | None, *, comma: bool) -> str:
    text = "" if cell is None else repr(cell)
    return text.replace(".", ",") if comma else text


snippets = st.text(st.sampled_from('AB12.,;\t"\r\n \ufeff\0x-')).map(str.encode)


@given(snippets | st.binary(max_size=60))
def test_whatever_is_in_a_file_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """No file breaks the reader: it gives columns of one length, or a FaultsError with faults."""
    columns, rows, told = {}, 0, ["unread"]
    try:
        table = read(tmp_path_factory.getbasetemp() / "any.csv", content)
        columns, rows, told = dict(table.columns), len(table.lines), []
    except FaultsError as error:
        told = [str(fault) for fault in error.faults]
    except InvalidError as error:
        told = [str(error)]
    assert bool(told) != bool(columns)
    assert all(len(column) == rows for column in columns.values())
    assert all(fault.isprintable() and fault != "unread" for fault in told)


def test_pandas_reads_the_same(path: Path) -> None:
    """Numbers and blanks are those of pandas, over several pieces of the file."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(rng.normal(size=(CHUNK + 17, 3)).round(3), columns=list("ABC"))
    frame = frame.mask(rng.random(frame.shape) < 0.2)
    frame.to_csv(path, index=False)
    survey = opened(path)
    table = read_columns(survey, dict.fromkeys(survey.names, "--wishes"), {})
    again = pd.read_csv(path)
    for name in survey.names:
        np.testing.assert_array_equal(np.asarray(table.columns[name]), again[name])
    assert table.lines.tolist() == list(range(2, len(frame) + 2))
