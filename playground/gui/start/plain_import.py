"""Takes off what PySide hangs on every ``import``.

It reads the source of whatever is imported, for modules that want other names (``from __feature__
import``). There are none here, and reading them all takes a twentieth of the start.
"""

import builtins

import PySide6.QtCore  # noqa: F401  (hangs it on)

builtins.__import__ = vars(builtins).get("__orig_import__", builtins.__import__)
