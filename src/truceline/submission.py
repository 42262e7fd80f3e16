"""Forms and filled-in forms as XML: what a blank form asks for, and what an instance says of itself. Opens nothing.

Nothing here trusts the bytes: no entities, no document type, a bounded depth. What the answers mean is not decided here;
the format `odk` reads them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from .errors import TrucelineError

DEEPEST = 60
"""Elements within elements; no form of a mission comes near it."""
MISSION_FIELDS = frozenset({"mission", "mission_id"})
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")
_MEDIA = re.compile(rb"jr://(?:file|file-csv|images|audio|video)/([A-Za-z0-9][A-Za-z0-9_.-]{0,99})")


class RefusedError(TrucelineError):
    """What a phone sent is not taken, with the HTTP status that says so; the words name neither device nor path."""

    exit_code = 3

    def __init__(self, status: int, words: str) -> None:
        self.status = status
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Form:
    """One blank form as phones fetch it: its XForm, the paths of its files (photos, sound), the media that it names."""

    id: str
    version: str
    title: str
    xml: bytes
    uploads: frozenset[str] = frozenset()
    media: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """The hash by which a phone knows whether it holds this form; OpenRosa wants MD5. It protects nothing."""
        return f"md5:{hashlib.md5(self.xml, usedforsecurity=False).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Submission:
    """What a filled-in form says of itself: which form, its id, the id that it edits, the files that it names."""

    form_id: str
    version: str
    instance_id: str
    edits: str
    mission: str
    named: tuple[str, ...]


class _Shallow(TreeBuilder):
    """A tree builder that refuses what is nested without end."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        """Open one element."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise RefusedError(400, f"The form is nested more than {DEEPEST} deep; nothing was stored.")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        """Close it."""
        self.depth -= 1
        return super().end(tag)


def tree(xml: bytes) -> Element:
    """The XML without entities, document type or bottomless nesting; raises RefusedError."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
    try:
        parser.feed(xml)
        found: Element = parser.close()
    except DefusedXmlException:
        raise RefusedError(
            400, "The form declares a document type or entities, which no form does; nothing was stored."
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        where = getattr(error, "position", None)
        at = f" at line {where[0]}, column {where[1]}" if where else ""
        raise RefusedError(400, f"The form is no whole XML{at}; nothing was stored. Send it again.") from None
    return found


def local(tag: Any) -> str:
    """A tag without its namespace."""
    return str(tag).rpartition("}")[2]


def form_of(xml: bytes, name: str = "form") -> Form:
    """The blank form of this XForm; raises RefusedError where it is none. `name` is what errors call it."""
    root = tree(xml)
    instance = next((e for e in root.iter() if local(e.tag) == "instance" and len(e)), None)
    data = instance[0] if instance is not None else None
    form_id = data.get("id", "") if data is not None else ""
    if data is None or not _ID.match(form_id):
        raise RefusedError(400, f"{name} is no XForm with an id of letters, digits, '.', '_' and '-'.")
    version = next((v for k, v in data.attrib.items() if local(k) == "version"), "")
    title = next((e.text or "" for e in root.iter() if local(e.tag) == "title"), "")
    binds = [e for e in root.iter() if local(e.tag) == "bind" and e.get("type", "").rpartition(":")[2] == "binary"]
    uploads = frozenset(_plain(b.get("nodeset", "")) for b in binds)
    media = tuple(dict.fromkeys(m.decode() for m in _MEDIA.findall(xml)))
    return Form(form_id, version, title.strip() or form_id, xml, uploads, media)


def _plain(path: str) -> str:
    """A path without its prefixes."""
    return "/".join(part.rpartition(":")[2] for part in path.strip().split("/"))


def parse(xml: bytes, forms: Mapping[str, Form], mission: str) -> Submission:
    """What this instance says of itself; raises RefusedError where it is for another form or another mission."""
    root = tree(xml)
    form_id = root.get("id", "")
    if form_id not in forms:
        shown = f"'{form_id}'" if _ID.match(form_id) else "of the submission"
        raise RefusedError(404, f"This mission has no form {shown}; nothing was stored. Fetch the blank forms again.")
    version = next((v for k, v in root.attrib.items() if local(k) == "version"), "")
    meta = next((e for e in root if local(e.tag) == "meta"), None)
    said = {local(e.tag): (e.text or "").strip() for e in meta} if meta is not None else {}
    instance_id = said.get("instanceID", "") or root.get("instanceID", "")
    if not instance_id or len(instance_id) > 200:
        raise RefusedError(400, "The form has no instanceID, by which a repeat would be known; nothing was stored.")
    theirs = next(((e.text or "").strip() for e in root.iter() if local(e.tag) in MISSION_FIELDS and not len(e)), "")
    if theirs and theirs != mission:
        raise RefusedError(403, "The form was filled in for another mission; nothing was stored here.")
    edits = said.get("deprecatedID", "")[:200]
    return Submission(form_id, version[:100], instance_id, edits, theirs, _named(root, forms[form_id].uploads))


def _named(root: Element, uploads: frozenset[str]) -> tuple[str, ...]:
    """Names of the files that the answers name."""
    found: list[str] = []

    def walk(element: Element, path: str) -> None:
        here = f"{path}/{local(element.tag)}"
        if here in uploads and (element.text or "").strip():
            found.append((element.text or "").strip())
        for child in element:
            walk(child, here)

    walk(root, "")
    return tuple(dict.fromkeys(found))
