"""What is added among the layers of a transformer keeps what it computes, or it is said why not."""

from dataclasses import replace
from typing import Any

from test_preserving import grow, refuse, trained

from playground.nn.activations import Identity
from playground.nn.layers import (
    Dense,
    GlobalAveragePool,
    LayerNorm,
    Position,
    Residual,
    SelfAttention,
)
from playground.training.trainer import Trainer

READ = Dense(8, Identity(), name="read")
WHERE = Position(name="where")
LOOK = Residual((LayerNorm(name="norm"), SelfAttention(2, name="look")), name="block")
MEAN = GlobalAveragePool(name="mean")


def reader(*layers: Any) -> Trainer:
    """Return a trainer that has learned a while from points of strokes."""
    return trained(*layers, name="pen", steps=60)


def test_a_new_block_of_attention_adds_nothing_yet() -> None:
    carried = grow(reader(READ, WHERE, MEAN), READ, WHERE, LOOK, MEAN)
    assert carried.added == ("block, which hands on what it gets",)


def test_a_new_block_that_ends_in_a_norm_adds_nothing_yet() -> None:
    block = Residual((Dense(8, name="inner"), LayerNorm(name="last")), name="block")
    assert grow(reader(READ, MEAN), READ, block, MEAN).added


def test_new_learned_positions_begin_with_nothing_and_sines_cannot() -> None:
    carried = grow(reader(READ, MEAN), READ, WHERE, MEAN)
    assert carried.added == ("where, which hands on what it gets",)
    reason = refuse(reader(READ, MEAN), READ, replace(WHERE, table="sinusoidal"), MEAN)
    assert reason.startswith("where adds sines and cosines at once")


def test_units_split_before_positions_and_their_mean() -> None:
    carried = grow(reader(READ, WHERE, MEAN), replace(READ, units=11), WHERE, MEAN)
    assert carried.added == ("3 neurons to read by splitting",)


def test_units_before_a_norm_of_all_units_cannot_split() -> None:
    wider = replace(READ, units=10)
    reason = refuse(reader(READ, LayerNorm(name="norm"), MEAN), wider, LayerNorm(name="norm"), MEAN)
    assert reason == "Layer norm has no rule by which norm could go on among more neurons."


def test_other_heads_look_in_another_way() -> None:
    other = replace(LOOK, layers=(LOOK.layers[0], replace(LOOK.layers[1], heads=4)))
    wider = Dense(12, name="wider")
    trainer = reader(READ, LOOK, MEAN)
    assert (
        refuse(trainer, READ, other, MEAN, wider) == "look looks at the steps in another way now."
    )


def test_what_follows_heads_that_stayed_can_grow() -> None:
    last = Dense(6, name="last")
    carried = grow(reader(READ, LOOK, MEAN, last), READ, LOOK, MEAN, replace(last, units=9))
    assert carried.added == ("3 neurons to last by splitting",)
