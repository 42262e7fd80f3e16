"""Drawings as pictures: outlines for readers that know SVG, and a raster of the same drawing for all others."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import typst

from ..colours import LIGHT
from ..draw import Drawing, n
from ..scripts import FONTS
from ..tree import Logo
from ..typst_shapes import DEFINITIONS, drawing, mark_definition, used_marks

PPI = 120.0
LOGO_HEIGHT = 34.0
_EMU = 12700
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_SVG_NAMES = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_DRAWING_NAMES = "http://schemas.openxmlformats.org/drawingml/2006"
_FAMILIES = '("Noto Sans", "Noto Sans Thai", "Noto Sans Khmer", "Noto Sans Math", "Libertinus Serif")'


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as both kinds of picture, and its size in points; `number` names its files."""

    number: int
    width: float
    height: float
    png: bytes
    svg: bytes = b""


def pictures(drawings: Sequence[Drawing]) -> list[Picture]:
    """Give every drawing as a picture, all set in one go.

    Raises typst.TypstError where Typst refuses what this module wrote: a fault of this program, never of the input.
    """
    if not drawings:
        return []
    code = "\n".join(
        (
            *(f'#let c-{name} = rgb("{value}")' for name, value in LIGHT.items()),
            DEFINITIONS,
            *(mark_definition(name, size) for name, size in sorted(used_marks(list(drawings)))),
            f'#set text(font: {_FAMILIES}, fallback: false, number-width: "tabular")',
            *(
                f"#page(width: {n(d.width)}pt, height: {n(d.height)}pt, margin: 0pt, fill: white, {drawing(d)})"
                for d in drawings
            ),
        )
    )
    pairs = zip(drawings, _set(code, "png"), _set(code, "svg"), strict=True)
    return [Picture(i, d.width, d.height, png, _plain(svg)) for i, (d, png, svg) in enumerate(pairs, 1)]


def _set(code: str, form: str) -> list[bytes]:
    made = typst.compile(  # type: ignore[call-overload]  # its stub ties the fonts to the source
        code.encode(), format=form, ppi=PPI, font_paths=[str(FONTS)], ignore_system_fonts=True
    )
    return [made] if isinstance(made, bytes) else list(made)


def _plain(svg: bytes) -> bytes:
    # Office draws no `symbol`; a group in `defs` is the same and is drawn everywhere.
    return svg.replace(b"<symbol ", b"<g ").replace(b"</symbol>", b"</g>").replace(b' overflow="visible"', b"")


def logo_picture(logo: Logo) -> Picture:
    """Give a mission's sign as a picture; its number is 0."""
    data = f"bytes(({','.join(str(b) for b in logo.data)},))"
    image = f'image({data}, format: "{logo.format}", height: {LOGO_HEIGHT}pt)'
    code = f"#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#{image}"
    png = _set(code, "png")[0]
    wide, high = struct.unpack(">II", png[16:24])
    return Picture(0, LOGO_HEIGHT * wide / high, LOGO_HEIGHT, png, logo.data if logo.format == "svg" else b"")


def inline(picture: Picture, name: str, alt: str, room: tuple[float, float]) -> str:
    """Give the run that shows a picture, made smaller where it is larger than the room, points; texts are escaped."""
    scale = min(1.0, room[0] / picture.width, room[1] / picture.height)
    size = f'cx="{round(picture.width * scale * _EMU)}" cy="{round(picture.height * scale * _EMU)}"'
    number = picture.number
    outline = (
        f'<a:extLst><a:ext uri="{_SVG_EXTENSION}"><asvg:svgBlip xmlns:asvg="{_SVG_NAMES}" r:embed="svg{number}"/>'
        "</a:ext></a:extLst>"
        if picture.svg
        else ""
    )
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number + 1}" name="{name}" descr="{alt}"/><wp:cNvGraphicFramePr>'
        f'<a:graphicFrameLocks xmlns:a="{_DRAWING_NAMES}/main" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic xmlns:a="{_DRAWING_NAMES}/main"><a:graphicData uri="{_DRAWING_NAMES}/picture">'
        f'<pic:pic xmlns:pic="{_DRAWING_NAMES}/picture"><pic:nvPicPr><pic:cNvPr id="{number + 1}" name="{name}"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="png{number}">{outline}</a:blip>'
        f"<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
