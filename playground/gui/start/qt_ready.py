"""Finds out whether Qt can start: where it cannot, it would end the whole process without a word.

Looked for by trying, on Linux only; elsewhere Qt brings everything along.
"""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Mapping

from playground.errors import PlaygroundError

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""What Qt's own libraries link to, with the Debian package that brings it."""

X_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
}
"""What Qt's X11 platform links to besides; Qt aborts where one is missing."""

NEEDING_NOTHING = ("offscreen", "minimal")
"""Platforms of Qt that show nothing, and start everywhere."""

_TRIAL = """\
import resource
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from PySide6.QtGui import QGuiApplication
QGuiApplication([])
"""

_BROKEN_PYSIDE = "6.12.0"


def check_qt() -> None:
    """Make sure that PySide6 can be imported and used without a display.

    Raises
    ------
    PlaygroundError
        Where a system library is missing, or where this PySide6 would crash on this Python.
    """
    if sys.platform.startswith("linux"):
        _check_libraries(LIBRARIES)
    try:
        import PySide6.QtGui
    except ImportError as error:
        raise PlaygroundError(
            f"The window's library PySide6 cannot be loaded ({error}); reinstall playground, or "
            "install the system library that is named."
        ) from None
    _check_version(PySide6.__version__)


def check_display() -> None:
    """Make sure that a window can be shown.

    Raises
    ------
    PlaygroundError
        As :func:`check_qt`, and where there is no display.
    """
    check_qt()
    if not sys.platform.startswith("linux"):
        return
    if platform_name := os.environ.get("QT_QPA_PLATFORM"):
        _try_platform(platform_name)
        return
    x11, wayland = os.environ.get("DISPLAY"), os.environ.get("WAYLAND_DISPLAY")
    if not x11 and not wayland:
        raise PlaygroundError(
            "There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
            "'playground train' and 'playground screenshot' work without one."
        )
    if wayland:
        return
    _check_libraries(X_LIBRARIES)
    if not _x11_answers():
        raise PlaygroundError(
            f"The display {x11} does not answer; set DISPLAY to one that runs, or use 'playground "
            "train' and 'playground screenshot', which need none."
        )


def _try_platform(name: str) -> None:
    """Start Qt on a platform of the user's choice in a process of its own: failing, it aborts."""
    if name in NEEDING_NOTHING:
        return
    done = subprocess.run([sys.executable, "-c", _TRIAL], capture_output=True, check=False)
    if done.returncode:
        raise PlaygroundError(
            f"Qt cannot start on the platform {name!r}, which QT_QPA_PLATFORM names; unset it, or "
            "name one that runs here."
        )


def _check_version(version: str) -> None:
    """Refuse the pair in which every void Qt call loses a reference to None (PYSIDE-3474)."""
    if version == _BROKEN_PYSIDE and sys.version_info < (3, 12):
        raise PlaygroundError(
            f"PySide6 {version} crashes on Python {platform.python_version()} after a few minutes; "
            "install 'PySide6-Essentials<6.12' or use Python 3.12."
        )


def _check_libraries(packages: Mapping[str, str]) -> None:
    missing = [library for library in packages if not _loads(library)]
    if missing:
        names = " ".join(packages[library] for library in missing)
        raise PlaygroundError(
            f"The window needs {', '.join(missing)}, which this system lacks; on Debian or Ubuntu: "
            f"apt install {names}"
        )


def _x11_answers() -> bool:
    """Return whether the X server that DISPLAY names takes a connection."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
