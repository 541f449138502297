"""The lens of a generator: the wall, its views, the noise, the way there, and the plane."""

import numpy as np
import pytest
from pair import pair
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.analysis.generated.made import COUNT, believed
from playground.data.judged import unjudged
from playground.gui.lenses.generated.class_bars import ClassBars
from playground.gui.lenses.generated.lens import GeneratedLens
from playground.gui.lenses.generated.strip import SHOWN
from playground.gui.lenses.generated.wall import PictureWall
from playground.gui.lenses.generated.wall_page import MADE, NEAREST, NOISE, REAL
from playground.gui.lenses.kinds import LENSES
from playground.gui.widgets.cells import Cell
from playground.training.presets import preset

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def makes(session, keep, qtbot):
    """Return a function that opens the lens on a pair, once something is made."""

    def opened(experiment=None, size=(780, 480)):
        assert session.open(experiment or pair())
        lens = keep(GeneratedLens(session))
        lens.resize(*size)
        lens.on_data(session.prepared)
        lens.set_in_view(True)
        if session.prepared.dataset.kind.pictures:
            qtbot.waitUntil(lambda: lens.wall.made is not None)
        return lens

    return opened


@pytest.fixture
def trained(makes, session, qtbot):
    """Return the lens after two epochs, with what was made at each moment known."""
    lens = makes()
    session.toggle_training()
    qtbot.waitUntil(lambda: session.snapshot.epoch == 2 and not session.running)
    qtbot.waitUntil(lambda: lens.wall.made.is_of(session.snapshot))
    qtbot.waitUntil(lambda: all(stop.pictures is not None for stop in lens.over_time.strip.stops))
    return lens


def click(grid, cell):
    place = grid.cell_rect(cell).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_lens_is_offered_only_where_something_is_made_that_can_be_seen(session, qtbot):
    kind = next(kind for kind in LENSES if kind.key == "generated")
    assert session.open(pair())
    qtbot.waitUntil(lambda: session.model is not None)
    assert kind.has_to_show(session.model)
    assert session.open(preset("digits-small").experiment)
    qtbot.waitUntil(lambda: session.model is not None and session.model.generator is None)
    assert not kind.has_to_show(session.model)


def test_the_wall_shows_what_the_network_of_this_moment_makes(trained, session):
    made, model = trained.wall.made, session.model
    assert made.rows == pytest.approx(model.made(model.noise(COUNT)))
    assert made.believed == pytest.approx(believed(model, made.rows))
    assert len(made.read) == COUNT
    told = trained.wall.wall.sentence(Cell(0, 0, 0))
    assert told.startswith("No. 1: believed ")
    assert told.endswith(f"reads it as {made.read[0]}")


def test_what_is_clicked_comes_into_the_hand(trained, qtbot):
    wall = trained.wall.wall
    with qtbot.waitSignal(trained.probe_requested) as caught:
        click(wall, Cell(0, 1, 2))
    place = wall.index_of(Cell(0, 1, 2))
    assert wall.chosen == place
    assert caught.args[0].inputs == pytest.approx(trained.wall.made.rows[place])
    assert caught.args[0].title == f"Made, no. {place + 1}"


def test_the_other_views_show_real_examples(trained, session, qtbot):
    page, dataset = trained.wall, session.prepared.dataset
    page.views[REAL].click()
    qtbot.waitUntil(lambda: page._real is not None)
    assert page.wall.believed == pytest.approx(
        believed(session.model, np.asarray(dataset.inputs[page._sample]))
    )
    with qtbot.waitSignal(trained.probe_requested) as caught:
        click(page.wall, Cell(0, 0, 0))
    assert caught.args[0].inputs == pytest.approx(dataset.inputs[caught.args[0].row])
    page.views[NEAREST].click()
    qtbot.waitUntil(lambda: page.wall.believed is None)
    with qtbot.waitSignal(trained.probe_requested) as caught:
        click(page.wall, Cell(0, 0, 0))
    away = ((dataset.inputs[session.prepared.train_index] - page.made.rows[0]) ** 2).sum(axis=1)
    nearest = session.prepared.train_index[int(away.argmin())]
    assert caught.args[0].row == nearest
    page.views[MADE].click()
    assert page.wall.believed is not None


def test_a_slider_changes_what_is_made_of_one_noise(trained, session):
    page = trained.wall
    page.views[NOISE].click()
    before = page.noise.picture.believed[0]
    slider = trained.findChild(object, "noiseSlider1")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert page.noise.noise.tolist() == [0.0, 3.0, 0.0]
    row = session.model.made(np.array([[0.0, 3.0, 0.0]]))
    assert page.noise.picture.believed[0] == pytest.approx(believed(session.model, row)[0])
    assert page.noise.picture.believed[0] != before
    page.noise.middle.click()
    assert not page.noise.noise.any()


def test_noise_that_was_found_is_looked_at(trained, session):
    given = np.array([0.5, -1.0, 2.0])
    session.attention.show_noise(given)
    assert trained.wall.view == NOISE
    assert trained.wall.noise.noise.tolist() == given.tolist()


def test_a_column_of_the_strip_leads_to_its_moment(trained, session, qtbot):
    strip = trained.over_time.strip
    last = len(strip.stops) - 1
    assert (strip.stops[0].title, strip.stops[last].title) == ("0", "2")
    assert [stop.now for stop in strip.stops] == [False] * last + [True]
    assert len(strip.stops[0].pictures) == SHOWN
    click(strip, Cell(0, 0, 0))
    assert session.timeline.shown.now == 0
    qtbot.waitUntil(lambda: strip.stops[0].now)
    qtbot.waitUntil(lambda: trained.wall.made.is_of(session.timeline.shown))
    click(strip, Cell(last, 0, 0))
    qtbot.waitUntil(lambda: session.timeline.shown is None)


def test_play_walks_through_the_columns(trained, session, qtbot):
    trained.over_time.play.click()
    assert session.timeline.shown.now == 0
    qtbot.waitUntil(lambda: session.timeline.shown is None)
    assert trained.over_time.play.text() == "Play"


def test_rows_are_of_the_classes_that_were_asked_for(makes, session):
    lens = makes(pair(conditional=True))
    wall, made = lens.wall.wall, lens.wall.made
    asked = made.given[:, 3:].argmax(axis=1)
    assert sum(block.rows for block in wall.blocks) == 10
    order = [lens.wall._order[wall.index_of(Cell(0, 3, column))] for column in range(12)]
    assert {int(asked[place]) for place in order} == {3}
    lens.wall.views[NOISE].click()
    assert lens.wall.noise.asked.currentText() == "0"
    lens.wall.noise.asked.activated.emit(7)
    assert lens.wall._given(session.model)[3:].argmax() == 7


def test_how_often_each_class_is_made_is_what_was_measured(trained, session):
    bars, history = trained.classes, session.snapshot.history
    assert bars.isVisible()
    assert bars.made == [history.last(f"made_class_{name}") for name in "0123456789"]
    real = unjudged(session.prepared.dataset).targets[session.prepared.train_index]
    assert bars.real == pytest.approx((np.bincount(real) / len(real)).tolist())


def test_classes_that_are_hardly_made_are_told(keep):
    bars = keep(ClassBars())
    bars.show_shares(["a", "b", "c"], [0.9, 0.08, 0.02], [0.3, 0.3, 0.4])
    assert bars.missing == ["c"]
    bars.show_shares(["a", "b", "c"], [0.8, 0.05, 0.15], [0.3, 0.3, 0.4])
    assert bars.said == "missing: b"
    assert bars.sentence(1) == "b: 5.0 % of what is made, 30.0 % of the real ones"


def test_a_screen_reader_hears_what_is_on_the_wall(keep):
    wall = keep(PictureWall())
    wall.show_pictures(np.zeros((3, 8, 8)), np.array([0.2, 0.5, 0.9]), str)
    told = "3 pictures, 2 of them believed to be real"
    assert wall.accessibleDescription() == told


@pytest.mark.parametrize("names", ["", "0123456789"])
@pytest.mark.parametrize("size", [(300, 170), (760, 280), (1200, 500)])
def test_pictures_on_the_wall_stand_apart_and_use_the_room(keep, size, names):
    wall = keep(PictureWall())
    wall.resize(*size)
    wall.show_pictures(np.zeros((120, 8, 8)), np.full(120, 0.5), str, names)
    cells = [wall.cell_of(place) for place in range(120)]
    assert [wall.index_of(cell) for cell in cells] == list(range(120))
    places = [wall.picture_rect(cell) for cell in cells]
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    view = wall.viewport()
    assert all(0 <= place.left() and place.right() < view.width() for place in places)
    assert max(place.bottom() for place in places) < view.height() + wall.offset().y() + (
        wall.verticalScrollBar().maximum()
    )
    taken = sum(place.width() * place.height() for place in places)
    assert taken > 0.3 * view.width() * view.height()


def test_the_pair_on_the_plane_shows_its_parts(makes, session, qtbot):
    lens = makes(pair("circles", noise=2))
    qtbot.waitUntil(lambda: lens.plane.judge._found is not None)
    found = lens.plane.judge._found
    assert found.rows == pytest.approx(session.model.made(session.model.noise(len(found.rows))))
    assert found.field == pytest.approx(believed(session.model, lens.plane.places()))
    before = lens.plane.judge.grab().toImage()
    lens.plane.switches["arrows"].click()
    assert lens.plane.judge.parts == {"field", "true points", "made points"}
    assert lens.plane.judge.grab().toImage() != before
