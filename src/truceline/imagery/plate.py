"""The plate of a result: which window is shown, its pictures, and figure.json, plate.svg and plate.png. An edge."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from ..report import change as drawn
from ..report import change_words
from ..report.colours import LIGHT
from ..report.draw import WIDTH, Drawing, Words, folded, svg
from ..report.scripts import FONTS
from ..report.typst_shapes import DEFINITIONS
from ..report.typst_shapes import drawing as typst_drawing
from ..satellite.detect import Footprint
from ..satellite.raster import Window
from ..when import iso
from . import overlay
from .shades import LIMIT, MOST_PX, diverging, grey, shown, stretch_of

if TYPE_CHECKING:
    from . import Found

Array = NDArray[Any]
SHARE = 0.78
"""A panel is so much less high than wide."""
LEAST_PX = 72
ROWS = 5
PPI = 200.0
FAMILIES = '("Noto Sans", "Noto Sans Thai", "Noto Sans Khmer", "Noto Sans Math")'
MARGIN = 14.0


def write(folder: Path, found: Found, summary: dict[str, Any]) -> None:
    """Write figure.json (what the report draws), plate.svg and plate.png (the same on its own), and the map's pictures."""
    told = data(found, summary)
    (folder / "figure.json").write_text(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    whole = framed(told)
    (folder / "plate.svg").write_text(standalone(whole, drawn.alt(told)), "utf-8")
    (folder / "plate.png").write_bytes(raster(whole))
    overlay.write(folder, found, told)


def data(found: Found, summary: dict[str, Any]) -> dict[str, Any]:
    """Everything that the plate shows, as JSON; pictures as PNG in base 64."""
    plan = found.plan
    grid = plan.stack.grid
    main = _main(found.footprints)
    window = _window(None if main is None else found.footprints[main], grid, plan.shape())
    pictures = {
        name: shown(plane, window)
        for name, plane in (("before", found.before), ("after", found.after), ("score", found.score))
    }
    wide, high = pictures["score"].shape[1], pictures["score"].shape[0]
    stretch = stretch_of(pictures["before"], pictures["after"])
    marked = _marked(found.footprints, window, grid)
    row, column, rows, columns = window
    x, y = _at(grid, row + rows / 2, column + columns / 2)
    lon, lat = Transformer.from_crs(grid.crs, "OGC:CRS84", always_xy=True).transform(x, y)
    panels = {name: grey(pictures[name], stretch) for name in ("before", "after")} | {
        "score": diverging(pictures["score"])
    }
    return change_words.facts(summary) | {
        "closed": iso(max(s.start for s in plan.scenes)), "source": plan.stack.source, "footprints": len(found.footprints),
        "expected_false": summary["base_rate"]["expected_false"], "across_m": round(columns * (grid.pixel_area_m2**0.5), 1),
        "lon_deg": round(float(lon), 5), "lat_deg": round(float(lat), 5), "size": [wide, high], "stretch": stretch, "limit": LIMIT,
        "panels": {name: _coded(value) for name, value in panels.items()},
        "ramps": {"grey": _coded(grey(np.linspace(stretch[0], stretch[1], 128)[None], stretch)),
                  "score": _coded(diverging(np.linspace(-LIMIT, LIMIT, 129)[None]))},
        "unseen": bool(any(np.isnan(p).any() for p in pictures.values())),
        "outlines": _outlines(found.footprints, window, grid, marked),
        "rows": [_row(found.footprints[n], mark) for n, mark in marked.items()],
        "scenes": sorted({f"{iso(s.start)} {s.orbit}" for s in plan.scenes}), **_series(found, main),
    }  # fmt: skip


def _main(footprints: tuple[Footprint, ...]) -> int | None:
    """The footprint that changed most: by score and size."""
    if not footprints:
        return None
    return max(range(len(footprints)), key=lambda n: (abs(footprints[n].score) * footprints[n].pixels ** 0.5, -n))


def _at(grid: Any, row: float, column: float) -> tuple[float, float]:
    a, b, c, d, e, f = grid.transform
    return a * column + b * row + c, d * column + e * row + f


def _window(main: Footprint | None, grid: Any, shape: tuple[int, int]) -> Window:
    """The raster where a panel can show it; else a window about the footprint that changed most, five times its size."""
    if main is None or max(shape) <= MOST_PX:
        return 0, 0, *shape
    from affine import Affine

    across, down = ~Affine(*grid.transform) @ shapely.get_coordinates(main.outline).T
    left, right, top, bottom = across.min(), across.max(), down.min(), down.max()
    columns = int(min(max(5 * max(right - left, (bottom - top) / SHARE), LEAST_PX), shape[1]))
    rows = min(round(columns * SHARE), shape[0])
    row = int(min(max((top + bottom) / 2 - rows / 2, 0), shape[0] - rows))
    column = int(min(max((left + right) / 2 - columns / 2, 0), shape[1] - columns))
    return row, column, rows, columns


def _coded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _marked(footprints: tuple[Footprint, ...], window: Window, grid: Any) -> dict[int, int]:
    """The footprints of the window that get a number, strongest first."""
    inside = [n for n, f in enumerate(footprints) if shapely.intersects(f.outline, _box(window, grid))]
    ordered = sorted(inside, key=lambda n: (-abs(footprints[n].score) * footprints[n].pixels ** 0.5, n))
    return {n: mark for mark, n in enumerate(ordered[:ROWS], 1)}


def _box(window: Window, grid: Any) -> Any:
    row, column, rows, columns = window
    (x0, y0), (x1, y1) = _at(grid, row, column), _at(grid, row + rows, column + columns)
    return shapely.box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _outlines(
    footprints: tuple[Footprint, ...], window: Window, grid: Any, marked: dict[int, int]
) -> list[dict[str, Any]]:
    from affine import Affine

    row, column, rows, columns = window
    inverse = ~Affine(*grid.transform)
    frame = _box(window, grid)
    made = []
    for n, one in enumerate(footprints):
        shape = shapely.intersection(one.outline, frame)
        rings = []
        for part in getattr(shape, "geoms", [shape]):
            if part.geom_type == "Polygon" and not part.is_empty:
                for ring in (part.exterior, *part.interiors):
                    across, down = inverse @ shapely.get_coordinates(ring).T
                    rings.append(
                        [
                            [round(float(a), 5), round(float(b), 5)]
                            for a, b in zip((across - column) / columns, (down - row) / rows, strict=True)
                        ]
                    )
        if rings:
            made.append({"rise": one.score > 0, "mark": marked.get(n, 0), "rings": rings})
    return made


def _row(one: Footprint, mark: int) -> dict[str, Any]:
    own = change_words.row(
        one.change, one.area_m2, (one.last_without, one.first_with), valid_share=one.valid_share, flags=one.flags, rise=one.score > 0
    )  # fmt: skip
    return {"mark": mark, **own}


def _series(found: Found, main: int | None) -> dict[str, Any]:
    """Means of the main footprint by acquisition, each band brought to one level; the bracket of its change."""
    if main is None:
        return {"series": [], "series_band": "", "bracket": None}
    plan, one = found.plan, found.footprints[main]
    orbits = sorted({s.orbit for s in plan.scenes})
    band = max(sorted({s.band for s in plan.scenes}, reverse=True), key=lambda b: sum(s.band == b for s in plan.scenes))
    made = [
        {"taken": iso(s.start), "value": round(float(v), 4), "group": orbits.index(s.orbit)}
        for s, v in zip(plan.scenes, found.means[main], strict=True) if s.band == band and np.isfinite(v)
    ]  # fmt: skip
    dated = one.last_without is not None and one.first_with is not None
    return {
        "series": made if len(made) > 1 else [], "series_band": band,
        "bracket": [iso(one.last_without), iso(one.first_with)] if dated else None,
    }  # fmt: skip


def framed(told: dict[str, Any]) -> Drawing:
    """The plate with its title, subtitle and source, as it stands alone."""
    body = drawn.drawing(told)
    head: list[Any] = []
    y = MARGIN + 10
    for text in folded(drawn.title(told), 12.5, WIDTH * 0.97, 2):
        head.append(Words(MARGIN, y, text, 12.5, bold=True))
        y += 16
    for text in folded(drawn.subtitle(told), 8, WIDTH * 0.99, 3):
        head.append(Words(MARGIN, y - 2, text, 8, tone="ink-2"))
        y += 11
    shapes = [*head, *(moved(s, MARGIN, y + 2) for s in body.shapes)]
    y += body.height + 12
    for text in folded(drawn.source(told), 7, WIDTH, 2):
        shapes.append(Words(MARGIN, y + 4, text, 7, tone="ink-3"))
        y += 9
    return Drawing(WIDTH + 2 * MARGIN, y + MARGIN, tuple(shapes))


def moved(shape: Any, x: float, y: float) -> Any:
    """A shape of a display list, moved."""
    from dataclasses import replace

    if hasattr(shape, "pieces"):
        return replace(shape, pieces=tuple(tuple((a + x, b + y) for a, b in piece) for piece in shape.pieces))
    return replace(shape, x=shape.x + x, y=shape.y + y)


def standalone(whole: Drawing, alt: str) -> str:
    """The drawing as an SVG file that needs nothing beside it but a font."""
    colours = "".join(f"--{name}:{value};" for name, value in LIGHT.items())
    style = f'<style>svg{{{colours}background:#fff;font-family:"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}}</style>'
    made = svg(whole, alt).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    first = made.index(">") + 1
    return f'{made[:first]}{style}<rect width="100%" height="100%" fill="#fff"/>{made[first:]}\n'


def raster(whole: Drawing) -> bytes:
    """The drawing as a PNG, set with the shipped fonts."""
    import typst

    code = "\n".join(
        (
            *(f'#let c-{name} = rgb("{value}")' for name, value in LIGHT.items()), DEFINITIONS,
            f'#set text(font: {FAMILIES}, fallback: false, number-width: "tabular")',
            f"#page(width: {whole.width}pt, height: {whole.height}pt, margin: 0pt, fill: white, {typst_drawing(whole)})",
        )
    )  # fmt: skip
    made = typst.compile(code.encode(), format="png", ppi=PPI, font_paths=[str(FONTS)], ignore_system_fonts=True)  # type: ignore[call-overload]  # its stub ties the fonts to the source
    return bytes(made) if isinstance(made, bytes) else bytes(made[0])
