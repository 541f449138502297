"""Layers move through blocks as they move through a row, and come back."""

from dataclasses import replace

import pytest

from playground.errors import FieldError
from playground.gui.panels.network.nesting import (
    fresh_name,
    gap_beside,
    named_afresh,
    names_of,
    place_of,
    row_of,
    with_changed,
    with_inserted,
    with_moved,
    with_row,
)
from playground.nn.layers import Dense, Dropout, Residual

INNER = Residual((Dense(3, name="d"), Dense(3, name="e")), name="inner")
NETWORK = (
    Dense(3, name="a"),
    Residual((Dense(3, name="b"), INNER, Dense(3, name="c")), name="outer"),
    Dropout(name="f"),
)


def test_a_layer_is_found_in_its_row():
    assert place_of(NETWORK, "a") == ("", 0)
    assert place_of(NETWORK, "c") == ("outer", 2)
    assert place_of(NETWORK, "e") == ("inner", 1)
    assert place_of(NETWORK, "nobody") is None
    assert row_of(NETWORK, "") == NETWORK
    assert row_of(NETWORK, "inner") == INNER.layers
    assert names_of(NETWORK) == ["a", "outer", "b", "inner", "d", "e", "c", "f"]


def test_a_change_deep_inside_leaves_the_rest():
    changed = with_changed(NETWORK, "e", Dense(5, name="e"))
    assert row_of(changed, "inner") == (INNER.layers[0], Dense(5, name="e"))
    assert with_changed(changed, "e", Dense(3, name="e")) == NETWORK
    assert names_of(with_changed(NETWORK, "inner")) == ["a", "outer", "b", "c", "f"]
    added = with_inserted(NETWORK, "inner", 1, Dropout(name="g"))
    assert names_of(row_of(added, "inner")) == ["d", "g", "e"]


@pytest.mark.parametrize("name", ["a", "d", "f", "inner"])
def test_steps_to_the_output_are_taken_back_by_steps_to_the_input(name):
    states = [NETWORK]
    while (gap := gap_beside(states[-1], name, 1)) is not None:
        states.append(with_moved(states[-1], name, *gap))
    assert place_of(states[-1], name) == ("", len(states[-1]) - 1)
    assert len(states) == len(set(states))
    for before in reversed(states[:-1]):
        now = states.pop()
        gap = gap_beside(now, name, -1)
        assert gap is not None
        assert with_moved(now, name, *gap) == before


def test_a_layer_goes_into_a_block_and_out_at_its_other_end():
    seen = []
    layers = NETWORK
    while (gap := gap_beside(layers, "a", 1)) is not None:
        layers = with_moved(layers, "a", *gap)
        seen.append(place_of(layers, "a"))
    assert seen == [
        ("outer", 0), ("outer", 1), ("inner", 0), ("inner", 1), ("inner", 2), ("outer", 2),
        ("outer", 3), ("", 1), ("", 2),
    ]  # fmt: skip


def test_a_move_within_a_row_counts_gaps_and_not_layers():
    assert with_moved(NETWORK, "a", "", 0) == with_moved(NETWORK, "a", "", 1) == NETWORK
    assert names_of(with_moved(NETWORK, "a", "", 3))[-2:] == ["f", "a"]


def test_the_last_layer_stays_in_its_block():
    lonely = with_row(NETWORK, "inner", INNER.layers[:1])
    with pytest.raises(FieldError, match="expects a layer inside"):
        with_changed(lonely, "d")
    with pytest.raises(FieldError, match="expects a layer inside"):
        with_moved(lonely, "d", "", 0)


def test_a_copy_of_a_block_has_new_names_throughout():
    used = ["dense_4", "residual_1", "dense_9"]
    named = named_afresh(NETWORK[1], used)
    assert names_of((named,)) == [
        "residual_2", "dense_10", "residual_3", "dense_11", "dense_12", "dense_13",
    ]  # fmt: skip
    assert replace(named.layers[0], name="b") == NETWORK[1].layers[0]
    assert fresh_name("dense", used) == "dense_10"
