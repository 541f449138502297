"""The keys that change how the window looks: text size, the next lens, a lens alone; and focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from playground.gui.lenses.kinds import LENSES
from playground.gui.look import theme
from playground.gui.look.theme import text_scale, ui_font
from playground.gui.widgets.buttons import push_button
from playground.gui.window.appearance import TEXT_SIZES
from playground.gui.window.main_window import MainWindow


@pytest.fixture
def window(open_window, qapp):
    yield open_window("xor")
    theme.scale_text(qapp, 1.0)


def press(qtbot, window, name):
    """Press the keys of a command where the focus is."""
    combined = QKeySequence(window.commands[name].shortcut())[0]
    qtbot.keyClick(window.focusWidget(), combined.key(), combined.keyboardModifiers())


def test_larger_text_reaches_labels_and_what_is_painted_and_goes_back(qtbot, window):
    label, heading = window.file_label, window.build_column.training
    usual = label.font().pixelSize(), heading.font().pixelSize(), ui_font(11).pixelSize()
    press(qtbot, window, "enlargeTextAction")
    press(qtbot, window, "enlargeTextAction")
    assert text_scale() == TEXT_SIZES[2]
    large = label.font().pixelSize(), heading.font().pixelSize(), ui_font(11).pixelSize()
    assert all(new > old for new, old in zip(large, usual, strict=True))
    press(qtbot, window, "usualTextAction")
    again = label.font().pixelSize(), heading.font().pixelSize(), ui_font(11).pixelSize()
    assert again == usual


def test_the_text_stays_between_its_usual_and_its_largest_size(qtbot, window):
    assert not window.commands["shrinkTextAction"].isEnabled()
    for _ in range(len(TEXT_SIZES) + 1):
        press(qtbot, window, "enlargeTextAction")
    assert text_scale() == TEXT_SIZES[-1]
    assert not window.commands["enlargeTextAction"].isEnabled()


def test_a_widgets_own_font_keeps_its_proportion(qtbot, window, keep, qapp):
    button = theme.sized(keep(push_button("aButton", "A", "A button.")), 11)
    theme.scale_text(qapp, 1.5)
    assert button.font().pixelSize() == round(11 * 1.5)
    theme.scale_text(qapp, 1.0)
    assert button.font().pixelSize() == 11


def test_larger_text_does_not_push_the_window_wider(qtbot, window):
    before = window.width()
    for _ in range(3):
        press(qtbot, window, "enlargeTextAction")
    qtbot.wait(0)
    assert window.width() == before


def test_the_text_size_is_remembered(qtbot, window, settings):
    press(qtbot, window, "enlargeTextAction")
    window.close()
    theme.scale_text(theme.QApplication.instance(), 1.0)
    again = MainWindow(settings)
    qtbot.addWidget(again)
    assert text_scale() == TEXT_SIZES[1]
    assert again.appearance.remembered()["text_size"] == "1.15"


def test_ctrl_tab_goes_round_the_lenses_from_anywhere(qtbot, window):
    pane = window.lens_area.pane
    keys = [kind.key for kind in LENSES if kind.has_to_show(window.session.model)]
    window.lens_area.show_lens(keys[0])
    window.tool_bar.data_box.setFocus()
    for key in (*keys[1:], keys[0]):
        press(qtbot, window, "nextLensAction")
        assert pane.current is pane.lens(key)
        assert pane.current.isVisible()
    press(qtbot, window, "previousLensAction")
    assert pane.current is pane.lens(keys[-1])


def test_ctrl_tab_in_the_second_pane_turns_the_second_pane(qtbot, window):
    window.lens_area.set_side_by_side(True)
    first, second = window.lens_area.pane, window.lens_area.second
    before, beside = first.current, second.current
    second.tabs.tabBar().setFocus()
    press(qtbot, window, "nextLensAction")
    assert first.current is before
    assert second.current is not beside


def test_a_lens_alone_hides_what_is_around_it_and_brings_it_back(qtbot, window):
    around = window.build_column, window.probe_column, window.curves
    press(qtbot, window, "aloneAction")
    assert not any(part.isVisible() for part in around)
    assert window.lens_area.isVisible()
    press(qtbot, window, "aloneAction")
    assert all(part.isVisible() for part in around)


def test_f11_takes_the_whole_screen_and_gives_it_back(qtbot, window):
    press(qtbot, window, "fullScreenAction")
    qtbot.waitUntil(window.isFullScreen)
    press(qtbot, window, "fullScreenAction")
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_the_first_focus_is_on_train(window):
    assert window.focusWidget() is window.tool_bar.train_button


def test_focus_whose_place_vanishes_does_not_land_on_reset(qtbot, window):
    finding = push_button("aRemedy", "Start from random weights", "A remedy.")
    finding.setParent(window.build_column)
    finding.show()
    finding.setFocus(Qt.FocusReason.TabFocusReason)
    window.setTabOrder(finding, window.tool_bar.reset_button)
    assert window.focusWidget() is finding
    finding.hide()
    assert window.focusWidget() is window.tool_bar.train_button
    finding.show()
    finding.setFocus(Qt.FocusReason.TabFocusReason)
    finding.deleteLater()
    qtbot.waitUntil(lambda: window.focusWidget() is not finding)
    assert window.focusWidget() is not window.tool_bar.reset_button


def test_tab_still_walks(qtbot, window):
    train = window.tool_bar.train_button
    qtbot.keyClick(train, Qt.Key.Key_Tab)
    assert window.focusWidget() is window.tool_bar.step_button
