"""Incidents, findings and observations in the formats that other desks use; what is filtered is what is exported.

GeoJSON, CSV, GeoPackage, KML, XLSX, Parquet and the files of other desks (`desks`), with the codebook beside them.
A cell that a spreadsheet would execute is neutralised; an XLSX holds text as text and no formula.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from . import columns, desks, kinds, pictures, publish, rows
from .errors import UsageError
from .nouns import Edition

FORMATS = ("geojson", "csv", "gpkg", "kml", "xlsx", "parquet", *desks.FORMATS)
TABLES = ("incidents", "findings", "observations", "links")
Table = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: empty means everything."""

    party: str = ""
    kind: str = ""
    start: dt.datetime | None = None
    end: dt.datetime | None = None


def chosen(edition: Edition, wanted: Wanted) -> dict[str, Table]:
    """The tables of what is wanted: incidents that fit, their observations and links, and the findings they witness."""
    if wanted.party and wanted.party not in edition.mission.party_ids:
        raise UsageError(f"{wanted.party!r} is no party; expected one of {', '.join(edition.mission.party_ids)}")
    graded = {a.incident_id: a for a in edition.assessments}
    kept = set()
    for one in edition.incidents:
        a = graded[one.id]
        fits_party = not wanted.party or wanted.party in (*a.accused, *a.own_word, *a.attributed_to.split(";"))
        fits_kind = not wanted.kind or kinds.within(one.kind, (wanted.kind,))
        fits_time = (wanted.start is None or one.end > wanted.start) and (wanted.end is None or one.start < wanted.end)
        if fits_party and fits_kind and fits_time:
            kept.add(one.id)
    everything = wanted == Wanted()
    told = {i for one in edition.incidents if one.id in kept for i in one.observation_ids}
    return {
        "incidents": [r for r in publish.incident_rows(edition) if r["id"] in kept],
        "findings": [r for r in publish.finding_rows(edition) if everything or kept & set(_ids(r["incidents"]))],
        "observations": [publish.observation_row(o) for o in edition.observations if o.id in told],
        "links": [r for r in publish.link_rows(edition) if r["incident_id"] in kept],
    }


def setting(edition: Edition) -> desks.Setting:
    """What the files say of themselves; of the mission's pictures those that no source speaks in whom the release withholds."""
    known = {s.id for s in edition.mission.sources}
    held = {c.path: c.data for c in edition.mission.captures if pictures.is_picture(c)}
    free = {path: data for path, data in held.items() if len(parts := path.split("/")) < 4 or parts[2] in known}
    return desks.Setting(
        edition.as_of, edition.mission.title, edition.mission.time_zone, kinds.tree(edition.mission.kinds), free
    )


def _ids(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def files(tables: dict[str, Table], formats: list[str], folder: Path, setting: desks.Setting) -> list[str]:
    """Write the tables in each format and the codebook; returns the names of the files. Raises UsageError.

    What a format of another desk cannot hold is listed in left_out.csv: file, id, reason.
    """
    unknown = [f for f in formats if f not in FORMATS]
    if unknown:
        raise UsageError(f"{', '.join(unknown)} is no format; expected some of {', '.join(FORMATS)}")
    made: list[str] = []
    left: list[desks.LeftOut] = []
    for form in dict.fromkeys(formats):
        if form in desks.FORMATS:
            names, missing = desks.write(form, tables, folder, setting)
            made, left = made + names, left + missing
        else:
            made += _WRITERS[form](tables, folder, setting.created, setting.title)
    if left:
        (folder / "left_out.csv").write_bytes(rows.csv_bytes(["file", "id", "reason"], left))
        made.append("left_out.csv")
    book = rows.csv_bytes(columns.names("codebook.csv"), publish.codebook())
    (folder / "codebook.csv").write_bytes(book)
    return [*made, "codebook.csv"]


def _flat(value: Any) -> Any:
    return ";".join(map(str, value)) if isinstance(value, (tuple, list)) else value


def _csv(tables: dict[str, Table], folder: Path, _created: dt.datetime, _title: str) -> list[str]:
    for name in TABLES:
        order = columns.names(f"{name}.csv")
        data = rows.csv_bytes(order, [[r[c] for c in order] for r in tables[name]])
        (folder / f"{name}.csv").write_bytes(data)
    return [f"{name}.csv" for name in TABLES]


def _parquet(tables: dict[str, Table], folder: Path, _created: dt.datetime, _title: str) -> list[str]:
    for name in TABLES:
        _frame(name, tables[name]).write_parquet(folder / f"{name}.parquet")
    return [f"{name}.parquet" for name in TABLES]


_NUMBERS = {"degrees", "metres", "seconds", "bits", "count", "people", "0 to 1"}


def _frame(name: str, table: Table) -> pl.DataFrame:
    """Columns by the codebook: numbers where it gives a unit that is one, text elsewhere."""
    made = {}
    for column in columns.FILES[f"{name}.csv"]:
        values = [_flat(r[column.name]) for r in table]
        if column.unit in _NUMBERS:
            made[column.name] = pl.Series(
                column.name, [None if v in ("", None) else float(v) for v in values], pl.Float64
            )
        else:
            made[column.name] = pl.Series(column.name, ["" if v is None else str(v) for v in values], pl.String)
    return pl.DataFrame(made)


def _xlsx(tables: dict[str, Table], folder: Path, created: dt.datetime, title: str) -> list[str]:
    import xlsxwriter

    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(data, options) as book:
        book.set_properties({"title": title, "created": created.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        for name in (*TABLES, "codebook"):
            sheet = book.add_worksheet(name)
            order = columns.names(f"{name}.csv")
            sheet.write_row(0, 0, order, bold)
            sheet.freeze_panes(1, 0)
            body = publish.codebook() if name == "codebook" else [[r[c] for c in order] for r in tables[name]]
            for line, row in enumerate(body, 1):
                for place, value in enumerate(row):
                    _write(sheet, line, place, _flat(value))
    (folder / "truceline.xlsx").write_bytes(data.getvalue())
    return ["truceline.xlsx"]


def _write(sheet: Any, line: int, place: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    else:
        # The limit of a cell in this format is 32,767 characters.
        sheet.write_string(line, place, rows.harmless(str(value))[:32_767])


def _geojson(tables: dict[str, Table], folder: Path, _created: dt.datetime, _title: str) -> list[str]:
    (folder / "incidents.geojson").write_bytes(publish.features(tables["incidents"]))
    return ["incidents.geojson"]


def _layer(table: Table, path: Path, driver: str, layer: str, **options: Any) -> None:
    import numpy as np
    import shapely
    from pyogrio.raw import write

    placed = [r for r in table if r["lon_deg"] is not None and r["lat_deg"] is not None]
    names = [c.name for c in columns.INCIDENTS if c.name not in {"lon_deg", "lat_deg"}]
    frame = _frame("incidents", placed).select(names)
    fields = [
        frame[n].to_numpy() if frame[n].dtype == pl.Float64 else np.array(frame[n].to_list(), dtype=object)
        for n in names
    ]
    points = [shapely.Point(float(r["lon_deg"]), float(r["lat_deg"])) for r in placed]
    write(
        path, np.array([shapely.to_wkb(p) for p in points], dtype=object), fields, names, layer=layer, driver=driver,
        geometry_type="Point", crs="EPSG:4326", **options,
    )  # fmt: skip


def _gpkg(tables: dict[str, Table], folder: Path, created: dt.datetime, _title: str) -> list[str]:
    import os

    # GDAL stamps a GeoPackage with the clock unless it is told the time.
    before = os.environ.get("OGR_CURRENT_DATE")
    os.environ["OGR_CURRENT_DATE"] = created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    try:
        _layer(tables["incidents"], folder / "incidents.gpkg", "GPKG", "incidents")
    finally:
        os.environ.pop("OGR_CURRENT_DATE")
        if before is not None:
            os.environ["OGR_CURRENT_DATE"] = before
    return ["incidents.gpkg"]


def _kml(tables: dict[str, Table], folder: Path, _created: dt.datetime, _title: str) -> list[str]:
    _layer(tables["incidents"], folder / "incidents.kml", "LIBKML", "incidents")
    return ["incidents.kml"]


_WRITERS: dict[str, Callable[[dict[str, Table], Path, dt.datetime, str], list[str]]] = {
    "geojson": _geojson,
    "csv": _csv,
    "gpkg": _gpkg,
    "kml": _kml,
    "xlsx": _xlsx,
    "parquet": _parquet,
}
