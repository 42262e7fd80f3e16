"""OGC API - Features: a plain client pages through every collection, and GDAL's own driver opens each by its address."""

import pyogrio
import pytest


@pytest.fixture
def bench(still):
    return still


def paged(bench, address):
    """All features by the links alone."""
    found = []
    while address:
        page = bench.get(address).json()
        assert page["numberReturned"] == len(page["features"])
        found += page["features"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert page["numberMatched"] == len(found)
    return found


def test_the_landing_page_leads_to_everything(bench):
    links = {link["rel"]: link["href"] for link in bench.get("/ogc/").json()["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(links)
    assert bench.get(links["service-desc"]).json()["openapi"].startswith("3.")
    assert any(c.endswith("/conf/core") for c in bench.get(links["conformance"]).json()["conformsTo"])
    for one in bench.get(links["data"]).json()["collections"]:
        assert bench.get(next(k["href"] for k in one["links"] if k["rel"] == "items")).status_code == 200


@pytest.mark.parametrize("name", ["incidents", "findings", "coverage"])
@pytest.mark.parametrize("limit", [1, 2, 7, 10_000])
def test_pages_hold_each_feature_once(bench, name, limit):
    found = paged(bench, f"/ogc/collections/{name}/items?limit={limit}")
    ids = [f["id"] for f in found]
    assert len(ids) == len(set(ids)) > 0
    for one in found[:5]:
        alone = bench.get(f"/ogc/collections/{name}/items/{one['id']}").json()
        assert (alone["properties"], alone["geometry"]) == (one["properties"], one["geometry"])


def test_box_and_time_filter(bench):
    def ids(query):
        return {f["id"] for f in bench.get(f"/ogc/collections/incidents/items?{query}").json()["features"]}

    assert ids("bbox=102.3,14.3,102.5,14.5") == {"I-A"}
    assert ids("bbox=102.3,14.3,0,102.5,14.5,100") == {"I-A"}
    assert ids("datetime=2025-08-10T00:00:00Z/2025-08-11T00:00:00Z") == {"I-A"}
    assert ids("datetime=2025-08-11T00:00:00Z/..") == {"I-D"}
    assert ids("datetime=../2025-08-11T00:00:00Z") == {"I-A"}
    assert ids("datetime=2025-08-20T08:00:00Z") == {"I-D"}
    assert ids("kind=explosion") == {"I-D"}
    zones = bench.get("/ogc/collections/coverage/items?bbox=0,0,1,1").json()
    assert zones["numberMatched"] == 0


def test_gdal_opens_each_collection_by_its_address(bench, serve):
    at = serve(bench.folder.path).address
    address = f"OAPIF:{at}/ogc/"
    assert set(pyogrio.list_layers(address)[:, 0]) == {"incidents", "findings", "coverage"}
    for name in ("incidents", "findings", "coverage"):
        expected = bench.get(f"/ogc/collections/{name}/items").json()
        info = pyogrio.read_info(address, layer=name)
        assert (info["features"], info["crs"]) == (expected["numberMatched"], "EPSG:4326")
        meta, _, _, values = pyogrio.raw.read(address, layer=name)
        column = values[list(meta["fields"]).index("id")]
        assert sorted(map(str, column)) == sorted(str(f["id"]) for f in expected["features"])
        near = pyogrio.raw.read(address, layer=name, bbox=(102.39, 14.39, 102.41, 14.41))
        matched = bench.get(f"/ogc/collections/{name}/items?bbox=102.39,14.39,102.41,14.41").json()["numberMatched"]
        assert len(near[2]) == matched
