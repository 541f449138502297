"""Codes and decoders that grow keep what the network computes, or it is said why not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from test_preserving import dense, grow, moments, refuse, trained

from playground.nn.activations import Identity, Tanh
from playground.nn.layers import Code, Conv2D, ConvTranspose2D, Noise, Reshape, Upsample
from playground.training.size import layer_sizes

PICTURES = {"name": "digits", "test_fraction": 0.9}
CODE = Code(3, 0.1, name="code")


@pytest.mark.parametrize("variational", [False, True])
def test_the_numbers_of_a_code_are_split(variational: bool) -> None:
    code = replace(CODE, variational=variational)
    trainer = trained(dense("first"), code, dense("last"))
    carried = grow(trainer, dense("first"), replace(code, units=5), dense("last"))
    assert carried.added == ("2 neurons to code by splitting",)


def test_neurons_that_a_code_reads_are_split() -> None:
    code = replace(CODE, variational=True)
    trainer = trained(dense("first"), code, dense("last"))
    grow(trainer, dense("first", 9), code, dense("last"))


def test_a_new_code_hands_on_what_it_gets_where_it_is_wide_enough() -> None:
    first, last = dense("first"), dense("last")
    grow(trained(first, last), first, Noise(name="noise"), Code(6, name="new"), last)
    reason = refuse(trained(first, last), first, Code(4, name="new"), last)
    assert reason.startswith("new has too few neurons to begin by handing on what it gets")


def test_a_code_goes_on_when_it_becomes_variational_and_back() -> None:
    first, last = dense("first"), dense("last")
    trainer = trained(first, CODE, last)
    before = {name: view.copy() for name, view in trainer.network.views().items()}
    kept = moments(trainer)
    sampled = replace(CODE, variational=True)
    for code in (sampled, CODE):
        carried = trainer.edit(replace(trainer.experiment, layers=(first, code, last)))
        assert carried.fresh == ()
        for name, view in before.items():
            np.testing.assert_array_equal(trainer.network.views()[name], view)
        now = moments(trainer)
        for name, moment in kept.items():
            np.testing.assert_array_equal(now[name], moment)
        if code is sampled:
            assert not trainer.network.views()["code.spread_weights"].any()


def decoder(**changes: Any) -> list[Any]:
    layers = {
        "first": dense("first", 18, Tanh()),
        "maps": Reshape(2, name="maps"),
        "grown": ConvTranspose2D(3, activation=Tanh(), name="grown"),
        "larger": Upsample(name="larger"),
        "looks": Conv2D(2, activation=Tanh(), name="looks"),
    }
    return list((layers | changes).values())


def test_maps_of_a_decoder_are_split() -> None:
    trainer = trained(*decoder(), **PICTURES)
    more = ConvTranspose2D(5, activation=Tanh(), name="grown")
    carried = grow(trainer, *decoder(grown=more))
    assert carried.added == ("2 maps to grown by splitting",)


def test_what_is_put_between_maps_hands_them_on() -> None:
    trainer = trained(*decoder(), **PICTURES)
    first, maps, *rest = decoder()
    new = ConvTranspose2D(4, 3, 1, "same", Identity(), name="new")
    grow(trainer, first, maps, new, *rest)


def test_a_decoder_whose_squares_are_others_says_so() -> None:
    trainer = trained(*decoder(), name="digits")
    larger, looks = Upsample(3, name="larger"), Conv2D(4, activation=Tanh(), name="looks")
    reason = refuse(trainer, *decoder(larger=larger, looks=looks))
    assert reason == "larger makes other squares now."


def test_the_size_of_a_decoder_is_known_before_it_is_made() -> None:
    trainer = trained(*decoder(), **PICTURES)
    sizes = layer_sizes(trainer.experiment, trainer.prepared.dataset)
    assert [size.output_shape for size in sizes] == [
        layer.output_shape for layer in trainer.network.layers
    ]
    assert sum(size.parameters for size in sizes) == trainer.network.parameter_count
