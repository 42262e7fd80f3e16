"""Maps: nothing vanishes, lengths are true, nothing stands over anything, for any country and any number."""

from collections import Counter
from dataclasses import replace

import pytest
from shapely import LineString

from truceline.nouns import Effort, EffortStatus, Place, Zone
from truceline.report import maps, tongue
from truceline.report.advances import ems
from truceline.report.draw import Circle, Mark, Path, Words, text_width
from truceline.report.index import Index
from truceline.report.maps.ground import MOST_DISCS, graticule
from truceline.report.maps.labels import Ground, Label, Token
from truceline.report.maps.marks import gather
from truceline.report.maps.plane import CONIC, EQUIRECTANGULAR, padded, span_of, unbroken
from truceline.report.maps.plates import dense
from truceline.report.maps.sector import Atlas
from truceline.report.tree import Paragraph, inside, text_of
from truceline.where import distance_m

from .conftest import A, B, make_edition, span


def words_of(figure):
    return [s.text for s in figure.drawing.shapes if isinstance(s, Words)]


def moved(edition, lon, lat, stretch=1.0):
    """The same edition elsewhere on the globe."""

    def at(x, y):
        return (lon + (x - 104) * stretch + 180) % 360 - 180, lat + (y - 14.3)

    def turned(geometry):
        kind, coordinates = geometry["type"], geometry["coordinates"]
        if kind == "LineString":
            return {"type": kind, "coordinates": [list(at(*c)) for c in coordinates]}
        return {"type": kind, "coordinates": [[list(at(*c)) for c in ring] for ring in coordinates]}

    mission = edition.mission
    places = tuple(
        replace(p, lon_deg=at(p.lon_deg, p.lat_deg)[0], lat_deg=at(p.lon_deg, p.lat_deg)[1]) if p.lon_deg else p
        for p in mission.places
    )
    zones = tuple(replace(z, geometry=turned(z.geometry)) for z in mission.zones)
    incidents = tuple(
        replace(i, lon_deg=at(i.lon_deg, i.lat_deg)[0], lat_deg=at(i.lon_deg, i.lat_deg)[1]) if i.lon_deg else i
        for i in edition.incidents
    )
    return replace(edition, mission=replace(mission, places=places, zones=zones, area=None), incidents=incidents)


def scattered(count):
    edition = make_edition(count)
    incidents = tuple(
        replace(i, lon_deg=102.9 + (n * 7919 % 9973) / 9973 * 2.2, lat_deg=14.1 + (n * 104729 % 9967) / 9967 * 0.5)
        for n, i in enumerate(edition.incidents)
    )
    return replace(edition, incidents=incidents)


@pytest.mark.parametrize(("lon", "lat", "stretch"), [(104, 14.3, 1), (179.6, 14.3, 1), (-60, 67, 1), (30, 61, 9)])
def test_lengths_are_true_anywhere(edition, lon, lat, stretch):
    frame = maps.frame_of(Atlas(Index(moved(edition, lon, lat, stretch))))
    west, south, east, north = frame.bounds_deg
    assert frame.off < 0.025
    for x, y in ((0.1, 0.1), (0.5, 0.5), (0.9, 0.8)):
        a, b = west + (east - west) * x, south + (north - south) * y
        for c, d in ((a + 0.05, b), (a, b + 0.05)):
            (x0, y0), (x1, y1) = frame.xy(a, b), frame.xy(c, d)
            drawn = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
            assert drawn == pytest.approx(frame.points(distance_m(a, b, c, d)), rel=0.025)


def test_the_projection_suits_the_frame():
    assert padded(102, 12, 105, 15).projection.kind == EQUIRECTANGULAR
    wide = padded(10, 58, 60, 63)
    assert wide.projection.kind == CONIC
    assert wide.off < 0.02
    assert padded(20, 60, 22, 75).off < 0.01


def test_the_180th_meridian_breaks_nothing(edition):
    here, there = (Index(e) for e in (moved(edition, 100, 14.3), moved(edition, 180, 14.3)))
    one, other = maps.section(here), maps.section(there)
    assert [f.drawing.height for f in maps.figures(here)] == pytest.approx(
        [f.drawing.height for f in maps.figures(there)], abs=0.5
    )
    assert len(one.blocks) == len(other.blocks)
    assert [s.visits for s in Atlas(here).sectors] == [s.visits for s in Atlas(there).sectors]
    degrees = words_of(maps.figures(there)[0])
    assert any("W" in t for t in degrees)
    assert any("E" in t for t in degrees)
    assert span_of([179.0, -179.0]) == (179.0, 181.0)
    jumps = unbroken(LineString([(179, 1), (-179, 1)]))
    assert jumps.length == pytest.approx(2)


@pytest.mark.parametrize("count", [0, 1, 24, 1000])
def test_no_incident_vanishes(count):
    index = Index(make_edition(count))
    atlas = Atlas(index)
    placed = [i for i in index.incidents if i.lon_deg is not None]
    assert sum(len(s.incidents) for s in atlas.sectors) + len(atlas.outside) == len(placed)
    frame = maps.frame_of(atlas)
    assert sum(len(g.incidents) for g in gather(frame, placed, [])) == len(placed)
    first = maps.figures(index)[0]
    counted = Counter()
    for mark in (s for s in first.drawing.shapes if isinstance(s, Mark) and s.name.startswith("grade-") and s.label):
        counted[mark.name] += 1 if mark.label.endswith(")") else int(mark.label.split()[0].replace(",", ""))
    assert sum(counted.values()) == len(placed)


def test_what_lies_in_no_sector_is_said_in_words(edition):
    far = tuple(replace(i, lat_deg=16.0) if n < 3 and i.lat_deg else i for n, i in enumerate(edition.incidents))
    section = maps.section(Index(replace(edition, incidents=far)))
    assert "3 lie in no sector and are drawn on the first map alone." in text_of(section.blocks[0].runs)


def test_an_empty_sector_is_named_and_nobody_looked_is_said(edition):
    calm = Zone(
        "s3", "South", "sector", {"type": "Polygon", "coordinates": [[[102, 10], [103, 10], [103, 11], [102, 10]]]}
    )
    mission = replace(edition.mission, zones=(*edition.mission.zones, calm))
    blocks = maps.section(Index(replace(edition, mission=mission))).blocks
    said = " ".join(text_of(i) for b in blocks if hasattr(b, "items") for i in b.items)
    assert "South" in said
    assert "Nobody is recorded to have looked; this does not say that nothing happened." in said
    assert not any("South" in f.title for f in maps.figures(Index(replace(edition, mission=mission))))


def test_nothing_at_all_is_drawn_from_nothing(empty):
    index = Index(empty)
    section = maps.section(index)
    assert [type(b) for b in section.blocks] == [Paragraph]
    assert maps.overview(index) is None
    assert maps.coverage_figure(index) is None


def test_without_sectors_the_densest_areas_have_plates(edition):
    mission = replace(edition.mission, zones=tuple(z for z in edition.mission.zones if z.role != "sector"))
    index = Index(replace(make_edition(60), mission=mission))
    placed = [i for i in index.incidents if i.lon_deg is not None]
    areas = dense(placed)
    ids = [i.id for area in areas for i in area]
    assert areas
    assert len(ids) == len(set(ids))
    assert [f.id for f in maps.figures(index)][:2] == ["map-0", "map-1"]


@pytest.mark.parametrize("lang", ["en", "th"])
def test_labels_stay_in_the_frame_and_are_readable(edition, lang):
    if lang not in tongue.languages():
        pytest.skip("no catalogue of this language")
    with tongue.speaking(lang):
        index = Index(edition)
        drawn = [*maps.figures(index), maps.overview(index), maps.coverage_figure(index)]
    for figure in drawn:
        for w in (s for s in figure.drawing.shapes if isinstance(s, Words)):
            wide = text_width(w.text, w.size, bold=w.bold)
            left = w.x - {"start": 0, "middle": wide / 2, "end": wide}[w.anchor]
            assert w.size >= 7
            assert left >= -0.5, w
            assert left + wide <= figure.drawing.width + 0.5, w
            assert 0 < w.y <= figure.drawing.height, w
        for c in (s for s in figure.drawing.shapes if isinstance(s, Circle)):
            assert c.r <= min(c.x, figure.drawing.width - c.x) + 2.5


def test_layers_lie_in_their_order(edition):
    shapes = maps.figures(Index(edition))[0].drawing.shapes
    first_land = next(n for n, s in enumerate(shapes) if isinstance(s, Path) and s.fill == "land")
    line = next(n for n, s in enumerate(shapes) if isinstance(s, Path) and s.stroke == "orientation")
    disc = next(n for n, s in enumerate(shapes) if isinstance(s, Circle) and s.fill == "disc")
    mark = next(n for n, s in enumerate(shapes) if isinstance(s, Mark))
    assert first_land < line < disc < mark


def test_exchanging_the_parties_names_exchanges_words_only(edition):
    other = {A: "Belmark", B: "Arland"}
    parties = tuple(replace(p, names={"en": other[p.id]}) for p in edition.mission.parties)
    swapped = replace(edition, mission=replace(edition.mission, parties=parties))
    one, two = (maps.coverage_figure(Index(e)) for e in (edition, swapped))
    turn = {"Arland": "Belmark", "Belmark": "Arland"}
    assert [" ".join(turn.get(w.strip(",."), w.strip(",.")) for w in t.split()) for t in words_of(one)] == [
        " ".join(w.strip(",.") for w in t.split()) for t in words_of(two)
    ]


def test_ten_thousand_incidents_are_aggregated():
    index = Index(scattered(10_000))
    assert len(index.number) == 10_000
    _ = index.assessments, index.places, index.seen, index.efforts
    drawn = [*maps.figures(index), maps.overview(index)]
    assert "Squares of" in drawn[0].subtitle
    for figure in drawn:
        assert sum(isinstance(s, Circle) for s in figure.drawing.shapes) < 3 * MOST_DISCS + 10_000 // 2


def test_refusals_and_visits_stand_at_their_places(edition):
    effort = (
        *edition.mission.effort,
        Effort("e-d", "obs-2", span(100), ("p2",), "", B, (), EffortStatus.HOST_LED, reported=None),
        Effort("e-o", "outlet-1", span(100), ("p3",), "", B, (), EffortStatus.DONE, reported=None),
    )
    looks = tuple(replace(edition.looks[0], effort_id=e.id) for e in effort)
    index = Index(replace(edition, looks=looks, mission=replace(edition.mission, effort=effort)))
    names = {s.name for f in maps.figures(index) for s in f.drawing.shapes if isinstance(s, Mark)}
    assert {"look-refused", "look-host_led"} <= names
    figure = maps.coverage_figure(index)
    assert "0 of 2 sectors" not in figure.title
    assert "+1" in words_of(figure)
    assert "nobody is recorded to have looked" not in " ".join(words_of(figure))


def test_names_in_the_readers_script_come_first(edition):
    place = Place("x", "Latin", 1.0, 1.0, 1.0, {A: "Own"}, {"th": "ไทย", "km": "ខ្មែរ"})
    assert [line[0] for line in maps.place_lines(Index(edition), place)] == ["Latin", "Own", "ไทย ខ្មែរ"]
    if "th" in tongue.languages():
        with tongue.speaking("th"):
            assert [line[0] for line in maps.place_lines(Index(edition), place)] == ["ไทย", "Latin", "Own", "ខ្មែរ"]


def test_widths_of_thai_and_khmer_are_those_of_the_shipped_fonts():
    assert ems("ប្រាសាទព្រះវិហារ") == pytest.approx(6.163, rel=0.02)
    assert ems("ភូមិព្រៃចាន់") == pytest.approx(4.038, rel=0.02)
    assert ems("ที่") < ems("ทท")


def test_a_label_that_must_stand_stands():
    ground = Ground((0, 0, 60, 40), [(0, 0, 60, 40)])
    label = Label(30, 20, (), 4, ((Token("grade-established", "×3"),),))
    assert ground.place(label) == []
    assert ground.place(label, must=True)


def test_degrees_along_the_edges_are_within_the_frame():
    frame = padded(103.0, 14.0, 105.0, 14.5)
    shapes = graticule(frame, Ground((0, 0, frame.width, frame.height)))
    assert {"103.0° E", "14.0° N"} & {s.text for s in shapes if isinstance(s, Words)}


def test_numbers_of_the_key_lead_to_the_annex(edition):
    section = maps.section(Index(edition))
    linked = [r.to for b in inside(section.blocks) if isinstance(b, Paragraph) for r in b.runs if getattr(r, "to", "")]
    placed = [i for i in edition.incidents if i.lon_deg is not None]
    assert len(linked) == len(placed)
    assert all(to.startswith("incident-") for to in linked)
