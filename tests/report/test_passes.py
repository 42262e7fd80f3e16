"""Passes in the report: apart from looks, with what could not be worked out, and nothing where there are none."""

from dataclasses import replace
from datetime import timedelta

from truceline.nouns import CoverageState, Look, Pass, PassStatus
from truceline.report import access, calendar, passes
from truceline.report import tree as t
from truceline.report.draw import Mark, Path
from truceline.report.index import Index

from .conftest import AS_OF, day


def span(satellite, status, first, last, **more):
    sensor, kinds = ("VIIRS", ("heat",)) if satellite.startswith("NOAA") else ("MSI", ("change.surface",))
    return Pass(satellite, sensor, status, day(first), day(last), kinds=kinds, **more)


def came(satellite, n, *, zones=("s1",), sun=50.0, view=12.0):
    one = span(satellite, PassStatus.PASS, n, n + 1, closest=day(n, 6), zones=zones, perhaps=() if zones else ("s1",))
    return replace(one, sun_deg=sun, view_deg=view, epoch=day(1), age_days=float(n), error_s=10.0 * n)


ROWS = (
    span("NOAA-20", PassStatus.COMPUTED, 100, 130, epoch=day(1), age_days=130.0, error_s=1300.0),
    span("Sentinel-2A", PassStatus.COMPUTED, 100, 110, epoch=day(1), age_days=110.0, error_s=200.0),
    span("Sentinel-2A", PassStatus.NOT_COMPUTED, 110, 130, age_days=90.0),
    span("Sentinel-2B", PassStatus.NOT_COMPUTED, 110, 130, age_days=91.0),
    span("Landsat 8", PassStatus.NOT_COMPUTED, 100, 130),
    came("NOAA-20", 101), came("NOAA-20", 102, sun=-30.0, view=44.0), came("NOAA-20", 103, zones=()),
)  # fmt: skip


def with_passes(edition, rows=ROWS):
    looks = tuple(
        Look(
            p.satellite,
            p.start,
            p.end,
            "s1",
            "",
            p.kinds,
            CoverageState.OPPORTUNITY,
            0.0,
            "",
            passes=1,
            view_deg=p.view_deg,
        )
        for p in rows
        if p.status is PassStatus.PASS
    )
    mission = replace(edition.mission, passes=rows)
    return Index(replace(edition, mission=mission, looks=(*edition.looks, *looks)))


def told(blocks):
    return " ".join(t.text_of(b.runs) for b in blocks if isinstance(b, t.Paragraph))


def test_without_passes_nothing_is_said(edition):
    assert passes.blocks(Index(edition)) == []


def test_passes_are_counted_and_told_from_looks(edition):
    index = with_passes(edition)
    made = passes.blocks(index)
    text = told(made)
    assert text.startswith("3 passes of satellites could have looked, 1 of them only perhaps.")
    assert "counts as no look and raises no share seen" in text
    assert calendar.groups(index) == calendar.groups(Index(edition))
    before, after = (access.section(i).blocks for i in (Index(edition), index))
    assert [b for b in after if b not in made] == list(before)


def test_the_held_and_the_not_held_are_two_sentences(edition):
    held = with_passes(edition)
    assert any(o.kind.startswith("heat.") or o.source_id == "sat" for o in held.edition.observations) == (
        "stands among the looks above" in told(passes.blocks(held))
    )
    bare = with_passes(replace(edition, observations=()))
    assert "no detections and no images of these satellites are held" in told(passes.blocks(bare))


def test_the_table_has_age_error_angle_and_the_perhaps(edition):
    (table,) = [b for b in passes.blocks(with_passes(edition)) if isinstance(b, t.Table)]
    rows = [[t.text_of(line) for cell in row.cells for line in cell.lines] for row in table.rows]
    assert rows[0][0] == "NOAA-20 VIIRS"
    assert rows[0][2:] == ["2", "1", "1", "12°", "103", "1,030"]
    assert rows[1][2:] == ["0", "0", "0", "none", "110", "200"]


def test_what_was_not_worked_out_is_a_dash_and_named(edition):
    made = passes.blocks(with_passes(edition))
    (figure,) = [b for b in made if isinstance(b, t.Figure)]
    marks = [s for s in figure.drawing.shapes if isinstance(s, Mark)]
    assert {m.name for m in marks} == {"look-opportunity"}
    assert all(m.label for m in marks)
    (dashes,) = [s for s in figure.drawing.shapes if isinstance(s, Path) and s.stroke == "ink-3"]
    weeks = len({m.x for m in marks})
    assert len(dashes.pieces) > weeks
    assert "NOAA-20: came over in" in figure.alt
    assert "Landsat 8: came over in 0 of the 0 weeks worked out." in figure.alt
    text = told(made)
    assert "No elements are held of Landsat 8 (" in text
    assert "too old for Sentinel-2A and Sentinel-2B (" in text


def test_the_edition_s_close_cuts_what_is_told(edition):
    rows = (span("Landsat 8", PassStatus.NOT_COMPUTED, 100, 400), came("NOAA-20", 101))
    text = told(passes.blocks(with_passes(edition, rows)))
    assert f"to {AS_OF + timedelta(hours=7):%-d %B %Y}" in text
