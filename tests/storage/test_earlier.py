"""Files of earlier versions compute what they were saved for."""

import json
from dataclasses import replace

import numpy as np

from playground.files.container import write_container
from playground.nn.layers import BatchNorm, Dense, Flatten, Residual
from playground.nn.network import Network
from playground.storage import experiment_file
from playground.storage.network_file import load, save
from playground.storage.shell import opened
from playground.training.experiment import Experiment, Stopping, Training
from playground.training.trainer import Trainer


def without_flatten(path, *places):
    """Let a file say nothing of its Flatten, as when each pixel was normalized without one."""
    with opened(path) as file:
        document = json.loads(file.metadata["playground"])
        tensors = file.read()
    for place in places:
        row = document.get("experiment", document)
        *steps, last = place
        for step in steps:
            row = row[step]
        assert row[last]["kind"] == "flatten"
        del row[last]
    path.write_bytes(write_container(tensors, {"playground": json.dumps(document)}))


def test_a_network_that_normalized_pixels_still_does(tmp_path):
    path, X = tmp_path / "network.playground", np.random.default_rng(0).normal(size=(20, 16))
    network = Network((1, 4, 4), [Flatten(), BatchNorm(), Dense(5), BatchNorm(), Dense(2)])
    network.fit(X, X[:, :2], epochs=3)
    save(network, path)
    without_flatten(path, ("layers", 0))
    loaded = load(path)
    assert [type(layer.settings) for layer in loaded.row][:2] == [Flatten, BatchNorm]
    assert len(loaded.row) == 5
    np.testing.assert_array_equal(loaded.predict(X), network.predict(X))


def test_an_experiment_that_normalized_pixels_still_does_inside_a_block_too(tmp_path):
    path = tmp_path / "mine.playground"
    block = Residual(
        (Flatten(name="flat"), BatchNorm(name="norm_1"), Dense(64, name="wide")), name="block"
    )
    layers = (block, BatchNorm(name="norm_2"), Dense(8, name="dense_1"))
    training = Training(stopping=Stopping(epochs=1))
    trainer = Trainer(Experiment(layers=layers, training=training))
    for _ in trainer.run():
        pass
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    without_flatten(path, ("layers", 0, "layers", 0))
    saved = experiment_file.read(path)
    inner = replace(block, layers=(Flatten(name="flatten_1"), *block.layers[1:]))
    assert saved.experiment.layers == (inner, *layers[1:])
    X = saved.dataset.inputs[:50]
    model = saved.model()
    trained = trainer.network.forward(trainer.prepared.normalization.apply(X).T)
    np.testing.assert_allclose(model.outputs(X), trained.T, rtol=1e-3, atol=1e-5)
    resumed = Trainer(saved.experiment, start=saved)
    np.testing.assert_array_equal(resumed.network.parameters, trainer.network.parameters)


def test_files_of_today_stay_as_they_are(tmp_path):
    path = tmp_path / "network.playground"
    network = Network((2, 4, 4), [BatchNorm(), Dense(2)])
    save(network, path)
    assert [layer.settings for layer in load(path).row] == [BatchNorm(), Dense(2)]
