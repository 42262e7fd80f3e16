"""No new works: "no building or strengthening of military works", wire and trenches among them.

Works stay where they are, so that one look in the week is enough to have seen them. Params: `kinds` (default
`force.construction`); `own_side_allowed`, where the text forbids only works beyond one's own side. Then works that are
announced or established are disputed and no more: whose side it is, is what the parties disagree on.
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import Term
from .acts import BY_OWN_WORD, Act, forbidden
from .case import Case, Verdict
from .whose_side import unclear

VERSION = 2
KINDS = ("force.construction",)


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """As the other acts, but where one's own side is allowed the question of the side stays open."""
    verdict = forbidden(term, party, window, case, Act(KINDS, BY_OWN_WORD, lasting=True))
    return unclear(verdict, term, party, case, "built")
