"""The files that were opened or saved last are a menu away, also at the next start."""

import json

import pytest
from person import message

from playground.gui.desks.recent_files import MOST
from playground.gui.window.main_window import MainWindow


@pytest.fixture
def window(open_window):
    return open_window("xor")


def titles(window):
    window.recent.menu.aboutToShow.emit()
    return [action.text() for action in window.recent.menu.actions() if action.text()]


def test_without_a_file_there_is_nothing_to_open_again(window):
    assert not window.commands["openRecentAction"].isEnabled()


def test_saved_and_opened_files_are_listed_newest_first(qtbot, window, tmp_path):
    first, second = (tmp_path / f"{name}.playground" for name in ("a&b", "second"))
    for path in (first, second):
        assert window.document.write(path)
    assert window.commands["openRecentAction"].isEnabled()
    assert titles(window) == ["second.playground", "a&&b.playground", "&Clear list"]
    window.recent.menu.actions()[1].trigger()
    assert window.document.path == first
    assert titles(window)[0] == "a&&b.playground"
    assert window.recent.menu.actions()[0].toolTip() == f"<qt>{first}</qt>".replace("&", "&amp;")


def test_they_are_remembered_at_once_and_cleared_when_asked(qtbot, window, tmp_path, settings):
    assert window.document.write(tmp_path / "mine.playground")
    again = MainWindow(settings)
    qtbot.addWidget(again)
    assert titles(again) == ["mine.playground", "&Clear list"]
    again.recent.menu.actions()[-1].trigger()
    assert titles(again) == ["&Clear list"]
    assert json.loads(json.loads(settings.read_text())["recent"]) == []


def test_a_file_that_is_gone_says_so(window, tmp_path):
    path = tmp_path / "mine.playground"
    assert window.document.write(path)
    path.unlink()
    titles(window)
    window.recent.menu.actions()[0].trigger()
    assert "mine.playground" in message(window)


@pytest.mark.parametrize("text", ["{}", "[[", "[3, null]", "7", json.dumps(["x"] * 99)])
def test_a_strangers_list_does_nothing(qtbot, settings, text):
    settings.write_text(json.dumps({"recent": text}), encoding="utf-8")
    window = MainWindow(settings)
    qtbot.addWidget(window)
    assert len(window.recent.paths) in (0, MOST)


def test_new_begins_anew_and_undo_leads_back(qtbot, window):
    window.session.change("training.learning_rate", 0.5)
    window.commands["newAction"].trigger()
    assert window.file_label.text() == "digits"
    assert window.session.experiment.data.name == "digits+pendigits"
    window.session.past.undo()
    assert window.file_label.text() == "xor*"
