"""What five articles on neural networks explain is seen after three clicks at most.

The articles' contents are 38 rows, numbered as here: a digit recognizer from scratch (1 to 8), the
mathematics (9 to 18), a network in the scikit-learn manner (19 to 25), a neuron and a small network
by hand (26 to 32), an introduction (33 to 38). Each way begins at the window as it opens, and is
gone with the mouse; where it is a key, the key counts as a click. What is read is what is painted.

Rows 8 (in part) and 32 wait for networks that are not feed-forward ones, which do not exist yet: of
row 8 only that kind is looked for, and row 32 is left out. The digits have 8×8 pixels; where MNIST
is at hand, a test walks to those of 28×28 too.
"""

import numpy as np
import pytest
from mouse import Hand
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from playground.data.catalogue import load
from playground.errors import PlaygroundError
from playground.gui.session.run_state import RunState
from playground.training.presets import DEFAULT

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

MOST_CLICKS = 3
F1 = Qt.Key.Key_F1


@pytest.fixture
def hand(open_window, qtbot):
    """Return a hand at the window as it opens."""
    hand = Hand(open_window(DEFAULT), qtbot)
    yield hand
    assert 0 < hand.most_clicks <= MOST_CLICKS


def train(hand, qtbot):
    hand.click("trainButton")
    qtbot.waitUntil(lambda: hand.window.session.state is RunState.FINISHED)


def train_a_little(hand, qtbot, epochs):
    session = hand.window.session
    hand.click("trainButton")
    qtbot.waitUntil(lambda: session.snapshot.epoch >= epochs)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)


def loss(hand, part):
    return hand.window.session.snapshot.history.last(f"{part}_loss")


def pick_and_read(hand, listed, *entries):
    """Read what each entry of a list shows; one click leads to any of them."""
    for entry, *texts in entries:
        with hand.one_of_several():
            hand.pick(listed, entry)
            hand.sees(*texts)


def walk_stages(hand, *stages):
    hand.show_tab("Step through")
    hand.click("beginStepButton")
    hand.sees("X: (64, 64), Y: (10, 64)", "every column is an example")
    pick_and_read(hand, "stepStages", *stages)


def look_up(hand, box, *words):
    hand.press(F1, box)
    pick_and_read(hand, "glossaryList", *words)


# A digit recognizer from scratch.


def test_01_a_picture_is_a_row_of_numbers(hand):
    hand.show_tab("Data")
    hand.sees("8×8 pixels = 64 features", "values 0 to 1", "1,797 examples")


def test_01_02_33_mnist(hand):
    try:
        load("mnist")
    except PlaygroundError as missing:
        pytest.skip(str(missing))
    hand.choose("presetBox", "Article: MNIST, 784-10-10")
    hand.sees("Dense 1 · ReLU · 10", "Output · Softmax · 10", "784 pixels, 0…1", "784 → 10")
    with hand.one_of_several():
        hand.show_tab("Data")
        hand.sees("28×28 pixels = 784 features", "values 0 to 1", "70,000 examples")
    with hand.one_of_several():
        hand.show_tab("Weights")
        hand.sees("W1 (10, 784) · b1 (10)")


def test_03_forward(hand):
    walk_stages(
        hand,
        ("Z1", "Z1 = W1·X + b1", "(256, 64)·(64, 64) + (256, 1) → (256, 64)"),
        ("A1", "A1 = ReLU(Z1)", "(256, 64) → (256, 64)"),
        ("Z3", "Z3 = W3·D2 + b3", "(10, 128)·(128, 64) + (10, 1) → (10, 64)"),
        ("A3", "A3 = Softmax(Z3)", "(10, 64) → (10, 64)"),
    )


def test_04_24_backward(hand):
    walk_stages(
        hand,
        ("dZ3", "dZ3 = A3 − Y"),
        ("dW3", "dW3 = dZ3·D2ᵀ / m"),
        ("db3", "db3 = Σ dZ3 / m"),
        ("dD1", "dD1 = W2ᵀ·dZ2"),
        ("dZ1", "dZ1 = dA1 ∘ f′(Z1)", "f′(z) = a if z > 0 else 0"),
        ("dW1", "dW1 = dZ1·Xᵀ / m"),
        ("db1", "db1 = Σ dZ1 / m"),
    )


def test_05_the_update(hand):
    walk_stages(
        hand,
        ("W1′", "W1 ← W1 − α·M̂ / (√V̂ + ε)", "16,384 numbers moved"),
        ("b1′", "b1 ← b1 − α·M̂ / (√V̂ + ε)"),
    )


def test_05_the_plain_update(hand):
    hand.choose("optimizerBox", "Gradient descent")
    hand.press(F1, "optimizerBox")
    hand.sees("w ← w − α·g, g over all examples")


def test_06_35_the_prediction_for_an_example(hand):
    hand.pick("exampleRow", 0)
    hand.sees("Training example 1", "labelled 0")
    answers = hand.window.session.reading.outputs
    hand.sees(f"{answers.max():.1%}".replace("%", " %") + " sure")
    assert hand.find("predictedLabel").text() == str(np.argmax(answers))


def test_07_37_adam_races_gradient_descent(hand, qtbot):
    hand.window.session.change("training.stopping.epochs", 2)  # not to wait for 200
    hand.show_tab("Runs")
    hand.click("raceButton")
    hand.sees("Optimizer: Adam, then Optimizer: Gradient descent: both start with the same weights")
    hand.click("startRaceButton")
    hand.sees("Optimizer: Adam", "Optimizer: Gradient descent")
    qtbot.waitUntil(lambda: hand.window.session.state is RunState.FINISHED)


def test_08_feed_forward_networks(hand):
    hand.choose_from_menu("Help", "Glossary")
    hand.pick("glossaryList", "Feed-forward network")
    hand.sees("each hands its outputs on to the next")


# The mathematics.


def test_09_the_weighted_sum_and_the_bias(hand):
    hand.pick("exampleRow", 0)
    hand.pick_neuron("dense_1", 5)
    hand.sees("Weighted sum z = Σ w·a + b")
    hand.sees_by_wheel("inspectorScroll", "bias b")


def test_10_12_20_21_activations(hand):
    look_up(
        hand,
        "activationBox",
        ("Identity", "f(z) = z", "Not bounded."),
        ("Linear", "f(z) = a·z", "Not bounded."),
        ("Sigmoid", "f(z) = 1 / (1 + e⁻ᶻ)", "f′(z) = f(z)·(1 − f(z))", "Bounded: from 0 to 1."),
        ("Tanh", "f′(z) = 1 − f(z)²", "Bounded: from −1 to 1."),
        ("Binary step", "f(z) = 1 if z > threshold else 0", "Bounded: from 0 to 1."),
        ("ReLU", "f(z) = max(0, a·z)", "f′(z) = a if z > 0 else 0", "Bounded below by 0."),
        ("Leaky ReLU", "f(z) = a·z if z > 0 else b·z", "Not bounded."),
        ("ELU", "f(z) = z if z > 0 else α·(eᶻ − 1)", "Bounded below by −1."),
        ("Softmax", "f(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ", "∂fᵢ/∂zⱼ = fᵢ·(δᵢⱼ − fⱼ)", "Bounded: from 0 to 1."),
        ("Softmax", "When to use it: The output when exactly one of several classes is right."),
    )
    curve = hand.find("glossaryPlot")
    assert curve.visibleRegion().boundingRect() == curve.rect()


def test_11_losses(hand):
    look_up(
        hand,
        "lossBox",
        ("Squared error", "L = ½ Σ (ŷ − y)²", "∂L/∂ŷ = ŷ − y"),
        ("Log loss", "L = −Σ [y·ln ŷ + (1 − y)·ln(1 − ŷ)]", "∂L/∂ŷ = −y/ŷ + (1 − y)/(1 − ŷ)"),
        ("Cross-entropy", "L = −Σ y·ln ŷ", "∂L/∂ŷ = −y/ŷ"),
    )


def test_12_softmax_with_its_own_numbers(hand):
    hand.pick("exampleRow", 0)
    hand.pick_neuron("output", 0)
    hand.sees("∂aᵢ/∂zᵢ", "Softmax: f(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ")


def test_13_the_chain_rule_at_the_output(hand):
    hand.pick("exampleRow", 0)
    hand.pick_neuron("output", 0)
    hand.sees_by_wheel(
        "inspectorScroll",
        "∂L/∂ŷ, here ∂L/∂a",
        "∂L/∂zᵢ = Σⱼ ∂L/∂aⱼ · aⱼ·(δᵢⱼ − aᵢ)",
        "∂L/∂w = ∂L/∂z · ∂z/∂w",
        "∂L/∂b = ∂L/∂z · 1",
    )


def test_13_the_chain_rule_further_back(hand):
    hand.pick("exampleRow", 0)
    hand.pick_neuron("dense_1", 0)
    hand.sees_by_wheel(
        "inspectorScroll",
        "∂L/∂a = Σ ∂L/∂z · w of the next layer",
        "∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w",
        "∂a/∂z = f′(z)",
        "∂L/∂b = ∂L/∂z · 1",
    )


def test_14_optimizers(hand):
    look_up(
        hand,
        "optimizerBox",
        ("Gradient descent", "w ← w − α·g, g over all examples"),
        ("SGD", "w ← w − α·g"),
        ("Adam", "m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²", "a rate of its own"),
    )


def test_15_the_articles_digits(hand, qtbot):
    hand.choose("presetBox", "Article: digits, 64-64-10")
    hand.sees("The article reports 93.06 % on the fifth that is held out")
    hand.sees("Input · 8×8", "Dense 1 · Sigmoid · 64", "Output · Softmax · 10")
    hand.sees("Gradient descent", "full batch", "80 % / 20 %", "Stop after 1,000 epochs")
    assert hand.find("learningRateBox").currentText() == "0.1"
    before = loss(hand, "train"), loss(hand, "test")
    train_a_little(hand, qtbot, epochs=20)
    assert loss(hand, "train") < 0.8 * before[0]
    assert loss(hand, "test") < 0.8 * before[1]
    hand.sees("Loss (cross-entropy)", f"train {loss(hand, 'train'):.3f}")


def test_16_a_wall_of_digits(hand):
    hand.click("exampleWallButton")
    hand.sees("1–64 of 1,437")
    wall = hand.find("wallExamples")
    assert wall.visualRect(wall.model().index(63, 0)).bottom() <= wall.viewport().height()


def test_17_a_digit_as_a_table_of_numbers(hand):
    hand.pick("exampleRow", 0)
    hand.show_tab("Data")
    hand.sees("This example", "Training example 1", "8×8 = 64 numbers, 35 with ink")


def test_18_more_layers(hand, qtbot):
    hand.click("addLayerButton")
    hand.pick_entry("Dense")
    hand.sees("Dense 3", "64 → 64")
    train_a_little(hand, qtbot, epochs=1)


# In the scikit-learn manner.


def test_19_a_layer_is_one_product(hand):
    walk_stages(hand, ("Z1", "With a row of ones below the inputs", "[W1 b1]·[X; 1]"))


def test_19_the_bias_is_a_column(hand):
    hand.show_tab("Weights")
    hand.click("weightsMatrixButton")
    hand.sees("W1 (256, 64) · b1 (256)")


def test_20_slopes_are_settings(hand):
    hand.choose("activationBox", "Leaky ReLU")
    hand.click("detailsButton")
    hand.sees("Slope a", "Slope b")


def test_22_fit_and_predict(hand):
    hand.choose_from_menu("File", "Show as Python…")
    hand.sees("network.fit(", "network.predict(")


def test_23_the_loss_stays_finite(hand):
    walk_stages(
        hand, ("L", "L = −Σ y·ln ŷ", "so ln 0 cannot occur and nothing is clipped", "= −ln")
    )


def test_23_where_it_has_to_be_clipped(hand):
    hand.choose_from_menu("Help", "Glossary")
    hand.pick("glossaryList", "Clipped logarithm")
    hand.sees("counts none as less than 1e−7", "L = −ln max(ŷ, ε)")


def test_25_iris(hand):
    hand.choose("presetBox", "Article: iris, 4-10-5-3")
    hand.sees("4 → 10", "10 → 5", "5 → 3", "Output · Softmax · 3", "75 % / 25 %")
    hand.sees("Iris: 112 training, 38 test")


# By hand.


def test_26_one_neuron(hand):
    hand.choose("presetBox", "Article: one neuron")
    hand.sees("output 0.9990889", "2.00", "3.00", "b 4.00")
    hand.pick_neuron("output", 0)
    hand.sees("Sigmoid: f(z) = 1 / (1 + e⁻ᶻ)", "z = Σ w·a + b 7.00", "a = f(z) 0.999")
    hand.sees_by_wheel("inspectorScroll", "1.00 × 3.00", "0 × 2.00", "bias b 4.000")


def test_27_every_slope_of_a_hidden_neuron(hand):
    hand.choose("presetBox", "Article: XOR, 2-2-1")
    hand.sees("Dense 1 · Sigmoid · 2")
    hand.pick_neuron("dense_1", 0)
    hand.sees_by_wheel(
        "inspectorScroll",
        "∂L/∂a = Σ ∂L/∂z · w of the next layer",
        "∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w",
        "∂a/∂z = f′(z)",
        "∂z/∂w = x₂",
        "∂a/∂w = f′(z) · x₂",
        "∂a/∂(x₂) = f′(z) · w",
        "∂a/∂b = f′(z)",
    )


def test_27_every_slope_of_the_output(hand):
    hand.choose("presetBox", "Article: XOR, 2-2-1")
    hand.sees("Dense 1 · Sigmoid · 2")
    hand.pick_neuron("output", 0)
    hand.sees_by_wheel(
        "inspectorScroll",
        "∂L/∂ŷ, here ∂L/∂a",
        "∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w",
        "∂a/∂w = f′(z) · Dense 1 · 1",
        "∂a/∂(Dense 1 · 1) = f′(z) · w",
    )


def test_28_xor(hand, qtbot):
    hand.choose("presetBox", "Article: XOR, 2-2-1")
    hand.sees("Squared error", "Stop after 1,000 epochs", "with 60 different seeds")
    assert [hand.find(f"{name}Box").currentText() for name in ("learningRate", "batchSize")] == [
        "0.1",
        "1",
    ]
    train(hand, qtbot)
    hand.sees("Finished: 1,000 epochs are done", f"train {loss(hand, 'train'):.3f}")


@pytest.mark.parametrize(
    ("preset", "finding"),
    [
        ("Learning rate too high", "A learning rate of 1 is too high."),
        ("Learning rate too low", "Raise the learning rate to 0.001"),
        ("Underfitting", "9 parameters are too few for this task."),
        ("Overfitting", "the network is learning its examples by heart."),
    ],
)
def test_29_30_38_what_can_go_wrong(hand, qtbot, preset, finding):
    hand.choose("presetBox", preset)
    train(hand, qtbot)
    hand.sees(finding)


def test_31_the_gradient_check(hand):
    hand.choose_from_menu("Network", "Check gradients…")
    hand.sees("Backpropagation is correct", "Dense 1 · weights", "✓ correct")


# An introduction.


def test_33_which_pixels_matter(hand):
    hand.pick("exampleRow", 6)
    hand.show_tab("Why")
    hand.sees("Input gradient", "Occlusion", "Hiding blue pixels lowers the")


def test_33_a_drawn_eight(hand):
    canvas = hand.find("drawCanvas")
    middle, size = canvas.rect().center(), canvas.width() // 5
    turns = np.linspace(0, 4 * np.pi, 40)
    across = (size * np.sin(turns)).astype(int)
    up = np.where(turns < 2 * np.pi, -1, 1) * (size * (1 - np.cos(turns))).astype(int)
    places = [middle + QPoint(int(x), int(y)) for x, y in zip(across, up, strict=True)]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places:
        QTest.mouseMove(canvas, place)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    hand.clicks += 1
    hand.sees("8×8 seen", "sure")
    hand.show_tab("Weights")
    hand.sees("W1 (256, 64) · b1 (256)")


def test_34_kinds_of_layer_and_their_sizes(hand):
    hand.sees("Input", "64 pixels, 0…1", "Dense 1", "64 → 256", "Dense 2", "Output", "10 classes")
    hand.choose("unitsBox", "32 neurons")
    hand.sees("64 → 32", "32 → 128", "Dense 1 · ReLU · 32")


def test_36_training_until_it_is_right(hand, qtbot):
    before = loss(hand, "train")
    hand.click("trainButton")
    hand.pick("exampleRow", 0)
    hand.sees("labelled 0 ✓ right")
    qtbot.waitUntil(lambda: loss(hand, "train") < before)
    hand.window.session.toggle_training()


@pytest.mark.parametrize("box", ["l1Box", "l2Box"])
def test_38_penalties(hand, box):
    hand.choose(box, "0.01")
    hand.press(F1, box)
    hand.sees("Biases are left alone.")


@pytest.mark.parametrize(("kind", "words"), [("Dropout", "Rate"), ("Batch norm", "Momentum")])
def test_38_layers_against_overfitting(hand, kind, words):
    hand.click("addLayerButton")
    hand.pick_entry(kind)
    hand.sees(f"{kind} 1")
