"""The lens of an autoencoder's code: its plane, the way between two drawings, its numbers."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.analysis.codes.fidelity import Fidelity, FidelityMeter
from playground.analysis.codes.halves import (
    code_size,
    decode,
    is_variational,
    rebuilds,
    squared_errors,
)
from playground.analysis.codes.likeness import likely_class
from playground.analysis.codes.morph import STEPS, Morph, between, morph
from playground.analysis.codes.numbers import CodeNumbers, code_numbers
from playground.analysis.codes.plane import (
    CodeCloud,
    PlaneLook,
    look_at_plane,
)
from playground.data.preparation import Prepared
from playground.gui.lenses.code.code_map import CodeMap
from playground.gui.lenses.code.code_side import CodeSide
from playground.gui.lenses.code.code_strip import CodeStrip
from playground.gui.lenses.code.decoded_card import Decoded, Place
from playground.gui.lenses.code.kept import KeptDrawings
from playground.gui.lenses.code.plane_tools import PlaneTools
from playground.gui.lenses.code.wording import (
    anomaly_sentence,
    code_words,
    example_words,
    map_words,
    name_of_kept,
    way_words,
)
from playground.gui.lenses.lens import Lens
from playground.gui.look.marking import named
from playground.gui.look.meanings import CODE_AND_PCA, ColorMeaning
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, paged, stacked, turn
from playground.gui.widgets.timers import later
from playground.training.model import Model

_LOOK_EVERY_S, _FIDELITY_EVERY_S, _NUMBERS_EVERY_S = 0.25, 2.0, 5.0
_MORPH_EVERY_S = 0.4
_NEAREST = 12
_WIDE = 640
_SETTLE_MS = 80
_HINT = "Point at the plane: the code there is decoded under the pointer."
_NOT_REBUILT = "This network does not give back its input, so a code cannot be decoded here."

Floats = NDArray[np.floating[Any]]


class CodeLens(Lens):
    """Shows codes on a plane, and what they decode to.

    Attributes
    ----------
    code
        The code that is decoded where nothing is pointed at: that of the example in the hand, or
        one that was chosen on the plane, by a slider or on the way between two drawings.
    fidelity
        How well the test part comes back.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("codeLens")
        self.code: Floats | None = None
        self.fidelity: Fidelity | None = None
        self._probe: Probe | None = None
        self._hand: Floats | None = None
        self._spread: Floats | None = None
        self._chosen = False
        self._share: float | None = None
        self._pointed: Place | None = None
        self._kept = KeptDrawings()
        self._meter = FidelityMeter()
        self._samples = np.random.default_rng()
        self._settled = later(self, _SETTLE_MS, self._watch_plane)

        self.map, self.side, self.strip = CodeMap(), CodeSide(), CodeStrip()
        self.told = named(ElidedLabel("", "label"), "codeAnomaly", topic="code")
        self.reading = named(ElidedLabel(_HINT, "muted"), "codeReading")
        self.tools = PlaneTools()
        self._line = beside((self.reading, 1), self.tools, spacing=4)
        across = beside((self.map, 1), self.side, spacing=8)
        shown = QWidget()
        stacked(
            *(self.told, (across, 1), self._line, self.strip),
            on=shown,
            margins=(0, 2, 0, 4),
            spacing=4,
        )
        self._empty = sentence(role="muted", text="The network has no code layer.")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = paged(self._empty, shown, on=self)

        self.map.place_pointed.connect(self._on_pointed)
        self.map.place_chosen.connect(self._on_place_chosen)
        self.map.example_chosen.connect(self._on_example)
        self.map.window_changed.connect(self._on_window_changed)
        self.side.axes_chosen.connect(self._watch_plane)
        self.side.code_requested.connect(self._choose)
        self.tools.parts_chosen.connect(self._on_parts)
        self.tools.fit.clicked.connect(self.map.fit)
        self.tools.draw_new.clicked.connect(self._on_draw_new)
        self.strip.morph.keep_asked.connect(self._on_keep)
        self.strip.morph.forget_asked.connect(self._on_forget)
        self.strip.morph.share_chosen.connect(self._on_share)
        self.strip.example_requested.connect(self._on_example)
        self.strip.page_changed.connect(self._on_page)

    def on_data(self, prepared: Prepared) -> None:
        self._probe = None
        self._kept.forget()
        self._forget_codes()
        self.map.set_data(prepared.dataset)
        self.strip.set_data(prepared.dataset)
        self.side.set_data(prepared.dataset)
        self.told.set_text("")
        for topic in ("look", "fidelity", "numbers", "morph"):
            self.unwatch(topic)

    def on_model(self, model: Model | None) -> None:
        size = 0 if model is None else code_size(model.network)
        self._pages.setCurrentIndex(int(size > 0))
        if model is None or not size:
            return
        if self._cloud is not None and self._cloud.codes.shape[1] != size:
            self._forget_codes()
            self.map.set_data(model.dataset)
        whole = rebuilds(model)
        self.side.set_size(size)
        self.strip.set_rebuilds(whole)
        self.tools.grid.setEnabled(whole and model.dataset.kind.pictures)
        self.tools.draw_new.setVisible(whole and is_variational(model.network))
        self.reading.set_text(self._hint)
        self._watch_plane()
        if whole:
            self.watch("fidelity", self._meter.measure, _FIDELITY_EVERY_S)
        if whole and self.side.isVisibleTo(self):
            self.watch("numbers", code_numbers, _NUMBERS_EVERY_S)
        else:
            self.unwatch("numbers")

    def on_reading(self, reading: Reading | None) -> None:
        model = self.session.model
        code = None if model is None else model.network.code
        if reading is None or code is None:
            self._probe = self._hand = None
            self.map.show_hand(None, None)
            self.told.set_text("")
            self._show_ends()
            return
        record = next((each for each in reading.traces if each.name == code.name), None)
        if record is None:
            return
        self._hand = np.array(record.a[:, 0])
        self._spread = np.array(record.kept["spread"][:, 0]) if "spread" in record.kept else None
        if reading.probe is not self._probe:
            self._probe, self._chosen, self._share = reading.probe, False, None
            self._show_ends()
            self._move_plane()
        if not self._chosen:
            self.code = self._hand
        self._show_hand()
        self._show_code()
        self._tell(reading)

    def on_answer(self, topic: str, answer: Answer) -> None:
        found = answer.value
        if isinstance(found, PlaneLook):
            self._take_look(found)
        elif isinstance(found, Fidelity):
            self.fidelity = found
            self.strip.show_fidelity(found)
            if self.session.reading is not None:
                self._tell(self.session.reading)
        elif isinstance(found, CodeNumbers):
            self.side.show_numbers(found)
        elif isinstance(found, Morph) and self.session.prepared is not None:
            self.strip.morph.show_morph(self.session.prepared.dataset, found)
        elif answer.error:
            self.reading.set_text(answer.error)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        turn(self._line, across=self.width() >= _WIDE)

    def legend(self) -> tuple[ColorMeaning, ...]:
        return CODE_AND_PCA if self.strip.shows_errors else ()

    # What is shown.

    @property
    def _cloud(self) -> CodeCloud | None:
        return self.map.cloud

    @property
    def _hint(self) -> str:
        """What is said where nothing is pointed at."""
        model, ends = self.session.model, self._kept.ends(self._probe)
        if model is None or not rebuilds(model):
            return _NOT_REBUILT
        return way_words([end.title for end in ends], self._share, self.code) or _HINT

    def _take_look(self, look: PlaneLook) -> None:
        model = self.session.model
        size = look.cloud.codes.shape[1]
        if model is None or size != code_size(model.network):
            return
        self.map.show_look(look)
        self._show_hand()
        self._show_kept()
        if self._share is not None:
            self._on_share(self._share)
        self._show_code()
        words = map_words(model.dataset, look.cloud, self._hand)
        self.map.setAccessibleDescription(words)

    def _show_hand(self) -> None:
        cloud, hand, spread = self._cloud, self._hand, self._spread
        if cloud is None or hand is None:
            self.map.show_hand(None, None)
            return
        reach = None
        if spread is not None:
            across, up = (float(np.hypot.reduce(axis * spread)) for axis in cloud.plane.axes)
            reach = across, up
        self.map.show_hand(self._place(hand), reach)
        self._show_nearest()

    @Slot()
    def _on_page(self) -> None:
        self._show_nearest()
        self.tell_legend()

    def _show_nearest(self) -> None:
        """Show which codes are nearest to that of the hand, where they are looked at."""
        if self._cloud is not None and self._hand is not None and self.strip.shows_nearest:
            itself = None if self._probe is None else self._probe.row
            self.strip.show_nearest(*self._cloud.nearest(self._hand, _NEAREST, itself))

    def _show_code(self) -> None:
        """Show the code that is chosen, or that of the hand, wherever it is seen."""
        model, code = self.session.model, self.code
        if model is None or code is None or self._cloud is None:
            return
        self.map.show_mark(self._place(code) if self._chosen else None)
        if self.side.isVisibleTo(self):
            values = decode(model, code[np.newaxis])[0] if rebuilds(model) else None
            self.side.show_code(model.dataset, code, values)
        self._show_decoded()

    def _show_decoded(self) -> None:
        """Decode what is pointed at, or else what is chosen."""
        model, cloud, at, code = self.session.model, self._cloud, self._pointed, self.code
        if model is None or cloud is None or not rebuilds(model):
            self.map.show_decoded(None)
            return
        if at is not None:
            through = cloud.mean if code is None else code
            code = cloud.plane.codes_at(np.array([at]), through)[0]
        elif code is None or not self._chosen:
            self.map.show_decoded(None)
            return
        else:
            at = self._place(code)
        values = decode(model, code[np.newaxis])[0]
        self.map.show_decoded(Decoded(at, values, code_words(code, at)))

    def _tell(self, reading: Reading) -> None:
        """Say how well the example in the hand comes back."""
        model, fidelity = self.session.model, self.fidelity
        if model is None or fidelity is None or not rebuilds(model):
            self.told.set_text("")
            return
        seen, back = reading.traces[0].inputs.T, reading.traces[-1].a.T
        if seen.shape != back.shape:
            return
        error = float(squared_errors(back, seen)[0])
        self.told.set_text(anomaly_sentence(reading.probe.title, error, fidelity))

    def _place(self, code: Floats) -> Place:
        assert self._cloud is not None
        x, y = self._cloud.plane.places(code[np.newaxis])[0].tolist()
        return x, y

    # The way between two drawings.

    def _show_ends(self) -> None:
        """Offer the way that there is now, and ask for its steps."""
        ends, model = self._kept.ends(self._probe), self.session.model
        way = len(ends) == 2 and model is not None and rebuilds(model)
        if way:
            rows = np.stack([end.inputs for end in ends])
            self.watch("morph", partial(morph, rows=rows), _MORPH_EVERY_S)
        else:
            self.unwatch("morph")
        in_hand = self._probe is not None
        self.strip.morph.show_ends(len(self._kept), way=way, in_hand=in_hand)
        self.reading.set_text(self._hint)
        self._show_kept()

    def _show_kept(self) -> None:
        model, cloud = self.session.model, self._cloud
        if model is None or cloud is None:
            self.map.show_kept((), None)
            return
        codes, titles, way = self._kept.codes(model, self._probe), self._kept.titles, None
        if len(codes) == 2:
            way = cloud.plane.places(between(codes[0], codes[1], np.linspace(0, 1, STEPS)))
        places = map(self._place, codes[: len(titles)])
        self.map.show_kept(tuple(zip(titles, places, strict=True)), way)

    @Slot()
    def _on_keep(self) -> None:
        probe, model = self._probe, self.session.model
        if probe is None or model is None or self._cloud is None:
            return
        likely = likely_class(model.dataset, self._cloud.rows, probe.inputs)
        title = name_of_kept(model.dataset, probe, likely, self._kept.titles[-1:])
        self._kept.keep(probe.inputs, title)
        self._show_ends()

    @Slot()
    def _on_forget(self) -> None:
        self._kept.forget()
        self._choose(None)
        self._show_ends()

    @Slot(float)
    def _on_share(self, share: float) -> None:
        """Stand somewhere on the way."""
        model = self.session.model
        if model is None or len(self._kept.ends(self._probe)) != 2:
            return
        codes = self._kept.codes(model, self._probe)
        self._choose(between(codes[0], codes[1], share))
        self._share = share
        self.reading.set_text(self._hint)

    # What is asked for.

    @Slot()
    def _watch_plane(self) -> None:
        """Ask for what is seen of the plane, again and again while the weights change."""
        model = self.session.model
        if model is None or not code_size(model.network):
            return
        wanted = self.tools.grid.isChecked() and rebuilds(model)
        many = self.side.isVisibleTo(self)
        question = partial(
            look_at_plane,
            axes=self.side.axes,
            corners=None if self.map.fits else self.map.window_shown.corners,
            cells=self.map.cells if wanted else None,
            through=self.code if many and self._chosen else None,
            row=self._probe.inputs if many and self._probe is not None else None,
        )
        self.watch("look", question, _LOOK_EVERY_S)

    @Slot(object)
    def _choose(self, code: Floats | None) -> None:
        """Decode a code, or again that of the example in the hand."""
        self._chosen, self._share = code is not None, None
        self.code = self._hand if code is None else code
        self._show_code()
        self._move_plane()

    @Slot(object)
    def _on_place_chosen(self, place: Place | None) -> None:
        cloud = self._cloud
        self._pointed = None
        if place is None or cloud is None:
            self._choose(None)
            return
        through = cloud.mean if self.code is None else self.code
        self._choose(cloud.plane.codes_at(np.array([place]), through)[0])

    @Slot(object)
    def _on_pointed(self, place: Place | None) -> None:
        self._pointed = place
        prepared, words = self.session.prepared, self._hint
        if place is not None and prepared is not None:
            row = self.map.example_at(self.map.pixel(place))
            words = words if row is None else example_words(prepared, row)
        self.reading.set_text(words)
        self._show_decoded()

    @Slot(int)
    def _on_example(self, row: int) -> None:
        if self.session.prepared is not None:
            self.probe_requested.emit(example_probe(self.session.prepared, row))

    @Slot()
    def _on_draw_new(self) -> None:
        model = self.session.model
        if model is not None:
            self._choose(self._samples.standard_normal(code_size(model.network)))

    @Slot()
    def _on_parts(self) -> None:
        self.map.show_parts(*self.tools.shown)
        self._watch_plane()

    def _move_plane(self) -> None:
        """Let the plane go through another code, where there are more numbers than it shows."""
        if self.side.isVisibleTo(self):
            self._on_window_changed()

    @Slot()
    def _on_window_changed(self) -> None:
        if not self._settled.isActive():
            self._settled.start()

    def _forget_codes(self) -> None:
        self.code = self._hand = self._spread = self.fidelity = None
        self._pointed = self._share = None
        self._chosen = False
