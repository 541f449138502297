"""The body that an experiment begins with is in its file, and is the very one or refused."""

from pathlib import Path

import numpy as np
import pytest
from damage import Damage, in_document, in_tensors

from playground.errors import FileError
from playground.nn.layers import Dense
from playground.storage import experiment_file
from playground.training import body as bodies
from playground.training.body import Body
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.trainer import Trainer

LAYERS = (Dense(name="hidden", units=5, trainable=False, rate=0.5),)


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Body]:
    one = Experiment(data=DataSettings(name="iris", test_fraction=0.2), layers=LAYERS)
    body = Body.of(Trainer(one).network, "Iris, epoch 0")
    training = Training(stopping=Stopping(epochs=2))
    begun = Experiment(data=one.data, layers=LAYERS, training=training, body=bodies.keep(body))
    trainer = Trainer(begun)
    for _ in trainer.run():
        pass
    path = tmp_path / "begun.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    return path, body


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do as another computer would: no body is known."""
    monkeypatch.setattr(bodies, "_own", {})


def damage(path: Path, by: Damage) -> None:
    path.write_bytes(by(path.read_bytes()))


@pytest.mark.usefixtures("elsewhere")
def test_a_body_comes_with_the_file(saved: tuple[Path, Body]) -> None:
    path, body = saved
    bodies._own.clear()
    opened = experiment_file.read(path)
    assert opened.experiment.body == body.name
    assert bodies.find(body.name).title == body.title
    again = Trainer(opened.experiment).network.views()
    for name, tensor in body.tensors.items():
        np.testing.assert_array_equal(again[name], tensor)
    assert opened.experiment.layers == LAYERS


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"title": ""}, "should have a title"),
        ({"title": "x", "more": 1}, "should have a title"),
        ([], "should have a title"),
    ],
)
def test_a_damaged_description_is_refused(
    saved: tuple[Path, Body], document: object, reason: str
) -> None:
    path, _ = saved
    damage(path, in_document(lambda plain: plain.update(body=document)))
    with pytest.raises(FileError, match=reason):
        experiment_file.read(path)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("name", ["body/hidden.weights", "body/hidden.biases"])
def test_another_number_is_another_body(saved: tuple[Path, Body], name: str) -> None:
    path, _ = saved

    def change(tensors: dict[str, np.ndarray]) -> None:
        tensors[name] = tensors[name] + 1

    damage(path, in_tensors(change))
    with pytest.raises(FileError, match="does not begin with"):
        experiment_file.read(path)


@pytest.mark.usefixtures("elsewhere")
def test_numbers_that_are_not_finite_are_refused(saved: tuple[Path, Body]) -> None:
    path, _ = saved

    def change(tensors: dict[str, np.ndarray]) -> None:
        tensors["body/hidden.biases"][0] = np.nan

    damage(path, in_tensors(change))
    with pytest.raises(FileError, match="NaN"):
        experiment_file.read(path)


@pytest.mark.usefixtures("elsewhere")
def test_a_body_without_a_description_belongs_to_nothing(saved: tuple[Path, Body]) -> None:
    path, body = saved
    bodies.keep(body)
    damage(path, in_document(lambda plain: plain.pop("body")))
    with pytest.raises(FileError, match="belongs to no layer"):
        experiment_file.read(path)
