"""Takes off what PySide hangs on every ``import``: reading the source of all that is imported.

It looks for modules that want Qt's names in another form (``from __feature__ import``). There are
none here; reading them takes a twentieth of the start, and Python keeps the text, some 7 MB.
"""

import builtins

import PySide6.QtCore  # noqa: F401  (hangs it on)

builtins.__import__ = vars(builtins).get("__orig_import__", builtins.__import__)
