"""The part of the lens that shows which training examples a layer finds most like the probe."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from playground.analysis.why.neighbours import Neighbours, spaces_of
from playground.data.dataset import Dataset
from playground.gui.lenses.why.wording import the_class
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.example_picture import label_of, longest_label
from playground.gui.widgets.section import LensSection
from playground.nn.names import LayerNames
from playground.nn.record import INPUT
from playground.training.model import Model
from playground.wording import brief, fixed, grouped, nth, short

_NARROWEST_BOX_PX = 84
_MOST_VALUES = 12


class NeighbourSection(LensSection):
    """``space_changed`` tells that another layer was chosen; ``example_requested`` a picked one."""

    space_changed = Signal()
    example_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__("neighbours", "Nearest examples")
        self.space_box = named_box(
            "spaceBox",
            "Layer whose outputs are compared",
            "Examples are near each other when this layer's outputs for them are; Input compares "
            "the values themselves, as the network sees them.",
        )
        self.space_box.setMinimumWidth(_NARROWEST_BOX_PX)
        self.controls.addWidget(self.space_box)
        self.wall = ExampleList(
            *("neighbourWall", "Nearest training examples", "whole", (38, 72)),
            lines=2,
            arrows_pick=False,
        )
        self.column.addWidget(self.wall, 1)
        self.column.addWidget(self.sentence)
        self.column.addStretch(0)
        self._dataset: Dataset | None = None
        self._names = LayerNames()
        self.found: Neighbours | None = None
        self._label: int | None = None
        self.space_box.currentIndexChanged.connect(self.space_changed)
        self.wall.example_requested.connect(self.example_requested)

    @property
    def space(self) -> str:
        """The chosen layer, or ``input``."""
        return self.space_box.currentData() or INPUT

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set."""
        self._dataset, self.found, self._label = dataset, None, None
        self.wall.show_examples(dataset, [])
        self.set_caption("")
        self.sentence.setText("")

    def set_model(self, model: Model) -> None:
        """List the layers; the chosen one stays where it still is, else the code or the last."""
        spaces = [name for name, _ in spaces_of(model)]
        known = [self.space_box.itemData(index) for index in range(self.space_box.count())]
        if spaces == known:
            return
        chosen = self.space_box.currentData()
        self._names = model.network.names
        if chosen not in spaces:
            code = model.network.code
            chosen = spaces[max(len(spaces) - 2, 0)] if code is None else code.name
        offer(self.space_box, ((self._names.short(space), space) for space in spaces), chosen)
        for place, space in enumerate(spaces):
            title = "The values as the network sees them"
            if space != INPUT:
                title = self._names.full(space)
            self.space_box.setItemData(place, title, Qt.ItemDataRole.ToolTipRole)

    def show_found(self, found: Neighbours) -> None:
        """Show the nearest examples."""
        self.found = found
        self._show()

    def set_label(self, label: int) -> None:
        """Tick the examples of this class."""
        if label != self._label:
            self._label = label
            self._show()

    def _show(self) -> None:
        found, dataset = self.found, self._dataset
        if found is None or dataset is None:
            return
        self._show_examples(found, dataset)
        kind = "input" if found.space == INPUT else f"output of {self._names.words(found.space)}"
        if found.dimensions > 1:
            kind = kind.replace("put", "puts", 1)
        letter = "x" if found.space == INPUT else "a"
        self.set_caption(f"‖{letter} − {letter}ᵢ‖ over the {found.dimensions} {kind}")
        self.sentence.setText(_sentence(found, dataset, self._label))

    def _show_examples(self, found: Neighbours, dataset: Dataset) -> None:
        beside = not dataset.kind.pictures and not dataset.steps

        def labelled(place: int) -> str:
            index = int(found.indices[place])
            if self._label is None or not dataset.labelled:
                return label_of(dataset, index)
            mark = "✓" if int(dataset.targets[index]) == self._label else "✗"
            return f"{label_of(dataset, index)} {mark}"

        def caption(place: int) -> str:
            lines = [labelled(place), short(float(found.distances[place]))]
            if beside:
                values = dataset.inputs[found.indices[place], :_MOST_VALUES]
                lines.append("  ".join(brief(float(value)) for value in values))
            return "\n".join(lines)

        def tip(place: int) -> str:
            index = int(found.indices[place])
            distance = short(float(found.distances[place]))
            words = (
                f"Training example {nth(index)}, labelled {labelled(place)}, distance {distance}."
            )
            if beside:
                values = zip(dataset.feature_names, dataset.inputs[index].tolist(), strict=True)
                words += f" {', '.join(f'{name} {brief(value)}' for name, value in values)}."
            return f"{words} Click to show it in every view."

        self.wall.show_examples(
            *(dataset, found.indices),
            tip=tip,
            caption=caption,
            longest=f"{longest_label(dataset)} ✓" if beside else "",
            beside=beside,
        )


def _sentence(found: Neighbours, dataset: Dataset, label: int | None) -> str:
    count = len(found.indices)
    if not count and found.without_itself and found.looked_at == 1:
        return "There is no training example but this one."
    if not count:
        return "This layer gives numbers that are not finite, so nothing is near."
    searched = f"{grouped(found.looked_at)} training examples"
    if found.looked_at < found.of:
        searched += f", evenly spread over {grouped(found.of)}"
    itself = "; the example itself is left out" if found.without_itself else ""
    if not dataset.labelled:
        mean = fixed(float(dataset.targets[found.indices].mean()), 3)
        return f"Their targets have the mean {mean}. Searched: {searched}{itself}."
    if label is None:
        return f"Searched: {searched}{itself}."
    same = int((dataset.targets[found.indices] == label).sum())
    name = the_class(dataset, label)
    return f"{same} of these {count} are labelled like {name} (✓). Searched: {searched}{itself}."
