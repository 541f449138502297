import numpy as np
import pytest

from playground import fields
from playground.errors import FieldError
from playground.nn.activations import ReLU
from playground.nn.layers import BatchNorm, Conv2D, Dense, Flatten
from playground.training import body as bodies
from playground.training.body import Body
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.presets import preset
from playground.training.task_fit import made_to_fit
from playground.training.trainer import Trainer

LAYERS = (
    Conv2D(4, name="conv"),
    BatchNorm(name="norm"),
    Flatten(name="flat"),
    Dense(name="dense", units=8, activation=ReLU()),
)


def experiment(**settings):
    training = Training(learning_rate=0.01, stopping=Stopping(epochs=1))
    data = DataSettings(name="digits")
    return Experiment(**{"data": data, "layers": LAYERS, "training": training, **settings})


def trained(one):
    trainer = Trainer(one)
    for _ in trainer.run():
        pass
    return trainer


@pytest.fixture(scope="module")
def learned():
    trainer = trained(experiment())
    body = Body.of(trainer.network, "Digits, epoch 1")
    bodies.keep(body)
    return trainer, body


def test_a_network_begins_with_what_the_body_has_learned_and_a_new_output(learned):
    trainer, body = learned
    one = experiment(data=DataSettings(name="digits", seed=1), body=body.name)
    begun, plain = Trainer(one).network.views(), experiment().network(load(one)).views()
    for name, view in trainer.network.views().items():
        expected = plain if name.startswith("output.") else {name: view}
        np.testing.assert_array_equal(begun[name], expected[name])
    assert one.begun(load(one)) == ["conv", "norm", "dense"]


def load(one):
    return one.data.load()


def test_layers_of_another_shape_or_name_begin_at_random(learned):
    _, body = learned
    layers = (*LAYERS[:3], Dense(name="dense", units=9), Dense(name="other", units=8))
    one = experiment(layers=layers, body=body.name)
    plain = experiment(layers=layers).network(load(one)).views()
    begun = one.network(load(one)).views()
    assert one.begun(load(one)) == ["conv", "norm"]
    for name in ("dense.weights", "other.weights", "output.weights"):
        np.testing.assert_array_equal(begun[name], plain[name])
    np.testing.assert_array_equal(begun["conv.weights"], body.tensors["conv.weights"])


def test_an_output_never_goes_on(learned):
    _, body = learned
    assert not [name for name in body.tensors if name.startswith("output.")]


def test_the_same_experiment_with_a_body_repeats_a_run(learned):
    _, body = learned
    one = experiment(body=body.name)
    first, second = trained(one), trained(one)
    np.testing.assert_array_equal(first.network.parameters, second.network.parameters)


def test_a_bodys_name_follows_from_its_numbers(learned):
    trainer, body = learned
    assert Body.of(trainer.network, "Another title").name == body.name
    other = {name: x + 1 for name, x in body.tensors.items()}
    assert Body("Digits, epoch 1", other).name != body.name


def test_a_body_that_is_not_known_is_refused_with_the_way_to_get_it():
    with pytest.raises(FieldError, match="open that file first"):
        experiment(body="own-0123456789abcdef")
    with pytest.raises(FieldError, match="Begin with"):
        experiment(body="cats")


def test_a_body_of_which_nothing_fits_is_refused(learned):
    _, body = learned
    before = experiment(layers=(Dense(name="wide", units=5),))
    with pytest.raises(FieldError, match="nothing could begin") as caught:
        made_to_fit(fields.replace_at(before, "body", body.name), before, load(before))
    assert caught.value.path == "body"


@pytest.mark.parametrize("name", bodies.BUNDLED)
def test_the_bundled_bodies_fit_their_preset_and_are_finite(name):
    one = preset("few-labels" if name == "digits-code" else "transfer-symbols").experiment
    learning = [layer.name for layer in one.layers if hasattr(layer, "trainable")]
    assert fields.replace_at(one, "body", name).begun(load(one)) == learning
    assert all(np.isfinite(x).all() for x in bodies.find(name).tensors.values())


def test_without_a_body_nothing_is_written_of_it():
    assert "body" not in fields.to_plain(experiment(output=Output()))
