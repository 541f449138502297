from dataclasses import dataclass
from typing import Any

import pytest
from person import type_text
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from playground import fields
from playground.errors import FieldError
from playground.fields import Number, Registry
from playground.gui.forms.form import Form
from playground.gui.forms.number_text import number_text, offered, plain_word, shown, stepped
from playground.wording import typed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@dataclass(frozen=True)
class Plain:
    kind = "plain"
    title = "Plain"

    def __post_init__(self):
        fields.check(self)


@dataclass(frozen=True)
class Heavy:
    kind = "heavy"
    title = "Heavy ball"
    friction: float = fields.number(0.9, "Friction", "How long it rolls.", low=0, high=1)

    def __post_init__(self):
        fields.check(self)


MOVERS: Registry[Any] = Registry("mover", Plain, Heavy)


@dataclass(frozen=True)
class Stop:
    epochs: int | None = fields.whole(
        10, "Epochs", "How many passes.", low=1, high=1000, unit="epochs", none_text="no limit"
    )

    def __post_init__(self):
        fields.check(self)


@dataclass(frozen=True)
class Settings:
    rate: float = fields.number(0.001, "Rate", "How far.", low=1e-6, high=100.0, logarithmic=True)
    batch: int | None = fields.whole(
        32, "Batch", "How many.", low=1, high=512, none_text="full batch", choices=(1, 8, 32)
    )
    mover: Any = fields.variant(Plain(), "Mover", "How.", MOVERS)
    shift: bool = fields.flag(False, "Shift", "Whether.")
    sort: str = fields.choice("a", "Sort", "Which.", options={"a": "First", "b": "Second"})
    row: tuple[float, ...] = fields.numbers((0.0, 1.0), "Row", "Some numbers.")
    note: str = fields.text("", "Note", "Any words.", longest=5)
    stop: Stop = fields.section(Stop, "Stop", "When.")

    def __post_init__(self):
        fields.check(self)


class Owner:
    """Stands for the session: takes every request over and shows the new value."""

    def __init__(self, form: Form, value: Any) -> None:
        self.form, self.value = form, value
        self.requests: list[tuple[str, Any]] = []
        form.change_requested.connect(self.take)

    def take(self, path: str, value: Any) -> None:
        self.requests.append((path, value))
        self.value = fields.replace_at(self.value, path, value)
        self.form.set_value(self.value)


@pytest.fixture
def form(qtbot):
    made = Form(Settings(), names={"rate": "rateBox"}, sliders={"rate"})
    window = QWidget()
    QVBoxLayout(window).addWidget(made)
    qtbot.addWidget(window)
    window.resize(275, 700)
    window.show()
    qtbot.waitExposed(window)
    made.window_kept = window
    return made


@pytest.fixture
def owner(form):
    return Owner(form, Settings())


def wheel(widget: QWidget, up: bool = True) -> QWheelEvent:
    event = QWheelEvent(
        QPointF(5, 5), QPointF(widget.mapToGlobal(QPoint(5, 5))), QPoint(),
        QPoint(0, 120 if up else -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (32, "32"),
        (0.001, "0.001"),
        (1e-4, "1e−4"),
        (2.5e-5, "2.5e−5"),
        (0.3, "0.3"),
        (-2.0, "−2"),
        (100000.0, "100000"),
        (1.25, "1.25"),
    ],
)
def test_numbers_read_short_and_plain(value, text):
    assert number_text(value) == text
    assert float(typed(text)) == value


def test_a_logarithmic_number_steps_through_one_two_five():
    declared = Number(label="x", help="", low=0, high=1, logarithmic=True, choices=(0, 1e-5))
    up = [0.0]
    for _ in range(5):
        up.append(stepped(declared, up[-1], up=True))
    assert up == [0.0, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4]
    assert stepped(declared, 0.003, up=True) == 0.005
    assert stepped(declared, 0.003, up=False) == 0.002
    assert stepped(declared, 0.9, up=True) == 1.0
    assert stepped(declared, 1.0, up=True) == 1.0


def test_other_numbers_step_evenly_within_their_bounds():
    whole = Number(label="x", help="", low=1, high=20, whole=True)
    assert stepped(whole, 5, up=True) == 6
    assert stepped(whole, 5, up=False, large=True) == 1
    share = Number(label="x", help="", low=0, high=1)
    assert stepped(share, 0.1, up=True) == 0.15
    assert stepped(share, 0.98, up=True) == 1.0


def test_lists_offer_decades_and_the_meaning_of_nothing():
    declared = Number(label="x", help="", low=1e-3, high=10, logarithmic=True, none_text="off")
    assert offered(declared) == (0.001, 0.01, 0.1, 1, 10, None)
    assert shown(declared, None) == "off"


def test_units_grouping_and_decimal_commas_are_understood():
    square = Number(label="x", help="", whole=True, square=True)
    assert shown(square, 3) == "3×3"
    for text in ("3×3", "3 x 3", "3", "3X3"):
        assert square.parse(plain_word(square, text), "") == 3
    with pytest.raises(FieldError, match="'3×4' was given"):
        square.parse(plain_word(square, "3×4"), "")
    units = Number(label="x", help="", whole=True, unit="units")
    assert shown(units, 16) == "16 units"
    assert shown(units, 1) == "1 unit"
    assert [plain_word(units, t) for t in ("16 units", "1 unit", "1,024", "2 000")] == [
        "16", "1", "1024", "2000",
    ]  # fmt: skip
    assert plain_word(Number(label="x", help=""), "0,5") == "0.5"


def test_every_declared_kind_gets_a_named_editor_with_its_help(form):
    for path in ("rate", "batch", "mover", "shift", "sort", "row", "note", "stop.epochs"):
        editor = form.editor(path)
        declared = fields.describe(Settings())[path] if "." not in path else None
        assert editor.accessibleName()
        if declared:
            assert editor.accessibleName() == declared.label
            assert declared.help in editor.toolTip()
    assert form.findChild(QWidget, "rateBox") is form.editor("rate")
    buddies = {label.buddy() for label in form.findChildren(QLabel) if label.buddy()}
    assert form.editor("rate") in buddies


def test_typed_number_is_asked_for_on_enter(form, owner):
    type_text(form.editor("rate"), "0.03")
    assert owner.requests == [("rate", 0.03)]
    assert form.editor("rate").currentText() == "0.03"


def test_typed_number_is_asked_for_once_when_the_focus_leaves(form, owner):
    type_text(form.editor("batch"), "8", Qt.Key.Key_Tab)
    assert owner.requests == [("batch", 8)]


def test_words_for_nothing_are_understood(form, owner):
    type_text(form.editor("batch"), "full batch")
    assert owner.requests == [("batch", None)]
    assert form.editor("batch").currentText() == "full batch"


def test_garbage_shows_the_fields_sentence_until_a_valid_value(form, owner):
    box = form.editor("rate")
    type_text(box, "fast")
    assert owner.requests == []
    assert "Rate must be a number" in form.error_at("rate")
    assert "'fast'" in form.error_at("rate")
    form.set_value(owner.value)
    assert box.currentText() == "fast"
    assert form.error_at("rate")
    type_text(box, "0.01")
    assert form.error_at("rate") == ""
    assert owner.requests == [("rate", 0.01)]


def test_out_of_bounds_is_refused_without_a_request(form, owner):
    type_text(form.editor("batch"), "513")
    assert owner.requests == []
    assert "1 to 512" in form.error_at("batch")


def test_escape_takes_back_what_was_typed_and_its_sentence(form, owner):
    box = form.editor("rate")
    type_text(box, "fast")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.currentText() == "0.001"
    assert form.error_at("rate") == ""
    assert owner.requests == []


def test_arrow_keys_step_a_logarithmic_number(form, owner):
    box = form.editor("rate")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_PageDown)
    assert [value for _, value in owner.requests] == [0.002, 0.005, 0.002, 2e-4]


def test_wheel_changes_only_a_box_that_has_the_focus(form, owner, qtbot):
    form.editor("note").setFocus()
    for path in ("rate", "batch", "mover", "sort"):
        assert not wheel(form.editor(path)).isAccepted()
    assert owner.requests == []
    form.editor("rate").setFocus()
    assert wheel(form.editor("rate")).isAccepted()
    assert owner.requests == [("rate", 0.002)]


def test_picking_from_the_list_asks_for_that_value(form, owner):
    box = form.editor("batch")
    box.showPopup()
    view = box.view()
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton,
        pos=view.visualRect(view.model().index(1, 0)).center(),
    )  # fmt: skip
    assert owner.requests == [("batch", 8)]


def test_slider_moves_with_the_value_and_asks_in_two_digits(form, owner):
    slider = form.findChild(QWidget, "rateBox").parentWidget().children()
    slider = next(child for child in slider if hasattr(child, "value_at"))
    form.set_value(Settings(rate=0.1))
    assert slider.value_at(slider.value()) == pytest.approx(0.1)
    assert owner.requests == []
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert owner.requests == [("rate", 1.0)]


def test_a_value_from_outside_does_not_disturb_typing(form):
    box = form.editor("rate")
    type_text(box, "0.0", None)
    form.set_value(Settings(rate=0.5))
    assert box.currentText() == "0.0"
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.currentText() == "0.5"


def test_setting_a_value_asks_for_nothing(form, owner):
    form.set_value(
        Settings(rate=1, batch=None, mover=Heavy(0.2), shift=True, sort="b", row=(3.0,), note="hi")
    )
    assert owner.requests == []
    assert form.editor("sort").currentText() == "Second"
    assert form.editor("row").text() == "3"
    assert form.editor("shift").isChecked()


def test_a_kinds_parameters_appear_under_it_and_go_again(form, owner, qtbot):
    box = form.editor("mover")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert owner.requests == [("mover", Heavy())]
    friction = form.editor("mover.friction")
    assert friction.isVisible()
    assert friction.accessibleName() == "Friction"
    type_text(friction, "0.5")
    assert owner.requests[-1] == ("mover.friction", 0.5)
    assert owner.value.mover == Heavy(0.5)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert owner.value.mover == Plain()
    assert form.editor("mover.friction") is box
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert owner.value.mover == Heavy(0.5), "a kind comes back with the settings it had"


def test_tab_goes_from_a_kind_to_its_parameters(form, owner):
    box = form.editor("mover")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert form.editor("mover.friction").hasFocus()
    QTest.keyClick(form.editor("mover.friction"), Qt.Key.Key_Tab)
    assert form.editor("shift").hasFocus()


def test_a_refusal_from_outside_shows_the_old_value_and_the_sentence(form):
    box = form.editor("batch")
    type_text(box, "500")
    form.show_error("batch", "There are only 40 examples; choose 40 or fewer.")
    assert box.currentText() == "32"
    assert form.error_at("batch").startswith("There are only 40")
    form.set_value(Settings(rate=0.5))
    assert form.error_at("batch")
    form.set_value(Settings(batch=8))
    assert form.error_at("batch") == ""


def test_rows_of_numbers_and_texts_are_checked(form, owner):
    type_text(form.editor("row"), "1, -0.5 2")
    type_text(form.editor("row"), "1, two")
    type_text(form.editor("note"), "far too long")
    assert owner.requests == [("row", (1.0, -0.5, 2.0))]
    assert "numbers" in form.error_at("row")
    assert "at most 5" in form.error_at("note")


def test_check_box_and_choice_ask(form, owner):
    QTest.mouseClick(form.editor("shift"), Qt.MouseButton.LeftButton, pos=QPoint(6, 8))
    form.editor("sort").setFocus()
    QTest.keyClick(form.editor("sort"), Qt.Key.Key_Down)
    assert owner.requests == [("shift", True), ("sort", "b")]


def test_a_form_fits_a_narrow_column(form, qtbot):
    assert form.minimumSizeHint().width() <= 226
    type_text(form.editor("batch"), "an answer that is much too long for the box")
    assert form.minimumSizeHint().width() <= 226
