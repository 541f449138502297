"""The diagram as files: they open again, and are written whole or not at all."""

import xml.etree.ElementTree as ET

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog

from playground.analysis.neurons.neuron import Neuron
from playground.errors import PlaygroundError
from playground.gui.lenses.diagram.lens import NetworkLens
from playground.gui.look import theme
from playground.gui.look.colors import DARK, LIGHT
from playground.gui.session.probe import Probe
from playground.training.presets import preset


@pytest.fixture
def lens(session, keep, qtbot):
    assert session.open(preset("article-digits").experiment)
    lens = NetworkLens(session)
    lens.resize(700, 460)
    keep(lens)
    lens.set_in_view(True)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    session.set_probe(Probe(session.prepared.dataset.inputs[3], "an example"))
    qtbot.waitUntil(lambda: lens.view.scene.picture.links.shown > 0)
    return lens


def painted(path, size):
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def test_the_svg_opens_and_looks_as_the_screen_does(lens, tmp_path):
    path = tmp_path / "network.svg"
    lens.export_svg(path)
    size = tuple(int(side) for side in lens.view.scene.picture.view)
    image, screen = painted(path, size), lens.view.grab().toImage()
    assert image.pixelColor(3, 3).name() == DARK.central
    for unit in (0, 17, 63):
        middle = lens.view.tile_rect(Neuron("dense_1", unit)).center().toPoint()
        expected, found = screen.pixelColor(middle), image.pixelColor(middle)
        for channel in ("red", "green", "blue"):
            assert abs(getattr(expected, channel)() - getattr(found, channel)()) <= 3


def test_the_svg_says_what_it_shows_and_draws_curves(lens, tmp_path):
    path = tmp_path / "network.svg"
    lens.export_svg(path)
    root = ET.parse(path).getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == "Network diagram"
    assert root.findtext(f"{space}desc") == (
        "A network from left to right: Input · 8×8; Dense 1 · Sigmoid · 64; Output · Softmax · 10. "
        "360 of 4,736 links are drawn."
    )
    curves = [path for path in root.iter(f"{space}path") if "C" in path.get("d", "")]
    assert len(curves) >= 360


@pytest.mark.parametrize("scale", [1, 2, 3.5])
def test_the_png_has_the_asked_number_of_pixels(lens, tmp_path, scale):
    path = tmp_path / "network.png"
    lens.export_png(path, scale)
    image = QImage(str(path))
    width, height = lens.view.scene.picture.view
    assert (image.width(), image.height()) == (round(width * scale), round(height * scale))
    assert image.pixelColor(5, 5).name() == DARK.central


def test_a_file_takes_the_theme_of_the_window(qapp, lens, tmp_path):
    theme.apply(qapp, "light")
    lens.export_png(tmp_path / "network.png")
    assert QImage(str(tmp_path / "network.png")).pixelColor(5, 5).name() == LIGHT.central


def test_a_folder_that_is_not_there_is_refused_with_a_sentence(lens, tmp_path):
    for save in (lens.export_svg, lens.export_png):
        with pytest.raises(PlaygroundError, match="there is no folder"):
            save(tmp_path / "nowhere" / "network.file")


def test_a_failed_save_leaves_the_old_file(lens, tmp_path):
    path = tmp_path / "network.png"
    path.write_bytes(b"old")
    with pytest.raises(PlaygroundError, match="another scale"):
        lens.export_png(path, 1000)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["network.png"]


def test_without_a_network_there_is_nothing_to_save(session, keep, tmp_path):
    lens = keep(NetworkLens(session))
    lens.set_in_view(True)
    for save in (lens.export_svg, lens.export_png):
        with pytest.raises(PlaygroundError, match="no network"):
            save(tmp_path / "network.file")
    lens.grab()


def test_the_menu_offers_what_can_be_done(lens, session):
    def enabled():
        menu = lens.menu()
        found = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
        menu.deleteLater()
        return found

    assert enabled() == {
        "Show the whole network": True,
        "Clear the selection": False,
        "Show as a &table…": True,
        "Save as SVG…": True,
        "Save as PNG…": True,
    }
    session.attention.select(Neuron("output", 3))
    assert enabled()["Clear the selection"]


def test_saving_from_the_menu_tells_the_file_or_the_reason(qtbot, lens, tmp_path, monkeypatch):
    def choose(path):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    def action(text):
        return next(action for action in lens.menu().actions() if action.text() == text)

    choose(tmp_path / "diagram")
    with qtbot.waitSignal(lens.session.notice) as told:
        action("Save as SVG…").trigger()
    assert told.args == ["The diagram was saved as diagram.svg."]
    assert (tmp_path / "diagram.svg").exists()
    choose(tmp_path / "nowhere" / "diagram.png")
    with qtbot.waitSignal(lens.session.refused) as refused:
        action("Save as PNG…").trigger()
    assert "there is no folder" in refused.args[1]
