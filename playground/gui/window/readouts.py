"""The live figures of the run: epoch, batch, time and speed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import colors_of, ui_font
from playground.training.snapshot import Snapshot

_GAP = 20.0


class Readouts(QWidget):
    """Paints the figures in one widget, each in a fixed place so that nothing jumps."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "readouts", "Run figures")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._cells = _cells(None)
        self._compact = False
        self._widest = [0.0] * len(self._cells)
        self._measure()

    @Slot(object)
    def set_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show a moment's figures."""
        cells = _cells(snapshot)
        if cells == self._cells:
            return
        self._cells = cells
        self._measure()
        self.setToolTip(
            "Epochs done, batches done in this epoch, time spent training, and training examples "
            "for each second."
        )
        self.setAccessibleDescription(self.text())
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Leave the batch out where the window is narrow."""
        if compact != self._compact:
            self._compact = compact
            self._measure()

    def text(self) -> str:
        """Return the figures as one line of text."""
        return ", ".join(" ".join(part for part in cell if part) for cell in self._cells)

    def sizeHint(self) -> QSize:
        """Return room for the widest figures so far."""
        shown = [width for i, width in enumerate(self._widest) if not (self._compact and i == 1)]
        return QSize(round(sum(shown) + _GAP * (len(shown) - 1)) + 2, 30)

    def _fonts(self) -> tuple[QFont, QFont]:
        small, strong = ui_font(12), ui_font(14)
        strong.setWeight(QFont.Weight.DemiBold)
        return small, strong

    def _measure(self) -> None:
        small, strong = (QFontMetricsF(font) for font in self._fonts())
        for i, (before, figure, after) in enumerate(self._cells):
            width = strong.horizontalAdvance(figure)
            width += small.horizontalAdvance(before + " ") if before else 0
            width += small.horizontalAdvance(" " + after) if after else 0
            # In steps of a digit's width, so that a changing figure does not move its neighbours.
            digit = strong.horizontalAdvance("0")
            self._widest[i] = max(self._widest[i], digit * -(-width // digit))
        if self.size() != self.sizeHint():
            self.setFixedSize(self.sizeHint())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every figure with its unit."""
        colors = colors_of(self)
        painter = QPainter(self)
        fonts = self._fonts()
        metrics = [QFontMetricsF(font) for font in fonts]
        baseline = (self.height() + metrics[1].capHeight()) / 2
        left = 0.0
        for i, (before, figure, after) in enumerate(self._cells):
            if self._compact and i == 1:
                continue
            x = left
            parts = ((before and before + " ", 0), (figure, 1), (after and " " + after, 0))
            for words, which in parts:
                if words:
                    painter.setFont(fonts[which])
                    painter.setPen(colors.text if which else colors.muted)
                    painter.drawText(QPointF(x, baseline), words)
                    x += metrics[which].horizontalAdvance(words)
            left += self._widest[i] + _GAP


def _cells(snapshot: Snapshot | None) -> list[tuple[str, str, str]]:
    epoch = batch = batches = 0
    seconds = speed = 0.0
    if snapshot is not None:
        epoch, batch, batches = snapshot.epoch, snapshot.batch, snapshot.batches
        seconds, speed = snapshot.seconds, snapshot.examples_per_second
    return [
        ("epoch", f"{epoch:03,}", ""),
        ("batch", f"{batch}", f"/{batches}"),
        ("", clock(seconds), ""),
        ("", thousands(speed), "examples/s"),
    ]


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds, with hours where there are any."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def thousands(value: float) -> str:
    """Return a rate in few characters: 942, 9.4 k, 183 k, 1.2 M."""
    for limit, unit in ((1e6, " M"), (1e3, " k")):
        if value >= limit:
            scaled = value / limit
            return f"{scaled:.1f}{unit}" if scaled < 10 else f"{scaled:.0f}{unit}"
    return f"{value:.0f}"
