from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from person import type_text
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from playground import fields
from playground.data.augmentation import Augmentation
from playground.fields import Number
from playground.gui.panels.training.share_text import (
    percent_text,
    percent_word,
    split_text,
    split_word,
)
from playground.gui.panels.training.training_form import TrainingForm
from playground.nn.optimizers import Adam, GradientDescent, Momentum
from playground.nn.schedules import Constant
from playground.training.experiment import Experiment, Stopping

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

DATA_PATHS = {
    "data.test_fraction", "data.noise", "data.examples", "data.standardize", "data.seed",
    "training.augmentation",
}  # fmt: skip


class Owner:
    """Stands for the session: takes every request over and shows the new experiment."""

    def __init__(self, form: TrainingForm, experiment: Experiment) -> None:
        self.form, self.experiment = form, experiment
        self.requests: list[tuple[str, Any]] = []
        form.change_requested.connect(self.take)

    def take(self, path: str, value: Any) -> None:
        self.requests.append((path, value))
        self.show(fields.replace_at(self.experiment, path, value))

    def show(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.form.set_value(experiment)


@pytest.fixture
def owner(qtbot):
    form = TrainingForm(Experiment())
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(12, 12, 12, 12)
    column.addWidget(form)
    column.addStretch()
    qtbot.addWidget(window)
    window.resize(275, 900)
    window.show()
    qtbot.waitExposed(window)
    made = Owner(form, Experiment())
    made.window = window
    return made


def with_training(**changes: Any) -> Experiment:
    return replace(Experiment(), training=replace(Experiment().training, **changes))


def texts(form: TrainingForm) -> list[str]:
    return [label.text() for label in form.findChildren(QLabel) if label.isVisible()]


def test_promised_names_are_there_with_names_and_tool_tips(owner):
    for name in (
        "lossBox", "optimizerBox", "learningRateBox", "batchSizeBox", "l1Box", "l2Box", "seedBox",
    ):  # fmt: skip
        box = owner.form.findChild(QWidget, name)
        assert box is not None, name
        assert box.isVisible(), name
        assert box.accessibleName(), name
        assert box.toolTip(), name


def test_values_of_the_experiment_are_shown(owner):
    shown = {
        "training.loss": "Cross-entropy",
        "training.optimizer": "Adam",
        "training.learning_rate": "0.001",
        "training.batch_size": "32",
        "training.l2": "0",
        "data.test_fraction": "80 % / 20 %",
        "seed": "42",
    }
    assert {path: owner.form.editor(path).currentText() for path in shown} == shown


def test_every_path_of_training_and_data_has_an_editor(owner):
    training = set(fields.describe(Experiment().training)) - {"stopping"}
    assert all(owner.form.owns(f"training.{name}") for name in training)
    assert all(owner.form.owns(f"training.stopping.{n}") for n in fields.describe(Stopping()))
    assert all(
        owner.form.owns(f"data.{n}") for n in fields.describe(Experiment().data) if n != "name"
    )
    assert not owner.form.owns("layers.0.units")


def test_learning_rate_steps_and_refuses_garbage(owner):
    box = owner.form.editor("training.learning_rate")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert owner.requests == [("training.learning_rate", 0.002)]
    type_text(box, "quick")
    assert "Learning rate must be a number" in owner.form.error_at("training.learning_rate")
    assert owner.experiment.training.learning_rate == 0.002
    type_text(box, "1e-4")
    assert owner.form.error_at("training.learning_rate") == ""
    assert box.currentText() == "1e−4"
    assert owner.experiment.training.learning_rate == 1e-4


def test_batch_size_says_why_it_is_off_with_full_batch_descent(owner):
    box = owner.form.editor("training.batch_size")
    owner.show(with_training(optimizer=GradientDescent()))
    assert not box.isEnabled()
    assert box.currentText() == "full batch"
    assert any("all examples" in text for text in texts(owner.form))
    owner.show(with_training(optimizer=Adam()))
    assert box.isEnabled()
    assert box.currentText() == "32"


def test_optimizers_own_settings_are_under_more(owner):
    assert owner.form.findChild(QWidget, "training.optimizer.muBox") is None
    owner.show(with_training(optimizer=Momentum()))
    (name,) = fields.describe(Momentum())
    path = f"training.optimizer.{name}"
    type_text(owner.form.editor(path), "0.5")
    assert owner.requests == [(path, 0.5)]
    assert owner.form.editor(path).isVisible()
    assert owner.form.more_button.isChecked()


def test_optimizer_is_picked_by_keyboard(owner):
    box = owner.form.editor("training.optimizer")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert owner.requests == [("training.optimizer", GradientDescent())]


def test_schedule_shows_its_own_settings(owner):
    box = owner.form.editor("training.schedule")
    assert owner.experiment.training.schedule == Constant()
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    schedule = owner.experiment.training.schedule
    name = next(iter(fields.describe(schedule)))
    assert owner.form.editor(f"training.schedule.{name}").isVisible()


def test_train_test_split_is_typed_in_several_ways(owner):
    box = owner.form.editor("data.test_fraction")
    for text, fraction in (("70 % / 30 %", 0.3), ("25", 0.25), ("0.1", 0.1), ("50 %", 0.5)):
        type_text(box, text)
        assert owner.experiment.data.test_fraction == fraction
    assert box.currentText() == "50 % / 50 %"
    type_text(box, "half")
    assert "Test part must be" in owner.form.error_at("data.test_fraction")


def test_shares_read_in_percent():
    declared = Number(label="Share", help="", low=0, high=1, none_text="off")
    assert percent_text(declared, 0.975) == "97.5 %"
    assert percent_text(declared, None) == "off"
    assert float(percent_word(declared, "97,5 %")) == pytest.approx(0.975)
    assert percent_word(declared, "off") == "off"
    assert split_text(declared, 1 / 3) == "66.6667 % / 33.3333 %"
    assert float(split_word(declared, "80/20")) == 0.2


def test_stopping_rules_are_summed_up_and_opened(owner):
    assert owner.form.stopping_button.text() == "Stop after 100 epochs"
    QTest.mouseClick(owner.form.stopping_button, Qt.MouseButton.LeftButton)
    type_text(owner.form.editor("training.stopping.target_accuracy"), "98 %")
    type_text(owner.form.editor("training.stopping.epochs"), "no limit")
    assert owner.experiment.training.stopping == Stopping(epochs=None, target_accuracy=0.98)
    assert owner.form.stopping_button.text() == "Stop after 98 % right"
    QTest.mouseClick(owner.form.stopping_button, Qt.MouseButton.LeftButton)
    assert not owner.form.findChild(QWidget, "epochsBox").isVisible()


def test_only_rows_that_apply_to_the_data_are_shown(owner):
    owner.form.set_applicable(DATA_PATHS - {"data.noise", "data.examples"})
    assert not owner.form.findChild(QWidget, "noiseBox").isVisible()
    assert owner.form.findChild(QWidget, "testFractionBox").isVisible()
    assert owner.form.augmentation.isVisible()
    owner.form.set_applicable({"data.noise"})
    QTest.mouseClick(owner.form.more_button, Qt.MouseButton.LeftButton)
    assert owner.form.findChild(QWidget, "noiseBox").isVisible()
    assert not owner.form.findChild(QWidget, "standardizeBox").isVisible()
    assert not owner.form.augmentation.isVisible()


def test_classes_are_balanced_by_a_box_among_the_rarer_settings(owner):
    QTest.mouseClick(owner.form.more_button, Qt.MouseButton.LeftButton)
    box = owner.form.findChild(QWidget, "balanceClassesBox")
    assert box.isVisible()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert owner.experiment.training.balance_classes
    assert owner.form.more_button.text() == "More: constant rate, classes balanced"
    owner.form.set_applicable(DATA_PATHS)
    assert not box.isVisible()


def test_augmentation_is_summed_up_and_opens_with_a_preview(owner, qtbot):
    box = owner.form.findChild(QWidget, "augmentationBox")
    assert box.currentText() == "off"
    with qtbot.waitSignal(owner.form.augmentation.preview_requested):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    turn = owner.form.findChild(QWidget, "training.augmentation.turnBox")
    with qtbot.waitSignal(owner.form.augmentation.preview_requested):
        type_text(turn, "10°")
    assert owner.experiment.training.augmentation == Augmentation(turn=10)
    assert box.currentText() == "turn"
    strip = owner.form.findChild(QWidget, "augmentationPreview")
    pictures = [np.full((8, 8), k / 8, dtype=np.float32) for k in range(8)]
    owner.form.augmentation.set_preview(pictures)
    assert len(strip.indices) == 8
    qtbot.waitUntil(lambda: strip.height() > 80)
    image = strip.grab().toImage()
    ratio = image.devicePixelRatio()
    last = image.pixelColor(int(ratio * (strip.width() - 40)), int(ratio * (strip.height() - 40)))
    assert last.lightness() > image.pixelColor(int(10 * ratio), int(10 * ratio)).lightness() + 100
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert not turn.isVisible()


def test_another_preview_is_asked_for(owner, qtbot):
    owner.form.augmentation.open()
    button = owner.form.findChild(QWidget, "augmentationPreviewButton")
    with qtbot.waitSignal(owner.form.augmentation.preview_requested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    "path",
    ["training.learning_rate", "training.clip_norm", "training.stopping.epochs", "data.seed",
     "training.optimizer.beta1", "training.augmentation.turn", "seed"],
)  # fmt: skip
def test_a_refusal_is_shown_where_the_value_is_edited(owner, path):
    owner.form.show_error(path, "It does not fit.")
    assert texts(owner.form).count("It does not fit.") == 1
    assert owner.form.owns(path)


def test_setting_a_value_asks_for_nothing(owner):
    owner.show(with_training(l1=0.1, l2=1e-4, batch_size=None, clip_norm=1.0, optimizer=Momentum()))
    assert owner.requests == []
    assert owner.form.editor("training.l2").currentText() == "1e−4"
    assert owner.form.editor("training.batch_size").currentText() == "full batch"
    assert owner.form.more_button.text() == "More: constant rate, clipped at 1"


def test_l1_and_l2_share_a_row(owner):
    l1, l2 = owner.form.editor("training.l1"), owner.form.editor("training.l2")
    assert l1.mapTo(owner.form, QPoint()).y() == l2.mapTo(owner.form, QPoint()).y()
    type_text(l2, "1e-4")
    QTest.keyClick(l2, Qt.Key.Key_Down)
    assert owner.requests == [("training.l2", 1e-4), ("training.l2", 5e-5)]


def test_seed_takes_large_numbers(owner):
    type_text(owner.form.editor("seed"), str(2**31 - 1))
    assert owner.requests == [("seed", 2**31 - 1)]


@pytest.mark.parametrize("width", [275, 250])
def test_the_form_fits_the_column(owner, width):
    owner.show(with_training(optimizer=GradientDescent(), augmentation=Augmentation(1, 0.1, 0.1)))
    owner.form.more_button.click()
    owner.form.stopping_button.click()
    owner.form.augmentation.open()
    assert owner.form.minimumSizeHint().width() <= width - 24 - 8
