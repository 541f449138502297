"""Grey pictures as PNG; see the PNG specification, W3C 2003, sections 5 and 9."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray


def png_of(grey: NDArray[np.uint8]) -> bytes:
    """Return a picture (height, width), 0 black to 255 white, as the bytes of a file."""
    height, width = grey.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = np.insert(grey, 0, 0, axis=1).tobytes()  # before each line: that it is not filtered
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
