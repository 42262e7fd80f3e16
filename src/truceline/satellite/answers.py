"""What NASA's FIRMS server means when it answers with words instead of a table."""

from __future__ import annotations

import re

ADVICE = {
    r"map.?key": "the key was refused: check it, or ask for a free one on NASA's FIRMS pages, and collect again",
    r"transaction|limit|exceed|too many": "the allowance of the key is used up: wait ten minutes and collect again",
    r"day.?range|date": "the server refused the dates: collect again with fewer days a request",
    r"source|area|coordinate|api call": "the server refused the request: check source and area, and collect again",
}


def advice(said: str) -> str:
    """What a person should do about this message."""
    known = [what for words, what in ADVICE.items() if re.search(words, said, re.IGNORECASE)]
    return known[0] if known else "look at what the server says, and collect again"
