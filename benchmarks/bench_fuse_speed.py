"""How fast `truceline fuse` is, file to files, beside peers that do less, on invented reports of one front.

    python benchmarks/bench_fuse_speed.py [--reports 100000 1000000] [--slabs 10000000] [--splink PYTHON]

Three fifths of the reports are in events of about four, many of them in two bursts at 25 hot spots; the rest is noise. The
peers only find what lies within 5 km and 6 hours (DuckDB by a grid join; scikit-learn DBSCAN in space alone) and are left
out where they are not installed; Splink, of an interpreter that has it (`--splink`), links as well. One more report into a
loaded table is timed too. Whole processes, one run each.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

LIMITS = {100_000: 2.0, 1_000_000: 10.0, 10_000_000: 100.0}
LIMIT_MB = 2000.0
KEEPING = {
    "MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "4000000000", "MALLOC_TOP_PAD_": "67108864",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:60000,muzzy_decay_ms:60000",
}  # fmt: skip
"""A worker keeps the memory of one slab for the next (glibc and jemalloc; elsewhere without effect): see docs/fusion.md."""
KINDS = np.array(["fire.mortar", "fire.artillery", "fire.small_arms", "explosion.unspecified", "fire.rocket"])


def invented(many: int, seed: int = 1) -> pl.DataFrame:
    """An observation table, with the true event of each row."""
    chance = np.random.default_rng(seed)
    year = int(365 * 86_400 * max(1, many / 1_000_000))  # ten million are ten years as dense as one
    events = int(many * 0.6 / 4)
    hot = chance.uniform([102.2, 13.5], [107.5, 14.6], (25, 2))
    spot = hot[chance.integers(0, 25, events)] + chance.normal(0, 0.04, (events, 2))
    burst = np.where(chance.random(events) < 0.4, chance.normal(0.55, 0.01, events), chance.uniform(0, 1, events))
    own = np.repeat(np.arange(events), chance.poisson(4, events).clip(1))[: int(many * 0.6)]
    noise = many - len(own)
    radius = np.array([200.0, 500, 1000, 3000])[chance.integers(0, 4, many)]
    blur = chance.normal(0, 1, (many, 2)) * (radius / 2447 / 111)[:, None]
    place = np.concatenate([spot[own], chance.uniform([102, 10], [107, 15], (noise, 2))]) + blur
    moment = np.concatenate([burst.clip(0, 0.999)[own] * year, chance.uniform(0, year, noise)]) + chance.normal(
        0, 300, many
    )
    kind = KINDS[np.concatenate([chance.integers(0, 5, events)[own], chance.integers(0, 5, noise)])]
    minute = (np.round(moment / 60) * 60_000).astype("timedelta64[ms]") + np.datetime64("2025-01-01", "ms")
    killed = chance.poisson(0.3, many)
    table = pl.DataFrame({
        "id": [f"R{n:08d}" for n in chance.permutation(many)], "source_id": [f"s{n}" for n in chance.integers(0, 40, many)],
        "method": np.array(["seen", "heard", "recorded", "claimed", "relayed"])[chance.integers(0, 5, many)],
        "kind": np.where(chance.random(many) < 0.2, "fire.unspecified", kind),
        "start": pl.Series(minute).dt.to_string("%Y-%m-%dT%H:%M+07:00"), "lon_deg": place[:, 0].round(5),
        "lat_deg": place[:, 1].round(5), "radius_m": radius, "actors": np.array(["a", "b", "a;b", ""])[chance.integers(0, 4, many)],
        "killed_min": killed, "killed_max": killed, "event": np.concatenate([own, events + np.arange(noise)]),
    })  # fmt: skip
    return table.sample(fraction=1, shuffle=True, seed=seed)


def timed(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak memory in MB of a process."""
    code = (
        "import json,resource,subprocess,sys,time;t=time.perf_counter();subprocess.run(sys.argv[1:],check=True,stdout=subprocess.DEVNULL);"
        "print(json.dumps([time.perf_counter()-t,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024]))"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True)
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def duckdb_join(table: pl.DataFrame) -> str:
    """Pairs within 5 km and 6 hours by a grid join."""
    import duckdb

    flat = table.with_columns(  # read by DuckDB under this name
        pl.col("start").str.to_datetime("%Y-%m-%dT%H:%M%z").dt.epoch("s").alias("t"),
        (pl.col("lon_deg") * 107.5).alias("x"), (pl.col("lat_deg") * 111.0).alias("y"),
    ).select("id", "t", "x", "y")  # fmt: skip
    del table
    found = duckdb.sql(
        """with g as (select *, floor(x/5)::int i, floor(y/5)::int j, (t//21600)::int k from flat),
        h as (select g.*, i+a i2, j+b j2, k+c k2 from g, range(-1,2) r1(a), range(-1,2) r2(b), range(-1,2) r3(c))
        select count(*) from h join g on g.i=h.i2 and g.j=h.j2 and g.k=h.k2 and g.id>h.id
        where abs(g.t-h.t)<=21600 and (g.x-h.x)**2+(g.y-h.y)**2<=25"""
    ).fetchall()
    return f"{flat.height} reports, {found[0][0]} pairs, nothing weighed"


def dbscan(table: pl.DataFrame) -> str:
    """Clusters within 5 km, in space alone."""
    from sklearn.cluster import DBSCAN

    points = np.radians(table.select("lat_deg", "lon_deg").to_numpy())
    label = DBSCAN(eps=5 / 6371, min_samples=1, metric="haversine", algorithm="ball_tree").fit_predict(points)
    return f"{label.max() + 1} clusters, time and kind not looked at"


def peer(name: str, work: Callable[[pl.DataFrame], str], table: pl.DataFrame, ours: float) -> None:
    """One peer, in this process."""
    begin = time.perf_counter()
    try:
        said = work(table)
    except ImportError as missing:
        print(f"  {name}: not installed ({missing.name})")
        return
    took = time.perf_counter() - begin
    print(f"  {name}: {took:.1f} s = {took / ours:.1f} times Truceline ({said})")


def splink(python: str, file: Path, table: pl.DataFrame, ours: float) -> None:
    """Splink, in the environment of this interpreter."""
    made = file.with_suffix(".splink.csv")
    program = Path(__file__).with_name("peer_splink.py")
    done = subprocess.run([python, str(program), str(file), str(made)], check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"  Splink: failed ({done.stderr.strip().splitlines()[-1]})")
        return
    took = float(done.stdout.split()[-1])
    links = pl.read_csv(made).rename({"cluster_id": "incident_id", "unique_id": "observation_id"})
    precision, recall = agreement(links, table)
    print(
        f"  Splink: {took:.1f} s = {took / ours:.1f} times Truceline (precision {precision:.3f}, recall {recall:.3f})"
    )


def agreement(links: pl.DataFrame, table: pl.DataFrame) -> tuple[float, float]:
    """Precision and recall by pairs of a table incident_id, observation_id."""
    both = links.join(table.select("id", "event"), left_on="observation_id", right_on="id")

    def pairs(*columns: str) -> int:
        return int(both.group_by(columns).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())

    hits = pairs("incident_id", "event")
    return hits / pairs("incident_id"), hits / pairs("event")


def one_more(file: Path) -> None:
    """One more report into a loaded table, weights frozen."""
    from truceline import bare
    from truceline.fuse.state import State

    table = bare.read([file], "UTC").table
    state = State(table[:-40], replace(bare.given_weights(None), share=None))
    seconds = []
    for n in range(40):
        report = table[[table.height - 40 + n]]
        begin = time.perf_counter()
        state.add(report)
        seconds.append(time.perf_counter() - begin)
    found = np.array(seconds)
    print(
        f"  one more report into {table.height - 40:,}: median {np.median(found):.3f} s, slowest of 40 {found.max():.3f} s "
        f"= {np.median(found) / 0.2:.2f} of the limit of 0.2 s"
    )


def by_slabs(program: list[str], file: Path, many: int) -> None:
    """The same on a Dask cluster of two worker processes of this machine, and the peak of each process."""
    script = "import sys; from distributed.cli.{0} import main; main()"
    folder = file.parent
    told = folder / "scheduler.json"
    told.unlink(missing_ok=True)
    started: list[subprocess.Popen[bytes]] = []

    def start(what: str, *given: object) -> None:
        command = [sys.executable, "-W", "ignore", "-c", script.format(what), *map(str, given)]
        started.append(
            subprocess.Popen(
                command, cwd=folder, env={**os.environ, **KEEPING}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )

    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", told)
        while not (told.exists() and '"address"' in told.read_text("utf-8")):
            time.sleep(0.1)
        address = json.loads(told.read_text("utf-8"))["address"]
        for _ in range(2):
            start("dask_worker", address, "--nthreads", 1, "--no-dashboard", "--no-nanny", "--memory-limit", 0)
        seconds, peak = timed([*program, str(file), "--out", f"{folder}/slabs", "--scheduler", address])
        workers = [peak_mb(p.pid) for p in started[1:]]
    finally:
        for process in started:
            process.kill()
            process.wait()
    limit = LIMITS.get(many)
    beside = f" = {seconds / limit:.2f} of the limit of {limit:g} s" if limit else ""
    shown = ", ".join(f"{p:.0f}" for p in workers)
    print(f"{many:,} reports by slabs on two workers: {seconds:.1f} s{beside}; peak {peak:.0f} MB, workers {shown} MB")
    alone = folder / str(many)
    if alone.exists():
        same = all(
            (alone / n).read_bytes() == (folder / "slabs" / n).read_bytes() for n in ("incidents.csv", "links.csv")
        )
        print(f"  the same bytes as in one piece: {'yes' if same else 'NO'}")


def peak_mb(pid: int) -> float:
    """The most memory that a process ever held, where the system tells."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--reports", type=int, nargs="*", default=[100_000])
    asked.add_argument("--splink", default="", help="an interpreter that has splink, pandas and pyarrow")
    asked.add_argument(
        "--slabs", type=int, nargs="*", default=[], help="so many reports on two Dask workers (10000000)"
    )
    given = asked.parse_args()
    program = [sys.executable, "-m", "truceline.cli", "fuse"]
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.csv"
        invented(2000).drop("event").write_csv(warm)
        timed([*program, str(warm), "--out", f"{folder}/warm"])
        for many in given.reports:
            table = invented(many)
            file = Path(folder) / f"{many}.csv"
            table.drop("event").write_csv(file)
            seconds, peak = timed([*program, str(file), "--out", f"{folder}/{many}"])
            links = pl.read_csv(Path(folder) / str(many) / "links.csv", columns=["incident_id", "observation_id"])
            precision, recall = agreement(links, table)
            limit = LIMITS.get(many)
            beside = f" = {seconds / limit:.2f} of the limit of {limit:g} s" if limit else ""
            print(f"{many:,} reports, file to files: {seconds:.2f} s{beside}, peak {peak:.0f} MB "
                  f"({peak / LIMIT_MB:.2f} of {LIMIT_MB:g}); precision {precision:.3f}, recall {recall:.3f}")  # fmt: skip
            if many <= 1_000_000:
                one_more(file)
            if many <= 1_000_000:
                peer("DuckDB grid join", duckdb_join, table, seconds)
            if many <= 100_000 and given.splink:
                splink(given.splink, file, table, seconds)
            if many <= 100_000:
                peer("scikit-learn DBSCAN, haversine", dbscan, table, seconds)
        for many in given.slabs:
            file = Path(folder) / f"{many}.csv"
            if not file.exists():
                invented(many).drop("event").write_csv(file)
            by_slabs(program, file, many)
    print(f"this process at its peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
