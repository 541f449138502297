import csv
import errno
import io
import math
import os

import numpy as np
import pytest
from person import hover
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from playground.gui.look import theme
from playground.gui.panels.curves.curve_export import csv_text
from playground.gui.panels.curves.curve_series import Series, exponential_average
from playground.gui.panels.curves.curves import CurvesPanel
from playground.training.history import History

# The offscreen platform says this of every window with a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def history(epochs, **columns):
    epochs = np.asarray(epochs, dtype=np.float64)
    return History(
        epochs, {name: np.asarray(values, dtype=np.float64) for name, values in columns.items()}
    )


def classification(count, scale=1.0, test=True):
    epochs = np.arange(count)
    loss = scale * np.exp(-epochs / 10.0)
    nothing = np.full(count, np.nan)
    return history(
        epochs,
        train_loss=loss,
        test_loss=loss * 1.5 if test else nothing,
        train_accuracy=1 - 0.9 * np.exp(-epochs / 10.0),
        test_accuracy=1 - 0.95 * np.exp(-epochs / 10.0) if test else nothing,
    )


def regression(count):
    epochs = np.arange(count)
    error = np.exp(-epochs / 10.0)
    return history(
        epochs,
        train_loss=error,
        test_loss=error,
        train_mean_absolute_error=error * 2,
        test_mean_absolute_error=error * 3,
        train_r2=1 - error,
        test_r2=1 - 2 * error,
    )


@pytest.fixture
def panel(keep):
    made = CurvesPanel()
    made.resize(850, 230)
    return keep(made)


def drawn(plot, name):
    x, y = plot._lines[name].getOriginalDataset()
    return (None, None) if x is None else (x.tolist(), y.tolist())


def point_at(plot, epoch):
    view = plot.getPlotItem().getViewBox()
    low, high = view.viewRange()[1]
    scene = view.mapViewToScene(QPointF(epoch, (low + high) / 2))
    hover(plot.viewport(), plot.mapFromScene(scene))


def wheel_zoom(plot):
    view = plot.getPlotItem().getViewBox()
    view.scaleBy((0.5, 0.5))
    view.sigRangeChangedManually.emit(view.state["mouseEnabled"])


def test_before_training_there_is_one_sentence_and_no_plot(panel):
    sentence = panel.findChild(QLabel, "curvesEmpty")
    assert sentence.isVisible()
    assert sentence.text() == "Press Train: the loss appears here."
    assert not panel.loss.isVisible()


def test_a_history_is_drawn_as_it_is(panel):
    told = classification(30)
    panel.set_history(told)
    assert panel.loss.isVisible()
    assert panel.score.isVisible()
    assert drawn(panel.loss, "train") == (
        told.epochs.tolist(),
        told.columns["train_loss"].tolist(),
    )
    assert drawn(panel.score, "test")[1] == told.columns["test_accuracy"].tolist()


def test_the_plots_have_the_names_that_scripts_use(panel):
    assert panel.loss.objectName() == "lossCurve"
    assert panel.score.objectName() == "accuracyCurve"


def test_the_legend_tells_the_newest_values_and_the_title_the_loss(panel):
    panel.set_titles("cross-entropy")
    panel.set_history(
        history(
            [0, 1],
            train_loss=[2.3, 0.0412],
            test_loss=[2.4, 0.1184],
            train_accuracy=[0.1, 0.9921],
            test_accuracy=[0.1, 0.969],
        )
    )
    assert panel.loss_header.title == "Loss (cross-entropy)"
    assert panel.loss_header.legend_text == "train 0.041 · test 0.118"
    assert panel.score_header.title == "Accuracy"
    assert panel.score_header.legend_text == "train 99.2 % · test 96.9 %"


@pytest.mark.parametrize("absent", ["empty", "missing"])
def test_without_a_test_part_only_the_train_curve_is_there(panel, absent):
    told = classification(5, test=False)
    if absent == "missing":
        told = history(
            told.epochs, **{k: v for k, v in told.columns.items() if k.startswith("train")}
        )
    panel.set_history(told)
    assert drawn(panel.loss, "test") == (None, None)
    assert panel.loss_header.legend_text == f"train {told.columns['train_loss'][-1]:.3f}"


def test_values_that_are_not_finite_are_left_out(panel):
    panel.set_history(
        history(
            [0, 1, 2, 3],
            train_loss=[1.0, np.nan, np.inf, 0.5],
            test_loss=[np.nan] * 4,
            train_accuracy=[0.1, 0.2, 0.3, 0.4],
            test_accuracy=[np.nan] * 4,
        )
    )
    panel.loss.viewport().repaint()
    assert drawn(panel.loss, "train") == ([0.0, 3.0], [1.0, 0.5])
    assert np.isfinite(panel.loss.getPlotItem().getViewBox().viewRange()).all()


def test_a_history_without_one_finite_value_draws_nothing(panel):
    panel.set_history(history([0], train_loss=[np.nan], train_accuracy=[np.nan]))
    panel.loss.viewport().repaint()
    assert drawn(panel.loss, "train") == (None, None)


def test_a_single_epoch_is_a_visible_dot(panel):
    panel.set_history(classification(1))
    assert panel.loss._lines["train"].opts["symbol"] == "o"
    blue = theme.colors_of(panel).train
    image = panel.loss.grab().toImage()
    found = any(
        image.pixelColor(x, y).name() == blue
        for x in range(image.width())
        for y in range(image.height())
    )
    assert found
    panel.set_history(classification(2))
    assert panel.loss._lines["train"].opts["symbol"] is None


def test_the_same_figures_are_not_drawn_twice(panel, monkeypatch):
    panel.set_history(classification(30))
    drawn_again = []
    monkeypatch.setattr(panel.loss, "set_curves", drawn_again.append)
    panel.set_history(classification(30))
    assert drawn_again == []
    panel.set_history(classification(31))
    assert len(drawn_again) == 1


def test_plots_and_lines_stay_the_same_objects(panel):
    panel.set_history(classification(3))
    before = (panel.loss.getPlotItem(), list(panel.loss.getPlotItem().items))
    panel.set_ghost(classification(5, 2.0))
    panel.set_history(classification(4))
    panel.set_history(None)
    panel.set_history(regression(4))
    assert before == (panel.loss.getPlotItem(), list(panel.loss.getPlotItem().items))


def test_the_ghost_is_the_previous_runs_test_curve_dotted(panel):
    ghost = classification(20, 2.0)
    panel.set_history(classification(10))
    panel.set_ghost(ghost)
    assert drawn(panel.loss, "ghost")[1] == ghost.columns["test_loss"].tolist()
    assert panel.loss._lines["ghost"].opts["pen"].dashPattern() == [1.5, 2.5]
    panel.set_ghost(None)
    assert drawn(panel.loss, "ghost") == (None, None)


def test_a_ghost_without_a_test_part_shows_its_train_curve(panel):
    ghost = classification(20, 2.0, test=False)
    panel.set_ghost(ghost)
    assert drawn(panel.loss, "ghost")[1] == ghost.columns["train_loss"].tolist()


def test_train_and_test_differ_in_line_style_too(panel):
    panel.set_history(classification(10))
    train, test = (panel.loss._lines[name].opts["pen"] for name in ("train", "test"))
    assert train.style() == Qt.PenStyle.SolidLine
    assert test.style() == Qt.PenStyle.CustomDashLine
    assert train.widthF() == test.widthF() == 1.0


def test_the_log_box_puts_the_loss_on_a_logarithmic_axis_and_back(panel, qtbot):
    told = history(
        [0, 1, 2], train_loss=[10.0, 0.0, 0.001], test_loss=[1.0, 1.0, 1.0],
        train_accuracy=[0.0, 0.0, 0.0],
    )  # fmt: skip
    panel.set_history(told)
    panel.tools.log.click()
    assert panel.loss.getPlotItem().getAxis("left").logMode
    x, y = panel.loss._lines["train"].getData()
    assert x.tolist() == [0.0, 2.0]
    assert y == pytest.approx([1.0, -3.0])
    low, high = panel.loss.getPlotItem().getViewBox().viewRange()[1]
    assert low < -3.0 < 1.0 < high
    assert low > -3.5
    assert high < 1.5
    panel.loss.viewport().repaint()
    panel.tools.log.click()
    assert drawn(panel.loss, "train")[1] == [10.0, 0.0, 0.001]
    assert panel.loss.getPlotItem().getViewBox().viewRange()[1][1] > 10.0


def test_a_loss_that_is_zero_throughout_survives_the_logarithmic_axis(panel):
    panel.tools.log.click()
    panel.set_history(history([0, 1], train_loss=[0.0, 0.0], train_accuracy=[1.0, 1.0]))
    panel.loss.viewport().repaint()
    assert np.isfinite(panel.loss.getPlotItem().getViewBox().viewRange()).all()


@pytest.mark.parametrize("weight", [0.1, 0.5, 0.9, 0.99])
def test_the_exponential_average_is_its_definition(weight):
    values = np.random.default_rng(0).normal(size=700)
    expected, memory = [], 0.0
    for step, value in enumerate(values, 1):
        memory = weight * memory + (1 - weight) * value
        expected.append(memory / (1 - weight**step))
    np.testing.assert_allclose(exponential_average(values, weight), expected, rtol=1e-9, atol=1e-12)


def test_no_smoothing_leaves_the_values_and_a_constant_stays_constant():
    values = np.array([3.0, 1.0, 2.0])
    assert exponential_average(values, 0.0) is values
    np.testing.assert_allclose(exponential_average(np.full(50, 7.0), 0.95), 7.0)


def test_smoothing_draws_the_average_and_keeps_the_measured_curve_behind(panel, qtbot):
    told = classification(30)
    panel.set_history(told)
    panel.tools.smoothing.setFocus()
    qtbot.keyClick(panel.tools.smoothing, Qt.Key.Key_End)
    assert panel.tools.weight == 0.99
    loss = told.columns["train_loss"]
    assert drawn(panel.loss, "raw_train")[1] == loss.tolist()
    assert drawn(panel.loss, "train")[1] == exponential_average(loss, 0.99).tolist()
    assert panel.loss_header.legend_text.startswith(f"train {loss[-1]:.3f}")
    qtbot.keyClick(panel.tools.smoothing, Qt.Key.Key_Home)
    assert drawn(panel.loss, "raw_train") == (None, None)
    assert drawn(panel.loss, "train")[1] == loss.tolist()


def test_the_mouse_reads_the_nearest_epoch_in_both_plots(panel):
    told, ghost = classification(31), classification(31, 2.0)
    panel.set_history(told)
    panel.set_ghost(ghost)
    point_at(panel.loss, 12.3)
    column = told.columns
    assert panel.loss_header.legend_text == (
        f"epoch 12 · train {column['train_loss'][12]:.3f} · test {column['test_loss'][12]:.3f}"
        f" · previous {ghost.columns['test_loss'][12]:.3f}"
    )
    assert panel.score_header.legend_text == (
        f"epoch 12 · train {100 * column['train_accuracy'][12]:.1f} %"
        f" · test {100 * column['test_accuracy'][12]:.1f} %"
        f" · previous {100 * ghost.columns['test_accuracy'][12]:.1f} %"
    )
    assert panel.score._cursor.isVisible()
    assert panel.score._cursor.value() == 12.0
    hover(panel.loss.viewport(), QPoint(1, 1))
    assert not panel.loss._cursor.isVisible()
    assert panel.loss_header.legend_text.endswith("previous")


def test_the_arrow_keys_move_the_crosshair_and_escape_takes_it_away(panel, qtbot):
    told = classification(20)
    panel.set_history(told)
    panel.loss.setFocus()
    qtbot.keyClick(panel.loss, Qt.Key.Key_Home)
    qtbot.keyClick(panel.loss, Qt.Key.Key_Right)
    qtbot.keyClick(panel.loss, Qt.Key.Key_Right)
    qtbot.keyClick(panel.loss, Qt.Key.Key_Left)
    assert panel.loss_header.legend_text.startswith(
        f"epoch 1 · train {told.columns['train_loss'][1]:.3f}"
    )
    qtbot.keyClick(panel.loss, Qt.Key.Key_End)
    qtbot.keyClick(panel.loss, Qt.Key.Key_Right)
    assert panel.loss_header.legend_text.startswith("epoch 19 ")
    qtbot.keyClick(panel.loss, Qt.Key.Key_Escape)
    assert not panel.loss_header.legend_text.startswith("epoch")


def test_a_crosshair_beyond_a_shorter_history_moves_to_its_last_epoch(panel, qtbot):
    panel.set_history(classification(20))
    qtbot.keyClick(panel.loss, Qt.Key.Key_End)
    panel.set_history(classification(5))
    assert panel.loss_header.legend_text.startswith("epoch 4 ")


def test_a_zoomed_view_stays_until_it_is_reset(panel, qtbot):
    panel.set_history(classification(50))
    view = panel.loss.getPlotItem().getViewBox()
    wheel_zoom(panel.loss)
    zoomed = view.viewRange()
    panel.set_history(classification(60))
    assert view.viewRange() == zoomed
    panel.tools.reset_button.click()
    (first, last), (low, high) = view.viewRange()
    assert first <= 0.0
    assert last >= 59.0
    assert low <= 0.0
    assert high >= 1.5


def test_the_wheel_zooms(panel, qtbot):
    panel.set_history(classification(50))
    view = panel.loss.getPlotItem().getViewBox()
    panel.grab()
    width = np.ptp(view.viewRange()[0])
    spot = QPointF(panel.loss.viewport().rect().center())
    event = QWheelEvent(
        spot,
        panel.loss.viewport().mapToGlobal(spot),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(panel.loss.viewport(), event)
    assert np.ptp(view.viewRange()[0]) < width
    zoomed = view.viewRange()
    assert 0 < zoomed[0][0] < zoomed[0][1] < 49
    panel.set_history(classification(60))
    assert view.viewRange() == zoomed


def test_accuracy_is_shown_in_percent_from_0_to_100(panel):
    panel.set_history(classification(10))
    axis = panel.score.getPlotItem().getAxis("left")
    assert axis.tickStrings([0.0, 0.25, 1.0], 1.0, 0.25) == ["0 %", "25 %", "100 %"]
    low, high = panel.score.getPlotItem().getViewBox().viewRange()[1]
    assert -0.1 < low <= 0.0
    assert 1.0 <= high < 1.1


def test_epochs_are_never_split(panel):
    axis = panel.loss.getPlotItem().getAxis("bottom")
    assert axis.labelText == "epoch"
    assert axis.tickSpacing(0.0, 1.0, 900.0) == [(1.0, 0.0)]
    assert axis.tickSpacing(0.0, 100.0, 700.0) == [(10.0, 0.0)]


def test_regression_offers_the_error_and_r2_instead_of_accuracy(panel, qtbot):
    told = regression(12)
    panel.set_history(classification(3))
    assert not panel.tools.measure.isVisible()
    panel.set_history(told)
    assert panel.tools.measure.isVisible()
    assert panel.score_header.title == "Mean absolute error"
    assert drawn(panel.score, "test")[1] == told.columns["test_mean_absolute_error"].tolist()
    axis = panel.score.getPlotItem().getAxis("left")
    assert axis.tickStrings([0.5], 1.0, 0.5) == ["0.5"]
    panel.tools.measure.setFocus()
    qtbot.keyClick(panel.tools.measure, Qt.Key.Key_Down)
    assert panel.score_header.title == "R²"
    assert drawn(panel.score, "train")[1] == told.columns["train_r2"].tolist()
    assert panel.score_header.legend_text == (
        f"train {told.columns['train_r2'][-1]:.3f} · test {told.columns['test_r2'][-1]:.3f}"
    )


def test_csv_holds_a_header_and_every_number_exactly():
    told = history([0, 1], train_loss=[1 / 3, 1e-300], test_loss=[np.nan, 0.1])
    assert csv_text(told) == (
        "epoch,train_loss,test_loss\n0.0,0.3333333333333333,\n1.0,1e-300,0.1\n"
    )


def answer_dialog(monkeypatch, path):
    """Let the next file dialogs be answered with a path, or with none."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (path, ""))


def test_csv_of_a_run_reads_back_bit_for_bit(panel, tmp_path, monkeypatch):
    told = classification(40)
    path = tmp_path / "run.csv"
    answer_dialog(monkeypatch, str(path))
    panel.set_history(told)
    panel.tools.numbers_action.trigger()
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert list(rows[0]) == ["epoch", *told.columns]
    for name, values in told.columns.items():
        assert [float(row[name]) for row in rows] == values.tolist()


def test_png_is_a_picture_of_both_plots_at_twice_the_size(panel, tmp_path, monkeypatch):
    answer_dialog(monkeypatch, str(tmp_path / "curves"))
    panel.set_history(classification(40))
    panel.tools.picture_action.trigger()
    image = QImage(str(tmp_path / "curves.png"))
    assert image.size() == panel._plots.size() * 2
    blue = QColor(theme.colors_of(panel).train)
    columns = [
        x
        for x in range(0, image.width())
        for y in range(60, image.height(), 3)
        if abs(image.pixelColor(x, y).hue() - blue.hue()) < 10
        and image.pixelColor(x, y).saturation() > 100
    ]
    assert min(columns) < image.width() / 2 < max(columns)


def test_a_file_that_cannot_be_written_is_reported_in_one_sentence(
    panel, qtbot, tmp_path, monkeypatch
):
    panel.set_history(classification(4))
    answer_dialog(monkeypatch, str(tmp_path / "absent" / "run.csv"))
    for action in (panel.tools.numbers_action, panel.tools.picture_action):
        with qtbot.waitSignal(panel.failed) as failed:
            action.trigger()
        assert failed.args == [
            f"run.csv cannot be saved: there is no folder {tmp_path / 'absent'}; create it or "
            "choose another."
        ]


def test_a_full_disk_leaves_the_curves_that_were_saved_before(panel, tmp_path, monkeypatch):
    def fails(*arguments):
        raise OSError(errno.ENOSPC, "full")

    panel.set_history(classification(4))
    monkeypatch.setattr(os, "fsync", fails)
    said = []
    panel.failed.connect(said.append)
    path = tmp_path / "run.old"
    path.write_bytes(b"old")
    answer_dialog(monkeypatch, str(path))
    for action in (panel.tools.numbers_action, panel.tools.picture_action):
        action.trigger()
        assert path.read_bytes() == b"old"
    assert len(said) == 2
    assert all(
        sentence.startswith("run.old cannot be saved: the disk is full") for sentence in said
    )


def test_a_cancelled_dialog_saves_nothing(panel, tmp_path, monkeypatch):
    panel.set_history(classification(4))
    answer_dialog(monkeypatch, "")
    panel.export_csv()
    panel.export_png()
    assert list(tmp_path.iterdir()) == []


def test_the_theme_reaches_lines_and_axes(panel, light):
    panel.set_history(classification(4))
    assert panel.loss._lines["train"].opts["pen"].color().name() == theme.DARK.train
    light()
    assert panel.loss._lines["train"].opts["pen"].color().name() == theme.LIGHT.train
    assert panel.loss._lines["test"].opts["pen"].color().name() == theme.LIGHT.test
    assert panel.loss.getPlotItem().getAxis("left").textPen().color().name() == theme.LIGHT.muted


def test_emptying_the_history_brings_the_sentence_back_unless_there_is_a_ghost(panel):
    panel.set_history(classification(4))
    panel.set_history(None)
    assert not panel.loss.isVisible()
    panel.set_ghost(classification(6))
    assert panel.loss.isVisible()
    panel.set_history(history([]))
    assert panel.loss.isVisible()


def test_a_narrow_panel_still_shows_its_values(panel):
    panel.resize(500, 170)
    panel.set_titles("cross-entropy")
    panel.set_history(classification(30))
    panel.grab()
    assert panel.loss.width() > 200
    assert panel.loss_header.toolTip().startswith("Loss (cross-entropy): train ")


def test_a_series_gives_no_value_beyond_its_ends():
    series = Series(np.array([2.0, 4.0]), np.array([1.0, 3.0]))
    assert series.at(2.9) == 1.0
    assert series.at(3.1) == 3.0
    assert series.at(0.0) is None
    assert series.at(9.0) is None
    assert Series(np.empty(0), np.empty(0)).at(1.0) is None


def test_very_large_and_very_small_values_are_readable(panel):
    told = history([0, 1], train_loss=[1.0, 1.234e9], test_loss=[1.0, 4.2e-5])
    panel.set_history(told)
    assert panel.loss_header.legend_text == "train 1.23e9 · test 4.2e−5"
    assert math.isfinite(panel.loss.getPlotItem().getViewBox().viewRange()[1][1])


def test_leaving_the_plot_takes_the_crosshair_away(panel, qapp):
    panel.set_history(classification(20))
    point_at(panel.loss, 3)
    assert panel.loss._cursor.isVisible()
    qapp.sendEvent(panel.loss, QEvent(QEvent.Type.Leave))
    assert not panel.loss._cursor.isVisible()


def test_the_validation_part_has_a_curve_of_its_own(panel):
    told = classification(20)
    columns = dict(told.columns) | {
        "validation_loss": 2 * told.columns["train_loss"],
        "validation_accuracy": 0.5 * told.columns["train_accuracy"],
    }
    panel.set_history(History(told.epochs, columns))
    names = [entry.partition(" ")[0] for entry in panel.loss_header.legend_text.split(" · ")]
    assert names == ["train", "validation", "test"]
    assert np.array_equal(drawn(panel.loss, "validation")[1], columns["validation_loss"])
    assert np.array_equal(drawn(panel.score, "validation")[1], columns["validation_accuracy"])
    pens = [panel.loss._lines[part].opts["pen"] for part in ("train", "validation", "test")]
    assert len({pen.color().name() for pen in pens}) == len(
        {tuple(pen.dashPattern()) for pen in pens}
    )
    assert csv_text(panel._told).startswith("epoch,train_loss,")
    assert "validation_accuracy" in csv_text(panel._told).splitlines()[0]
    panel.set_history(told)
    assert "validation" not in panel.loss_header.legend_text
    assert panel.loss._lines["validation"].xData is None


def test_the_first_epoch_grows_pale_and_is_told_as_such(panel):
    told = classification(1)
    means = history([0.2, 0.4], train_loss=[1.5, 1.25])
    held_back = history([0.3], test_loss=[1.75], test_accuracy=[0.5])
    panel.set_history(told)
    panel.set_history(History(told.epochs, told.columns, (means, held_back)))
    assert drawn(panel.loss, "within_train") == ([0.2, 0.4], [1.5, 1.25])
    first = told.columns["test_accuracy"][0]
    assert drawn(panel.score, "within_test") == ([0.0, 0.3], [first, 0.5])
    pale, plain = (panel.loss._lines[name].opts["pen"] for name in ("within_train", "train"))
    assert pale.color().alpha() < plain.color().alpha()
    assert panel.loss_header.legend_text == "in epoch 1 · train 1.250 · test 1.750"
    assert panel.score_header.legend_text == "in epoch 1 · test 50.0 %"
    assert "Pale is what was measured within epochs" in panel.loss_header.toolTip()
    for plot in (panel.loss, panel.score):
        assert plot.getPlotItem().getViewBox().viewRange()[0][1] >= 1
    whole = classification(2)
    panel.set_history(History(whole.epochs, whole.columns, (means, held_back)))
    assert "in epoch" not in panel.loss_header.legend_text
    assert panel.loss_header.legend_text.startswith(f"train {whole.columns['train_loss'][-1]:.3f}")
    assert drawn(panel.loss, "within_train") == ([0.2, 0.4], [1.5, 1.25])
    assert len(csv_text(panel._told).splitlines()) == 3
