"""What a discriminator makes of the drawing in the hand, and what the generator can do like it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import greatest_size, image_of, signed_pixels
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.probes.belief_bar import BeliefBar
from playground.gui.probes.four_pictures import FourPictures
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.share_bars import ShareBars
from playground.wording import percent

_ROW_PX = 19
_FIND, _FIND_SHORT = "Find noise that makes it", "Find its noise"

Picture = NDArray[np.floating[Any]]


class BeliefPictures(FourPictures):
    """The drawing as seen, what each pixel does, what the generator comes to, the difference."""

    def __init__(self) -> None:
        super().__init__(
            "beliefPictures",
            "What makes it look real",
            "As the discriminator sees it; what more ink in each pixel would do: blue makes it "
            "look more real, orange less. Then the nearest that the generator was found to make, "
            "and how it differs: blue has too much ink, orange too little.",
        )
        self._seen: Picture | None = None
        self._slopes: Picture | None = None
        self._nearest: Picture | None = None
        self._name()

    def set_seen(self, seen: Picture | None) -> None:
        """Show a drawing (height, width), 0 paper to 1 ink, and nothing of it yet."""
        self._seen, self._slopes = seen, None
        self._name()
        self.update()

    def set_slopes(self, slopes: Picture | None) -> None:
        """Show what each pixel does, (height, width)."""
        self._slopes = slopes
        self.update()

    def set_nearest(self, nearest: Picture | None) -> None:
        """Show what the generator makes that is like it, or nothing."""
        self._nearest = nearest
        self._name()
        self.update()

    def _name(self) -> None:
        seen = "seen" if self._seen is None else "{}×{} seen".format(*self._seen.shape)
        found = self._nearest is not None
        self.captions = (seen, "each pixel", "made" if found else "", "differs" if found else "")

    def paint_picture(self, painter: QPainter, index: int, square: QRectF, colors: Colors) -> None:
        """Paint one of them, where there is one."""
        inside, seen, nearest = square.adjusted(2, 2, -2, -2), self._seen, self._nearest
        if index == 0 and seen is not None:
            painter.drawImage(inside, ink_image(seen, colors))
        elif index == 1 and self._slopes is not None:
            self._paint_signed(painter, inside, self._slopes, greatest_size(self._slopes))
        elif index == 2 and nearest is not None:
            painter.drawImage(inside, ink_image(nearest, colors))
        elif index == 3 and nearest is not None and seen is not None:
            self._paint_signed(painter, inside, nearest - seen, 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._nearest is None and self._slopes is not None:
            self._paint_legend()

    def _paint_legend(self) -> None:
        """Say what the colours mean, where there is room for it as yet."""
        painter, colors = QPainter(self), colors_of(self)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        left = self.square(2).left()
        for line, (text, ink) in enumerate(
            (("more real", DARK.accent), ("less real", DARK.warning))
        ):
            top = 8 + 20 * line
            painter.fillRect(QRectF(left, top, 11, 11), QColor(ink))
            place = QRectF(left + 17, top - 3, self.width() - left - 17, 17)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _paint_signed(
        self, painter: QPainter, square: QRectF, values: Picture, scale: float
    ) -> None:
        """Paint signed values on the dark paper that the pictures lie on in both themes."""
        painter.drawImage(square, image_of(signed_pixels(values, scale, dark=True)))


class BeliefPanel(QWidget):
    """Shows what it is given, and asks for two things.

    Signals
    -------
    noise_wanted()
        The noise is to be looked for that makes the drawing.
    real_wanted()
        The drawing is to be put among the real ones.
    """

    noise_wanted = Signal()
    real_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "beliefPanel", topic="generator")
        self._title = ElidedLabel("The discriminator believes it is real", "heading")
        self.bar = BeliefBar()
        self._beside_title = named(QLabel("Beside it"), role="heading")
        self.means = named(ShareBars(_ROW_PX, "100 %"), "beliefMeans", "Beside it")
        self._why_title = named(QLabel("What makes it look real"), role="heading")
        self.pictures = BeliefPictures()
        self.said = sentence("noiseFound", "muted")
        self.find_button = push_button(
            "findNoiseButton",
            _FIND,
            "Look for the noise of which the generator makes what is most like this drawing, down "
            "the slope of the difference.",
        )
        self.add_button = push_button(
            "addAsRealButton",
            "Add as real",
            "Keep this drawing as one of yours; training mixes yours among the real ones by the "
            "share that “My drawings” says.",
        )
        self.find_button.clicked.connect(self.noise_wanted)
        self.add_button.clicked.connect(self.real_wanted)
        stacked(
            self._title,
            self.bar,
            self._beside_title,
            self.means,
            4,
            self._why_title,
            self.pictures,
            self.said,
            4,
            beside((self.find_button, 1), self.add_button, spacing=6),
            on=self,
            margins=0,
            spacing=4,
        )
        self.said.hide()
        self._share: float | None = None
        self._means: tuple[float, float] | None = None
        self.find_button.setMinimumWidth(60)
        self.set_belief(None)

    def set_belief(self, share: float | None) -> None:
        """Show how far the drawing is believed to be real, None where there is none."""
        self._share = share
        self.bar.set_share(share)
        self.find_button.setEnabled(share is not None)
        self.add_button.setEnabled(share is not None)
        self._show_means()

    def set_means(self, means: tuple[float, float] | None) -> None:
        """Show how far the real examples are believed on average, and the made ones."""
        self._means = means
        self._show_means()

    def tell_found(self, told: str) -> None:
        """Say how near the generator came, or why it did not."""
        self.said.setText(told)
        self.said.setVisible(bool(told))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say in fewer words what there is no room for."""
        super().resizeEvent(event)
        self.find_button.setText(_FIND)
        together = self.find_button.sizeHint().width() + self.add_button.sizeHint().width()
        if together + 6 > event.size().width():
            self.find_button.setText(_FIND_SHORT)

    def _show_means(self) -> None:
        shares = [self._share, *(self._means or (None, None))]
        names = ("this drawing", "real, mean", "made, mean")
        texts = ["" if share is None else percent(share, 0) for share in shares]
        self.means.set_bars(
            names, [share or 0.0 for share in shares], texts, best=0 if self._believed else -1
        )

    @property
    def _believed(self) -> bool:
        return self._share is not None and self._share >= 0.5
