"""Tasks as files that a patrol's devices read: a table, an ODK entity list, GPX waypoints, KML with discs to scale.

Words are those of the language that is spoken (report/tongue.py); names of columns and files are the same in every language.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from . import where
from .report import tongue
from .report.tongue import say
from .rows import csv_bytes, number
from .tasks import Task, named, sentence
from .when import iso

COLUMNS = (
    "id", "priority", "priority_why", "basis", "about", "what", "place", "lon_deg", "lat_deg", "radius_m", "since_utc", "why",
    "answered_by",
)  # fmt: skip
_GPX = "http://www.topografix.com/GPX/1/1"
_KML = "http://www.opengis.net/kml/2.2"


def files(tasks: tuple[Task, ...], title: str) -> dict[str, bytes]:
    """File name -> bytes: every task in tasks.csv, the open ones in the rest."""
    still = [t for t in tasks if not t.answered_by]
    return {
        "tasks.csv": table(tasks), "media/tasks.csv": choices(still), "tasks-entities.csv": entities(still),
        "tasks.gpx": gpx(still, title), "tasks.kml": kml(still, title),
    }  # fmt: skip


def table(tasks: Iterable[Task]) -> bytes:
    """Everything, by COLUMNS."""
    return csv_bytes(
        list(COLUMNS),
        [
            (
                t.id, t.priority or "", t.priority_why, t.basis, t.about, t.what, t.place, t.lon_deg, t.lat_deg,
                round(t.radius_m), iso(t.start), t.why, t.answered_by,
            )
            for t in tasks
        ],
    )  # fmt: skip


def choices(tasks: Iterable[Task]) -> bytes:
    """The list as a form's own file (`select_one_from_file tasks.csv`): name, label, geometry."""
    return csv_bytes(["name", "label", "geometry", "why"], [(t.id, label(t), _odk(t), t.why) for t in tasks])


def entities(tasks: Iterable[Task]) -> bytes:
    """The list as ODK Central takes it for an entity list: label and properties; Central gives the ids itself."""
    return csv_bytes(
        ["label", "geometry", "task", "what", "why", "radius_m"],
        [(label(t), _odk(t), t.id, t.what, t.why, round(t.radius_m)) for t in tasks],
    )


def label(task: Task) -> str:
    """A task in one line."""
    return f"{task.id} {_headed(task)}"


def _headed(task: Task) -> str:
    return say("{place}: {what}", place=named(task), what=task.what)


def _titled(title: str) -> str:
    return say("Tasks: {mission}", mission=title)


def _warned() -> str:
    """What stands in a file whose words no native reader has approved, in its language and in English; else nothing."""
    if tongue.reviewed(tongue.code()):
        return ""
    return f"{say('Unreviewed translation; the English text prevails.')} {tongue.UNREVIEWED}"


def _odk(task: Task) -> str:
    """A point as ODK writes it: latitude, longitude, altitude, accuracy."""
    return f"{number(task.lat_deg)} {number(task.lon_deg)} 0 0"


def gpx(tasks: Iterable[Task], title: str) -> bytes:
    """Waypoints; the radius stands in words, since GPX has none."""
    root = Element("gpx", {"xmlns": _GPX, "version": "1.1", "creator": "Truceline"})
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "name").text = _text(_titled(title))
    if _warned():
        SubElement(metadata, "desc").text = _text(_warned())
    for task in tasks:
        point = SubElement(root, "wpt", {"lat": number(task.lat_deg), "lon": number(task.lon_deg)})
        SubElement(point, "name").text = task.id
        SubElement(point, "cmt").text = _text(_headed(task) if task.place else task.what)
        within = say("Within {distance}.", distance=f"{tongue.number(task.radius_m)} m")
        SubElement(point, "desc").text = _text(f"{task.why} {within} {task.priority_why}")
        SubElement(point, "type").text = task.basis
    return _xml(root)


def kml(tasks: Iterable[Task], title: str) -> bytes:
    """A disc to scale for each task, with a point in its middle for the name."""
    root = Element("kml", {"xmlns": _KML})
    document = SubElement(root, "Document")
    SubElement(document, "name").text = _text(_titled(title))
    if _warned():
        SubElement(document, "description").text = _text(_warned())
    style = SubElement(document, "Style", {"id": "disc"})
    SubElement(SubElement(style, "LineStyle"), "color").text = "ff8a5a2b"
    SubElement(SubElement(style, "PolyStyle"), "fill").text = "0"
    for task in tasks:
        mark = SubElement(document, "Placemark")
        SubElement(mark, "name").text = task.id
        SubElement(mark, "description").text = _text(f"{sentence(_headed(task))} {task.why} {task.priority_why}")
        SubElement(mark, "styleUrl").text = "#disc"
        both = SubElement(mark, "MultiGeometry")
        SubElement(SubElement(both, "Point"), "coordinates").text = f"{number(task.lon_deg)},{number(task.lat_deg)}"
        if task.radius_m > 0:
            ring = SubElement(SubElement(SubElement(both, "Polygon"), "outerBoundaryIs"), "LinearRing")
            SubElement(ring, "coordinates").text = " ".join(f"{number(x)},{number(y)}" for x, y in disc(task))
    return _xml(root)


def disc(task: Task, steps: int = 48) -> list[tuple[float, float]]:
    """The edge of the task's disc, closed, in degrees."""
    edge = [where.ahead(task.lon_deg, task.lat_deg, 360.0 * n / steps, task.radius_m) for n in range(steps)]
    return [*edge, edge[0]]


def _text(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def _xml(root: Element) -> bytes:
    indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"
