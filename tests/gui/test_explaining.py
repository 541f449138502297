"""F1, the right click and the glossary: from a thing to its word, and back."""

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QCursor
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from playground.analysis.glossary.keys import GENERAL
from playground.gui.desks.explaining.desk import topics
from playground.gui.desks.explaining.dialog import GlossaryDialog
from playground.gui.desks.explaining.page import page
from playground.gui.lenses.kinds import LENSES
from playground.gui.look.marking import TOPIC
from playground.gui.window.commands import MENUS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TOPICS = topics()


@pytest.fixture
def window(open_window):
    window = open_window("xor")
    yield window
    window.explaining.dialog and window.explaining.dialog.close()


@pytest.fixture
def point_at(monkeypatch):
    """Return a function that puts the pointer over a widget, or elsewhere."""

    def put(widget):
        middle = QPoint(-50, -50)
        if widget is not None:
            middle = widget.mapToGlobal(widget.rect().center())
        monkeypatch.setattr(QCursor, "pos", staticmethod(lambda: middle))

    return put


def press_f1(qtbot, window):
    qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_F1)
    return window.explaining.dialog.shown.key


POINTED = (
    (lambda w: w.build_column.training.editor("training.learning_rate"), "Training.learning_rate"),
    (lambda w: w.build_column.training.editor("training.optimizer"), "Adam"),
    (lambda w: w.build_column.training.editor("training.loss"), "LogLoss"),
    (lambda w: w.build_column.training.editor("training.l2"), "Training.l2"),
    (lambda w: w.build_column.layers.cards()[0].title, "Dense"),
    (lambda w: w.build_column.layers.cards()[0].activation_box, "Tanh"),
    (lambda w: w.build_column.layers.cards()[0].units_box, "Dense.units"),
    (lambda w: w.build_column.layers.input_card, "input"),
    (lambda w: w.lens_area.pane.current, "lens.network"),
    (lambda w: w.lens_area.show_lens("confusion").matrix, "confusion"),
    (lambda w: w.lens_area.show_lens("why"), "lens.why"),
    (lambda w: w.probe_column.panel, "example"),
    (lambda w: w.tool_bar.data_box, "DataSettings.name"),
    (lambda w: w.tool_bar.step_button, "step"),
)


def test_f1_explains_what_is_under_the_pointer(qtbot, window, point_at):
    for find, key in POINTED:
        point_at(find(window))
        assert press_f1(qtbot, window) == key
        window.explaining.dialog.close()


def test_f1_explains_a_label_of_a_form(qtbot, window, point_at):
    row = window.build_column.training.editor("training.batch_size").parentWidget()
    point_at(row.label)
    assert press_f1(qtbot, window) == "Training.batch_size"


def test_f1_over_a_tab_explains_its_lens(qtbot, window, monkeypatch):
    bar = window.lens_area.pane.tabs.tabBar()
    last = bar.count() - 1
    place = bar.mapToGlobal(bar.tabRect(last).center())
    monkeypatch.setattr(QCursor, "pos", staticmethod(lambda: place))
    assert press_f1(qtbot, window) == f"lens.{LENSES[-1].key}"


def test_f1_explains_what_has_the_focus_where_the_pointer_is_elsewhere(qtbot, window, point_at):
    point_at(None)
    window.build_column.training.editor("training.learning_rate").setFocus()
    assert press_f1(qtbot, window) == "Training.learning_rate"


def test_f1_is_general_where_nothing_is_named(qtbot, window, point_at):
    point_at(None)
    window.tool_bar.train_button.setFocus()
    assert press_f1(qtbot, window) == GENERAL


def test_a_right_click_offers_the_topic_and_opens_it(qtbot, window):
    label = window.build_column.training.editor("training.l1").parentWidget().label
    where = label.rect().center()
    QApplication.sendEvent(
        label,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, label.mapToGlobal(where)),
    )
    menu = window.findChild(QMenu, "explainMenu")
    assert menu.actions()[0].text().startswith("What is “L1 penalty”?")
    menu.actions()[0].trigger()
    menu.close()
    assert window.explaining.dialog.shown.key == "Training.l1"


def test_the_menu_of_a_card_asks_what_it_is(qtbot, window):
    card = window.build_column.layers.cards()[0]
    where = QPoint(2, 2)
    QApplication.sendEvent(
        card, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, card.mapToGlobal(where))
    )
    menu = card.findChild(QMenu)
    next(action for action in menu.actions() if "What is this" in action.text()).trigger()
    menu.close()
    assert window.explaining.dialog.shown.key == "Dense"


def test_every_topic_leads_to_its_place(qtbot, window):
    ids = {command.id for menu in MENUS.values() for command in menu}
    known = {"layers", "curves", "inspector", "hand", "diagnosis", "timeline", "output"}
    keys = {kind.key for kind in LENSES}
    for topic in TOPICS.values():
        part, _, rest = topic.place.partition(".")
        found = (
            topic.place in known | ids
            or (part == "lens" and rest in keys)
            or window.build_column.training.owns(topic.place)
            or part == "output"
            or topic.place == ""
        )
        assert found, (topic.key, topic.place)


def test_a_place_comes_into_view_with_the_focus(qtbot, window):
    show = window.explaining.place_requested.emit
    show("lens.weights")
    assert window.lens_area.pane.current is window.lens_area.pane.lens("weights")
    show("training.clip_norm")
    box = window.build_column.training.editor("training.clip_norm")
    assert box.isVisible()
    assert box is window.focusWidget() or box.isAncestorOf(window.focusWidget())
    show("inspector")
    assert window.lens_area.inspector.isVisible()
    show("layers")
    assert window.build_column.layers.isAncestorOf(window.focusWidget())


def test_a_command_is_shown_in_its_menu_and_not_carried_out(qtbot, window):
    before = window.session.experiment
    window.explaining.place_requested.emit("pruneAction")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.activeAction() is window.commands["pruneAction"]
    menu.close()
    assert window.session.experiment is before


@pytest.fixture
def dialog(keep):
    dialog = keep(GlossaryDialog(TOPICS))
    dialog.show_topic("neuron")
    return dialog


def test_the_list_is_filtered_by_title_and_other_words(qtbot, dialog):
    everything = dialog.list.model().rowCount()
    assert everything == len(TOPICS)
    qtbot.keyClicks(dialog.filter, "relu")
    titles = [
        dialog.list.model().index(row, 0).data() for row in range(dialog.list.model().rowCount())
    ]
    assert {"ReLU", "Leaky ReLU", "Silent ReLU"} <= set(titles)
    assert len(titles) < 12
    assert dialog.shown.key == "ReLU"
    dialog.filter.clear()
    qtbot.keyClicks(dialog.filter, "backprop")
    assert dialog.shown.key == "backpropagation"


def test_links_lead_to_other_words_and_to_the_place(qtbot, dialog):
    dialog.page.anchorClicked.emit(QUrl("read:gradient"))
    assert dialog.shown.key == "gradient"
    assert "∂L/∂w" in dialog.page.toPlainText()
    with qtbot.waitSignal(dialog.place_requested) as asked:
        dialog.page.anchorClicked.emit(QUrl("show:lens.step"))
    assert asked.args == ["lens.step"]
    assert not dialog.isVisible()


def test_an_activation_is_drawn_and_a_word_without_a_curve_is_not(dialog):
    assert not dialog.plot.isVisible()
    dialog.show_topic("Sigmoid")
    assert dialog.plot.isVisible()
    assert "Bounded: from 0 to 1." in dialog.page.toPlainText()
    ink = dialog.plot.grab().toImage()
    dialog.show_topic("ReLU")
    assert dialog.plot.grab().toImage() != ink


def test_a_page_shows_what_was_written_letter_by_letter():
    topic = TOPICS["clipping"]
    assert "<b>" not in page(topic, TOPICS)
    assert "1e−7" in page(topic, TOPICS)


def test_every_topic_that_a_widget_names_is_in_the_glossary(qtbot, window):
    window.lens_area.set_inspector_visible(True)
    for kind in LENSES:
        window.lens_area.show_lens(kind.key)
    named = {str(widget.property(TOPIC)) for widget in window.findChildren(QWidget)}
    assert named - {"None"} <= TOPICS.keys()
    assert len(named) > 40
