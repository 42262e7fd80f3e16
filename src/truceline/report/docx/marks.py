"""The marks of the look as a small font, so that they stay exact in Word, in line and in one run.

Each mark keeps the character whose common form is nearest: a reader without the font still sees a disc for a disc.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache

from shapely import LineString, MultiPolygon, Polygon, box, union_all
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.ops import substring

from ..draw import Box, Circle, Path, Point, Shape
from ..marks import MARKS, SIDE

FAMILY = "Truceline Marks"
NEAREST = "Segoe UI Symbol"
"""A font of many readers that has most of these characters."""

CHARACTERS = {
    "grade-established": "●",
    "grade-probable": "◕",
    "grade-reported": "◐",
    "grade-disputed": "⦶",
    "grade-insufficient": "○",
    "outcome-kept": "☑",
    "outcome-breached": "■",
    "outcome-likely_breached": "◧",
    "outcome-own_word": "◫",
    "outcome-disputed": "⧄",
    "outcome-not_assessable": "⬚",
    "outcome-not_due": "∙",
    "outcome-not_applicable": "◦",
    "outcome-recorded": "▬",
    "outcome-error": "☒",
    "look-looked": "□",
    "look-looked_clear": "□",
    "look-looked_cloud": "▩",
    "look-cloud_unknown": "◨",
    "look-opportunity": "⌒",
    "look-host_led": "⛶",
    "look-refused": "⦸",
    "look-not_looked": "▨",
    "accounts-agree": "=",
    "accounts-conflict": "≠",
    "accounts-one_side": "╌",
    "origin": "❙",
    "echo": "❘",
    "heat": "+",
    "place": "◯",
    "party-1": "▮",
    "party-2": "▮",
    "party-none": "▮",
}
"""A mark's name -> its character."""

CHIP = "▌"
"""A party's bar before its name: narrow, and flush with what stands above and below it."""

_EM = 1000
_UNIT = 54
_ADVANCE = round(SIDE * _UNIT)
_NARROW = round(4.8 * _UNIT)
_LIFT = 345
_MADE = 3_849_984_000
"""Seconds from 1904 to 2026: a font must carry a date, and a clock would change its bytes."""

_ASCENT, _DESCENT = 900, 250
_SYMBOLS = sum(1 << bit for bit in (6, 11, 12, 13, 14, 15))
"""Operators, lines, blocks, shapes, symbols and dingbats, as OS/2 counts the ranges of Unicode."""

_FLAT = {"cap_style": "flat", "join_style": "mitre", "quad_segs": 8}
_ROUND = {"cap_style": "round", "join_style": "round", "quad_segs": 8}


def tone(name: str) -> str:
    """Give the token of a mark's colour where its form has one only; else ink."""
    drawn = MARKS.get(name)
    used = {c for s in drawn.shapes for c in (getattr(s, "fill", ""), getattr(s, "stroke", ""))} if drawn else set()
    used -= {"", "panel"}
    return used.pop() if len(used) == 1 else "ink"


@lru_cache(maxsize=1)
def font() -> bytes:
    """Give the font as TrueType: the same bytes every time, free to be embedded."""
    glyphs = {ord(CHARACTERS[name]): _glyph(drawn.shapes) for name, drawn in MARKS.items() if name in CHARACTERS}
    glyphs[ord(CHIP)] = _glyph((Box(-SIDE / 2, -6, 4.8, 12, fill="ink"),))
    codes = sorted(glyphs)
    advances = [_ADVANCE, *(_NARROW if code == ord(CHIP) else _ADVANCE for code in codes)]
    outlines = [b"", *(glyphs[code] for code in codes)]
    bounds = [struct.unpack(">hhhh", g[2:10]) if g else (0, 0, 0, 0) for g in outlines]
    limits = [
        min(b[0] for b in bounds),
        min(b[1] for b in bounds),
        max(b[2] for b in bounds),
        max(b[3] for b in bounds),
    ]
    count = len(outlines)
    offsets = [0]
    for outline in outlines:
        offsets.append(offsets[-1] + len(outline))
    points = [_sizes(g) for g in outlines]
    tables = {
        b"OS/2": _os2(codes),
        b"cmap": _cmap(codes),
        b"glyf": b"".join(outlines),
        b"head": _head(limits),
        b"hhea": struct.pack(">IhhhHhhhhhh8xhH", 0x10000, _ASCENT, -_DESCENT, 0, _ADVANCE, limits[0],
                             _ADVANCE - limits[2], limits[2], 1, 0, 0, 0, count),
        b"hmtx": b"".join(struct.pack(">Hh", a, b[0]) for a, b in zip(advances, bounds, strict=True)),
        b"loca": b"".join(struct.pack(">I", o) for o in offsets),
        b"maxp": struct.pack(">I14H", 0x10000, count, max(p for p, _ in points), max(c for _, c in points),
                             0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": _names(),
        b"post": struct.pack(">IIhhI16x", 0x30000, 0, -100, 50, 0),
    }  # fmt: skip
    return _file(tables)


def _area(points: Sequence[Point]) -> Polygon:
    return Polygon([(x, y) for x, y in points]).buffer(0)


def _pieces(shape: Shape) -> tuple[BaseGeometry, list[LineString]]:
    """What a shape fills, and the lines along which its stroke runs."""
    if isinstance(shape, Circle):
        disc = LineString([(shape.x, shape.y), (shape.x, shape.y)]).buffer(shape.r, quad_segs=12)
        return disc, [disc.exterior]
    if isinstance(shape, Box):
        area = box(shape.x, shape.y, shape.x + shape.w, shape.y + shape.h)
        return area, [area.exterior]
    if isinstance(shape, Path) and shape.closed:
        area = _area(shape.pieces[0])
        for piece in shape.pieces[1:]:
            area = area.symmetric_difference(_area(piece))
        return area, [LineString([*piece, piece[0]]) for piece in shape.pieces]
    return Polygon(), [LineString(piece) for piece in shape.pieces] if isinstance(shape, Path) else []


def _dashes(path: LineString, dash: Sequence[float]) -> Iterator[LineString]:
    at, turn = 0.0, 0
    while dash and at < path.length:
        step = dash[turn % len(dash)]
        if turn % 2 == 0:
            yield substring(path, at, min(at + step, path.length))
        at, turn = at + step, turn + 1
    if not dash:
        yield path


def _ink(shapes: Sequence[Shape]) -> BaseGeometry:
    ink: BaseGeometry = Polygon()
    for shape in shapes:
        area, paths = _pieces(shape)
        fill, stroke = getattr(shape, "fill", ""), getattr(shape, "stroke", "")
        if fill:
            ink = ink.difference(area) if fill == "panel" else ink.union(area)
        if stroke:
            dash = getattr(shape, "dash", ())
            ends = _ROUND if getattr(shape, "round", False) else _FLAT
            lines = [part for path in paths for part in _dashes(path, dash)]
            ink = union_all([ink, *(part.buffer(getattr(shape, "width", 1.0) / 2, **ends) for part in lines)])
    return ink


def _contours(shapes: Sequence[Shape]) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = []
    ink = _ink(shapes).simplify(0.01)
    parts = ink.geoms if isinstance(ink, MultiPolygon) else [ink]
    for part in parts:
        if not isinstance(part, Polygon) or part.is_empty:
            continue
        turned = orient(Polygon([_to_em(p) for p in part.exterior.coords],
                                [[_to_em(p) for p in hole.coords] for hole in part.interiors]), -1.0)  # fmt: skip
        rings = (turned.exterior, *turned.interiors)
        found.extend([(round(x), round(y)) for x, y in ring.coords[:-1]] for ring in rings)
    return found


def _to_em(point: Sequence[float]) -> Point:
    return round((point[0] + SIDE / 2) * _UNIT), round(-point[1] * _UNIT + _LIFT)


def _glyph(shapes: Sequence[Shape]) -> bytes:
    contours = _contours(shapes)
    points = [p for contour in contours for p in contour]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    ends, total = [], 0
    for contour in contours:
        total += len(contour)
        ends.append(total - 1)
    head = struct.pack(">hhhhh", len(contours), min(xs), min(ys), max(xs), max(ys))
    steps = [b - a for values in (xs, ys) for a, b in zip([0, *values], values, strict=False)]
    body = struct.pack(f">{len(ends)}HH", *ends, 0) + b"\x01" * len(points) + struct.pack(f">{len(steps)}h", *steps)
    return _padded(head + body)


def _sizes(glyph: bytes) -> tuple[int, int]:
    if not glyph:
        return 0, 0
    contours = int.from_bytes(glyph[:2])
    return int.from_bytes(glyph[8 + 2 * contours : 10 + 2 * contours]) + 1, contours


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def _head(limits: Sequence[int]) -> bytes:
    return struct.pack(
        ">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, _EM, _MADE, _MADE, *limits, 0, 6, 2, 1, 0
    )


def _cmap(codes: Sequence[int]) -> bytes:
    segments = [(code, code, (glyph - code) % 65536) for glyph, code in enumerate(codes, 1)] + [(0xFFFF, 0xFFFF, 1)]
    count = len(segments)
    power = count.bit_length() - 1
    search = 2 * 2**power
    body = struct.pack(">HHHH", 2 * count, search, power, 2 * count - search)
    body += b"".join(struct.pack(">H", last) for _, last, _ in segments) + b"\0\0"
    body += b"".join(struct.pack(">H", first) for first, _, _ in segments)
    body += b"".join(struct.pack(">H", delta) for _, _, delta in segments) + b"\0\0" * count
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + struct.pack(">HHH", 4, 6 + len(body), 0) + body


def _os2(codes: Sequence[int]) -> bytes:
    return struct.pack(
        ">HhHHH10hh10sIIII4sHHHhhhHHIIhhHHH", 4, _ADVANCE, 400, 5, 0, *([100] * 10), 0, b"\0" * 10, 1, _SYMBOLS, 0, 0,
        b"TRUC", 0x40, codes[0], codes[-1], _ASCENT, -_DESCENT, 0, _ASCENT, _DESCENT, 1, 0, 500, 700, 0, 32, 0,
    )  # fmt: skip


def _names() -> bytes:
    texts = {1: FAMILY, 2: "Regular", 3: f"{FAMILY} 1.0", 4: FAMILY, 5: "Version 1.0", 6: FAMILY.replace(" ", "")}
    records, store = b"", b""
    for number, text in texts.items():
        data = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, number, len(data), len(store))
        store += data
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + store


def _sum(data: bytes) -> int:
    padded = _padded(data)
    return sum(int.from_bytes(padded[i : i + 4]) for i in range(0, len(padded), 4)) & 0xFFFFFFFF


def _file(tables: dict[bytes, bytes]) -> bytes:
    power = len(tables).bit_length() - 1
    search = 16 * 2**power
    head = struct.pack(">IHHHH", 0x10000, len(tables), search, power, 16 * len(tables) - search)
    at = len(head) + 16 * len(tables)
    index, body, place = b"", b"", 0
    for name, data in sorted(tables.items()):
        if name == b"head":
            place = at + len(body) + 8
        index += name + struct.pack(">III", _sum(data), at + len(body), len(data))
        body += _padded(data)
    whole = head + index + body
    return whole[:place] + struct.pack(">I", (0xB1B0AFBA - _sum(whole)) & 0xFFFFFFFF) + whole[place + 4 :]
