"""Trains the bodies that travel along, resources/bodies/; run it from the checkout.

    python tests/training/train_bodies.py

The same layers learn 112 symbols of four alphabets, as 20 people drew them, and the ten digits of
25 writers. No Balinese character is among them: these are what the bodies' worth is measured on.
The third is the first half of an autoencoder, which has seen the 8×8 digits and none of their
labels.

The symbols lie in four directions, each a class of its own, so that 448 classes teach the layers
(as Santoro et al. 2016 made Omniglot larger). That was chosen by a fifth of the alphabets left out
of the training, the Aramaic: 95.2 % of its characters are nearest to their own class after one
example of five, 93.4 % without the directions.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from playground.data.dataset import Dataset
from playground.data.preparation import prepare
from playground.data.rows import ByteRows
from playground.files.container import write_container
from playground.nn.activations import LeakyReLU, Sigmoid
from playground.nn.layers import Dense
from playground.nn.layers.noise import Noise
from playground.nn.losses import MeanSquaredError
from playground.nn.schedules import Cosine
from playground.training.body import BUNDLED, Body
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.presets import preset
from playground.training.trainer import Trainer

FOLDER = Path(__file__).parents[2] / "resources" / "bodies"


def turned(dataset: Dataset) -> Dataset:
    """Return all pictures in four directions, each of which makes other classes of them."""
    assert isinstance(dataset.inputs, ByteRows)
    pictures = dataset.inputs.values.reshape(-1, *dataset.input_shape[1:])
    turns = [np.rot90(pictures, turn, (1, 2)).reshape(len(pictures), -1) for turn in range(4)]
    names = dataset.class_names
    return replace(
        dataset,
        inputs=ByteRows(np.concatenate(turns)),
        targets=np.concatenate([dataset.targets + len(names) * turn for turn in range(4)]),
        class_names=tuple(f"{name}, {90 * turn}°" for turn in range(4) for name in names),
        test_part=None,
    )


def classifier(data: str, epochs: int, dropout: float = 0.3) -> Experiment:
    """Return what learns some characters as the preset of four alphabets does."""
    experiment = preset("symbols-four").experiment
    *body, dense = experiment.layers
    training = replace(
        experiment.training,
        schedule=Cosine(epochs, end=0.02),
        stopping=Stopping(epochs=epochs),
    )
    return replace(
        experiment,
        data=DataSettings(name=data),
        layers=(*body, replace(dense, dropout=dropout)),
        training=training,
    )


def autoencoder() -> Experiment:
    """Return what learns to restore digits from noise through the layers of the preset."""
    decoder = (
        Dense(64, LeakyReLU(b=0.1), name="dense_3"),
        Dense(128, LeakyReLU(b=0.1), name="dense_4"),
    )
    return Experiment(
        data=DataSettings(name="digits", task="itself"),
        layers=(Noise(0.2, name="noise"), *preset("few-labels").experiment.layers, *decoder),
        output=Output(activation=Sigmoid()),
        training=Training(
            loss=MeanSquaredError(),
            learning_rate=0.003,
            batch_size=32,
            schedule=Cosine(60, end=0.02),
            stopping=Stopping(epochs=60),
        ),
        seed=1,
    )


BODIES = {
    "symbols": ("symbols-four", classifier("symbols-four", 12, dropout=0.1)),
    "digits": ("symbols-four", classifier("pendigits", 2)),
    "digits-code": ("few-labels", autoencoder()),
}
"""By name, whose layers are kept, and how they are trained."""

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, (kept, experiment) in BODIES.items():
        prepared = experiment.data.prepared()
        if name == "symbols":
            dataset = turned(prepared.dataset)
            prepared = prepare(dataset, test_fraction=0, standardize=False, seed=0)
        trainer = Trainer(experiment, prepared)
        for _ in trainer.run():
            pass
        layers = {layer.name for layer in preset(kept).experiment.layers}
        tensors = Body.of(trainer.network, BUNDLED[name]).tensors
        chosen = {key: x for key, x in tensors.items() if key.rpartition(".")[0] in layers}
        path = FOLDER / f"{name}.safetensors"
        path.write_bytes(write_container(chosen, {}))
        task, history = trainer.prepared.dataset.task, trainer.snapshot().history
        score = task.score.text(history.last(f"test_{task.score.name}"), 3)
        part = "training" if prepared.tested_on_train else "test"
        print(f"{name}: {part} {task.score.word} {score}, {path.stat().st_size / 1000:.0f} kB")
