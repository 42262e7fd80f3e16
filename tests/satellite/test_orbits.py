"""Passes against an independent propagation, against older elements, and against what the missions publish."""

from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("sgp4")

from element_sets import SETS, TEXT, of
from truceline.nouns import PassStatus
from truceline.satellite import elements, orbits, sensors

pytestmark = pytest.mark.skipif(not SETS, reason="third-party data: name its folder in TRUCELINE_TEST_DATA")
SPOT = {"here": ((104.68, 14.39),)}
DAY = timedelta(days=1)


def passes(sets, start, days=3, spots=SPOT):
    return [p for p in orbits.passes(sets, spots, start, start + days * DAY) if p.status is PassStatus.PASS]


def culminations(one, lon_deg, lat_deg, start, days):
    """When the satellite stands highest over a place, by skyfield, in which direction off nadir, how high the sun is not asked."""
    api = pytest.importorskip("skyfield.api")
    scale = api.load.timescale(builtin=True)
    body = api.EarthSatellite(one.line1, one.line2, one.satellite, scale)
    place = api.wgs84.latlon(lat_deg, lon_deg)
    times, events = body.find_events(place, scale.from_datetime(start), scale.from_datetime(start + days * DAY), 5.0)
    return [
        (t.utc_datetime(), (body - place).at(t).altaz()[0].degrees)
        for t, e in zip(times, events, strict=True)
        if e == 1
    ]


@pytest.mark.parametrize("satellite", ["noaa-21", "sentinel-1a", "terra", "sentinel-2a", "landsat-9"])
def test_a_pass_with_fresh_elements_is_where_an_independent_library_has_it(satellite):
    one = of(satellite)[-1]
    start = one.epoch.replace(microsecond=0) + timedelta(hours=1)
    known = culminations(one, 104.68, 14.39, start, 10)
    found = passes((one,), start, 10)
    assert found
    for p in found:
        moment, altitude = min(known, key=lambda k: abs(k[0] - p.closest))
        assert abs(moment - p.closest) < timedelta(seconds=12)  # highest in the sky, and abreast, are seconds apart
        assert 90 - altitude == pytest.approx(p.zenith_deg, abs=0.3)


@pytest.mark.parametrize(
    ("satellite", "old", "fresh", "within_s"),
    [("sentinel-1a", 0, 1, 10), ("sentinel-1a", 0, 2, 10), ("sentinel-1a", 1, 2, 10),
     ("noaa-21", 1, 2, 60), ("noaa-21", 1, 3, 90), ("noaa-21", 2, 3, 110)],
)  # fmt: skip
def test_old_elements_give_the_passes_of_fresh_ones_within_the_stated_error(satellite, old, fresh, within_s):
    before, after = of(satellite)[old], of(satellite)[fresh]
    start = after.epoch.replace(microsecond=0) - 12 * DAY
    late, true = passes((before,), start, 12), passes((after,), start, 12)
    assert len(late) >= len(true) > 0
    for p in true:
        q = min(late, key=lambda k: abs(k.closest - p.closest))
        assert abs(q.closest - p.closest) <= timedelta(seconds=within_s)
        assert abs(q.closest - p.closest) <= timedelta(seconds=q.error_s)
        assert q.zones or q.perhaps


def test_a_satellite_that_was_moved_is_not_carried_over_the_years():
    old = of("noaa-20")[0]
    rows = orbits.passes((old,), SPOT, datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC))
    mine = [p for p in rows if p.satellite == "NOAA-20"]
    assert [str(p.status) for p in mine] == ["not_computed"]
    assert "867 days away" in mine[0].reason


def test_what_is_not_held_or_too_old_is_said_and_never_guessed():
    start = datetime(2025, 12, 1, tzinfo=UTC)
    rows = orbits.passes(SETS, SPOT, start, start + 5 * DAY)
    told = {p.satellite: p.reason for p in rows if p.status is PassStatus.NOT_COMPUTED}
    assert told["Aqua"] == told["Landsat 8"] == "no elements are held"
    assert set(told) == {
        "Aqua", "Landsat 8", "Landsat 9", "Terra", "Sentinel-1C", "Sentinel-2A", "Sentinel-2B", "Sentinel-2C"
    }  # fmt: skip
    assert not {p.satellite for p in rows if p.status is PassStatus.PASS} & set(told)


def test_a_span_is_cut_where_its_elements_no_longer_carry():
    start = datetime(2025, 7, 1, tzinfo=UTC)
    rows = [p for p in orbits.passes(SETS, SPOT, start, start + 31 * DAY) if p.satellite == "Landsat 9"]
    done, not_done = (next(p for p in rows if p.status == s) for s in ("computed", "not_computed"))
    assert done.end == not_done.start
    assert done.age_days <= 85
    assert all(p.closest < done.end for p in rows if p.status is PassStatus.PASS)


def test_each_span_takes_the_nearest_set_and_the_error_grows_with_its_age():
    start = datetime(2025, 3, 1, tzinfo=UTC)
    found = [p for p in passes(SETS, start, 300) if p.satellite == "NOAA-21"]
    epochs = [s.epoch for s in of("noaa-21")]
    for p in found:
        nearest = min(epochs, key=lambda e: abs(e - p.closest))
        assert abs(nearest - p.epoch) < timedelta(seconds=1)
    for keeping in sensors.LIMITS.values():
        ages, errors = [r.age_days for r in keeping], [r.error_s for r in keeping]
        assert ages == sorted(ages)
        assert errors == sorted(errors)
        assert errors[-1] <= sensors.USABLE_S
    assert sensors.limit("free", 86) is None
    assert sensors.limit("free", -20) == sensors.limit("free", 20)


def test_local_times_are_those_that_the_missions_publish():
    """Crossing times as published: VIIRS 13:30 and 01:30, Sentinel-1 06:00 and 18:00, Sentinel-2 10:30."""
    start = datetime(2025, 7, 12, tzinfo=UTC)
    for names, hours in (
        (("NOAA-20", "NOAA-21", "Suomi-NPP"), (13.5, 1.5)), (("Sentinel-1A", "Sentinel-1C"), (6, 18)),
        (("Sentinel-2A", "Sentinel-2B", "Sentinel-2C"), (10.5,)),
    ):  # fmt: skip
        met = [p for p in passes(SETS, start, 12) if p.satellite in names]
        assert met
        for p in met:
            local = (p.closest + timedelta(hours=104.68 / 15)).hour + p.closest.minute / 60
            assert min(min(abs(local - h), 24 - abs(local - h)) for h in hours) < 1.6


def test_radar_looks_to_the_right_and_never_straight_down():
    found = [p for p in passes(SETS, datetime(2025, 7, 1, tzinfo=UTC), 24) if p.sensor == "C-SAR"]
    assert found
    assert all(29 <= p.zenith_deg <= 46.2 for p in found)
    # Descending in the morning, it looks west; ascending in the evening, east: the track lies on the other side.
    assert len(found) == pytest.approx(2 * 2 * 2, abs=4)  # both directions, two satellites, two cycles


def test_optical_sensors_need_the_sun_and_heat_is_found_by_night():
    found = passes(SETS, datetime(2025, 7, 1, tzinfo=UTC), 12)
    assert all(p.sun_deg > 0 for p in found if p.sensor in {"MSI", "OLI"})
    assert {p.night for p in found if p.sensor == "VIIRS"} == {True, False}


def test_a_track_that_may_have_shifted_makes_a_pass_a_perhaps():
    found = [p for p in passes(SETS, datetime(2025, 7, 20, tzinfo=UTC), 10) if p.sensor == "MSI"]
    assert found
    assert all(not p.zones and p.perhaps == ("here",) for p in found)  # 290 km of swath, a track known to 120 km
    fresh = [p for p in passes(SETS, datetime(2025, 5, 10, tzinfo=UTC), 10) if p.sensor == "MSI"]
    assert any(p.zones == ("here",) for p in fresh)


def test_the_swath_ends_where_it_is_published_to_end():
    start = datetime(2025, 7, 12, tzinfo=UTC)
    found = passes(SETS, start, 16)
    for name, most in (("VIIRS", 56.3), ("MODIS", 55.1)):
        angles = [p.view_deg for p in found if p.sensor == name and p.zones]
        assert max(angles) <= most
        assert max(angles) > most - 10
    width = 2 * sensors.EARTH_M * orbits.np.radians(70.0 - 56.28)
    assert width == pytest.approx(3_060_000, rel=0.01)


@pytest.mark.parametrize(
    ("sensor", "angle", "scan", "track"),
    [("viirs", 0.0, 375, 375), ("viirs", 56.28, 800, 800), ("modis", 0.0, 1000, 1000), ("modis", 55.0, 4800, 2000)],
)
def test_pixels_have_their_published_size_at_nadir_and_at_the_edge(sensor, angle, scan, track):
    assert sensors.pixel_m(sensors.SENSORS[sensor].pixel, angle) == pytest.approx((scan, track), rel=0.04)


def test_viirs_pixels_shrink_where_a_sample_less_is_joined():
    pixel = sensors.SENSORS["viirs"].pixel
    for edge, share in ((31.72, 2 / 3), (44.86, 1 / 2)):
        below, above = (sensors.pixel_m(pixel, edge + d)[0] for d in (-0.001, 0.001))
        assert above / below == pytest.approx(share, rel=0.001)
    with pytest.raises(ValueError, match="past the Earth"):
        sensors.pixel_m(pixel, 75)


@pytest.mark.parametrize(
    ("moment", "lon", "lat", "elevation"),
    [
        (datetime(2025, 6, 21, 12, 2, tzinfo=UTC), 0.0, 23.44, 89.8),
        (datetime(2025, 3, 20, 12, 7, tzinfo=UTC), 0.0, 0.0, 89.8),
        (datetime(2025, 12, 21, 12, 0, tzinfo=UTC), 0.0, 51.5, 15.06),
    ],
)
def test_the_sun_stands_where_the_almanac_has_it(moment, lon, lat, elevation):
    assert orbits.sun_elevation_deg(moment, lon, lat) == pytest.approx(elevation, abs=0.25)
    assert orbits.sun_elevation_deg(moment, lon + 180, -lat) == pytest.approx(-elevation, abs=0.25)


def test_the_same_elements_in_any_order_give_the_same_passes():
    start = datetime(2025, 7, 1, tzinfo=UTC)
    assert orbits.passes(SETS, SPOT, start, start + 2 * DAY) == orbits.passes(SETS[::-1], SPOT, start, start + 2 * DAY)


def test_no_place_has_no_pass():
    start = datetime(2025, 7, 1, tzinfo=UTC)
    assert passes(SETS, start, 2, {}) == []


def test_every_held_set_is_read():
    assert len(SETS) == 16
    assert elements.read("again.tle", TEXT + TEXT) == (SETS, ())
