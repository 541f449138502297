import math

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QStackedWidget, QWidget

from playground.errors import ShapeError
from playground.gui.look.colors import DARK
from playground.gui.look.theme import apply
from playground.gui.probes.bars import PredictionBars
from playground.gui.probes.predicted_label import PredictedLabel
from playground.gui.probes.prediction import PredictionPanel
from playground.wording import fixed, percent

DIGITS = tuple("0123456789")
SHARES = [0.002, 0.001, 0.010, 0.951, 0.0, 0.02, 0.0, 0.003, 0.01, 0.003]


@pytest.fixture
def panel(keep):
    widget = PredictionPanel()
    widget.resize(287, 300)
    return keep(widget)


def label(panel):
    return panel.findChild(QLabel, "predictedLabel").text()


def test_the_bars_write_the_given_numbers(keep):
    bars = PredictionBars()
    bars.set_classes(DIGITS)
    bars.set_shares(SHARES)
    keep(bars)
    assert bars.texts[3] == "95.1 %"
    assert bars.accessibleDescription().startswith("0: 0.2 %, 1: 0.1 %")


def test_a_bar_is_as_long_as_its_share(keep):
    bars = PredictionBars()
    bars.set_classes(DIGITS)
    bars.resize(287, 190)
    bars.set_shares([0.5, 0.25, *[0.0] * 8])
    picture = keep(bars).grab().toImage()

    def length(row, color):
        return sum(picture.pixelColor(x, row * 19 + 9).name() == color for x in range(287))

    whole = length(5, DARK.track) + length(5, DARK.accent)
    assert length(0, DARK.good) == pytest.approx(whole / 2, abs=6)
    assert length(1, DARK.accent) == pytest.approx(whole / 4, abs=6)


def test_a_word_keeps_its_size_when_the_theme_changes(panel, qapp):
    panel.set_prediction(("setosa", "versicolor"), [0.9, 0.1])
    word = panel.findChild(QLabel, "predictedLabel")
    before = word.grab().toImage()
    try:
        apply(qapp, "light")
    finally:
        apply(qapp, "dark")
    assert word.grab().toImage() == before


def test_ten_classes_show_the_best_and_the_next(panel):
    panel.set_prediction(DIGITS, SHARES)
    assert label(panel) == "3"
    assert panel.readout == "95.1 % sure\nnext: 5 (2.0 %)"


def test_classes_with_names(panel):
    panel.set_prediction(("setosa", "versicolor", "virginica"), [0.01, 0.83, 0.16], label=1)
    assert label(panel) == "versicolor"
    assert panel.readout.splitlines()[1:] == [
        "next: virginica (16.0 %)",
        "labelled versicolor  ✓ right",
    ]


def test_one_sigmoid_output_is_shown_as_two_classes_and_as_its_value(panel):
    panel.set_prediction(("0", "1"), [0.25])
    assert label(panel) == "0"
    assert panel.readout == "75.0 % sure\noutput 0.250"


def test_a_value_worked_by_hand_is_shown_with_all_its_decimals(panel):
    panel.set_output_decimals(7)
    panel.set_prediction(("0", "1"), [0.9990889])
    assert "output 0.9990889" in panel.readout


def test_a_wrong_answer_says_so(panel):
    panel.set_prediction(DIGITS, SHARES, label=5)
    assert "labelled 5  ✗ wrong" in panel.readout


def test_a_regression_shows_its_value_on_the_range(panel):
    panel.set_value(-0.4204, (-1.0, 1.0), target=-0.5)
    assert label(panel) == "−0.420"
    assert panel.readout == "true value −0.500\nerror 0.080"
    assert panel.findChild(QWidget, "valueScale").isVisible()
    assert not panel.findChild(QWidget, "predictionBars").isVisible()
    panel.set_prediction(("0", "1"), [0.5, 0.5])
    assert not panel.findChild(QWidget, "valueScale").isVisible()


def test_clearing_leaves_the_classes_and_no_numbers(panel):
    panel.set_prediction(DIGITS, SHARES)
    panel.clear()
    assert label(panel) == ""
    assert panel.findChild(PredictionBars, "predictionBars").names == DIGITS
    assert "%" not in panel.findChild(QWidget, "predictionBars").accessibleDescription()


def test_numbers_that_are_not_finite_show_no_prediction(panel):
    panel.set_prediction(DIGITS, [math.nan] * 10)
    assert label(panel) == ""
    panel.set_value(math.nan, (-1.0, 1.0))
    assert label(panel) == "–"
    panel.grab()


def test_probabilities_that_do_not_fit_the_classes_are_refused(panel):
    with pytest.raises(ShapeError, match="10 classes expect as many probabilities; 3 came"):
        panel.set_prediction(DIGITS, [0.1, 0.2, 0.7])


class LayoutRequests(QObject):
    def __init__(self, watched):
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_a_new_prediction_does_not_lay_the_panel_out_again(panel):
    panel.set_prediction(DIGITS, SHARES)
    QApplication.processEvents()
    requests = LayoutRequests(panel)
    panel.set_prediction(DIGITS, SHARES[::-1], label=2)
    QApplication.processEvents()
    assert requests.count == 0
    panel.set_value(0.5, (-1.0, 1.0))
    QApplication.processEvents()
    assert requests.count > 0
    requests.count = 0
    panel.set_value(-0.75, (-1.0, 1.0), target=0.5)
    QApplication.processEvents()
    assert requests.count == 0


def test_of_several_panels_the_one_in_view_has_the_names(keep):
    pages = QStackedWidget()
    panels = [PredictionPanel(), PredictionPanel()]
    for panel in panels:
        panel.set_prediction(DIGITS, SHARES)
        pages.addWidget(panel)
    keep(pages)
    for panel in reversed(panels):
        pages.setCurrentWidget(panel)
        (found,) = pages.findChildren(QWidget, "predictionBars")
        assert panel.isAncestorOf(found)
        (found,) = pages.findChildren(QLabel, "predictedLabel")
        assert panel.isAncestorOf(found)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-0.4, 2, "−0.40"), (1.2, 2, "1.20"), (-0.001, 2, "0.00"), (math.inf, 2, "–")],
)
def test_signed_numbers(value, decimals, text):
    assert fixed(value, decimals) == text


def test_percentages():
    assert percent(0.951) == "95.1 %"
    assert percent(math.nan) == "–"


@pytest.mark.parametrize("letter", "gmy8")
def test_a_large_letter_is_whole(keep, letter):
    label = keep(PredictedLabel())
    label.show_text("", wrong=False)
    bare = label.grab().toImage()
    label.show_text(letter, wrong=False)
    drawn = label.grab().toImage()
    wide, high = drawn.width(), drawn.height()
    edge = [(x, y) for x in range(wide) for y in (0, high - 1)]
    assert all(drawn.pixel(*at) == bare.pixel(*at) for at in edge)
    inked = [x for x in range(wide) for y in range(high) if drawn.pixel(x, y) != bare.pixel(x, y)]
    assert min(inked) < max(inked) < wide
    assert len(inked) > 300  # no ellipsis
