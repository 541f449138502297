import numpy as np
import pytest
from person import choose, hover
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from playground.analysis.neurons.class_activity import class_activity
from playground.gui.lenses.classes.lens import ClassesLens
from playground.gui.look import colormaps, theme
from playground.gui.session.session import Session
from playground.gui.widgets.cells import Cell
from playground.nn.record import LayerRecord
from playground.training.presets import preset

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LABELS = np.array([0, 1, 2, 0, 1, 2])
NAMES = ("cat", "dog", "owl")
FIRST = np.array(
    [[0, 3, 0, 0, 3, 0], [2, 1, 0, 2, 1, 0], [0, 0, 0, 0, 0, 0], [1, 1, 9, 1, 1, 9]],
    dtype=np.float32,
)
SECOND = np.array([[-1, 0.5, 0, -1, 0.5, 0], [1, 1, 1, 1, 1, 1]], dtype=np.float32)


def an_activity(targets=LABELS, names=NAMES):
    traces = [
        LayerRecord("dense_1", "input", {}, FIRST, FIRST, FIRST),
        LayerRecord("dense_2", "input", {}, SECOND, SECOND, SECOND),
    ]
    return class_activity(traces, targets, names, {"dense_2": (-1.0, 1.0)})


@pytest.fixture
def lens(qapp, keep):
    session = Session()
    made = ClassesLens(session)
    made.held = session
    made.resize(700, 420)
    made.set_activity(an_activity())
    return keep(made)


def rows(lens):
    return lens.map.rows.tolist()


def color_at(lens, row, column):
    spot = lens.map.cell_rect(Cell(0, row, column)).center()
    return lens.map.viewport().grab().toImage().pixelColor(spot)


def expected(table, value, low, high):
    red, green, blue, _ = colormaps.colored(value, table, low, high).tolist()
    return QColor(red, green, blue)


def test_without_data_there_is_one_sentence(keep, session):
    empty = keep(ClassesLens(session))
    assert not empty.map.isVisible()
    empty.set_activity(an_activity())
    assert empty.map.isVisible()
    empty.set_activity(None)
    assert not empty.map.isVisible()


def test_every_control_has_a_name_and_a_tooltip(lens):
    for name in ("activityLayerBox", "activityPartBox", "activitySortBox"):
        box = lens.findChild(QComboBox, name)
        assert box.accessibleName()
        assert box.toolTip().endswith(".")


def test_a_cells_colour_is_its_mean(lens):
    means = an_activity().means[0]
    for row in range(4):
        for column in range(3):
            assert color_at(lens, row, column) == expected(
                colormaps.viridis(), means[row, column], 0.0, 9.0
            )


def test_signed_means_are_coloured_by_sign(lens):
    choose(lens.layer_box, "dense_2")
    assert color_at(lens, 0, 0) == expected(colormaps.diverging(True), -1.0, -1.0, 1.0)
    assert color_at(lens, 1, 2) == expected(colormaps.diverging(True), 1.0, -1.0, 1.0)


def test_the_mouse_reads_a_cell(lens):
    hover(lens.map.viewport(), lens.map.cell_rect(Cell(0, 1, 1)).center())
    assert lens.reading.text().startswith("Neuron 2, class dog: mean activation 1 · selectivity ")
    assert lens.map.accessibleDescription() == lens.reading.text()
    hover(lens.map.viewport(), lens.map.cell_rect(Cell(0, 2, 0)).center())
    assert lens.reading.text() == (
        "Neuron 3, class cat: mean activation 0 · silent on every example"
    )
    hover(lens.map.viewport(), QPoint(2, 2))
    assert lens.reading.text().startswith("Point at a cell")


def test_the_arrow_keys_read_cells_and_stop_at_the_edges(lens, qtbot):
    lens.map.setFocus()
    qtbot.keyClick(lens.map, Qt.Key.Key_Down)
    assert lens.reading.text().startswith("Neuron 1, class cat")
    qtbot.keyClick(lens.map, Qt.Key.Key_Down)
    qtbot.keyClick(lens.map, Qt.Key.Key_Right)
    assert lens.reading.text().startswith("Neuron 2, class dog")
    for _ in range(5):
        qtbot.keyClick(lens.map, Qt.Key.Key_Right)
        qtbot.keyClick(lens.map, Qt.Key.Key_Down)
    assert lens.reading.text().startswith("Neuron 4, class owl: mean activation 9")


def test_neurons_are_listed_in_the_chosen_order(lens):
    activity = an_activity()
    assert rows(lens) == [0, 1, 2, 3]
    choose(lens.sort_box, "Preferred class")
    assert rows(lens) == activity.order(0, "preferred").tolist() == [1, 0, 3, 2]
    choose(lens.sort_box, "Selectivity")
    assert rows(lens) == activity.order(0, "selectivity").tolist() == [0, 3, 1, 2]
    assert color_at(lens, 1, 2) == expected(colormaps.viridis(), 9.0, 0.0, 9.0)


def test_a_click_on_a_class_lists_its_most_active_neurons_first(lens, qtbot):
    qtbot.mouseClick(
        lens.map.viewport(), Qt.MouseButton.LeftButton, pos=lens.map.header_rect(0).center()
    )
    assert rows(lens) == [1, 3, 0, 2]
    assert lens.sort_box.currentText() == "Activity at cat"


def test_silent_neurons_are_counted_and_marked(lens):
    assert lens.counts.text() == "○ 1 of 4 neurons is silent on every training example"
    cell = lens.map.cell_rect(Cell(0, 2, 0))
    image = lens.map.viewport().grab().toImage()
    warning = QColor(theme.DARK.warning)

    def marked(row):
        cell = lens.map.cell_rect(Cell(0, row, 0))
        return any(
            abs(image.pixelColor(x, y).hue() - warning.hue()) < 12
            and image.pixelColor(x, y).saturation() > 90
            for x in range(2, 24)
            for y in range(cell.top(), cell.bottom())
        )

    assert cell.height() > 10
    assert [marked(row) for row in range(4)] == [False, False, True, False]


def test_saturated_neurons_are_counted(lens):
    choose(lens.layer_box, "dense_2")
    assert lens.counts.text() == "◆ 1 of 2 neurons is saturated on nearly every training example"
    hover(lens.map.viewport(), lens.map.cell_rect(Cell(0, 1, 0)).center())
    assert lens.reading.text().endswith("· saturated")


def test_another_part_of_the_data_is_asked_for(keep, session, qtbot):
    lens = keep(ClassesLens(session))
    lens.set_in_view(True)
    assert session.open(preset("article-iris").experiment)
    qtbot.waitUntil(lambda: lens.activity is not None)
    assert lens.activity.examples == len(session.prepared.train_index)
    choose(lens.part_box, "Test examples")
    assert lens.counts.text().endswith(("test example", "test examples."))
    asked = len(session.prepared.test_index)
    qtbot.waitUntil(lambda: lens.activity.examples == asked)


def test_new_figures_keep_the_chosen_layer_and_order(lens):
    choose(lens.layer_box, "dense_2")
    choose(lens.sort_box, "Selectivity")
    lens.set_activity(an_activity())
    assert lens.layer_box.currentText() == "dense_2"
    assert lens.sort_box.currentText() == "Selectivity"
    assert len(lens.map.rows) == 2


def test_layers_carry_their_headings(keep, session, qtbot):
    lens = keep(ClassesLens(session))
    lens.set_in_view(True)
    assert session.open(preset("article-iris").experiment)
    qtbot.waitUntil(lambda: lens.activity is not None)
    titles = [lens.layer_box.itemText(place) for place in range(lens.layer_box.count())]
    assert titles[-1] == "Output · Softmax"
    assert all(" · " in title for title in titles)


def test_a_regression_is_read_by_stretches_of_its_target(lens):
    targets = np.array([[-1], [0], [1], [-1], [0], [1]], dtype=np.float32)
    lens.set_activity(an_activity(targets, ()))
    hover(lens.map.viewport(), lens.map.cell_rect(Cell(0, 1, 0)).center())
    assert lens.reading.text().startswith("Neuron 2, target −1 … ")


def test_a_class_without_examples_is_said_so(lens):
    lens.set_activity(an_activity(np.array([0, 1, 1, 0, 1, 1])))
    hover(lens.map.viewport(), lens.map.cell_rect(Cell(0, 0, 2)).center())
    assert lens.reading.text() == "Neuron 1, class owl: no examples"


def test_a_wide_layer_scrolls_and_the_keyboard_brings_its_rows_into_view(lens, qtbot):
    a = np.random.default_rng(0).uniform(0, 1, (512, 6)).astype(np.float32)
    lens.set_activity(class_activity([LayerRecord("dense_1", "input", {}, a, a, a)], LABELS, NAMES))
    bar = lens.map.verticalScrollBar()
    assert bar.maximum() > 0
    lens.map.setFocus()
    qtbot.keyClick(lens.map, Qt.Key.Key_Down)
    for _ in range(300):
        qtbot.keyClick(lens.map, Qt.Key.Key_Down)
    assert lens.reading.text().startswith("Neuron 301, ")
    assert lens.map.viewport().rect().contains(lens.map.cell_rect(Cell(0, 300, 0)))
    bar.setValue(bar.maximum())
    hover(lens.map.viewport(), lens.map.cell_rect(Cell(0, 511, 1)).center())
    assert lens.reading.text().startswith("Neuron 512, class dog")


def test_the_theme_changes_the_signed_map(lens, light):
    choose(lens.layer_box, "dense_2")
    light()
    assert color_at(lens, 0, 0) == expected(colormaps.diverging(False), -1.0, -1.0, 1.0)


def test_the_mouse_leaving_takes_the_reading_away(lens, qapp):
    lens.layer_box.setFocus()
    hover(lens.map.viewport(), lens.map.cell_rect(Cell(0, 1, 1)).center())
    qapp.sendEvent(lens.map, QEvent(QEvent.Type.Leave))
    assert lens.reading.text().startswith("Point at a cell")


def test_many_classes_are_named_by_turned_names_and_scroll(lens, qtbot):
    count = 60
    targets = np.arange(6) * 10
    lens.set_activity(an_activity(targets, tuple(f"Balinese {k}" for k in range(count))))
    tall = lens.map.fontMetrics().height() - 3
    assert lens.map.blocks[0].width >= tall
    bar = lens.map.horizontalScrollBar()
    assert bar.maximum() > 0
    qtbot.waitUntil(bar.isVisible)
    clicked = []
    lens.map.class_clicked.connect(clicked.append)
    QTest.mouseClick(
        lens.map.viewport(), Qt.MouseButton.LeftButton, pos=lens.map.header_rect(3).center()
    )
    assert clicked == [3]
    lens.set_activity(an_activity())
    assert lens.map.horizontalScrollBar().maximum() == 0
