"""Random acts on a shown window while it trains: nothing may break, grow, or be left behind.

    python tests/benchmarks/act_storm.py --acts 20000 --seed 1

Prints each kind of fault once with what led to it; now and then the process's resident memory, and
how much of it the undo list and the runs hold by their own count; and at the end how many faults
there were, whether undo and redo of the whole history led back to the same, and how much the
resident memory grew: the least that it went back to in the last quarter against the least in the
second, for a large network comes and goes. Nothing is taken off that: what the C library keeps of
freed memory counts too, and is told beside it. Fails on a fault and on more growth than is allowed.
"""

import argparse
import collections
import ctypes
import faulthandler
import math
import operator
import os
import random
import re
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from time import perf_counter, process_time, sleep

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QWidget,
)

from playground import fields
from playground.analysis.neurons.neuron import Neuron
from playground.data.preparation import PARTS
from playground.gui.lenses.kinds import LENSES
from playground.gui.panels.network.nesting import names_of
from playground.gui.session import messages
from playground.gui.session.run_state import RunState
from playground.gui.start.app import _application
from playground.gui.start.garbage import GarbageCollector
from playground.gui.window.main_window import MainWindow
from playground.nn.layers import LAYERS
from playground.training.edits.surgery import AddNoise, Prune, ResetLayer, SetBias, SetWeight
from playground.training.experiment import Stopping
from playground.training.moment import LIMIT_VARIABLE, bytes_of
from playground.training.presets import NAMES, preset

SMALL_CAP = "8"
"""Megabytes for the moments of the undo list and of the runs, so that they are full early."""

PRESETS = [name for name in NAMES if "mnist" not in preset(name).experiment.data.name]
DATA = ["digits", "iris", "circles", "xor", "spirals", "three-spirals", "plane-field", "bumps"]
LARGEST_NETWORK = 8
"""Layers."""

MOST_GROWN_MB = 30

_RESIDENT = operator.itemgetter(1)
SETTLE_EVERY, MEASURE_EVERY = 50, 500
WHOLE_HISTORY_EVERY = 1_000


class Storm:
    """One window, what is done to it, and what went wrong.

    Parameters
    ----------
    seed
        Decides the acts; how they meet with training, the clock decides.
    folder
        Where it saves.
    """

    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.faults = collections.Counter()
        self.trail = collections.deque(maxlen=12)
        self.done = 0
        self.memory = []
        for name in PRESETS:
            preset(name).experiment.data.prepared()  # what is kept of a data set is no growth
        self._listen()
        self.app = _application()
        self.window = MainWindow(look="dark")
        self.window.open_at_start(None, "circles")
        self.window.show()
        self.garbage = GarbageCollector(self.window)
        self.session = self.window.session
        self.files = folder / "files"
        self.files.mkdir()
        self._answer_dialogs()
        self.acts = [
            act
            for name in dir(self)
            if name.startswith("act_")
            for act in [getattr(self, name)] * OFTEN.get(name.removeprefix("act_"), 2)
        ]

    # What goes wrong.

    def fault(self, kind, text):
        """Count a fault; tell it the first time."""
        key = kind, re.sub(r"0x[0-9a-f]+|\d+", "#", text)[-400:]
        self.faults[key] += 1
        if self.faults[key] == 1:
            print(
                f"\n{kind}, act {self.done}: {text}\n  after {' | '.join(self.trail)}", flush=True
            )

    def _listen(self):
        def on_exception(kind, error, trace):
            self.fault("exception", "".join(traceback.format_exception(kind, error, trace)))

        def on_message(kind, context, message):
            if "This plugin does not support" not in message:
                self.fault("Qt", message)

        sys.excepthook = on_exception
        sys.unraisablehook = lambda given: on_exception(
            given.exc_type, given.exc_value, given.exc_traceback
        )
        qInstallMessageHandler(on_message)
        faulthandler.enable()

    def _answer_dialogs(self):
        choose, files = self.random.choice, self.files
        QFileDialog.getSaveFileName = lambda *asked: (str(files / choose(["a", "b", ""])), "")
        QFileDialog.getOpenFileName = lambda *asked: (
            str(choose([*files.glob("*.playground"), files / "gone.playground"])),
            "",
        )
        buttons = QMessageBox.StandardButton
        QMessageBox.question = lambda *asked: choose([buttons.Discard, buttons.Cancel])

    # How time goes on.

    def wait(self, seconds):
        """Let the window live for a while."""
        until = perf_counter() + seconds
        while True:
            self.app.processEvents()
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if perf_counter() >= until:
                return
            sleep(0.001)

    def wait_until(self, holds, what):
        """Wait, for longer where other programs keep the processors busy."""
        hung, worked = perf_counter() + 600, process_time() + 150
        while not holds():
            self.wait(0.01)
            if process_time() > worked or perf_counter() > hung:
                self.fault("stuck", what)
                print(f"  with {self.session.experiment}", flush=True)
                return

    def rest(self):
        """Pause, and wait until everything that was asked for is done and shown."""
        session, slot = self.session, messages.Slot()
        if QApplication.activePopupWidget() is not None:
            QApplication.activePopupWidget().close()
        if session.running:
            session.toggle_training()
        session.send(messages.Change(None, None, slot))
        self.wait_until(lambda: not session.preparing.under_way, "data are not read")
        self.wait_until(lambda: slot.moment is not None, "the training thread does not answer")
        self.wait(0.05)
        self.wait_until(
            lambda: (
                session._worker.mailbox.fetched
                and session.snapshot is not None
                and session.snapshot.experiment == session.experiment
            ),
            "the last moment is not shown",
        )
        if session.running:  # as when undo has let it train on
            self.rest()

    def run(self, acts):
        """Do so many acts, with a look at everything now and then."""
        for self.done in range(1, acts + 1):
            act = self.random.choice(self.acts)
            self.trail.append(act.__name__.removeprefix("act_"))
            try:
                act()
            except Exception:
                self.fault("raised", traceback.format_exc())
            self.wait(self.random.choice([0, 0, 0.005, 0.03]))
            if self.done % SETTLE_EVERY == 0:
                self.close_dialogs()
                self.rest()
                self.look()
                if self.done % WHOLE_HISTORY_EVERY == 0:
                    self.go_through_history()
                if self.done % MEASURE_EVERY == 0:
                    self.measure()

    def measure(self):
        """Note and tell the memory at rest: no question is open, and garbage is collected."""
        answered = threading.Event()
        self.session.analyst.ask("storm", lambda *_: answered.set())
        self.wait_until(answered.is_set, "the analyst does not answer")
        self.garbage.collect_all()
        self.memory.append((self.done, resident_mb(), free_mb()))
        past, runs = self.session.past.list, self.session.timeline.runs
        moments = bytes_of(moment for run in runs.runs for moment in run.moments)
        print(
            f"{self.done:,} acts, {self.memory[-1][1]:.0f} MB, {self.memory[-1][2]:.0f} of them "
            f"free again; undo list {past.bytes / 2**20:.1f} MB in {len(past.entries)} entries, "
            f"runs {moments / 2**20:.1f} MB in {len(runs.runs)}; "
            f"{sum(self.faults.values())} faults",
            flush=True,
        )

    def grown(self):
        """Return by how many MB the least memory, and what was free of it, grew."""
        (_, before, free_before), (_, after, free) = (
            min((each for each in self.memory if low < each[0] / self.done <= high), key=_RESIDENT)
            for low, high in ((0.25, 0.5), (0.75, 1))
        )
        return after - before, free - free_before

    # What must hold at rest.

    def look(self):
        """Look for what speaks of another network, experiment or name than the present ones."""
        session, window = self.session, self.window
        experiment, past = session.experiment, session.past
        current = past.list.current
        checks = {
            "the shown network is the experiment's": session.snapshot is not None
            and session.snapshot.experiment == experiment,
            "the entry has its moment": current.kept.moment is not None,
            "the entry is of this experiment": current.experiment == experiment,
            "the entry is of these data": current.prepared is session.prepared,
            "the cards are the layers'": [
                card.info.settings.name for card in window.build_column.layers.cards()
            ]
            == names_of(experiment.layers),
            f"the data box tells the data ({window.tool_bar.data_box.currentData()} of "
            f"{experiment.data.name})": window.tool_bar.data_box.currentData()
            == experiment.data.name,
            "every entry has a title": all(entry.title for entry in past.list.entries),
            "training is entered": not past.trained,
            "the undo action tells the last entry": current.title.lower()[:12].replace("&", "&&")
            in window.commands["undoAction"].text().lower()
            or not past.can_undo,
            "the title names the work": window.document._work.name.split(".")[0]
            in window.windowTitle(),
            "the preset box tells how it began": window.tool_bar.preset_box.currentIndex() >= 0
            or window.document.preset is None
            or "(changed)" in window.tool_bar.preset_box.placeholderText(),
            "the curves are the network's": self._curves_agree(),
            "the selected neuron exists": self._neuron_exists(session.attention.selected),
            "the probe is one of these data": session.probe is None
            or (
                session.prepared is not None
                and len(session.probe.inputs) == session.prepared.dataset.features
            ),
            "an example in the hand is in the data": self._example_is_there(),
        }
        for what, holds in checks.items():
            if not holds:
                self.fault("untrue", f"{what}: no longer")
        moment = current.kept.moment
        if moment is not None and session.snapshot is not None:
            if not np.array_equal(moment.parameters, session.snapshot.parameters):
                self.fault("untrue", "the shown weights are the entry's: no longer")
        gone = re.compile(r"\b(?:Dense|Dropout|Batch norm|Residual) \d+\b(?![.,]\d)")
        layers = (*experiment.layers, *getattr(experiment.recipe, "layers", ()))
        named = {experiment.names.short(key).removeprefix("Generator ") for key in names_of(layers)}
        for widget in window.findChildren(QWidget):
            if not (isinstance(widget, QLabel | QAbstractButton) and widget.isVisible()):
                continue
            speaks_of_the_past = widget.objectName() in ("undoButton", "redoButton")
            if speaks_of_the_past or window.messages.isAncestorOf(widget):
                continue
            for name in gone.findall(widget.text()):
                if name not in named and not _in_step_lens(widget):
                    self.fault("gone", f"{name}: {widget.objectName()} {widget.text()[:120]!r}")

    def _curves_agree(self):
        shown, history = self.window.curves._panel, self.session.snapshot.history
        return (len(shown._history or ()) if shown is not None else 0) == len(history)

    def _neuron_exists(self, neuron):
        model = self.session.model
        if neuron is None or model is None or neuron.layer == "input":
            return True
        return neuron.layer in [layer.name for layer in model.network.layers]

    def _example_is_there(self):
        probe, prepared = self.session.probe, self.session.prepared
        kinds = "|".join(word.capitalize() for word in PARTS.values())
        found = probe is not None and re.fullmatch(rf"({kinds}) example ([\d,]+)", probe.title)
        if not found:
            return True
        index = int(found[2].replace(",", "")) - 1
        return (
            index < len(prepared.dataset)
            and np.array_equal(prepared.dataset.inputs[index], probe.inputs)
            and PARTS[prepared.part_of(index)] == found[1].lower()
        )

    def go_through_history(self):
        """Undo everything and do it again: each state is the same on both ways."""
        self.rest()
        past = self.session.past

        def state():
            self.rest()
            snapshot, session = self.session.snapshot, self.session
            if snapshot is None:
                return None
            return (
                snapshot.parameters.tobytes(),
                snapshot.statistics.tobytes(),
                snapshot.step,
                session.experiment,
                self.window.windowTitle(),
                self.window.painting.sheet.name,
                len(self.window.teaching.drawings),
                self.window.tool_bar.data_box.currentData(),
                self.window.tool_bar.preset_box.currentIndex(),
            )

        while past.can_redo:
            past.redo()
        states = [state()]
        while past.can_undo and not past.trained:
            past.undo()
            states.append(state())
            self.look()
        back = [states.pop()]
        while past.can_redo:
            past.redo()
            back.append(state())
            if back[-1] != states.pop():
                self.fault("history", f"another state after {past.list.current.title!r}")
        if states:
            self.fault("history", f"{len(states)} states were not done again")

    def end(self):
        """Close while it trains, and look for what is left."""
        self.close_dialogs()
        if not self.session.running:
            self.session.toggle_training()
        self.wait(0.2)
        QMessageBox.question = lambda *asked: QMessageBox.StandardButton.Discard
        self.window.close()
        self.wait(0.2)
        left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        if left:
            self.fault("left", f"windows: {left}")
        alive = [t for t in threading.enumerate() if not t.daemon and "Main" not in t.name]
        if alive or self.session._worker.isRunning() or self.session.analyst.isRunning():
            self.fault("left", f"threads: {alive}")

    # The acts.

    def close_dialogs(self):
        for widget in QApplication.topLevelWidgets():
            if widget is not self.window and widget.isVisible():
                widget.close()

    def trigger(self, *names):
        action = self.window.commands[self.random.choice(names)]
        self.trail.append(action.objectName())
        if action.isEnabled():
            action.trigger()

    def cards(self):
        return self.window.build_column.layers.cards()

    def act_add_layer(self):
        editor, layers = self.window.build_column.layers, self.session.experiment.layers
        if len(names_of(layers)) >= LARGEST_NETWORK:
            return self.act_remove_layer()
        layer = LAYERS[self.random.choice(list(LAYERS.kinds()))]()
        return editor._insert("", self.random.randint(0, len(layers)), layer)

    def act_remove_layer(self):
        if self.cards():
            self.random.choice(self.cards()).remove_requested.emit()

    def act_duplicate_layer(self):
        if self.cards() and len(self.cards()) < LARGEST_NETWORK:
            self.random.choice(self.cards()).duplicate_requested.emit()

    def act_move_layer(self):
        if self.cards():
            self.random.choice(self.cards()).move_requested.emit(self.random.choice([-1, 1]))

    def act_layer_setting(self):
        card = self.random.choice([*self.cards(), self.window.build_column.layers.output_card])
        settings = card.info.settings
        declared = {
            name: field
            for name, field in fields.describe(settings).items()
            if name not in ("name", "layers")
        }
        if declared:
            name = self.random.choice(list(declared))
            value = self.value(declared[name], getattr(settings, name))
            if name == "units":
                value = self.random.choice([1, 2, 3, 8, 16, 24])
            card._request(name, value)

    def act_training_setting(self):
        training = self.session.experiment.training
        declared = fields.describe(training)
        name = self.random.choice([name for name in declared if name != "stopping"])
        value = self.value(declared[name], getattr(training, name))
        if name == "learning_rate" and self.random.random() < 0.8:
            value = self.random.choice([0.001, 0.003, 0.01, 0.03])
        if name == "batch_size":
            value = self.random.choice([8, 16, 32, 64, None])
        self.session.change(f"training.{name}", value)

    def act_slide(self):
        """Change one setting quickly, as with a slider."""
        for rate in (0.001, 0.002, 0.004):
            self.session.change("training.learning_rate", rate)

    def act_stopping(self):
        rules = Stopping(epochs=None), Stopping(epochs=3), Stopping(seconds=0.3)
        self.session.change("training.stopping", self.random.choice(rules))

    def act_data(self):
        self.window.tool_bar.data_requested.emit(self.random.choice(DATA))

    def act_data_setting(self):
        data = self.session.experiment.data
        declared = fields.describe(data)
        name = self.random.choice([name for name in declared if name != "name"])
        value = self.value(declared[name], getattr(data, name))
        self.session.change(f"data.{name}", 90 if name == "examples" else value)

    def value(self, declared, present):
        """Return a value that a setting may or may not take."""
        rng = self.random
        if isinstance(declared, fields.Flag):
            return rng.random() < 0.5
        if isinstance(declared, fields.Choice):
            return rng.choice(list(declared.options))
        if isinstance(declared, fields.Number):
            if declared.none_text and rng.random() < 0.25:
                return None
            low, high = max(declared.low, -50), min(declared.high, 200)
            if declared.logarithmic and low > 0:
                drawn = math.exp(rng.uniform(math.log(low), math.log(high)))
            else:
                drawn = rng.uniform(low, high)
            return round(drawn) if declared.whole else drawn
        if isinstance(declared, fields.Variant):
            return declared.registry[rng.choice(list(declared.registry.kinds()))]()
        if isinstance(declared, fields.Text):
            return rng.choice(["", "0", "1, 3", "0-2", "x"])
        return present

    def act_preset(self):
        self.window.tool_bar.preset_requested.emit(self.random.choice(PRESETS))

    def act_undo(self):
        for _ in range(self.random.choice([1, 1, 2, 5])):
            self.trigger("undoAction")

    def act_redo(self):
        for _ in range(self.random.choice([1, 1, 2, 5])):
            self.trigger("redoAction")

    def act_history(self):
        self.window.show_history()
        self.wait(0.005)
        tree = self.window._history.list
        if tree.topLevelItemCount():
            item = tree.topLevelItem(self.random.randrange(tree.topLevelItemCount()))
            tree.itemClicked.emit(item, 0)
        self.window._history.close()

    def act_train(self):
        self.trigger("trainAction")

    def act_go(self):
        if self.session.state is not RunState.RUNNING:
            self.trigger("trainAction")

    def act_step(self):
        self.trigger("stepBatchAction", "stepEpochAction")

    def act_reset(self):
        self.trigger("resetAction", "newSeedAction")

    def act_select(self):
        model = self.session.model
        if model is not None:
            layer = self.random.choice(model.network.layers)
            neuron = Neuron(layer.name, self.random.randrange(layer.output_features))
            self.session.attention.select(self.random.choice([neuron, neuron, None]))

    def act_neuron(self):
        self.trigger("freezeLayerAction", "freezeNeuronAction", "silenceNeuronAction")

    def act_surgery(self):
        model = self.session.model
        if model is None:
            return
        rng = self.random
        name = rng.choice([layer.name for layer in model.network.layers])
        operations = (
            AddNoise(rng.choice([None, name]), 0.1, rng.randrange(99)),
            Prune(rng.choice([None, name]), 0.3, rng.choice([1, 10])),
            ResetLayer(name, rng.randrange(99)),
            SetWeight(name, 0, 0, rng.uniform(-2, 2)),
            SetBias(name, 0, rng.uniform(-2, 2)),
        )
        self.session.operate(rng.choice(operations))

    def act_ask_operation(self):
        self.trigger("addNoiseAction", "pruneAction", "resetLayerAction")
        self.wait(0.005)
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                confirm = dialog.findChild(QPushButton, "operationConfirmButton")
                if confirm is not None and confirm.isEnabled():
                    confirm.click()

    def act_lens(self):
        self.window.lens_area.show_lens(self.random.choice(LENSES).key)

    def act_view(self):
        self.trigger("sideBySideAction", "inspectorAction")

    def act_theme(self):
        self.trigger("lightThemeAction", "darkThemeAction")

    def act_example(self):
        prepared = self.session.prepared
        if prepared is not None:
            self.window.examples._on_example_requested(self.random.randrange(len(prepared.dataset)))

    def act_draw(self):
        self.drag(self.window.findChild(QWidget, "drawCanvas"))

    def drag(self, widget):
        """Pull the mouse over a widget, if it can be seen."""
        if widget is None or not widget.isVisible():
            return
        places = [
            QPoint(self.random.randrange(widget.width()), self.random.randrange(widget.height()))
            for _ in range(5)
        ]
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(widget, place)
            self.wait(0.002)
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=places[-1])

    def act_paint(self):
        plane = self.window.probe_column.plane
        if plane.isVisible():
            QTest.keyClick(plane.plot, self.random.choice("1234pbefm"))
            self.drag(plane.plot)

    def act_empty_plane(self):
        self.trigger("paintPointsAction")

    def act_teach(self):
        canvas = self.window.probe_column.canvas
        buttons = [b for b in canvas.findChildren(QAbstractButton) if b.isVisible()]
        buttons = [button for button in buttons if button.isEnabled()]
        if buttons and len(self.window.teaching.drawings) < 20:
            self.random.choice(buttons).click()

    def act_forget_drawing(self):
        teaching = self.window.teaching
        if teaching.drawings:
            teaching.delete(self.random.choice(teaching.drawings).serial)

    def act_remedy(self):
        places = self.window.build_column.diagnosis.panel, self.window.messages
        buttons = [b for place in places for b in place.findChildren(QAbstractButton)]
        buttons = [button for button in buttons if button.isVisible() and button.isEnabled()]
        if buttons:
            self.random.choice(buttons).click()

    def act_save(self):
        self.window.document.write(self.files / f"{self.random.choice('ab')}.playground")

    def act_open(self):
        files = sorted(self.files.glob("*.playground"))
        if files:
            self.window.document.open(self.random.choice(files))

    def act_check_gradients(self):
        self.trigger("checkGradientsAction")

    def act_close_dialogs(self):
        self.close_dialogs()


OFTEN = {
    "add_layer": 6,
    "remove_layer": 6,
    "layer_setting": 12,
    "training_setting": 8,
    "data": 3,
    "undo": 9,
    "redo": 7,
    "history": 4,
    "go": 10,
    "step": 5,
    "select": 6,
    "lens": 6,
    "paint": 6,
    "draw": 4,
    "teach": 4,
    "theme": 1,
    "check_gradients": 1,
}


def _in_step_lens(widget):
    while widget is not None:
        if widget.objectName() == "stepThrough":
            return True  # it tells of the step that it began, and that this was overtaken
        widget = widget.parentWidget()
    return False


def resident_mb():
    """Return the memory of this process that is not elsewhere."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


class _Heap(ctypes.Structure):
    """The ten numbers of glibc's ``mallinfo2``, in the order of its manual page."""

    _fields_ = (("numbers", ctypes.c_size_t * 10),)


def free_mb():
    """Return how much freed memory the C library holds for later, 0 where it is not glibc."""
    look = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if look is None:
        return 0.0
    look.restype = _Heap
    return look().numbers[8] / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--acts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault(LIMIT_VARIABLE, SMALL_CAP)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        for place in ("CONFIG", "CACHE", "DATA", "STATE"):
            os.environ[f"XDG_{place}_HOME"] = str(Path(folder) / place)
        storm, begun = Storm(asked.seed, Path(folder)), perf_counter()
        storm.wait(1)
        storm.run(asked.acts)
        storm.go_through_history()
        storm.measure()
        storm.end()
    grown, free = storm.grown()
    kinds = collections.Counter()
    for (kind, _), count in storm.faults.items():
        kinds[kind] += count
    print(
        f"seed {asked.seed}: {asked.acts:,} acts in {perf_counter() - begun:,.0f} s; faults "
        f"{dict(kinds) or 'none'}; memory {grown:+.1f} MB since the second quarter, {free:+.1f} "
        f"of it free again; {MOST_GROWN_MB} are allowed"
    )
    sys.exit(bool(kinds) or grown > MOST_GROWN_MB)


if __name__ == "__main__":
    main()
