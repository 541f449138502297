"""A layer kind of one's own is one class and its running layer: everything else asks them."""

import dataclasses
import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from playground import fields
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import neuron_report
from playground.analysis.slow_step import walk
from playground.analysis.weights.diagram_links import joints
from playground.errors import ShapeError
from playground.nn.activations import Softmax, Tanh
from playground.nn.arrays import with_ones
from playground.nn.explain.explanation import Explanation
from playground.nn.explain.face import Face, Link
from playground.nn.explain.stage import EXAMPLE, NEURON, ONE, Matrix, Stage
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.gradient_check import check_tensors
from playground.nn.layers import LAYERS, Dense, LayerPass, ParameterSpec, Residual, RunningLayer
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.network import Network
from playground.nn.optimizers import OPTIMIZERS
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.model import Model
from playground.training.trainer import Pulse, Trainer


@dataclass(frozen=True)
class Gain:
    """Multiplies what it gets by one learned number: y = g·x."""

    kind: ClassVar[str] = "gain"
    title: ClassVar[str] = "Gain"
    use: ClassVar[str] = "Makes everything louder or quieter alike."

    name: str = fields.text("", "Name", "What you call this layer.")
    start: float = fields.number(1.0, "Start", "What it multiplies by at first.", low=-9, high=9)

    def __post_init__(self) -> None:
        fields.check(self)

    def output_shape(self, input_shape):
        return input_shape

    def parameters(self, input_shape):
        return (ParameterSpec("gain", "g", (1,), "scale"),)

    def multiply_adds(self, input_shape):
        return math.prod(input_shape)

    def build(self, input_shape):
        return GainLayer(self, input_shape)


class GainLayer(RunningLayer):
    """The gain at work."""

    def initialize(self, rng):
        self.views()["gain"].fill(self.settings.start)

    def prepare(self, inputs, grad_inputs, mode):
        x, g, grad_g = inputs[:-1], self._parameters, self._gradient
        output = with_ones(*x.shape, inputs.dtype)
        done = LayerPass(output, None, [lambda: np.multiply(x, g, out=output[:-1])])
        if mode.goes_back:
            grad = done.grad_output = np.empty_like(x)
            done.backward.append(lambda: np.sum(grad * x, out=grad_g[0, ...]))
            if grad_inputs is not None:
                done.backward.append(lambda: np.multiply(grad, g, out=grad_inputs))
        return done

    def explain(self, done, symbols):
        n, source = symbols.number("G"), symbols.of(done.source)
        g = done.tensors["gain"][:, np.newaxis]
        forward = Stage(
            "forward", done.name, f"G{n}", f"{done.name}: multiplied", f"G{n} = g{n}·{source}",
            "", "Every number is multiplied by one and the same.", "Multiplied.",
            (
                Matrix(source, "inputs", done.inputs, NEURON, EXAMPLE, done.source),
                Matrix(f"g{n}", "the factor", g, ONE, ONE),
                Matrix(f"G{n}", "outputs", done.a, NEURON, EXAMPLE, done.name),
            ),
            lambda row, column: (f"{g[0, 0]:.4g}·{done.inputs[row, column]:.4g}",),
        )  # fmt: skip
        backward = Stage(
            "backward", done.name, f"dg{n}", f"{done.name}: slope", f"dg{n} = Σ dG{n} ∘ {source}",
            "", "The factor meets every number.", "One slope.",
            (
                Matrix(f"dG{n}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, done.name),
                Matrix(f"dg{n}", "∂L/∂g", done.gradients["gain"][:, np.newaxis], ONE, ONE),
            ),
            lambda row, column: ("Σ",),
        )  # fmt: skip
        return Explanation(f"G{n}", (forward,), (backward,), {"gain": f"g{n}"})

    def inspect(self, done, unit):
        g, x = float(done.tensors["gain"][0]), number_at(done.inputs, unit)
        return UnitReport(
            "y = g · x",
            (
                Figure("x, what came", x),
                Figure("g", g),
                Figure("y, handed on", number_at(done.a, unit), total=True),
                Figure("∂L/∂x = ∂L/∂y · g", number_at(done.grad_inputs, unit)),
            ),
        )

    def face(self):
        return Face((Link(self.source, "gain"),))


@pytest.fixture(autouse=True)
def gain():
    with LAYERS.with_member(Gain):
        yield
    assert "gain" not in LAYERS


@pytest.fixture
def experiment():
    return Experiment(
        data=DataSettings(name="iris"),
        layers=(
            Dense(5, Tanh(), name="before"),
            Gain(name="louder", start=1.5),
            Residual(
                (Gain(name="inside", start=-0.5), Dense(5, Tanh(), name="behind")), name="block"
            ),
        ),
        training=Training(learning_rate=0.01, batch_size=8, stopping=Stopping(epochs=None)),
    )


def test_its_gradient_is_the_slope_of_the_loss(experiment):
    rng = np.random.default_rng(0)
    layers = (*experiment.layers, Dense(3, Softmax(), name="output"))
    network = Network((4,), layers, seed=1, dtype=np.float64)
    inputs, targets = rng.normal(size=(4, 9)), np.eye(3)[rng.integers(0, 3, 9)].T
    checks = check_tensors(network, CategoricalCrossEntropy(), inputs, targets, rng=rng)
    assert "louder.gain" in {check.name for check in checks}
    assert max(check.relative_error for check in checks) < 1e-6


@pytest.mark.parametrize("lacking", ["explain", "inspect", "face"])
def test_a_kind_that_is_silent_about_itself_cannot_be_built(lacking):
    silent = type("SilentLayer", (GainLayer,), {lacking: getattr(RunningLayer, lacking)})

    @dataclass(frozen=True)
    class Silent(Gain):
        def build(self, input_shape):
            return silent(self, input_shape)

    with pytest.raises(ShapeError, match=f"cannot be built: every kind .* lacks {lacking}"):
        Network((4,), (Silent(name="mute"), Dense(3, name="output")))


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS), ids=lambda kind: kind.kind)
def test_a_step_that_is_walked_through_ends_where_an_ordinary_one_ends(experiment, optimizer):
    experiment = fields.replace_at(experiment, "training.optimizer", optimizer())
    walked, ordinary = Trainer(experiment), Trainer(experiment)
    for trainer in (walked, ordinary):
        steps = (pulse for pulse in trainer.run() if pulse is not Pulse.PREPARED)
        for _ in range(3):
            next(steps)
    start = walked.next_step()
    slow = walk(start, walked.prepared.dataset)
    walked.take(start)
    ordinary.take(ordinary.next_step())
    here, there = walked.next_step(), ordinary.next_step()
    for name in ("parameters", "moments", "rows"):
        assert getattr(here, name).tobytes() == getattr(there, name).tobytes()
    assert np.allclose(slow.parameters, walked.network.parameters, rtol=1e-3, atol=2e-4)
    labels = [stage.label for stage in slow.stages]
    assert labels.index("A1") < labels.index("G1") < labels.index("G2") < labels.index("A2")
    assert labels.index("dg2") < labels.index("dg1") < labels.index("dW1") < labels.index("g1′")
    assert slow.stages[labels.index("G1")].formula == "G1 = g1·A1"


def test_slopes_before_and_behind_it_are_those_of_the_chain_rule(experiment):
    experiment = dataclasses.replace(experiment, layers=experiment.layers[:2])
    trainer = Trainer(experiment)
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    row, target = trainer.prepared.dataset.inputs[3], np.array([0.0, 0.0, 1.0])
    views = model.network.views()
    x = np.asarray(model.normalization.apply(row[np.newaxis])[0], np.float64)
    z = views["before.weights"] @ x + views["before.biases"]
    a, g = np.tanh(z), float(views["louder.gain"][0])
    scores = views["output.weights"] @ (g * a) + views["output.biases"]
    shares = np.exp(scores) / np.exp(scores).sum()
    grad_y = views["output.weights"].T @ (shares - target)
    for unit in range(5):
        told = neuron_report(model, Neuron("louder", unit), row, target)
        assert [figure.value for figure in told.told.figures] == pytest.approx(
            [a[unit], g, g * a[unit], grad_y[unit] * g], rel=1e-9
        )
        before = neuron_report(model, Neuron("before", unit), row, target)
        (links,) = before.links
        assert links.layer == "louder"
        assert links.factors[0] == pytest.approx(g, rel=1e-12)
        assert before.grad_a == pytest.approx(grad_y[unit] * g, rel=1e-9)
        assert before.grad_z == pytest.approx(grad_y[unit] * g * (1 - a[unit] ** 2), rel=1e-9)


def test_a_network_with_it_grows_where_it_need_not_say_how(experiment):
    trainer = Trainer(experiment)
    for _ in range(20):
        next(trainer.run())
    inside = "layers.2.layers"
    wider = fields.replace_at(experiment, f"{inside}.1.units", 8)
    carried = trainer.edit(wider, preserving=True)
    assert carried.added == ("3 neurons to behind by splitting",)
    carried = trainer.edit(fields.replace_at(wider, "layers.0.units", 7), preserving=True)
    assert carried.reason == ("Gain has no rule by which louder could go on among more neurons.")
    added = (*trainer.experiment.layers, Gain(name="new"))
    carried = trainer.edit(dataclasses.replace(trainer.experiment, layers=added), preserving=True)
    assert carried.reason == (
        "Gain has no rule by which new could begin by handing on what it gets."
    )


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_it_is_added_edited_undone_drawn_saved_and_opened_in_the_window(experiment, shown):
    shown.open(dataclasses.replace(experiment, layers=experiment.layers[:1]))
    editor = shown.window.build_column.layers
    QTest.mouseClick(shown.find("addLayerButton"), Qt.MouseButton.LeftButton)
    menu = shown.find("addLayerMenu")
    shown.wait(menu.isVisible)
    action = next(each for each in menu.actions() if each.text() == "Gain")
    assert isinstance(action, QAction)
    menu.close()
    action.trigger()
    (added, _) = shown.session.experiment.layers
    assert isinstance(added, Gain)
    assert editor.cards()[0].title.text() == "Gain 1"
    shown.settle(shown.session.experiment)

    before = shown.session.snapshot.history.last("train_loss")
    assert shown.train(4).history.last("train_loss") < before
    factor = shown.session.model.network.views()[f"{added.name}.gain"]
    assert factor[0] != 1.0

    shown.session.change("layers.0.start", 2.0)
    assert shown.session.experiment.layers[0].start == 2.0
    shown.session.past.undo()
    assert shown.session.experiment.layers[0].start == 1.0

    joint = joints(shown.session.model.network)[0]
    assert (joint.source, joint.target, joint.paired) == ("input", added.name, True)
    shown.open(experiment)
    shown.train(2)
    shown.look_at_every_lens()
    saved = shown.save_and_open()
    assert saved.experiment == shown.session.experiment
