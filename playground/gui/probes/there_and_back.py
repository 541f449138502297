"""What comes back of the example in the hand, where the network is asked for the input itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from playground.analysis.codes.comparison import Comparison
from playground.analysis.codes.halves import raw, squared_errors
from playground.data.dataset import Dataset
from playground.gui.look.heat import greatest_size
from playground.gui.look.marking import named
from playground.gui.probes.readout import Readout
from playground.gui.probes.three_pictures import ThreePictures
from playground.gui.session.reading import Reading
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.share_bars import ShareBars
from playground.training.model import Model
from playground.wording import counted, fixed, number, short

_MOST_NUMBERS = 3
_MOST_LINES = 8
_LEAST_SCALE = 0.2
_ROW_PX = 19
_SIDE_PX, _SMALL_PX = 84, 52
_SAME_NOISE = 0

Row = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class _Other:
    """Another way there and back, to compare with; rows as the network sees them, (1, features)."""

    title: str
    note: str
    seen: Row
    back: Row
    errors: dict[str, float]


class ThereAndBack(QWidget):
    """The example as it is seen, as it comes back, and the error; and another way beside it.

    That is PCA of the code's size, or the example with the noise that training adds. Shows what it
    is given and asks for nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        named(self, "thereAndBack", "What comes back", topic="reconstruction")
        self._title = named(QLabel(), role="heading")
        self._code = named(ElidedLabel("", "muted"), "codeLabel", "The code of this example")
        self._code.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._pictures = ThreePictures(
            "backPictures", "Seen and comes back", _SIDE_PX, captioned=True
        )
        self._values = Readout("Seen and comes back", 1)
        self._other = QWidget()
        self._other_title = named(QLabel(), role="heading")
        self._note = named(QLabel(), role="muted")
        self._other_pictures = ThreePictures(
            "otherPictures", "Seen and comes back another way", _SMALL_PX, captioned=False
        )
        stacked(
            beside((self._other_title, 1), self._note),
            self._other_pictures,
            on=self._other,
            margins=0,
            spacing=6,
        )
        self._errors = ShareBars(_ROW_PX, "0.0000")
        named(
            self._errors,
            "errorBars",
            "Mean squared error",
            "The squared difference of what comes back, on average over all values: the shorter, "
            "the better.",
        )
        stacked(
            beside(self._title, (self._code, 1)),
            self._pictures,
            self._values,
            self._other,
            named(QLabel("Squared error"), role="heading"),
            self._errors,
            None,
            on=self,
            margins=(14, 0, 14, 12),
            spacing=6,
        )

    def show_way(
        self, reading: Reading, model: Model, tested: float, compared: Comparison | None
    ) -> None:
        """Show the way of an example.

        Parameters
        ----------
        reading, model
            What the network makes of it.
        tested
            The mean squared error of the test part.
        compared
            PCA of the code's size, where there is a code and it is known.
        """
        dataset, code = model.dataset, model.network.code
        seen, back = model.inputs(reading.probe.inputs[np.newaxis]).T, reading.outputs[np.newaxis]
        self._title.setText("There and back" if code is None else "Through the code and back")
        self._code.set_text("")
        if code is not None:
            numbers = reading.traces[model.network.layers.index(code)].a[:, 0]
            self._code.set_text(_listed(numbers))
        if compared is not None:
            other: _Other | None = _through_directions(seen, compared)
        else:
            other = _through_noise(model, seen) if code is None else None
        by = "" if code is None else ", code"
        bars = {f"this one{by}": _error(back, seen), f"test part{by}": tested}
        self._show_rows(model, seen, back, other)
        self._other.setVisible(other is not None and dataset.kind.pictures)
        if other is not None:
            self._other_title.setText(other.title)
            self._note.setText(other.note)
            bars |= other.errors
        self._show_errors(bars)

    def _show_rows(self, model: Model, seen: Row, back: Row, other: _Other | None) -> None:
        dataset = model.dataset
        pictures = dataset.kind.pictures
        self._pictures.setVisible(pictures)
        self._values.setVisible(not pictures)
        if not pictures:
            self._show_values(dataset, raw(model, seen)[0], raw(model, back)[0])
            return
        ways = [(seen, back)] if other is None else [(seen, back), (other.seen, other.back)]
        inks = [[dataset.ink(raw(model, row)[0]) for row in way] for way in ways]
        errors = [came - inks[0][0] for _, came in inks]
        scale = max(greatest_size(np.stack(errors)), _LEAST_SCALE)
        shown = zip((self._pictures, self._other_pictures), inks, errors, strict=False)
        for pictures_of, (given, came), error in shown:
            pictures_of.set_pictures(given, came, error, scale)

    def _show_values(self, dataset: Dataset, seen: Row, back: Row) -> None:
        every = list(zip(dataset.feature_names, seen.tolist(), back.tolist(), strict=True))
        lines = [f"{name}: {short(given)} → {short(came)}" for name, given, came in every]
        if len(lines) > _MOST_LINES:
            lines[_MOST_LINES - 1 :] = [f"and {len(lines) - _MOST_LINES + 1} more"]
        self._values.set_room(len(lines))
        self._values.set_lines([(line, "text") for line in lines])

    def _show_errors(self, bars: dict[str, float]) -> None:
        bars = dict(sorted(bars.items(), key=lambda bar: bar[0].startswith("test")))
        values = np.nan_to_num(np.array([*bars.values()]), posinf=0.0)
        longest = float(values.max()) or 1.0
        texts = [fixed(value, 4) for value in bars.values()]
        self._errors.set_bars([*bars], (values / longest).tolist(), texts, best=0)
        self._pictures.setAccessibleDescription(f"Squared error {texts[0]}")


def _through_directions(seen: Row, compared: Comparison) -> _Other:
    """Return the way through PCA of the code's size."""
    back = compared.directions.came_back(seen)
    errors = {"this one, PCA": _error(back, seen), "test part, PCA": compared.error}
    return _Other("PCA of the same size", counted(compared.size, "direction"), seen, back, errors)


def _through_noise(model: Model, seen: Row) -> _Other | None:
    """Return the way of the example with noise on it, where training adds some at the entrance."""
    deviation = getattr(model.network.row[0].settings, "deviation", 0.0)
    if not deviation:
        return None
    noise = np.random.default_rng(_SAME_NOISE).normal(0.0, deviation, seen.shape)
    noisy = seen + noise
    back = model.outputs(raw(model, noisy))
    errors = {"the noise alone": _error(noisy, seen), "with noise": _error(back, seen)}
    return _Other("With noise", f"deviation {number(deviation)}", noisy, back, errors)


def _error(back: Row, seen: Row) -> float:
    return float(squared_errors(back, seen)[0])


def _listed(numbers: Row) -> str:
    """Return the first few numbers of a code."""
    more = ", …" if len(numbers) > _MOST_NUMBERS else ""
    return ", ".join(fixed(float(value), 1) for value in numbers[:_MOST_NUMBERS]) + more
