"""CSV in and out: whole or not at all, with the reasons line by line; and what is written is what is read."""

import csv
import io
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import logbook
from components import tables
from config import metrics, register
from config.register import Field, Kind
from logbook.files import Accepted, Refused, defused, from_csv, restored, to_csv
from tests.logbook.bodies import GOOD

FIGURES = set(metrics.load())
KINDS = register.load()
COMMITMENTS = "text,owner,due,state\n"


def taken(kind: str, content: bytes | str) -> Accepted:
    found = from_csv(KINDS[kind], content if isinstance(content, bytes) else content.encode(), FIGURES)
    assert isinstance(found, Accepted), str(found)
    return found


def refused(kind: str, content: bytes | str) -> list[str]:
    found = from_csv(KINDS[kind], content if isinstance(content, bytes) else content.encode(), FIGURES)
    assert isinstance(found, Refused)
    return str(found).splitlines()


def table(*bodies: dict[str, object], kind: str = "note") -> pd.DataFrame:
    with logbook.open("sqlite://") as book:
        for number, body in enumerate(bodies):
            book.append(kind, f"{kind}:{number}", body, "Ann")
        return book.latest(kind)


@pytest.mark.parametrize(
    "head",
    [
        "day,kind,title",
        "Date,Kind,Title",
        " DATE , kind,TITLE ",
        "日期,类型,标题",
        "日期,kind,Title",
        "\ufeffday,kind,title",
        '"day","kind","title"',
        "day,kind,title,,",
        "id,subject,author,at,replaces,day,kind,title",
    ],
)
def test_columns_are_known_by_id_or_label_of_either_language(head):
    cells = ",,,,," if head.startswith("id,") else ""
    (draft,) = taken("note", f"{head}\n{cells}2026-03-31,release,4.1\n").drafts
    assert draft.body == {"day": "2026-03-31", "kind": "release", "title": "4.1"}
    assert draft.subject.startswith("note:") and draft.replaces is None


def test_the_order_of_columns_is_free_and_blank_lines_are_passed_over():
    found = taken("note", "title,day,kind\r\n\r\nA,2026-03-31,release\r\n , ,\r\nB,2026-04-01,other\r\n")
    assert [draft.body["title"] for draft in found.drafts] == ["A", "B"]
    assert found.lines == (3, 5)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_spreadsheets_of_other_countries_write_is_read(separator):
    content = "day,kind,title\n2026-03-31,release,4.1\n".replace(",", separator)
    assert taken("note", content).drafts[0].body["title"] == "4.1"


@pytest.mark.parametrize(
    ("kind", "field", "cell", "value"),
    [
        ("note", "day", "2026/3/1", "2026-03-01"),
        ("note", "day", "2026.03.01", "2026-03-01"),
        ("note", "day", " 2026年3月1日 ", "2026-03-01"),
        ("note", "kind", "Release", "release"),
        ("note", "kind", "版本发布", "release"),
        ("note", "kind", " INCIDENT ", "incident"),
        ("note", "withdrawn", "TRUE", True),
        ("note", "withdrawn", "是", True),
        ("note", "withdrawn", "no", False),
        ("note", "withdrawn", "0", False),
        ("target", "value", "1700", 1700),
        ("target", "value", "1700.50", 1700.5),
        ("target", "value", "1.7e3", 1700.0),
        ("target", "value", "+3", 3),
        ("note", "owner", " Ann ", "Ann"),
        ("note", "title", " a b ", " a b "),
        ("note", "title", "'=1+1", "=1+1"),
        ("note", "title", "'tis", "'tis"),
        ("note", "title", "=1+1", "=1+1"),
    ],
)
def test_a_cell_is_read_as_its_field_has_it(kind, field, cell, value):
    body = {name: str(each) for name, each in GOOD[kind].items()} | {field: cell}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(body))
    writer.writeheader()
    writer.writerow(body)
    (draft,) = taken(kind, out.getvalue()).drafts
    assert draft.body[field] == value
    assert type(draft.body[field]) is type(value)


@pytest.mark.parametrize(
    ("kind", "content", "faults"),
    [
        # the file
        ("note", b"", ["line 1: has no line: the first one must name the columns"]),
        ("note", b"\n\n", ["line 1: has no line: the first one must name the columns"]),
        ("note", "日期\n版本".encode("gbk"), ["line 1: is not UTF-8: save the file as CSV UTF-8"]),
        ("note", b"day,kind,title\n2026-03-31,release,\xff", ["line 2: is not UTF-8: save the file as CSV UTF-8"]),
        ("note", "day,kind,title\n".encode("utf-16"), ["line 1: is not UTF-8: save the file as CSV UTF-8"]),
        ("note", "day,kind,title\n", ["line 1: has no line below the names of the columns"]),
        (
            "note",
            'day,kind,title\n2026-03-31,release,"open\n',
            ["line 2: cannot be read as CSV (unexpected end of data): check the quotation marks"],
        ),
        (
            "note",
            'day,kind,title\n,,\n2026-03-31,release,"a"b\n',
            ["line 3: cannot be read as CSV (',' expected after '\"'): check the quotation marks"],
        ),
        # the columns
        (
            "note",
            "day,kind,titel\n2026-03-31,release,x\n",
            ["line 1: titel: is no column of this kind: did you mean title?", "line 1: title: has no column: add it"],
        ),
        (
            "commitment",
            "text,due,state\nShip,2026-04-03,open\n",
            ["line 1: owner: has no column: add it"],
        ),
        ("note", "day,Date,kind,title\n", ["line 1: day: is there twice: keep one of the columns"]),
        ("note", "day,,kind,title\n", ["line 1: column 2: is no column of this kind"]),
        ("note", "2026-03-31\n", ["line 1: 2026-03-31: is no column of this kind"]
            + [f"line 1: {name}: has no column: add it" for name in ("day", "kind", "title")]),
        # the lines
        (
            "commitment",
            COMMITMENTS + "Ship,,2026-04-03,open\nSell,Bo,soon,opne\nTell,Cy,2026-04-03,open\n",
            [
                "line 2: owner: is missing: write it",
                "line 3: due: must be a day such as 2026-03-31, not “soon”",
                "line 3: state: must be one of open, done, dropped, not “opne”: did you mean open?",
            ],
        ),
        (
            "commitment",
            COMMITMENTS + '"Ship\nit",Ann,2026-04-03,open\nSell,Bo,3/4/2026,open\n',
            [
                "line 2: text: must be on one line: take the line breaks out",
                "line 4: due: must be a day such as 2026-03-31, not “3/4/2026”",
            ],
        ),
        (
            "commitment",
            COMMITMENTS + "Ship, it,Ann,2026-04-03,open\nSell,Bo\n",
            ["line 2: has 5 cells where the first line names 4"]
            + [f"line 3: {name}: is missing: write it" for name in ("due", "state")],
        ),
        (
            "target",
            "figure,period,value,reason\nnew_users,2026-04-01,45%,x\nnew_users,2026-04-01,\"1,700\",x\n",
            [
                "line 2: value: must be a number such as 1200 or 0.31, not “45%”",
                "line 3: value: must be a number such as 1200 or 0.31, not “1,700”",
            ],
        ),
        (
            "target",
            "figure,period,value,reason\nnew_users,2026-04-01,1e999,x\n",
            ["line 2: value: must be a number such as 1200 or 0.31, not inf"],
        ),
        (
            "target",
            "figure,period,value,reason\nnew_users,2026-04-01,=1+1,x\n",
            ["line 2: value: must be a number such as 1200 or 0.31, not “=1+1”"],
        ),
        ("check", "item,done\npersona,perhaps\n", ["line 2: done: must be true or false, not “perhaps”"]),
        # what the lines are about
        (
            "target",
            "figure,period,value,reason\nrevenue,2026-04-01,1,x\nchurn,2026-04-01,1,x\nrevenue,2026-05-01,2,x\n",
            ["line 4: subject: is in line 2 already: keep one of them"],
        ),
        (
            "note",
            "subject,day,kind,title\nn,2026-03-31,release,A\n,2026-03-31,release,A\nn,2026-03-31,release,B\n",
            ["line 4: subject: is in line 2 already: keep one of them"],
        ),
        (
            "stage_override",
            "stage,until,reason\ngrowth,2026-04-01,x\ngrowth,2026-05-01,x\n",
            ["line 3: subject: is in line 2 already: keep one of them"],
        ),
        (
            "target",
            "subject,figure,period,value,reason\ntarget:churn,revenue,2026-04-01,1,x\n",
            ["line 2: subject: must be target:revenue or empty, not target:churn"],
        ),
        (
            "note",
            "id,subject,day,kind,title\n7,,2026-03-31,release,A\nx,n,2026-03-31,release,A\n",
            [
                "line 2: subject: is missing beside the id of the entry it replaces: write it, or leave the id out",
                "line 3: id: must be the number of an entry, not x",
            ],
        ),
    ],
)  # fmt: skip
def test_a_file_is_refused_with_its_reasons_line_by_line(kind, content, faults):
    assert refused(kind, content) == faults


def test_200_kb_in_a_cell_are_refused_with_their_line():
    long = "x" * 200_000
    said = refused("note", f"day,kind,title,text\n2026-03-31,release,A,\n2026-03-31,release,B,{long}\n")
    assert said == ["line 3: has a cell of more than 131,072 characters: the file is not read further"]
    said = refused("note", f"day,kind,title,text\n2026-03-31,release,B,{'x' * 100_000}\n2026-03-31,,C,\n")
    assert said == [
        "line 2: text: has 100,000 characters, 10,000 are allowed: shorten it",
        "line 3: kind: is missing: write it",
    ]


def test_ten_thousand_lines_are_taken_whole_or_refused_whole_and_at_once():
    lines = [f"Do {number},Ann,2026-04-03,open" for number in range(10_000)]
    start = time.process_time()
    found = taken("commitment", COMMITMENTS + "\n".join(lines))
    assert time.process_time() - start < 4
    assert len(found.drafts) == len({draft.subject for draft in found.drafts}) == 10_000
    lines[7_777] = "Do 7777,,2026-04-03,open"
    assert refused("commitment", COMMITMENTS + "\n".join(lines)) == ["line 7779: owner: is missing: write it"]


def test_the_notes_of_the_demo_are_taken():
    from warehouse.demo import around

    content = around.notes().to_csv(index=False).encode()
    assert len(taken("note", content).drafts) == len(around.notes())


def test_lines_that_name_the_entry_they_saw_replace_it_and_no_other(tmp_path):
    with logbook.open(tmp_path / "logbook.db") as book:
        seen = book.append("note", "note:1", GOOD["note"], "Ann")
        file = to_csv(KINDS["note"], book.latest("note")).replace(b"4.1: tasks", b"4.2: tasks")
        found = taken("note", file)
        assert (found.drafts[0].subject, found.drafts[0].replaces) == ("note:1", seen)
        book.append_all("note", found.drafts, "Bo")
        assert book.latest("note")["body"].iloc[0] == {**GOOD["note"], "title": "4.2: tasks"}
        with pytest.raises(logbook.Conflict, match="“note:1” was changed meanwhile, by Bo"):
            book.append_all("note", taken("note", file).drafts, "Cy")


# Formulas ---------------------------------------------------------------------------------------------------------


def test_cells_that_begin_a_formula_are_defused_on_the_way_out():
    rows = table({"title": "=1+1", "text": "@x", "owner": "+a", "source": "\tb", "until": "-c", "figure": "d"})
    rows["author"] = "=cmd"
    (row,) = csv.DictReader(io.StringIO(to_csv(KINDS["note"], rows).decode("utf-8-sig"), newline=""))
    found = {name: row[name] for name in ("author", "title", "text", "owner", "source", "until", "figure")}
    assert list(found.values()) == ["'=cmd", "'=1+1", "'@x", "'+a", "'\tb", "'-c", "d"]


@given(st.text("='+-@\t\ra1 ", max_size=6))
def test_defusing_is_undone_by_reading_and_is_that_of_every_other_table(text):
    assert restored(defused(text)) == text
    assert not defused(text).startswith(tables.FORMULA_BEGINS)
    if text and not text.startswith("'") and "\r" not in text:
        written = tables.csv(pd.DataFrame({"x": [text]})).decode("utf-8-sig")
        assert list(csv.reader(io.StringIO(written, newline=""))) == [["x"], [defused(text)]]


# The round trip ---------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@'\",;\t"), min_size=1, max_size=12)
DAYS = st.dates(pd.Timestamp("1990-01-01").date(), pd.Timestamp("2199-12-31").date()).map(str)


def values(field: Field) -> st.SearchStrategy[object]:
    match field.type:
        case "day":
            return DAYS
        case "number":
            return st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
        case "choice":
            return st.sampled_from(sorted(field.options or ()))
        case "figure":
            return st.sampled_from(sorted(FIGURES))
        case "truth":
            return st.booleans()
        case "link":
            return st.sampled_from(["https://a.b/c?d=e,f", '/x"y', "http://ä"])
        case "long_text":
            return TEXT.filter(str.strip)
        case "person":
            return TEXT.map(str.strip).filter(lambda text: text and "\n" not in text and "\r" not in text)
        case _:
            return TEXT.filter(lambda text: text.strip() and "\n" not in text and "\r" not in text)


def bodies(kind: Kind) -> st.SearchStrategy[dict[str, object]]:
    """Bodies that the form takes: every field, or some of those that may be empty."""
    free = {name: values(field) for name, field in kind.fields.items() if field.required is not True}
    needed = {name: values(field) for name, field in kind.fields.items() if field.required is True}
    return st.fixed_dictionaries(needed, optional=free)


@pytest.mark.parametrize("name", list(KINDS))
def test_what_is_exported_is_read_back_to_the_same_entries(name):
    kind = KINDS[name]

    @given(st.lists(bodies(kind), min_size=1, max_size=3))
    @settings(max_examples=25, deadline=None)
    def law(written):
        from logbook.forms import check

        written = [body for body in written if not check(kind, body, FIGURES)]
        if kind.subject != "generated":
            written = list({str([body.get(field) for field in kind.subject]): body for body in written}.values())[:1]
        if not written:
            return
        frame = pd.DataFrame({"author": ["Ann"] * len(written), "body": written})
        found = from_csv(kind, to_csv(kind, frame), FIGURES)
        assert isinstance(found, Accepted), str(found)
        assert [dict(draft.body) for draft in found.drafts] == written

    law()
