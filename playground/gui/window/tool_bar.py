"""The row of run controls, live figures, and the choice of data and preset."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QToolButton, QWidget

from playground.data.catalogue import titles
from playground.data.own import sets as own_sets
from playground.gui.look.icons import icon
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import colors_of, on_theme_changed, text_scale
from playground.gui.session.run_state import RunState
from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.layouts import beside
from playground.gui.window.actions import Actions
from playground.gui.window.readouts import Readouts
from playground.training.experiment import Experiment
from playground.training.presets import preset as find_preset
from playground.training.presets import presets

_CHOOSE_PRESET = "Start from a ready-made experiment."
_NARROWEST = 1_000
_WIDEST_PRESET = 275
_COMPACT_BELOW = 1_340  # with the widest figures that the readouts come to
_UNNAMED_BELOW = 1_000  # of two boxes that say what they are by what is in them


class ToolBar(QWidget):
    """Asks for a data set or a preset; the run's buttons are the window's actions."""

    data_requested = Signal(str)
    preset_requested = Signal(str)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("toolBar")
        self._train = actions["trainAction"]
        self._running, self._data = False, ""
        self.readouts = named(Readouts(), topic="epoch")
        self.reset_button = self._button("resetButton", actions["resetAction"], "Reset")
        self._add_menu(self.reset_button, actions["newSeedAction"])
        named(self.reset_button, topic="Experiment.seed")
        self.train_button = named(self._button("trainButton", self._train, "Train"), role="primary")
        self.step_button = self._button("stepButton", actions["stepBatchAction"], "Step batch")
        self._add_menu(self.step_button, actions["stepEpochAction"])
        named(self.step_button, topic="step")
        self._data_label = QLabel("Data")
        self.data_box = self._box("dataBox", "Data set", self._data_label)
        for part in (self._data_label, self.data_box):
            named(part, topic="DataSettings.name")
        self.refresh_data_sets()
        self._preset_label = QLabel("Preset")
        self.preset_box = self._box("presetBox", "Preset", self._preset_label)
        self.preset_box.setPlaceholderText("Choose…")
        group = ""
        for preset in presets():
            if preset.group != group:
                group = preset.group
                _add_heading(self.preset_box, group)
            self.preset_box.addItem(preset.title, preset.name)
            index = self.preset_box.count() - 1
            self.preset_box.setItemData(index, preset.description, Qt.ItemDataRole.ToolTipRole)
        self.data_box.setToolTip("Choose the examples that the network learns from.")
        self.undo_button = self._button("undoButton", actions["undoAction"], "")
        self.redo_button = self._button("redoButton", actions["redoAction"], "")
        self.history_button = self._button("historyButton", actions["historyAction"], "")
        self._row = beside(
            self.reset_button,
            self.train_button,
            self.step_button,
            8,
            self.readouts,
            None,
            self._data_label,
            self.data_box,
            self._preset_label,
            (self.preset_box, 20),
            self.undo_button,
            self.redo_button,
            self.history_button,
            on=self,
            margins=(14, 6, 14, 8),
            spacing=10,
        )
        self.data_box.activated.connect(self._on_data_activated)
        self.preset_box.activated.connect(self._on_preset_activated)
        self._train.changed.connect(self._on_train_changed)
        on_theme_changed(self._on_train_changed)
        on_theme_changed(self._fit)
        self._on_train_changed()
        self._give_way(True)  # or a narrow window would be made wider to begin with

    def set_state(self, state: RunState) -> None:
        """Show with the train button's icon what a press does."""
        self._running = state is RunState.RUNNING
        self._on_train_changed()

    @Slot()
    def _on_train_changed(self) -> None:
        """Let the train button say what its action does, with an icon in the theme's colour."""
        name = "pause" if self._running else "play"
        self.train_button.setIcon(icon(name, colors_of(self).on_accent))
        self.train_button.setAccessibleName(self._train.iconText())

    def refresh_data_sets(self) -> None:
        """Offer every data set that there is now, the user's own below the others."""
        box = self.data_box
        known = titles()
        own = [name for name in known if name.startswith(own_sets.PREFIX)]
        with QSignalBlocker(box):
            box.clear()
            for name in known:
                if name not in own:
                    box.addItem(known[name], name)
            if own:
                _add_heading(box, "Your own")
            for name in own:
                box.addItem(known[name], name)
            box.setCurrentIndex(box.findData(self._data))

    def set_data(self, name: str) -> None:
        """Show which data set is in use; one that is not offered yet, as soon as it is."""
        self._data = name
        with QSignalBlocker(self.data_box):
            self.data_box.setCurrentIndex(self.data_box.findData(name))

    def show_preset(self, experiment: Experiment, began: str | None) -> bool:
        """Show which preset the experiment is, or which one it began as.

        Returns
        -------
        bool
            Whether what is told of that preset holds: not of other data.
        """
        box = self.preset_box
        name = next((each.name for each in presets() if each.experiment == experiment), None)
        first = None if began is None else find_preset(began)
        told = first is not None and first.experiment.data.name == experiment.data.name
        box.setToolTip(tool_tip(first.description if first and told else _CHOOSE_PRESET))
        words = f"{box.itemText(box.findData(began))} (changed)" if began else "Choose…"
        box.setPlaceholderText(words)
        with QSignalBlocker(box):
            box.setCurrentIndex(box.findData(name) if name else -1)
        return told

    @Slot(int)
    def _on_data_activated(self, index: int) -> None:
        self.data_requested.emit(self.data_box.itemData(index))

    @Slot(int)
    def _on_preset_activated(self, index: int) -> None:
        self.preset_requested.emit(self.preset_box.itemData(index))

    def _button(self, name: str, action: QAction, text: str) -> QToolButton:
        button = named(QToolButton(), name)
        button.setDefaultAction(action)
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(text or action.text().replace("&", ""))
        return button

    def _add_menu(self, button: QToolButton, action: QAction) -> None:
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        menu.addAction(action)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)

    def _box(self, name: str, spoken: str, label: QLabel) -> ComboBox:
        box = named(ComboBox(), name, spoken)
        box.view().setMinimumWidth(220)
        label.setBuddy(box)
        label.setProperty("role", "muted")
        return box

    def minimumSizeHint(self) -> QSize:
        """Return room for what is left where the window is narrow, however wide it is now."""
        wanted = super().minimumSizeHint()
        return QSize(min(wanted.width(), _NARROWEST), wanted.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up what can be spared where the window is narrow."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        room = self.width() / text_scale()
        self._give_way(room < _COMPACT_BELOW)
        for label in (self._data_label, self._preset_label):
            label.setVisible(room >= _UNNAMED_BELOW)

    def _give_way(self, compact: bool) -> None:
        self.readouts.set_compact(compact)
        self._row.setSpacing(5 if compact else 10)
        self.data_box.setFixedWidth(112 if compact else 150)
        self.preset_box.setMinimumWidth(130 if compact else 190)
        self.preset_box.setMaximumWidth(130 if compact else _WIDEST_PRESET)


def _add_heading(box: QComboBox, text: str) -> None:
    """Add a line and words that cannot be chosen."""
    box.insertSeparator(box.count())
    box.addItem(text)
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    model.item(box.count() - 1).setFlags(Qt.ItemFlag.NoItemFlags)
