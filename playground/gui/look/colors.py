"""The window's colours, in dark and in light."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Colors:
    """One theme. Train and test curves differ in line style too, so colour never stands alone.

    ``text``, ``muted``, ``accent``, ``good``, ``warning`` and ``error`` keep a contrast of 4.5 : 1
    (WCAG 2.2, AA) on ``window``, ``central``, ``card`` and ``control``, and so does ``on_accent``
    on ``primary``. The others are for lines and fills; ``faint`` is also the text of what cannot be
    used now, which WCAG exempts.
    """

    window: str
    central: str
    card: str
    control: str
    hover: str
    border: str
    track: str
    text: str
    muted: str
    faint: str
    accent: str
    primary: str
    primary_hover: str
    on_accent: str
    selection: str
    train: str
    test: str
    validation: str
    ghost: str
    good: str
    warning: str
    error: str
    canvas: str
    ink: str


DARK = Colors(
    window="#24272e",
    central="#1f2228",
    card="#2d313a",
    control="#2f323c",
    hover="#383d48",
    border="#3a3f4b",
    track="#3a3f4b",
    text="#e8eaf0",
    muted="#9aa3b2",
    faint="#7d8696",
    accent="#4f9cf9",
    primary="#2b74d9",
    primary_hover="#2467c4",
    on_accent="#ffffff",
    selection="#30496b",
    train="#4f9cf9",
    test="#f59e42",
    validation="#c98bdb",
    ghost="#6b7280",
    good="#4cc38a",
    warning="#f59e42",
    error="#ff9b92",
    canvas="#101216",
    ink="#ffffff",
)


LIGHT = Colors(
    window="#ffffff",
    central="#fafbfc",
    card="#f5f6f9",
    control="#ffffff",
    hover="#e9ecf2",
    border="#d9dde5",
    track="#d9dde5",
    text="#1d222c",
    muted="#5f687b",
    faint="#848c9c",
    accent="#1f6fd6",
    primary="#1f6fd6",
    primary_hover="#1a60bb",
    on_accent="#ffffff",
    selection="#d3e4fb",
    train="#1f6fd6",
    test="#d97706",
    validation="#9a4bb0",
    ghost="#9aa3b2",
    good="#137a4b",
    warning="#b45309",
    error="#b3261e",
    canvas="#101216",
    ink="#ffffff",
)
