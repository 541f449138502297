"""How far a discriminator believes that something is real: a figure, and a bar with its middle."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.wording import percent

_FIGURE_PX, _BAR, _HEIGHT, _WIDEST = 34, 10.0, 46, "100 %"


class BeliefBar(QWidget):
    """Green from 50 % on, orange below.

    Attributes
    ----------
    share
        From 0, made, to 1, real; None where there is nothing to judge.
    """

    def __init__(self) -> None:
        super().__init__()
        named(
            self,
            "beliefBar",
            "How far the discriminator believes that it is real",
            "The discriminator's own answer. It only compares with what the generator makes now, "
            "so it says little of how good a drawing is.",
        )
        reads_as(self, Role.Chart)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.share: float | None = None

    def set_share(self, share: float | None) -> None:
        """Show a share, or none."""
        self.share = share if share is not None and math.isfinite(share) else None
        self.setAccessibleDescription("" if self.share is None else f"{percent(self.share)} real")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, share = colors_of(self), self.share
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        large = ui_font(_FIGURE_PX, bold=True)
        wide = QFontMetricsF(large).horizontalAdvance(_WIDEST)
        ink = QColor(colors.good if share is not None and share >= 0.5 else colors.warning)
        if share is not None:
            painter.setFont(large)
            painter.setPen(ink)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, 0, wide, _HEIGHT), left, percent(share, 0))
        track = QRectF(wide + 6, 12, max(self.width() - wide - 8, 10), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.track))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        if share is not None:
            filled = QRectF(track)
            filled.setWidth(max(track.width() * min(max(share, 0.0), 1.0), _BAR))
            painter.setBrush(ink)
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
        middle = track.center().x()
        painter.setPen(QPen(QColor(colors.text), 1.5))
        painter.drawLine(QPointF(middle, track.top() - 3), QPointF(middle, track.bottom() + 3))
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        below = QRectF(track.left(), track.bottom() + 4, track.width(), 16)
        for text, side in (
            ("made", Qt.AlignmentFlag.AlignLeft),
            ("50 %", Qt.AlignmentFlag.AlignHCenter),
            ("real", Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
