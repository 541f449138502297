"""The tools under the plane: what a click does, with which class, and how widely."""

from __future__ import annotations

import enum

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from playground.data.own.painted import MOST_CLASSES, first_number
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.class_markers import paint_marker
from playground.gui.widgets.layouts import beside, stacked

_LEAST_SIZE, _MOST_SIZE, _SIZE = 4, 80, 20
_SIZES = 400  # a slider's size is a share of the plane's width, in so many parts
_SPARSEST, _DENSEST, _DENSITY = 1, 40, 6


class Tool(enum.Enum):
    """What the mouse does on the plane."""

    PROBE = "probe"
    BRUSH = "brush"
    ERASE = "erase"
    FLIP = "flip"
    MOVE = "move"


_TIPS = {
    Tool.PROBE: ("Probe", "P", "Ask the network about a point."),
    Tool.BRUSH: ("Brush", "B", "Click for one point, drag to scatter many."),
    Tool.ERASE: ("Erase", "E", "Take away the points within the circle."),
    Tool.FLIP: ("Flip", "F", "Give the points within the circle the chosen class."),
    Tool.MOVE: ("Move", "M", "Drag one point elsewhere."),
}
KEYS = {key: tool for tool, (_, key, _) in _TIPS.items()}


class PaintTools(QWidget):
    """Says which tool is in hand; the signals carry what was chosen."""

    tool_changed = Signal(object)
    size_changed = Signal()
    start_empty_requested = Signal()
    copy_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "paintTools", "Tools for painting points")
        self._reason = ""
        self._bare = False
        self._tools = {tool: _tool_button(tool) for tool in Tool}
        self._tool_group = QButtonGroup(self)
        self._classes = [_ClassButton(label) for label in range(MOST_CLASSES)]
        self._class_group = QButtonGroup(self)
        self._size_label, self._density_label = QLabel("size"), QLabel("density")
        self._size = _slider("paintSizeSlider", "Brush size", _LEAST_SIZE, _MOST_SIZE, _SIZE)
        self._size.setToolTip("How far the brush and the eraser reach.")
        self._density = _slider(
            "paintDensitySlider", "Brush density", _SPARSEST, _DENSEST, _DENSITY
        )
        self._density.setToolTip("How many points the brush scatters where it passes.")
        self._start_empty = push_button(
            "startEmptyButton",
            "Start empty",
            "Begin a new set without points; this one stays as it is.",
            role="link",
        )
        self._copy = push_button("copySetButton", "Copy this set…", role="link")
        self._build()
        self._tools[Tool.PROBE].setChecked(True)
        self._classes[0].setChecked(True)
        self._tool_group.idToggled.connect(self._on_tool_toggled)
        self._size.valueChanged.connect(self.size_changed)
        self._start_empty.clicked.connect(self.start_empty_requested)
        self._copy.clicked.connect(self.copy_requested)
        self._offer()

    @property
    def tool(self) -> Tool:
        """What a click on the plane does."""
        return list(Tool)[self._tool_group.checkedId()]

    @property
    def label(self) -> int:
        """The class to paint with, from 0."""
        return self._class_group.checkedId()

    @property
    def reach(self) -> float:
        """The brush's radius as a share of the plane's width."""
        return self._size.value() / _SIZES

    @property
    def density(self) -> int:
        """How many points an area as large as the brush gets."""
        return self._density.value()

    def choose(self, tool: Tool) -> None:
        """Take a tool in hand, if it can be used now."""
        if self._tools[tool].isEnabled():
            self._tools[tool].setChecked(True)

    def choose_class(self, key: str) -> bool:
        """Take the class of a key to paint with; the probe and the eraser give way to the brush.

        Returns
        -------
        bool
            Whether it is the key of a class.
        """
        chosen = next((button for button in self._classes if button.key == key), None)
        if chosen is not None and not self._reason:
            chosen.setChecked(True)
            if self.tool not in (Tool.BRUSH, Tool.FLIP):
                self.choose(Tool.BRUSH)
        return chosen is not None

    def set_obstacle(self, reason: str) -> None:
        """Say why the data cannot be painted on; an empty reason lets them be painted on."""
        self._reason = reason
        self._offer()

    def set_bare(self, bare: bool) -> None:
        """Say that the plane has no network to ask yet, and nothing to copy."""
        self._bare = bare
        self._offer()

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """Let the classes' buttons tell what their classes are called, those to come included."""
        for key, (button, name) in enumerate(
            zip(self._classes, names, strict=True), first_number(names)
        ):
            button.set_name(name, str(key))

    def _offer(self) -> None:
        """Enable what can be used, and let the rest say why not."""
        for tool, button in self._tools.items():
            _, key, help_ = _TIPS[tool]
            missing = self._reason if tool is not Tool.PROBE else ""
            if tool is Tool.PROBE and self._bare:
                missing = "There is no point to learn from yet, so there is nothing to ask."
            button.setEnabled(not missing)
            button.setToolTip(tool_tip(missing or f"{help_} (Key {key} on the plane.)"))
        if not self._tools[self.tool].isEnabled():
            self._tools[Tool.BRUSH if self._bare else Tool.PROBE].setChecked(True)
        self._copy.setEnabled(not self._reason and not self._bare)
        self._copy.setToolTip(
            tool_tip(
                self._reason or "Keep these points under another name, and paint on in the copy."
            )
        )
        tool = self.tool
        painting = tool is not Tool.PROBE
        for button in self._classes:
            button.setVisible(painting)
            button.setEnabled(tool in (Tool.BRUSH, Tool.FLIP))
        for part in (self._size_label, self._size):
            part.setVisible(painting)
            part.setEnabled(tool not in (Tool.PROBE, Tool.MOVE))
        for part in (self._density_label, self._density):
            part.setVisible(painting)
            part.setEnabled(tool is Tool.BRUSH)

    @Slot(int, bool)
    def _on_tool_toggled(self, index: int, checked: bool) -> None:
        if checked:
            self._offer()
            self.tool_changed.emit(self.tool)

    def _build(self) -> None:
        for index, button in enumerate(self._tools.values()):
            self._tool_group.addButton(button, index)
        for label, marked in enumerate(self._classes):
            self._class_group.addButton(marked, label)
        pairs = ((self._size_label, self._size), (self._density_label, self._density))
        for words, slider in pairs:
            named(words, role="muted").setBuddy(slider)
        stacked(
            beside(*((button, 1) for button in self._tools.values()), spacing=3),
            beside(*((button, 1) for button in self._classes), spacing=3),
            beside(*(part for words, slider in pairs for part in (words, (slider, 1))), spacing=6),
            beside(self._start_empty, None, self._copy),
            on=self,
            margins=0,
            spacing=6,
        )


def _slider(name: str, spoken: str, low: int, high: int, value: int) -> QSlider:
    slider = named(QSlider(Qt.Orientation.Horizontal), name, spoken)
    slider.setRange(low, high)
    slider.setValue(value)
    slider.setMinimumWidth(40)
    return slider


def _tool_button(tool: Tool) -> QToolButton:
    words = _TIPS[tool][0]
    button = named(QToolButton(), f"paint{words}Button", words)
    button.setText(words)
    _make_tight(button)
    return button


def _make_tight(button: QToolButton) -> None:
    """Let a button share its line evenly with others."""
    named(button, role="tight").setCheckable(True)
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    button.setFixedHeight(26)


class _ClassButton(QToolButton):
    """A class's marker and the number of its key."""

    def __init__(self, label: int) -> None:
        super().__init__()
        self._label = label
        named(self, f"paintClass{label}")
        _make_tight(self)
        self.key = ""
        self.set_name(str(label + 1), str(label + 1))

    def set_name(self, name: str, key: str) -> None:
        """Tell what the class is called, and which key chooses it."""
        self.key = key
        self.setAccessibleName(f"Class {name}")
        self.setToolTip(tool_tip(f"Paint points of class {name}. (Key {key} on the plane.)"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        middle = self.height() / 2
        left = self.width() / 2 - 5
        ground = QColor(colors.card)
        paint_marker(painter, QPointF(left, middle), 4.5, self._label, ground=ground)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.text if self.isChecked() else colors.muted))
        number = QRectF(left + 7, 0, 12, self.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignVCenter, self.key)
