"""Protect civilians: "no force against civilians and civilian objects in any circumstances".

That people or houses were hit is one thing, that they were aimed at another: harm with an established author is
`likely_breached` (aim_unknown) and no more, unless the term says with `any_harm` that the harm alone breaks it. No
provocation excuses it, so what came before is not asked. Params: `kinds` (default `harm.civilians`,
`harm.civilian_site`), `any_harm`.
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import Outcome, Term
from .acts import BY_OWN_WORD, Act, forbidden
from .case import Case, Verdict

VERSION = 1
KINDS = ("harm.civilians", "harm.civilian_site")


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """As the other acts; with what was aimed at left open."""
    aim = None if term.params.get("any_harm") else (Outcome.LIKELY_BREACHED, "aim_unknown")
    return forbidden(term, party, window, case, Act(KINDS, BY_OWN_WORD, doubt=lambda _: aim))
