"""The inspector shows the neuron's own numbers, follows training, and edits."""

import math
import re
from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from playground.analysis.neurons.neuron import Neuron
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.panels.inspector import Inspector
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.inspector import DIGITS
from playground.gui.panels.inspector.row_table import RowTable
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.cells import Cell
from playground.nn.activations import Sigmoid, Softmax, Tanh
from playground.nn.layers import (
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePool,
    LayerNorm,
    MaxPool,
    Position,
    Residual,
    SelfAttention,
)
from playground.nn.losses import MeanSquaredError
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.presets import presets

FOREVER = Training(stopping=Stopping(epochs=None))


def iris(*layers, **data):
    return Experiment(
        data=DataSettings(name="iris", **data),
        layers=layers or (Dense(name="dense_1", units=6, activation=Tanh()),),
        training=FOREVER,
    )


@pytest.fixture
def opened(qapp, qtbot, keep):
    """Open an experiment, and show an inspector of it; the session ends with the test."""
    sessions = []

    def open_(experiment, example=None):
        session = Session()
        sessions.append(session)
        session.notices, session.refusals = [], []
        session.notice.connect(session.notices.append)
        session.refused.connect(lambda path, sentence: session.refusals.append(sentence))
        session.start()
        assert session.open(experiment)
        qtbot.waitUntil(lambda: session.model is not None)
        inspector = Inspector(session)
        inspector.resize(290, 900)
        keep(inspector)
        if example is not None:
            session.set_probe(example_probe(session.prepared, example))
        return session, inspector

    yield open_
    for session in sessions:
        session.close()


def table(inspector, name):
    return inspector.findChild(RowTable, name)


def cells(inspector, name):
    """Return a table's last cells by row name."""
    return {row.name: row.cells[-1] for row in table(inspector, name).rows if row.cells}


def unfold(inspector, section):
    getattr(inspector.body, section).heading.setChecked(True)


def click_row(qtbot, widget, index):
    place = widget.row_rect(index).center()
    qtbot.mouseClick(widget.viewport(), Qt.MouseButton.LeftButton, pos=place)


def preset(name):
    return next(p.experiment for p in presets() if p.name == name)


def test_the_articles_neuron_shows_0_9990889(opened):
    session, inspector = opened(preset("article-neuron"), 0)
    session.attention.select(Neuron("output", 0))
    inspector.findChild(QSpinBox, "digitsBox").setValue(7)
    shown = cells(inspector, "activationTable")
    assert shown["a = f(z)"] == "0.9990889"
    assert shown["z = Σ w·a + b"] == "7.000000"
    rows = [(row.name, row.cells) for row in table(inspector, "sumTable").rows if row.name]
    assert rows == [
        ("x₂", ("1.000000 × 3.000000", "3.0000000")),
        ("x₁", ("0 × 2.000000", "0.0000000")),
        ("bias b", ("", "4.0000000")),
        ("z", ("", "7.0000000")),
    ]


def test_the_written_lines_of_the_sum_make_the_written_z(opened):
    session, inspector = opened(iris(Dense(name="dense_1", units=12, activation=Tanh())), 3)
    box = inspector.findChild(QSpinBox, "digitsBox")
    for neuron in [Neuron("dense_1", 2), *(Neuron("output", unit) for unit in range(3))]:
        session.attention.select(neuron)
        for digits in range(1, 11):
            box.setValue(digits)
            *parts, total = [
                Decimal((row.cells[-1] or "0").replace("−", "-"))
                for row in table(inspector, "sumTable").rows
            ]
            assert sum(parts) == total
            z = session.reading.traces[neuron.layer == "output"].z[neuron.unit, 0]
            assert abs(float(total) - z) <= 10.0 ** total.as_tuple().exponent


def test_the_shown_slopes_are_those_of_the_session_model(opened):
    session, inspector = opened(iris(), 5)
    inspector.findChild(QSpinBox, "digitsBox").setValue(10)
    unfold(inspector, "chain")
    target = session.reading.target_row(session.attention.chosen_target)
    whole = session.model.slopes(session.probe.inputs[np.newaxis], target)
    for index, layer in enumerate(("dense_1", "output")):
        for unit in range(len(whole.layers[index].a)):
            session.attention.select(Neuron(layer, unit))
            shown = cells(inspector, "slopesTable")
            assert float(shown["L: cross-entropy"].replace("−", "-")) == pytest.approx(
                whole.loss, rel=1e-8
            )
            expected = whole.layers[index].grad_z[unit, 0]
            text = shown["∂L/∂z"].replace("−", "-")
            if "·" not in text:
                assert float(text) == pytest.approx(expected, rel=1e-8)


def test_the_target_box_chooses_what_the_loss_is_measured_against(opened, qtbot):
    session, inspector = opened(iris())
    session.set_probe(Probe(np.array(session.prepared.dataset.inputs[0]), "Your flower"))
    session.attention.select(Neuron("output", 1))
    box = inspector.findChild(QComboBox, "targetBox")
    assert box.isEnabled()
    box.setFocus()
    losses = {}
    for _ in range(3):
        qtbot.keyClick(box, Qt.Key.Key_Down)
        chosen = session.attention.chosen_target
        losses[box.currentText()] = inspector.report.loss
        share = session.reading.shares[chosen]
        assert inspector.report.loss == pytest.approx(-math.log(share))
    assert list(losses) == list(session.prepared.dataset.class_names)
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert session.attention.chosen_target is None
    assert inspector.report.loss == pytest.approx(min(losses.values()))


def test_an_examples_own_label_cannot_be_overruled(opened):
    session, inspector = opened(iris(), 70)
    session.attention.select(Neuron("output", 1))
    box = inspector.findChild(QComboBox, "targetBox")
    assert not box.isEnabled()
    assert box.currentText() == session.prepared.dataset.class_names[session.probe.label]


def test_a_click_on_a_line_selects_the_neuron_it_names(opened, qtbot):
    session, inspector = opened(iris(), 1)
    session.attention.select(Neuron("dense_1", 3))
    incoming = table(inspector, "incomingTable")
    wanted = incoming.rows[2].link
    click_row(qtbot, incoming, 2)
    assert session.attention.selected == wanted
    assert wanted.layer == "input"
    outgoing = table(inspector, "outgoingTable")
    wanted = outgoing.rows[1].link
    outgoing.setFocus()
    qtbot.keyClick(outgoing, Qt.Key.Key_Return)
    assert session.attention.selected == wanted
    assert wanted.layer == "dense_1"


def test_a_click_on_a_pixel_selects_its_input(opened, qtbot):
    session, inspector = opened(preset("article-digits"), 0)
    session.attention.select(Neuron("dense_1", 3))
    pixels = inspector.body.pixels
    np.testing.assert_array_equal(
        pixels.values, session.model.network.views()["dense_1.weights"][3].reshape(1, 8, 8)
    )
    inspector.findChild(QWidget, "inspectorScroll").ensureWidgetVisible(pixels)
    box = pixels.block_rect(0)
    spot = (box.topLeft() + box.center()) / 2
    qtbot.mouseClick(pixels.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert session.attention.selected == Neuron("input", 2 * 8 + 2)
    assert inspector.title.whole_text() == "Input · pixel (3, 3)"


@pytest.mark.parametrize("way", ["button", "escape"])
def test_closing_lets_go_of_the_neuron(opened, qtbot, way):
    session, inspector = opened(iris(), 1)
    session.attention.select(Neuron("dense_1", 3))
    with qtbot.waitSignal(inspector.closed):
        if way == "button":
            button = inspector.findChild(QAbstractButton, "closeInspectorButton")
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(table(inspector, "incomingTable"), Qt.Key.Key_Escape)
    assert session.attention.selected is None
    assert inspector.text() == ""


def test_copying_gives_everything_as_plain_text(opened, qtbot):
    session, inspector = opened(iris(), 60)
    session.attention.select(Neuron("output", 1))
    button = inspector.findChild(QAbstractButton, "copyNeuronButton")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    text = QApplication.clipboard().text()
    name = session.prepared.dataset.class_names[1]
    assert text.startswith(f"Output · class {name}\nExample: T")
    for words in (
        "correct answer versicolor",
        "Weighted sum: z = Σ w·a + b",
        "∂L/∂z",
        "Softmax: ∂aᵢ/∂zⱼ = fᵢ·(δᵢⱼ − fⱼ)",
        "Incoming weights",
        "Chain rule",
        "∂L/∂w",
    ):
        assert words in text


def test_without_a_probe_weights_and_bias_are_shown_and_the_rest_is_asked_for(opened):
    session, inspector = opened(iris())
    session.attention.select(Neuron("dense_1", 3))
    assert "Draw or pick an example" in inspector.body.activation.caption
    assert len(table(inspector, "incomingTable").rows) == 5
    assert [row.name for row in table(inspector, "sumTable").rows] == ["bias b"]
    assert not inspector.body.plot.isVisible()
    assert inspector.body.slopes.isHidden()
    assert "Incoming weights" in inspector.text()
    session.set_probe(example_probe(session.prepared, 0))
    assert inspector.body.plot.isVisible()
    assert not inspector.body.slopes.isHidden()
    assert inspector.body.activation.caption.startswith("Tanh: f(z) = ")


def test_without_a_neuron_there_is_one_sentence(opened):
    session, inspector = opened(iris(), 0)
    sentences = [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]
    assert "Click a neuron in any view to see its numbers here." in sentences
    session.attention.select(Neuron("dense_1", 0))
    assert inspector.report is not None
    session.attention.select(None)
    assert inspector.report is None


def test_a_neuron_that_vanishes_with_its_layer_is_let_go(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 5))
    session.change("layers.0.units", 3)
    qtbot.waitUntil(lambda: session.model is not None and session.attention.selected is None)
    assert inspector.report is None
    session.attention.select(Neuron("dense_7", 1))
    assert inspector.report is None
    assert inspector.text() == ""


def type_over(qtbot, edit, text):
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def test_the_bias_can_be_typed_and_undone(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 2))
    unfold(inspector, "surgery")
    edit = inspector.findChild(QLineEdit, "biasEdit")
    before = inspector.report.told.sum.bias
    type_over(qtbot, edit, "-1.25")
    assert inspector.report.told.sum.bias == before
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: inspector.report.told.sum.bias == -1.25)
    assert edit.text() == "−1.25"
    type_over(qtbot, edit, "-1.250")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert session.past.list.row == 1
    session.past.undo()
    qtbot.waitUntil(lambda: inspector.report.told.sum.bias == before)


def test_a_weight_can_be_chosen_and_typed(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 2))
    unfold(inspector, "surgery")
    box = inspector.findChild(QComboBox, "weightSourceBox")
    edit = inspector.findChild(QLineEdit, "weightEdit")
    assert [box.itemText(i) for i in range(box.count())] == list(
        session.prepared.dataset.feature_names
    )
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    shown = float(edit.text().replace("−", "-"))
    assert shown == pytest.approx(inspector.report.told.sum.weights[0], rel=1e-4)
    type_over(qtbot, edit, "2,5")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: inspector.report.told.sum.weights[0] == 2.5)


def test_the_chain_rule_is_written_for_the_largest_term_or_the_chosen_weight(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 2))
    unfold(inspector, "chain")
    names = session.prepared.dataset.feature_names
    largest = int(np.abs(inspector.report.told.sum.terms).argmax())
    assert f"w from {names[largest]}" in cells(inspector, "chainTable")
    unfold(inspector, "surgery")
    box = inspector.findChild(QComboBox, "weightSourceBox")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    shown = cells(inspector, "chainTable")
    report = inspector.report
    assert f"w from {names[0]}" in shown
    slope = float(shown["∂L/∂w"].replace("−", "-").replace("·10⁻⁴", "e-4").replace("·10⁻⁵", "e-5"))
    assert slope == pytest.approx(report.told.sum.grad_weights[0], rel=1e-2)
    session.attention.select(Neuron("output", 1))
    shown = cells(inspector, "chainTable")
    assert f"w from {box.currentText()}" in shown


@pytest.mark.parametrize("text", ["heavy", "nan", "1e999", ""])
def test_a_text_that_is_no_number_is_refused_with_a_sentence(opened, qtbot, text):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 2))
    unfold(inspector, "surgery")
    edit = inspector.findChild(QLineEdit, "biasEdit")
    complaint = inspector.findChild(QLabel, "surgeryComplaint")
    before = edit.text()
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text or "1")
    if not text:
        qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert complaint.text().endswith(".")
    assert "number" in complaint.text()
    assert not session.past.can_undo
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert complaint.text() == ""
    assert edit.text() == before
    assert session.attention.selected is not None


def test_freezing_and_silencing_are_changes_that_undo_takes_back(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 4))
    unfold(inspector, "surgery")
    freeze = inspector.findChild(QAbstractButton, "freezeNeuronButton")
    silence = inspector.findChild(QAbstractButton, "silenceNeuronButton")
    qtbot.mouseClick(freeze, Qt.MouseButton.LeftButton)
    assert session.experiment.layers[0].frozen == "4"
    qtbot.waitUntil(lambda: inspector.report is not None and inspector.report.told.frozen)
    assert freeze.isChecked()
    assert freeze.text() == "Frozen"
    qtbot.mouseClick(silence, Qt.MouseButton.LeftButton)
    assert session.experiment.layers[0].silenced == "4"
    qtbot.waitUntil(lambda: inspector.report is not None and inspector.report.told.silenced)
    assert cells(inspector, "activationTable")["output while silenced"] == "0"
    assert "Silenced" in inspector.body.activation.caption
    assert inspector.title.whole_text() == "Dense 1 · neuron 5 (frozen, silenced)"
    session.past.undo()
    assert session.experiment.layers[0].silenced == ""
    assert session.experiment.layers[0].frozen == "4"
    session.past.undo()
    assert session.experiment.layers[0].frozen == ""
    qtbot.waitUntil(lambda: inspector.report is not None and not inspector.report.told.frozen)
    assert not freeze.isChecked()


def test_an_output_can_be_frozen_but_not_silenced(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("output", 2))
    unfold(inspector, "surgery")
    assert inspector.findChild(QAbstractButton, "silenceNeuronButton").isHidden()
    freeze = inspector.findChild(QAbstractButton, "freezeNeuronButton")
    qtbot.mouseClick(freeze, Qt.MouseButton.LeftButton)
    assert session.experiment.output.frozen == "2"


def test_a_neuron_of_a_frozen_layer_cannot_be_thawed_alone(opened):
    session, inspector = opened(iris(Dense(name="dense_1", units=3, trainable=False)), 0)
    session.attention.select(Neuron("dense_1", 1))
    unfold(inspector, "surgery")
    freeze = inspector.findChild(QAbstractButton, "freezeNeuronButton")
    assert not freeze.isEnabled()
    assert freeze.text() == "Frozen"
    assert "whole layer" in freeze.toolTip()


def test_exciting_examples_become_the_probe_when_clicked(opened, qtbot):
    session, inspector = opened(preset("article-digits"), 0)
    session.attention.select(Neuron("dense_1", 3))
    pictures = inspector.body.exciting.pictures
    qtbot.waitUntil(lambda: len(pictures.indices) > 0)
    assert set(pictures.indices) <= set(session.prepared.train_index.tolist())
    inspector.findChild(QWidget, "inspectorScroll").ensureWidgetVisible(pictures)
    with qtbot.waitSignal(inspector.probe_requested) as asked:
        spot = pictures.visualRect(pictures.model().index(1)).center()
        qtbot.mouseClick(pictures.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    (probe,) = asked.args
    example = session.prepared.dataset.inputs[pictures.indices[1]]
    np.testing.assert_array_equal(probe.inputs, example)
    with qtbot.waitSignal(inspector.probe_requested) as asked:
        qtbot.keyClick(pictures, Qt.Key.Key_Right)
        qtbot.keyClick(pictures, Qt.Key.Key_Return)
    example = session.prepared.dataset.inputs[pictures.indices[2]]
    np.testing.assert_array_equal(asked.args[0].inputs, example)


def test_exciting_rows_of_a_table_become_the_probe_too(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 1))
    rows = table(inspector, "excitingTable")
    qtbot.waitUntil(lambda: bool(rows.rows))
    with qtbot.waitSignal(inspector.probe_requested) as asked:
        click_row(qtbot, rows, 0)
    example = session.prepared.dataset.inputs[rows.rows[0].link]
    np.testing.assert_array_equal(asked.args[0].inputs, example)
    session.attention.select(Neuron("dense_1", 2))
    assert inspector.body.exciting.caption.startswith("Searching")
    qtbot.waitUntil(
        lambda: inspector.body.exciting.caption.startswith("The training examples with")
    )


def pictured(*layers):
    return Experiment(
        data=DataSettings(name="digits", test_fraction=0.9), layers=layers, training=FOREVER
    )


def written(*layers, data="pen"):
    """Return an experiment on strokes of a pen, point by point, or move by move."""
    own = DataSettings(name=data, test_fraction=0.9, **({"steps": 6} if data == "pen" else {}))
    return Experiment(data=own, layers=layers, training=FOREVER)


READ = Dense(name="read", units=8, activation=Tanh())
CASES = {
    "regression": (preset("bumps"), Neuron("dense_1", 4)),
    "regression output": (preset("plane-field"), Neuron("output", 0)),
    "single sigmoid": (preset("circles"), Neuron("output", 0)),
    "one neuron": (iris(Dense(name="dense_1", units=1)), Neuron("dense_1", 0)),
    "xor of the article": (preset("article-xor"), Neuron("dense_1", 1)),
    "input": (iris(standardize=True), Neuron("input", 2)),
    "pixel": (preset("article-digits"), Neuron("input", 20)),
    "batch norm": (
        iris(Dense(name="dense_1", units=3), BatchNorm(name="batch_norm_1")),
        Neuron("batch_norm_1", 1),
    ),
    "dropout": (
        iris(Dense(name="dense_1", units=3), Dropout(name="dropout_1", rate=0.25)),
        Neuron("dropout_1", 1),
    ),
    "flatten": (iris(Flatten(name="flatten_1")), Neuron("flatten_1", 1)),
    "convolution": (pictured(Conv2D(20, 5, name="conv")), Neuron("conv", 70)),
    "convolution of maps": (
        pictured(Conv2D(14, name="first"), Conv2D(2, name="conv")),
        Neuron("conv", 0),
    ),
    "average of a square": (pictured(AveragePool(3, 1, name="pool")), Neuron("pool", 9)),
    "average of a map": (pictured(GlobalAveragePool(name="mean")), Neuron("mean", 0)),
    "maps normalized": (pictured(BatchNorm(name="norm")), Neuron("norm", 9)),
    "attention": (written(READ, SelfAttention(2, name="look")), Neuron("look", 9)),
    "attention to moves": (
        written(Embedding(8, name="moves"), SelfAttention(2, True, name="look"), data="pen-moves"),
        Neuron("look", 9),
    ),
    "before an attention": (written(READ, SelfAttention(2, name="look")), Neuron("read", 9)),
    "position": (written(Position(name="where")), Neuron("where", 9)),
    "step normalized": (written(LayerNorm(name="norm")), Neuron("norm", 9)),
    "before a normalized step": (written(READ, LayerNorm(name="norm")), Neuron("read", 9)),
    "embedding": (written(Embedding(4, name="moves"), data="pen-moves"), Neuron("moves", 9)),
    "average of steps": (written(READ, GlobalAveragePool(name="mean")), Neuron("mean", 3)),
    "block of steps": (
        written(Residual((LayerNorm(name="norm"), READ), name="block")),
        Neuron("block", 9),
    ),
    "softmax hidden": (
        iris(Dense(name="dense_1", units=3, activation=Softmax())),
        Neuron("dense_1", 1),
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("probe", [True, False])
def test_every_kind_of_place_is_told_with_and_without_a_probe(opened, qapp, case, probe):
    experiment, neuron = CASES[case]
    session, inspector = opened(experiment, 0 if probe else None)
    for section in ("chain", "jacobian", "surgery"):
        unfold(inspector, section)
    session.attention.select(neuron)
    assert inspector.report.neuron == neuron
    assert len(inspector.text().splitlines()) > 2
    inspector.grab()
    shown = [section for section in inspector.body.sections if not section.isHidden()]
    assert len(shown) >= 2


def test_a_layer_without_weights_says_what_it_does(opened):
    experiment, neuron = CASES["batch norm"]
    session, inspector = opened(experiment, 3)
    session.attention.select(neuron)
    assert inspector.body.plain.caption.startswith("y = scale · n + shift")
    shown = cells(inspector, "plainTable")
    assert shown["running variance"] == "1.00"
    assert inspector.body.sum.isHidden()
    assert inspector.body.surgery.isHidden()
    session.attention.select(Neuron("input", 0))
    assert cells(inspector, "plainTable").keys() == {"raw value", "x, as the network sees it"}


def test_a_point_without_a_wanted_value_is_told_so(opened):
    session, inspector = opened(preset("bumps"))
    session.set_probe(Probe(np.array([0.1, 0.2], np.float32), "A point"))
    session.attention.select(Neuron("dense_1", 0))
    assert inspector.report.loss is None
    assert "pick an example" in inspector.body.slopes.caption
    assert not inspector.findChild(QComboBox, "targetBox").isEnabled()
    assert "–" in inspector.text()


def test_diverged_weights_are_shown_and_nothing_breaks(opened):
    session, inspector = opened(preset("article-digits"), 0)
    for section in ("chain", "jacobian", "surgery"):
        unfold(inspector, section)
    for bad in (np.nan, np.inf, -np.inf, 1e300):
        session.model.network.parameters.fill(bad)
        for neuron in (Neuron("input", 1), Neuron("dense_1", 1), Neuron("output", 3)):
            session.attention.select(neuron)
            inspector.refresh()
            inspector.grab()
            assert inspector.text()
    session.model.network.parameters.fill(np.nan)
    session.attention.select(Neuron("dense_1", 1))
    inspector.refresh()
    assert cells(inspector, "activationTable")["a = f(z)"] == "not a number"


def test_it_follows_training_without_moving(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 3))
    seen = set()
    heights = set()

    def watch(_reading):
        seen.add(inspector.report.told.sum.z)
        heights.add(inspector.body.sizeHint().height())

    inspector.body.exciting.heading.setChecked(False)
    session.reading_changed.connect(watch)
    session.toggle_training()
    qtbot.waitUntil(lambda: len(seen) > 5)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)
    session.reading_changed.disconnect(watch)
    assert len(heights) == 1
    z = session.reading.traces[0].z[3, 0]
    assert inspector.report.told.sum.z == z


def test_while_it_trains_scrolling_brings_a_section_up_to_date(opened, qtbot):
    session, inspector = opened(preset("article-iris"), 0)
    inspector.resize(290, 300)
    session.attention.select(Neuron("dense_1", 3))
    session.state = RunState.RUNNING
    inspector.refresh()
    outgoing = table(inspector, "outgoingTable")
    stale = outgoing.rows
    session.model.network.parameters *= 2
    inspector.refresh()
    assert outgoing.rows == stale
    bar = inspector.findChild(QScrollArea, "inspectorScroll").verticalScrollBar()
    bar.setValue(bar.maximum())
    inspector.findChild(QScrollArea, "inspectorScroll").ensureWidgetVisible(outgoing)
    qtbot.waitUntil(lambda: outgoing.rows != stale)
    inspector.resize(290, 1500)
    session.state = RunState.PAUSED
    inspector.refresh()
    shown = float(outgoing.rows[1].cells[0].replace("−", "-"))
    weights = session.model.network.views()["dense_2.weights"][:, 3]
    assert abs(shown) == pytest.approx(np.abs(weights).max(), rel=1e-2)


def test_another_number_of_outputs_is_taken_without_a_slip(opened, qtbot):
    session, inspector = opened(preset("circles"), 0)
    session.attention.select(Neuron("dense_1", 1))
    for activation, outputs in ((Softmax(), 2), (Sigmoid(), 1)):
        session.step_batch()
        qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.step > 0)
        assert session.change("output.activation", activation)
        qtbot.waitUntil(
            lambda n=outputs: session.reading is not None and len(session.reading.outputs) == n
        )
        assert len(inspector.report.links[0].factors) == outputs
        assert inspector.report.loss is not None


def test_the_wheel_scrolls_past_the_digits(opened, qtbot, qapp):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("dense_1", 1))
    box = inspector.findChild(QSpinBox, "digitsBox")
    box.clearFocus()
    center = QPointF(box.rect().center())
    turn = QWheelEvent(
        center, box.mapToGlobal(center), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    qapp.sendEvent(box, turn)
    assert box.value() == 3


def test_hidden_it_computes_nothing(opened):
    session, inspector = opened(iris(), 0)
    inspector.hide()
    session.attention.select(Neuron("dense_1", 3))
    assert inspector.report is None
    inspector.show()
    assert inspector.report.neuron == Neuron("dense_1", 3)


def test_a_new_loss_is_taken_at_once(opened, qtbot):
    session, inspector = opened(iris(), 0)
    session.attention.select(Neuron("output", 0))
    report = inspector.report
    assert report.grad_z == pytest.approx(report.a - report.wanted)
    assert session.change("training.loss", MeanSquaredError())
    qtbot.waitUntil(lambda: session.model is not None)
    inspector.refresh()
    assert inspector.report.grad_a == pytest.approx(report.a - report.wanted)


@pytest.mark.parametrize("width", [240, 270, 300])
@pytest.mark.parametrize("digits", [1, 3, 10])
def test_no_number_is_cut_off(opened, width, digits):
    session, inspector = opened(iris(), 0)
    inspector.resize(width, 900)
    for section in ("chain", "jacobian", "surgery"):
        unfold(inspector, section)
    inspector.findChild(QSpinBox, "digitsBox").setValue(digits)
    for neuron in (Neuron("dense_1", 2), Neuron("output", 0)):
        session.attention.select(neuron)
        assert inspector.width() == width
        for shown in inspector.body.findChildren(RowTable):
            if not shown.isVisible():
                continue
            metrics = QFontMetricsF(ui_font(SMALL_PX))
            for row in shown.rows:
                for text in row.cells:
                    assert metrics.horizontalAdvance(text) <= shown.width(), text


def test_every_control_has_a_spoken_name(opened):
    session, inspector = opened(preset("article-digits"), 0)
    session.attention.select(Neuron("dense_1", 0))
    unfold(inspector, "surgery")
    kinds = (QAbstractButton, QComboBox, QSpinBox, RowTable)
    controls = [widget for kind in kinds for widget in inspector.findChildren(kind)]
    controls += [inspector.findChild(QLineEdit, name) for name in ("biasEdit", "weightEdit")]
    for widget in controls:
        if widget.objectName() and not widget.objectName().startswith("qt_"):
            assert widget.accessibleName(), widget.objectName()


def test_an_output_says_that_its_loss_needs_no_clipping(opened):
    session, inspector = opened(iris(), 5)
    session.attention.select(Neuron("output", 0))
    assert "nothing is clipped" in inspector.body.slopes.caption
    session.attention.select(Neuron("dense_1", 0))
    assert "clipped" not in inspector.body.slopes.caption


SEEING = Experiment(
    data=DataSettings(name="digits", test_fraction=0.9),
    layers=(
        Conv2D(4, name="conv2d_1"),
        MaxPool(name="max_pool_1"),
        Conv2D(16, 3, name="conv2d_2", padding="valid"),
        Conv2D(3, 2, name="conv2d_3"),
        Flatten(name="flatten_1"),
    ),
    training=FOREVER,
)
PIXEL = Neuron("conv2d_2", 6 * 4 + 2 + 1)
"""Map 7, row 2, column 2, of the second convolution of :data:`SEEING`."""


def test_a_pixel_of_a_map_is_told_map_by_map_and_one_map_in_numbers(opened, qtbot):
    session, inspector = opened(SEEING, 3)
    session.attention.select(PIXEL)
    assert inspector.title.whole_text() == "Conv 2 · map 7"
    assert inspector.place.whole_text() == "Row 2, column 2 · sees 7×7 of the input"
    lines, told = inspector.body.patch.table.lines, inspector.report.told.sum
    assert [line.name for line in lines] == ["map 1", "map 2", "map 3", "map 4"]
    terms = told.terms.reshape(4, 3, 3)
    for line, map_terms in zip(lines, terms, strict=True):
        assert float(line.text.replace("−", "-")) == pytest.approx(map_terms.sum(), abs=0.006)
    shown = cells(inspector, "patchSumTable")
    assert next(iter(shown)) in ("rounding", "sum of the 4 maps")
    assert float(shown["z"].replace("−", "-")) == pytest.approx(told.z, abs=0.006)
    assert inspector.body.sum.isHidden()
    assert "Weighted sum: z = Σ patch · kernel + b" in inspector.text()

    table, grids = inspector.body.patch.table, inspector.body.patch.grids
    place = table.visualRect(table.model().index(2, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert inspector.body.patch.worked.text() == "Map 3 of Max pool 1, worked out"
    assert [grid.title for grid in grids.grids] == ["patch", "kernel", "products"]
    for grid, values in zip(grids.grids, (told.inputs, told.weights, told.terms), strict=True):
        np.testing.assert_array_equal(grid.values, values.reshape(4, 3, 3)[2])
    assert grids.sentence(Cell(0, 1, 2)).startswith("Max pool 1 · 3 (3, 4): ")
    assert grids.sentence(Cell(1, 1, 2)).startswith("w in row 2, column 3 of the kernel: ")


def test_the_maps_are_walked_with_the_arrow_keys(opened, qtbot):
    session, inspector = opened(SEEING, 3)
    session.attention.select(PIXEL)
    table = inspector.body.patch.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert inspector.body.patch.worked.text() == "Map 2 of Max pool 1, worked out"


def test_of_many_maps_the_strongest_have_a_row_and_the_lines_add_up(opened):
    session, inspector = opened(SEEING, 3)
    session.attention.select(Neuron("conv2d_3", 0))
    lines = inspector.body.patch.table.lines
    assert len(lines) == 12
    inspector.body.patch.table.map_chosen.emit(15)
    assert inspector.body.patch.table.lines[-1].name == "map 16"
    for digits in range(1, 11):
        inspector.findChild(QSpinBox, "digitsBox").setValue(digits)
        rest = [(row.name, row.cells[0]) for row in table(inspector, "patchSumTable").rows]
        names = [name for name, _ in rest if name != "rounding"]
        assert names == ["4 more maps", "sum of the 16 maps", "bias b", "z"]
        amounts = [Decimal(text.replace("−", "-")) for _, text in rest]
        maps = [Decimal(line.text.replace("−", "-")) for line in inspector.body.patch.table.lines]
        whole = [name for name, _ in rest].index("sum of the 16 maps")
        assert sum(maps) + sum(amounts[:whole]) == amounts[whole]
        assert sum(amounts[whole:-1]) == amounts[-1]


def test_a_click_in_the_numbers_goes_to_the_pixel_or_to_the_weight(opened, qtbot):
    session, inspector = opened(SEEING, 3)
    session.attention.select(PIXEL)
    grids = inspector.body.patch.grids
    qtbot.mouseClick(
        grids.viewport(), Qt.MouseButton.LeftButton, pos=grids.cell_rect(Cell(1, 2, 0)).center()
    )
    surgery = inspector.body.surgery
    assert surgery.is_unfolded
    assert surgery.heading.text() == "Edit this map"
    assert surgery.source.currentText() == "map 1, row 3, column 1"
    edit = inspector.findChild(QLineEdit, "weightEdit")
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    edit.selectAll()
    qtbot.keyClicks(edit, "0.25")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: session.model.network.views()["conv2d_2.weights"][6, 0, 2, 0] == np.float32(0.25)
    )
    assert session.past.undo_title == "Set row 3, column 1 of kernel 1 → 7 of Conv 2 to 0.25"
    qtbot.mouseClick(
        grids.viewport(), Qt.MouseButton.LeftButton, pos=grids.cell_rect(Cell(0, 2, 0)).center()
    )
    assert session.attention.selected == Neuron("max_pool_1", 3 * 4 + 1)


def test_the_whole_map_is_silenced_and_frozen(opened, qtbot):
    session, inspector = opened(SEEING, 3)
    session.attention.select(PIXEL)
    silence = inspector.findChild(QAbstractButton, "silenceNeuronButton")
    assert silence.text() == "Silence map"
    assert inspector.minimumSizeHint().width() <= 240
    qtbot.mouseClick(silence, Qt.MouseButton.LeftButton)
    assert session.experiment.layers[2].silenced == "6"
    assert session.past.undo_title == "Silence map 7 of Conv 2"
    qtbot.waitUntil(lambda: inspector.report is not None and inspector.report.told.silenced)
    assert inspector.title.whole_text() == "Conv 2 · map 7 (silenced)"
    qtbot.mouseClick(
        inspector.findChild(QAbstractButton, "freezeNeuronButton"), Qt.MouseButton.LeftButton
    )
    assert session.experiment.layers[2].frozen == "6"
    assert session.past.undo_title == "Freeze map 7 of Conv 2"
    session.past.undo()
    session.past.undo()
    assert session.experiment == SEEING


def test_a_pool_shows_its_square_with_the_largest_marked(opened, qtbot):
    session, inspector = opened(SEEING, 3)
    session.attention.select(Neuron("max_pool_1", 16 + 5))
    (square,) = inspector.body.pooled.grids
    assert square.title == "2×2 of Conv 1"
    assert square.values[square.taken] == square.values.max()
    assert inspector.buttons.isHidden()
    place = inspector.body.pooled.cell_rect(Cell(0, *square.taken)).center()
    taken = square.taken
    qtbot.mouseClick(inspector.body.pooled.viewport(), Qt.MouseButton.LeftButton, pos=place)
    expected = Neuron("conv2d_1", 64 + (2 + taken[0]) * 8 + 2 + taken[1])
    assert session.attention.selected == expected


def test_a_dense_layer_behind_maps_names_their_pixels_and_shows_weights_map_by_map(opened, qtbot):
    session, inspector = opened(SEEING, 3)
    session.attention.select(Neuron("output", 1))
    names = [row.name for row in table(inspector, "sumTable").rows if row.link is not None]
    assert all(re.fullmatch(r"Flatten 1 · [123] \([12], [12]\)", name) for name in names)
    unfold(inspector, "picture")
    picture = inspector.body.pixels
    assert [(block.rows, block.columns) for block in picture.blocks] == [(2, 2)] * 3
    weight = session.model.network.views()["output.weights"][1, 2 * 4 + 2]
    told = picture.sentence(Cell(2, 1, 0))
    assert told == f"Conv 3 · 3 (2, 1): w = {Figures(3).write(float(weight))}"
    place = picture.cell_rect(Cell(2, 1, 0)).center()
    qtbot.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.attention.selected == Neuron("conv2d_3", 2 * 4 + 2)
    assert inspector.title.whole_text() == "Conv 3 · map 3"


def test_a_click_on_a_step_works_out_how_much_a_head_looks_there(opened, qtbot):
    experiment, neuron = CASES["attention"]
    session, inspector = opened(experiment, 0)
    session.attention.select(neuron)
    section, looks = inspector.body.attention, inspector.report.told.looks
    assert section.caption.endswith("from step 4.")
    for head, step in ((1, 5), (0, 2)):
        place = section.shares.cell_rect(Cell(0, head, step)).center()
        qtbot.mouseClick(section.shares.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert (
            section.worked.text() == f"Head {head + 1} from step 4 at step {step + 1}, worked out"
        )
        query, key, products = (grid.values[:, 0] for grid in section.grids.grids)
        assert (products == query * key).all()
        scores = looks.keys[head] @ looks.queries[head] / 2
        shown = {row.name: row.cells[-1] for row in section.sums.rows}
        write = Figures(DIGITS).write
        assert shown["Σ q·k"] == write(products.sum())
        assert shown["s = Σ q·k / √4"] == write(scores[step])
        assert shown["share"] == write(np.exp(scores[step]) / np.exp(scores).sum())
    session.attention.select(Neuron("read", 0))
    assert section.isHidden()
