"""The confusion lens: matrix, scores, calibration, the opened cell's examples; errors of values."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from person import hover
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.analysis.answers.confusion import UNANSWERED, Confusion
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.gui.lenses.confusion.confusion_lens import ConfusionLens
from playground.gui.lenses.confusion.matrix import NONE, cell_grounds
from playground.gui.lenses.confusion.wording import cell_text
from playground.gui.look import theme
from playground.gui.look.heat import is_bright
from playground.gui.session.analyst import Answer
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.cell_texts import INKS
from playground.gui.widgets.cells import Cell
from playground.training.presets import preset

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def prepared(name):
    return prepare(
        load(name, examples=120, noise=0.1), test_fraction=0.2, standardize=False, seed=0
    )


def answers_of(data, seed=0, right=0.8):
    """Return made-up answers to the test part, so many of them right."""
    rng = np.random.default_rng(seed)
    index = data.test_index
    true = data.dataset.targets[index]
    classes = len(data.dataset.class_names)
    read = np.where(rng.random(len(true)) < right, true, rng.integers(0, classes, len(true)))
    sure = rng.uniform(0.3, 1.0, len(true))
    return PartAnswers("test", len(true), index, true, read, sure, sure / 2, classes)


def values_of(data, error=0.1):
    index = data.test_index
    true = data.dataset.targets[index, 0].astype(float)
    predicted = true + np.random.default_rng(0).normal(0, error, len(true))
    nothing = np.full(len(true), np.nan)
    return PartAnswers("test", len(true), index, true, predicted, nothing, nothing, 0)


@pytest.fixture
def lens(qapp, keep, digits):
    return made(keep, digits)


def made(keep, data, size=(800, 520)):
    session = Session()
    session.prepared = data
    session.snapshot = SimpleNamespace(run=1, step=7, epoch=12)
    widget = ConfusionLens(session)
    widget.held = session
    widget.on_data(data)
    widget.resize(*size)
    return keep(widget)


def deliver(lens, answers, run=1):
    moment = SimpleNamespace(run=run, step=7, epoch=12)
    lens.on_answer("answers", Answer(("", "answers"), moment, answers))


def click(lens, true, read):
    spot = lens.matrix.cell_rect(Cell(0, true, read)).center()
    QTest.mouseClick(lens.matrix.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def text_of(lens, true, read):
    """Return what is written in a cell; where nothing is counted there is a spot."""
    cell = slice(true, true + 1), slice(read, read + 1)
    return lens.matrix.texts(0, cell)[0][0] or NONE


def figures(lens):
    return tuple(label.text() for label in lens.figures.labels)


def tip(table, row, column):
    return table.model().data(table.model().index(row, column), Qt.ItemDataRole.ToolTipRole)


def wall_examples(lens):
    return lens.view.wall.indices.tolist()


def box_of(wall, place):
    return wall.visualRect(wall.model().index(place))


def a_mistake(answers):
    return answers.confusion.most_frequent_mistake()


def test_the_line_tells_what_is_measured(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers)
    right = sum(t == r for t, r in zip(answers.targets, answers.predicted, strict=True))
    share = f"{100 * right / 360:.1f}"
    assert lens.measured.whole_text() == f"360 test examples · epoch 12 · accuracy {share} %"


def test_every_cell_holds_its_count_or_its_share(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers)
    pairs = list(zip(answers.targets.tolist(), answers.predicted.tolist(), strict=True))
    for true in range(10):
        row = [pair for pair in pairs if pair[0] == true]
        for read in range(10):
            count = row.count((true, read))
            assert text_of(lens, true, read) == (str(count) if count else NONE)
    lens.counts_box.setCurrentIndex(1)
    assert text_of(lens, 3, 3) == f"{100 * pairs.count((3, 3)) / 37:.0f}"


def test_hovering_reads_a_cell(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers)
    true, read = a_mistake(answers)
    hover(lens.matrix.viewport(), lens.matrix.cell_rect(Cell(0, true, read)).center())
    count = int(answers.confusion.counts[true, read])
    support = int((answers.targets == true).sum())
    share = f"{100 * count / support:.1f}"
    expected = f"true {true} read as {read}: {count} of {support} ({share} %)"
    assert lens.reading.whole_text() == expected
    assert lens.matrix.accessibleDescription() == expected
    hover(lens.matrix.viewport(), QPoint(2, 2))
    assert lens.reading.whole_text() == f"Most frequent mistake: {expected}."


def test_before_a_cell_is_opened_all_mistakes_are_listed(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers)
    wrong = [
        (-sure, int(index))
        for index, t, r, sure in zip(
            answers.indices, answers.targets, answers.predicted, answers.confidence, strict=True
        )
        if t != r
    ]
    assert wall_examples(lens) == [index for _, index in sorted(wrong)]
    assert lens.caption.whole_text() == f"{len(wrong)} mistakes, the most confident first"
    assert not lens.all_button.isVisible()


def test_a_click_on_a_cell_shows_its_examples_and_one_becomes_the_probe(lens, digits, qtbot):
    answers = answers_of(digits)
    deliver(lens, answers)
    true, read = a_mistake(answers)
    click(lens, true, read)
    assert lens.matrix.opened == (true, read)
    listed = wall_examples(lens)
    assert len(listed) == answers.confusion.counts[true, read]
    assert {int(digits.dataset.targets[index]) for index in listed} == {true}
    assert lens.caption.whole_text().startswith(f"true {true} read as {read}: ")
    wall = lens.view.wall
    with qtbot.waitSignal(lens.probe_requested) as asked:
        spot = box_of(wall, 0).center()
        QTest.mouseClick(wall.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    (probe,) = asked.args
    assert np.array_equal(probe.inputs, digits.dataset.inputs[listed[0]])
    assert probe.label == true
    assert wall.selected == listed[0]
    lens.all_button.click()
    assert lens.matrix.opened is None
    assert len(wall_examples(lens)) > len(listed)


def test_the_keyboard_walks_opens_and_leaves_cells(lens, digits):
    deliver(lens, answers_of(digits))
    matrix = lens.matrix
    matrix.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(matrix, key)
    assert matrix.reading.startswith("true 1 read as 1: ")
    QTest.keyClick(matrix, Qt.Key.Key_Return)
    assert matrix.opened == (1, 1)
    for _ in range(12):
        QTest.keyClick(matrix, Qt.Key.Key_Up)
        QTest.keyClick(matrix, Qt.Key.Key_Left)
    assert matrix.reading.startswith("true 0 read as 0: ")
    assert matrix.opened == (1, 1)
    QTest.keyClick(matrix, Qt.Key.Key_Escape)
    assert matrix.opened is None


def test_new_answers_keep_the_opened_cell_the_scroll_place_and_the_chosen_example(lens, digits):
    deliver(lens, answers_of(digits))
    click(lens, 4, 4)
    wall = lens.view.wall
    QApplication.processEvents()
    wall.verticalScrollBar().setValue(90)
    place = wall.verticalScrollBar().value()
    assert place > 0
    lens.request_example(wall_examples(lens)[3])
    chosen = wall.selected
    deliver(lens, answers_of(digits, seed=1))
    assert lens.matrix.opened == (4, 4)
    assert wall.verticalScrollBar().value() == place
    assert wall.selected == chosen
    assert lens.caption.whole_text().startswith("true 4 read as 4: ")


def test_the_scores_are_those_of_the_counts(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers)
    for k in range(10):
        hits = int(((answers.targets == k) & (answers.predicted == k)).sum())
        read, support = int((answers.predicted == k).sum()), int((answers.targets == k).sum())
        name, precision, recall, f1, examples = (lens.scores.text(k, i) for i in range(5))
        assert (name, examples) == (str(k), str(support))
        assert precision == f"{100 * hits / read:.1f} %"
        assert recall == f"{100 * hits / support:.1f} %"
        assert f1 == f"{100 * 2 * hits / (read + support):.1f} %"


def test_a_score_that_would_divide_by_zero_says_why(lens, digits):
    answers = answers_of(digits)
    read = np.where(answers.predicted == 7, 1, answers.predicted)
    deliver(lens, replace(answers, predicted=read))
    assert lens.scores.text(7, 1) == "–"
    assert tip(lens.scores, 7, 1).startswith("<qt>No example was read as 7")
    assert "without 7" in tip(lens.scores, 10, 1)
    kept = answers.targets != 5
    less = PartAnswers(
        "test", 360, *(column[kept] for column in (answers.indices, answers.targets,
        answers.predicted, answers.confidence, answers.margin)), 10,
    )  # fmt: skip
    deliver(lens, less)
    assert lens.scores.text(5, 2) == "–"
    assert "no example of 5" in tip(lens.scores, 5, 2)
    lens.matrix.setFocus()
    hover(lens.matrix.viewport(), lens.matrix.cell_rect(Cell(0, 5, 0)).center())
    assert lens.reading.whole_text() == "true 5: no examples in this part"


def test_a_row_without_steps_says_so():
    confusion = Confusion(np.diag([3, 0]), np.zeros(2, int))
    assert cell_text(confusion, "ab", 1, 0, "expected", "step") == "true b: no steps in this part"
    told = cell_text(confusion, "ab", 0, 0, "expected", "step")
    assert told == "true a expected as a: 3 of 3 (100.0 %)"


def test_the_calibration_plot_reads_its_bins(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers)
    plot = lens.calibration
    inside = (answers.confidence > 0.8) & (answers.confidence <= 0.9)
    hover(plot, plot.bar_rect(8).center().toPoint())
    count = int(inside.sum())
    assert plot.reading.startswith(f"Confidence 80–90 %: {count} examples, mean confidence ")
    right = float(np.mean(answers.right[inside]))
    assert plot.reading.endswith(f"correct {100 * right:.1f} %")
    assert plot.figure.startswith("ECE = Σ |B|/n")
    hover(plot, plot.bar_rect(0).center().toPoint())
    assert plot.reading == "Confidence 0–10 %: no examples"


def test_outputs_that_are_no_numbers_are_said_to_have_diverged(lens, digits):
    answers = answers_of(digits)
    nothing = np.full(len(answers), np.nan)
    lost = np.full(len(answers), UNANSWERED)
    deliver(lens, replace(answers, predicted=lost, confidence=nothing, margin=nothing))
    assert lens.trouble.isVisible()
    assert lens.trouble.text().startswith("None of the 360 answers is a number: training")
    assert text_of(lens, 3, 3) == NONE
    assert lens.calibration.figure == ""
    lens.grab()
    deliver(lens, answers)
    assert not lens.trouble.isVisible()


def test_answers_of_an_older_run_or_of_the_other_part_are_dropped(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers, run=0)
    assert lens.answers is None
    deliver(lens, replace(answers, part="train"))
    assert lens.answers is None
    deliver(lens, answers)
    assert lens.answers is answers
    lens.on_data(prepared("iris"))
    assert lens.answers is None
    assert lens.matrix.reading == ""
    assert lens.reading.whole_text().startswith("Point at a cell")


def color_of(pixel):
    red, green, blue, _ = np.array([pixel]).view(np.uint8).tolist()
    return QColor(red, green, blue)


def contrast(first, second):
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def luminance(color):
    channels = (color.redF(), color.greenF(), color.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_numbers_are_legible_on_every_ground():
    for colors in (theme.DARK, theme.LIGHT):
        grounds = cell_grounds(colors)
        inks = is_bright(grounds)
        for percent in range(101):
            for right in (True, False):
                ink = QColor(INKS[int(inks[int(right), percent])])
                assert contrast(color_of(grounds[int(right), percent]), ink) >= 4.5
    black, white = QColor("black"), QColor("white")
    assert contrast(black, white) == pytest.approx(21)


def test_mistakes_are_more_orange_the_more_there_are(lens, digits):
    few, many = (color_of(cell_grounds(theme.DARK)[0, percent]) for percent in (2, 60))
    assert many.red() > few.red()
    answers = answers_of(digits)
    deliver(lens, answers)
    image = lens.matrix.viewport().grab().toImage()
    true, read = a_mistake(answers)
    spot = lens.matrix.cell_rect(Cell(0, true, read)).topLeft() + QPoint(4, 4)
    color = image.pixelColor(spot)
    assert color.red() > color.blue() + 20
    spot = lens.matrix.cell_rect(Cell(0, true, true)).topLeft() + QPoint(4, 4)
    color = image.pixelColor(spot)
    assert color.green() > color.red() + 20


@pytest.mark.parametrize("width", [330, 540])
def test_in_a_narrow_place_the_examples_stand_below_the_matrix(keep, digits, width, qtbot):
    lens = made(keep, digits, (width, 400))
    deliver(lens, answers_of(digits))
    view_top = lens.view.mapTo(lens, QPoint(0, 0)).y()
    assert view_top > lens.matrix.mapTo(lens, QPoint(0, lens.matrix.height())).y()
    assert lens.matrix.horizontalScrollBar().maximum() == 0
    body = lens.matrix.viewport().rect()
    assert body.contains(lens.matrix.cell_rect(Cell(0, 9, 9)))
    click(lens, 0, 0)
    bottom = lens.view.mapTo(lens, QPoint(0, lens.view.height())).y()
    assert bottom <= lens.height() + 1
    lens.resize(800, 520)
    qtbot.waitUntil(lambda: lens.scores.mapTo(lens, QPoint(0, 0)).x() > lens.matrix.width())


def test_a_low_place_shows_the_scores_or_the_calibration(keep, digits):
    lens = made(keep, digits, (800, 400))
    deliver(lens, answers_of(digits))
    assert lens.side_box.isVisible()
    assert lens.scores.isVisible()
    assert not lens.calibration.isVisible()
    lens.side_box.setFocus()
    QTest.keyClick(lens.side_box, Qt.Key.Key_Down)
    assert lens.calibration.isVisible()
    assert not lens.scores.isVisible()
    lens.resize(800, 700)
    assert lens.scores.isVisible()
    assert lens.calibration.isVisible()
    assert not lens.side_box.isVisible()


def test_many_classes_scroll_and_the_keyboard_brings_them_into_view(keep, digits):
    names = tuple(f"class {k}" for k in range(40))
    data = replace(digits, dataset=replace(digits.dataset, class_names=names))
    lens = made(keep, data)
    deliver(lens, answers_of(data))
    matrix = lens.matrix
    assert matrix.verticalScrollBar().maximum() > 0
    assert matrix.horizontalScrollBar().maximum() > 0
    matrix.setFocus()
    for _ in range(40):
        QTest.keyClick(matrix, Qt.Key.Key_Down)
        QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert matrix.reading.startswith("true class 39")
    assert matrix.viewport().rect().contains(matrix.cell_rect(Cell(0, 39, 39)))


def test_table_data_are_listed_as_rows_with_their_features(keep, qtbot):
    iris = prepared("iris")
    lens = made(keep, iris)
    answers = answers_of(iris)
    deliver(lens, answers)
    table = lens.view.table
    assert table.isVisible()
    wrong = int((~answers.right).sum())
    assert table.model().rowCount() == wrong
    example = table.example(0)
    words = [table.text(0, column) for column in range(table.model().columnCount())]
    values = [f"{value:.4g}" for value in iris.dataset.inputs[example]]
    assert words[4:] == values
    assert words[1] == iris.dataset.class_names[iris.dataset.targets[example]]
    with qtbot.waitSignal(lens.probe_requested) as asked:
        spot = table.visualRect(table.model().index(0, 1)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert np.array_equal(asked.args[0].inputs, iris.dataset.inputs[example])
    with qtbot.assertNotEmitted(lens.probe_requested):
        deliver(lens, answers_of(iris, seed=3))
    assert table.selected == example


def test_a_regression_shows_predicted_against_true(keep, qtbot):
    bumps = prepared("bumps")
    lens = made(keep, bumps)
    answers = values_of(bumps)
    deliver(lens, answers)
    assert lens.scatter.isVisible()
    assert not lens.matrix.isVisible()
    assert not lens.counts_box.isVisible()
    error = answers.predicted - answers.targets
    spread = np.sum((answers.targets - answers.targets.mean()) ** 2)
    r2, mae = 1 - np.sum(error**2) / spread, np.abs(error).mean()
    assert figures(lens)[:2] == (f"{r2:.3f}", f"{mae:.3f}")
    assert f"R² {r2:.3f}" in lens.measured.whole_text()
    worst = int(np.abs(error).argmax())
    assert lens.view.table.example(0) == answers.indices[worst]
    spot = lens.scatter.dot(worst)
    hover(lens.scatter, spot.toPoint())
    assert lens.scatter.reading.startswith(f"Example {answers.indices[worst]}: true ")
    with qtbot.waitSignal(lens.probe_requested) as asked:
        QTest.mouseClick(lens.scatter, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert asked.args[0].target == pytest.approx(answers.targets[worst])


def test_the_scatter_plots_diagonal_is_where_predictions_are_exact(keep):
    bumps = prepared("bumps")
    lens = made(keep, bumps)
    deliver(lens, values_of(bumps, error=0.0))
    plot = lens.scatter.plot_rect()
    for rank in (0, 5, 20):
        dot = lens.scatter.dot(rank)
        across = (dot.x() - plot.left()) / plot.width()
        up = (plot.bottom() - dot.y()) / plot.height()
        assert across == pytest.approx(up)


def test_a_diverged_regression_draws_nothing_and_says_so(keep):
    bumps = prepared("bumps")
    lens = made(keep, bumps)
    answers = values_of(bumps)
    deliver(lens, replace(answers, predicted=np.full(len(answers), np.nan)))
    assert lens.trouble.text().startswith("None of the ")
    assert set(figures(lens)) == {"–"}
    lens.grab()
    wild = replace(answers, predicted=answers.predicted * 1e6)
    deliver(lens, wild)
    assert lens.scatter.figure.endswith("outside, at the edge")
    assert lens.scatter.plot_rect().adjusted(-1, -1, 1, 1).contains(QPointF(lens.scatter.dot(0)))
    lens.grab()


def test_data_without_a_test_part_offer_one_choice_only(keep):
    lens = made(keep, prepared("xor-points"))
    assert lens.part_box.count() == 1
    assert not lens.part_box.isEnabled()


def test_every_control_has_a_name_and_a_tool_tip(lens):
    for part in (lens.part_box, lens.counts_box, lens.matrix, lens.scores, lens.calibration):
        assert part.objectName()
        assert part.accessibleName()
    for box in (lens.part_box, lens.counts_box):
        assert box.toolTip()


def test_both_themes_paint_their_own_colours(lens, digits, qapp):
    deliver(lens, answers_of(digits))
    dark = lens.matrix.viewport().grab().toImage()
    theme.apply(qapp, "light")
    light = lens.matrix.viewport().grab().toImage()
    theme.apply(qapp, "dark")
    spot = lens.matrix.cell_rect(Cell(0, 0, 0)).topLeft() + QPoint(3, 3)
    assert dark.pixelColor(spot) != light.pixelColor(spot)


@pytest.mark.parametrize("name", ["article-iris", "spirals", "bumps", "article-neuron"])
def test_it_follows_training_and_the_other_part(qapp, qtbot, keep, name):
    session = Session()
    session.start()
    lens = keep(ConfusionLens(session))
    lens.set_in_view(True)
    session.open(preset(name).experiment)
    qtbot.waitUntil(lambda: lens.answers is not None)
    untrained = lens.measured.whole_text()
    assert "epoch 0" in untrained
    session.step_epoch()
    qtbot.waitUntil(lambda: "epoch 1 " in lens.measured.whole_text())
    if lens.part_box.isEnabled():
        QTest.keyClick(lens.part_box, Qt.Key.Key_Down)
        qtbot.waitUntil(lambda: lens.answers.part == "train")
        assert "training examples" in lens.measured.whole_text()
    qtbot.waitUntil(lambda: session.state is not RunState.RUNNING)
    session.close()
