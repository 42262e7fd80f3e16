"""One picture behind two happenings is asked about, however it was saved; one behind one happening, or a page, is not."""

from __future__ import annotations

import builtins
import importlib.util
from pathlib import Path

import pytest

from missions import obs
from truceline import alerts, pictures, run
from truceline.errors import InputError
from truceline.nouns import Capture

pytest.importorskip("PIL")
FILE = Path(__file__).parents[1] / "benchmarks/pictures_made.py"
SPEC = importlib.util.spec_from_file_location("pictures_made", FILE)
made = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(made)
FAR = {"lon_deg": "102.80", "lat_deg": "14.70", "radius_m": "300"}
NEAR = {"lon_deg": "102.40", "lat_deg": "14.40", "radius_m": "300"}
SHA = "sha256:" + "ab" * 32


def raised(mission):
    made_ = mission.edition()
    found = alerts.found(made_.observations, made_.incidents, made_.mission.sources, (), made_.mission.inputs)
    return [(a.code, a.observation_ids) for a in found if a.code == "reused_picture"]


def put(mission, name, capture):
    file = mission.path / "inbox/pictures" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(capture.data)


@pytest.mark.parametrize("evidence", [SHA, "https://news.example/a/b.JPG?size=2", f"https://news.example/page; {SHA}"])
def test_the_same_picture_cited_of_two_places(mission, evidence):
    mission.tell(obs("A", "press-1", evidence=evidence, **NEAR), obs("B", "press-2", evidence=evidence, **FAR))
    assert raised(mission) == [("reused_picture", ("A", "B"))]


@pytest.mark.parametrize("evidence", ["https://news.example/a/b", "", "field notebook 7"])
def test_a_page_tells_of_many_happenings(mission, evidence):
    mission.tell(obs("A", "press-1", evidence=evidence, **NEAR), obs("B", "press-2", evidence=evidence, **FAR))
    assert raised(mission) == []


def test_one_happening_may_have_one_picture_in_every_paper(mission):
    mission.tell(*(obs(f"A{n}", f"press-{n}", evidence=SHA, **NEAR) for n in (1, 2, 3)))
    assert raised(mission) == []


def test_the_same_picture_days_apart(mission):
    mission.tell(
        obs("A", "press-1", evidence=SHA, start="2025-08-03", **NEAR),
        obs("B", "press-2", evidence=SHA, start="2025-08-20", reported="2025-08-21", **NEAR),
    )
    assert raised(mission) == [("reused_picture", ("A", "B"))]


@pytest.mark.parametrize("way", made.WAYS)
def test_a_picture_of_the_folder_is_known_again_by_its_looks(mission, way):
    image = made.scene(7)
    put(mission, "a.jpg", made.saved(image))
    put(mission, "b.jpg", made.WAYS[way](image, 1))
    put(mission, "c.jpg", made.saved(made.scene(8)))
    mission.tell(
        obs("A", "press-1", evidence="inbox/pictures/a.jpg", **NEAR), obs("B", "press-2", evidence="pictures/b.jpg", **FAR),
        obs("C", "press-3", evidence="inbox/pictures/c.jpg", lon_deg="102.1", lat_deg="14.9", radius_m="300"),
    )  # fmt: skip
    assert raised(mission) == [("reused_picture", ("A", "B"))]


def test_a_picture_is_no_table_and_one_that_nobody_names_is_asked_about(mission):
    put(mission, "a.jpg", made.saved(made.scene(7)))
    mission.tell(obs("A", "press-1", evidence="inbox/pictures/a.jpg", **NEAR))
    assert run.load(mission.path).set_aside == ()
    put(mission, "b.jpg", made.saved(made.scene(9)))
    (question,) = [q for q in run.load(mission.path).questions if q.file.endswith("b.jpg")]
    assert "no observation names" in question.reason


def test_bare_pictures_have_no_looks_and_different_ones_stay_apart():
    assert pictures.looks(made.saved(made.scene(1).point(lambda v: v // 64))) is None
    images = [made.saved(made.scene(seed)) for seed in range(60)]
    assert len(set(pictures.same(images).values())) == 60


def test_what_is_no_picture_is_known_by_its_bytes_and_asked_about(mission):
    broken = Capture("", "", "", 0, b"GIF89a" + b"0" * 50)
    put(mission, "a.jpg", broken)
    put(mission, "b.jpg", made.saved(made.scene(3)))
    mission.tell(
        obs("A", "press-1", evidence="inbox/pictures/a.jpg", **NEAR), obs("B", "press-2", evidence="pictures/a.jpg", **FAR),
        obs("C", "press-3", evidence="pictures/b.jpg", lon_deg="102.1", lat_deg="14.9", radius_m="300"),
    )  # fmt: skip
    (question,) = run.load(mission.path).questions
    assert (
        question.reason
        == "no JPEG, PNG or WebP that can be read (UnidentifiedImageError); it is known again by its bytes alone"
    )
    assert raised(mission) == [("reused_picture", ("A", "B"))]


def test_a_picture_needs_pillow_and_says_so(monkeypatch):
    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", lambda name, *a: real("no_" + name if name == "PIL" else name, *a))
    with pytest.raises(InputError, match="Pillow"):
        pictures.looks(made.saved(made.scene(4), 71))
