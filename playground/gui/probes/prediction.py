"""The network's answer to the probe: the label large, how sure it is, and a bar a class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from playground.data.dataset import Dataset
from playground.errors import ShapeError
from playground.gui.look.marking import named
from playground.gui.probes.bars import PredictionBars
from playground.gui.probes.predicted_label import LETTER_PX, WORD_PX, PredictedLabel
from playground.gui.probes.readout import Line, Readout
from playground.gui.probes.value_scale import ValueScale
from playground.gui.session.probe import Probe
from playground.gui.widgets.layouts import beside, stacked, turn
from playground.wording import fixed, percent

Shares = NDArray[np.floating]

_SHORT = 2
_LINES = 3
OUTPUT_DECIMALS = 3


class PredictionPanel(QWidget):
    """Shows what it is given and asks for nothing.

    While it can be seen, its label is named ``predictedLabel`` and its bars ``predictionBars``:
    of the panels of several probes in one window, the visible one has these names. It stays hidden
    while it is ``replaced`` by another panel that tells the answer.
    """

    def __init__(self) -> None:
        super().__init__()
        named(self, topic="prediction")
        self.replaced = False
        self._label = PredictedLabel()
        self._readout = Readout("How sure the network is", _LINES)
        self._link: QWidget | None = None
        self._bars = PredictionBars()
        self._scale = ValueScale()
        self._scale.hide()
        self._decimals = OUTPUT_DECIMALS
        self._beside = stacked(self._readout, spacing=0)
        self._header = beside(self._label, (self._beside, 1), spacing=6)
        self._column = stacked(self._header, self._bars, self._scale, on=self, margins=0, spacing=6)
        self._name_parts(False)

    @property
    def readout(self) -> str:
        """The lines beside the label."""
        return self._readout.text

    def add_question(self, link: QWidget, row: QWidget) -> None:
        """Place a link under the lines beside the label, and what it opens below them."""
        self._link = link
        link.hide()
        self._beside.addWidget(link, alignment=Qt.AlignmentFlag.AlignLeft)
        self._column.insertWidget(1, row)

    def set_question_shown(self, shown: bool) -> None:
        """Show the link in the place of the last line, or not."""
        if self._link is not None:
            self._link.setVisible(shown)
            self._readout.set_room(_LINES - 1 if shown else _LINES)

    def set_output_decimals(self, decimals: int) -> None:
        """Choose how many decimals a value that the network puts out is written with."""
        self._decimals = decimals

    def set_prediction(
        self,
        class_names: Sequence[str],
        probabilities: ArrayLike,
        *,
        label: int | None = None,
        output: float | None = None,
        in_time: Shares | None = None,
        at: int = 0,
        note: str = "",
    ) -> None:
        """Show a class prediction.

        Parameters
        ----------
        class_names
            One name a class.
        probabilities
            A share a class, shape (classes,), or one number for two classes: the second's share.
        label
            The true class, where it is known.
        output
            What a single output unit puts out, to be written as it is.
        in_time, at
            The shares after each step of a sequence, (steps, classes), and the step, counted from
            0, whose shares these are.
        note
            What else there is to say.

        Raises
        ------
        ShapeError
            When the number of probabilities does not fit the classes.
        """
        shares = np.asarray(probabilities, np.float64).ravel()
        if len(shares) == 1 and len(class_names) == 2:
            output = float(shares[0]) if output is None else output
            shares = np.array([1 - shares[0], shares[0]])
        if len(shares) != len(class_names):
            raise ShapeError(
                f"{len(class_names)} classes expect as many probabilities; {len(shares)} came: "
                "give one for each class."
            )
        self._show_classes(class_names)
        if not np.isfinite(shares).all():
            self.clear()
            return
        order = np.argsort(-shares, kind="stable")
        best = int(order[0])
        lines: list[Line] = [(f"{percent(shares[best])} sure", "muted")]
        if in_time is not None:
            sure = f"{percent(shares[best])} sure at step {at + 1} of {len(in_time)}"
            lines = [(sure, "muted"), (_change_of_mind(class_names, in_time, at), "muted")]
        elif output is not None:
            lines.append((f"output {fixed(output, self._decimals)}", "muted"))
        elif len(order) > 1:
            second = int(order[1])
            lines.append((f"next: {class_names[second]} ({percent(shares[second])})", "muted"))
        if label is not None:
            right = label == best
            mark = "✓ right" if right else "✗ wrong"
            lines.append((f"labelled {class_names[label]}  {mark}", "good" if right else "error"))
        if note:
            lines.append((note, "muted"))
        self._label.show_text(class_names[best], wrong=label is not None and label != best)
        self._readout.set_lines(lines)
        self._bars.set_shares(shares.tolist(), label)

    def set_answer(
        self,
        dataset: Dataset,
        probe: Probe | None,
        shares: ArrayLike | None,
        outputs: ArrayLike | None = None,
        in_time: Shares | None = None,
        step: int | None = None,
        note: str = "",
    ) -> None:
        """Show what the network answers to a probe of a data set, or that it answers nothing.

        Parameters
        ----------
        dataset, probe
            What was asked; a probe with a known label or target is marked right or wrong. Where
            the example itself was asked for, the panel leaves its place to what shows that.
        shares
            A share for each class, or one for the second of two classes; ``None`` for regression.
        outputs
            What the output units put out: a regression's value, and a single unit's output, which
            is then written beside the shares.
        in_time, step
            The shares after each step of a sequence, (steps, classes), and the step whose answer
            is asked for, None for the last one there.
        note
            What else there is to say of that step.
        """
        units = None if outputs is None else np.asarray(outputs, np.float64).ravel()
        self.setVisible(not (self.replaced or dataset.task.of_itself))
        if self.isHidden() or probe is None or (shares is None and units is None):
            self.clear()
        elif not dataset.task.classifies:
            value = units if shares is None else np.asarray(shares, np.float64).ravel()
            assert value is not None
            if len(value) > 1:
                self._show_several(value)
                return
            bounds = float(dataset.targets.min()), float(dataset.targets.max())
            self.set_value(float(value[0]), bounds, target=probe.target)
        elif shares is None:
            self.clear()
        elif in_time is not None and len(in_time) > 1:
            at = len(in_time) - 1 if step is None else min(step, len(in_time) - 1)
            self.set_prediction(
                dataset.class_names,
                in_time[at],
                label=probe.label,
                in_time=in_time,
                at=at,
                note=note,
            )
        else:
            single = units is not None and len(units) == 1 and len(dataset.class_names) == 2
            self.set_prediction(
                dataset.class_names,
                shares,
                label=probe.label,
                output=float(units[0]) if single and units is not None else None,
            )

    def set_value(
        self, value: float, value_range: tuple[float, float], *, target: float | None = None
    ) -> None:
        """Show a predicted number on the range of the targets, and the true one where known."""
        self._show_scale()
        lines: list[Line] = []
        if target is not None:
            difference = fixed(value - target, self._decimals)
            lines = [
                (f"true value {fixed(target, self._decimals)}", "good"),
                (f"error {difference}", "muted"),
            ]
        self._label.show_text(fixed(value, self._decimals), wrong=False)
        self._readout.set_lines(lines)
        self._scale.set_value(value, value_range, target)

    def _show_several(self, values: NDArray[np.float64]) -> None:
        """Say how many numbers the answer has, and what they span."""
        self._show_scale()
        self._scale.hide()
        low, high = (fixed(float(end), self._decimals) for end in (values.min(), values.max()))
        self._label.show_text(f"{len(values)} values", wrong=False)
        self._readout.set_lines([(f"from {low} to {high}", "muted")])

    def set_classes(self, class_names: Sequence[str]) -> None:
        """Show the bars of these classes without a prediction; without any, the scale."""
        if class_names:
            self._show_classes(class_names)
        else:
            self._show_scale()
        self.clear()

    def set_compact(self, compact: bool) -> None:
        """Take less height, for small windows."""
        self._bars.set_compact(compact)

    def clear(self) -> None:
        """Show that there is no prediction."""
        self._label.show_text("", wrong=False)
        self._readout.set_lines([])
        self._bars.set_shares([])
        self._scale.set_value(None, (-1.0, 1.0))

    def _show_classes(self, class_names: Sequence[str]) -> None:
        if self._bars.classes != tuple(class_names) or self._bars.isHidden():
            self._bars.set_classes(class_names)
            self._bars.show()
            self._scale.hide()
            self._arrange(max(map(len, class_names)) <= _SHORT)

    def _show_scale(self) -> None:
        if self._scale.isHidden():
            self._scale.show()
            self._bars.hide()
            self._arrange(False)

    def _arrange(self, short: bool) -> None:
        """Put a letter beside what is said of it, and a word above."""
        turn(self._header, short)
        self._header.setSpacing(6 if short else 2)
        self._readout.set_from_top(not short)
        self._label.set_pixels(LETTER_PX if short else WORD_PX)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._name_parts(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._name_parts(False)

    def _name_parts(self, seen: bool) -> None:
        self._label.setObjectName("predictedLabel" if seen else "")
        self._bars.setObjectName("predictionBars" if seen else "")


def _change_of_mind(class_names: Sequence[str], in_time: Shares, at: int) -> str:
    """Return what was read before, or is read after, the answer at a step."""
    best = np.nan_to_num(in_time).argmax(axis=1)
    begins = [0, *(np.flatnonzero(np.diff(best)) + 1).tolist()]
    now = int(np.searchsorted(begins, at, side="right")) - 1
    if len(begins) == 1:
        return f"{class_names[best[at]]} from the first step on"
    first = max(now - 1, 0)
    before, after = (class_names[best[begins[place]]] for place in (first, first + 1))
    return f"{before} until step {begins[first + 1]}, then {after}"
