"""A kind of data of one's own, a short row of numbers in time, brings its panel and its painter."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from playground.data.dataset import Dataset
from playground.data.kinds import DATA_KINDS, DataKind
from playground.data.tasks import Classification
from playground.gui.probes.hands import HANDS
from playground.gui.session.probe import Probe
from playground.gui.session.session import Session
from playground.gui.widgets.example_painters import PAINTERS
from playground.gui.window.probe_column import ProbeColumn
from playground.nn.layers import Dense
from playground.training.experiment import DataSettings, Experiment, Training

painted = []


@dataclass(frozen=True)
class Waves(DataKind):
    """Numbers one after another in time."""

    kind: ClassVar[str] = "waves"
    title: ClassVar[str] = "Waves"
    example_word: ClassVar[str] = "wave"
    feature_word: ClassVar[str] = "moment"
    choose: ClassVar[str] = "Pick a wave"
    one_scale: ClassVar[bool] = True


class WaveHand(QWidget):
    """Shows the wave in the hand, and how it is read."""

    probe_requested = Signal(object)

    def __init__(self):
        super().__init__()
        self.answer = QLabel()
        QVBoxLayout(self).addWidget(self.answer)

    def set_data(self, prepared):
        self._probe = Probe(np.array(prepared.dataset.inputs[0]), "The first wave")

    def probe(self):
        return self._probe

    def set_probe(self, probe):
        self._probe = probe

    def set_prediction(self, shares, outputs=None):
        self.answer.setText("" if shares is None else f"{max(shares):.0%} sure")


def paint_wave(painter, square, dataset, index, colors):
    painted.append(index)
    wave = dataset.inputs[index]
    steps = np.linspace(square.left(), square.right(), len(wave))
    heights = square.center().y() - wave * square.height() / 3
    painter.setPen(QPen(colors.text))
    painter.drawPolyline(QPolygonF([QPointF(*at) for at in zip(steps, heights, strict=True)]))


def waves():
    rng = np.random.default_rng(5)
    labels = np.arange(120) % 2
    time = np.linspace(0, 2 * np.pi, 12)
    rows = np.sin(time * (1 + labels[:, np.newaxis])) + rng.normal(0, 0.1, (120, 12))
    return Dataset(
        name="waves",
        title="Waves",
        kind=Waves(),
        task=Classification(),
        inputs=rows.astype(np.float32),
        targets=labels.astype(np.int64),
        input_shape=(12,),
        class_names=("slow", "fast"),
        feature_names=tuple(f"moment {step}" for step in range(12)),
        value_range=(-2.0, 2.0),
        source="Made here",
        licence="none needed",
        description="Slow and fast waves.",
    )


@pytest.fixture
def kind(add_data_set):
    painted.clear()
    with (
        DATA_KINDS.with_member(Waves),
        HANDS.with_part(Waves.kind, WaveHand),
        PAINTERS.with_part(Waves.kind, paint_wave),
    ):
        add_data_set(waves())
        yield
    assert Waves.kind not in DATA_KINDS


def experiment():
    return Experiment(
        data=DataSettings(name="waves"),
        layers=(Dense(name="hidden", units=6),),
        training=Training(learning_rate=0.02),
    )


def test_it_is_held_in_the_hand_painted_trained_saved_and_opened(kind, shown):
    shown.open(experiment())
    hand = shown.window.probe_column.panel
    assert isinstance(hand, WaveHand)
    assert hand.isVisible()
    shown.window.examples.grab()
    assert painted
    shown.look_at_every_lens()
    history = shown.train(20).history
    assert history.last("test_accuracy") > 0.9
    shown.wait(lambda: hand.answer.text().endswith("% sure"))
    assert shown.save_and_open().dataset.kind == Waves()


def test_a_kind_without_its_panel_cannot_be_built(qapp):
    with DATA_KINDS.with_member(Waves), pytest.raises(TypeError, match="'waves' has no p"):
        ProbeColumn(Session())
