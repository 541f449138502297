"""The window and its picture: everything that can go wrong before Qt starts is told first."""

from __future__ import annotations

import argparse
import gc
import os
from pathlib import Path

from playground.atomic_write import check_destination
from playground.cli.arguments import COMMANDS
from playground.errors import FileError, PlaygroundError
from playground.gui.start.qt_ready import check_display, check_qt
from playground.training.presets import preset


def open_window(arguments: argparse.Namespace) -> int:
    """Open the window on a file, a preset or the default preset."""
    file = arguments.file
    if file is not None and arguments.preset is not None:
        raise PlaygroundError("The window opens a file or a preset; give one of them, not both.")
    if arguments.preset is not None:
        preset(arguments.preset)
    if file is not None and not os.path.exists(file):
        raise FileError(
            f"There is no file and no command {file!r}; the commands are {', '.join(COMMANDS)}."
        )
    check_display()
    gc.disable()  # what is loaded now stays for good; later the window collects from a timer
    from playground.gui.start.app import run_window

    return run_window(file, arguments.preset)


def take_screenshot(arguments: argparse.Namespace) -> int:
    """Train a preset in a window that nobody sees, and save its picture."""
    preset(arguments.preset).experiment.data.load()
    if Path(arguments.out).suffix.lower() != ".png":
        raise FileError(f"The picture's name should end in .png; {arguments.out!r} was given.")
    check_destination(arguments.out)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_qt()
    from playground.gui.start.app import run_screenshot

    return run_screenshot(
        arguments.out, arguments.preset, arguments.seconds, arguments.theme, arguments.size
    )
