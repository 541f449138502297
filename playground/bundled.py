"""Where the bundled data, presets and icons are: inside the wheel, or beside it in a checkout."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of a bundled file, such as ``resource("data", "iris.csv")``."""
    installed = _PACKAGE / "resources"
    root = installed if os.path.isdir(installed) else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
