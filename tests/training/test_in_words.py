"""Tests of what differs between experiments, in words."""

import dataclasses

from playground.data import catalogue
from playground.fields import replace_at
from playground.nn.layers import Dense
from playground.nn.optimizers import GradientDescent
from playground.training.edits.in_words import differing, edit_in_words, settings_of
from playground.training.experiment import Experiment

PLAIN = Experiment()


def test_an_edit_is_named_after_the_setting_and_its_new_value():
    changed = replace_at(PLAIN, "training.learning_rate", 0.01)
    assert edit_in_words(PLAIN, changed) == "Learning rate: 0.01"


def test_another_kind_is_named_without_its_own_settings():
    changed = replace_at(PLAIN, "training.optimizer", GradientDescent())
    assert edit_in_words(PLAIN, changed) == f"Optimizer: {GradientDescent().title}"


def test_a_kinds_own_setting_is_named_where_the_kind_stays():
    beta = dataclasses.replace(PLAIN.training.optimizer, beta1=0.5)
    changed = replace_at(PLAIN, "training.optimizer", beta)
    assert edit_in_words(PLAIN, changed).endswith(": 0.5")


def test_only_settings_that_differ_are_told_and_never_the_end_of_training():
    other = replace_at(PLAIN, "training.stopping.epochs", 7)
    other = replace_at(other, "training.learning_rate", 0.1)
    assert differing([settings_of(PLAIN), settings_of(other)]) == ["training.learning_rate"]


def test_hidden_layers_stand_together():
    layers = (Dense(name="one", units=64), Dense(name="two", units=32))
    settings = settings_of(dataclasses.replace(PLAIN, layers=layers))
    assert settings["layers.units"].text == "64, 32"
    assert settings["layers.activation"].text == "ReLU"
    assert settings["layers"].text == "Dense"
    mixed = dataclasses.replace(PLAIN, layers=(layers[0], Dense(name="two", units=32, dropout=0.2)))
    assert settings_of(mixed)["layers.dropout"].text == "0, 0.2"


def test_a_network_without_hidden_layers_differs_in_its_layers():
    bare = dataclasses.replace(PLAIN, layers=())
    assert differing([settings_of(PLAIN), settings_of(bare)]) == ["layers"]


def test_what_only_one_kind_has_is_no_difference():
    other = replace_at(PLAIN, "training.optimizer", GradientDescent())
    assert differing([settings_of(PLAIN), settings_of(other)]) == ["training.optimizer"]


def test_data_that_are_gone_are_named_as_they_were():
    catalogue.edit(dataclasses.replace(catalogue.load("circles"), name="own-gone", title="Mine"))
    experiment = replace_at(PLAIN, "data.name", "own-gone")
    assert settings_of(experiment)["data.name"].text == "Mine"
    catalogue.forget("own-gone")
    assert settings_of(experiment)["data.name"].text == "own-gone"
