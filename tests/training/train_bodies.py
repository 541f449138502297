"""Trains the bodies that travel along, resources/bodies/; run it from the checkout.

    python tests/training/train_bodies.py

The same layers learn 112 symbols of four alphabets, as 14 people drew them, and the ten digits of
25 writers. No Balinese character is among them: these are what the bodies' worth is measured on.
"""

from dataclasses import replace
from pathlib import Path

from playground.files.container import write_container
from playground.nn.schedules import Cosine
from playground.training.body import BUNDLED, Body
from playground.training.experiment import DataSettings, Stopping
from playground.training.presets import preset
from playground.training.trainer import Trainer

FOLDER = Path(__file__).parents[2] / "resources" / "bodies"
LEARNED = {"symbols": ("symbols-four", 10), "digits": ("pendigits", 3)}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, (data, epochs) in LEARNED.items():
        experiment = preset("transfer-symbols").experiment
        training = replace(
            preset("symbols").experiment.training,
            schedule=Cosine(epochs, end=0.02),
            stopping=Stopping(epochs=epochs),
        )
        trainer = Trainer(
            replace(experiment, data=DataSettings(name=data), training=training, body="")
        )
        for _ in trainer.run():
            pass
        score = trainer.snapshot().history.last("test_accuracy")
        body = Body.of(trainer.network, BUNDLED[name])
        path = FOLDER / f"{name}.safetensors"
        path.write_bytes(write_container(body.tensors, {}))
        print(f"{name}: reads {score:.1%}, {path.stat().st_size / 1000:.0f} kB")
