"""Asked for itself, an example is its own target, and what the data say of it stays known."""

import numpy as np
import pytest

from playground.data.catalogue import DATASETS, load
from playground.data.own.description import described
from playground.data.preparation import prepare
from playground.data.tasks import Classification, Reconstruction, metrics_of
from playground.errors import DataError, FieldError
from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.training.experiment import ITSELF, DataSettings
from playground.wording import fixed


def asked(name, **settings):
    return DataSettings(name=name, task=ITSELF, **settings).load()


def test_labels_and_class_names_stay_known():
    digits, itself = load("digits"), asked("digits")
    assert itself.task == Reconstruction(Classification(), bounded=True)
    assert itself.labelled
    assert not itself.task.classifies
    assert itself.targets is digits.targets
    assert itself.inputs is digits.inputs
    assert itself.class_names == digits.class_names


def test_asking_again_returns_the_same_data_set():
    assert asked("digits") is asked("digits")
    assert asked("digits") is not asked("digits", standardize=True)
    assert DataSettings(name="digits").load() is load("digits")


def test_what_the_network_sees_is_what_it_should_say():
    for standardize in (False, True):
        prepared = prepare(asked("iris"), test_fraction=0.2, standardize=standardize, seed=0)
        for part in prepared.parts.values():
            assert prepared.target_rows(part, 4) is part.inputs


def test_an_output_unit_stands_for_each_value():
    assert asked("digits").task.output_units(asked("digits"), Sigmoid()) == 64
    assert asked("gaussians").task.output_units(asked("gaussians"), Identity()) == 2


@pytest.mark.parametrize(
    ("name", "settings", "bounded"),
    [
        ("digits", {}, True),
        ("digits", {"standardize": True}, False),
        ("iris", {}, False),
        ("gaussians", {}, False),
    ],
)
def test_a_sigmoid_gives_back_values_from_0_to_1_only(name, settings, bounded):
    task = asked(name, **settings).task
    assert task.fitting_activation(Softmax()) == (Sigmoid() if bounded else Identity())
    assert task.fitting_activation(Sigmoid()) == (Sigmoid() if bounded else Identity())
    assert task.fitting_activation(ReLU()) == (ReLU() if bounded else Identity())
    assert task.fitting_activation(Identity()) == Identity()
    assert task.fitting_loss(Sigmoid()) == MeanSquaredError()


def test_a_loss_over_classes_has_no_meaning():
    with pytest.raises(FieldError, match="the target is the input itself") as caught:
        asked("digits").task.check_loss(CategoricalCrossEntropy(), asked("digits"), 64)
    assert caught.value.path == "training.loss"


def test_log_loss_expects_values_from_0_to_1():
    asked("digits").task.check_loss(LogLoss(), asked("digits"), 64)
    with pytest.raises(FieldError, match="expects values from 0 to 1"):
        asked("iris").task.check_loss(LogLoss(), asked("iris"), 4)


@pytest.mark.parametrize("name", ["pen", "pen-moves", "digits-rows", "memory-addition"])
def test_sequences_are_refused_in_a_sentence(name):
    with pytest.raises(DataError, match="choose what the data say as the target"):
        asked(name)
    assert load(name).steps


def test_every_other_kind_of_data_can_be_asked_for():
    for name in ("digits", "pendigits-8x8", "letters", "iris", "xor-points", "gaussians", "bumps"):
        assert name in DATASETS
        assert asked(name).task.of_data == load(name).task


def test_the_error_is_per_value_and_the_variance_of_each_value():
    targets = np.array([[0.0, 1.0], [2.0, 2.0]])
    outputs = np.array([[0.5, 0.5], [2.0, 1.0]])
    error, share = Reconstruction().measure(outputs, targets)
    assert error == pytest.approx((0.25 + 0.25 + 0 + 1) / 4)
    # The first value varies by ½ in all, the second not at all.
    assert share == pytest.approx(1 - 1.5 / 0.5)


def test_its_measures_are_known_by_their_columns():
    measures = [f"train_{name}" for name in Reconstruction().measures]
    assert metrics_of(measures) == Reconstruction.metrics
    assert Reconstruction().score.name == "r2"


def test_a_set_of_ones_own_is_kept_with_the_task_that_it_set_itself():
    assert described(asked("iris"))["task"] == "classification"
    assert described(asked("bumps"))["task"] == "regression"


def test_an_output_says_the_size_of_the_picture():
    assert asked("digits").task.output_note(64, (1, 8, 8)) == "8×8"
    assert asked("iris").task.output_note(4, (4,)) == f"{fixed(4, 0)} values"
