"""One step in slow motion: begin, go through it, click a number, take it, and be told the truth."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.slow_step import walk
from playground.data.dataset import Dataset
from playground.data.kinds import Pictures
from playground.data.preparation import prepare
from playground.data.tasks import Classification
from playground.gui.lenses.step.step_lens import StepThroughLens
from playground.gui.lenses.step.walker import ONE_BY_ONE
from playground.gui.look import theme
from playground.gui.session.probe import example_probe
from playground.gui.session.run_state import RunState
from playground.nn.layers import BatchNorm, Dense, Dropout, Flatten
from playground.training.experiment import Experiment, Training
from playground.training.presets import preset
from playground.training.trainer import Trainer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def begun(session, qtbot, keep):
    """Return a function that opens an experiment and begins to walk through its next step."""

    def begin(experiment, size=(800, 520)):
        session.open(experiment)
        qtbot.waitUntil(lambda: session.snapshot is not None)
        lens = StepThroughLens(session)
        lens.resize(*size)
        keep(lens)
        lens.set_in_view(True)
        start(qtbot, lens)
        return lens

    return begin


def start(qtbot, lens):
    before = lens.slow_step
    qtbot.mouseClick(lens.controls.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lens.slow_step is not None and lens.slow_step is not before)


def text(lens, name):
    return lens.findChild(QLabel, name).text()


def go_to(lens, label):
    labels = [stage.label for stage in lens.slow_step.stages]
    lens.go_to(labels.index(label))


def click_entry(qtbot, lens, index, row, column):
    strip = lens.page.strip
    qtbot.waitUntil(lambda: strip.height() == strip.heightForWidth(strip.width()))
    cell = strip.shown[index].entry_rect(row, column)
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())


def test_before_it_has_begun_it_says_what_it_will_do(session, keep):
    lens = keep(StepThroughLens(session))
    assert "without making it" in text(lens, "stepIntro")
    assert lens.findChild(QLabel, "stepIntro").isVisible()
    controls = lens.controls
    for control in (controls.back, controls.forward, controls.play, controls.take):
        assert not control.isEnabled()
    assert controls.begin.isEnabled()


def test_every_control_has_a_name_to_find_and_a_name_to_speak(session, keep):
    lens = keep(StepThroughLens(session))
    controls = lens.controls
    names = {
        control.objectName()
        for control in (
            *(controls.source, controls.begin, controls.back, controls.forward, controls.play),
            *(controls.speed, controls.take, controls.by_neuron, controls.example),
        )
        if control.accessibleName() and control.toolTip()
    }
    assert names == {
        *("stepSourceBox", "beginStepButton", "stepBackButton", "stepNextButton"),
        *("stepPlayButton", "stepSpeedSlider", "takeStepButton", "stepNeuronCheck"),
        "stepExampleBox",
    }


def test_next_and_back_go_through_the_stages_with_formula_and_numbers(begun, qtbot):
    lens = begun(preset("article-xor").experiment)
    assert lens.stage.phase == "batch"
    qtbot.mouseClick(lens.controls.forward, Qt.MouseButton.LeftButton)
    assert text(lens, "stepFormula") == "Z1 = W1·X + b1"
    assert text(lens, "stepShapes") == "(2, 2)·(2, 1) + (2, 1) → (2, 1)"
    assert text(lens, "stepArithmetic").startswith("z₁ = w₁,₁·x₁ + w₁,₂·x₂ + b₁\n= ")
    qtbot.mouseClick(lens.controls.forward, Qt.MouseButton.LeftButton)
    assert lens.stage.label == "A1"
    qtbot.mouseClick(lens.controls.back, Qt.MouseButton.LeftButton)
    assert lens.stage.label == "Z1"


def test_arrow_keys_home_end_and_space_walk_too(begun, qtbot):
    lens = begun(preset("article-xor").experiment)
    qtbot.keyClick(lens.page, Qt.Key.Key_Right)
    assert lens.stage.label == "Z1"
    qtbot.keyClick(lens.page, Qt.Key.Key_End)
    assert lens.stage.phase == "outcome"
    qtbot.keyClick(lens.stages, Qt.Key.Key_Left)
    assert lens.stage.label == "b2′"
    qtbot.keyClick(lens.page, Qt.Key.Key_Home)
    assert lens.stage.phase == "batch"
    qtbot.keyClick(lens.page, Qt.Key.Key_Space)
    assert lens.controls.play.text() == "Pause"
    qtbot.keyClick(lens.page, Qt.Key.Key_Space)
    assert lens.controls.play.text() == "Play"


def test_play_goes_on_by_itself_and_stops_at_the_end(begun, qtbot):
    lens = begun(preset("article-xor").experiment)
    lens.controls.speed.setValue(lens.controls.speed.maximum())
    lens.go_to(len(lens.slow_step.stages) - 3)
    qtbot.mouseClick(lens.controls.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lens.stage.phase == "outcome")
    assert lens.controls.play.text() == "Play"


def test_a_click_in_the_list_shows_that_stage(begun, qtbot):
    lens = begun(preset("article-iris").experiment)
    stages = lens.stages
    item = next(
        stages.item(row)
        for row in range(stages.count())
        if stages.item(row).text().strip() == "dW3"
    )
    stages.scrollToItem(item)
    qtbot.mouseClick(
        stages.viewport(), Qt.MouseButton.LeftButton, pos=stages.visualItemRect(item).center()
    )
    assert lens.stage.label == "dW3"
    assert text(lens, "stepFormula") == "dW3 = dZ3·A2ᵀ / m"


def test_a_clicked_number_is_worked_out_and_its_neuron_selected(begun, qtbot, session):
    lens = begun(preset("article-iris").experiment, size=(800, 900))
    go_to(lens, "Z1")
    click_entry(qtbot, lens, 3, 7, 4)
    assert text(lens, "stepEntry") == "Neuron 8, example 5"
    assert text(lens, "stepArithmetic").startswith("z₈ = w₈,₁·x₁")
    assert lens.controls.example.value() == 5
    assert session.attention.selected == Neuron("dense_1", 7)
    # A click in an input's column chooses its example.
    click_entry(qtbot, lens, 1, 2, 0)
    assert text(lens, "stepEntry") == "Neuron 8, example 1"
    assert session.attention.selected == Neuron("input", 2)


def test_a_neuron_selected_elsewhere_is_worked_out(begun, session):
    lens = begun(preset("article-iris").experiment)
    go_to(lens, "A2")
    session.attention.select(Neuron("dense_2", 3))
    assert text(lens, "stepEntry") == "Neuron 4, example 1"


def test_the_example_box_chooses_the_column(begun, qtbot):
    lens = begun(preset("article-iris").experiment)
    go_to(lens, "L")
    lens.controls.example.setFocus()
    qtbot.keyClick(lens.controls.example, Qt.Key.Key_Up)
    assert text(lens, "stepEntry") == "Example 2"


def test_neuron_by_neuron_reveals_a_row_at_a_time(begun, qtbot):
    lens = begun(preset("article-iris").experiment)
    go_to(lens, "Z3")
    qtbot.mouseClick(lens.controls.by_neuron, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    assert lens.controls.by_neuron.isChecked()
    entries = [text(lens, "stepEntry")]
    assert "not computed yet" in lens.page.strip.describe(3, 2, 0)
    for _ in range(2):
        lens.go_on()
        entries.append(text(lens, "stepEntry"))
    assert entries == [f"Neuron {unit}, example 1" for unit in (1, 2, 3)]
    assert "not computed yet" not in lens.page.strip.describe(3, 2, 0)
    lens.go_on()
    assert lens.stage.label == "A3"
    lens.go_back()
    assert lens.stage.label == "Z3"


def test_a_large_layer_is_told_by_its_first_neurons_and_then_at_once(begun):
    lens = begun(preset("digits-small").experiment)
    lens.controls.by_neuron.setChecked(True)
    go_to(lens, "Z1")
    for _ in range(ONE_BY_ONE - 1):
        lens.go_on()
    assert "not computed yet" in lens.page.strip.describe(3, ONE_BY_ONE, 0)
    lens.go_on()
    assert text(lens, "stepEntry").startswith("Neuron 256")
    assert "not computed yet" not in lens.page.strip.describe(3, ONE_BY_ONE, 0)
    lens.go_back()
    assert text(lens, "stepEntry").startswith(f"Neuron {ONE_BY_ONE},")


def test_arrow_keys_walk_whichever_button_has_the_focus(begun, qtbot):
    lens = begun(preset("article-xor").experiment)
    for control in (lens.controls.forward, lens.controls.take, lens.controls.by_neuron):
        before = lens.stage
        control.setFocus()
        qtbot.keyClick(control, Qt.Key.Key_Right)
        assert lens.stage is not before
        qtbot.keyClick(control, Qt.Key.Key_Left)
        assert lens.stage is before


def test_taking_the_step_is_the_ordinary_step(begun, qtbot, session):
    experiment = preset("digits-small").experiment
    lens = begun(experiment)
    lens.go_to(len(lens.slow_step.stages) - 1)
    before = session.snapshot
    qtbot.mouseClick(lens.controls.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.snapshot.step == before.step + 1)
    assert "You have taken the step" in text(lens, "stepMessage")
    assert not lens.controls.take.isEnabled()
    assert lens.controls.begin.text() == "Next step"

    ordinary = Trainer(experiment)
    start_of_ordinary = ordinary.next_step()
    ordinary.take(start_of_ordinary)
    assert session.snapshot.parameters.tobytes() == ordinary.network.parameters.tobytes()

    start(qtbot, lens)
    assert lens.stage.phase == "batch"
    assert lens.slow_step.start.batch == start_of_ordinary.batch + 1
    assert lens.controls.take.isEnabled()
    assert not lens.findChild(QLabel, "stepMessage").isVisible()


def test_beginning_pauses_training(begun, qtbot, session):
    lens = begun(preset("article-iris").experiment)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    start(qtbot, lens)
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)


def test_training_that_went_on_is_told_calmly_and_the_step_cannot_be_taken(begun, qtbot, session):
    lens = begun(preset("article-iris").experiment)
    session.step_epoch()
    qtbot.waitUntil(lambda: session.snapshot.epoch == 1)
    qtbot.waitUntil(lambda: lens.findChild(QLabel, "stepMessage").isVisible())
    assert "have changed since" in text(lens, "stepMessage")
    assert not lens.controls.take.isEnabled()
    assert lens.controls.forward.isEnabled()
    start(qtbot, lens)
    assert lens.controls.take.isEnabled()


def test_the_probe_alone_makes_a_batch_of_one(begun, qtbot, session):
    lens = begun(preset("article-iris").experiment)
    lens.controls.source.setCurrentIndex(1)
    qtbot.mouseClick(lens.controls.begin, Qt.MouseButton.LeftButton)
    assert "no example with a known answer" in text(lens, "stepMessage")
    session.set_probe(example_probe(session.prepared, 3))
    start(qtbot, lens)
    assert text(lens, "stepTitle") == "The current example"
    assert lens.slow_step.start.rows.shape == (1, 4)
    np.testing.assert_allclose(
        next(matrix for matrix in lens.stage.matrices if matrix.symbol == "X").values[:, 0],
        session.prepared.normalization.apply(session.probe.inputs),
        rtol=1e-6,
    )
    before = session.snapshot.step
    lens.take()
    qtbot.waitUntil(lambda: session.snapshot.step == before + 1)


def test_other_data_ends_the_walk(begun, session, qtbot):
    lens = begun(preset("article-iris").experiment)
    session.open(preset("plane-field").experiment)
    assert lens.slow_step is None
    assert lens.findChild(QLabel, "stepIntro").isVisible()
    qtbot.waitUntil(lambda: session.snapshot is not None)


@pytest.mark.parametrize(
    "name",
    ["article-neuron", "article-xor", "article-iris", "digits-small", "plane-field", "circles"],
)
@pytest.mark.parametrize("mode", ["dark", "light"])
def test_every_stage_of_every_kind_of_network_paints(begun, qapp, name, mode):
    theme.apply(qapp, mode)
    experiment = preset(name).experiment
    if name == "digits-small":
        experiment = dataclasses.replace(
            experiment,
            layers=(
                Flatten(name="flat"),
                Dense(name="one", units=1, dropout=0.2, frozen="0"),
                BatchNorm(name="norm"),
                Dropout(name="drop", rate=0.3),
                Dense(name="two", units=30, silenced="3"),
            ),
            training=dataclasses.replace(experiment.training, l1=0.001, l2=0.01, clip_norm=0.5),
        )
    lens = begun(experiment, size=(540, 330))
    for index in range(len(lens.slow_step.stages)):
        lens.go_to(index)
        assert not lens.grab().isNull()
    lens.resize(330, 400)
    assert lens.width() == 330
    assert isinstance(lens.grab(), QPixmap)


def test_a_large_network_is_shown_in_parts(session, keep):
    rng = np.random.default_rng(0)
    dataset = Dataset(
        name="noise", title="Noise", kind=Pictures(), task=Classification(),
        inputs=rng.random((80, 784), dtype=np.float32),
        targets=np.arange(80) % 10, input_shape=(1, 28, 28),
        class_names=tuple("0123456789"), feature_names=tuple(f"p{i}" for i in range(784)),
        value_range=(0.0, 1.0), source="made here", licence="none", description="Noise.",
    )  # fmt: skip
    experiment = Experiment(
        layers=(Dense(name="one", units=512), Dense(name="two", units=512)),
        training=Training(batch_size=32),
    )
    trainer = Trainer(experiment, prepare(dataset, test_fraction=0.2, standardize=False, seed=0))
    slow = walk(trainer.next_step(), dataset)
    lens = keep(StepThroughLens(session))
    lens.resize(800, 520)
    lens._start = slow.start
    lens.on_answer("walk", dataclasses.make_dataclass("A", ["error", "value"])("", slow))
    go_to(lens, "Z2")
    shown = lens.page.strip.shown[0]
    assert shown.cells.rows < 512
    assert shown.cells.columns < 512
    lens._on_entry_clicked(0, 500, 0)
    shown = lens.page.strip.shown[0]
    assert 500 in shown.rows
    assert lens.page.strip.width() >= max(shown.area.right() for shown in lens.page.strip.shown)
