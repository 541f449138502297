"""The small windows of the Help menu."""

import pytest
from PySide6.QtWidgets import QMessageBox

from playground.training.presets import preset

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def text_of(window, action, name):
    window.commands[action].trigger()
    dialog = window.findChild(QMessageBox, name)
    text = dialog.text()
    dialog.close()
    return text


def test_the_presets_text_can_be_read_again_after_a_change(open_window):
    window = open_window("xor")
    window.session.change("training.learning_rate", 0.2)
    assert window.commands["presetAction"].isEnabled()
    text = text_of(window, "presetAction", "presetDialog")
    assert preset("xor").title in text
    assert preset("xor").description[:20] in text


def test_every_key_is_listed(open_window):
    text = text_of(open_window("xor"), "shortcutsAction", "shortcutsDialog")
    for keys in ("F1", "F11", "Ctrl+Tab", "Ctrl++", "Alt+Up"):
        assert f"<b>{keys}" in text


def test_a_file_that_began_as_no_preset_has_no_text(open_window, tmp_path):
    window = open_window("xor")
    assert window.document.write(tmp_path / "mine.playground")
    assert window.document.open(tmp_path / "mine.playground")
    assert not window.commands["presetAction"].isEnabled()
