"""Sequences: layers that work step by step, and a loss that asks at every step."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data.rows import NO_TOKEN, TokenRows
from playground.nn.gradient_check import check_tensors
from playground.nn.layers import Dense, Flatten
from playground.nn.losses import CategoricalCrossEntropy, Loss, MeanSquaredError
from playground.nn.network import Network
from playground.nn.optimizers import SGD
from playground.nn.slopes import slopes
from playground.nn.training_step import TrainingStep

TOKENS, STEPS, BATCH = 6, 7, 5
READER = Dense(4, "tanh"), Dense(3, "softmax")


@pytest.fixture
def tokens(rng):
    """Return texts of which two end early, (BATCH, STEPS), −1 behind the end."""
    tokens = rng.integers(0, TOKENS, (BATCH, STEPS))
    tokens[1, 4:] = tokens[2, 1:] = -1
    return tokens


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def asked(rng, tokens):
    wanted = np.where(tokens < 0, -1, rng.integers(0, 3, tokens.shape))
    wanted[0, :5] = -1
    return TokenRows.of_steps(wanted, 3, weighted=True)[:].astype(float)


def network(*layers, padded=True):
    return Network((TOKENS, STEPS), layers, dtype=np.float64, padded=padded)


def test_a_dense_layer_weighs_each_step_by_itself(rng):
    layer = Network((2, 3), [Dense(4, "tanh")], dtype=np.float64)
    x = rng.normal(size=(2, 3, 5))
    weights, biases = layer.views().values()
    expected = np.tanh(np.einsum("ui,itb->utb", weights, x) + biases[:, None, None])
    np.testing.assert_allclose(layer.forward(x).reshape(4, 3, 5), expected, rtol=1e-12)
    assert weights.shape == (4, 2)
    assert Network((2, 3), [Flatten(), Dense(4)]).output_shape == (4,)


def test_softmax_shares_out_at_each_step(rng):
    answers = network(*READER).forward(rng.normal(size=(TOKENS, STEPS, BATCH)))
    np.testing.assert_allclose(answers.reshape(3, STEPS, BATCH).sum(axis=0), 1, rtol=1e-12)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("loss", [CategoricalCrossEntropy(), MeanSquaredError()])
def test_the_gradient_is_the_slope_of_the_loss(rng, tokens, loss: Loss, at_once):
    inputs = TokenRows.of_steps(tokens, TOKENS)[:].astype(float)
    if at_once:
        targets = np.eye(3)[rng.integers(0, 3, BATCH)]
    else:
        targets = asked(rng, tokens)
    for check in check_tensors(network(*READER), loss, inputs.T, targets.T, rng=rng):
        assert check.relative_error < 1e-8, check.name


def test_what_is_wanted_once_is_wanted_at_every_step(rng):
    reader, loss = network(*READER), CategoricalCrossEntropy()
    inputs, once = rng.normal(size=(TOKENS * STEPS, BATCH)), np.eye(3)[rng.integers(0, 3, BATCH)].T
    one = slopes(reader, loss, inputs, once)
    other = slopes(reader, loss, inputs, np.repeat(once, STEPS, axis=0))
    assert one.loss == other.loss
    np.testing.assert_array_equal(one.grad_inputs, other.grad_inputs)


def test_every_example_weighs_the_same_and_its_steps_alike(rng, tokens):
    """The loss is the mean over the examples of the mean surprise at their steps."""
    reader, loss = network(*READER), CategoricalCrossEntropy()
    inputs = TokenRows.of_steps(tokens, TOKENS)[:].astype(float).T
    wanted = asked(rng, tokens)
    answers = reader.forward(inputs).reshape(3, STEPS, BATCH)
    right = wanted.reshape(BATCH, 3, STEPS).transpose(1, 2, 0) > 0
    surprise = [
        np.mean(-np.log(answers[..., i][right[..., i]])) if right[..., i].any() else 0.0
        for i in range(BATCH)
    ]
    assert slopes(reader, loss, inputs, wanted.T).loss == pytest.approx(np.mean(surprise))
    step = TrainingStep(network(*READER), loss, SGD(), rng=None)
    assert step(inputs.T, wanted, 0.1) == pytest.approx(np.mean(surprise))


def test_what_stands_behind_an_end_changes_no_number(rng, tokens):
    """More steps of padding leave the loss and the gradient as they are."""
    loss, longer = CategoricalCrossEntropy(), np.pad(tokens, ((0, 0), (0, 4)), constant_values=-1)
    wanted = np.where(tokens < 0, -1, rng.integers(0, 3, tokens.shape))
    found = []
    for texts in (tokens, longer):
        reader = Network((TOKENS, texts.shape[1]), READER, dtype=np.float64, padded=True)
        width = texts.shape[1] - wanted.shape[1]
        targets = np.pad(wanted, ((0, 0), (0, width)), constant_values=-1)
        rows = TokenRows.of_steps(targets, 3, weighted=True)[:].astype(float)
        inputs = TokenRows.of_steps(texts, TOKENS)[:].astype(float)
        found.append((slopes(reader, loss, inputs.T, rows.T).loss, reader.gradient.copy()))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-6)  # weights are float32
    np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-6, atol=1e-12)


def test_tokens_are_written_out_when_they_are_fetched(tokens):
    rows = TokenRows.of_steps(tokens, TOKENS)
    written = rows[:].reshape(BATCH, TOKENS, STEPS)
    assert rows.shape == (BATCH, TOKENS * STEPS)
    assert rows.ends_early
    assert rows.values.dtype == np.uint8
    np.testing.assert_array_equal(written.sum(axis=1), rows.values != NO_TOKEN)
    np.testing.assert_array_equal(np.where(tokens < 0, 0, written.argmax(axis=1)), tokens.clip(0))
    np.testing.assert_array_equal(rows[2], rows[:][2])
    np.testing.assert_array_equal(rows.part(np.array([3, 1]))[:], rows[:][[3, 1]])
