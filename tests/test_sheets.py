"""Tables as text: what the readers rely on."""

import io
import json

import openpyxl
import pytest

from truceline import sheets
from truceline.errors import InputError
from truceline.sheets import CellError, Row


def row(**cells):
    return Row(2, cells)


def test_lines_are_those_of_the_file_also_after_a_text_that_runs_over_several():
    sheet = sheets.read("t.csv", b'a,b\n1,"two\nlines"\n\n3,4\n')
    assert [(r.line, r.cells) for r in sheet.rows] == [(2, {"a": "1", "b": "two\nlines"}), (5, {"a": "3", "b": "4"})]


@pytest.mark.parametrize(
    ("header", "name"),
    [("Lon_Deg", "lon_deg"), (" Source ID ", "source_id"), ("source-id", "source_id"), ("'id", "id")],
)
def test_a_header_is_read_in_any_dress(header, name):
    assert sheets.tidy(header) == name


def test_columns_without_a_name_at_the_end_are_no_columns():
    assert sheets.read("t.csv", b"a,b,,\n1,2,,\n").rows[0].cells == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("-3", -3.0),
        ("1e3", 1000.0),
        ("", None),
        ("1,234,567", 1234567.0),
        ("1,234.5", 1234.5),
    ],
)
def test_a_number_as_people_write_it(text, number):
    assert row(x=text).number("x") == number


@pytest.mark.parametrize("text", ["abc", "nan", "inf", "1e99", "1.2.3", "0x10"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(CellError, match="x: found"):
        row(x=text).number("x")


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("1,200", 1200), ("1 200", 1200), ("2.0", 2), ("", None)])
def test_a_count_is_a_whole_number(text, number):
    assert row(x=text).count("x") == number


@pytest.mark.parametrize("text", ["-1", "2.5", "many", "--2"])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(CellError, match="x: found"):
        row(x=text).count("x")


def test_what_was_read_is_taken_and_what_was_not_is_left():
    one = row(a="1", b="2", c="")
    assert one.text("a") == "1"
    assert one.rest() == {"b": "2"}
    with pytest.raises(CellError, match="a value"):
        one.text("c", required=True)


def test_only_the_first_sheet_of_a_workbook_is_read_and_the_others_are_named():
    book = openpyxl.Workbook()
    book.active.append(["id", "when"])
    book.active.append([7, "x"])
    book.create_sheet("more").append(["id"])
    data = io.BytesIO()
    book.save(data)
    sheet = sheets.read("t.xlsx", data.getvalue())
    assert [r.cells for r in sheet.rows] == [{"id": "7", "when": "x"}]
    assert "only the first sheet" in sheet.set_aside[0].reason


@pytest.mark.parametrize(
    ("name", "data"),
    [("t.csv", b""), ("t.csv", b"\n\n"), ("t.csv", b",,\n"), ("t.xlsx", b"no zip"), ("t.parquet", b"PAR1"), ("t.geojson", b"{"),
     ("t.json", b'{"a": 1}'), ("t.doc", b"a,b\n"), ("t", b"a,b\n"), ("t.csv", b"a,a\n1,2\n"), ("t.geojson", b"[" * 100_000)],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_name(name, data):
    with pytest.raises(InputError) as refused:
        sheets.read(name, data)
    assert refused.value.problems[0].file == name
    assert refused.value.problems[0].expected


def test_an_area_in_a_geojson_is_set_aside_and_the_points_are_read():
    features = [
        {"type": "Feature", "properties": {"id": "A"}, "geometry": {"type": "Polygon", "coordinates": []}},
        {
            "type": "Feature",
            "properties": {"id": "B"},
            "geometry": {"type": "Point", "coordinates": [102.4, 14.4, 300]},
        },
        {"type": "Feature", "properties": {"id": "C"}, "geometry": None},
    ]
    sheet = sheets.read("t.geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert [r.cells.get("lon_deg") for r in sheet.rows] == ["102.4", None]
    assert [s.line for s in sheet.set_aside] == [1]
