"""The judge as it travels with the program; see :mod:`playground.analysis.writing.judge`."""

from __future__ import annotations

from functools import cache

from playground.analysis.writing.judge import Judge
from playground.bundled import resource
from playground.nn.network import Network
from playground.storage.network_file import load


@cache
def judge() -> Judge:
    """Return the judge of digits and letters, trained on people's handwriting alone.

    Raises
    ------
    FileError
        When its files are missing or damaged.
    """
    networks = [load(resource("judge", f"{name}.playground")) for name in ("pendigits", "letters")]
    return Judge([network for network in networks if isinstance(network, Network)])
