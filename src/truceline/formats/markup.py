"""KML and GPX as elements: no entity is expanded, no document type is read, no address is followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import InputError, Problem

MAX_BYTES = 100 * 1024 * 1024
MAX_DEPTH = 100


def parse(file: str, data: bytes, what: str) -> Any:
    """The root element, its namespaces taken off; raises InputError where it is no such file, or holds a document type.

    `what` is `kml` or `gpx`, the name that the root must have.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    if len(data) > MAX_BYTES:
        raise InputError(Problem(file, 0, "", f"{len(data):,} bytes of XML", f"at most {MAX_BYTES:,}"))
    builder = _Shallow()
    try:
        parser = DefusedXMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException:
        found = "a document type or an entity, which is not read"
        raise InputError(Problem(file, 0, "", found, f"plain {what.upper()} without a document type")) from None
    except (ParseError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ParseError) else 0
        raise InputError(
            Problem(file, line, "", f"no XML that can be read ({error})", f"a {what.upper()} file")
        ) from None
    if root is None or root.tag != what:
        found = "an empty file" if root is None else f"an XML file whose first element is {str(root.tag)[:40]!r}"
        raise InputError(Problem(file, 1, "", found, f"a {what.upper()} file"))
    return root


class _Shallow:
    """Builds elements without their namespaces; ValueError where they are nested too deep."""

    def __init__(self) -> None:
        from xml.etree.ElementTree import TreeBuilder

        self._builder, self._depth = TreeBuilder(), 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        self._builder.start(tag.rpartition("}")[2], attributes)

    def end(self, tag: str) -> None:
        """It ends."""
        self._depth -= 1
        self._builder.end(tag.rpartition("}")[2])

    def data(self, text: str) -> None:
        """Text within it."""
        self._builder.data(text)

    def close(self) -> Any:
        """The root; None where there is none."""
        try:
            return self._builder.close()
        except AssertionError:
            return None


def text(element: Any, path: str) -> str:
    """The text of the first element on this path, without blanks around it; empty where there is none."""
    return str(element.findtext(path) or "").strip()


def numbers(words: str) -> Iterator[tuple[float, float]]:
    """`lon,lat[,height] lon,lat ...` as KML writes coordinates; ValueError where it is none."""
    for part in words.split():
        lon, lat, *_ = part.split(",")
        yield float(lon), float(lat)
