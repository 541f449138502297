"""The window's colours in dark and light, and how they are put on the whole application.

Widgets ask the style sheet for a look through the dynamic property ``role`` (see
:mod:`playground.gui.look.style_sheet`) and paint with :func:`colors_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from playground.gui.look.colors import DARK, LIGHT, Colors
from playground.gui.look.style_sheet import style_sheet

Mode = Literal["system", "dark", "light"]
Sized = TypeVar("Sized", bound=QWidget)
BODY_PX = 13
SMALL_PX = 11
_SCALE, _FONT = "textScale", "unscaledFont"


def colors_of(widget: QWidget) -> Colors:
    """Return the theme that a widget's palette shows, to paint with.

    A ground that the style sheet made transparent tells nothing; the colour of text does then.
    """
    active = QPalette.ColorGroup.Active
    ground = widget.palette().color(active, QPalette.ColorRole.Window)
    if ground.alpha() == 255:
        return DARK if ground.lightness() < 128 else LIGHT
    text = widget.palette().color(active, QPalette.ColorRole.WindowText)
    return DARK if text.lightness() > 128 else LIGHT


def apply(app: QApplication, mode: Mode = "system", *, styled: bool = True) -> Colors:
    """Give the application its style, font, palette and style sheet; return the colours chosen.

    Parameters
    ----------
    app
        The running application.
    mode
        ``"dark"`` or ``"light"``, or ``"system"``, which follows the desktop's scheme, also
        when it changes later. A desktop that does not tell its scheme (and the offscreen
        platform) is taken as light, which is what such desktops show and what a projector needs.
    styled
        Whether the style sheet is on. Qt reads it anew for every widget that is placed in another,
        so a window is built without it and styled as a whole.
    """
    return _follower_of(app).follow(mode, styled)


def scale_text(app: QApplication, scale: float) -> None:
    """Give all text so many times its usual size."""
    _follower_of(app).scale(scale)


def on_theme_changed(slot: Callable[[], None]) -> None:
    """Call a widget's slot whenever the application takes other colours or another text size."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    _follower_of(app).theme_changed.connect(slot)


def palette(colors: Colors) -> QPalette:
    """Return the Qt palette of a theme."""
    role = QPalette.ColorRole
    table = {
        role.Window: colors.window,
        role.WindowText: colors.text,
        role.Base: colors.window,
        role.AlternateBase: colors.card,
        role.Text: colors.text,
        role.Button: colors.card,
        role.ButtonText: colors.text,
        role.BrightText: colors.on_accent,
        role.ToolTipBase: colors.card,
        role.ToolTipText: colors.text,
        role.PlaceholderText: colors.muted,
        role.Highlight: colors.primary,
        role.HighlightedText: colors.on_accent,
        role.Accent: colors.accent,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Light: colors.hover,
        role.Midlight: colors.hover,
        role.Mid: colors.border,
        role.Dark: colors.border,
        role.Shadow: colors.central,
    }
    made = QPalette()
    for key, color in table.items():
        made.setColor(key, QColor(color))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(colors.faint))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colors.track))
    return made


def text_scale() -> float:
    """Return how many times its usual size the window's text has."""
    app = QApplication.instance()
    return float((app and app.property(_SCALE)) or 1)


def ui_font(pixels: int = BODY_PX, *, bold: bool = False, fixed: bool = False) -> QFont:
    """Return the system's interface font at a size in logical pixels, with tabular figures.

    The size follows the text size that the user chose, unless it is ``fixed``, as in the cells of
    a grid that do not grow.
    """
    return QFont(_font(pixels if fixed else round(pixels * text_scale()), bold))


def sized(widget: Sized, pixels: int = BODY_PX, *, bold: bool = False) -> Sized:
    """Give a widget a font of its own, which follows the text size, and return the widget."""
    widget.setProperty(_FONT, (pixels, bold))
    widget.setFont(ui_font(pixels, bold=bold))
    return widget


@lru_cache(maxsize=64)
def _font(pixels: int, bold: bool) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(pixels)
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _follower_of(app: QApplication) -> _SchemeFollower:
    found = app.findChild(_SchemeFollower, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found or _SchemeFollower(app)


class _SchemeFollower(QObject):
    """Holds the chosen mode, and restyles the application when the desktop changes its scheme."""

    theme_changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._mode: Mode = "system"
        self._shown: Colors | None = None
        self._styled: Colors | None = None
        app.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    def follow(self, mode: Mode, styled: bool) -> Colors:
        self._mode = mode
        # Native parts, such as the title bar and file dialogs, follow these hints.
        hints = self._app.styleHints()
        if mode == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
        return self._show(styled)

    def scale(self, scale: float) -> None:
        if scale == text_scale():
            return
        self._app.setProperty(_SCALE, scale)
        self._app.setFont(ui_font())
        if self._styled is not None:
            self._style(self._styled)
        for widget in self._app.allWidgets():
            if made := widget.property(_FONT):
                widget.setFont(ui_font(made[0], bold=made[1]))
        if self._styled is not None:
            self.theme_changed.emit()

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._show(self._styled is not None)

    def _show(self, styled: bool) -> Colors:
        dark = self._mode == "dark" or (
            self._mode == "system" and self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        )
        colors = DARK if dark else LIGHT
        if colors is not self._shown:
            if self._shown is None:
                self._app.setStyle("Fusion")
            self._shown = colors
            self._app.setFont(ui_font())
            self._app.setPalette(palette(colors))
        if not styled:
            self._styled = None
            self._app.setStyleSheet("")
        elif colors is not self._styled:
            former, self._styled = self._styled, colors
            self._style(colors)
            if former is not None:
                self.theme_changed.emit()
        return colors

    def _style(self, colors: Colors) -> None:
        sizes = (round(pixels * text_scale()) for pixels in (BODY_PX, SMALL_PX))
        # In place of another sheet, Qt would polish each widget once for every ancestor.
        self._app.setStyleSheet("")
        self._app.setStyleSheet(style_sheet(colors, *sizes))
