import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QInputDevice, QKeySequence, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from playground.data.drawing.ink import Ink, Stroke
from playground.gui.look.colors import DARK
from playground.gui.probes.canvas import DrawCanvas
from playground.gui.probes.sheet import Example
from playground.gui.probes.stroke_recorder import MOST_PAST, StrokeRecorder
from playground.gui.session.probe import Probe

LINE = [(60, 60), (100, 100), (140, 100)]
TOUCH_OFFSET = 3  # the offscreen window's frame shifts touch events


@pytest.fixture
def canvas(keep):
    widget = DrawCanvas()
    widget.resize(280, 280)
    return keep(widget)


def drag(canvas, places, button=Qt.MouseButton.LeftButton):
    points = [QPoint(*place) for place in places]
    QTest.mousePress(canvas, button, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, button, pos=points[-1])


def shade(canvas, x, y):
    return canvas.grab().toImage().pixelColor(x, y).name()


def example(label=7):
    pixels = np.eye(8, dtype=np.float32)
    return Example(Probe(pixels.ravel(), "Test example 4", label=label), pixels)


def test_a_mouse_drag_is_recorded_as_one_stroke_in_canvas_units(canvas):
    drag(canvas, LINE)
    (stroke,) = canvas.ink().strokes
    assert stroke.points.tolist() == [[60, 60], [100, 100], [140, 100]]
    assert stroke.width == 22
    assert not stroke.eraser


def test_ink_is_painted_where_the_pen_went(canvas):
    assert shade(canvas, 100, 100) == DARK.canvas
    drag(canvas, LINE)
    assert shade(canvas, 100, 100) == DARK.ink
    assert shade(canvas, 200, 200) == DARK.canvas


def test_the_stroke_is_in_the_ink_while_the_pen_is_still_down(canvas):
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    QTest.mouseMove(canvas, QPoint(90, 90))
    assert len(canvas.ink().strokes[0].points) == 2
    assert not canvas.can_undo
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 90))
    assert canvas.can_undo


def test_a_tap_is_a_stroke_of_one_point(canvas):
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(70, 80))
    assert canvas.ink().strokes[0].points.tolist() == [[70, 80]]
    assert shade(canvas, 70, 80) == DARK.ink


def test_other_mouse_buttons_do_not_draw(canvas):
    drag(canvas, LINE, Qt.MouseButton.RightButton)
    assert canvas.ink().strokes == ()


def test_the_pen_stops_at_the_edge_of_the_canvas(canvas):
    drag(canvas, [(100, 100), (500, -40)])
    assert canvas.ink().strokes[0].points[-1].tolist() == [280, 0]


def test_many_moves_in_one_pass_are_announced_once(canvas, qtbot):
    announced = []
    canvas.ink_changed.connect(lambda: announced.append(len(canvas.ink().strokes[0].points)))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    for x in range(30, 100, 10):
        canvas._extend_stroke((float(x), 20.0))
    assert announced == []
    qtbot.waitUntil(lambda: bool(announced))
    QApplication.processEvents()
    assert announced == [8]
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 20))


def test_setting_ink_or_an_example_announces_nothing(canvas):
    announced = []
    canvas.ink_changed.connect(lambda: announced.append(True))
    canvas.set_ink(Ink.of([np.array([[10, 10], [50, 50]])]))
    canvas.set_example(example())
    for _ in range(3):
        QApplication.processEvents()
    assert announced == []


def test_resizing_keeps_the_drawing_in_its_place(canvas):
    drag(canvas, LINE)
    before = canvas.ink()
    canvas.resize(140, 140)
    assert shade(canvas, 50, 50) == DARK.ink
    assert np.array_equal(canvas.ink().strokes[0].points, before.strokes[0].points)
    canvas.resize(420, 420)
    assert shade(canvas, 150, 150) == DARK.ink


def test_drawing_on_a_small_canvas_gives_the_same_units(canvas):
    canvas.resize(140, 140)
    drag(canvas, [(30, 30), (50, 50)])
    assert canvas.ink().strokes[0].points.tolist() == [[60, 60], [100, 100]]


def test_a_canvas_that_is_wider_than_high_stays_square(canvas):
    canvas.resize(400, 280)
    drag(canvas, [(60, 0), (340, 280)])
    assert canvas.ink().strokes[0].points.tolist() == [[0, 0], [280, 280]]


def test_the_eraser_takes_ink_away(canvas):
    drag(canvas, [(40, 100), (240, 100)])
    canvas.set_eraser(True)
    drag(canvas, [(140, 60), (140, 140)])
    assert canvas.ink().strokes[1].eraser
    assert canvas.ink().strokes[1].width == 44
    assert shade(canvas, 140, 100) == DARK.canvas
    assert shade(canvas, 60, 100) == DARK.ink


def test_the_eraser_leaves_an_empty_canvas_as_it_is(canvas):
    canvas.set_eraser(True)
    drag(canvas, LINE)
    assert canvas.ink().strokes == ()
    assert not canvas.can_undo


def test_undo_and_redo_go_stroke_by_stroke(canvas):
    drag(canvas, LINE)
    drag(canvas, [(200, 200), (220, 240)])
    canvas.undo()
    assert len(canvas.ink().strokes) == 1
    assert shade(canvas, 200, 200) == DARK.canvas
    canvas.undo()
    assert canvas.ink().strokes == ()
    canvas.redo()
    canvas.redo()
    assert len(canvas.ink().strokes) == 2
    assert shade(canvas, 200, 200) == DARK.ink
    assert not canvas.can_redo


def test_drawing_after_undo_forgets_what_was_undone(canvas):
    drag(canvas, LINE)
    canvas.undo()
    drag(canvas, [(10, 10), (20, 20)])
    assert not canvas.can_redo


def test_clearing_can_be_undone(canvas):
    drag(canvas, LINE)
    canvas.clear()
    assert canvas.sheet.is_empty
    canvas.undo()
    assert len(canvas.ink().strokes) == 1


def test_thickness_holds_for_the_next_stroke_only(canvas):
    drag(canvas, LINE)
    canvas.set_pen_width(40)
    drag(canvas, LINE)
    assert [stroke.width for stroke in canvas.ink().strokes] == [22, 40]


def test_drawing_over_an_example_starts_afresh_and_undo_brings_it_back(canvas):
    canvas.set_example(example())
    assert shade(canvas, 20, 20) == DARK.ink
    drag(canvas, [(200, 40), (220, 60)])
    assert canvas.sheet.example is None
    assert shade(canvas, 20, 20) == DARK.canvas
    canvas.undo()
    assert canvas.sheet.example.probe.label == 7


def test_undo_returns_from_examples_to_the_drawing(canvas):
    drag(canvas, LINE)
    canvas.set_example(example(1))
    canvas.set_example(example(2))
    canvas.undo()
    assert len(canvas.ink().strokes) == 1


@pytest.fixture(scope="module")
def touch_screen(qapp):
    return QTest.createTouchDevice()


def test_a_finger_draws(canvas, touch_screen):
    QTest.touchEvent(canvas, touch_screen).press(0, QPoint(60, 60)).commit()
    QTest.touchEvent(canvas, touch_screen).move(0, QPoint(100, 100)).commit()
    QTest.touchEvent(canvas, touch_screen).release(0, QPoint(100, 100)).commit()
    (stroke,) = canvas.ink().strokes
    assert stroke.points == pytest.approx(np.array([[60, 60], [100, 100]]), abs=TOUCH_OFFSET)


def test_a_second_finger_does_not_disturb_the_first(canvas, touch_screen):
    QTest.touchEvent(canvas, touch_screen).press(0, QPoint(60, 60)).commit()
    QTest.touchEvent(canvas, touch_screen).stationary(0).press(1, QPoint(200, 200)).commit()
    QTest.touchEvent(canvas, touch_screen).move(0, QPoint(90, 60)).move(
        1, QPoint(220, 220)
    ).commit()
    QTest.touchEvent(canvas, touch_screen).release(0, QPoint(90, 60)).release(
        1, QPoint(220, 220)
    ).commit()
    (stroke,) = canvas.ink().strokes
    assert stroke.points == pytest.approx(np.array([[60, 60], [90, 60]]), abs=TOUCH_OFFSET)


def tablet(canvas, kind, x, y, pointer):
    device = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        pointer,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        3,
    )
    at = QPointF(x, y)
    lifted = kind == QEvent.Type.TabletRelease
    event = QTabletEvent(
        kind,
        device,
        at,
        QPointF(canvas.mapToGlobal(at)),
        0.2,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.NoButton if lifted else Qt.MouseButton.LeftButton,
    )
    QApplication.sendEvent(canvas, event)
    assert event.isAccepted()


def tablet_stroke(canvas, places, pointer):
    tablet(canvas, QEvent.Type.TabletPress, *places[0], pointer)
    for place in places[1:]:
        tablet(canvas, QEvent.Type.TabletMove, *place, pointer)
    tablet(canvas, QEvent.Type.TabletRelease, *places[-1], pointer)


def test_a_tablet_pen_draws_and_pressure_does_not_matter(canvas):
    tablet_stroke(canvas, LINE, QPointingDevice.PointerType.Pen)
    (stroke,) = canvas.ink().strokes
    assert stroke.points.tolist() == [[60, 60], [100, 100], [140, 100]]
    assert stroke.width == 22


def test_a_turned_tablet_pen_erases(canvas):
    tablet_stroke(canvas, LINE, QPointingDevice.PointerType.Pen)
    tablet_stroke(canvas, [(90, 90), (110, 110)], QPointingDevice.PointerType.Eraser)
    assert [stroke.eraser for stroke in canvas.ink().strokes] == [False, True]


def test_space_and_arrow_keys_draw(canvas):
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    (stroke,) = canvas.ink().strokes
    assert stroke.points.tolist() == [[140, 133], [147, 133], [154, 133]]


def test_delete_clears_and_the_undo_keys_undo(canvas):
    drag(canvas, LINE)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.sheet.is_empty
    QTest.keySequence(canvas, QKeySequence(QKeySequence.StandardKey.Undo))
    assert len(canvas.ink().strokes) == 1
    QTest.keySequence(canvas, QKeySequence(QKeySequence.StandardKey.Redo))
    assert canvas.sheet.is_empty


def test_the_windows_shortcuts_rest_while_the_canvas_has_the_focus(keep, qtbot):
    window = QMainWindow()
    body = QWidget()
    layout = QVBoxLayout(body)
    canvas, other = DrawCanvas(), QWidget()
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout.addWidget(canvas)
    layout.addWidget(other)
    window.setCentralWidget(body)
    taken = []
    undo = QAction("Undo", window)
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    undo.triggered.connect(lambda: taken.append("window"))
    window.addAction(undo)
    keep(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    drag(canvas, LINE)
    canvas.setFocus()
    QTest.keySequence(canvas, QKeySequence(QKeySequence.StandardKey.Undo))
    assert taken == []
    assert canvas.ink().strokes == ()
    other.setFocus()
    QTest.keySequence(other, QKeySequence(QKeySequence.StandardKey.Undo))
    assert taken == ["window"]


def test_an_empty_canvas_invites_to_draw(canvas):
    empty = canvas.grab().toImage()
    drag(canvas, [(5, 5), (6, 6)])
    drawn = canvas.grab().toImage()
    middle = [(x, y) for x in range(80, 200) for y in range(130, 150)]
    assert any(empty.pixelColor(x, y).name() != DARK.canvas for x, y in middle)
    assert all(drawn.pixelColor(x, y).name() == DARK.canvas for x, y in middle)


def test_a_finished_drawing_looks_the_same_when_it_is_painted_afresh(canvas):
    drag(canvas, LINE)
    first = canvas.grab().toImage()
    canvas.set_ink(Ink((Stroke(np.array(LINE)),)))
    again = canvas.grab().toImage()
    different = sum(
        abs(first.pixelColor(x, y).lightness() - again.pixelColor(x, y).lightness()) > 60
        for x in range(20, 180)
        for y in range(20, 140)
    )
    assert different < 40


def test_the_canvas_is_named_for_tests_and_screen_readers(canvas):
    assert canvas.objectName() == "drawCanvas"
    assert canvas.accessibleName()
    assert "Space" in canvas.accessibleDescription()
    assert canvas.toolTip()


def test_undo_leads_back_a_limited_number_of_strokes():
    recorder = StrokeRecorder()
    for _ in range(MOST_PAST + 10):
        recorder.begin((10.0, 10.0), erases=False)
        recorder.end()
    undone = 0
    while recorder.undo():
        undone += 1
    assert undone == MOST_PAST
    assert len(recorder.sheet.ink.strokes) == 10
