"""Pictures become sequences of rows or patches, and can still be drawn."""

import numpy as np
import pytest

from playground.data.catalogue import load
from playground.data.drawing.drawing import OPTDIGITS
from playground.data.drawing.ink import Ink

SEVEN = Ink.of([[[80, 50], [200, 50], [120, 240]]])


def test_a_step_is_a_row():
    rows, digits = load("digits-rows"), load("digits")
    assert rows.input_shape == (8, 8)
    picture, steps = digits.inputs[5].reshape(8, 8), rows.inputs[5].reshape(8, 8)
    assert np.array_equal(steps[:, 2], picture[2])
    assert rows.feature_names[9] == "column 2 at step 2"


def test_a_step_is_a_patch():
    patches, digits = load("digits-patches"), load("digits")
    assert patches.input_shape == (4, 16)
    picture, steps = digits.inputs[5].reshape(8, 8), patches.inputs[5].reshape(4, 16)
    assert np.array_equal(steps[:, 0], picture[:2, :2].ravel())
    assert np.array_equal(steps[:, 6], picture[2:4, 4:6].ravel())
    assert patches.feature_names[16] == "(1, 2) at step 1"


@pytest.mark.parametrize("name", ["digits-rows", "digits-patches"])
def test_a_drawing_takes_the_way_of_the_pictures(name):
    dataset = load(name)
    stages = dataset.drawing.read(SEVEN)
    plain = OPTDIGITS.read(SEVEN)
    assert np.array_equal(np.sort(stages.input), np.sort(plain.input))
    assert np.array_equal(dataset.ink(stages.input), plain.input.reshape(8, 8))
    assert np.array_equal(stages.cropped, plain.cropped)
    assert dataset.drawing.read(Ink()) is None
    assert np.array_equal(dataset.ink(dataset.inputs[7]), load("digits").inputs[7].reshape(8, 8))


def test_patches_and_rows_are_at_their_places_in_the_picture():
    patches, rows = load("digits-patches").drawing.middles, load("digits-rows").drawing.middles
    assert patches[[0, 1, 4]].tolist() == [[0.125, 0.125], [0.375, 0.125], [0.125, 0.375]]
    assert rows.tolist() == [[0.5, (row + 0.5) / 8] for row in range(8)]
    assert load("pen").drawing.middles is None
    assert load("digits").drawing.middles is None
