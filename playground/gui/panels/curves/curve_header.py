"""The line above a curve plot: its title, and each curve's line style, name and value."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font

_SAMPLE = 16.0
_GAP = 4.0
_BETWEEN = 10.0
_EDGE = 9.0

PEN_STYLES = {
    "train": Qt.PenStyle.SolidLine,
    "validation": Qt.PenStyle.DashDotLine,
    "test": Qt.PenStyle.DashLine,
    "ghost": Qt.PenStyle.DotLine,
    "compared": Qt.PenStyle.DotLine,
    "generator": Qt.PenStyle.SolidLine,
    "real": Qt.PenStyle.DashLine,
    "made": Qt.PenStyle.SolidLine,
}
INKS = {line: line for line in PEN_STYLES} | {
    "generator": "good",
    "real": "warning",
    "made": "good",
    "compared": "muted",
}
"""Which colour of the theme a line has."""

_DASHES = {
    "validation": (6.0, 2.0, 1.0, 2.0),
    "test": (5.0, 3.0),
    "real": (5.0, 3.0),
    "ghost": (1.5, 2.5),
    "compared": (1.5, 2.5),
}


@dataclass(frozen=True)
class LegendEntry:
    """One curve in the legend; ``line`` is one of :data:`PEN_STYLES`."""

    line: str
    name: str
    value: str

    @property
    def text(self) -> str:
        """The entry as it is read aloud."""
        return f"{self.name} {self.value}".strip()


class CurveHeader(QWidget):
    """Paints the title on the left and the legend on the right, in one line.

    In a narrow window the curves' names give way first, their line styles being beside the values;
    then the title leaves out what is in brackets, and is shortened. The tool tip has all of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self._lead = self._note = ""
        self._entries: tuple[LegendEntry, ...] = ()
        self._indent = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def legend_text(self) -> str:
        """The legend in plain text: ``train 0.041 · test 0.118``."""
        lead = [self._lead] if self._lead else []
        return " · ".join(lead + [entry.text for entry in self._entries])

    def set_title(self, title: str) -> None:
        """Show another title."""
        if title != self.title:
            self.title = title
            self._tell()

    def set_legend(self, entries: tuple[LegendEntry, ...], lead: str = "", note: str = "") -> None:
        """Show these curves' values, after a lead such as ``epoch 12``, and a note in the tip."""
        if (entries, lead, note) != (self._entries, self._lead, self._note):
            self._entries, self._lead, self._note = entries, lead, note
            self._tell()

    def set_indent(self, indent: float) -> None:
        """Start the title this many pixels from the left, above the plot's own edge."""
        if abs(indent - self._indent) >= 1:
            self._indent = indent
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, round(QFontMetricsF(ui_font(12, bold=True)).height()) + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        title_metrics = QFontMetricsF(ui_font(12, bold=True))
        metrics = QFontMetricsF(ui_font(SMALL_PX))
        title_width = title_metrics.horizontalAdvance(self.title) + _BETWEEN
        room = self.width() - _EDGE
        entries = self._fitting(room - self._indent - title_width, metrics)
        legend_width = self._legend_width(entries, metrics)
        indent = self._indent if room - self._indent - title_width >= legend_width else 2.0
        x = max(room - legend_width, 0.0)
        baseline = (self.height() + title_metrics.ascent() - title_metrics.descent()) / 2
        title_room = max(x - indent - _BETWEEN, 0.0)
        title = self.title
        if title_metrics.horizontalAdvance(title) > title_room:
            title = title.partition(" (")[0]
        title = title_metrics.elidedText(title, Qt.TextElideMode.ElideRight, title_room)
        painter.setFont(ui_font(12, bold=True))
        painter.setPen(QColor(colors.text))
        if len(title) > 1:
            painter.drawText(QPointF(indent, baseline), title)
        painter.setFont(ui_font(SMALL_PX))
        if self._lead:
            painter.setPen(QColor(colors.text))
            painter.drawText(QPointF(x, baseline), self._lead)
            x += metrics.horizontalAdvance(self._lead) + _BETWEEN
        middle = round(baseline - metrics.xHeight() / 2) + 0.5
        for entry in entries:
            painter.setPen(line_pen(getattr(colors, INKS[entry.line]), entry.line))
            painter.drawLine(QPointF(x, middle), QPointF(x + _SAMPLE, middle))
            x += _SAMPLE + _GAP
            painter.setPen(QColor(colors.muted))
            painter.drawText(QPointF(x, baseline), entry.text)
            x += metrics.horizontalAdvance(entry.text) + _BETWEEN
        painter.end()

    def _fitting(self, room: float, metrics: QFontMetricsF) -> list[LegendEntry]:
        entries = list(self._entries)
        if self._legend_width(entries, metrics) > room:
            entries = [entry for entry in entries if entry.value]
        if self._legend_width(entries, metrics) > room:
            entries = [replace(entry, name="") for entry in entries]
        while len(entries) > 1 and self._legend_width(entries, metrics) > self.width() - _EDGE:
            entries.pop()
        return entries

    def _legend_width(self, entries: list[LegendEntry], metrics: QFontMetricsF) -> float:
        lead = metrics.horizontalAdvance(self._lead) + _BETWEEN if self._lead else 0.0
        texts = sum(metrics.horizontalAdvance(entry.text) for entry in entries)
        return lead + texts + len(entries) * (_SAMPLE + _GAP + _BETWEEN) - _BETWEEN

    def _tell(self) -> None:
        said = f"{self.title}: {self.legend_text}" if self._entries else self.title
        self.setToolTip(tool_tip(f"{said}. {self._note}") if self._note else said)
        self.setAccessibleName(said)
        self.update()


def line_pen(color: str, line: str) -> QPen:
    """Return the cosmetic pen of a part's line, a ``ghost`` line or a ``compared`` one."""
    pen = QPen(QColor(color), 1.0, PEN_STYLES[line])
    pen.setCosmetic(True)
    if line in _DASHES:
        pen.setDashPattern(_DASHES[line])
    return pen
