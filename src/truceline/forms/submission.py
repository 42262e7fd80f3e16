"""What came back from a form, whichever way it came: answers by name, repeats as lists of answers.

Groups do not matter, since names are unique within a form. What tells of the device or of the person who held it is dropped
here, before anything else sees it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

import defusedxml
from defusedxml import ElementTree

from ..sheets import CellError
from .questions import IDS, Form, load

MOST_BYTES = 5_000_000
MOST_DEPTH = 32
PRIVATE = frozenset({
    "deviceid", "device_id", "phonenumber", "phone_number", "phone", "subscriberid", "subscriber_id", "simserial", "sim_serial",
    "simid", "email", "username", "user_name", "uid", "_submitted_by", "submitterid", "submittername", "submitter_id",
    "submitter_name", "submitter", "devicename", "audit", "ip", "user",
})  # fmt: skip
"""Names of what tells of a device or of a person; compared without case."""
NOTHING = frozenset({
    "formhub", "__version__", "version", "_version_", "uuid", "mission", "form", "unreviewed", "instancename",
    "_id", "_uuid", "_index", "_status", "_geolocation", "_notes", "_tags", "_bamboo_dataset_id", "_xform_id_string", "__id",
    "meta/rootuuid", "rootuuid", "status", "attachmentspresent", "attachmentsexpected", "key", "parent_key",
    "_parent_index", "_parent_table_name", "_submission__id", "_submission__uuid", "formversion", "entity",
})  # fmt: skip
"""Names that say nothing of what was observed."""


_NUMBERS = re.compile(r"(?<![\w.-])-?\d{1,12}\.\d{1,15}(?![\w.])")


@dataclass
class Submission:
    """One filled-in form. `instance` is its id, `replaces` that of the entry which it edits, `line` where it stands."""

    form: str
    answers: dict[str, str] = field(default_factory=dict)
    repeats: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    instance: str = ""
    replaces: str = ""
    mission: str = ""
    submitted: str = ""
    review: str = ""
    updated: str = ""
    """When the server last changed what it says of the entry: of two copies the later one gives the review state."""
    edits: int = 0
    line: int = 0

    @property
    def id(self) -> str:
        """`odk-` and the instance id without `uuid:`; where a form gave none, a hash of everything that was answered."""
        return observation_id(self.instance) if self.instance else f"odk-{self.content[:32]}"

    @property
    def content(self) -> str:
        """SHA-256 of the answers alone: the same however they came."""
        repeats = {name: [_alike(entry) for entry in listed] for name, listed in self.repeats.items()}
        told = {"form": self.form, "answers": _alike(self.answers), "repeats": repeats}
        plain = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()

    def definition(self) -> Form:
        """The form that was filled in; CellError where there is none of this id."""
        if self.form not in IDS:
            raise CellError("form", self.form, "a form of `truceline forms`: " + ", ".join(IDS))
        return load(self.form)


def _alike(answers: dict[str, str]) -> dict[str, str]:
    """The answers with numbers written in one way: servers and tables write 14.40, 14.4 and 14.400000."""
    return {name: _NUMBERS.sub(lambda n: f"{float(n[0]):.10g}", value) for name, value in answers.items()}


def observation_id(instance: str) -> str:
    """The id of what an instance says; of an instance id with unusual characters, a hash."""
    plain = instance.strip().removeprefix("uuid:")
    usual = plain and len(plain) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_.") for c in plain)
    return f"odk-{plain if usual else hashlib.sha256(plain.encode()).hexdigest()[:32]}"


def is_private(name: str) -> bool:
    """Whether a field of this name tells of a device or a person."""
    return name.rsplit("/", 1)[-1].casefold() in PRIVATE


def from_xml(data: bytes, form: str = "") -> Submission:
    """A submission as phones send it (OpenRosa); raises CellError where it is none, or names no form that there is.

    No document type, no entity and nothing outside the file is read. `form` holds where the submission does not say.
    """
    root = _root(data)
    said = _texts(root, "form")
    known = said or form or _suffix(root.get("id", ""))
    if not known:
        raise CellError("id", root.get("id", ""), "the id of a form of `truceline forms`")
    made = Submission(known, line=1)
    made.mission = _texts(root, "mission")
    repeats = made.definition().repeats
    _gather(root, made, made.answers, repeats)
    return made


def _root(data: bytes) -> Element:
    if len(data) > MOST_BYTES:
        raise CellError("submission", f"{len(data):,} bytes", f"at most {MOST_BYTES:,} bytes; pictures come beside it")
    try:
        root: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except (ParseError, defusedxml.DefusedXmlException, ValueError, LookupError) as error:
        raise CellError("submission", type(error).__name__, "one XML document without a document type") from None
    if _deep(root) > MOST_DEPTH:
        raise CellError("submission", "elements in elements", f"at most {MOST_DEPTH} levels")
    return root


def _deep(root: Element) -> int:
    """How many levels of elements there are; counted without a call for each, since a stranger may have sent them."""
    level, here = 0, [root]
    while here and level <= MOST_DEPTH:
        level, here = level + 1, [child for one in here for child in one]
    return level


def _suffix(form_id: str) -> str:
    return next((i for i in IDS if form_id == i or form_id.endswith(f"-{i}")), "")


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _texts(root: Element, name: str) -> str:
    return next((e.text.strip() for e in root if _plain(e.tag) == name and e.text), "")


def _gather(element: Element, made: Submission, into: dict[str, str], repeats: frozenset[str]) -> None:
    for child in element:
        name = _plain(child.tag)
        if name == "meta":
            _meta(child, made)
        elif name in repeats:
            entry: dict[str, str] = {}
            _gather(child, made, entry, repeats)
            if entry:
                made.repeats.setdefault(name, []).append(entry)
        elif len(child):
            _gather(child, made, into, repeats)
        else:
            keep(into, name, child.text or "")


def _meta(meta: Element, made: Submission) -> None:
    told = {_plain(e.tag): (e.text or "").strip() for e in meta}
    made.instance = told.get("instanceID", "")
    made.replaces = told.get("deprecatedID", "")


def keep(into: dict[str, str], name: str, value: str) -> None:
    """Keep an answer, unless it is empty, says nothing of what was observed, or tells of a person."""
    text = value.strip()
    if text and name.casefold() not in NOTHING and not is_private(name):
        into[name] = text


def names(values: Iterable[str]) -> str:
    """Several values as the observation table writes them."""
    return ";".join(dict.fromkeys(v for v in values if v))
