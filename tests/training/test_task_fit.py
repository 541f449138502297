"""What no network may be: one that cannot answer what the data ask."""

import dataclasses

import pytest

from playground.errors import FieldError
from playground.nn.layers import LSTM, Embedding, Flatten, GlobalAveragePool
from playground.training.presets import preset
from playground.training.task_fit import fitted, made_to_fit
from playground.training.trainer import Trainer


@pytest.mark.parametrize(
    "behind", [LSTM(name="end", returns="last"), GlobalAveragePool(name="end"), Flatten(name="end")]
)
def test_an_answer_at_every_step_needs_layers_that_hand_on_all_of_them(behind):
    writer = preset("pen-writer").experiment
    dataset = writer.data.prepared().dataset
    embedded = Embedding(name="embedding_1", units=4)
    changed = dataclasses.replace(writer, layers=(embedded, behind))
    with pytest.raises(FieldError, match="an answer at every step") as refused:
        made_to_fit(changed, writer, dataset)
    assert refused.value.path == "layers.1"
    with pytest.raises(FieldError, match="an answer at every step"):
        Trainer(changed)
    with pytest.raises(FieldError, match="does not suit these layers") as refused:
        fitted(changed, dataset)
    assert refused.value.path == "data.name"
    assert made_to_fit(dataclasses.replace(writer, layers=(embedded,)), writer, dataset)
