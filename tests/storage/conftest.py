"""One small trained run and its file, which the tests of this folder share and damage."""

from pathlib import Path

import pytest

from playground import fields
from playground.storage import experiment_file
from playground.training.presets import preset
from playground.training.trainer import Trainer


@pytest.fixture(scope="session")
def trained() -> Trainer:
    """Return a trainer of the iris preset, ten epochs on, with standardized inputs."""
    experiment = fields.replace_at(preset("article-iris").experiment, "data.standardize", True)
    trainer = Trainer(fields.replace_at(experiment, "training.stopping.epochs", 10))
    for _ in trainer.run():
        pass
    return trainer


@pytest.fixture(scope="session")
def sound_bytes(trained: Trainer, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of that run's file."""
    path = tmp_path_factory.mktemp("sound") / "iris.playground"
    experiment_file.save(path, trained.moment(), trained.prepared)
    return path.read_bytes()


@pytest.fixture
def sound(tmp_path: Path, sound_bytes: bytes) -> Path:
    """Return a fresh copy of the file."""
    path = tmp_path / "iris.playground"
    path.write_bytes(sound_bytes)
    return path
