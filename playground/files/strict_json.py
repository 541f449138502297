"""JSON from a stranger: what the standard reader lets pass is refused with a plain reason."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from playground.errors import FileError
from playground.wording import grouped

_MOST_DIGITS = 1_000


def read_json(text: str | bytes, what: str) -> Any:
    """Return the value that a JSON text holds.

    Parameters
    ----------
    text
        JSON as RFC 8259 defines it; bytes are UTF-8.
    what
        What the text is, for the message: ``"the header"``.

    Raises
    ------
    FileError
        Where it is no JSON, names a key twice, nests without end, or holds NaN, infinity or a
        number of more than a thousand digits.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return json.loads(
            text, object_pairs_hook=_unique, parse_int=_whole_number, parse_constant=_no_constant
        )
    except RecursionError:
        raise FileError(f"{what} nests its brackets deeper than any experiment") from None
    except ValueError as error:
        reason = str(error) if type(error) is ValueError else "it breaks off or has stray signs"
        raise FileError(f"{what} is not valid JSON ({reason})") from None


def write_json(value: Any) -> str:
    r"""Return a value as JSON in UTF-8, half a character of a file's name as ``\udcff``."""
    text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = Counter(name for name, _ in pairs)
        raise ValueError(f"it names {names.most_common(1)[0][0]!r:.60} twice")
    return values


def _whole_number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"it holds a whole number of {grouped(len(digits))} digits")
    return int(digits)


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")
