"""The verb `serve`: a real process that says where it is, listens on loopback only and ends in order."""

import re
import socket
import subprocess
import sys

import httpx
import pytest


def test_it_says_where_it_is_and_ends_in_order(front, serve):
    one = serve(front.path)
    assert "Valley mission: 2 incidents, as of" in one.said
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", one.address)
    assert httpx.get(one.address + "/situation.json").json()["count"] == 2
    token = httpx.get(one.address + "/api/token").json()["token"]
    body = {"action": "split", "subject": "A", "object": "B", "reason": "two hills", "by": "A"}
    assert httpx.post(one.address + "/judgements", json=body, headers={"x-truceline-token": token}).status_code == 201
    code, told = one.end()
    assert code == 0
    assert "no accounts yet" in told
    assert "Traceback" not in told
    assert "split,A,B" in front.read("judgements.csv")


def test_another_port_in_use_is_said(front):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [
            sys.executable,
            "-m",
            "truceline.cli",
            "serve",
            str(front.path),
            "--port",
            str(taken.getsockname()[1]),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "name another --port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "example.org"])
def test_no_address_that_others_reach_is_listened_on(truceline, front, host):
    done = truceline("serve", front.path, "--host", host)
    assert done.code == 2
    assert "loopback only" in done.err


def test_a_mission_that_cannot_be_read_is_refused_with_its_line(truceline, front):
    front.write("mission.yaml", "id: [\n")
    done = truceline("serve", front.path)
    assert done.code == 3
    assert "mission.yaml" in done.err


def test_a_fresh_run_is_shown_and_a_stale_one_is_not(truceline, front, quick_report):
    from truceline.web import opening

    assert truceline("run", front.path).code == 0
    room = opening.opened(front.path)
    assert room.desk.edition is not None
    assert room.maker.material is None  # nothing was read but the run
    assert room.desk.sieve.size == 2
    front.tell(
        {
            "id": "Z",
            "source_id": "mon",
            "start": "2025-08-15",
            "kind": "fire.mortar",
            "reported": "2025-08-15",
            "place": "far",
        },
        file="inbox/observations/z.csv",
    )
    assert opening.opened(front.path).desk.sieve.size == 3


def test_a_named_run_is_shown_as_it_is_and_of_its_own_mission_and_release_only(
    truceline, front, tmp_path, quick_report
):
    out = tmp_path / "kept"
    assert truceline("run", front.path, "--out", out).code == 0
    front.tell(
        {
            "id": "Z",
            "source_id": "mon",
            "start": "2025-08-15",
            "kind": "fire.mortar",
            "reported": "2025-08-15",
            "place": "far",
        },
        file="inbox/observations/z.csv",
    )
    from truceline.web import opening

    assert opening.opened(front.path, "public", out).desk.sieve.size == 2
    done = truceline("serve", front.path, "--run", out, "--release", "restricted")
    assert (done.code, "serve it with --release public" in done.err) == (1, True)
    done = truceline("serve", front.path, "--run", tmp_path / "nothing")
    assert done.code == 1
    front.edit("mission.yaml", "id: valley", "id: other")
    done = truceline("serve", front.path, "--run", out)
    assert (done.code, "not of 'other'" in done.err) == (1, True)
