"""How wide the letters of the shipped fonts are, in thousandths of an em: Latin, Thai and Khmer.

Measured once in the shipped Noto Sans; a letter that stands in none of the lists counts as of middle width. Signs above
and below a letter take no width; nor do most of Khmer's subscripts (a letter after U+17D2).
"""

from __future__ import annotations

import unicodedata

_LATIN = (
    "260 269 408 646 572 831 732 225 300 300 551 572 268 322 268 372 572 572 572 572 572 572 572 572 572 572 268 268 "
    "572 572 572 434 899 639 650 632 730 556 519 728 741 339 273 619 524 907 760 781 605 781 622 549 556 731 600 930 "
    "586 566 572 329 372 329 572 444 281 561 615 480 615 564 344 615 618 258 258 534 258 935 618 605 615 615 413 479 "
    "361 618 508 786 529 510 470 380 551 380 572"
)
_THAI = (
    "600 600 547 549 614 621 598 537 532 604 550 556 906 909 603 603 547 626 903 909 616 636 602 609 544 613 604 605 "
    "648 652 695 682 603 614 594 488 602 571 603 492 628 640 572 587 668 574 560 519 338 0 406 406 0 0 0 0 0 0 0 600 "
    "600 600 600 584 295 568 308 289 304 406 595 0 0 0 0 0 0 0 0 595 570 545 613 559 539 540 520 720 565 504 767 872"
)
_KHMER = (
    "636 635 635 928 635 615 635 635 1251 952 635 635 635 924 1240 635 635 599 635 635 635 635 635 635 635 953 288 928 "
    "326 636 636 928 928 846 635 635 933 635 929 635 635 734 636 635 684 636 708 635 635 645 580 635 0 0 288 0 0 0 0 0 "
    "0 0 288 576 576 288 288 288 576 576 0 386 283 0 0 0 0 0 0 0 0 0 0 0 586 732 477 586 1960 732 1399 332 733 0 634 "
    "634 635 635 752 861 635 635 635 781"
)
_WIDE_SUBSCRIPTS = {"ឃ": 294, "ឈ": 234, "ឍ": 303, "ប": 294, "យ": 298, "រ": 287, "ស": 297, "ហ": 302, "អ": 288}
_STACKER = "\u17d2"
_MIDDLE = 0.66


def _from(first: int, listed: str) -> dict[str, float]:
    return {chr(first + i): int(v) / 1000 for i, v in enumerate(listed.split())}


_WIDTHS = {**_from(0x20, _LATIN), **_from(0x0E00, _THAI), **_from(0x1780, _KHMER)}


def ems(text: str) -> float:
    """Give the width of these words, in ems of the regular weight."""
    total, before = 0.0, ""
    for c in text:
        total += _WIDE_SUBSCRIPTS.get(c, 0) / 1000 if before == _STACKER else _advance(c)
        before = c
    return total


def _advance(c: str) -> float:
    known = _WIDTHS.get(c)
    if known is not None:
        return known
    if unicodedata.category(c) in {"Mn", "Me", "Cf"}:
        return 0.0
    plain = unicodedata.normalize("NFD", c)[0]
    return _WIDTHS.get(plain, _MIDDLE)
