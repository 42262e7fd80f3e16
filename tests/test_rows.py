"""Records to tables and back, and cells that are the same on every machine."""

import csv
import dataclasses
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from missions import Folder, obs
from truceline import rows
from truceline.formats import cells, observations
from truceline.nouns import Assessment, Capture, Finding, Incident, Lexicon, Link, Look, Observation


def test_records_come_back_from_their_tables(tmp_path):
    folder = Folder(tmp_path / "m")
    folder.effort("E1,mon,2025-08-11,,hill,,arda,,done,,,,,")
    folder.tell(
        obs("A", "mon", killed_min="1"), obs("B", "voice-1", origin_id="voice-2", actor_claimed="brel", unheard="of")
    )
    edition = folder.edition()
    for noun, kept in ((Observation, edition.observations), (Incident, edition.incidents), (Link, edition.links),
                       (Assessment, edition.assessments), (Finding, edition.findings), (Look, edition.looks)):  # fmt: skip
        assert kept
        assert tuple(rows.records(noun, rows.table(noun, kept))) == tuple(kept)


def test_an_empty_table_keeps_its_columns():
    assert rows.table(Link, []).schema == rows.schema(Link)
    assert rows.records(Link, rows.table(Link, [])) == []


def test_a_table_of_another_noun_is_refused_by_name():
    with pytest.raises(TypeError, match=r"not a table of Link: missing \['incident_id'"):
        rows.records(Link, pl.DataFrame({"id": ["A"]}))
    wrong = rows.table(Link, []).with_columns(pl.lit(1).alias("weight_bits"))
    with pytest.raises(TypeError, match="weight_bits is Int32, not Float64"):
        rows.check(Link, wrong)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (False, "false"), (3, "3"), (-3, "-3"), (0.1 + 0.2, "0.3"), (1e-9, "0"), (-0.0, "0"),
     (12.5, "12.5"), (-2.25, "-2.25"), (("a", "b"), "a;b"), ((), ""), ("plain", "plain"), ("=1", "'=1"), ("+66 1", "'+66 1"), ("-5", "-5"), ("-", "'-"),
     ("@a", "'@a"), ("\ta", "'\ta"),
     (("=1", "b"), "'=1;b"), ("\r=1", "'\n=1")],
)  # fmt: skip
def test_a_value_as_one_cell(value, text):
    assert rows.cell(value) == text


@pytest.mark.parametrize("text", ["one\rtwo", "one\r\ntwo", "one\ntwo", "\rone", 'say "no"', "a;b,c\td"])
def test_a_text_with_line_ends_and_marks_stays_one_cell(text):
    data = rows.csv_bytes(["a", "b"], [(text, "end")])
    (_, row) = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    assert row[0].lstrip("'").split() == text.split()
    assert row[1] == "end"


@settings(deadline=None, max_examples=80, derandomize=True)
@given(
    st.lists(
        st.tuples(st.text(), st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers()), max_size=5
    )
)
def test_what_is_written_as_csv_reads_back_and_never_runs(table):
    data = rows.csv_bytes(["a", "b", "c"], table)
    back = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert len(back) == len(table) + 1
    for (text, _, number), (cell, _, whole) in zip(table, back[1:], strict=True):
        assert cell.lstrip("'").split() == text.lstrip("'").split()
        assert whole == str(number)
        assert cell[:1] not in {"=", "@", "\t", "\r"}


CELLS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=6) | st.sampled_from(
    ["-1", "=1+1", "+2.5", "@x", "\rb", "\r\n", "-", '"', "a,b"]
)
FLOATS = st.floats(-1e18, 1e18) | st.sampled_from([0.0, -0.0, 1e-7, -1e-7, 2.0, 1e15, 123456.7])


@given(
    st.lists(
        st.tuples(CELLS, st.none() | FLOATS, st.none() | st.integers(-(10**9), 10**9), st.lists(CELLS, max_size=2))
    )
)
def test_a_frame_is_written_as_its_rows_are(told: list[tuple[str, float | None, int | None, list[str]]]) -> None:
    schema = {"a": pl.String(), "b": pl.Float64(), "c": pl.Int64(), "d": pl.List(pl.String())}
    frame = pl.DataFrame(told, schema=schema, orient="row")
    by_columns = list(csv.reader(io.StringIO(rows.frame_bytes(frame).decode(), newline="")))
    by_rows = list(csv.reader(io.StringIO(rows.csv_bytes(list(schema), frame.iter_rows()).decode(), newline="")))
    assert by_columns == by_rows


def test_rows_that_share_most_of_their_cells_are_read_as_if_each_stood_alone(tmp_path):
    """The reader remembers what rows share; whatever differs, goes wrong or is unknown must come out the same."""
    lines = ["id,source_id,start,reported,kind,actor_claimed,details,odd,exposure,row,text"]
    starts, reported = ("2025-08-11", "2568-08-11", "never"), ("2025-08-12T09:00Z", "", "2568-08-12", "soon")
    shared = (
        "fire.mortar,arda,,,,",
        'fire.mortr,nobody,"{""a"": ""1""}",x,,',
        "fire.mortar,arda,,,sealed,",
        "fire.mortar,,,,,7",
    )
    lines += [
        f"O{n},{source},{start},{said},{rest},words {n}"
        for n, (start, said, rest, source) in enumerate(
            (a, b, c, d) for a in starts for b in reported for c in shared for d in ("mon", "", "no-one", "Mon", "mon")
        )
    ]
    lines += [f",mon,2025-08-11,,{shared[0]},no id"] * 2
    data = "\n".join(lines).encode()
    whole = Capture("inbox/observations/a.csv", "observations", "0", len(data), data)
    lexicon = Lexicon(
        ("arda", "brel"), {"arda": "arda"}, {"mon": "mon"}, {}, "Asia/Bangkok", frozenset({"fire.mortar"}), {}
    )
    together = observations.read(whole, lexicon)
    alone = cells.each(whole, lexicon, ("id",), lambda row, notes: observations.observation(row, notes, whole, lexicon))
    assert together == alone
    assert together.observations
    assert together.set_aside
    assert together.questions


def test_an_observation_with_other_values_is_what_replace_makes():
    one = Observation("A", "mon", None, text="x", details={"a": "b"})
    assert one.but(text="y", notes=("n",)) == dataclasses.replace(one, text="y", notes=("n",))
    with pytest.raises(KeyError):
        one.but(colour="red")
