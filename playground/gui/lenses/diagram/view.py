"""The widget of the diagram: paints the scene, and turns mouse and keys into requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.weights.diagram_links import LinkChoice
from playground.data.dataset import Dataset
from playground.gui.lenses.diagram.camera import Camera
from playground.gui.lenses.diagram.columns import take_values
from playground.gui.lenses.diagram.footer import DiagramButtons
from playground.gui.lenses.diagram.label_painter import Fonts
from playground.gui.lenses.diagram.link_painter import LinkPictures
from playground.gui.lenses.diagram.overlay_painter import (
    footer_height,
    paint_footer,
    paint_sentence,
)
from playground.gui.lenses.diagram.scene_painter import Scene
from playground.gui.lenses.diagram.slide import Slide
from playground.gui.lenses.diagram.words import empty_sentence, hints
from playground.gui.look.heat import Floats
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import colors_of
from playground.gui.widgets.arrow_keys import ARROWS, BY_TAB
from playground.gui.widgets.as_table import ShowAsTable
from playground.gui.widgets.readings import MOST_ROWS, Readings
from playground.gui.widgets.timers import later
from playground.nn.network import Network
from playground.nn.record import LayerRecord
from playground.wording import grouped, nth

_CATCH_UP_MS = 400
_NOTCH = 1.0015  # zoom for each eighth of a degree of the wheel
_KEY_ZOOM = 1.25
_KEY_PAN = 60.0
_DRAGGED = 4  # pixels that tell a drag from a click
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}  # to the map before and after


class DiagramView(QWidget):
    """Shows what it is given; ``neuron_hovered`` and ``neuron_selected`` carry a neuron or None."""

    neuron_hovered = Signal(object)
    neuron_selected = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "networkDiagram", "Diagram of the network")
        reads_as(self, Role.Graphic)
        self.as_table = ShowAsTable(self, self.figures)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 180)
        self.scene = Scene()
        self.buttons = DiagramButtons(self)
        self.buttons.fit.clicked.connect(self.fit)
        self._slide = Slide(self.buttons.slide, self.scene)
        self._slide.moved.connect(self._walk_to)
        self._slide.ended.connect(self._tell)
        self._links = LinkPictures()
        self._catch_up = later(self, _CATCH_UP_MS, self.update)  # put off by every training frame
        self._fonts: Fonts | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._by_keyboard = False

    # What is shown.

    def set_network(self, network: Network | None, dataset: Dataset | None) -> None:
        """Draw another network, without values.

        One with the same columns, as after freezing a neuron, is looked at as the former was.
        """
        scene, picture = self.scene, self.scene.picture
        former, before = picture.links, picture.structure
        picture.show(network, dataset)
        picture.links.by_contribution = former.by_contribution
        if dataset is scene.dataset and picture.structure == before:
            picture.links.choose(former.choices)
        else:
            picture.look(Camera())
            scene.plane.take({})
        scene.dataset, scene.link, scene.point = dataset, None, None
        self.buttons.offer_maps(picture.has_maps)
        self._links.forget()
        self._arrange()
        self._focus_changed()

    def set_values(
        self,
        inputs: Floats | None,
        traces: Sequence[LayerRecord],
        handed_on: Mapping[str, Floats],
        label: int | None = None,
    ) -> None:
        """Show how every neuron answers an example, (features,) as the data hold it, or none.

        ``handed_on`` is what each column gives to the next one's sums: normalized inputs, then
        activations; ``label`` is the true class where it is known.
        """
        scene = self.scene
        take_values(scene.picture.columns, inputs, traces, label)
        scene.picture.links.values = handed_on
        scene.point = None
        if inputs is not None and scene.picture.is_plane and scene.dataset is not None:
            low, high = scene.dataset.value_range
            x, y = ((np.asarray(inputs, np.float64).ravel() - low) / (high - low)).tolist()
            scene.point = (x, 1 - y)
        if scene.picture.links.by_contribution:
            self._links.values_changed()
        self.update()

    def weights_changed(self) -> None:
        """Read the drawn links' weights again."""
        self._links.values_changed()
        self.update()

    def set_choices(self, choices: Sequence[LinkChoice]) -> None:
        """Draw these links."""
        first = not self.scene.picture.links.shown
        self.scene.picture.links.choose(choices)
        if first:
            self._links.all_changed()
        else:
            self._links.values_changed()
        self.update()

    def set_responses(self, responses: Mapping[str, NDArray[np.float32]]) -> None:
        """Show every neuron's response over the plane."""
        self.scene.plane.take(responses)
        self.update()

    def set_by_contribution(self, wanted: bool) -> None:
        """Let links be as strong as w·a, or as w."""
        self.scene.picture.links.by_contribution = wanted
        self._links.all_changed()
        self.update()

    def show_kernels(self, wanted: bool) -> None:
        """Let maps show their kernels, or their values."""
        self.scene.shows_kernels = wanted
        self.update()

    def select(self, neuron: Neuron | None) -> None:
        """Frame a neuron and let its links stand out."""
        if neuron != self.scene.selected:
            self.scene.selected = neuron
            self._focus_changed()

    def hover(self, neuron: Neuron | None) -> None:
        """Show a neuron as pointed at, here or in another view."""
        if neuron != self.scene.hovered:
            self.scene.hovered = neuron
            self._focus_changed()

    @property
    def reading(self) -> str:
        """The sentence under the diagram: what is pointed at, else what is selected."""
        scene, picture = self.scene, self.scene.picture
        if not picture.columns:
            return ""
        if scene.link is not None:
            return picture.reading_of_link(scene.link)
        return picture.reading_of(scene.hovered) or picture.reading_of(scene.selected)

    def figures(self) -> Readings:
        """Return what is known of every neuron."""
        picture = self.scene.picture
        rows: list[tuple[str, ...]] = []
        for place, column in enumerate(picture.columns):
            if column.maps is not None:
                rows += [
                    (column.title, f"map {nth(own)}", column.map_reading(own))
                    for own in range(column.maps[0])
                ]
                continue
            rows += [
                (column.title, grouped(unit + 1), picture.reading_of(picture.neuron(place, unit)))
                for unit in range(column.count)
            ]
        what = "Neuron or map" if picture.has_maps else "Neuron"
        return Readings(self.accessibleName(), ("Layer", what, "Reading"), rows[:MOST_ROWS])

    def tile_rect(self, neuron: Neuron) -> QRectF:
        """Return where a neuron's tile or pixel is in this widget; empty where it is not drawn."""
        where = self.scene.picture.where(neuron)
        if where is None:
            return QRectF()
        return QRectF(*self.scene.picture.places[where[0]].neuron(where[1]))

    @Slot()
    def fit(self) -> None:
        """Show the whole network."""
        self.scene.picture.look(Camera())
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom around a point, or around the middle."""
        view = self.scene.picture.view
        x, y = (view[0] / 2, view[1] / 2) if at is None else (at.x(), at.y())
        self.scene.picture.zoom(factor, x, y)
        self.update()

    # Painting.

    def sizeHint(self) -> QSize:
        return QSize(820, 520)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        if self._fonts is None:
            self._fonts = Fonts()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.central))
        picture = self.scene.picture
        area = QRectF(0, 0, *picture.view)
        keyboard = self.hasFocus() and self._by_keyboard
        if picture.columns:
            painter.save()
            painter.setClipRect(area)
            self.scene.paint(
                painter,
                self._fonts,
                colors,
                self.devicePixelRatioF(),
                self._links,
                colors.accent if keyboard else colors.text,
            )
            painter.restore()
        if not picture.columns or not picture.columns[0].filled:
            sentence = empty_sentence(self.scene.dataset, bool(picture.columns))
            paint_sentence(painter, area, sentence, self._fonts, colors)
        if picture.columns:
            links = (picture.links.shown, picture.links.count)
            texts = self.reading, hints(picture.has_maps), links
            size, beside = QSizeF(self.size()), QRectF(self.buttons.geometry())
            paint_footer(painter, size, beside, *texts, self._fonts, colors)
        if keyboard:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()
        if self._links.behind:
            self._catch_up.start()

    def _arrange(self) -> None:
        self.buttons.fit_into(self.width() - 16)
        footer = footer_height(self.width(), QSizeF(self.buttons.size()))
        self.scene.picture.arrange((float(self.width()), max(self.height() - footer, 40.0)))
        self.buttons.move(
            self.width() - self.buttons.width() - 8, self.height() - self.buttons.height() - 4
        )
        self.buttons.setVisible(bool(self.scene.picture.columns))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._slide.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._fonts = None
            self._links.forget()
            self.update()

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._slide.stop()
        self._by_keyboard = False
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position(), False
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None:
            self._point_at(at)
            return
        moved = at - self._pressed
        self._dragged = self._dragged or moved.manhattanLength() > _DRAGGED
        if self._dragged:
            self.scene.picture.pan(moved.x(), moved.y())
            self._pressed = at
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and not self._dragged
        self._pressed = None
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self.neuron_selected.emit(self._hit(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._hit(event.position()) is None:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.scene.picture.columns and event.angleDelta().y():
            self.zoom(_NOTCH ** event.angleDelta().y(), event.position())
            event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.scene.link = None
        self.neuron_hovered.emit(None)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1 + event.value(), event.position())
                return True
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # The keys that move and zoom here must not be taken by a menu's shortcut.
            if _zoom_of(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def _hit(self, at: QPointF) -> Neuron | None:
        if at.y() > self.scene.picture.view[1]:
            return None
        return self.scene.picture.hit(at.x(), at.y())

    def _point_at(self, at: QPointF) -> None:
        neuron = self._hit(at)
        link = None
        if neuron is None and at.y() <= self.scene.picture.view[1]:
            link = self.scene.picture.hit_link(at.x(), at.y())
        if link != self.scene.link:
            self.scene.link = link
            self.update()
        self.neuron_hovered.emit(neuron)

    # Keys.

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in BY_TAB
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        picture, selected = self.scene.picture, self.scene.selected
        key, zoom = Qt.Key(event.key()), _zoom_of(event)
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        where = picture.where(selected)
        slides = self._slide.runs
        self._slide.stop()
        if not picture.columns:
            super().keyPressEvent(event)
        elif zoom is not None:
            self.fit() if zoom == 0 else self.zoom(zoom)
        elif key in ARROWS and shift:
            down, right = ARROWS[key]
            picture.pan(-right * _KEY_PAN, -down * _KEY_PAN)
        elif key in ARROWS and (where is None or selected is None):
            self._walk_to(picture.neuron(min(1, len(picture.columns) - 1), 0))
        elif key in ARROWS and selected is not None:
            self._walk_to(picture.step(selected, *ARROWS[key]))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and where is not None:
            last = picture.columns[where[0]].count - 1
            self._walk_to(picture.neuron(where[0], 0 if key == Qt.Key.Key_Home else last))
        elif key in _PAGES and selected is not None and self.scene.picture.has_maps:
            self._walk_to(picture.turn(selected, _PAGES[key]))
        elif key == Qt.Key.Key_Space and picture.has_maps:
            self.buttons.slide.setChecked(not slides)
        elif key == Qt.Key.Key_Escape and selected is not None:
            self.neuron_selected.emit(None)
        else:
            super().keyPressEvent(event)
            return
        self._by_keyboard = True
        self.update()

    @Slot(object)
    def _walk_to(self, neuron: Neuron) -> None:
        self.scene.link = None
        self.neuron_selected.emit(neuron)
        self.scene.picture.reveal(neuron)

    def _focus_changed(self) -> None:
        scene = self.scene
        scene.picture.follow(scene.selected or scene.hovered)
        looked_at = (scene.selected, scene.hovered, *scene.picture.handed_to)
        alone = bool(scene.picture.seen)
        if scene.picture.links.focus_on(looked_at, alone=alone):
            self._links.all_changed()
        self.update()
        if not self._slide.runs:  # a reader could not keep up
            self._tell()

    @Slot()
    def _tell(self) -> None:
        """Say aloud what is looked at."""
        self.setAccessibleDescription(self.reading or hints(self.scene.picture.has_maps)[0])
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )


def _zoom_of(event: QKeyEvent) -> float | None:
    """Return the zoom that a key asks for, 0 for the whole, None where it asks for none."""
    if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
        return _KEY_ZOOM
    if event.key() == Qt.Key.Key_Minus:
        return 1 / _KEY_ZOOM
    return 0.0 if event.key() == Qt.Key.Key_0 else None
