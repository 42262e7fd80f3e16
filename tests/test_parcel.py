"""Parcels from laptop to laptop: once, whole, nothing overwritten, both of what conflicts kept, sealed rows at home."""

import hashlib
import json
import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions import Folder, obs
from truceline import parcel, run, taking
from truceline.errors import InputError, RunError, UsageError

HEAD = "judgement_id,date,by,action,subject,object,reason,undoes\n"
NOTICES = "notice_id,party,start,end,zone,kinds,notified,exposure\n"


@pytest.fixture
def laptops(tmp_path):
    return Folder(tmp_path / "a"), Folder(tmp_path / "b")


def everything(folder):
    """Path -> hash of every file of the mission."""
    return {
        p.relative_to(folder.path).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.path.rglob("*")
        if p.is_file()
    }


def packed(folder, out, reader="mission", since=None):
    return run.pack_parcel(folder.path, out, reader, since)


def taken(source, folder):
    return taking.take(source, folder.path, folder.load().mission)


@pytest.mark.parametrize("name", ["parcel", "parcel.zip"])
def test_what_one_laptop_holds_comes_to_the_other_once(laptops, tmp_path, name):
    a, b = laptops
    a.tell(obs("R1", "mon"))
    a.write("inbox/odk/uuid-1/a.jpg", b"\xff\xd8\xff photo")
    a.write("judgements.csv", HEAD + "J0001,2025-08-11,A. Analyst,uphold,R1,,seen on site,\n")
    a.write("notices.csv", NOTICES + "N1,arda,2025-08-10,2025-08-11,valley,fire,2025-08-09,public\n")
    packed(a, tmp_path / name)
    first = taken(tmp_path / name, b)
    assert (len(first["arrived"]), first["not_arrived"], first["conflicts"]) == (2, [], [])
    assert b.read("inbox/observations/o.csv") == a.read("inbox/observations/o.csv")
    assert [(j.action, j.subject) for j in b.load().mission.judgements] == [("uphold", "R1")]
    assert [n.id for n in b.load().mission.notices] == ["N1"]
    before = everything(b)
    again = taken(tmp_path / name, b)
    assert everything(b) == before
    assert (again["arrived"], len(again["held_before"])) == ([], 2)
    assert {n["new"] for n in again["rows"].values()} == {0}


def test_the_same_parcel_is_the_same_bytes(laptops, tmp_path):
    a, _ = laptops
    a.tell(obs("R1", "mon"))
    packed(a, tmp_path / "1.zip")
    packed(a, tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_with_a_receipt_only_what_is_new_goes_and_an_undoing_takes_along_what_it_undoes(laptops, tmp_path):
    a, b = laptops
    a.tell(obs("R1", "mon"))
    a.write("judgements.csv", HEAD + "J0001,2025-08-11,A. Analyst,uphold,R1,,seen on site,\n")
    packed(a, tmp_path / "one")
    (tmp_path / "receipt.json").write_text(json.dumps(taken(tmp_path / "one", b)))
    assert packed(a, tmp_path / "none", since=tmp_path / "receipt.json")["files"] == []
    a.tell(obs("R2", "mon", place="ford"), file="inbox/observations/p.csv")
    a.write("judgements.csv", a.read("judgements.csv") + "J0002,2025-08-12,A. Analyst,undo,,,mistaken,J0001\n")
    made = packed(a, tmp_path / "two", since=tmp_path / "receipt.json")
    assert [f["path"] for f in made["files"]] == ["inbox/observations/p.csv", "judgements.csv"]
    assert taken(tmp_path / "two", b)["rows"] == {"judgements.csv": {"new": 1, "held_before": 1}}
    held, undo = b.load().mission.judgements
    assert undo.undoes == held.id


def test_two_laptops_that_exchange_both_ways_come_to_say_the_same(laptops, tmp_path):
    a, b = laptops
    a.tell(obs("R1", "mon"))
    b.tell(obs("R2", "mon", place="ford"), file="inbox/observations/p.csv")
    a.write("judgements.csv", HEAD + "J0001,2025-08-11,A. Analyst,uphold,R1,,seen on site,\n")
    b.write("judgements.csv", HEAD + "J0001,2025-08-12,B. Analyst,reject,R2,,another place,\n")
    for n, (one, other) in enumerate([(a, b), (b, a), (a, b), (b, a)]):
        packed(one, tmp_path / str(n))
        receipt = taken(tmp_path / str(n), other)
    assert receipt["arrived"] == []
    said = [sorted((j.by, j.action, j.subject) for j in f.load().mission.judgements) for f in (a, b)]
    assert said[0] == said[1] == [("A. Analyst", "uphold", "R1"), ("B. Analyst", "reject", "R2")]
    assert sorted(a.load().observations["id"]) == sorted(b.load().observations["id"]) == ["R1", "R2"]


def test_two_judgements_on_one_subject_are_both_kept_and_named(laptops, tmp_path):
    a, b = laptops
    for one in laptops:
        one.tell(obs("R1", "mon"))
    a.write("judgements.csv", HEAD + "J0001,2025-08-11,A. Analyst,uphold,R1,,seen on site,\n")
    ours = (
        HEAD + "J0001,2025-08-12,B. Analyst,reject,R1,,=another place"
    )  # no line end; a cell that looks like a formula
    b.write("judgements.csv", ours + ",\n")
    packed(a, tmp_path / "p")
    receipt = taken(tmp_path / "p", b)
    (numbered, contradicts) = receipt["conflicts"]
    assert numbered["id"] == "J0001"
    assert contradicts["why"] == f"J0001 here says reject, {numbered['kept_as']} says uphold"
    assert b.read("judgements.csv").startswith(ours)
    assert [j.action for j in b.load().mission.judgements] == ["reject", "uphold"]


def test_another_file_of_the_same_name_stands_beside_ours(laptops, tmp_path):
    a, b = laptops
    a.tell(obs("R1", "mon"))
    b.tell(obs("R2", "mon"))
    ours = b.read("inbox/observations/o.csv")
    packed(a, tmp_path / "p")
    (conflict,) = taken(tmp_path / "p", b)["conflicts"]
    assert b.read("inbox/observations/o.csv") == ours
    assert b.read(conflict["kept_as"]) == a.read("inbox/observations/o.csv")
    assert sorted(b.load().observations["id"]) == ["R1", "R2"]
    assert taken(tmp_path / "p", b)["conflicts"] == []


def test_a_file_that_is_not_what_the_manifest_says_is_named_and_the_rest_is_taken(laptops, tmp_path, truceline):
    a, b = laptops
    a.tell(obs("R1", "mon"))
    for name in ("p", "q", "r"):
        a.tell(obs(f"X{name}", "mon", place="ford"), file=f"inbox/observations/{name}.csv")
    packed(a, tmp_path / "p")
    (tmp_path / "p/inbox/observations/p.csv").write_text("something else")
    (tmp_path / "p/inbox/observations/q.csv").unlink()
    (tmp_path / "p/inbox/observations/r.csv").unlink()
    (tmp_path / "p/inbox/observations/r.csv").symlink_to("/etc/passwd")
    ended = truceline("take", tmp_path / "p", b.path, "--receipt", tmp_path / "receipt.json")
    assert ended.code == 1
    receipt = json.loads((tmp_path / "receipt.json").read_bytes())
    why = {f["path"].rpartition("/")[2]: f["why"] for f in receipt["not_arrived"]}
    assert why["q.csv"] == why["r.csv"] == "missing, or cannot be read"
    assert why["p.csv"] == "not the bytes that the manifest names"
    assert "1 files arrived" in ended.out
    assert sorted(b.load().observations["id"]) == ["R1"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 0.999))
def test_a_zip_cut_at_any_byte_changes_nothing(laptops, tmp_path, share):
    a, b = laptops
    a.tell(obs("R1", "mon"))
    packed(a, tmp_path / "p.zip")
    data = (tmp_path / "p.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[: int(share * len(data))])
    before = everything(b)
    with pytest.raises(InputError):
        taken(tmp_path / "cut.zip", b)
    assert everything(b) == before


def test_a_stick_that_is_pulled_while_it_is_read_changes_nothing(laptops, tmp_path, monkeypatch):
    a, b = laptops
    for n in range(5):
        a.tell(obs(f"R{n}", "mon"), file=f"inbox/observations/{n}.csv")
    packed(a, tmp_path / "p")
    before = everything(b)
    whole = taking._copy

    def pulled(handle, out, size, sha256):
        shutil.rmtree(tmp_path / "p", ignore_errors=True)
        return whole(handle, out, size, sha256)

    monkeypatch.setattr(taking, "_copy", pulled)
    with pytest.raises(RunError, match="nothing was taken in"):
        taken(tmp_path / "p", b)
    assert everything(b) == before


def test_a_taking_that_was_killed_half_way_is_ended_by_the_next(laptops, tmp_path):
    a, b = laptops
    for n in range(3):
        a.tell(obs(f"R{n}", "mon"), file=f"inbox/observations/{n}.csv")
    packed(a, tmp_path / "p")
    b.write("inbox/observations/0.csv", (a.path / "inbox/observations/0.csv").read_bytes())
    (b.path / "inbox/.taking-old").mkdir()
    (b.path / "inbox/.taking-old/1").write_bytes(b"half")
    assert len(b.load().observations) == 1
    receipt = taken(tmp_path / "p", b)
    assert (len(receipt["arrived"]), len(receipt["held_before"])) == (2, 1)
    assert not list((b.path / "inbox").glob(".taking*"))


@pytest.mark.parametrize(
    "path",
    ["../x.csv", "inbox/../../x.csv", "/etc/x", "inbox/o/..\\x", "inbox/o/.x", "inbox/o/x ", "mission.yaml", "inbox/x.csv",
     "inbox/o/a\u202eb.csv", "inbox/o/" + "x" * 300, "C:/x", "inbox//x/y", "sources.yaml", "inbox/o/a\nb"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_refuses_the_parcel(laptops, tmp_path, path):
    _, b = laptops
    data = b"x"
    files = [{"path": path, "bytes": 1, "sha256": hashlib.sha256(data).hexdigest()}]
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as box:
        box.writestr(path, data)
        box.writestr(
            "parcel.json",
            json.dumps({"program": "truceline", "parcel": 1, "mission": "valley", "files": files, "left_out": {}}),
        )
    before = everything(b)
    with pytest.raises(InputError):
        taken(tmp_path / "p.zip", b)
    assert everything(b) == before


def test_a_zip_bomb_is_cut_at_the_size_that_the_manifest_says(laptops, tmp_path):
    _, b = laptops
    files = [{"path": "inbox/observations/o.csv", "bytes": 1000, "sha256": "0" * 64}]
    with zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_DEFLATED) as box:
        with box.open("inbox/observations/o.csv", "w") as out:
            for _ in range(100):
                out.write(b"\0" * 1_000_000)
        box.writestr(
            "parcel.json",
            json.dumps({"program": "truceline", "parcel": 1, "mission": "valley", "files": files, "left_out": {}}),
        )
    receipt = taken(tmp_path / "p.zip", b)
    assert receipt["not_arrived"] == [{"path": "inbox/observations/o.csv", "why": "longer than the manifest says"}]


@pytest.mark.parametrize(
    "manifest", [b"", b"{}", b"[]", b'{"program": "other"}', b"[" * 100_000, b'{"files": 3}', b"\xff\xfe"]
)
def test_a_manifest_that_is_none_is_refused(laptops, tmp_path, manifest):
    (tmp_path / "p").mkdir()
    (tmp_path / "p/parcel.json").write_bytes(manifest)
    with pytest.raises(InputError):
        taken(tmp_path / "p", laptops[1])


def test_a_parcel_of_another_mission_is_refused(laptops, tmp_path):
    a, b = laptops
    a.edit("mission.yaml", "id: valley", "id: other")
    packed(a, tmp_path / "p")
    with pytest.raises(UsageError, match="another mission"):
        taken(tmp_path / "p", b)


@pytest.mark.parametrize(
    ("reader", "left"), [("public", {"observations": 3, "odk": 2}), ("partners", {"observations": 2, "odk": 2})]
)
def test_what_is_sealed_stays_at_home_whole_and_its_number_is_said(laptops, tmp_path, reader, left):
    a, _ = laptops
    a.tell(obs("R1", "mon"), file="inbox/observations/open.csv")
    a.tell(
        obs("R2", "mon", place="ford"),
        obs("QZX1", "mon", exposure="sealed", text="QZX words"),
        file="inbox/observations/mixed.csv",
    )
    a.tell(obs("R3", "friend", place="far"), file="inbox/observations/partners.csv")
    a.tell(obs("R4", "mon", place="far", text="as Hidden Source QZX said"), file="inbox/observations/named.csv")
    a.write("inbox/odk/uuid-1/a.jpg", b"\xff\xd8\xff QZX photo")
    a.write("inbox/odk/uuid-1/submission.xml", b"<data><deviceid>QZX</deviceid></data>")
    a.write(
        "judgements.csv",
        HEAD
        + "J0001,2025-08-11,A,uphold,R1,,seen,\nJ0002,2025-08-11,A,reject,QZX1,,QZX reason,\nJ0003,2025-08-11,QZX,join,R1,R2,QZX,\n",
    )
    a.write("notices.csv", NOTICES + "N1,arda,2025-08-10,2025-08-11,valley,fire,2025-08-09,public\n"
            "N2,arda,2025-08-10,2025-08-11,valley,fire,2025-08-09,sealed\n")  # fmt: skip
    made = packed(a, tmp_path / "p", reader)
    assert made["left_out"] == left
    data = b"".join(p.read_bytes() for p in (tmp_path / "p").rglob("*") if p.is_file())
    assert b"QZX" not in data
    assert b"N2" not in data
    names = {f["path"] for f in made["files"]}
    assert "inbox/observations/open.csv" in names
    assert ("inbox/observations/partners.csv" in names) == (reader == "partners")


def test_sealed_material_keeps_its_exposure_on_the_way_to_the_missions_other_laptop(laptops, tmp_path):
    a, b = laptops
    a.tell(obs("R1", "mon"), obs("S1", "mon", exposure="sealed"))
    packed(a, tmp_path / "p")
    taken(tmp_path / "p", b)
    assert dict(zip(b.load().observations["id"], b.load().observations["exposure"], strict=True)) == {
        "R1": "public",
        "S1": "sealed",
    }


def test_a_folder_that_is_no_parcel_is_not_overwritten(laptops, tmp_path, truceline):
    a, _ = laptops
    a.tell(obs("R1", "mon"))
    (tmp_path / "p").mkdir()
    (tmp_path / "p/letter.txt").write_text("mine")
    (tmp_path / "p.zip").write_text("mine")
    for name in ("p", "p.zip"):
        assert truceline("pack", a.path, "--out", tmp_path / name, "--for", "mission").code == 2
    assert truceline("pack", a.path, "--out", a.path / "parcel", "--for", "mission").code == 2
    assert truceline("pack", a.path, "--out", tmp_path / "q").code == 2  # for whom must be said
    assert (tmp_path / "p/letter.txt").read_text() == (tmp_path / "p.zip").read_text() == "mine"
    assert truceline("pack", a.path, "--out", tmp_path / "q", "--for", "mission").code == 0
    assert (tmp_path / "q" / parcel.MANIFEST).exists()
