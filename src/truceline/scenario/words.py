"""The words of an invented ceasefire: each source in its own phrases, so that honest accounts do not read like copies."""

from __future__ import annotations

import random

from .. import kinds

_OPEN = ("Residents say that", "Our reporter saw that", "People who fled tell that", "From the school roof one saw that",
         "Shopkeepers told us that", "A driver on the road says that", "Farmers near the river say that",
         "According to a nurse", "Two teachers saw that", "A photographer noted that")  # fmt: skip
_MIDDLE = ("there was {what} by {place}", "{what} began close to {place}", "{place} lived through {what}",
           "{what} was plain to see from {place}", "{what} broke out on the far edge of {place}",
           "near {place} nobody could miss the {what}")  # fmt: skip
_CLOSE = ("and the market stayed shut.", "while children were still in class.", "before the ferry had left.",
          "and dogs barked until morning.", "just after the rain stopped.", "as the bus from the town came in.",
          "and a barn door was left hanging.", "while the bell of the temple rang.", "and then it was quiet again.",
          "as the harvest was being weighed.", "and the old bridge shook.", "when the power had just failed.")  # fmt: skip
_CHARGE = (
    ("At {place} the other side carried out {what}, in open breach of the truce, and our forces held back.",
     "The enemy's {what} at {place} shows again who wants no peace; we keep the right to answer.",
     "Ministry note on {place}: {what} by hostile units during the day, losses are being counted."),
    ("Our positions at {place} came under {what}; the command condemns this in the strongest terms.",
     "We inform the observers of {what} by the other side at {place} and ask for an inquiry.",
     "Evening bulletin: those across the line began {what} close to {place}, and civilians took shelter."),
)  # fmt: skip
"""Each side's own formulas: no two of them word a charge alike."""
_OWN = ("Our units at {place} acted in self-defence: {what}, brief and proportionate.",
        "The command confirms {what} at {place} by its own troops, after repeated warnings.",
        "At {place} there was {what} by our side; it was an error, and we have said so to the observers.")  # fmt: skip
_DENY = ("We reject the claim of {what} at {place}; nothing of the kind took place.",
         "There was no {what} by us at {place}. The allegation is baseless.",
         "The report of {what} near {place} is untrue, and we invite the observers to look.")  # fmt: skip
_FRAMES = ("{text}", "{text} So a statement of the evening says.", "In a statement: {text}", "{text} No more was said.",
           "Update. {text}", "{text} Our desk could not check this.")  # fmt: skip


class Words:
    """Draws phrases from the seed of the world."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def _say(self, choices: tuple[str, ...], kind: str, place: str) -> str:
        return self.rng.choice(choices).format(what=kinds.label(kind), place=place)

    def form(self, kind: str) -> str:
        """An observer's form."""
        return f"{kinds.label(kind)}, {self.rng.randint(1, 9)} counted"

    def report(self, kind: str, place: str) -> str:
        """Somebody who saw it tells."""
        return " ".join((self.rng.choice(_OPEN), self._say(_MIDDLE, kind, place), self.rng.choice(_CLOSE)))

    def charge(self, kind: str, place: str, side: int) -> str:
        """One side accuses."""
        return f"No. {self.rng.randint(100, 999)}: {self._say(_CHARGE[side], kind, place)}"

    def own(self, kind: str, place: str) -> str:
        """One side owns what it did."""
        return f"No. {self.rng.randint(100, 999)}: {self._say(_OWN, kind, place)}"

    def denial(self, kind: str, place: str) -> str:
        """One side denies."""
        return self._say(_DENY, kind, place)

    def reworded(self, text: str) -> str:
        """An outlet repeats a text: framed, sometimes cut by a word or two."""
        words = text.split()
        for _ in range(self.rng.randint(0, 2)):
            words.pop(self.rng.randrange(len(words)))
        return self.rng.choice(_FRAMES).format(text=" ".join(words))
