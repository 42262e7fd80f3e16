"""No name that is not public, no witness and no telephone leaves by the door of what could not be read."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions import COLUMNS, obs, table
from test_sealed import everything
from truceline import run as pipeline
from truceline import withheld
from truceline.errors import InputError
from truceline.formats import mapped, patrol
from truceline.nouns import WITHHELD, Exposure, SetAside

SEALED, WITNESS, PHONE = "Hidden Source QZX", "Qwitna Qwexson", "081 234 5678"
MARKS = ("qzx", "qwitna", "qwexson", "081 234", "812345678", "สมชาย", "ស៊ុខា")
WORDS = (SEALED, WITNESS, PHONE, "0812345678", "สมชาย", "ស៊ុខា")
PUBLISHED = frozenset({"id", "text", "weapon", "place", "origin_id", "language", "evidence", "of_whom", "harmed_party", "actor_claimed",
                       "kind"})  # fmt: skip
"""Cells that are words of a source: what stands in them is read and published as it was said, and is no error."""
SHIFTED = sorted({*COLUMNS, *patrol.COLUMNS, *mapped.PIECES} - {"id", "answers", "place_id"})
MAPPINGS = {
    "meaning": "columns:\n  Who: {0}\n", "key": "{0}: start\ncolumns: {{Who: source_id}}\n", "column": "columns: {{{0}: nothing}}\n",
    "fixed": "columns: {{Who: source_id}}\nfixed: {{{0}: source_id}}\n",
    "fixed_value": "columns: {{Who: source_id}}\nfixed: {{source_id: [{0}]}}\n",
    "beside": "columns: {{Who: source_id}}\nfixed: {{source_id: {0}, wrong: 1}}\n",
    "values": "columns: {{Who: source_id}}\nvalues: {{source_id: {{{0}: [1]}}}}\n",
    "twice": "columns: {{Who: source_id, {0}: start, {0}: end}}\n", "dates": "columns: {{Who: start}}\ndates: {0}\n",
    "alias": "columns: {{Who: *{0}}}\n", "ignore": "columns: {{Who: start}}\nignore: {0}\n", "list": "- {0}\n", "text": "{0}\n",
}  # fmt: skip


def marked(data):
    low = data.lower() if isinstance(data, str) else data.lower().decode("utf-8", "replace")
    return [m for m in MARKS if m in low]


def rows_of(columns, good):
    """A row a column and word, each good but for that one cell."""
    return [good | {column: word} for column in columns for word in WORDS]


def text(rows, columns):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def broken_files():
    """Files of several formats, by their place in the inbox, whose broken cells hold what must not leave."""
    own = [c for c in COLUMNS if c not in PUBLISHED]
    cells = [obs(f"B{n}", "mon") | row for n, row in enumerate(rows_of(own, {}))]
    head = ("Position", "Event location", "Means", "No.", "Date", "Time")
    seen = {
        "Position": "Hill 402",
        "Event location": "2km S",
        "Means": "Heard",
        "No.": "2",
        "Date": "2025-08-15",
        "Time": "09:00",
    }
    headless = f"{SEALED},{SEALED}\n{WITNESS},{PHONE}\n"
    found = {
        "inbox/observations/broken.csv": table(cells), "inbox/observations/headless.csv": headless,
        "inbox/observations/wide.csv": f"id,source_id,start\nX,mon,2025-08-10,{SEALED},{WITNESS}\n",
        "inbox/patrol/mon/broken.csv": text(rows_of(head, seen), head), "inbox/reports/headless.csv": headless,
        "inbox/mapped/none-fits.csv": f"{WITNESS},{PHONE},{SEALED}\n1,2,3\n", "inbox/mapped/headless.csv": headless,
        "inbox/odk/broken.csv": f"form,mission,exposure,{WITNESS}\nincident,valley,public,{PHONE}\nx{SEALED},valley,public,1\n",
        "inbox/odk/broken.json": json.dumps([{"form": SEALED}, {"form": "incident", "mission": "valley", "exposure": "public",
                                              "when": PHONE, "source": SEALED, "position": WITNESS}]),
        "inbox/features/broken.kml": f"<kml><{WITNESS.split(maxsplit=1)[0]}/>", "inbox/hxl/broken.csv": f"#event,#{PHONE}\n{SEALED},x\n",
    }  # fmt: skip
    return found | {
        f"inbox/mapped/{name}-{n}.yaml": form.format(word)
        for name, form in MAPPINGS.items() for n, word in enumerate((SEALED, WITNESS))
    }  # fmt: skip


def test_nothing_that_cannot_be_read_is_shown_to_everybody(truceline, mission, tmp_path, quick_report):
    for name, content in broken_files().items():
        mission.write(name, content)
    mission.tell(obs("OPEN", "press-1"), file="inbox/observations/open.csv")
    out = tmp_path / "public"
    ended = truceline("run", mission.path, "--out", out)
    assert ended.code == 0
    assert marked(ended.out + ended.err) == []
    assert {p.name: marked(p.read_bytes()) for p in out.rglob("*") if p.is_file() and marked(p.read_bytes())} == {}
    assert marked(everything(out)) == []
    listed = list(csv.DictReader(io.StringIO((out / "set_aside.csv").read_text("utf-8"))))
    assert {r["file"] for r in listed} >= {"inbox/mapped/meaning-0.yaml", "inbox/observations/broken.csv"}
    assert all(r["line"] for r in listed if r["file"].endswith(".yaml"))


def test_the_name_of_a_sealed_source_is_shown_to_nobody(truceline, mission, tmp_path):
    files = broken_files()
    for name, content in files.items():
        mission.write(name, content)
    ended = truceline("validate", mission.path)
    assert ended.code == 1
    assert "qzx" not in (ended.out + ended.err).lower()
    for path in [p for p in mission.path.glob("inbox/**/*") if p.is_file()]:
        path.unlink()
    outside = tmp_path / "stick"
    outside.mkdir()
    for name, content in files.items():
        (outside / name.rpartition("/")[2]).write_text(content, "utf-8")
    ended = truceline("receive", mission.path, *sorted(outside.iterdir()))
    assert ended.code == 3
    assert "qzx" not in (ended.out + ended.err).lower()


@pytest.mark.parametrize("form", MAPPINGS.values(), ids=MAPPINGS)
@pytest.mark.parametrize("word", [SEALED, WITNESS, "0812345678"])
def test_a_mapping_that_is_broken_says_its_file_and_line_and_nothing_that_stands_in_it(form, word):
    with pytest.raises(InputError) as refused:
        mapped.parse("desk.yaml", form.format(word).encode())
    assert all(p.file == "desk.yaml" and p.line for p in refused.value.problems)
    assert marked(str(refused.value)) == []


def test_the_name_of_a_file_names_no_sealed_source(truceline, mission, tmp_path):
    file = tmp_path / "hidden_source-QZX table.csv"
    file.write_text(table([obs("O1", "mon")]), "utf-8")
    assert truceline("receive", mission.path, file).code == 0
    (kept,) = [p for p in mission.path.glob("inbox/**/*") if p.is_file()]
    assert marked(kept.name) == []


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-30",
        "~2025-13-01T10:00+07:00",
        "102.4, 14.4",
        "-5",
        "31.02.2025",
        "25:61",
        "200,5",
        "5, 2",
        "102.4, None",
        "yesterday",
        "fire.morter",
    ],
)
def test_a_number_or_a_time_is_shown(value):
    assert withheld.for_everybody(SetAside("f.csv", 3, "start", value, "expected a date")).value == value


@given(st.sampled_from(WORDS), st.text("., :-+/~0123456789", max_size=6), st.sampled_from(SHIFTED))
def test_no_name_and_no_telephone_passes_as_a_number(word, more, column):
    """None of them stands in the open, whatever stands beside it; a name in small Latin letters alone would."""
    shown = withheld.for_everybody(SetAside("f.csv", 3, column, word + more, f"expected a date ({word})"))
    assert (shown.value, shown.reason) == (WITHHELD, "expected a date")


@given(
    st.sampled_from(["Hidden Source QZX", "hidden_source_qzx", "HIDDEN-SOURCE  qzx"]),
    st.sampled_from(["", " ", "(", "x;"]),
)
def test_a_name_is_found_in_any_spelling_and_between_any_words(name, around):
    hidden = {"hidden source qzx": Exposure.SEALED}
    assert withheld.exposure_of(hidden, f"{around}{name}{around[::-1]}") is Exposure.SEALED
    assert withheld.exposure_of(hidden, f"y{name}") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [("exposure: sealed", "exposure: sealed, aliases: Hidden QZX"), ("name: Hidden Source QZX", "name: [Hidden Source QZX]"),
     ("exposure: sealed", "exposure: sealed, party: QZX"), ("exposure: sealed", "exposure: seeled, languages: QZX"),
     ("id: hidden", "id: mon"), ("id: hidden", "id: hidden-qzx, reliability: A")],
)  # fmt: skip
def test_a_source_that_cannot_be_read_is_told_by_its_line_where_it_is_not_public(truceline, mission, old, new):
    mission.edit("sources.yaml", old, new)
    ended = truceline("validate", mission.path)
    assert (ended.code, "sources.yaml:" in ended.out, marked(ended.out + ended.err)) == (3, True, [])


def test_exposure_follows_the_most_closed_source(mission):
    mission.tell(obs("O1", "mon", start="QPX or Hidden Source QZX"), obs("O2", "mon", start="said Partner Desk QPX"))
    aside = {s.line: s.exposure for s in pipeline.load(mission.path).set_aside}
    assert aside == {2: Exposure.SEALED, 3: Exposure.PARTNERS}
