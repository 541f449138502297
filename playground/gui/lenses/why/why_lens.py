"""The lens that shows why the network answers as it does for the example in the user's hand."""

from __future__ import annotations

from functools import partial
from time import perf_counter

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.why.attribution import Attribution, explain_question
from playground.analysis.why.class_map import last_maps
from playground.analysis.why.neighbours import Neighbours, NeighbourSearch
from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.why.ascent_section import AscentSection
from playground.gui.lenses.why.attribution_section import AttributionSection
from playground.gui.lenses.why.neighbour_section import NeighbourSection
from playground.gui.lenses.why.wording import (
    answer_sentence,
    gradient_words,
    map_words,
    occlusion_words,
)
from playground.gui.look.marking import named
from playground.gui.look.meanings import EVIDENCE, ColorMeaning
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.reading import Reading
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.labels import sentence, titled
from playground.gui.widgets.layouts import beside, paged, scrolling, stacked
from playground.gui.widgets.timers import later
from playground.training.model import Model

EXPLAIN_EVERY_S = 0.12
SEARCH_EVERY_S = 1.0
PARAMETERS_PER_S = 150_000
"""A large network looks at the examples less often, so that the pictures keep their pace."""
PATCHES = (1, 2, 3, 5, 7)
PRODUCTS_PER_S = 4e9
"""So many products of all hidden versions are afforded in a second, for the same reason."""
_SLOPES = (("gradient", "slopes"), ("gradient × input", "products"))
_MAP = "class map", "map"
_EMPTY = (
    "Draw or choose an example: this view then shows why the network answers as it does, and what "
    "would change its mind."
)
_NOT_A_NUMBER = "The network's numbers are no longer finite; reset the training."
_WIDE, _MIDDLE = 700, 460


class WhyLens(Lens):
    """Input gradient, occlusion, nearest training examples, and ascent on the input.

    ``explanation`` is what is shown of the first two.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("whyLens")
        self._probe: Probe | None = None
        self.explanation: Attribution | None = None
        self._dataset: Dataset | None = None
        self._search = NeighbourSearch()
        self._searched_at = 0.0
        self._later = later(self, 0, self._ask_for_neighbours)
        self._columns = 0

        self.class_box = named_box(
            "whyClassBox",
            "Class to explain",
            "The class whose answer is explained; at first the most probable one.",
        )
        self._class_title = titled(self.class_box, "Why")
        self.answer = named(ElidedLabel("", "label"), "whyAnswer")
        self.gradient = AttributionSection(
            "inputGradient", "Input gradient", "gradient", with_arrow=True
        )
        self.product_box = named_box(
            "gradientBox",
            "Gradient, gradient times input, or class map",
            "The gradient tells what a change would do. Multiplied by the input, it tells how much "
            "each value contributes. Where the network has maps, the class map tells which places "
            "of the last ones speak for the class: each map counts by the mean of its slopes "
            "(Grad-CAM, Selvaraju et al. 2017), or by its own weight where the network ends in the "
            "mean of each map and one dense layer (CAM, Zhou et al. 2016). What is explained is "
            "z − z̄, how far the logit stands above the mean of all: softmax sees no more.",
            _SLOPES,
        )
        self.gradient.controls.addWidget(self.product_box)
        self.occlusion = AttributionSection("occlusion", "Occlusion", "falls by")
        self.patch_box = named_box(
            "patchBox",
            "Size of the patch in pixels",
            "The side of the square that hides part of the picture.",
        )
        self.occlusion.controls.addWidget(self.patch_box)
        self.neighbours = NeighbourSection()
        self.ascent = named(AscentSection(), topic="maximization")
        for section in (self.gradient, self.occlusion):
            named(section, topic="saliency")

        bar = beside(self._class_title, self.class_box, (self.answer, 1), spacing=6)
        inside = QWidget()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(8)
        stacked(bar, (self._grid, 1), on=inside, margins=(0, 4, 8, 4), spacing=6)
        empty = sentence(role="muted", text=_EMPTY)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = paged(empty, scrolling(inside), on=self)
        self._arrange()

        self.class_box.currentIndexChanged.connect(self._ask_for_explanation)
        self.patch_box.currentIndexChanged.connect(self._ask_for_explanation)
        self.product_box.currentIndexChanged.connect(self._show_explanation)
        self.neighbours.space_changed.connect(self._ask_for_neighbours)
        self.neighbours.example_requested.connect(self._on_example_requested)
        self.ascent.probe_requested.connect(self.probe_requested)

    def legend(self) -> tuple[ColorMeaning, ...]:
        return (EVIDENCE,)

    def on_data(self, prepared: Prepared) -> None:
        """Offer the new data's classes, and wait for an example of it."""
        dataset = prepared.dataset
        self._dataset = dataset
        classes = dataset.task.classifies
        labels = ((name, label) for label, name in enumerate(dataset.class_names))
        offer(self.class_box, (("predicted class", None), *labels))
        self.class_box.setVisible(classes)
        itself = dataset.task.of_itself
        numbers = "Why this error:" if itself else "Why this output:"
        self._class_title.setText("Why" if classes else numbers)
        self.ascent.setVisible(not itself)
        self.patch_box.setVisible(dataset.kind.pictures)
        largest = max(dataset.image_shape[0] // 4, 3) if dataset.kind.pictures else 1
        sides = ((f"{side} px", side) for side in PATCHES if side <= largest)
        offer(self.patch_box, sides, self.patch_box.currentData())
        for section in (self.gradient, self.occlusion, self.neighbours, self.ascent):
            section.set_dataset(dataset)
        self._stretch_rows()
        self._forget()

    def on_model(self, model: Model | None) -> None:
        """List the layers of another network."""
        self.ascent.set_model(model)
        if model is not None:
            dataset = model.dataset
            mapped = dataset.kind.pictures and last_maps(model.network) is not None
            mapped = mapped and not dataset.task.of_itself
            ways = (*_SLOPES, _MAP) if mapped else _SLOPES
            offer(self.product_box, ways, self.product_box.currentData())
            self.neighbours.set_model(model)
            self._ask_for_explanation()
            self._ask_for_neighbours()

    def on_selected(self, neuron: Neuron | None) -> None:
        self.ascent.set_selected(neuron)

    def on_reading(self, reading: Reading | None) -> None:
        """Explain another example, or none."""
        if reading is None:
            if self._probe is not None:
                self._forget()
            return
        if reading.probe is self._probe:
            return
        self._probe = reading.probe
        self.ascent.set_reading(reading)
        self._ask_for_explanation()
        self._follow_probe()

    def on_answer(self, topic: str, answer: Answer) -> None:
        """Show an explanation or the nearest examples."""
        if self._probe is None or self._dataset is None:
            return
        if isinstance(answer.value, Attribution):
            self.explanation = answer.value
            self._show_explanation()
            self._pages.setCurrentIndex(1)
        elif isinstance(answer.value, Neighbours):
            self.neighbours.show_found(answer.value)
        elif answer.error:
            self.answer.set_text(answer.error)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def _ask_for_explanation(self) -> None:
        if self._probe is not None:
            label, patch = self.class_box.currentData(), self.patch_box.currentData()
            question = explain_question(self._probe.inputs, label, patch)
            model = self.session.model
            layers = [] if model is None else model.network.row
            products = sum(each.settings.multiply_adds(each.input_shape) for each in layers)
            versions = len(self._probe.inputs)
            every_s = max(EXPLAIN_EVERY_S, versions * products / PRODUCTS_PER_S)
            self.watch("explanation", question, every_s)

    def _follow_probe(self) -> None:
        """Search for another probe: at once, or at the usual pace while the weights change."""
        wait_s = self._searched_at + SEARCH_EVERY_S - perf_counter()
        if self.session.state is not RunState.RUNNING or wait_s <= 0:
            self._ask_for_neighbours()
        elif not self._later.isActive():
            self._later.start(int(1000 * wait_s) + 1)

    @Slot()
    def _ask_for_neighbours(self) -> None:
        probe = self._probe
        self._later.stop()
        if probe is None:
            return
        self._searched_at = perf_counter()
        question = partial(
            self._search.nearest,
            row=probe.inputs,
            space=self.neighbours.space,
            is_example=probe.label is not None or probe.target is not None,
        )
        model = self.session.model
        size = 0 if model is None else model.network.parameter_count
        self.watch("neighbours", question, max(SEARCH_EVERY_S, size / PARAMETERS_PER_S))

    def _forget(self) -> None:
        self._probe = self.explanation = None
        self.unwatch("explanation")
        self.unwatch("neighbours")
        self.ascent.set_probe(None)
        self._pages.setCurrentIndex(0)

    @Slot()
    def _show_explanation(self) -> None:
        found, dataset = self.explanation, self._dataset
        if found is None or dataset is None or len(found.inputs) != dataset.features:
            return
        refusal = "" if found.finite else _NOT_A_NUMBER
        self.answer.set_text(answer_sentence(dataset, found))
        if not dataset.task.of_itself:
            self.neighbours.set_label(found.label)
        self._show_gradient(dataset, found)
        caption, sentence = occlusion_words(dataset, found.label, found.patch)
        self.occlusion.set_caption(caption)
        self.occlusion.show_values(found.inputs, found.falls, sentence, refusal)

    def _show_gradient(self, dataset: Dataset, found: Attribution) -> None:
        """Show the slopes, or the class activation map in their place."""
        way, maps, model = self.product_box.currentData(), found.class_map, self.session.model
        if way != "map":
            caption, sentence = gradient_words(dataset, found.label, product=way == "products")
            self.gradient.quantity = self.product_box.currentText()
            values = found.gradient if way == "slopes" else found.gradient_times_input
            nothing = ""
        elif maps is not None and model is not None:
            caption, sentence = map_words(dataset, found, maps, model.network.names)
            self.gradient.quantity, values, nothing = "class activation", maps.pixels, sentence
        else:
            return
        self.gradient.heading.setText("Class activation" if way == "map" else "Input gradient")
        named(self.gradient, topic="class_map" if way == "map" else "saliency")
        self.gradient.set_caption(caption)
        refusal = "" if found.finite else _NOT_A_NUMBER
        self.gradient.show_values(
            found.inputs, values, sentence, refusal, found.gradient, nothing=nothing
        )

    def _arrange(self) -> None:
        """Lay the sections out in as many columns as the width holds."""
        width = self.width()
        columns = 3 if width >= _WIDE else 2 if width >= _MIDDLE else 1
        if columns == self._columns:
            return
        self._columns = columns
        places = {
            3: ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 2, 1), (1, 0, 1, 2)),
            2: ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2), (2, 0, 1, 2)),
            1: ((0, 0, 1, 1), (1, 0, 1, 1), (2, 0, 1, 1), (3, 0, 1, 1)),
        }[columns]
        sections = (self.gradient, self.occlusion, self.neighbours, self.ascent)
        for section, place in zip(sections, places, strict=True):
            self._grid.removeWidget(section)
            self._grid.addWidget(section, *place)
        self.ascent.set_narrow(columns == 1)
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._stretch_rows()

    def _stretch_rows(self) -> None:
        """Give spare height to the maps; bars have enough, so then the ascent takes it."""
        kind = None if self._dataset is None else self._dataset.kind
        bars = kind is not None and not (kind.pictures or kind.on_plane)
        ascent = {3: 1, 2: 2, 1: 3}[self._columns]
        maps = range(2 if self._columns == 1 else 1)
        for row in range(4):
            self._grid.setRowStretch(row, int(row == ascent if bars else row in maps))

    @Slot(int)
    def _on_example_requested(self, index: int) -> None:
        if self.session.prepared is not None:
            self.probe_requested.emit(example_probe(self.session.prepared, index))
