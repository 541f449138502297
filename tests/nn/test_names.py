"""What layers are called: alike in a network and in the experiment that it is made from."""

from dataclasses import replace

import pytest

from playground.data.catalogue import load
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.layers.residual import Residual
from playground.nn.names import LayerNames
from playground.training.experiment import Experiment

LAYERS = (
    Dense(name="dense_4", units=8),
    Residual((Dense(8, "tanh", name="dense_9"), Dense(8, name="dense_2")), name="residual_3"),
    BatchNorm(name="batch_norm_7"),
    Dropout(rate=0.25, name="dropout_1"),
    Dense(name="my_layer", units=8),
    Dense(name="dense_1", units=8),
)
FULL = {
    "input": "Input",
    "dense_4": "Dense 1 · ReLU",
    "residual_3": "Residual 1",
    "dense_9": "Dense 2 · Tanh",
    "dense_2": "Dense 3 · ReLU",
    "batch_norm_7": "Batch norm 1",
    "dropout_1": "Dropout 1 · 25 %",
    "my_layer": "my layer · ReLU",
    "dense_1": "Dense 5 · ReLU",
    "output": "Output · Softmax",
}


def names_by_source() -> dict[str, LayerNames]:
    experiment = replace(Experiment(), layers=LAYERS)
    return {"experiment": experiment.names, "network": experiment.network(load("digits")).names}


@pytest.mark.parametrize("source", ["experiment", "network"])
def test_a_layer_is_called_after_its_kind_and_its_place_among_its_kind(source: str) -> None:
    names = names_by_source()[source]
    assert {key: names.full(key) for key in FULL} == FULL
    assert names.short("dense_2") == "Dense 3"
    assert names.tensor("batch_norm_7.running_mean") == "Batch norm 1 · running mean"


def test_a_sentence_speaks_of_the_input_and_the_output_layer() -> None:
    names = names_by_source()["network"]
    keys = ("dense_4", "input", "output", None)
    assert [names.words(key) for key in keys] == [
        "Dense 1",
        "the input",
        "the output layer",
        "every layer",
    ]
