"""The lens of writing: rows of what was written, how it is read, and the curve."""

import dataclasses

import numpy as np
import pytest
from person import find
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.analysis.writing.practice import attempt_question
from playground.data.catalogue import DATASETS, CatalogueEntry, load
from playground.gui.lenses.kinds import LENSES
from playground.gui.lenses.pane import LensPane
from playground.gui.lenses.writing.lens import WritingLens
from playground.gui.look import meanings
from playground.gui.look.colors import DARK
from playground.gui.widgets.cells import Cell
from playground.nn.layers import LSTM
from playground.storage.judge import judge
from playground.training.experiment import DataSettings
from playground.training.presets import preset
from playground.training.task_fit import fitted

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def experiment_of(data, epochs=2):
    made = preset("digits-small").experiment
    stopping = dataclasses.replace(made.training.stopping, epochs=epochs, seconds=None)
    training = dataclasses.replace(made.training, batch_size=512, stopping=stopping)
    layers = (LSTM(name="lstm_1", units=6),)
    made = dataclasses.replace(made, data=DataSettings(name=data), layers=layers, training=training)
    return fitted(made, made.data.load())


@pytest.fixture
def few(monkeypatch):
    """Put a tenth of the pen moves into the table of data, and return what it is called there."""
    moves = load("pen-moves")
    rows = np.arange(0, len(moves), 10)
    part = dataclasses.replace(
        moves,
        name="few-moves",
        inputs=moves.inputs[rows],
        targets=moves.targets[rows],
        test_part=np.flatnonzero(np.isin(rows, moves.test_part)),
    )
    entry = CatalogueEntry(part.title, lambda: part)
    monkeypatch.setitem(DATASETS, part.name, entry)
    return part.name


@pytest.fixture
def writes(session, keep, qtbot, few):
    """Return a function that opens the lens on data, once the first row is written."""

    def opened(data=few, size=(760, 420)):
        assert session.open(experiment_of(data))
        lens = keep(WritingLens(session))
        lens.resize(*size)
        lens.show()
        lens.on_data(session.prepared)
        lens.set_in_view(True)
        qtbot.waitUntil(lambda: bool(lens.wall.rows) and lens.wall.rows[0].page is not None)
        qtbot.waitUntil(lambda: lens.curve.people is not None)
        return lens

    return opened


@pytest.fixture
def trained(writes, session, qtbot, every_epoch_kept):
    """Return the lens after two epochs of training, all of its rows written."""
    lens = writes()
    session.toggle_training()
    qtbot.waitUntil(lambda: session.snapshot.epoch == 2 and not session.running)
    qtbot.waitUntil(lambda: lens._known(session.snapshot) is not None)
    qtbot.waitUntil(lambda: titles(lens) == ["Epoch 1", "Epoch 2"])
    qtbot.waitUntil(lambda: len(lens.curve.points) >= 3)
    return lens


def titles(lens):
    return [row.title for row in lens.wall.rows if row.page is not None]


def test_before_training_there_is_one_row_of_what_chance_writes(writes):
    lens = writes()
    assert titles(lens) == ["Epoch 0"]
    assert [point[0] for point in lens.curve.points] == [0]
    assert "; " not in lens.wall.accessibleDescription()
    assert lens.wall.accessibleDescription().startswith("Read as asked. Epoch 0: ")


def test_the_judge_is_told_with_its_own_measured_rate(writes, session):
    lens = writes("pen-moves")
    assert lens.judged.whole_text() == (
        f"The judge, a convolutional network, reads {100 * lens.curve.people:.1f} % of unseen "
        "writers."
    )
    assert 0.97 < lens.curve.people < 1


def test_a_row_for_each_doubling_of_the_epochs_and_the_present_one(trained):
    lens = trained
    assert [row.now for row in lens.wall.rows] == [False, True]
    shares = [row.page.read_as_asked for row in lens.wall.rows]
    curve = dict(lens.curve.points)
    assert [curve[1.0], curve[2.0]] == shares
    assert 0.0 in curve


def test_a_past_moment_is_framed_where_it_has_a_row(trained, session, qtbot):
    lens, timeline = trained, session.timeline
    first = next(moment for moment in timeline.runs.present.moments if moment.now == 1)
    timeline.look_at(first)
    qtbot.waitUntil(lambda: [row.now for row in lens.wall.rows] == [True, False])
    start = timeline.runs.present.start
    timeline.look_at(start)
    qtbot.waitUntil(lambda: titles(lens) == ["Epoch 0", "Epoch 1", "Epoch 2"])
    assert [row.now for row in lens.wall.rows] == [True, False, False]


def test_what_is_shown_is_what_the_judge_says_of_this_network(trained, session):
    lens, snapshot = trained, session.snapshot
    expected = attempt_question(judge)(model_of(session), session.prepared)
    page = lens.wall.rows[-1].page
    assert np.array_equal(expected.moment.parameters, snapshot.parameters)
    assert page.read == expected.page.read
    cell = Cell(len(lens.wall.names) + 3, 0, 1)
    assert lens.wall.place_of(cell) == 13
    assert page.names[13] == "3"
    assert lens.wall.sentence(cell) == f"Epoch 2, asked for 3: read as {page.read[13]}"


def model_of(session):
    from playground.training.model import Model

    prepared, snapshot = session.prepared, session.snapshot
    model = Model(snapshot.experiment, prepared.dataset, prepared.normalization)
    model.show(snapshot)
    return model


def test_a_click_says_as_what_a_character_is_read(writes):
    lens = writes()
    cell = Cell(4, 0, 0)
    place = lens.wall.cell_rect(cell).center()
    QTest.mouseClick(lens.wall.viewport(), Qt.MouseButton.LeftButton, pos=place)
    said = lens.wall.sentence(cell)
    assert said.startswith("Epoch 0, asked for 4: read as ")
    lens.wall.point_at(None)
    assert lens.reading.whole_text() == said


def test_the_keys_walk_over_all_characters_of_all_rows(trained):
    wall = trained.wall
    lines = wall.blocks[0].rows
    assert wall.walked(Cell(0, 0, 1), 0, 1) == Cell(1, 0, 0)
    assert wall.walked(Cell(1, 0, 0), 0, -1) == Cell(0, 0, 1)
    assert wall.walked(Cell(9, 0, 1), 0, 1) == Cell(9, 0, 1)
    assert wall.walked(Cell(2, lines - 1, 0), 1, 0) == Cell(12, 0, 0)
    assert wall.walked(Cell(12, 0, 0), -1, 0) == Cell(2, lines - 1, 0)
    assert wall.walked(Cell(2, 0, 0), -1, 0) == Cell(2, 0, 0)
    assert wall.walked(Cell(12, lines - 1, 0), 1, 0) == Cell(12, lines - 1, 0)


def test_the_table_tells_every_character_that_is_shown(writes):
    lens = writes()
    table = lens.wall.figures()
    page, lines = lens.wall.rows[0].page, lens.wall.blocks[0].rows
    assert table.headings == ("Moment", "Read as asked", "Asked for", "Read as")
    assert len(table.rows) == 10 * 2 * lines
    share = f"{100 * page.read_as_asked:.1f} %"
    assert table.rows[0] == ("Epoch 0", share, "0", page.read[0])


def test_only_what_is_read_as_something_else_is_orange(writes):
    lens = writes()
    image = lens.wall.viewport().grab().toImage()
    page = lens.wall.rows[0].page
    assert page.right.any() != page.right.all()
    for block in range(10):
        cell = Cell(block, 0, 0)
        place = lens.wall.cell_rect(cell)
        pixels = [image.pixelColor(x, y) for x in range(place.left(), place.right())
                  for y in range(place.top(), place.bottom())]  # fmt: skip
        orange = any(color.red() > color.blue() + 60 for color in pixels)
        assert orange != page.right[lens.wall.place_of(cell)]


def test_a_row_is_drawn_once_for_each_size(writes, monkeypatch):
    lens = writes()
    first = lens.wall.viewport().grab().toImage()
    drawn = []
    decode = type(lens.wall._writing).decode
    monkeypatch.setattr(
        type(lens.wall._writing), "decode", lambda *text: drawn.append(text) or decode(*text)
    )
    lens.wall.point_at(Cell(3, 0, 0))
    lens.wall.point_at(None)
    assert lens.wall.viewport().grab().toImage() == first
    assert not drawn
    lens.resize(700, 300)
    lens.wall.viewport().grab()
    assert len(drawn) == 10 * lens.wall.blocks[0].columns * lens.wall.blocks[0].rows


def test_many_names_scroll_and_none_are_squeezed(writes):
    lens = writes("word-moves", size=(420, 360))
    assert len(lens.wall.blocks) == 36
    assert lens.wall.horizontalScrollBar().maximum() > 0
    assert min(block.width for block in lens.wall.blocks) >= 20


def test_all_names_of_digits_are_in_view_without_scrolling(writes):
    assert writes().wall.horizontalScrollBar().maximum() == 0


def test_a_narrow_wall_shows_one_of_each_digit_and_none_out_of_view(writes):
    lens = writes(size=(470, 420))
    wall = lens.wall
    assert wall.horizontalScrollBar().maximum() == 0
    assert [block.columns for block in wall.blocks] == [1] * 10
    assert wall.walked(Cell(3, 0, 0), 0, 1) == Cell(4, 0, 0)
    page = wall.rows[0].page
    assert page.names[wall.place_of(Cell(4, 1, 0))] == "4"
    assert wall.place_of(Cell(4, 1, 0)) == 14


def test_training_goes_on_while_it_is_judged_and_one_may_look_away(
    writes, session, qtbot, every_epoch_kept
):
    lens = writes("pen-moves")
    session.toggle_training()
    qtbot.waitUntil(lambda: lens._latest.moment.step > 0)
    lens.set_in_view(False)
    seen = lens._latest
    qtbot.waitUntil(lambda: session.snapshot.epoch == 2 and not session.running)
    assert lens._latest is seen
    lens.set_in_view(True)
    qtbot.waitUntil(lambda: titles(lens) == ["Epoch 1", "Epoch 2"])


def test_the_curve_is_read_by_the_mouse(trained):
    curve = trained.curve
    for place, (epoch, share) in enumerate(curve.points):
        curve.point_at(curve.place(epoch, 0.5))
        assert curve.reading == curve.sentence(place)
        assert f"{100 * share:.1f} %" in curve.reading


def test_the_legend_names_both_inks(writes):
    lens = writes()
    assert lens.legend() == (meanings.READ_AS_ASKED, meanings.MISREAD)
    shades = [meaning.shades(DARK) for meaning in lens.legend()]
    assert all(len(each) == 3 for each in shades)


def test_other_data_let_go_of_what_was_written(writes, session):
    lens = writes()
    assert session.open(experiment_of("word-moves"))
    assert lens._attempts == []
    assert lens._latest is None


def test_the_tab_is_there_only_where_a_network_can_write(session, keep, qtbot):
    pane = keep(LensPane(session, [kind for kind in LENSES if kind.key in ("data", "writing")]))
    for data, there in (("pen-moves", True), ("pen", False), ("pen-moves", True)):
        assert session.open(experiment_of(data))
        qtbot.waitUntil(lambda there=there: pane._offers("writing") is there)
    assert find(pane, "lensTabs").tabText(1) == "Writing"


def test_the_wall_has_the_room_of_the_examples(qtbot, open_window):
    window = open_window("pen-writer")
    assert window.examples.isVisible()
    window.lens_area.show_lens("writing")
    assert not window.examples.isVisible()
    window.lens_area.set_side_by_side(True)
    assert window.examples.isVisible()  # the other lens is about one
    window.lens_area.set_side_by_side(False)
    assert not window.examples.isVisible()
    window.lens_area.show_lens("time")
    assert window.examples.isVisible()
