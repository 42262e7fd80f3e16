"""Folders on disk: replaced as a whole or left as they were."""

import json

import pytest

from truceline import store
from truceline.errors import RunError, UsageError


def ours(folder):
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"program": "truceline"}), "utf-8")
    (folder / "old.csv").write_text("old", "utf-8")
    return folder


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_new_folder_appears_only_when_everything_is_written(tmp_path):
    out = tmp_path / "deep" / "out"
    with store.replacing(out) as fresh:
        store.write(fresh, {"a.csv": b"a"})
        assert not out.exists()
    assert names(out) == ["a.csv"]
    assert names(out.parent) == ["out"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_whatever_goes_wrong_the_old_folder_stays_whole(tmp_path, error):
    out = ours(tmp_path / "out")

    def half():
        with store.replacing(out) as fresh:
            store.write(fresh, {"half.csv": b"half"})
            raise error

    with pytest.raises((error, RunError)):
        half()
    assert names(out) == ["manifest.json", "old.csv"]
    assert names(tmp_path) == ["out"]


def test_a_folder_of_ours_is_replaced_and_an_empty_one_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    for out in (ours(tmp_path / "out"), tmp_path / "empty"):
        with store.replacing(out) as fresh:
            store.write(fresh, {"new.csv": b"new"})
        assert names(out) == ["new.csv"]


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"program": "other"}', "\x00"])
def test_a_manifest_that_is_not_ours_makes_no_folder_ours(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest, "utf-8")
    assert not store.is_ours(tmp_path)
    with pytest.raises(UsageError, match="--force"), store.replacing(tmp_path):
        pytest.fail("entered")
    assert names(tmp_path) == ["manifest.json"]


def test_a_file_is_no_folder_even_with_force(tmp_path):
    path = tmp_path / "out"
    path.write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is a file"), store.replacing(path, force=True):
        pytest.fail("entered")
    assert path.read_text("utf-8") == "mine"
