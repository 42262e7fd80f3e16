"""Coordinates of an observer's own position that stand in words: taken out of public words in every notation, and nothing else is."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions import obs
from test_sealed import everything
from truceline import coarse, typed, where
from truceline import run as pipeline
from truceline.nouns import Observation
from truceline.rows import records

LON, LAT = 102.41357, 14.40829


def minutes(value, *, seconds=True):
    whole = int(value)
    rest = (value - whole) * 60
    return f"{whole}°{int(rest):02d}'{(rest - int(rest)) * 60:04.1f}\"" if seconds else f"{whole}° {rest:.3f}'"


MGRS = where.to_mgrs(LON, LAT)
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
OWN = [
    f"{LAT}, {LON}", f"{LON:.4f} {LAT:.3f}", f"{LAT:.5f}N {LON:.5f}E", f"lat {LAT:.5f} lon {LON:.5f}", f"{LAT:.4f}/{LON:.4f}".replace(".", ","),
    f"{minutes(LAT)}N {minutes(LON)}E", f"N {minutes(LAT, seconds=False)} E {minutes(LON, seconds=False)}", MGRS, MGRS.lower(),
    f"{MGRS[:3]} {MGRS[3:5]} {MGRS[5:10]} {MGRS[10:]}", f"{MGRS[3:5]} {MGRS[5:8]} {MGRS[10:13]}", f"{MGRS[3:5]}{MGRS[5:9]}{MGRS[10:14]}",
    f"{LAT}, {LON}".translate(THAI),
]  # fmt: skip
OTHER = [
    "two blasts at 14.4 km", "calibre 82.5", "at 14.41, 102.41", "impact at 14.512, 102.688", "14°40'12\"N 102°55'00\"E", "48PVA1234567890",
    "bearing 045°", "10,250 people", "2025-08-10 09:12", "No. 102413", "radio on 144.300 MHz", "AB 123 456", "081 234 5678",
]  # fmt: skip


@pytest.mark.parametrize("words", OWN)
def test_every_notation_of_the_own_position_is_taken_out(words):
    lon, lat = coarse.cell(LON), coarse.cell(LAT)
    shown = typed.without(f"We stood at {words} and heard four blasts.", lon, lat, 0.025)
    assert typed.MARK in shown
    left = shown.replace(typed.MARK, "")
    assert not any(c.isdigit() for c in left), shown
    assert shown.endswith("and heard four blasts.")
    assert typed.holds(words)


@pytest.mark.parametrize("words", OTHER)
def test_what_lies_elsewhere_or_is_no_coordinate_stays(words):
    assert typed.without(words, coarse.cell(LON), coarse.cell(LAT), 0.025) == words


@given(st.text(max_size=60), st.floats(-180, 180), st.floats(-80, 80))
def test_any_words_come_back_or_lose_a_coordinate_and_a_second_time_changes_nothing(words, lon, lat):
    once = typed.without(words, lon, lat, 0.025)
    assert once == words or typed.MARK in once
    assert typed.without(once, lon, lat, 0.025) == once


def told(mission):
    stood = {
        "observer_lon_deg": str(LON),
        "observer_lat_deg": str(LAT),
        "bearing_deg": "90",
        "distance_max_m": "3000",
        "place": "",
    }
    mission.tell(
        obs("O1", "mon", method="heard", text=f"From our post {LAT}, {LON}: four blasts toward 14.512, 102.688") | stood,
        obs("O2", "mon", method="heard", text="four blasts", details=f'{{"remark": "post {MGRS}"}}', start="2025-08-10T11:00+07:00") | stood,
        obs("O3", "press-1", text=f"It fell at {LAT}, {LON}", place="ford", start="2025-08-10T15:00+07:00"),
    )  # fmt: skip


def test_the_public_edition_has_the_mark_and_partners_have_the_words(truceline, mission, tmp_path, quick_report):
    told(mission)
    shown = {o.id: o for o in mission.edition().observations}
    assert shown["O1"].text == f"From our post {typed.MARK}: four blasts toward 14.512, 102.688"
    assert coarse.TAKEN in shown["O1"].notes
    assert (shown["O2"].details, coarse.TAKEN in shown["O2"].notes) == ({}, False)
    assert shown["O3"].text == f"It fell at {LAT}, {LON}"
    partners = {o.id: o.text for o in mission.edition(release="restricted").observations}
    assert str(LAT) in partners["O1"]
    assert truceline("run", mission.path, "--out", tmp_path / "out").code == 0
    public = everything(tmp_path / "out")
    assert public.count(str(LAT).encode()) == public.count(f"It fell at {LAT}".encode())
    assert MGRS.encode() not in public


def test_validate_asks_about_coordinates_in_public_words_at_first_hand(mission):
    told(mission)
    found = {(q.line, q.column): q.reason for q in mission.load().questions if q.column == "text"}
    assert set(found) == {(2, "text")}
    assert "to everybody" in found[2, "text"]


def test_where_in_its_cell_it_stood_changes_no_public_word(mission):
    told(mission)
    (one, *_) = records(Observation, pipeline.load(mission.path).observations)
    moved = dataclasses.replace(one, observer_lon_deg=102.4101, observer_lat_deg=14.4001)
    other = dataclasses.replace(one, observer_lon_deg=102.4199, observer_lat_deg=14.4099)
    for words in ("14.4249", "14.3801, 102.4399", "102.3901"):
        a, b = (coarse.observation(dataclasses.replace(o, text=words)) for o in (moved, other))
        assert a.text == b.text
