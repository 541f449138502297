"""The body of a card with settings: what matters at a glance, and the details behind one line."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLayoutItem, QSizePolicy, QWidget

from playground import fields
from playground.analysis.glossary.curves import range_words
from playground.analysis.glossary.keys import key_of
from playground.errors import FieldError
from playground.fields import Declared, Flag, Number, Variant
from playground.gui.forms.editors import KindBox
from playground.gui.forms.form import Form, value_at
from playground.gui.forms.number_box import NumberBox
from playground.gui.forms.number_text import number_text
from playground.gui.look.marking import named, tool_tip
from playground.gui.panels.network.activation_curve import curve_icon
from playground.gui.panels.network.card_frame import CardFrame
from playground.gui.panels.network.card_info import CardInfo
from playground.gui.widgets.disclosure import Disclosure
from playground.gui.widgets.layouts import beside, put_in_tab_order, stacked
from playground.nn.activations import Activation
from playground.nn.unit_list import units_in

_COUNTED = {"units": "neurons", "maps": "maps", "heads": "heads"}
"""Fields that say how many of them a layer has."""

_OF_PICTURES = ("whole_maps",)
"""Fields of a form that say nothing of a row of numbers."""

_SQUARE_PX, _KIND_PX = 54, 78
_UNITS_OFFERED = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_NO_GRADIENT = "A step has no slope: this layer and the layers before it cannot learn."
_FLAT = (
    "With a slope of zero no gradient gets through: this layer and those before it cannot learn."
)


class SettingsCard(CardFrame):
    """A card for a layer's settings, whatever their class declares.

    ``units`` or ``maps``, the side of a square and ``activation`` have a box each on the card; a
    class without activation and with three other fields at the most shows these there too;
    everything else, with the activation's own parameters, is in the details. Where the only box is
    that of a square, it stands in the first line, and the others are shown where the card is
    selected.

    Signals
    -------
    settings_requested(object)
        The card's settings with one field changed, which their class has accepted.
    """

    settings_requested = Signal(object)

    def __init__(self, info: CardInfo) -> None:
        super().__init__(info.title)
        named(self, topic=key_of(info.settings))
        self.info = info
        self._details: QWidget | None = None
        self._forms: dict[str, Form] = {}
        self._refused = self._selected = False
        declared = fields.describe(info.settings)
        self._numbers: dict[str, NumberBox] = {}
        self.activation_box: KindBox | None = None
        self.units_label: QLabel | None = None
        self.details_button: Disclosure | None = None
        self._add_boxes(declared, info)
        shown = {"name", "activation", "layers", *self._numbers}
        self._rest = tuple(name for name in declared if name not in shown)
        self._in_one_line = bool(self._numbers) and self.activation_box is None
        if self.activation_box is None and 0 < len(self._rest) <= 3:
            self.body.addWidget(self._new_form(""))
        elif self._rest or self.activation_box is not None:
            self.details_button = named(Disclosure(), "detailsButton")
            self.details_button.toggled.connect(self._on_details_toggled)
            self.body.addWidget(self.details_button)
        self._redraw()

    def set_selected(self, selected: bool) -> None:
        """Draw the border in the accent colour, or not; in one line, show the other settings."""
        super().set_selected(selected)
        self._selected = selected
        self._unfold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_shapes()

    def set_info(self, info: CardInfo) -> None:
        """Show a layer; an editor in which the user is typing is left alone."""
        if info == self.info:
            return
        if info.settings != self.info.settings:
            self._refused = False
        self.info = info
        self._redraw()

    def show_refusal(self, sentence: str) -> None:
        """Show why a change was refused, and the settings in force again."""
        for box in (*self._numbers.values(), self.activation_box):
            if box is not None:
                box.revert()
        for form in self._forms.values():
            form.revert()
        self._refused = True
        self.set_sentence(sentence)

    def forget_refusal(self) -> None:
        """Take back what a refusal said, and show what there is to say of the settings."""
        if self._refused:
            self._refused = False
            self._show_advice()

    @property
    def units_box(self) -> NumberBox | None:
        """The box of how many neurons or maps there are, None where that is not a setting."""
        return self._numbers.get("units", self._numbers.get("maps"))

    def editors(self) -> list[QWidget]:
        """Return the widgets that Tab visits in this card, in order."""
        boxes = (*self._numbers.values(), self.activation_box, self.details_button)
        return [*(box for box in boxes if box is not None), *self._form_editors()]

    def _form_editors(self) -> list[QWidget]:
        return [editor for form in self._forms.values() for editor in form.editors()]

    def _new_form(self, path: str) -> Form:
        """Return a form of the fields without a box, or of those of a value in the settings."""
        form = Form(path=path) if path else Form(self.info.settings, self._rest)
        form.change_requested.connect(self._request)
        self._forms[path] = form
        return form

    def _add_boxes(self, declared: dict[str, Declared], info: CardInfo) -> None:
        line = beside(spacing=6)
        activation = declared.get("activation")
        for name, one in declared.items():
            if not isinstance(one, Number) or not (one.square or name in _COUNTED):
                continue
            box = self._new_number_box(name, one)
            if one.square:
                box.setFixedWidth(_SQUARE_PX)
            if one.square and activation is None:
                self.head.setSpacing(2)
                self.head.insertWidget(1, box)
            else:
                line.addWidget(box, 0 if one.square else 9)
        if not self._numbers and info.note:
            tip = tool_tip("The data decide how many outputs there are.")
            self.units_label = named(QLabel(), tip=tip, role="fixed")
            self.units_label.setIndent(0)
            self.units_label.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            line.addWidget(self.units_label, 9)
        if isinstance(activation, Variant):
            self.activation_box = KindBox(activation, picture=curve_icon)
            self.activation_box.value_requested.connect(partial(self._request, "activation"))
            _introduce(self.activation_box, "activationBox", activation)
            self.activation_box.setMinimumWidth(_KIND_PX)
            line.addWidget(self.activation_box, 10 if len(self._numbers) > 1 else 15)
        if line.count():
            self.body.addLayout(line)

    def _new_number_box(self, name: str, declared: Number) -> NumberBox:
        if name in _COUNTED:
            offered = tuple(n for n in _UNITS_OFFERED if declared.low <= n <= declared.high)
            declared = replace(declared, unit=_COUNTED[name], choices=offered)
        box = self._numbers[name] = NumberBox(declared)
        box.complaint_changed.connect(self._on_complaint_changed)
        box.value_requested.connect(partial(self._request, name))
        _introduce(box, f"{name}Box", declared, key_of(self.info.settings, name))
        return box

    def _redraw(self) -> None:
        info = self.info
        settings = info.settings
        self.title.set_text(info.title)
        self.shape_label.setText(info.shapes)
        costs = ", ".join(filter(None, info.costs))
        self.setToolTip(tool_tip(f"{info.shapes}: shape before and after the layer; {costs}."))
        self.setAccessibleDescription(f"{info.shapes}, {costs}")
        for name, box in self._numbers.items():
            box.set_value(getattr(settings, name))
        if self.units_label is not None:
            self.units_label.setText(info.note)
        if self.activation_box is not None:
            self.activation_box.set_value(settings.activation)
            activation = settings.activation
            self.activation_box.setToolTip(tool_tip(_words(activation)))
        self._fill_forms()
        self._unfold()
        self._fit_shapes()
        if self.details_button is not None:
            count, products = info.costs
            text = " · ".join([*_summary(info, self._rest), count])
            self.details_button.set_text(text, products)
        if not self._refused:
            self._show_advice()

    def _unfold(self) -> None:
        """Show what does not stand in the one line where it is worked on, or is not as usual."""
        if self._in_one_line:
            unusual = bool(_summary(self.info, self._rest))
            for form in self._forms.values():
                form.setVisible(self._selected or unusual)

    def _fit_shapes(self) -> None:
        """Leave out the shape before the layer, words, or all, if that gives the title room."""
        whole, margins = self.info.shapes, self.body.contentsMargins()
        behind = f"→{whole.partition('→')[2]}"
        short = behind.removesuffix(" steps").replace(" × ", "×")
        for text in (whole, behind, short, "", short):
            self.shape_label.setText(text)
            room = self.contentsRect().width() - margins.left() - margins.right()
            for index in range(1, self.head.count()):
                room -= cast(QLayoutItem, self.head.itemAt(index)).sizeHint().width()
                room -= self.head.spacing()
            if self.title.fontMetrics().horizontalAdvance(self.info.title) <= room:
                break
        self.body.activate()  # or it would keep the room of the former text

    def _fill_forms(self) -> None:
        for path, form in self._forms.items():
            form.set_value(value_at(self.info.settings, path))
            for name in filter(form.owns, _OF_PICTURES):
                form.set_row_visible(name, len(self.info.input_shape) == 3)

    def _show_advice(self) -> None:
        activation = getattr(self.info.settings, "activation", None)
        if activation is None or activation.has_gradient():
            self.set_sentence("")
        else:
            self.set_sentence(_NO_GRADIENT if activation.kind == "binary_step" else _FLAT, "advice")

    @Slot(str, object)
    def _request(self, path: str, value: Any) -> None:
        self._refused = False
        try:
            settings = fields.replace_at(self.info.settings, path, value)
        except FieldError as error:
            self.show_refusal(str(error))
            return
        self._show_advice()
        self.settings_requested.emit(settings)

    @Slot(str)
    def _on_complaint_changed(self, sentence: str) -> None:
        self._refused = bool(sentence)
        if sentence:
            self.set_sentence(sentence)
        else:
            self._show_advice()

    @Slot(bool)
    def _on_details_toggled(self, opened: bool) -> None:
        if self._details is None:
            assert self.details_button is not None
            self._details = QWidget()
            paths = ("",) if self.activation_box is None else ("activation", "")
            forms = map(self._new_form, paths)
            stacked(*forms, on=self._details, margins=(0, 0, 0, 2), spacing=5)
            self._fill_forms()
            self.body.insertWidget(self.body.indexOf(self.details_button) + 1, self._details)
            put_in_tab_order(self.details_button, self._form_editors())
        self._details.setVisible(opened)


def _introduce(box: NumberBox | KindBox, name: str, declared: Declared, topic: str = "") -> None:
    named(box, name, declared.label, tool_tip(declared.help), topic=topic)
    box.setAccessibleDescription(declared.help)


def _summary(info: CardInfo, rest: tuple[str, ...]) -> list[str]:
    """Return what is worth knowing of the details: what is off, numbers and kinds that were set."""
    settings = info.settings
    parts = _state(settings, info.output_shape[0])
    activation = getattr(settings, "activation", None)
    if activation is not None and activation != type(activation)():
        for name, declared in fields.describe(activation).items():
            parts.append(f"{declared.label.lower()} {number_text(getattr(activation, name))}")
    for name, declared in fields.describe(settings).items():
        value = getattr(settings, name)
        if name not in rest or value == getattr(type(settings), name):
            continue
        if isinstance(declared, Variant):
            parts.append(f"{value.title} init")
        elif isinstance(declared, Number) and value is not None:
            parts.append(f"{declared.label.lower()} {number_text(value)}")
        elif isinstance(declared, Flag) and value:
            parts.append(declared.label.lower())
    return parts


def _state(settings: Any, units: int) -> list[str]:
    """Return which of the layer is frozen or silenced; that all of it learns needs no words."""
    if not getattr(settings, "trainable", True):
        parts = ["frozen"]
    else:
        frozen = len(units_in(getattr(settings, "frozen", ""), units))
        parts = [f"{frozen} frozen"] if frozen else []
    silenced = len(units_in(getattr(settings, "silenced", ""), units))
    return [*parts, f"{silenced} silenced"] if silenced else parts


def _words(activation: Activation) -> str:
    """Return an activation's formulas, its use and the range of its values."""
    bounded = range_words(activation)
    return f"{activation.formula}; {activation.derivative_formula}. {bounded} {activation.use}"
