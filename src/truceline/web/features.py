"""Rows as features on a map (RFC 7946): incidents at their centre, findings in the zone of their term, coverage in its zone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from .. import publish
from ..nouns import Observation
from .desk import Desk

Shape = Callable[[Mapping[str, Any]], dict[str, Any] | None]


class Geometry(StrEnum):
    """Where the rows of a table have their place."""

    NONE = "none"
    POINT = "point"
    INCIDENT = "incident"
    TERM = "term"
    ZONE = "zone"


def geometry_of(desk: Desk, place: Geometry) -> Shape:
    """The geometry of a row of such a table; None where it has no place."""
    zones = {z.id: z.geometry for z in desk.mission.zones}

    def of_incident(row: Mapping[str, Any]) -> dict[str, Any] | None:
        at = desk.row_of(str(row["incident_id"]))
        return point(desk.table.row(at, named=True)) if at is not None else None

    def of_term(row: Mapping[str, Any]) -> dict[str, Any] | None:
        term = desk.terms.get(str(row["term_id"]))
        return zones.get(term.zone) if term else None

    ways: dict[Geometry, Shape] = {
        Geometry.NONE: lambda _: None,
        Geometry.POINT: point,
        Geometry.INCIDENT: of_incident,
        Geometry.TERM: of_term,
        Geometry.ZONE: lambda row: zones.get(str(row["zone"])),
    }
    return ways[place]


def point(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """A point where the row has one."""
    if row["lon_deg"] is None or row["lat_deg"] is None:
        return None
    return {"type": "Point", "coordinates": [row["lon_deg"], row["lat_deg"]]}


def features_of(row: Mapping[str, Any], geometry: dict[str, Any] | None, number: int) -> dict[str, Any]:
    """A row as a feature; its id is its own, else its number in the table."""
    properties = {n: _flat(v) for n, v in row.items() if n not in {"lon_deg", "lat_deg"}}
    return {"type": "Feature", "id": row.get("id", number), "geometry": geometry, "properties": properties}


def _flat(value: Any) -> Any:
    return (
        ";".join(map(str, value))
        if isinstance(value, (tuple, list))
        else str(value)
        if isinstance(value, StrEnum)
        else value
    )


def account(one: Observation) -> dict[str, Any]:
    """An observation as a feature at its own place."""
    row = publish.observation_row(one)
    row["details"] = json.loads(str(row["details"])) if row["details"] else {}
    return features_of(row, point(row), 0)
