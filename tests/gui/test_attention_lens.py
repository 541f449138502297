"""The lens of attention: matrices, arcs and one share worked out, from the arrays of the pass."""

import dataclasses

import numpy as np
import pytest
from person import choose, click, hover
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from playground.analysis.steps.looking import attention_of
from playground.gui.lenses.attention.lens import AttentionLens
from playground.gui.look import meanings
from playground.gui.session.probe import example_probe
from playground.gui.widgets.cells import Cell
from playground.nn.layers import Dense, GlobalAveragePool, Position, Residual, SelfAttention
from playground.training.experiment import DataSettings
from playground.training.presets import preset
from playground.training.task_fit import fitted

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

STEPS = 12
LAYERS = (
    Dense(name="dense_1", units=6),
    Position(name="position_1"),
    Residual(name="residual_1", layers=(SelfAttention(name="look_1", heads=2),)),
    SelfAttention(name="look_2", heads=3, causal=True),
)


@pytest.fixture
def looks(session, keep, qtbot):
    """Return a function that opens the lens on data and layers, with an example in the hand."""

    def opened(data="pen", layers=LAYERS, row=7):
        made = dataclasses.replace(
            preset("digits-small").experiment,
            data=DataSettings(name=data, steps=STEPS, examples=40),
            layers=layers,
        )
        assert session.open(fitted(made, made.data.load()))
        lens = keep(AttentionLens(session))
        lens.resize(760, 420)
        lens.on_data(session.prepared)
        lens.set_in_view(True)
        qtbot.waitUntil(lambda: session.snapshot is not None)
        session.set_probe(example_probe(session.prepared, row))
        assert lens.glance is not None
        return lens

    return opened


def shares(session, name):
    record = next(each for each in session.reading.traces if each.name == name)
    return attention_of(record, STEPS)


def cell_of(grid, row, column):
    return grid.cell_rect(Cell(0, row, column)).center()


def test_the_matrix_shows_the_shares_of_the_pass_for_each_layer_and_head(looks, session):
    lens = looks()
    np.testing.assert_array_equal(lens.heads.shares, shares(session, "look_1"))
    np.testing.assert_array_equal(lens.grid.shares, shares(session, "look_1")[0])
    click(lens.heads.viewport(), lens.heads.block_rect(1).center())
    np.testing.assert_array_equal(lens.grid.shares, shares(session, "look_1")[1])
    choose(lens.layer_box, "look 2")
    np.testing.assert_array_equal(lens.heads.shares, shares(session, "look_2"))
    np.testing.assert_array_equal(lens.grid.shares, shares(session, "look_2")[1])
    np.testing.assert_allclose(lens.grid.shares.sum(axis=1), 1, rtol=1e-12)


def test_heads_are_chosen_by_the_keys(looks, session):
    lens = looks()
    lens.heads.setFocus()
    QTest.keyClick(lens.heads, Qt.Key.Key_Right)
    QTest.keyClick(lens.heads, Qt.Key.Key_Right)
    QTest.keyClick(lens.heads, Qt.Key.Key_Return)
    np.testing.assert_array_equal(lens.grid.shares, shares(session, "look_1")[1])
    assert lens.heads.accessibleDescription().startswith("Head 2: looks ")


def test_a_clicked_cell_is_worked_out_and_its_step_is_pointed_at(looks, session):
    lens = looks()
    click(lens.grid.viewport(), cell_of(lens.grid, 4, 9))
    assert session.attention.step == 4
    found = lens.glance
    assert (found.head, found.query, found.key) == (0, 4, 9)
    assert found.share == shares(session, "look_1")[0, 4, 9]
    np.testing.assert_allclose(found.shares, shares(session, "look_1")[0, 4], rtol=1e-12)
    dot = found.products.sum() / np.sqrt(len(found.q))
    power = np.exp(dot)
    assert found.share == pytest.approx(power / np.exp(found.scores).sum(), rel=1e-12)
    table = {row[0]: row[3] for row in lens.working.rows}
    assert table["sum"] == f"{found.products.sum():.3f}".replace("-", "−")
    assert table["score: sum / √3"] == f"{dot:.3f}".replace("-", "−")
    assert table["the same of 12 steps"] == f"{np.exp(found.scores).sum():.3f}"
    assert table["share"] == f"{100 * found.share:.2f} %"
    assert table["all shares"] == "100.00 %"
    terms = [row[1:] for row in lens.working.rows[: len(found.q)]]
    assert terms[1] == tuple(
        f"{value:.3f}".replace("-", "−") for value in (found.q[1], found.k[1], found.products[1])
    )


def test_another_step_is_looked_from_where_it_looks_most(looks, session):
    lens = looks()
    session.attention.point_at(3)
    row = shares(session, "look_1")[0, 3]
    assert (lens.glance.query, lens.glance.key) == (3, int(row.argmax()))
    np.testing.assert_array_equal(lens.arcs.shares, row)
    assert lens.arcs.accessibleDescription().startswith("Step 4 looks at ")
    assert lens.arcs.accessibleDescription() == lens.arcs.summary
    click(lens.looked)
    np.testing.assert_array_equal(lens.arcs.shares, shares(session, "look_1")[0, :, 3])
    assert lens.arcs.summary.startswith("Step 4 is looked at by ")
    click(lens.looks)
    session.attention.point_at(None)
    assert lens.glance.query == STEPS - 1


def test_a_later_step_is_not_looked_at_where_that_is_not_allowed(looks, session):
    lens = looks()
    choose(lens.layer_box, "look 2")
    click(lens.grid.viewport(), cell_of(lens.grid, 2, 7))
    assert lens.working.rows[-1] == ("not looked at: it comes later", "", "", "0.0 %")
    click(lens.grid.viewport(), cell_of(lens.grid, 2, 1))
    assert ("the same of 3 steps", "", "") in [row[:3] for row in lens.working.rows]


def test_a_step_is_chosen_on_the_drawing_and_by_the_keys(looks, session):
    lens = looks()
    place = lens.arcs.places()[5]
    click(lens.arcs, place.toPoint())
    assert session.attention.step == 5
    lens.arcs.setFocus()
    QTest.keyClick(lens.arcs, Qt.Key.Key_Right)
    assert session.attention.step == 6
    QTest.keyClick(lens.arcs, Qt.Key.Key_Home)
    assert session.attention.step == 0
    QTest.keyClick(lens.arcs, Qt.Key.Key_End)
    assert session.attention.step is None
    click(lens.arcs, QPoint(1, 1))
    assert session.attention.step is None


def test_the_mouse_reads_a_share(looks, session):
    lens = looks()
    hover(lens.grid.viewport(), cell_of(lens.grid, 1, 2))
    share = shares(session, "look_1")[0, 1, 2]
    assert lens.reading.whole_text() == f"Step 2 looks at step 3: {100 * share:.1f} %"
    hover(lens.grid.viewport(), cell_of(lens.grid, 2, 2))
    assert lens.reading.whole_text().startswith("Step 3 looks at itself: ")
    assert lens.legend() == (meanings.LOOKS,)


def test_the_shares_of_a_step_are_a_table(looks, session):
    lens = looks()
    session.attention.point_at(2)
    figures = lens.arcs.figures()
    assert figures.headings == ("Step", "Looked at with")
    assert [row[1] for row in figures.rows] == [
        f"{100 * share:.2f} %" for share in shares(session, "look_1")[0, 2]
    ]


def test_it_follows_training(looks, session, qtbot):
    lens = looks()
    before = lens.grid.shares
    session.step_batch()
    qtbot.waitUntil(lambda: session.snapshot.step > 0)
    assert lens.grid.shares is not before
    np.testing.assert_array_equal(lens.grid.shares, shares(session, "look_1")[0])


@pytest.mark.parametrize("data", ["digits-patches", "memory-parity", "pen-moves"])
def test_arcs_lie_on_patches_and_over_tokens(looks, light, data):
    layers = (
        Dense(name="dense_1", units=6),
        SelfAttention(name="look_1", heads=2),
        GlobalAveragePool(name="pool_1"),
    )
    lens = looks(data, layers[: 2 if data == "pen-moves" else 3])
    steps = len(lens.grid.shares)
    assert len(lens.arcs.places()) == steps
    inside = lens.arcs.rect()
    assert all(inside.contains(place.toPoint()) for place in lens.arcs.places())
    dark = lens.grab().toImage()
    light()
    assert lens.grab().toImage() != dark
    lens.resize(330, 300)
    lens.grab()


def test_without_an_example_it_says_what_to_do(looks, session):
    lens = looks()
    session.set_probe(None)
    assert not lens.grid.isVisible()
    assert lens.glance is None
