"""In which language the report speaks: message catalogues, plural forms, dates and numbers.

A message is its English text with named places for values, as in gettext. The language holds for one document: it is
set by `speaking` around the making of it, so that no function has to hand it on. Nothing here reads a clock.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages import mofile, pofile
from babel.numbers import format_decimal

LOCALES = Path(__file__).with_name("locale")
TEMPLATE = LOCALES / "report.pot"
"""Every message of the report, drawn from the source; translators begin with a copy of it."""

ENGLISH = "en"
UNREVIEWED = "Unreviewed translation; the English text prevails."
"""What stands on every page of a translation that no native reader has approved, in its own language and in English."""

NOBODY = "FULL NAME"
"""What gettext writes where nobody put a name."""

_PLACE = re.compile(r"\{(\w+)\}")
_ERA_YEARS = {"th": 543}
"""Years to add where the reader counts by another era: the Buddhist era in Thai."""


@dataclass(frozen=True)
class Tongue:
    """A language with its catalogue, and a mission's own wording over both."""

    code: str = ENGLISH
    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    wording: Mapping[str, str] = field(default_factory=dict)


_current: ContextVar[Tongue] = ContextVar("tongue", default=Tongue())  # noqa: B039  # frozen, and never written to


def languages() -> tuple[str, ...]:
    """Codes of the languages that the report speaks, English first."""
    return (ENGLISH, *sorted(p.stem for p in LOCALES.glob("*.po")))


@contextmanager
def speaking(code: str, wording: Mapping[str, str] | None = None) -> Iterator[None]:
    """Make every document inside in this language; `wording` replaces messages by the mission's own.

    Raises KeyError where no catalogue of this language is there.
    """
    if code not in languages():
        raise KeyError(f"no language {code!r}; there are {', '.join(languages())}")
    token = _current.set(Tongue(code, _catalogue(code), wording or {}))
    try:
        yield
    finally:
        _current.reset(token)


def said(text: str, code: str) -> str:
    """A message in a language; the English where the language has no catalogue, or no words for it."""
    return _catalogue(code).gettext(text) if code in languages() else text


@lru_cache(maxsize=8)
def _catalogue(code: str) -> gettext.NullTranslations:
    if code == ENGLISH:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with (LOCALES / f"{code}.po").open("rb") as file:
        mofile.write_mo(compiled, pofile.read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=8)
def reviewed(code: str) -> bool:
    """Whether a native reader put a name into `Last-Translator` of this language's catalogue; English needs none."""
    return code == ENGLISH or not _catalogue(code).info().get("last-translator", NOBODY).startswith(NOBODY)


def code() -> str:
    """Code of the language that is spoken: en, th, km, ms or one that a translator added."""
    return _current.get().code


def message(text: str) -> str:
    """Give a message in the language that is spoken, its places for values still open."""
    tongue = _current.get()
    return tongue.wording.get(text) or tongue.catalogue.gettext(text)


def say(text: str, **values: object) -> str:
    """Give a message with its values; the English where no translation is there.

    `text` must be a literal: the catalogues are drawn from the source. Raises KeyError where a value is missing.
    """
    return message(text).format(**values) if values else message(text)


def say_n(one: str, many: str, n: int, **values: object) -> str:
    """Give a message in the plural form that `n` asks for; `{n}` is printed as this language writes numbers."""
    tongue = _current.get()
    own = tongue.wording.get(one if n == 1 else many)
    return (own or tongue.catalogue.ngettext(one, many, n)).format(n=number(n), **values)


def places(text: str) -> frozenset[str]:
    """Names of the places for values in a message."""
    return frozenset(_PLACE.findall(text))


def later(text: str) -> str:
    """Mark a literal as a message that is said elsewhere; gives it unchanged."""
    return text


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


@lru_cache(maxsize=20_000)
def _decimal(value: float, code: str) -> str:
    return format_decimal(value, format="#,##0", locale=_locale(code))


def number(value: float) -> str:
    """Give a whole number with thousands apart, as this language writes it."""
    return _decimal(value, code())


@lru_cache(maxsize=20_000)
def _digits(value: float, code: str) -> str:
    places = 0 if value >= 10 else 1 if value >= 1 else 2 if value >= 0.1 else 3
    return format_decimal(round(value, places), format="#,##0.###", locale=_locale(code))


def decimal(value: float) -> str:
    """Give a number with about two digits that count, as this language writes it."""
    return _digits(value, code())


def month(number_: int, *, short: bool = False) -> str:
    """Give a month's name inside a date; `short` its abbreviation."""
    name: str = _locale(code()).months["format"]["abbreviated" if short else "wide"][number_]
    return name


def year(day: date) -> str:
    """Give the year as usual in this language; in Thai by the Buddhist era."""
    return str(day.year + _ERA_YEARS.get(code(), 0))
