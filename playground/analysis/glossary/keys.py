"""What a class, a field and the window itself are called in the glossary."""

from __future__ import annotations

import inspect
from typing import Any

GENERAL = "playground"
"""The topic that is shown where nothing else is asked about."""


def key_of(settings: Any, name: str = "") -> str:
    """Return the key of a settings class or value, or of one of its fields.

    A field that several classes share is one topic: that of the class that declares it.
    """
    kind = settings if isinstance(settings, type) else type(settings)
    if not name:
        return kind.__name__
    owners = [base for base in kind.__mro__ if name in inspect.get_annotations(base)]
    return f"{(owners or [kind])[-1].__name__}.{name}"
