"""What the discriminator believes of the drawing in the hand, asked for as the drawing changes."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from PySide6.QtCore import QObject, Slot

from playground.analysis.generated.belief import Means, means_question, realness_question
from playground.analysis.generated.made import believes_of
from playground.analysis.generated.search import FoundNoise, find_question
from playground.gui.probes.canvas_panel import CanvasPanel
from playground.gui.session.analyst import Answer, Question
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.training.model import Model
from playground.training.snapshot import Snapshot
from playground.wording import fixed

_EVERY_S = 0.5


class Belief(QObject):
    """Fills the canvas's panel of belief while the network is a pair that makes pictures."""

    def __init__(self, session: Session, canvas: CanvasPanel) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._active = self._awaited = False
        self._next = 0.0
        self._asked: np.ndarray | None = None
        session.model_changed.connect(self._on_model_changed)
        session.reading_changed.connect(self._on_reading_changed)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        session.answered.connect(self._on_answered)
        canvas.belief.noise_wanted.connect(self._on_noise_wanted)

    @Slot(object)
    def _on_model_changed(self, model: Model | None) -> None:
        self._active = (
            model is not None and model.generator is not None and model.dataset.kind.pictures
        )
        self._awaited, self._asked = False, None
        self._canvas.set_judged(self._active)
        self._canvas.belief.set_means(None)
        self._forget_found()

    @Slot(object)
    def _on_reading_changed(self, reading: Reading | None) -> None:
        if not self._active:
            return
        model, panel = self._session.model, self._canvas.belief
        if reading is None or reading.shares is None or model is None:
            panel.set_belief(None)
            panel.pictures.set_seen(None)
            self._asked = None
            return
        inputs = reading.probe.inputs
        panel.set_belief(believes_of(model, reading.shares))
        if self._asked is None or not np.array_equal(inputs, self._asked):
            self._asked = inputs
            panel.pictures.set_seen(model.dataset.ink(inputs).astype(np.float32))
            self._forget_found()
        self._ask("realness", realness_question(inputs))

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        now = perf_counter()
        if self._active and not self._awaited and now >= self._next:
            self._awaited, self._next = True, now + _EVERY_S
            self._ask("means", means_question())

    def _ask(self, topic: str, question: Question) -> None:
        self._session.analyst.ask((id(self), topic), question)

    @Slot()
    def _on_noise_wanted(self) -> None:
        if self._active and self._asked is not None:
            self._canvas.belief.find_button.setEnabled(False)
            self._canvas.belief.tell_found("Looking for it…")
            self._ask("noise", find_question(self._asked))

    def _forget_found(self) -> None:
        self._session.analyst.forget((id(self), "noise"))
        self._canvas.belief.pictures.set_nearest(None)
        self._canvas.belief.tell_found("")

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        key, found = answer.key, answer.value
        if not self._active or not isinstance(key, tuple) or key[0] != id(self):
            return
        panel, model = self._canvas.belief, self._session.model
        if isinstance(found, Means):
            self._awaited = False
            panel.set_means((found.real, found.made))
        elif isinstance(found, FoundNoise):
            panel.find_button.setEnabled(True)
            if model is None or self._asked is None or self._asked is not found.wanted:
                return
            panel.pictures.set_nearest(model.dataset.ink(found.row).astype(np.float32))
            panel.tell_found(
                f"They differ by {fixed(found.error, 3)} a pixel, squared; the best of "
                f"{found.starts} noises by {fixed(found.first, 3)} before the search."
            )
            self._session.attention.show_noise(found.given)
        elif key[1] == "realness" and model is not None and found is not None:
            panel.pictures.set_slopes(found.reshape(model.dataset.input_shape[-2:]))
        elif answer.error:
            self._awaited = False
            panel.find_button.setEnabled(True)
            panel.tell_found(answer.error)
