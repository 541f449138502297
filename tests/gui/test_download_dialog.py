"""Missing data, from the click that asks for them to the change that was wanted."""

import contextlib
import dataclasses
import hashlib
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic

import numpy as np
import pytest
from person import click
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QRadioButton, QWidget

from playground import fields
from playground.data import catalogue
from playground.data.catalogue import CatalogueEntry
from playground.data.dataset import Dataset
from playground.data.kinds import PlanePoints
from playground.data.published import sources, transfer
from playground.data.published.downloads import DownloadProgress
from playground.data.published.sources import Source, SourceFile, files_of
from playground.data.tasks import Classification
from playground.gui.desks.document import Document
from playground.gui.desks.downloading.desk import DownloadDesk
from playground.gui.desks.downloading.dialog import DownloadDialog, DownloadState
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.training import presets as preset_module
from playground.training.experiment import Stopping

DATA = np.arange(60_000, dtype=np.uint8).tobytes()
NAME = "tiny.gz"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        how = self.server.hows.pop(0) if self.server.hows else "good"
        with contextlib.suppress(OSError):
            if how == "missing":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(DATA)))
            self.end_headers()
            if how == "stall":
                self.wfile.write(DATA[:20_000])
                self.wfile.flush()
                self.server.over.wait(10)
                return
            self.wfile.write(DATA)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch):
    """Misbehave as the list ``hows`` says, one request after the other, and then well."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    server.hows, server.over = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def tiny(server, monkeypatch, tmp_path):
    """Register a published data set of two classes that lies on this computer's own server."""
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    file = SourceFile(NAME, hashlib.sha256(DATA).hexdigest(), len(DATA))
    source = Source("tiny", "Tiny", (file,), (address,), "CC0", "Nobody (2026)")
    monkeypatch.setitem(sources.SOURCES, "tiny", source)
    monkeypatch.setitem(
        catalogue.DATASETS, "tiny", CatalogueEntry("Tiny", cache(lambda: read(source)))
    )
    monkeypatch.delenv(sources.FOLDER_VARIABLE, raising=False)
    folder = tmp_path / "cache"
    monkeypatch.setattr(sources.platformdirs, "user_cache_dir", lambda *a, **k: str(folder))
    monkeypatch.setattr(transfer, "LONGEST_SILENCE_S", 5.0)
    catalogue.DATASETS["mnist"].make.cache_clear()
    return source


def read(source):
    data = np.frombuffer(files_of(source)[NAME].read_bytes(), np.uint8)[:800]
    return Dataset(
        name="tiny",
        title="Tiny",
        kind=PlanePoints(),
        task=Classification(),
        inputs=np.ascontiguousarray(data.reshape(-1, 2) / np.float32(255)),
        targets=np.arange(400) % 2,
        input_shape=(2,),
        class_names=("even", "odd"),
        feature_names=("x", "y"),
        value_range=(0.0, 1.0),
        source=source.citation,
        licence=source.licence,
        description="Two classes.",
    )


@pytest.fixture
def window(tiny, open_window):
    return open_window("gaussians")


class Bench(QWidget):
    """A session, a document and a desk: what the desk needs of a window, built in no time."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self)
        self.document = Document(self.session, self)
        self.downloads = DownloadDesk(self.session, self)
        self.notices: list[str] = []
        self.downloads.notice.connect(self.notices.append)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.downloads.close()
        self.session.close()


@pytest.fixture
def bench(keep, tiny):
    bench = keep(Bench())
    gaussians = preset_module.preset("gaussians")
    assert bench.document.show_preset(gaussians.name, gaussians.experiment)
    return bench


def asked(qtbot, window) -> DownloadDialog:
    """Ask for the data set that is missing."""
    assert not window.session.change("data.name", "tiny")
    return opened(qtbot, window)


def opened(qtbot, window) -> DownloadDialog:
    dialog = window.downloads.dialog
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def texts(dialog):
    return " ".join(
        label.text() for label in dialog.findChildren(type(dialog.status_label)) if label.text()
    )


def uses(window, name):
    return window.session.experiment.data.name == name


def test_size_licence_citation_and_place_are_told_before_anything_is_fetched(qtbot, bench, server):
    server.hows.append("missing")
    dialog = asked(qtbot, bench)
    said = texts(dialog)
    for words in (
        "Tiny is not on this computer yet (0.1 MB)",
        "60.0 kB in 1 file · Licence: CC0",
        "Nobody (2026)",
        "From 127.0.0.1",
        "once its SHA-256 checksum has been verified",
    ):
        assert words in said
    assert dialog.download_button.text() == "&Download 60.0 kB"
    assert server.hows == ["missing"]


def test_a_click_fetches_the_data_and_makes_the_change_that_was_wanted(qtbot, window):
    window.tool_bar.data_requested.emit("tiny")
    assert window.tool_bar.data_box.currentData() == "gaussians"
    click(opened(qtbot, window).download_button)
    qtbot.waitUntil(lambda: uses(window, "tiny"))
    assert window.downloads.dialog is None
    assert window.session.prepared.dataset.title == "Tiny"
    assert window.messages.sentence == "Tiny is on this computer now."
    window.commands["undoAction"].trigger()
    assert uses(window, "gaussians")


def test_a_failure_is_told_and_retry_gets_the_data(qtbot, bench, server):
    server.hows.append("missing")
    dialog = asked(qtbot, bench)
    click(dialog.download_button)
    qtbot.waitUntil(lambda: dialog.state is DownloadState.FAILED)
    assert "127.0.0.1 does not hold tiny.gz any more (HTTP 404)" in dialog.status_label.text()
    assert dialog.download_button.text() == "&Retry"
    assert uses(bench, "gaussians")
    click(dialog.download_button)
    qtbot.waitUntil(lambda: uses(bench, "tiny"))


def test_a_stalled_download_is_cancelled_at_once_and_can_be_begun_anew(qtbot, bench, server):
    server.hows.append("stall")
    dialog = asked(qtbot, bench)
    click(dialog.download_button)
    qtbot.waitUntil(lambda: dialog.bar.value() > 10_000)
    assert dialog.bar.maximum() == len(DATA)
    assert dialog.detail_label.text() == "tiny.gz from 127.0.0.1"
    assert "of 60.0 kB" in dialog.status_label.text()
    assert not dialog.download_button.isVisible()
    began = monotonic()
    click(dialog.cancel_button)
    qtbot.waitUntil(lambda: dialog.state is DownloadState.ASKED)
    assert monotonic() - began < 1
    assert "Stopped" in dialog.status_label.text()
    click(dialog.download_button)
    qtbot.waitUntil(lambda: uses(bench, "tiny"))


def test_training_goes_on_beside_a_download(qtbot, window, server):
    window.session.change("training.stopping", Stopping(epochs=None))
    window.session.toggle_training()
    qtbot.waitUntil(lambda: window.session.state is RunState.RUNNING)
    server.hows.append("stall")
    dialog = asked(qtbot, window)
    click(dialog.download_button)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    qtbot.waitUntil(lambda: window.session.snapshot is not None)
    epoch = window.session.snapshot.epoch
    qtbot.waitUntil(lambda: window.session.snapshot.epoch > epoch)
    assert window.isEnabled()
    assert not dialog.isModal()


def test_closing_the_dialog_gives_up_the_download_and_the_change(qtbot, bench, server):
    server.hows.append("stall")
    dialog = asked(qtbot, bench)
    click(dialog.download_button)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not bench.downloads.errands.busy
    qtbot.waitUntil(lambda: not bench.downloads.errands._ended)
    assert bench.downloads.dialog is None
    assert uses(bench, "gaussians")
    with contextlib.suppress(FileNotFoundError):
        assert not list(sources.cache_folder(sources.SOURCES["tiny"]).iterdir())


def test_closing_the_window_ends_a_stalled_download_within_a_second(qtbot, window, server):
    server.hows.append("stall")
    dialog = asked(qtbot, window)
    click(dialog.download_button)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    began = monotonic()
    window.close()
    assert monotonic() - began < 1
    assert "errandThread" not in {thread.name for thread in threading.enumerate()}


def test_a_folder_that_holds_the_files_is_taken(qtbot, bench, server, tmp_path, monkeypatch):
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / NAME).write_bytes(DATA)
    chosen = iter([str(tmp_path), str(tmp_path / "given")])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *asked: next(chosen))
    server.hows.append("never asked")
    dialog = asked(qtbot, bench)
    click(dialog.folder_button)
    qtbot.waitUntil(lambda: dialog.state is DownloadState.FAILED)
    assert f"tiny.gz is missing in {tmp_path}; choose the folder" in dialog.status_label.text()
    click(dialog.folder_button)
    qtbot.waitUntil(lambda: uses(bench, "tiny"))
    assert server.hows == ["never asked"]


@pytest.fixture
def tiny_preset(monkeypatch):
    """Let the preset of the circles learn from the data set that is missing."""
    circles = preset_module.preset("circles")
    experiment = dataclasses.replace(
        circles.experiment, data=dataclasses.replace(circles.experiment.data, name="tiny")
    )
    changed = dataclasses.replace(circles, plain=fields.to_plain(experiment))
    known = preset_module.preset
    for module in ("main_window", "tool_bar"):
        place = f"playground.gui.window.{module}.find_preset"
        monkeypatch.setattr(place, lambda name: changed if name == "circles" else known(name))
    return changed


def test_a_preset_opens_once_its_data_are_here(qtbot, window, tiny_preset):
    window.tool_bar.preset_requested.emit("circles")
    dialog = opened(qtbot, window)
    assert uses(window, "gaussians")
    click(dialog.download_button)
    qtbot.waitUntil(lambda: uses(window, "tiny"))
    assert window.session.experiment == tiny_preset.experiment
    assert window.file_label.text() == "circles"
    assert window.messages.sentence == tiny_preset.description
    assert window.session.past.undo_title == "Open circles"


def test_a_preset_named_at_the_start_falls_back_and_asks(qtbot, tiny, tiny_preset, open_window):
    window = open_window("circles")
    assert uses(window, "digits+pendigits")
    click(opened(qtbot, window).download_button)
    qtbot.waitUntil(lambda: uses(window, "tiny"))


def test_a_file_opens_once_its_data_are_here(qtbot, window, tmp_path):
    click(asked(qtbot, window).download_button)
    qtbot.waitUntil(lambda: uses(window, "tiny"))
    path = tmp_path / "tiny.playground"
    assert window.document.write(path)
    window.open_at_start(None, "gaussians")
    sources.cache_folder(sources.SOURCES["tiny"]).joinpath(NAME).unlink()
    catalogue.DATASETS["tiny"].make.cache_clear()
    assert not window.document.open(path)
    dialog = opened(qtbot, window)
    assert uses(window, "gaussians")
    click(dialog.download_button)
    qtbot.waitUntil(lambda: uses(window, "tiny"))
    assert window.document.path == path


def test_the_menu_lists_every_source_and_whether_it_is_here(qtbot, window):
    window.commands["downloadDataAction"].trigger()
    dialog = opened(qtbot, window)
    qtbot.waitUntil(lambda: dialog.state is DownloadState.ASKED)
    assert list(dialog.cards) == list(sources.SOURCES)
    assert {card.here_label.text() for card in dialog.cards.values()} == {"Not downloaded yet"}
    qtbot.mouseClick(dialog.cards["tiny"], Qt.MouseButton.LeftButton)
    assert dialog.source.name == "tiny"
    click(dialog.download_button)
    qtbot.waitUntil(lambda: dialog.state is DownloadState.DONE)
    assert uses(window, "gaussians")
    assert dialog.cards["tiny"].here_label.text() == "✓ On this computer"
    assert dialog.download_button.text() == "&Use Tiny"
    assert dialog.cancel_button.text() == "Close"
    click(dialog.download_button)
    assert uses(window, "tiny")
    assert window.downloads.dialog is None


def test_another_missing_set_waits_for_the_download_that_runs(qtbot, bench, server):
    server.hows.append("stall")
    dialog = asked(qtbot, bench)
    click(dialog.download_button)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    assert not bench.session.change("data.name", "mnist")
    assert bench.downloads.dialog is dialog
    assert bench.notices == ["Tiny is still downloading; choose MNIST again when it is done."]


def test_a_mixture_asks_for_each_of_its_sources_in_turn(qtbot, bench, tiny, monkeypatch):
    second = dataclasses.replace(tiny, name="second", title="Second")
    monkeypatch.setitem(sources.SOURCES, "second", second)

    def mixed():
        files_of(tiny)
        return read(second)

    monkeypatch.setitem(catalogue.DATASETS, "tiny", CatalogueEntry("Mixture", mixed))
    click(asked(qtbot, bench).download_button)
    qtbot.waitUntil(lambda: bench.downloads.dialog is not None and waits_for(bench, second))
    qtbot.waitUntil(bench.downloads.dialog.isVisible)
    click(bench.downloads.dialog.download_button)
    qtbot.waitUntil(lambda: uses(bench, "tiny"))


def waits_for(window, source):
    return window.downloads.dialog.source is source


def test_another_missing_set_takes_the_place_of_one_that_was_only_asked_for(qtbot, bench):
    asked(qtbot, bench)
    assert not bench.session.change("data.name", "mnist")
    assert opened(qtbot, bench).source is sources.MNIST


def test_sources_are_chosen_by_keyboard(qtbot, keep, tiny):
    dialog = keep(DownloadDialog((sources.MNIST, tiny), "Two"))
    first = dialog.findChild(QRadioButton, "sourceChoice_mnist")
    dialog.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert dialog.source is tiny
    assert QApplication.focusWidget() is dialog.cards["tiny"].choice


def test_progress_does_not_move_the_buttons_below_the_window(keep, tiny):
    dialog = keep(DownloadDialog((tiny,), "One"))
    dialog.show_running("Asking…")
    dialog.show_progress(DownloadProgress(1, 60_000, NAME, "a-long-name.example.org", 100.0))
    QApplication.processEvents()
    button = dialog.cancel_button
    assert button.mapTo(dialog, button.rect().bottomRight()).y() < dialog.height()


def test_the_window_can_be_closed_while_the_desk_looks(qtbot, window):
    window.downloads.show_sources()
    window.close()
    assert not window.downloads.errands.busy
    assert window.downloads.dialog is None
