"""The experiment as a script: it runs as it stands, and learns what the window learns."""

import contextlib
import dataclasses
import io

import numpy as np
import pytest

import playground
from playground.analysis.script import script
from playground.fields import replace_at
from playground.nn.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool, Residual
from playground.training.experiment import Experiment
from playground.training.presets import preset
from playground.training.trainer import Trainer

EPOCHS = 3
FAITHFUL = (
    "article-neuron",
    "article-xor",
    "xor",
    "article-iris",
    "article-digits",
    "circles",
    "bumps",
    "plane-field",
    "three-spirals",
    "digits-autoencoder",
    "variational",
    "fault-symmetric",
    "fault-unscaled",
    "fault-loss",
)


def shortened(experiment: Experiment) -> Experiment:
    return replace_at(experiment, "training.stopping.epochs", EPOCHS)


def written(experiment):
    return script(experiment, experiment.data.prepared(), playground.__all__)


def run(experiment):
    """Run an experiment's script, and return the names that it leaves and what it prints."""
    names = {}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(
            compile(written(experiment), "script", "exec"),
            names,
        )
    return names, said.getvalue()


def trained(experiment):
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    return trainer


def same(experiment):
    names, said = run(experiment)
    trainer = trained(experiment)
    assert np.array_equal(names["network"].parameters, trainer.network.parameters)
    rows = np.ascontiguousarray(np.asarray(trainer.prepared.test_inputs).T)
    assert np.array_equal(names["network"].forward(rows), trainer.network.forward(rows))
    return names, said


@pytest.mark.parametrize("name", FAITHFUL)
def test_a_preset_as_a_script_learns_bit_for_bit_what_the_window_learns(name):
    experiment = shortened(preset(name).experiment)
    assert "leaves out" not in written(experiment)
    _, said = same(experiment)
    assert ("answers:" in said) != experiment.data.load().task.of_itself


def test_every_kind_of_layer_and_setting_is_written_so_that_it_means_the_same():
    layers = (
        Dense(12, "leaky_relu", dropout=0.2, frozen="1", initializer="normal"),
        BatchNorm(momentum=0.8),
        Residual((Dense(12, "tanh", trainable=False), Dense(12, "elu"))),
        Dropout(rate=0.3),
        Dense(6, "gelu", silenced="0, 2"),
    )
    named = tuple(
        dataclasses.replace(layer, name=f"layer_{place}") for place, layer in enumerate(layers)
    )
    inner = tuple(
        dataclasses.replace(layer, name=f"inner_{place}")
        for place, layer in enumerate(named[2].layers)
    )
    named = (*named[:2], dataclasses.replace(named[2], layers=inner), *named[3:])
    experiment = shortened(preset("article-iris").experiment)
    experiment = dataclasses.replace(experiment, layers=named)
    for path, value in (
        ("training.optimizer", "rmsprop"),
        ("training.l1", 0.001),
        ("training.l2", 0.01),
        ("training.clip_norm", 0.5),
        ("training.schedule", "warm_up"),
        ("data.standardize", True),
        ("seed", 7),
    ):
        experiment = replace_at(experiment, path, value)
    names, _ = same(experiment)
    assert names["network"].layers[0].settings.frozen == "1"


def test_what_fit_cannot_do_is_said(capsys):
    experiment = shortened(preset("digits-small").experiment)
    experiment = replace_at(experiment, "training.balance_classes", True)
    experiment = replace_at(experiment, "training.stopping.patience", 3)
    text = written(experiment)
    line = next(line for line in text.splitlines() if "leaves out" in line)
    for words in ("Augment", "Balance classes", "No improvement for"):
        assert words in line
    names, _ = run(experiment)
    assert names["score"] > 0.5


def test_a_preset_of_regression_tells_r2():
    _, said = run(shortened(preset("bumps").experiment))
    assert "R² on the test part" in said


def test_a_network_that_looks_at_pictures_learns_the_same_from_its_script():
    layers = (
        Conv2D(4, kernel=5, padding="valid", name="conv2d_1"),
        MaxPool(name="max_pool_1"),
        Dropout(0.1, whole_maps=True, name="dropout_1"),
        Flatten(name="flatten_1"),
    )
    experiment = shortened(Experiment(layers=layers))
    text = written(experiment)
    assert 'Conv2D(maps=4, kernel=5, padding="valid", activation="relu"),' in text
    assert "MaxPool(pool=2)," in text
    _, said = same(experiment)
    assert "Conv" in said


def test_a_script_of_an_autoencoder_tells_the_error_that_the_window_tells():
    experiment = shortened(preset("digits-autoencoder").experiment)
    _, said = run(experiment)
    told = float(said.rpartition("test part: ")[2])
    history = trained(experiment).snapshot().history
    assert told == pytest.approx(history.last("test_mean_squared_error"), abs=6e-5)


def test_what_begins_with_trained_layers_says_that_the_script_does_not():
    text = written(preset("transfer-symbols").experiment)
    assert "fit() leaves out: Begin with" in text
    assert "few=" not in written(preset("digits").experiment)
    assert "few=5" in written(preset("few-labels").experiment)
