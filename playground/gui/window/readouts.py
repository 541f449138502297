"""The live figures of the run: epoch, batch, time and speed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import colors_of, on_theme_changed, ui_font
from playground.training.snapshot import Snapshot
from playground.wording import fixed, grouped, number

_GAP, _NARROW_GAP = 20.0, 12.0
_SPARED = 1, 2
"""The figures that a narrow window leaves out."""


class Readouts(QWidget):
    """Paints the figures in one widget, each in a fixed place so that nothing jumps."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "readouts", "Run figures")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._cells = _cells(None)
        self._compact = False
        self._measure_anew()
        on_theme_changed(self._measure_anew)

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
        """Leave out batch, time and part of a unit where the window is narrow."""
        if compact != self._compact:
            self._compact = compact
            self._widest = [0.0] * len(self._cells)
            self._measure()

    def text(self) -> str:
        """Return the figures as one line of text."""
        return ", ".join(" ".join(part for part in cell if part) for cell in self._cells)

    def sizeHint(self) -> QSize:
        """Return room for the widest figures so far."""
        shown = [self._widest[i] for i in self._shown]
        return QSize(round(sum(shown) + self._gap * (len(shown) - 1)) + 2, 30)

    @property
    def _shown(self) -> list[int]:
        return [i for i in range(len(self._cells)) if not (self._compact and i in _SPARED)]

    @property
    def _gap(self) -> float:
        return _NARROW_GAP if self._compact else _GAP

    def _parts(self, cell: tuple[str, str, str]) -> tuple[tuple[str, int], ...]:
        """Return the words of a figure, each with the place of its font."""
        before, figure, after = cell
        unit = after.replace("examples", "") if self._compact else after
        return (before and before + " ", 0), (figure, 1), (unit and " " + unit, 0)

    def _fonts(self) -> tuple[QFont, QFont]:
        small, strong = ui_font(12), ui_font(14)
        strong.setWeight(QFont.Weight.DemiBold)
        return small, strong

    @Slot()
    def _measure_anew(self) -> None:
        self._widest = [0.0] * len(self._cells)
        self._measure()

    def _measure(self) -> None:
        metrics = [QFontMetricsF(font) for font in self._fonts()]
        # In steps of a digit's width, so that a changing figure does not move its neighbours.
        digit = metrics[1].horizontalAdvance("0")
        for i, cell in enumerate(self._cells):
            width = sum(metrics[font].horizontalAdvance(word) for word, font in self._parts(cell))
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
        for i in self._shown:
            x = left
            for words, which in self._parts(self._cells[i]):
                if words:
                    painter.setFont(fonts[which])
                    painter.setPen(colors.text if which else colors.muted)
                    painter.drawText(QPointF(x, baseline), words)
                    x += metrics[which].horizontalAdvance(words)
            left += self._widest[i] + self._gap


def _cells(snapshot: Snapshot | None) -> list[tuple[str, str, str]]:
    epoch = batch = batches = 0
    seconds = speed = 0.0
    if snapshot is not None:
        epoch, batch, batches = snapshot.epoch, snapshot.batch, snapshot.batches
        seconds, speed = snapshot.seconds, snapshot.examples_per_second
    return [
        ("epoch", grouped(epoch).rjust(3, "0"), ""),
        ("batch", f"{batch}", f"/{batches}"),
        ("", clock(seconds), ""),
        ("", thousands(speed), "examples/s"),
    ]


def clock(seconds: float) -> str:
    """Return a time as hours, minutes and seconds, as far as there are any: 1:01:05, 0.2 s."""
    if 0 < seconds < 1:
        return f"{number(seconds, 1)} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def thousands(value: float) -> str:
    """Return a rate in few characters: 942, 9.4 k, 183 k, 1.2 M; a dash before one is measured."""
    if not value:
        return "–"
    for limit, unit in ((1e6, " M"), (1e3, " k")):
        if value >= limit:
            scaled = value / limit
            return f"{fixed(scaled, 1 if scaled < 10 else 0)}{unit}"
    return number(value, 2 if value < 10 else 3)
