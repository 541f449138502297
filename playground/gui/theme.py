"""The window's colours in dark and light, from one table."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Colors:
    """One theme. Train and test curves differ in line style too, so colour never stands alone."""

    window: str
    central: str
    card: str
    control: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    train: str
    test: str
    ghost: str
    good: str
    warning: str
    canvas: str
    ink: str


DARK = Colors(
    window="#24272e",
    central="#1f2228",
    card="#2d313a",
    control="#2f323c",
    border="#3a3f4b",
    text="#e8eaf0",
    muted="#9aa3b2",
    accent="#4f9cf9",
    on_accent="#ffffff",
    train="#4f9cf9",
    test="#f59e42",
    ghost="#6b7280",
    good="#4cc38a",
    warning="#f59e42",
    canvas="#101216",
    ink="#ffffff",
)

LIGHT = Colors(
    window="#ffffff",
    central="#fafbfc",
    card="#f5f6f9",
    control="#ffffff",
    border="#d9dde5",
    text="#1d222c",
    muted="#677084",
    accent="#1f6fd6",
    on_accent="#ffffff",
    train="#1f6fd6",
    test="#d97706",
    ghost="#9aa3b2",
    good="#1a8f5b",
    warning="#d97706",
    canvas="#101216",
    ink="#ffffff",
)


def colors_of(widget: QWidget) -> Colors:
    """Return the theme that a widget's palette shows, to paint with."""
    return DARK if widget.palette().window().color().lightness() < 128 else LIGHT
