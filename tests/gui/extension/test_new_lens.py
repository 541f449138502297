"""A lens of one's own is one class and one row of the table: it follows the session in its tab."""

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout

from playground.gui.lenses.kinds import LENSES, LensKind
from playground.gui.lenses.lens import Lens


def size_of_weights(model, prepared):
    """Return what all weights of a moment's network weigh together."""
    return float(sum(np.abs(view).sum() for view in model.network.tensors("weight").values()))


class SizeLens(Lens):
    """Tells how large the weights are together, and which step the window shows."""

    def __init__(self, session):
        super().__init__(session)
        self.sum, self.seen = QLabel(), QLabel()
        column = QVBoxLayout(self)
        column.addWidget(self.sum)
        column.addWidget(self.seen)
        self.watch("sum", size_of_weights, every_s=0.01)

    def on_snapshot(self, snapshot):
        self.seen.setText(f"step {snapshot.step}")

    def on_answer(self, topic, answer):
        self.sum.setText(f"{answer.value:.6g}")


@pytest.fixture(autouse=True)
def size_lens():
    kind = LensKind("size", "Size", "What all weights weigh together.", SizeLens)
    LENSES.append(kind)
    yield
    LENSES.remove(kind)


def test_it_has_its_tab_and_follows_training_undo_and_another_network(shown):
    area = shown.window.lens_area
    assert area.pane.tabs.tabText(area.pane.tabs.count() - 1) == "Size"
    lens = area.show_lens("size")
    assert isinstance(lens, SizeLens)

    def up_to_date():
        """Return whether it tells the weights of the moment that the window shows."""
        return lens.sum.text() == f"{size_of_weights(shown.session.model, None):.6g}"

    shown.wait(up_to_date)
    before = lens.sum.text()
    shown.train(3)
    shown.wait(lambda: lens.sum.text() != before and up_to_date())
    assert lens.seen.text() == f"step {shown.session.snapshot.step}"
    for change in (
        lambda: shown.session.change("layers.0.units", 3),
        shown.session.past.undo,
    ):
        change()
        shown.wait(lambda: shown.session.snapshot is not None)
        now = shown.session.experiment
        shown.wait(lambda now=now: shown.session.snapshot.experiment == now and up_to_date())
    assert shown.save_and_open().experiment == shown.session.experiment
    shown.wait(up_to_date)


def test_out_of_view_it_is_not_asked(shown):
    lens = shown.window.lens_area.show_lens("size")
    shown.wait(lambda: lens.sum.text() != "")
    shown.window.lens_area.show_lens("network")
    told = lens.seen.text()
    shown.train(2)
    assert lens.seen.text() == told
