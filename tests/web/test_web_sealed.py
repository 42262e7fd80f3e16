"""What is sealed stands in no answer of the workbench and in no count; what is for partners in the restricted one only."""

import json

import pytest

from conftest import Bench
from missions import obs

MARK = "QZX"


@pytest.fixture
def secret(mission):
    mission.tell(
        obs("OPEN", "press-1", text="shells came down on the slope"),
        obs("QZX-1", "mon", exposure="sealed", place="QZX camp", text="QZX heard it", actor_claimed="arda", evidence="https://QZX",
            lon_deg="102.434343", lat_deg="14.434343"),
        obs("QZX-2", "hidden", text="QZX from a sealed source", weapon="QZX gun"),
        obs("QZX-3", "press-1", origin_id="hidden", text="QZX repeated from a sealed source"),
        obs("ANSWER", "voice-2", stance="denies", answers="QZX-1", text="we did nothing"),
        obs("PARTNER-QPX", "friend", text="QPX for partners", start="2025-08-12T09:00+07:00", reported="2025-08-12"),
        obs("PARTNER-QPX2", "mon", exposure="partners", text="QPX for partners too", start="2025-08-12T09:00+07:00", reported="2025-08-12"),
    )  # fmt: skip
    mission.write(
        "judgements.csv", "judgement_id,date,by,action,subject,object,reason,undoes\nJ0001,2025-08-11,B,reject,QZX-1,,QZX is why,\n"
        "J0002,2025-08-11,B,join,OPEN,QZX-2,QZX too,\n",
    )  # fmt: skip
    return mission


def addresses(bench):
    """Every address without a parameter, and each with every id that there is."""
    for route in bench.app.routes:
        methods, path = getattr(route, "methods", set()) or set(), getattr(route, "path", "")
        if "GET" in methods and "{" not in path:
            yield path
    for path in bench.get("/api/openapi.json").json()["paths"]:
        if "{" not in path:
            yield path
    ids = ["I-OPEN", "ANSWER", "I-QZX-1", "QZX-3"]
    for prefix in (
        "/api/incidents/",
        "/api/observations/",
        "/incidents/",
        "/map/incidents/",
        "/ogc/collections/incidents/items/",
    ):
        yield from (prefix + i + e for i in ids for e in ("", ".csv", ".geojson", ".json"))
    for view in ("situation", "search", "agreements", "claims", "figures", "coverage"):
        yield from (f"/{view}{e}{q}" for e in ("", ".csv", ".json", ".geojson") for q in ("", "?q=gun+camp"))
    for name in ("incidents", "findings", "coverage"):
        yield f"/ogc/collections/{name}/items"


@pytest.mark.parametrize("release", ["public", "restricted"])
def test_what_is_sealed_is_in_no_answer(secret, release, caplog):
    bench = Bench(secret, release)
    told = 0
    for address in sorted(set(addresses(bench))):
        for answer in [bench.get(address, accept="text/html")]:
            said = (
                answer.text.replace(address.partition("?")[0].rpartition("/")[2].partition(".")[0], "")
                if MARK in address
                else answer.text
            )
            assert MARK not in said + str(answer.headers), address
            assert "434343" not in answer.text, address
            told += "OPEN" in answer.text
    assert told > 10
    assert MARK not in caplog.text


def test_a_sealed_id_is_answered_as_one_that_is_not_there(secret):
    bench = Bench(secret)
    for prefix in ("/api/incidents/", "/api/observations/"):
        there, nowhere = bench.get(prefix + "QZX-1"), bench.get(prefix + "GHOST")
        assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text) == (404, there.text)
    there, nowhere = bench.judge("uphold", "I-QZX-1"), bench.judge("uphold", "I-GHOST")
    assert there.status_code == nowhere.status_code == 422
    assert there.text.replace("I-QZX-1", "") == nowhere.text.replace("I-GHOST", "")


def test_no_count_knows_of_it(secret):
    """The mission with the sealed rows and the one without them give the same answers, but for what the files are."""
    with_them = Bench(secret)
    lines = secret.read("inbox/observations/o.csv").splitlines()
    secret.write(
        "inbox/observations/o.csv",
        "\n".join(line for line in lines if MARK not in line or line.startswith("ANSWER")).replace("QZX-1", "") + "\n",
    )
    (secret.path / "judgements.csv").unlink()
    without = Bench(secret)
    for address in (
        "/api/mission",
        "/api/incidents",
        "/situation.csv",
        "/agreements.csv",
        "/claims.csv",
        "/judgements.json",
        "/ogc/collections/incidents/items",
    ):
        one, other = with_them.get(address).text, without.get(address).text
        if address == "/api/mission":
            one, other = ({k: v for k, v in json.loads(t)["counts"].items() if k != "captures"} for t in (one, other))
        assert one == other, address


def test_the_restricted_desk_adds_what_is_for_partners_and_nothing_else(secret):
    public, restricted = (
        Bench(secret).get("/api/incidents").text,
        Bench(secret, "restricted").get("/api/incidents").text,
    )
    assert "QPX" not in public
    assert "QPX" in restricted
    assert MARK not in restricted
