"""What a command has to say of itself just now."""

from __future__ import annotations

from typing import NamedTuple


class Offer(NamedTuple):
    """Whether a command can be used, and what it is called.

    Attributes
    ----------
    missing
        What is missing, as a sentence, or nothing where that can be seen; None: it can be used.
    title
        What the command is called now; without one, as in the table of commands.
    """

    missing: str | None = None
    title: str = ""
