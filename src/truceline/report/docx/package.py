"""The parts of a DOCX in one file: their relationships, the properties of the document, and fixed dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from docx.opc.constants import CONTENT_TYPE as KIND
from docx.opc.constants import RELATIONSHIP_TYPE as TO
from docx.opc.package import OpcPackage
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.rel import Relationships

from ..tree import Document
from . import styles
from .figures import Picture
from .text import clean, locale

_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DAY = (1980, 1, 1, 0, 0, 0)
_FONT = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_BY_NAME = {"png": KIND.PNG, "svg": "image/svg+xml", "odttf": _FONT}
_PACKED = {"png"}


def package(
    document: Document, texts: Mapping[str, str], links: Mapping[str, str], pictures: Sequence[Picture]
) -> bytes:
    """Give the file. `texts` holds the XML of `document`, `header` and `footer`; `links` address -> relationship."""
    whole = OpcPackage()
    main = _part("/word/document.xml", KIND.WML_DOCUMENT_MAIN, texts["document"])
    _join(whole, TO.OFFICE_DOCUMENT, main, "main")
    core = _part("/docProps/core.xml", KIND.OPC_CORE_PROPERTIES, _core(document))
    _join(whole, TO.CORE_PROPERTIES, core, "core")
    for name, kind, to, text in (
        ("styles", KIND.WML_STYLES, TO.STYLES, styles.styles(document.language)),
        ("numbering", KIND.WML_NUMBERING, TO.NUMBERING, styles.numbering()),
        ("settings", KIND.WML_SETTINGS, TO.SETTINGS, styles.settings(document.language)),
        ("header", KIND.WML_HEADER, TO.HEADER, texts["header"]),
        ("footer", KIND.WML_FOOTER, TO.FOOTER, texts["footer"]),
    ):
        _join(main, to, _part(f"/word/{name}.xml", kind, text), name)
    _join(main, TO.FONT_TABLE, _fonts(), "fonts")
    for picture in pictures:
        _join(main, TO.IMAGE, _file(f"/word/media/figure-{picture.number}.png", picture.png), f"png{picture.number}")
        if picture.svg:
            outlines = _file(f"/word/media/figure-{picture.number}.svg", picture.svg)
            _join(main, TO.IMAGE, outlines, f"svg{picture.number}")
    for address, name in links.items():
        main.rels.add_relationship(TO.HYPERLINK, address, name, is_external=True)
    return _zipped(whole)


def _part(name: str, kind: str, text: str) -> Part:
    return Part(PackURI(name), kind, (_DECLARED + text).encode())


def _file(name: str, data: bytes) -> Part:
    return Part(PackURI(name), _BY_NAME[name.rpartition(".")[2]], data)


def _join(source: OpcPackage | Part, kind: str, target: Part, name: str) -> None:
    source.rels.add_relationship(kind, target, name)


def _fonts() -> Part:
    faces = styles.faces()
    table = _part("/word/fontTable.xml", KIND.WML_FONT_TABLE, styles.font_table(faces))
    for i, face in enumerate(faces, 1):
        _join(table, TO.FONT, _file(f"/word/fonts/font{i}.odttf", face.hidden()), f"font{i}")
    return table


def _core(document: Document) -> str:
    moment = document.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{clean(document.title)}</dc:title><dc:creator>{clean(document.mission)}</dc:creator>"
        f"<dc:description>{clean(document.version)}</dc:description><dc:language>{locale(document.language)}</dc:language>"
        f"<cp:lastModifiedBy>{clean(document.mission)}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    )


def _types(parts: Iterable[Part]) -> bytes:
    defaults = {"rels": KIND.OPC_RELATIONSHIPS, "xml": KIND.XML, **_BY_NAME}
    endings = "".join(f'<Default Extension="{e}" ContentType="{kind}"/>' for e, kind in defaults.items())
    named = "".join(
        f'<Override PartName="{p.partname}" ContentType="{p.content_type}"/>'
        for p in parts
        if p.partname.ext not in _BY_NAME
    )
    names = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'{_DECLARED}<Types xmlns="{names}">{endings}{named}</Types>'.encode()


def _relations(known: Relationships) -> bytes:
    entries = "".join(
        f'<Relationship Id="{r.rId}" Type="{r.reltype}" Target="{clean(r.target_ref)}"'
        + (' TargetMode="External"/>' if r.is_external else "/>")
        for r in known.values()
    )
    names = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_DECLARED}<Relationships xmlns="{names}">{entries}</Relationships>'.encode()


def _zipped(whole: OpcPackage) -> bytes:
    parts = list(whole.iter_parts())
    files = [("[Content_Types].xml", _types(parts)), ("_rels/.rels", _relations(whole.rels))]
    for part in parts:
        files.append((part.partname.membername, part.blob))
        if part.rels:
            files.append((part.partname.rels_uri.membername, _relations(part.rels)))
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, data in files:
            entry = ZipInfo(name, _DAY)
            entry.compress_type = ZIP_STORED if name.rpartition(".")[2] in _PACKED else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return made.getvalue()
