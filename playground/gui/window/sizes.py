"""How large the window is at first and at least, and how its parts share it."""

from PySide6.QtCore import QSize

FIRST_SIZE, LEAST_SIZE = QSize(1440, 900), QSize(1024, 700)


def first_shares(window: QSize) -> tuple[int, int, int]:
    """Return the widths of the left and the right column, and the height of the curves."""
    low = 128 if window.height() < 760 else 175 if window.height() < 800 else 215
    return (256, 262, low) if window.width() < 1200 else (290, 315, low)
