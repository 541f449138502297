"""What comes back of the example in the hand, where the network is asked for the input itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QLabel, QWidget

from playground.analysis.codes.comparison import Comparison
from playground.analysis.codes.halves import raw, squared_errors
from playground.data.dataset import Dataset
from playground.gui.look.heat import greatest_size
from playground.gui.look.marking import named
from playground.gui.probes.readout import Readout
from playground.gui.probes.three_pictures import ThreePictures
from playground.gui.session.reading import Reading
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.share_bars import ShareBars
from playground.training.model import Model
from playground.wording import counted, fixed, short

_MOST_NUMBERS = 3
_MOST_LINES = 8
_LEAST_SCALE = 0.2
_ROW_PX = 19
_SIDE_PX, _SMALL_PX = 84, 52

Row = NDArray[np.floating]


class ThereAndBack(QWidget):
    """The example as it is seen, as it comes back, and the error, beside PCA of the code's size.

    Shows what it is given and asks for nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        named(self, "thereAndBack", "What comes back", topic="reconstruction")
        self._title = named(QLabel(), role="heading")
        self._code = named(QLabel(), "codeLabel", role="muted")
        self._pictures = ThreePictures(
            "backPictures", "Seen and comes back", _SIDE_PX, captioned=True
        )
        self._values = Readout("Seen and comes back", 1)
        self._principal = QWidget()
        self._directions = named(QLabel(), role="muted")
        self._principal_pictures = ThreePictures(
            "principalPictures", "Seen, and what PCA makes of it", _SMALL_PX, captioned=False
        )
        heading = named(
            QLabel("PCA of the same size"),
            "",
            "",
            "The best that straight lines can do with as many numbers as the code has, fitted on "
            "the same training part.",
            role="heading",
        )
        stacked(
            beside((heading, 1), self._directions),
            self._principal_pictures,
            on=self._principal,
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
            beside((self._title, 1), self._code),
            self._pictures,
            self._values,
            self._principal,
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
        dataset, network = model.dataset, model.network
        seen = model.inputs(reading.probe.inputs[np.newaxis]).T
        back, code = reading.outputs[np.newaxis], network.code
        through = None if compared is None else compared.directions.came_back(seen)
        self._title.setText("There and back" if code is None else "Through the code and back")
        self._code.setText("")
        if code is not None:
            numbers = reading.traces[network.layers.index(code)].a[:, 0]
            self._code.setText(f"code {_listed(numbers)}")
        rows = [raw(model, values)[0] for values in (seen, back)]
        beside_rows = rows if through is None else [rows[0], raw(model, through)[0]]
        self._show_rows(dataset, rows, beside_rows)
        self._principal.setVisible(through is not None and dataset.kind.pictures)
        if compared is not None:
            self._directions.setText(counted(compared.size, "direction"))
        what = "this one"
        bars = {what: _error(back, seen), "test part": tested}
        if code is not None:
            bars = {f"{name}, code": value for name, value in bars.items()}
        if compared is not None and through is not None:
            own, test = bars.items()
            principal = f"{what}, PCA", _error(through, seen)
            bars = dict([own, principal, test, ("test part, PCA", compared.error)])
        self._show_errors(bars)

    def _show_rows(self, dataset: Dataset, rows: list[Row], through: list[Row]) -> None:
        pictures = dataset.kind.pictures
        self._pictures.setVisible(pictures)
        self._values.setVisible(not pictures)
        if not pictures:
            pairs = list(zip(dataset.feature_names, *rows, strict=True))
            lines = [f"{name}: {short(a)} → {short(b)}" for name, a, b in pairs[:_MOST_LINES]]
            if len(pairs) > _MOST_LINES:
                lines[-1] = f"and {len(pairs) - _MOST_LINES + 1} more"
            self._values.set_room(len(lines))
            self._values.set_lines([(line, "text") for line in lines])
            return
        seen, back, principal = (dataset.ink(row) for row in (*rows, through[1]))
        scale = max(greatest_size(np.stack([back - seen, principal - seen])), _LEAST_SCALE)
        self._pictures.set_pictures(seen, back, scale)
        self._principal_pictures.set_pictures(seen, principal, scale)

    def _show_errors(self, bars: dict[str, float]) -> None:
        values = np.nan_to_num(np.array([*bars.values()]), posinf=0.0)
        longest = float(values.max()) or 1.0
        texts = [fixed(value, 4) for value in bars.values()]
        self._errors.set_bars([*bars], (values / longest).tolist(), texts, best=0)
        first, error = next(zip(bars, texts, strict=True))
        self._pictures.setAccessibleDescription(f"{first}: squared error {error}")


def _error(back: Row, seen: Row) -> float:
    return float(squared_errors(back, seen)[0])


def _listed(numbers: Row) -> str:
    """Return the first few numbers of a code."""
    more = ", …" if len(numbers) > _MOST_NUMBERS else ""
    return ", ".join(fixed(float(value), 1) for value in numbers[:_MOST_NUMBERS]) + more
