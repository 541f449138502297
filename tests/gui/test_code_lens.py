"""The lens of the code: its plane, the hand on it, the way between two drawings, its sliders."""

import dataclasses

import numpy as np
import pytest
from person import choose, click, find, hover
from PySide6.QtCore import QEvent, QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from playground.analysis.codes.fidelity import FidelityMeter
from playground.analysis.codes.halves import decode, encode
from playground.analysis.codes.morph import morph
from playground.analysis.codes.numbers import code_numbers
from playground.analysis.codes.plane import look_at_plane
from playground.gui.lenses.code.lens import CodeLens
from playground.gui.lenses.kinds import LENSES
from playground.gui.look.meanings import CODE_AND_PCA
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.reading import Reading
from playground.nn.layers import Code, Dense
from playground.training.edits.surgery import SetBias
from playground.training.experiment import DataSettings
from playground.training.presets import preset
from playground.training.task_fit import fitted

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TWO = (
    Dense(name="dense_1", units=8),
    Code(name="code_1", units=2),
    Dense(name="dense_2", units=8),
)


def of_size(units, **settings):
    code = Code(name="code_1", units=units, **settings)
    return (TWO[0], code, TWO[2])


@pytest.fixture
def coded(session, keep, qtbot):
    """Return a function that opens the lens on an autoencoder, with an example in the hand."""

    def opened(layers=TWO, data="digits", task="itself", row=7):
        made = dataclasses.replace(
            preset("digits-small").experiment,
            data=DataSettings(name=data, task=task),
            layers=layers,
        )
        assert session.open(fitted(made, made.data.load()))
        lens = keep(CodeLens(session))
        lens.resize(860, 460)
        lens.probe_requested.connect(session.set_probe)
        lens.on_data(session.prepared)
        lens.set_in_view(True)
        qtbot.waitUntil(lambda: lens.map.cloud is not None)
        session.set_probe(example_probe(session.prepared, row))
        return lens

    return opened


def code_of(session, inputs):
    return encode(session.model, np.asarray(inputs)[np.newaxis])[0]


def empty_place(lens):
    """Return a point of the plane at which no example lies."""
    points = (QPointF(x, y) for x in range(20, lens.map.width(), 9) for y in range(20, 150, 9))
    return next(at for at in points if lens.map.example_at(at, 14) is None)


def keep_two(lens, session, rows=(3, 8)):
    for row in rows:
        session.set_probe(example_probe(session.prepared, row))
        click(lens.strip.morph.keep)


def test_the_lens_is_offered_where_there_is_a_code(coded, session):
    (kind,) = [kind for kind in LENSES if kind.key == "code"]
    coded()
    assert kind.has_to_show(session.model)
    made = preset("digits-small").experiment
    assert session.open(made)
    assert not kind.has_to_show(session.model)


def test_the_hand_lies_at_its_code_and_moves_with_the_drawing(coded, session):
    lens = coded()
    inputs = session.prepared.dataset.inputs
    assert lens.map.hand == pytest.approx(tuple(code_of(session, inputs[7])))
    drawn = np.array(inputs[20])
    session.set_probe(Probe(drawn, "Your drawing"))
    assert lens.map.hand == pytest.approx(tuple(code_of(session, drawn)))
    session.set_probe(None)
    assert lens.map.hand is None


def test_examples_lie_at_their_codes_and_a_click_takes_one_into_the_hand(coded, session):
    lens = coded()
    cloud = lens.map.cloud
    row, place = int(cloud.tested[0]), tuple(cloud.tested_at[0])
    assert place == pytest.approx(tuple(code_of(session, session.prepared.dataset.inputs[row])))
    at = lens.map.pixel(place)
    chosen = lens.map.example_at(at)
    hover(lens.map, at.toPoint())
    assert lens.reading.whole_text().endswith("click to take it into the hand.")
    click(lens.map, at.toPoint())
    assert session.probe.row == chosen


def test_what_is_pointed_at_is_decoded(coded, session):
    lens = coded()
    at = empty_place(lens).toPoint()
    hover(lens.map, at)
    shown = lens.map.decoded
    np.testing.assert_allclose(
        shown.values, decode(session.model, np.array([shown.at]))[0], atol=1e-12
    )
    assert lens.map.pixel(shown.at).toPoint() == at
    QApplication.sendEvent(lens.map, QEvent(QEvent.Type.Leave))
    assert lens.map.decoded is None


def test_a_click_beside_the_examples_puts_the_mark_there_and_escape_takes_it_away(coded):
    lens = coded()
    at = empty_place(lens).toPoint()
    click(lens.map, at)
    assert lens.map.pixel(lens.map.mark).toPoint() == at
    np.testing.assert_allclose(lens.code, lens.map.mark)
    assert lens.map.decoded is not None
    QTest.keyClick(lens.map, Qt.Key.Key_Escape)
    assert lens.map.mark is None
    np.testing.assert_allclose(lens.code, lens.map.hand)


def test_the_mark_is_dragged_and_moved_by_the_keys(coded):
    lens = coded()
    start, end = QPoint(200, 60), QPoint(260, 90)
    QTest.mousePress(lens.map, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(lens.map, end)
    QTest.mouseRelease(lens.map, Qt.MouseButton.LeftButton, pos=end)
    assert lens.map.pixel(lens.map.mark).toPoint() == end
    lens.map.setFocus()
    QTest.keyClick(lens.map, Qt.Key.Key_Right)
    QTest.keyClick(lens.map, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert lens.map.pixel(lens.map.mark).toPoint() == end + QPoint(12, -2)
    nearest = lens.map.example_at(lens.map.pixel(lens.map.mark), np.inf)
    QTest.keyClick(lens.map, Qt.Key.Key_Return)
    assert lens.session.probe.row == nearest
    assert lens.map.mark is None


def test_the_wheel_zooms_around_the_pointer_and_fit_shows_all_again(coded, qtbot):
    lens = coded()
    whole, at = lens.map.window_shown, QPointF(120, 50)
    held = whole.place(at, QSizeF(lens.map.size()))
    event = QWheelEvent(
        *(at, lens.map.mapToGlobal(at), QPoint(), QPoint(0, 240)),
        *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(lens.map, event)
    zoomed = lens.map.window_shown
    assert zoomed.right - zoomed.left < whole.right - whole.left
    assert zoomed.place(at, QSizeF(lens.map.size())) == pytest.approx(held)
    qtbot.waitUntil(lambda: lens.map.look.corners[0].tolist() == [zoomed.left, zoomed.bottom])
    click(lens.tools.fit)
    assert lens.map.window_shown == whole
    QTest.keyClick(lens.map, Qt.Key.Key_Plus)
    assert lens.map.window_shown != whole
    QTest.keyClick(lens.map, Qt.Key.Key_0)
    assert lens.map.window_shown == whole


def test_the_toggles_leave_parts_away(coded, qtbot):
    lens = coded()
    at = lens.map.pixel(tuple(lens.map.cloud.trained_at[0]))
    assert lens.map.example_at(at) is not None
    qtbot.waitUntil(lambda: lens.map.look.grid is not None)
    for button in (lens.tools.tested, lens.tools.trained, lens.tools.grid):
        click(button)
    assert lens.map.shown == (False, False, False)
    assert lens.map.example_at(at) is None
    qtbot.waitUntil(lambda: lens.map.look.grid is None)


def test_the_way_leads_between_two_kept_drawings(coded, session, qtbot):
    lens = coded()
    inputs = session.prepared.dataset.inputs
    keep_two(lens, session)
    ends = encode(session.model, inputs[[3, 8]])
    np.testing.assert_allclose(lens.map.way[[0, -1]], ends, atol=1e-12)
    names = [session.prepared.dataset.class_names[session.prepared.dataset.targets[row]]
             for row in (3, 8)]  # fmt: skip
    assert [title for title, _ in lens.map.kept] == [f"the {name}" for name in names]
    morph = lens.strip.morph
    qtbot.waitUntil(lambda: morph.pictures.morph is not None)
    np.testing.assert_allclose(morph.pictures.morph.codes[[0, -1]], ends, atol=1e-12)
    click(morph.pictures, morph.pictures.square(3).center().toPoint())
    np.testing.assert_allclose(lens.code, ends.mean(axis=0), atol=1e-12)
    assert lens.map.mark == pytest.approx(tuple(ends.mean(axis=0)))
    assert "step 4 of 7" in lens.reading.whole_text()
    morph.slider.setFocus()
    QTest.keyClick(morph.slider, Qt.Key.Key_End)
    np.testing.assert_allclose(lens.code, ends[1], atol=1e-12)
    click(morph.forget)
    assert lens.map.way is None
    assert not morph.slider.isEnabled()


def test_one_kept_drawing_leads_to_what_is_in_the_hand(coded, session):
    lens = coded(row=3)
    click(lens.strip.morph.keep)
    assert lens.map.way is None
    assert lens.reading.whole_text().startswith("Kept: the ")
    drawn = np.array(session.prepared.dataset.inputs[30])
    session.set_probe(Probe(drawn, "Your drawing"))
    np.testing.assert_allclose(lens.map.way[-1], code_of(session, drawn), atol=1e-12)


def test_play_walks_to_the_end_and_stops(coded, session, qtbot):
    lens = coded()
    keep_two(lens, session)
    morph = lens.strip.morph
    click(morph.play)
    assert morph.play.text() == "Pause"
    qtbot.waitUntil(lambda: morph.share == 1)
    assert morph.play.text() == "Play"


def test_a_kept_drawing_is_named_after_what_it_looks_like(coded, session):
    lens = coded()
    dataset = session.prepared.dataset
    for row in dataset.examples_of(6)[:2]:
        session.set_probe(Probe(np.array(dataset.inputs[row]), "Your drawing"))
        click(lens.strip.morph.keep)
    assert [title for title, _ in lens.map.kept] == ["my 6", "my other 6"]


def test_the_nearest_codes_follow_the_hand_and_can_be_taken(coded, session):
    lens = coded()
    click(lens.strip.buttons[1])
    code = code_of(session, session.prepared.dataset.inputs[7])
    rows, _ = lens.map.cloud.nearest(code, 12, but=7)
    assert lens.strip.nearest.indices.tolist() == rows.tolist()
    session.set_probe(example_probe(session.prepared, 50))
    assert lens.strip.nearest.indices.tolist() != rows.tolist()
    chosen = int(lens.strip.nearest.indices[2])
    place = lens.strip.nearest.model().index(2, 0)
    click(lens.strip.nearest.viewport(), lens.strip.nearest.visualRect(place).center())
    assert session.probe.row == chosen


def test_errors_of_each_class_stand_beside_those_of_pca(coded, session, qtbot):
    lens = coded()
    click(lens.strip.buttons[2])
    qtbot.waitUntil(lambda: lens.fidelity is not None)
    errors = lens.strip.errors
    code, principal = lens.fidelity.by_class(10)
    np.testing.assert_array_equal(errors.code, code)
    np.testing.assert_array_equal(errors.principal, principal)
    assert errors.figure.startswith("code of 2: ")
    assert "PCA of 2: 0.053, R² 0.28" in errors.figure
    assert errors.sentence(3).startswith("3: ")
    assert lens.legend() == CODE_AND_PCA
    errors.setFocus()
    for _ in range(3):
        QTest.keyClick(errors, Qt.Key.Key_Right)
    QTest.keyClick(errors, Qt.Key.Key_Left)
    assert errors.accessibleDescription() == errors.sentence(1)


def test_it_says_how_unlike_the_rest_a_drawing_is(coded, session, qtbot):
    lens = coded()
    qtbot.waitUntil(lambda: lens.fidelity is not None)
    assert "Training example 8 comes back with a squared error of " in lens.told.whole_text()
    session.set_probe(Probe(np.full(64, 2, np.float32), "Your drawing"))
    assert lens.told.whole_text().endswith(": worse than all 360 examples of the test part.")


def test_a_longer_code_has_a_slider_for_each_number_sorted_by_what_they_change(
    coded, session, qtbot
):
    lens = coded(of_size(5))
    assert lens.side.isVisible()
    sliders = lens.side.sliders
    qtbot.waitUntil(lambda: sliders.numbers is not None)
    numbers = sliders.numbers
    assert list(sliders.order) == numbers.order.tolist()
    first, before = sliders.order[0], lens.code.copy()
    sliders.sliders[0].setFocus()
    QTest.keyClick(sliders.sliders[0], Qt.Key.Key_Home)
    assert lens.code[first] < numbers.low[first]
    others = np.arange(5) != first
    np.testing.assert_array_equal(lens.code[others], before[others])
    np.testing.assert_allclose(
        lens.side.picture.values, decode(session.model, lens.code[np.newaxis])[0], atol=1e-12
    )
    choose(lens.side.across_box, f"number {first + 1}")
    qtbot.waitUntil(lambda: bool(lens.map.cloud.plane.across[first] == 1))
    assert lens.map.mark[0] == pytest.approx(lens.code[first])


def test_a_variational_code_draws_new_samples_and_shows_the_spread(coded, session):
    lens = coded(of_size(2, variational=True))
    assert lens.tools.draw_new.isVisible()
    assert lens.map.spread == pytest.approx((1.0, 1.0), abs=1e-6)
    click(lens.tools.draw_new)
    first = lens.code
    assert lens.map.mark == pytest.approx(tuple(first))
    click(lens.tools.draw_new)
    assert not np.array_equal(first, lens.code)


def test_numbers_of_a_table_are_shown_in_words(coded, session):
    lens = coded(data="iris", row=2)
    assert not lens.tools.grid.isEnabled()
    click(lens.map, empty_place(lens).toPoint())
    assert lens.map.decoded.values.shape == (4,)
    lens.grab()


def test_a_code_of_one_number_is_a_line(coded, session):
    lens = coded(of_size(1))
    code = code_of(session, session.prepared.dataset.inputs[7])
    assert lens.map.hand == pytest.approx((code[0], 0.0))
    click(lens.map, empty_place(lens).toPoint())
    assert lens.code.shape == (1,)
    assert lens.map.decoded is not None
    keep_two(lens, session)
    lens.grab()


def test_a_classifier_with_a_code_shows_its_plane_alone(coded):
    lens = coded(task="labels")
    hover(lens.map, empty_place(lens).toPoint())
    assert lens.map.decoded is None
    assert lens.reading.whole_text().startswith("This network does not give back its input")
    assert not lens.strip.buttons[0].isEnabled()
    assert lens.strip.shows_nearest


def test_the_plane_tells_a_screen_reader_what_it_shows(coded):
    lens = coded()
    assert "0 around " in lens.map.accessibleDescription()


def test_the_places_can_be_read_as_a_table(coded, session):
    lens = coded()
    figures = lens.map.figures()
    cloud = lens.map.cloud
    assert len(figures.rows) == len(cloud.rows)
    x, y = cloud.tested_at[-1]
    assert figures.rows[-1][1] == "test"
    assert figures.rows[-1][3:] == (f"{x:.3f}".replace("-", "−"), f"{y:.3f}".replace("-", "−"))
    lens.map.setFocus()
    QTest.keyClick(lens.map, Qt.Key.Key_T)
    shown = find(lens, "tableWindow", QDialog)
    assert shown.isVisible()
    shown.reject()


def test_training_moves_the_examples(coded, session, qtbot):
    lens = coded()
    before = lens.map.cloud
    session.step_batch()
    qtbot.waitUntil(lambda: not np.array_equal(lens.map.cloud.codes, before.codes))


def test_another_size_of_the_code_begins_anew(coded, session, qtbot):
    lens = coded()
    keep_two(lens, session)
    click(lens.map, empty_place(lens).toPoint())
    assert session.change("layers.1.units", 4)
    qtbot.waitUntil(lambda: lens.map.cloud is not None and lens.map.cloud.codes.shape[1] == 4)
    assert lens.side.isVisible()
    assert lens.map.mark is None
    assert len(lens.code) == 4
    assert len(lens.map.kept) == 2
    lens.grab()


def look_everywhere(lens):
    for button in (*lens.strip.buttons, lens.strip.buttons[0]):
        click(button)
        lens.grab()
    click(lens.strip.morph.pictures)
    hover(lens.map, QPoint(100, 50))
    click(lens.map, QPoint(110, 60))
    lens.grab()


def test_codes_that_have_run_far_away_are_painted(coded, session, qtbot):
    lens = coded()
    keep_two(lens, session)
    session.operate(SetBias("code_1", 1, 3e38))
    qtbot.waitUntil(lambda: bool((np.abs(lens.map.cloud.codes) > 1e38).any()))
    look_everywhere(lens)


@pytest.mark.parametrize("units", [2, 4])
def test_a_network_whose_numbers_are_not_finite_is_told_of(coded, session, qtbot, units):
    lens = coded(of_size(units))
    keep_two(lens, session)
    qtbot.waitUntil(lambda: lens.fidelity is not None)
    model, prepared = session.model, session.prepared
    model.network.parameters[:] = np.nan
    lens.on_reading(Reading.of(session.probe, model))
    for found in (
        look_at_plane(model, prepared, axes=lens.side.axes, cells=(3, 2)),
        FidelityMeter().measure(model, prepared),
        code_numbers(model, prepared),
        morph(model, prepared, rows=prepared.dataset.inputs[:2]),
    ):
        lens.on_answer("", Answer("", session.snapshot, found))
    assert "no longer finite" in lens.told.whole_text()
    look_everywhere(lens)
