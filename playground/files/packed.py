"""Opens files that may be packed with gzip."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playground.errors import DataError


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a file to read its bytes, unpacked; what fails inside is told in a sentence.

    Where it is packed, a :class:`gzip.GzipFile` comes.

    Raises
    ------
    DataError
        When it cannot be read, or is damaged.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if not packed:
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield unpacked
    except (OSError, EOFError, zlib.error) as error:
        refused = getattr(error, "strerror", None)
        advice = "choose another file" if refused else "it may be damaged, so get it anew"
        raise DataError(f"{path.name} could not be read ({refused or error}); {advice}.") from None
