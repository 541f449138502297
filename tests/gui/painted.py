"""Reads what a window really paints: every text, where it is not cut off; not what covers it."""

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QPaintDevice, QPaintEngine, QRegion
from PySide6.QtWidgets import QWidget

_DOTS_PER_INCH = 96
_SLACK_PX = 2.0


def seen(root: QWidget) -> list[str]:
    """Return what can be read of each widget, root first: its lines of text without blanks."""
    return ["".join(_words(widget)) for widget in _shown(root)]


def missing(root: QWidget, texts: tuple[str, ...]) -> list[str]:
    """Return which texts no widget paints whole; blanks and the ends of lines do not count."""
    there = seen(root)
    return [text for text in texts if not any(_close(text) in words for words in there)]


def _shown(root: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in (root, *root.findChildren(QWidget))
        if widget.window() is root.window()
        and widget.isVisible()
        and not widget.visibleRegion().isEmpty()
    ]


def _words(widget: QWidget) -> list[str]:
    """Return the texts that a widget paints where it can be seen."""
    region = widget.visibleRegion()
    paper = _Paper(widget.size())
    # Not the widget's own method, which a graphics view has for something else.
    QWidget.render(widget, paper, QPoint(), QRegion(region), QWidget.RenderFlag(0))
    room = QRectF(region.boundingRect()).adjusted(-_SLACK_PX, -_SLACK_PX, _SLACK_PX, _SLACK_PX)
    whole = [text for text in paper.engine.texts if room.contains(text.box)]
    return [_close(text.words) for text in sorted(whole, key=lambda text: text.place)]


def _close(text: str) -> str:
    return "".join(text.split())


class _Text(NamedTuple):
    """Words, the box that they take, and their place in the order of reading."""

    words: str
    box: QRectF
    place: tuple[int, float]


class _Paper(QPaintDevice):
    """What a widget is painted on to be read."""

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self._size = size
        self.engine = _Engine()

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        kinds = QPaintDevice.PaintDeviceMetric
        inches = {kinds.PdmWidthMM: self._size.width(), kinds.PdmHeightMM: self._size.height()}
        if metric in inches:
            return round(inches[metric] / _DOTS_PER_INCH * 25.4)
        return {
            kinds.PdmWidth: self._size.width(),
            kinds.PdmHeight: self._size.height(),
            kinds.PdmNumColors: 2**24,
            kinds.PdmDepth: 32,
            kinds.PdmDpiX: _DOTS_PER_INCH,
            kinds.PdmDpiY: _DOTS_PER_INCH,
            kinds.PdmPhysicalDpiX: _DOTS_PER_INCH,
            kinds.PdmPhysicalDpiY: _DOTS_PER_INCH,
            kinds.PdmDevicePixelRatio: 1,
            kinds.PdmDevicePixelRatioScaled: round(self.devicePixelRatioFScale()),
        }.get(metric, 0)


class _Engine(QPaintEngine):
    """Keeps each text with its place, and lets everything else go."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.texts: list[_Text] = []

    def drawTextItem(self, at, item) -> None:
        box = QRectF(at.x(), at.y() - item.ascent(), item.width(), item.ascent() + item.descent())
        shift = self.painter().combinedTransform()
        line = round(shift.map(at).y())
        self.texts.append(_Text(item.text(), shift.mapRect(box), (line, shift.map(at).x())))

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def begin(self, device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def updateState(self, state) -> None:
        pass

    def _let_go(self, *drawn) -> None:
        pass

    drawEllipse = drawImage = drawLines = drawPath = drawPixmap = _let_go
    drawPoints = drawPolygon = drawRects = drawTiledPixmap = _let_go
