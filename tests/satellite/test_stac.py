"""A static STAC catalogue on disk: read as odc-stac reads it, and never followed out of its folder."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from truceline.errors import InputError

pytest.importorskip("rasterio", reason="the extra `imagery` is not installed")
pytest.importorskip("pystac", reason="the extra `imagery` is not installed")
import pystac
from rasters import tif

from truceline.satellite import scenes

SHAPE = (96, 128)


def item(folder, number, values):
    start = datetime(2025, 1, 3, 11, 45, tzinfo=UTC) + timedelta(days=12 * number)
    west, south, east, north = 104.0, 14.3, 104.1, 14.4
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    made = pystac.Item(f"scene-{number}", {"type": "Polygon", "coordinates": [ring]}, [west, south, east, north], start, {
        "constellation": "sentinel-1", "sat:relative_orbit": 62, "proj:code": "EPSG:32648", "truceline:units": "db"})  # fmt: skip
    for band, data in values.items():
        path = tif(folder / f"scene-{number}/{band}.tif", data)
        made.add_asset(band, pystac.Asset(str(path), media_type="image/tiff; application=geotiff", extra_fields={"sar:polarizations": [band.upper()]}))  # fmt: skip
    made.add_asset("thumbnail", pystac.Asset(str(folder / "none.png"), media_type="image/png"))
    return made


@pytest.fixture
def catalogue(tmp_path):
    rng = np.random.default_rng(1)
    folder = tmp_path / "catalogue"
    whole = pystac.Collection("radar", "Invented", pystac.Extent(pystac.SpatialExtent([[104, 14, 105, 15]]), pystac.TemporalExtent([[datetime(2025, 1, 1, tzinfo=UTC), None]])))  # fmt: skip
    made = [item(folder, n, {b: rng.normal(-12, 2, SHAPE).astype(np.float32) for b in ("vv", "vh")}) for n in range(3)]
    for one in made:
        whole.add_item(one)
    whole.normalize_hrefs(str(folder))
    whole.make_all_asset_hrefs_relative()
    whole.save(pystac.CatalogType.SELF_CONTAINED)
    return folder


def test_items_are_scenes_with_their_moment_orbit_and_band(catalogue):
    found = scenes.stack(catalogue)
    assert [(s.name, s.orbit, s.start.day) for s in found.scenes] == [
        ("scene-0 VH", "62", 3), ("scene-0 VV", "62", 3), ("scene-1 VH", "62", 15), ("scene-1 VV", "62", 15), ("scene-2 VH", "62", 27), ("scene-2 VV", "62", 27),
    ]  # fmt: skip
    assert found.sensor == "c-sar"


@pytest.mark.filterwarnings("ignore")
def test_the_lazy_stack_is_what_odc_stac_loads(catalogue):
    odc = pytest.importorskip("odc.stac", reason="the extra `imagery` is not installed")
    found = scenes.stack(catalogue)
    lazy = scenes.lazy(found, tile_px=50)
    assert lazy.chunks == ((1,) * 6, (50, 46), (50, 50, 28))
    from affine import Affine
    from odc.geo.geobox import GeoBox

    box = GeoBox(SHAPE, Affine(*found.grid.transform), found.grid.crs)
    items = list(pystac.read_file(str(catalogue / "collection.json")).get_items())
    peer = odc.load(items, bands=["vv"], geobox=box, chunks={})
    own = lazy[[n for n, s in enumerate(found.scenes) if s.band == "VV"]]
    assert np.array_equal(own.compute().values, peer["vv"].compute().values)
    assert np.allclose(own.x, peer.x)
    assert np.allclose(own.y, peer.y)
    assert list(own.time.values) == list(peer.time.values)


@pytest.mark.parametrize(
    ("href", "said"),
    [("https://user:secret@example.org/a.tif?sig=SECRET", "example.org"), ("/vsicurl/http://x/a.tif", "virtual file system"),
     ("../../../../../../etc/passwd", "out of the folder"), ("s3://bucket/a.tif", "bucket"), ("./gone.tif", "not there")],
)  # fmt: skip
def test_no_link_leads_out_of_the_folder_and_no_secret_is_shown(catalogue, href, said):
    path = catalogue / "scene-1/scene-1.json"
    told = json.loads(path.read_text())
    told["assets"]["vv"]["href"] = href
    path.write_text(json.dumps(told))
    with pytest.raises(InputError) as error:
        scenes.stack(catalogue)
    assert said in str(error.value)
    assert "scene-1" in str(error.value)
    assert "secret" not in str(error.value).lower()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"type": "Catalog"}', "null", '{"type": "Collection", "id": "x", "links": 3}']
)
def test_what_is_no_catalogue_is_named(tmp_path, text):
    (tmp_path / "catalog.json").write_text(text)
    with pytest.raises(InputError, match=r"catalog\.json"):
        scenes.stack(tmp_path)
