"""Words that the imports' sentences share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playground.wording import grouped


def names_of(names: Sequence[str]) -> str:
    """Return names for a sentence, at most three of them."""
    some = ", ".join(f"“{name}”" for name in names[:3])
    return some + (f" and {grouped(len(names) - 3)} more" if len(names) > 3 else "")


def title_from(name: str, otherwise: str) -> str:
    """Return a title from a file's name without its ending, underscores as spaces."""
    return re.sub(r"[_\s]+", " ", name).strip()[:60] or otherwise


def short(text: str) -> str:
    """Return a cell's text, cut where it is long."""
    return text if len(text) <= 30 else text[:29] + "…"
