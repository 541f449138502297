"""A small data set of the user's own is in the file, and replaces nobody else's."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from damage import in_document, in_tensors

from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.own import sets as own_sets
from playground.data.own.description import are_same
from playground.data.rows import ByteRows
from playground.data.tasks import Classification, Reconstruction
from playground.errors import FileError
from playground.storage import experiment_file, own_data
from playground.training.experiment import DataSettings, Experiment
from playground.training.task_fit import fitted
from playground.training.trainer import Trainer


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "own")
    yield tmp_path / "own"
    forget()


def forget() -> None:
    """Do as another computer would: none of these sets is there."""
    for name in own_sets_here():
        catalogue.forget(name)


def own_sets_here() -> list[str]:
    return [name for name in catalogue.DATASETS if name.startswith(own_sets.PREFIX)]


def points(name: str = "own-points", title: str = "My points", noise: float = 0.1) -> Dataset:
    circles = catalogue.load("circles", examples=60, noise=noise)
    return dataclasses.replace(circles, name=name, title=title)


def shapes() -> Dataset:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 6), np.uint8)
    return Dataset.of_pictures(
        2,
        3,
        name="own-shapes",
        title="Shapes",
        inputs=ByteRows(pixels),
        targets=np.arange(30) % 2,
        class_names=("round", "square"),
        source="drawn",
        licence="own",
        description="Two shapes.",
        test_part=np.arange(24, 30),
    )


def learned(dataset: Dataset, path: Path) -> Trainer:
    """Keep a data set, learn a little from it, and save that."""
    catalogue.keep(dataset)
    trainer = Trainer(Experiment(data=DataSettings(name=dataset.name)))
    train(trainer, epochs=2)
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    return trainer


def train(trainer: Trainer, epochs: int) -> None:
    while trainer.epoch < epochs:
        next(trainer.run())


@pytest.mark.parametrize("make", [points, shapes])
def test_it_opens_where_the_set_is_not(make: Callable[[], Dataset], tmp_path: Path) -> None:
    path = tmp_path / "mine.playground"
    trainer = learned(make(), path)
    forget()
    saved = experiment_file.read(path)
    assert are_same(saved.dataset, make())
    assert catalogue.titles()[make().name] == make().title
    assert saved.experiment == trainer.experiment
    assert saved.experiment.data.load() is saved.dataset
    resumed = Trainer(saved.experiment, start=saved)
    for each in (trainer, resumed):
        train(each, epochs=4)
    assert resumed.network.parameters.tobytes() == trainer.network.parameters.tobytes()


def test_the_same_set_is_not_brought_twice(tmp_path: Path) -> None:
    learned(points(), tmp_path / "mine.playground")
    saved = experiment_file.read(tmp_path / "mine.playground")
    assert own_sets_here() == ["own-points"]
    assert saved.dataset is catalogue.load("own-points")


def test_another_set_of_that_name_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.playground"
    learned(points(), path)
    forget()
    catalogue.keep(points(title="Other points", noise=0.5))
    for _ in range(2):
        saved = experiment_file.read(path)
        assert saved.experiment.data.name == saved.dataset.name == "own-points-2"
        assert catalogue.titles()["own-points-2"] == "My points 2"
        assert are_same(saved.dataset, points())
        assert are_same(own_sets.read("own-points"), points(noise=0.5))
        assert own_sets_here() == ["own-points", "own-points-2"]


def test_a_damaged_set_of_that_name_is_left_alone(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "mine.playground"
    learned(points(), path)
    forget()
    own_sets.path_of("own-points").write_bytes(b"broken")
    assert experiment_file.read(path).dataset.name == "own-points-2"
    assert own_sets.path_of("own-points").read_bytes() == b"broken"


def test_a_name_that_is_no_plain_file_name_is_not_taken_over(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "mine.playground"
    learned(points(), path)
    forget()

    def rename(document: dict[str, dict[str, dict[str, str]]]) -> None:
        document["experiment"]["data"]["name"] = "own-../../evil"

    path.write_bytes(in_document(rename)(path.read_bytes()))
    assert experiment_file.read(path).dataset.name == "own-my-points"
    assert own_sets_here() == ["own-my-points"]


def test_a_large_set_stays_outside_and_has_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.playground"
    monkeypatch.setattr(own_data, "LARGEST", 100)
    learned(points(), path)
    assert experiment_file.read(path).dataset.name == "own-points"
    forget()
    with pytest.raises(FileError, match="'points' is somebody's own and not on this computer; imp"):
        experiment_file.read(path)


def test_a_set_of_the_program_is_not_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "iris.playground"
    trainer = Trainer(Experiment(data=DataSettings(name="iris")))
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    assert b"data/inputs" not in path.read_bytes()


def test_what_is_refused_leaves_no_set_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.playground"
    learned(points(), path)
    sound = path.read_bytes()
    forget()

    def refused(match: str) -> None:
        with pytest.raises(FileError, match=match):
            experiment_file.read(path)
        assert own_sets_here() == []

    path.write_bytes(in_tensors(lambda tensors: tensors.pop("optimizer/moments"))(sound))
    refused("'optimizer/moments' is missing")
    path.write_bytes(in_tensors(lambda tensors: tensors.pop("data/targets"))(sound))
    refused(r"its data set is damaged \(its targets should be int64 labels")
    path.write_bytes(in_document(lambda document: document.pop("dataset"))(sound))
    refused("is somebody's own and not on this computer")
    path.write_bytes(sound)
    monkeypatch.setattr(own_data, "LARGEST", 100)
    refused("its data set has 960 bytes, and 100 are the most")


def test_a_set_that_was_asked_for_itself_keeps_its_own_task(tmp_path: Path) -> None:
    catalogue.edit(points())
    data = DataSettings(name="own-points", task="itself")
    experiment = fitted(Experiment(data=data), data.load())
    trainer = Trainer(experiment)
    next(trainer.run())
    path = tmp_path / "back.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    forget()
    saved = experiment_file.read(path)
    assert saved.experiment.data.task == "itself"
    assert saved.dataset.task == Reconstruction(Classification(), bounded=False)
    assert "test_mean_squared_error" in saved.history.columns
    assert are_same(catalogue.load("own-points"), points())
    assert catalogue.load("own-points").task == Classification()
