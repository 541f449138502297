"""The wall in its views: what is made, what is real, the nearest real ones, and any other noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from playground.analysis.generated.made import COUNT, Made, Nearest, believed, noise_effects
from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.gui.lenses.generated.noise_page import NoisePage
from playground.gui.lenses.generated.wall import PictureWall
from playground.gui.look.marking import named
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, paged, stacked
from playground.training.model import Model
from playground.training.snapshot import Snapshot
from playground.wording import fixed, grouped, number, percent

MADE, REAL, NEAREST, NOISE = "Generated", "Real", "Nearest real", "Noise"
_TIPS = {
    MADE: "What the generator makes of a noise that never changes.",
    REAL: "As many examples of the data, to compare with.",
    NEAREST: "Under each place, the training example that is most like what is made there.",
    NOISE: "Slide through the noise, and see what the generator makes of it.",
}
_HINT = {
    MADE: "Under each: how real the discriminator believes it is, green from 50 %. Click one to "
    "hold it in your hand.",
    REAL: "Under each: how real the discriminator believes it is, green from 50 %. Click one to "
    "hold it in your hand.",
    NEAREST: "A generator that has learned the examples by heart makes nothing else. Click one to "
    "hold it in your hand.",
    NOISE: "Each slider is one number of the noise; those that change most come first.",
}

Floats = NDArray[np.floating[Any]]


class WallPage(QWidget):
    """Shows what it is given; of the noise under the sliders it asks the session's own network.

    Signals
    -------
    probe_requested(Probe)
        What is to be taken into the hand.
    nearest_wanted(rows)
        Of which made rows the nearest real examples are to be found.
    belief_wanted(rows)
        Of which real rows it is to be found how far they are believed to be real.
    """

    probe_requested = Signal(object)
    nearest_wanted = Signal(object)
    belief_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._made: Made | None = None
        self._nearest: Nearest | None = None
        self._real: Floats | None = None
        self._sample: NDArray[np.int64] = np.empty(0, np.int64)
        self._order: NDArray[np.int64] = np.arange(COUNT)
        self._rng = np.random.default_rng()
        self._asked_class = 0
        self.wall, self.noise = PictureWall(), NoisePage()
        self._title = named(ElidedLabel("", "title"), "madeTitle")
        self.said = named(ElidedLabel("", "muted"), "madeReading")
        self.views: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for view, tip in _TIPS.items():
            button = push_button(f"view{view.title().replace(' ', '')}Button", view, tip)
            button.setCheckable(True)
            group.addButton(button)
            button.toggled.connect(self._on_view_toggled)
            self.views[view] = button
        pages = QWidget()
        self._pages = paged(self.wall, self.noise, on=pages)
        head = beside((self._title, 1), *self.views.values(), spacing=6)
        stacked(head, (pages, 1), self.said, on=self, margins=0, spacing=5)
        self.wall.cell_chosen.connect(self._on_chosen)
        self.wall.pointed.connect(self._on_pointed)
        self.noise.noise_changed.connect(self._show_noise)
        self.noise.class_changed.connect(self._on_class_changed)
        self.noise.another_requested.connect(self._on_another)
        self.noise.take.clicked.connect(self._on_take)
        self.views[MADE].setChecked(True)

    @property
    def view(self) -> str:
        """Which view is chosen."""
        return next(view for view, button in self.views.items() if button.isChecked())

    @property
    def made(self) -> Made | None:
        """What is on the wall, None as long as nothing is made."""
        return self._made

    def set_data(self, prepared: Prepared) -> None:
        """Forget what was made from other data."""
        self._made = self._nearest = self._real = None
        self.wall.set_chosen(None)
        every = np.concatenate([prepared.train_index, prepared.test_index])
        count = min(COUNT, len(every))
        self._sample = np.sort(np.random.default_rng(0).choice(every, count, replace=False))

    def set_model(self, model: Model) -> None:
        """Offer the noise that a network's generator takes."""
        recipe, made = model.experiment.recipe, self._made
        assert model.generator is not None
        if made is not None and made.given.shape[1] != model.generator.input_shape[0]:
            self._made = self._nearest = None
        if len(self.noise.noise) != recipe.noise:
            self.noise.set_noise(np.zeros(recipe.noise))
        self.noise.set_classes(model.dataset.class_names[:-1] if recipe.conditional else ())
        self.noise.asked.setCurrentIndex(self._asked_class)
        self._show()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Show what is made of the noise under the sliders by now."""
        if self.view == NOISE:
            self._show_noise()
        self._tell_title()

    def take(self, made: Made) -> None:
        """Show what was made."""
        self._made = made
        self._ask()
        self._show()

    def _ask(self) -> None:
        """Ask for what the view needs beside what is made."""
        prepared = self._session.prepared
        if self.view == NEAREST and self._made is not None:
            self.nearest_wanted.emit(self._made.rows)
        elif self.view == REAL and prepared is not None:
            self.belief_wanted.emit(np.asarray(prepared.dataset.inputs[self._sample]))

    def take_belief(self, shares: Floats) -> None:
        """Show how far the real examples are believed to be real."""
        self._real = shares
        self._show()

    def take_nearest(self, nearest: Nearest) -> None:
        """Show the nearest real examples."""
        self._nearest = nearest
        self._show()

    def set_noise(self, given: Floats) -> None:
        """Show the noise that something was found to be made of."""
        self._take_noise(given)
        self.views[NOISE].setChecked(True)
        self._show_noise()

    def _take_noise(self, given: Floats) -> None:
        size = len(self.noise.noise)
        self._asked_class = int(given[size:].argmax()) if len(given) > size else 0
        self.noise.asked.setCurrentIndex(self._asked_class)
        self.noise.set_noise(given[:size])

    # What is shown.

    def _show(self) -> None:
        self._tell_title()
        self._pages.setCurrentWidget(self.noise if self.view == NOISE else self.wall)
        self.said.set_text(_HINT[self.view])
        prepared, model = self._session.prepared, self._session.model
        if prepared is None or model is None or self.view == NOISE:
            return
        dataset, made, nearest = prepared.dataset, self._made, self._nearest
        if self.view == REAL:
            rows = np.asarray(dataset.inputs[self._sample])
            self._show_rows(dataset, rows, self._real, ())
        elif made is not None:
            self._order, names = _in_rows(made, model)
            if self.view == MADE:
                order = self._order
                self._show_rows(dataset, made.rows[order], made.believed[order], names)
            elif nearest is not None:
                rows = np.asarray(dataset.inputs[nearest.indices[self._order]])
                self._show_rows(dataset, rows, None, names)

    def _show_rows(
        self, dataset: Dataset, rows: Floats, shares: Floats | None, names: Sequence[str]
    ) -> None:
        pictures = np.stack([dataset.ink(row) for row in rows]).astype(np.float32)
        self.wall.show_pictures(pictures, shares, self._sentence, names)

    def _sentence(self, place: int) -> str:
        """Return what there is to say of a place on the wall."""
        if self.view == REAL:
            told = f"Example {grouped(int(self._sample[place]) + 1)}"
            real = self.wall.believed
            return told if real is None else f"{told}: believed {percent(real[place], 0)} real"
        made = self._made
        assert made is not None
        which = int(self._order[place])
        if self.view == NEAREST and self._nearest is not None:
            index, away = self._nearest.indices[which], self._nearest.distances[which]
            told = f"Example {grouped(int(index) + 1)} is most like no. {which + 1}"
            return f"{told}: they differ by {fixed(away, 3)} a pixel, squared"
        read = f"; an examiner reads it as {made.read[which]}" if made.read else ""
        return f"No. {which + 1}: believed {percent(made.believed[which], 0)} real{read}"

    def _tell_title(self) -> None:
        snapshot, count = self._session.snapshot, len(self._sample)
        epoch = "" if snapshot is None else f" at epoch {number(round(snapshot.now, 1), 5)}"
        words = {
            MADE: f"{COUNT} pictures from the same noise,{epoch}",
            REAL: f"{count} of the real pictures",
            NEAREST: f"The real picture nearest to each,{epoch}",
            NOISE: f"One noise,{epoch}",
        }
        self._title.set_text(words[self.view], self.view)

    @Slot()
    def _show_noise(self) -> None:
        """Show what the network of this moment makes of the noise under the sliders."""
        prepared, model = self._session.prepared, self._session.model
        if prepared is None or model is None or model.generator is None:
            return
        row = model.made(self._given(model)[np.newaxis])
        share = believed(model, row)
        picture = prepared.dataset.ink(row[0]).astype(np.float32)[np.newaxis]
        told = f"Believed {percent(share[0], 0)} real"
        self.noise.picture.show_pictures(picture, share, lambda _: told)
        self.noise.said.set_text(told)

    def _given(self, model: Model) -> Floats:
        """Return the noise under the sliders with the class that is asked for."""
        assert model.generator is not None
        given = np.zeros(model.generator.input_shape[0])
        size = len(self.noise.noise)
        given[:size] = self.noise.noise
        if len(given) > size:
            given[size + min(self._asked_class, len(given) - size - 1)] = 1
        return given

    # What the user asks for.

    @Slot(bool)
    def _on_view_toggled(self, checked: bool) -> None:
        if not checked:
            return
        self.wall.set_chosen(None)
        self._ask()
        if self.view == NOISE:
            self._arrange_sliders()
            self._show_noise()
        self._show()

    @Slot(str)
    def _on_pointed(self, sentence: str) -> None:
        self.said.set_text(sentence or _HINT[self.view])

    @Slot(object)
    def _on_chosen(self, cell: Cell) -> None:
        prepared, place = self._session.prepared, self.wall.index_of(cell)
        if prepared is None:
            return
        self.wall.set_chosen(place)
        if self.view == REAL:
            probe = example_probe(prepared, int(self._sample[place]))
        elif self.view == NEAREST and self._nearest is not None:
            index = int(self._nearest.indices[self._order[place]])
            probe = example_probe(prepared, index)
        else:
            assert self._made is not None
            which = int(self._order[place])
            probe = Probe(self._made.rows[which].astype(np.float32), f"Made, no. {which + 1}")
            self._take_noise(self._made.given[which])
        self.probe_requested.emit(probe)

    @Slot(int)
    def _on_class_changed(self, place: int) -> None:
        self._asked_class = place
        self._show_noise()

    @Slot()
    def _on_another(self) -> None:
        self.noise.set_noise(self._rng.standard_normal(len(self.noise.noise)))
        self._arrange_sliders()
        self._show_noise()

    @Slot()
    def _on_take(self) -> None:
        model = self._session.model
        if model is not None and model.generator is not None:
            row = model.made(self._given(model)[np.newaxis])[0]
            self.probe_requested.emit(Probe(row.astype(np.float32), "Made of one noise"))

    def _arrange_sliders(self) -> None:
        """Put the numbers first that change most of what is made."""
        model = self._session.model
        if model is not None and model.generator is not None:
            effects = noise_effects(model, self._given(model), len(self.noise.noise))
            self.noise.set_noise(self.noise.noise, effects)


def _in_rows(made: Made, model: Model) -> tuple[NDArray[np.int64], Sequence[str]]:
    """Return the order of what was made on the wall, and the names of its rows."""
    size = model.experiment.recipe.noise
    if made.given.shape[1] == size:
        return np.arange(len(made.rows)), ()
    asked = made.given[:, size:].argmax(axis=1)
    return np.argsort(asked, kind="stable"), model.dataset.class_names[:-1]
