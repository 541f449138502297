"""Text of strangers, such as a file's name, made fit to be shown: nothing in it acts."""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORD = 80
"""Signs of a word, or of one part of a path, that are shown; no line could hold more."""

_LONG_WORD = re.compile(rf"[^\s/\\]{{{LONGEST_WORD + 1},}}")


def visible(text: str) -> str:
    r"""Return a text in one line, with every sign that would not be seen written out.

    Control signs, ends of lines and marks that turn the direction of writing become ``\n``,
    ``\x1b`` or ``\u202e``; a byte of a file's name that is no UTF-8 becomes ``\xff``. A word that
    is too long for any line loses its middle.
    """
    if len(text) <= LONGEST_WORD and text.isprintable():
        return text
    shown = "".join(sign if _is_seen(sign) else _code(sign) for sign in text)
    return _LONG_WORD.sub(_shortened, shown)


def _is_seen(sign: str) -> bool:
    """Return whether a sign is printed, as spaces of every width are."""
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def _code(sign: str) -> str:
    number = ord(sign)
    if 0xDC80 <= number <= 0xDCFF:  # how Python keeps a byte that is no UTF-8 (PEP 383)
        return f"\\x{number - 0xDC00:02x}"
    return ascii(sign)[1:-1]


def _shortened(word: re.Match[str]) -> str:
    return f"{word[0][: LONGEST_WORD // 2]}…{word[0][1 - LONGEST_WORD // 2 :]}"
