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
from PySide6.QtWidgets import QScrollArea, QWidget

from playground.data.catalogue import load
from playground.errors import PlaygroundError
from playground.gui.session.run_state import RunState
from playground.training.presets import DEFAULT

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

MOST_CLICKS = 3
F1 = Qt.Key.Key_F1

STAGES = (
    ("X, Y", "X: (64, 64), Y: (10, 64)", "every column is an example"),  # 1
    ("Z1", "Z1 = W1·X + b1", "(256, 64)·(64, 64) + (256, 1) → (256, 64)"),  # 3
    ("Z1", "With a row of ones below the inputs", "[W1 b1]·[X; 1]"),  # 19
    ("A1", "A1 = ReLU(Z1)", "(256, 64) → (256, 64)"),
    ("Z3", "Z3 = W3·D2 + b3", "(10, 128)·(128, 64) + (10, 1) → (10, 64)"),
    ("A3", "A3 = Softmax(Z3)", "(10, 64) → (10, 64)"),
    ("L", "L = −Σ y·ln ŷ", "so ln 0 cannot occur and nothing is clipped", "= −ln"),  # 11, 23
    ("dZ3", "dZ3 = A3 − Y"),  # 4, 13, 24
    ("dW3", "dW3 = dZ3·D2ᵀ / m"),
    ("db3", "db3 = Σ dZ3 / m"),
    ("dD1", "dD1 = W2ᵀ·dZ2"),
    ("dZ1", "dZ1 = dA1 ∘ f′(Z1)", "f′(z) = a if z > 0 else 0"),
    ("dW1", "dW1 = dZ1·Xᵀ / m"),
    ("db1", "db1 = Σ dZ1 / m"),
    ("W1′", "W1 ← W1 − α·M̂ / (√V̂ + ε)", "16,384 numbers moved"),  # 5, 14
    ("b1′", "b1 ← b1 − α·M̂ / (√V̂ + ε)"),
)
ACTIVATIONS = (  # 10, 12, 20, 21
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
LOSSES = (  # 11
    ("Squared error", "L = ½ Σ (ŷ − y)²", "∂L/∂ŷ = ŷ − y"),
    ("Log loss", "L = −Σ [y·ln ŷ + (1 − y)·ln(1 − ŷ)]", "∂L/∂ŷ = −y/ŷ + (1 − y)/(1 − ŷ)"),
    ("Cross-entropy", "L = −Σ y·ln ŷ", "∂L/∂ŷ = −y/ŷ"),
)
OPTIMIZERS = (  # 5, 14
    ("Gradient descent", "w ← w − α·g, g over all examples"),
    ("SGD", "w ← w − α·g"),
    ("Adam", "m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²", "a rate of its own"),
)


@pytest.fixture
def hand(open_window, qtbot):
    """Return a hand at the window as it opens."""
    hand = Hand(open_window(DEFAULT), qtbot)
    yield hand
    assert hand.most_clicks <= MOST_CLICKS


@pytest.fixture
def train(hand, qtbot):
    """Return a function that clicks on Train and waits for so many epochs, or for the end."""
    session = hand.window.session

    def trained(epochs=None):
        hand.click("trainButton")
        if epochs is None:
            last = session.experiment.training.stopping.epochs
            qtbot.waitUntil(lambda: session.snapshot.epoch == last)
            qtbot.waitUntil(lambda: session.state is RunState.FINISHED)
            return
        qtbot.waitUntil(lambda: session.snapshot.epoch >= epochs)
        session.toggle_training()
        qtbot.waitUntil(lambda: session.state is RunState.PAUSED)

    return trained


def loss(hand, part):
    return hand.window.session.snapshot.history.last(f"{part}_loss")


def read_each(hand, listed, *entries):
    """Read what each entry of a list shows; one click leads to any of them."""
    for entry, *texts in entries:
        with hand.one_of_several():
            hand.pick(listed, entry)
            hand.sees(*texts)


def test_what_is_only_looked_at(hand):
    with hand.one_of_several():  # 34
        hand.sees("Input", "64 pixels, 0…1", "Dense 1", "64 → 256", "Dense 2", "256 → 128")
        hand.sees("Output", "128 → 10", "10 classes")
    with hand.one_of_several():  # 1
        hand.show_tab("Data")
        hand.sees("8×8 pixels = 64 features", "values 0 to 1", "1,797 digits", "9,291 examples")
    with hand.one_of_several():  # 19
        hand.show_tab("Weights")
        hand.click("weightsMatrixButton")
        hand.sees("W1 (256, 64) · b1 (256)", "neuron")
    with hand.one_of_several():  # 22
        hand.choose_from_menu("File", "Show as Python…")
        hand.sees("network.fit(", "network.predict(")
        hand.close_dialog()
    with hand.one_of_several():  # 31
        hand.choose_from_menu("Network", "Check gradients…")
        hand.sees("Backpropagation is correct", "Dense 1 · weights", "✓ correct")
        hand.close_dialog()
    with hand.one_of_several():  # 16
        hand.click("exampleWallButton")
        hand.sees("1–64 of 8,042")
        wall = hand.find("wallExamples")
        assert wall.visualRect(wall.model().index(63, 0)).bottom() <= wall.viewport().height()
        hand.close_dialog()


def test_what_is_looked_up(hand):
    for box, words in (
        ("activationBox", ACTIVATIONS), ("lossBox", LOSSES), ("optimizerBox", OPTIMIZERS)
    ):  # fmt: skip
        with hand.one_of_several():
            hand.press(F1, box)
            read_each(hand, "glossaryList", *words)
            curve = hand.front.findChild(QWidget, "topicCurve")
            assert curve.isVisible() == (box != "optimizerBox")
            hand.close_dialog()
    with hand.one_of_several():
        hand.choose_from_menu("Help", "Glossary")
        read_each(
            hand,
            "glossaryList",
            ("Feed-forward network", "each hands its outputs on to the next"),  # 8
            ("Clipped logarithm", "counts none as less than 1e−7", "L = −ln max(ŷ, ε)"),  # 23
        )
        hand.close_dialog()


def test_a_step_in_slow_motion(hand):
    hand.show_tab("Step through")
    hand.click("beginStepButton")
    hand.sees("X: (64, 64), Y: (10, 64)")
    read_each(hand, "stepStages", *STAGES)


def test_an_example(hand):
    hand.pick("exampleRow", 0)  # 6, 35
    hand.sees("Training example 1", "labelled 0")
    answers = hand.window.session.reading.outputs
    hand.sees(f"{100 * answers.max():.1f} % sure")
    assert hand.find("predictedLabel").text() == str(np.argmax(answers))
    with hand.one_of_several():  # 9
        hand.pick_neuron("dense_1", 5)
        hand.sees("Weighted sum z = Σ w·a + b")
        hand.sees_by_wheel("inspectorScroll", "bias b")
    with hand.one_of_several():  # 12, 13: from the loss to the last layer
        hand.pick_neuron("output", 0)
        hand.sees("Output · class 0")
        hand.sees_by_wheel(
            "inspectorScroll",
            "Softmax: f(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ",
            "∂aᵢ/∂zᵢ",
            "∂L/∂ŷ, here ∂L/∂a",
            "∂L/∂zᵢ = Σⱼ ∂L/∂aⱼ · aⱼ·(δᵢⱼ − aᵢ)",
            "∂L/∂w = ∂L/∂z · ∂z/∂w",
            "∂L/∂b = ∂L/∂z · 1",
        )
    with hand.one_of_several():  # 13: and on to the first
        hand.pick_neuron("dense_1", 0)
        hand.sees("Dense 1 · neuron 1")
        hand.sees_by_wheel(
            "inspectorScroll",
            "∂L/∂a = Σ ∂L/∂z · w of the next layer",
            "∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w",
            "∂a/∂z = f′(z)",
            "∂L/∂b = ∂L/∂z · 1",
        )
        hand.click("closeInspectorButton")
    with hand.one_of_several():  # 17
        hand.show_tab("Data")
        hand.sees("This example", "8×8 = 64 numbers, 35 with ink")
        table = hand.window.session.probe.inputs.reshape(8, 8)
        hand.sees_by_wheel(
            hand.window.lens_area.pane.current.findChild(QScrollArea),
            *("".join(f"{value:.2f}" for value in row) for row in table),
        )
    with hand.one_of_several():  # 33
        hand.show_tab("Why")
        hand.sees("Input gradient", "Occlusion", "Hiding blue pixels lowers the")


def test_a_drawn_eight(hand):
    canvas = hand.find("drawCanvas")  # 33
    turns, size = np.linspace(0, 4 * np.pi, 40), canvas.width() // 5
    across = size * np.sin(turns)
    down = np.where(turns < 2 * np.pi, -size, size) * (1 - np.cos(turns))
    middle = canvas.rect().center()
    hand.draw(
        canvas,
        [middle + QPoint(round(x), round(y)) for x, y in zip(across, down, strict=True)],
    )
    hand.sees("8×8 seen", "sure")
    hand.show_tab("Weights")
    hand.sees("W1 (256, 64) · b1 (256)")


def test_with_mnist(hand):
    try:
        load("mnist")
    except PlaygroundError as missing:
        pytest.skip(str(missing))
    hand.choose("presetBox", "Article: MNIST, 784-10-10")  # 2
    hand.sees("Dense 1 · ReLU · 10", "Output · Softmax · 10", "784 pixels, 0…1", "784 → 10")
    with hand.one_of_several():  # 1
        hand.show_tab("Data")
        hand.sees("28×28 pixels = 784 features", "values 0 to 1", "70,000 examples")
    with hand.one_of_several():  # 33
        hand.show_tab("Weights")
        hand.sees("W1 (10, 784) · b1 (10)")


def test_the_articles_networks(hand, train):
    with hand.one_of_several():  # 25
        hand.choose("presetBox", "Article: iris, 4-10-5-3")
        hand.sees("4 → 10", "10 → 5", "5 → 3", "Output · Softmax · 3", "75 % / 25 %")
        hand.sees("Iris: 112 training, 38 test")
    with hand.one_of_several():  # 26
        hand.choose("presetBox", "Article: one neuron")
        hand.sees("output 0.9990889", "2.00", "3.00", "b 4.00")
        hand.pick_neuron("output", 0)
        hand.sees("Sigmoid: f(z) = 1 / (1 + e⁻ᶻ)", "z = Σ w·a + b 7.00", "a = f(z) 0.999")
        hand.sees_by_wheel("inspectorScroll", "1.00 × 3.00", "0 × 2.00", "bias b 4.000")
    with hand.one_of_several():  # 27
        hand.choose("presetBox", "Article: XOR, 2-2-1")
        hand.sees("Dense 1 · Sigmoid · 2")
        with hand.one_of_several():
            hand.pick_neuron("dense_1", 0)
            hand.sees("Dense 1 · neuron 1")
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
        with hand.one_of_several():
            hand.pick_neuron("output", 0)
            hand.sees("Output · class 1")
            hand.sees_by_wheel(
                "inspectorScroll",
                "∂L/∂ŷ, here ∂L/∂a",
                "∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w",
                "∂a/∂w = f′(z) · Dense 1 · 1",
                "∂a/∂(Dense 1 · 1) = f′(z) · w",
            )
        hand.sees("Squared error", "Stop after 1,000 epochs", "with 60 different seeds")  # 28
        assert hand.find("learningRateBox").currentText() == "0.1"
        assert hand.find("batchSizeBox").currentText() == "1"
        train()
        hand.sees("Finished: 1,000 epochs are done", f"train {loss(hand, 'train'):.3f}")


def test_the_articles_digits(hand, train):
    hand.choose("presetBox", "Article: digits, 64-64-10")  # 15
    hand.sees("The article reports 93.06 % on the fifth that is held out")
    hand.sees("Input · 8×8", "Dense 1 · Sigmoid · 64", "Output · Softmax · 10")
    hand.sees("Gradient descent", "full batch", "80 % / 20 %", "Stop after 1,000 epochs")
    assert hand.find("learningRateBox").currentText() == "0.1"
    before = loss(hand, "train"), loss(hand, "test")
    train(epochs=20)
    after = loss(hand, "train"), loss(hand, "test")
    assert max(after) < 0.8 * min(before)
    hand.sees("Loss (cross-entropy)", f"train {after[0]:.3f}", f"test {after[1]:.3f}")


def test_what_can_go_wrong(hand, train):
    for preset, finding in (  # 29, 30, 38
        ("Learning rate too high", "A learning rate of 1 is too high."),
        ("Learning rate too low", "Raise the learning rate to 0.001"),
        ("Underfitting", "9 parameters are too few for this task."),
        ("Overfitting", "Start again with L2 of 0.01"),
    ):
        with hand.one_of_several():
            hand.choose("presetBox", preset)
            train()
            hand.sees(finding)


def test_training_until_it_is_right(hand, qtbot):
    before = loss(hand, "train")  # 36
    hand.click("trainButton")
    hand.pick("exampleRow", 0)
    hand.sees("labelled 0 ✓ right")
    qtbot.waitUntil(lambda: loss(hand, "train") < before)


def test_adam_races_gradient_descent(hand, qtbot):
    hand.window.session.change("training.stopping.epochs", 2)  # not to wait for 200
    hand.show_tab("Runs")  # 7, 37
    hand.click("raceButton")
    hand.sees("Optimizer: Adam, then Optimizer: Gradient descent: both start with the same weights")
    hand.click("startRaceButton")
    hand.sees("Optimizer: Adam", "Optimizer: Gradient descent", "Best on test", "Time")
    hand.sees("No example is selected.", "Optimizer: Gra…")
    qtbot.waitUntil(lambda: hand.window.session.state is RunState.FINISHED)


def test_another_network(hand, train):
    with hand.one_of_several():  # 34
        hand.choose("unitsBox", "32 neurons")
        hand.sees("64 → 32", "32 → 128", "Dense 1 · ReLU · 32")
    with hand.one_of_several():  # 38
        hand.choose("l2Box", "0.01")
        hand.press(F1, "l2Box")
        hand.sees("L2 penalty", "g + λ₂·w")
        hand.close_dialog()
    for kind, words in (("Dropout", "Rate"), ("Batch norm", "2 parameters")):  # 38
        with hand.one_of_several():
            hand.click("addLayerButton")
            hand.pick_entry(kind)
            hand.sees(f"{kind} 1", words)
    with hand.one_of_several():  # 20
        hand.choose("activationBox", "Leaky ReLU")
        hand.click("detailsButton")
        hand.sees("Slope a", "Slope b")
    with hand.one_of_several():  # 18
        hand.click("addLayerButton")
        hand.pick_entry("Dense")
        hand.sees("Dense 3")
        train(epochs=1)
