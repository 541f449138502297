"""Numbers and sums are written as on a board, and what is written is what was computed."""

import math

import numpy as np
import pytest
from short_sequences import POINTS, TEXTS

from playground.analysis.slow_step import walk
from playground.analysis.slow_step.loss_stages import example_losses, loss_stage
from playground.nn.activations import ACTIVATIONS, Activation, Identity, Softmax, Tanh
from playground.nn.explain.writing import factor, figure, span, sub, sum_of_products
from playground.nn.layers import (
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    GlobalAveragePool,
    MaxPool,
    Residual,
)
from playground.nn.losses import CategoricalCrossEntropy, MeanSquaredError
from playground.nn.optimizers import OPTIMIZERS
from playground.nn.record import LayerRecord
from playground.nn.schedules import Cosine
from playground.training.experiment import DataSettings, Experiment, Output, Training
from playground.training.trainer import Trainer


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-0.25, "−0.25"),
        (0.123456, "0.1235"),
        (123.456, "123.5"),
        (1234567.0, "1.235·10⁶"),
        (1e-8, "10⁻⁸"),
        (-3.21e-7, "−3.21·10⁻⁷"),
        (math.nan, "not a number"),
        (-math.inf, "−∞"),
    ],
)
def test_a_number_has_four_digits_and_a_true_minus(value: float, written: str) -> None:
    assert figure(value) == written


def test_negative_factors_stand_in_brackets() -> None:
    assert factor(-2.0) == "(−2)"
    assert factor(1e-9) == "(10⁻⁹)"
    assert factor(2e-9) == "(2·10⁻⁹)"


def test_indices_stand_below_the_line() -> None:
    assert sub(2, 16) == "₃,₁₇"


def test_a_short_sum_is_written_in_full() -> None:
    lines = sum_of_products(
        "z", np.array([2.0, -1.0]), np.array([3.0, 0.5]), lambda i: (f"w{i}", f"x{i}"),
        plus=("b", 0.25), divisor=2,
    )  # fmt: skip
    assert lines == (
        "z = (w0·x0 + w1·x1 + b) / 2",
        "= (2·3 + (−1)·0.5 + 0.25) / 2",
        "= 2.875",
    )


def test_a_long_sum_names_its_largest_terms_and_adds_up() -> None:
    left = np.arange(10.0)
    lines = sum_of_products(
        "z₁", left, np.ones(10), lambda i: (f"w{sub(0, i)}", f"x{sub(i)}"),
        plus=("b₁", 1.0), terms="inputs",
    )  # fmt: skip
    assert lines[0] == "z₁ = Σ w·x + b₁, 10 inputs. The largest:"
    assert lines[1] == "w₁,₁₀·x₁₀ = 9·1 = 9"
    assert lines[5:] == ("the other 6 together = 15", "b₁ = 1", "z₁ = 46")


def test_a_range_says_when_numbers_are_no_longer_finite() -> None:
    assert span(np.array([[1.0, -0.5]])) == "from −0.5 to 1"
    assert "no longer finite" in span(np.array([[np.nan, 1.0]]))


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS), ids=lambda kind: kind.kind)
@pytest.mark.parametrize("batch_size", [1, 7])
def test_every_number_that_is_worked_out_ends_in_the_number_of_its_matrix(
    optimizer: type, batch_size: int
) -> None:
    experiment = Experiment(
        data=DataSettings(name="circles", examples=60),
        layers=(
            Dense(name="one", units=6, activation=Tanh(), dropout=0.3, silenced="2"),
            BatchNorm(name="norm"),
            Dropout(name="drop", rate=0.25),
            Dense(name="two", units=3, frozen="1"),
        ),
        training=Training(
            optimizer=optimizer(),
            batch_size=batch_size,
            l1=0.01,
            l2=0.02,
            clip_norm=0.1,
            schedule=Cosine(epochs=2),
        ),
    )
    assert_arithmetic_is_right(experiment)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_every_number_of_a_map_is_worked_out_right(batch_size: int) -> None:
    experiment = Experiment(
        data=DataSettings(name="digits"),
        layers=(
            Conv2D(2, activation=Tanh(), dropout=0.4, name="first"),
            BatchNorm(name="norm"),
            Conv2D(3, kernel=2, padding="valid", silenced="1", frozen="0", name="second"),
            Dropout(0.3, whole_maps=True, name="drop"),
            Residual((Conv2D(3, kernel=2, name="inside"),), name="block"),
            Residual((Conv2D(2, name="wide"),), name="other_maps"),
            Residual((Conv2D(2, stride=2, name="far"),), name="fewer_places"),
            MaxPool(2, 1, name="largest"),
            AveragePool(2, 1, name="mean"),
            Dropout(0.2, name="pixels"),
            Residual((GlobalAveragePool(name="all"), Dense(4, name="dense")), name="past"),
        ),
        training=Training(batch_size=batch_size, l2=0.01),
    )
    assert_arithmetic_is_right(experiment)


@pytest.mark.usefixtures("sequences")
@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("output", [Softmax(), Identity()], ids=lambda kind: kind.kind)
@pytest.mark.parametrize("name", [POINTS, TEXTS])
def test_every_number_of_a_sequence_is_worked_out_right(
    name: str, output: Activation, batch_size: int
) -> None:
    loss = CategoricalCrossEntropy() if name == TEXTS else MeanSquaredError()
    experiment = Experiment(
        data=DataSettings(name=name),
        layers=(
            Dense(3, activation=Tanh(), dropout=0.4, silenced="1", frozen="0", name="first"),
            Dropout(0.2, name="drop"),
            Residual((Dense(3, activation=Softmax(), name="inside"),), name="block"),
        ),
        output=Output(activation=output),
        training=Training(batch_size=batch_size, loss=loss, l2=0.01),
    )
    assert_arithmetic_is_right(experiment)


@pytest.mark.parametrize("activation", list(ACTIVATIONS), ids=lambda kind: kind.kind)
def test_every_activation_is_written_out_right(activation: type) -> None:
    experiment = Experiment(
        data=DataSettings(name="circles", examples=60),
        layers=(Dense(name="one", units=6, activation=activation()),),
        output=Output(activation=Identity()),
        training=Training(loss=MeanSquaredError(), batch_size=3),
    )
    assert_arithmetic_is_right(experiment)


def assert_arithmetic_is_right(experiment: Experiment) -> None:
    trainer = Trainer(experiment)
    for _ in range(2):
        trainer.take(trainer.next_step())
    slow = walk(trainer.next_step(), trainer.prepared.dataset)
    for stage in slow.stages:
        if stage.arithmetic is None:
            continue
        assert stage.computed is not None
        values = stage.computed.values
        for row, column in np.ndindex(*values.shape):
            lines = stage.arithmetic(row, column)
            if any("frozen" in line.lower() for line in lines):
                continue
            written = " ".join(lines).split()
            value = float(values[row, column])
            # A rounded sum of many terms may end in −0 or in another last digit.
            near = {figure(value * (1 + shift)) for shift in (0, 1e-9, -1e-9)}
            if abs(value) < 1e-15:
                continue
            ends = near | {figure(value, 6), figure(value * (1 + 1e-9), 6)}
            assert ends & set(written), (stage.label, row, column, value, lines)


def test_a_clipped_probability_is_said_where_the_loss_is_worked_out() -> None:
    def worked_out(answer: float) -> tuple[str, ...]:
        answers, targets = np.array([[answer], [0.5]]), np.array([[1.0], [0.0]])
        last = LayerRecord("output", "input", {}, answers, answers)
        losses = example_losses(CategoricalCrossEntropy(), last, targets)
        stage = loss_stage(CategoricalCrossEntropy(), last, "A1", targets, losses)
        return stage.arithmetic(0, 0)[1:]

    assert worked_out(3.0) == ("3 counts as at most 1", "= −ln 1", "= 0")
    assert worked_out(0.0) == ("0 counts as at least 10⁻⁷", "= −ln 10⁻⁷", "= 16.12")
    assert worked_out(0.5) == ("= −ln 0.5", "= 0.6931")
