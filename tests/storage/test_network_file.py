"""A network's own file: round trip, what is refused, and opening an experiment from a script."""

import json

import numpy as np
import pytest

from playground.errors import FileError, ShapeError
from playground.files.container import write_container
from playground.nn.estimators import Classifier, Regressor
from playground.nn.layers import (
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Residual,
)
from playground.nn.network import Network
from playground.storage import experiment_file
from playground.storage.network_file import load, save
from playground.storage.shell import opened
from playground.training.model import Model
from playground.training.presets import preset
from playground.training.trainer import Trainer

ROWS = np.random.default_rng(0).normal(size=(12, 4))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "network.playground"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_comes_back_bit_for_bit(path, dtype):
    block = Residual((Dense(5, "elu", dropout=0.5), BatchNorm(name="norm")))
    layers = [Flatten(), block, Dropout(), Dense(2)]
    network = Network((2, 2), layers, seed=3, dtype=dtype)
    network.fit(ROWS, ROWS[:, :2], epochs=2)
    save(network, path)
    loaded = load(path)
    assert isinstance(loaded, Network)
    assert repr(loaded) == repr(network)
    assert [layer.settings for layer in loaded.row] == layers
    for vector in ("parameters", "statistics"):
        saved, back = getattr(network, vector), getattr(loaded, vector)
        assert back.dtype == saved.dtype == dtype
        np.testing.assert_array_equal(back, saved)
    np.testing.assert_array_equal(loaded.predict(ROWS), network.predict(ROWS))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_for_pictures_comes_back_bit_for_bit(path, dtype):
    layers = [
        Conv2D(3, 3, 2, "valid", "tanh", 0.25, "glorot", frozen="1", silenced="2"),
        BatchNorm(),
        Residual((Conv2D(3, kernel=1), Dropout(0.2, whole_maps=True))),
        MaxPool(2, 1, name="largest"),
        AveragePool(1, 1),
        GlobalAveragePool(),
        Flatten(),
        Dense(2, "softmax"),
    ]
    network = Network((2, 7, 6), layers, seed=3, dtype=dtype)
    rows = np.random.default_rng(1).normal(size=(12, 2, 7, 6))
    network.fit(rows, np.arange(12) % 2, epochs=2)
    save(network, path)
    loaded = load(path)
    assert [layer.settings for layer in loaded.row] == layers
    assert loaded.layers[0].views()["weights"].shape == (3, 2, 3, 3)
    for vector in ("parameters", "statistics"):
        saved, back = getattr(network, vector), getattr(loaded, vector)
        assert back.dtype == saved.dtype == dtype
        assert back.tobytes() == saved.tobytes()
    assert loaded.predict_proba(rows).tobytes() == network.predict_proba(rows).tobytes()


@pytest.mark.parametrize("labels", [["a", "b", "ç"], [3, 5, -1], [0.5, 1.0, 2.5]])
def test_labels_come_back_with_the_network(path, labels):
    network = Network((4,), [Dense(3, "softmax")])
    network.classes_ = np.unique(labels)
    save(network, path)
    assert load(path).predict(ROWS).tolist() == network.predict(ROWS).tolist()


def test_an_estimator_is_saved_as_its_network(path):
    model = Classifier((6,), epochs=2, random_state=0).fit(ROWS, ["yes", "no"] * 6)
    save(model, path)
    assert load(path).predict(ROWS).tolist() == model.predict(ROWS).tolist()
    np.testing.assert_array_equal(load(path).predict_proba(ROWS), model.predict_proba(ROWS))
    number = Regressor((6,), epochs=2, random_state=0).fit(ROWS, ROWS[:, 0])
    save(number, path)
    np.testing.assert_array_equal(load(path).predict(ROWS), number.predict(ROWS))
    with pytest.raises(FileError, match="call fit first"):
        save(Classifier(), path)


def test_an_experiment_answers_in_its_data_sets_words(path):
    trainer = Trainer(preset("article-iris").experiment)
    for _ in trainer.run():
        pass
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    model = load(path)
    assert isinstance(model, Model)
    dataset = trainer.prepared.dataset
    right = model.predict(dataset.inputs) == np.array(dataset.class_names)[dataset.targets]
    assert right.mean() > 0.9
    np.testing.assert_allclose(model.predict_proba(dataset.inputs).sum(axis=1), 1)
    with pytest.raises(ShapeError, match=r"examples of shape \(examples, 4\); \(2, 3\) came"):
        model.predict(np.ones((2, 3)))
    with pytest.raises(ValueError, match="holds NaN or infinity"):
        model.predict(np.full((2, 4), np.nan))


def test_the_window_says_what_a_network_without_data_is(path):
    save(Network((4,), [Dense(3)]), path)
    with pytest.raises(FileError) as error:
        experiment_file.read(path)
    assert str(error.value) == (
        "network.playground cannot be opened: it holds a network from a script without the data it "
        "learned from; open it there, with playground.load."
    )


def test_what_cannot_come_back_is_not_saved(path):
    network = Network((4,), [Dense(3)])
    network.classes_ = np.array([b"a", b"b"])
    with pytest.raises(FileError, match="labels can be saved where they are texts or numbers"):
        save(network, path)
    network.classes_ = None
    network.parameters[0] = np.nan
    with pytest.raises(FileError, match="weights that are no finite numbers"):
        save(network, path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 9}, "saved in version 9 of the format and this Playground reads up to 1"),
        ({"input_shape": [4, 0]}, "its input shape should be one to four sizes"),
        ({"input_shape": 4}, "its input shape should be one to four sizes and is 4"),
        ({"input_shape": [5]}, r"'dense_1.weights' should have the shape \(3, 5\)"),
        ({"input_shape": [10**9]}, "3,000,000,003 parameters and the whole file has room for"),
        ({"dtype": "int8"}, "its dtype should be float32 or float64 and is 'int8'"),
        ({"dtype": "float64"}, "should hold float64 and holds float32"),
        ({"layers": []}, "expects at least an output layer"),
        ({"layers": [{"kind": "sparse"}]}, "no layer 'sparse'; choose one of dense"),
        ({"layers": [{"kind": "dense", "units": 10**9}]}, "5,000,000,000 parameters"),
        ({"classes": [[1]]}, "its labels should be texts or numbers"),
        ({"classes": ["a"] * 4}, "it has 4 labels for"),
        ({"extra": 1}, "its description should have classes, dtype"),
    ],
)
def test_a_damaged_description_is_refused_with_one_sentence(path, change, sentence):
    save(Network((4,), [Dense(3)]), path)
    with opened(path) as file:
        document = json.loads(file.metadata["playground"]) | change
        tensors = file.read()
    path.write_bytes(write_container(tensors, {"playground": json.dumps(document)}))
    with pytest.raises(FileError, match=sentence) as error:
        load(path)
    assert str(error.value).startswith("network.playground cannot be opened: ")


def test_foreign_files_are_refused_as_the_window_does(path):
    with pytest.raises(FileError, match="cannot be opened: there is no such file"):
        load(path)
    path.write_bytes(b"PK something")
    with pytest.raises(FileError, match="a ZIP archive, not an experiment"):
        load(path)
