"""Every command once, as a QAction that menu, tool bar and shortcut share."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from playground.gui.look.icons import icon

SEPARATOR = ""


@dataclass(frozen=True)
class Command:
    """One line of the table: what the command is called, and how it is reached."""

    name: str
    text: str
    help: str
    shortcut: str = ""
    icon: str = ""
    group: str = ""
    short: str = ""
    checkable: bool = False


FILE = (
    Command(
        "openAction", "&Open…", "Open a saved experiment with its weights.", "Ctrl+O", "folder"
    ),
    Command("saveAction", "&Save", "Save the experiment and its weights.", "Ctrl+S", "save"),
    Command("saveAsAction", "Save &as…", "Save under another name.", "Ctrl+Shift+S"),
    Command(SEPARATOR, "", ""),
    Command("exportCurvesPngAction", "Export curves as &PNG…", "Save the curves as a picture."),
    Command("exportCurvesCsvAction", "Export curves as &CSV…", "Save the measured figures."),
    Command(
        "exportDiagramSvgAction",
        "Export network as S&VG…",
        "Save the drawing of the network as lines that stay sharp at any size.",
    ),
    Command(
        "exportDiagramPngAction",
        "Export &network as PNG…",
        "Save the drawing of the network as a picture.",
    ),
    Command(SEPARATOR, "", ""),
    Command("quitAction", "&Quit", "Close the window.", "Ctrl+Q"),
)
EDIT = (
    Command("undoAction", "&Undo", "Take the last change back.", "Ctrl+Z", "undo"),
    Command("redoAction", "&Redo", "Make the undone change again.", "Ctrl+Shift+Z", "redo"),
)
NETWORK = (
    Command(
        "freezeLayerAction",
        "&Freeze the selected layer",
        "Training leaves a frozen layer as it is, and improves the others.",
        "Ctrl+L",
        "freeze",
    ),
    Command(
        "freezeNeuronAction",
        "Freeze the selected &neuron",
        "Training leaves a frozen neuron's weights and bias as they are.",
        "Ctrl+Shift+L",
    ),
    Command(
        "silenceNeuronAction",
        "&Silence the selected neuron",
        "A silenced neuron answers 0, which shows what the network can do without it.",
        "Ctrl+M",
        "mute",
    ),
    Command(SEPARATOR, "", ""),
    Command(
        "addNoiseAction",
        "&Add noise…",
        "Shake the weights, to see how much of their precision the network needs.",
    ),
    Command(
        "pruneAction",
        "&Prune…",
        "Set the smallest weights to 0, to see how many connections the network needs.",
    ),
    Command(
        "resetLayerAction",
        "&Reset a layer…",
        "Draw one layer's weights anew, and keep what the others have learned.",
    ),
    Command(SEPARATOR, "", ""),
    Command(
        "checkGradientsAction",
        "&Check gradients…",
        "Compare what backpropagation computes with the measured slope of the loss.",
        "Ctrl+G",
    ),
)
DATA = (
    Command(
        "importDataAction",
        "&Import data…",
        "Learn from a table or IDX files of your own; a look comes first.",
        "Ctrl+I",
    ),
    Command(
        "importFolderAction",
        "Import a f&older…",
        "Learn from a folder of pictures of your own, with a folder for each class.",
        "Ctrl+Shift+I",
    ),
    Command(
        "openPictureAction",
        "Read a pi&cture…",
        "Let the network read a single picture, such as a scanned digit.",
    ),
    Command(
        "pasteAction",
        "&Paste picture or table",
        "Read the picture, or import the table or file, that was copied elsewhere.",
        "Ctrl+V",
    ),
    Command(
        "paintPointsAction",
        "Pain&t points",
        "Paint points of several classes on an empty plane, and learn to tell them apart.",
    ),
    Command(
        "exportDataAction",
        "&Export points as CSV…",
        "Save the plane's points and their classes as a table.",
    ),
    Command(SEPARATOR, "", ""),
    Command(
        "ownDrawingsAction",
        "My &drawings…",
        "Look at the drawings you taught: correct, delete or export them, and train with them.",
    ),
    Command(SEPARATOR, "", ""),
    Command(
        "downloadDataAction",
        "&Get MNIST and more…",
        "Fetch published data sets from the internet, or take them from a folder.",
    ),
    Command(
        "forgetDataAction",
        "&Forget this data set…",
        "Delete a data set of your own from this computer.",
    ),
)
TRAIN = (
    Command("trainAction", "&Train", "Start learning, or pause.", "Ctrl+Return", "play"),
    Command(
        "stepBatchAction",
        "Step one &batch",
        "Take one optimizer step: one batch forward, backward, and one update.",
        "Ctrl+.",
        "step",
        short="Step batch",
    ),
    Command(
        "stepEpochAction",
        "Step one &epoch",
        "Go once through all training examples, then pause.",
        "Ctrl+Shift+.",
        "step",
        short="Step epoch",
    ),
    Command(SEPARATOR, "", ""),
    Command(
        "resetAction",
        "&Reset",
        "Go back to the same first weights: the same seed repeats the run.",
        "Ctrl+R",
        "reset",
    ),
    Command(
        "newSeedAction",
        "Reset with a &new seed",
        "Start from other first weights, to see how much luck was in the run.",
        "Ctrl+Shift+R",
        "dice",
    ),
)
VIEW = (
    Command(
        "sideBySideAction",
        "Two lenses &side by side",
        "Look in two ways at once.",
        "Ctrl+T",
        checkable=True,
    ),
    Command(
        "inspectorAction",
        "Neuron &inspector",
        "All that the selected neuron computes, beside the lens.",
        "F4",
        checkable=True,
    ),
    Command(SEPARATOR, "", ""),
    Command("systemThemeAction", "Follow the s&ystem", "Light or dark as the desktop is.",
            group="theme"),
    Command("lightThemeAction", "&Light", "A light window, good on a projector.", group="theme"),
    Command("darkThemeAction", "&Dark", "A dark window.", group="theme"),
    Command(SEPARATOR, "", ""),
    Command("defaultLayoutAction", "&Default layout", "Give every panel its first size again."),
)  # fmt: skip
HELP = (
    Command("shortcutsAction", "&Keyboard shortcuts", "Every key that does something.", "F1"),
    Command("dataSourceAction", "About the &data", "Where the data come from, and their licence."),
    Command("aboutAction", "&About Playground", "Version, licence and where it runs."),
)
MENUS = {
    "&File": FILE,
    "&Edit": EDIT,
    "&Network": NETWORK,
    "&Data": DATA,
    "&Train": TRAIN,
    "&View": VIEW,
    "&Help": HELP,
}


class Actions(QObject):
    """The window's actions by name."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._commands: dict[str, Command] = {}
        theme = QActionGroup(self)
        for command in (command for menu in MENUS.values() for command in menu if command.name):
            action = QAction(command.text, window)
            action.setObjectName(command.name)
            action.setToolTip(_tool_tip(command))
            if command.short:
                action.setIconText(command.short)
            if command.shortcut:
                action.setShortcut(QKeySequence(command.shortcut))
            action.setCheckable(command.checkable or bool(command.group))
            if command.group:
                theme.addAction(action)
            self._actions[command.name] = action
            self._commands[command.name] = command
            window.addAction(action)
        self.restyle()
        window.installEventFilter(self)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def offer(self, name: str, text: str = "", missing: str = "") -> None:
        """Say what a command would do now, or why it cannot be used.

        Parameters
        ----------
        text
            What it is called now; without one, as in the table.
        missing
            What is missing, as a sentence; without one, the command can be used.
        """
        action, command = self._actions[name], self._commands[name]
        action.setText(text or command.text)
        action.setEnabled(not missing)
        action.setToolTip(f"{command.help} {missing}" if missing else _tool_tip(command))

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus from the table."""
        for title, commands in MENUS.items():
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            for command in commands:
                if command.name:
                    menu.addAction(self._actions[command.name])
                else:
                    menu.addSeparator()

    def restyle(self) -> None:
        """Draw the icons in the present theme's colour."""
        for command in (command for menu in MENUS.values() for command in menu if command.icon):
            self._actions[command.name].setIcon(icon(command.icon, self._window))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's palette."""
        if watched is self._window and event.type() == QEvent.Type.PaletteChange:
            self.restyle()
        return False


def _tool_tip(command: Command) -> str:
    if not command.shortcut:
        return command.help
    keys = QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{command.help} ({keys})"
