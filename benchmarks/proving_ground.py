"""Scenarios run through every stage, with the truth beside what was concluded: shared by the benchmarks of grades."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truceline import run, scenario
from truceline.nouns import Assessment, Edition, Incident


@dataclass(frozen=True)
class Judged:
    """One incident with its assessment and whether it truly happened, and whether its author is the true one."""

    scenario: str
    incident: Incident
    assessment: Assessment
    true: bool
    author: str


@dataclass(frozen=True)
class Result:
    """A scenario's edition, its incidents judged, and what of its truth was told and how well."""

    name: str
    edition: Edition
    judged: tuple[Judged, ...]
    told: frozenset[str]
    reached: dict[str, frozenset[str]]


def played(name: str, seed: int, more: dict[str, int] | None = None, changes: dict[str, Any] | None = None) -> Result:
    """Write the scenario, run every stage but the report, and lay the truth beside it."""
    files = scenario.files(name, seed, more, changes)
    with tempfile.TemporaryDirectory() as temporary:
        for path, data in files.items():
            target = Path(temporary) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        edition = run.edition(run.load(Path(temporary)), None, "public")
    truth = {r["event_id"]: r for r in _rows(files["truth.csv"])}
    about = {r["id"]: r["event_id"] for r in _rows(files["truth_accounts.csv"])}
    real = {i for i, r in truth.items() if r["real"] == "yes"}
    graded = {a.incident_id: a for a in edition.assessments}
    judged, reached = [], {}
    for incident in edition.incidents:
        if incident.kind.startswith("heat"):
            continue
        events = {about[o] for o in incident.observation_ids} & real
        assessment = graded[incident.id]
        authors = {truth[e]["author"] for e in events}
        judged.append(Judged(name, incident, assessment, bool(events), min(authors) if len(authors) == 1 else ""))
        reached.setdefault(str(assessment.grade), set()).update(events)
    told = frozenset(e for e in about.values() if e in real)
    return Result(name, edition, tuple(judged), told, {g: frozenset(e) for g, e in reached.items()})


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))
