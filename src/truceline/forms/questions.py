"""Questions as data: the YAML of a form -> frozen records, with words in four languages.

A form's YAML may `use` a block of blocks.yaml; lists of answers stand in choices.yaml. Names of questions are unique within a
form, so that an answer is known by its name alone, however an export writes groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = {"en": "English (en)", "th": "ไทย (th)", "km": "ខ្មែរ (km)", "ms": "Melayu (ms)"}
"""Codes of the languages of a form, in the order of every list of words, and how an XLSForm names them."""
IDS = (
    "incident", "impact", "hazard", "weapons", "access", "patrol", "statement", "displacement", "handover",
)  # fmt: skip
Words = dict[str, str]


@dataclass(frozen=True)
class Question:
    """One question, or a group or repeat of questions; expressions are XPath as in an XLSForm."""

    name: str
    type: str
    label: Words
    hint: Words = field(default_factory=dict)
    message: Words = field(default_factory=dict)
    constraint: str = ""
    relevant: str = ""
    required: str = ""
    default: str = ""
    filter: str = ""
    appearance: str = ""
    ask: tuple[Question, ...] = ()

    @property
    def choices(self) -> str:
        """The list that it is answered from; empty where the answer is free."""
        kind, _, name = self.type.partition(" ")
        return name if kind.startswith("select") else ""


@dataclass(frozen=True)
class Form:
    """A form: its questions, and what every answer to it means."""

    id: str
    title: Words
    ask: tuple[Question, ...]
    gives: str = "observation"
    kinds: tuple[str, ...] = ()
    kind: str = "other"
    method: str = ""
    phase: str = ""
    exposure: str = "partners"
    """How closed an answer is that does not say so itself."""

    def every(self) -> Iterator[tuple[Question, str]]:
        """Every question and the repeat in which it stands (empty outside); groups and repeats come before theirs."""
        yield from _walk(self.ask, "")

    @property
    def repeats(self) -> frozenset[str]:
        """Names of its repeats."""
        return frozenset(q.name for q, _ in self.every() if q.type == "repeat")


def _walk(asked: tuple[Question, ...], repeat: str) -> Iterator[tuple[Question, str]]:
    for question in asked:
        yield question, repeat
        yield from _walk(question.ask, question.name if question.type == "repeat" else repeat)


@lru_cache(maxsize=32)
def load(form_id: str) -> Form:
    """The form of this id; KeyError where there is none."""
    if form_id not in IDS:
        raise KeyError(form_id)
    data = _yaml(form_id)
    plain = {k: data[k] for k in ("gives", "kind", "method", "phase", "exposure") if k in data}
    return Form(form_id, words(data["title"]), _questions(data["ask"]), kinds=tuple(data.get("kinds", ())), **plain)


def words(listed: list[str]) -> Words:
    """A list of words in the order of LANGUAGES; ValueError where one is missing."""
    if len(listed) != len(LANGUAGES) or not all(isinstance(w, str) and w for w in listed):
        raise ValueError(f"{listed}: expected words in {', '.join(LANGUAGES)}")
    return dict(zip(LANGUAGES, listed, strict=True))


@lru_cache(maxsize=1)
def choices() -> dict[str, dict[str, Words]]:
    """The closed lists of answers: list -> answer -> its words."""
    return {name: {str(k): words(v) for k, v in listed.items()} for name, listed in _yaml("choices").items()}


@lru_cache(maxsize=1)
def _blocks() -> dict[str, Any]:
    return _yaml("blocks")


def _yaml(stem: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(f"{stem}.yaml").read_text("utf-8"))
    return found


def _questions(listed: list[dict[str, Any]]) -> tuple[Question, ...]:
    made: list[Question] = []
    for item in listed:
        made += _questions(_blocks()[item["use"]]) if "use" in item else [_question(item)]
    return tuple(made)


def _question(item: dict[str, Any]) -> Question:
    texts: dict[str, Any] = {k: words(item[k]) for k in ("label", "hint", "message") if k in item}
    kind = next((k for k in ("group", "repeat") if k in item), "")
    required = item.get("required", "")
    return Question(
        name=item[kind or "name"], type=kind or item["type"], ask=_questions(item.get("ask", [])),
        required="yes" if required is True else required,
        **texts,
        **{k: item[k] for k in ("constraint", "relevant", "default", "filter", "appearance") if k in item},
    )  # fmt: skip
