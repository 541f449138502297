"""The application's one style sheet, written from a theme's colours.

A widget asks for a look with ``widget.setProperty("role", ...)``:

===========  =========================================================================
role         for
===========  =========================================================================
card         a QFrame with a border and rounded corners; ``selected`` true: accent border
inside       a QFrame that holds the cards inside a card, with a line at its left
notice       a card with the warning colour's border
title        a QLabel: what a card or panel is called, bold
line         a QFrame one pixel high that parts two areas
heading      a QLabel: the name of a column's part, bold and muted
muted        a QLabel: smaller and quieter
error        a QLabel: the sentence under an editor that was refused, or what is wrong
good         a QLabel: what is right
advice       a QLabel: a small sentence that teaches
fixed        a QLabel that stands where a box would be, for what cannot be chosen
figure       a QLabel: a live number, bold, larger
primary      a QPushButton: the one thing to do next
quiet        a QPushButton or QToolButton without a frame until it is pointed at
choice       a QPushButton that is one of many in a row: a class
gap          a QPushButton between two cards
tight        a QToolButton in a row of many
status       a QToolButton in the status bar; its ``verdict`` "wrong" is in the error colour
link         a QPushButton or QToolButton that reads as a link
figures      a table of names and figures: no frame and no ground
ways         a QTabWidget inside a tab: ways of looking, quieter than the tab itself
quiet        a QSlider that is smaller and grey where it has passed
===========  =========================================================================
"""

from __future__ import annotations

import dataclasses
from string import Template

from playground.bundled import resource
from playground.gui.look.colors import Colors


def style_sheet(colors: Colors, body_px: int, small_px: int) -> str:
    """Return the style sheet of a theme, with the sizes of its two kinds of text."""
    names = {
        **dataclasses.asdict(colors),
        "body": f"{body_px}px",
        "small": f"{small_px}px",
        "middle": f"{(small_px + body_px) // 2}px",
        "large": f"{body_px + 2}px",
        "icons": resource("icons").as_posix(),
    }
    return Template(_WINDOW + _LABELS + _BUTTONS + _BOXES + _LISTS + _SLIDERS).substitute(names)


_WINDOW = """
QMainWindow, QDialog { background: $window; }
QMenuBar { background: $window; color: $muted; padding: 4px 6px; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 5px; }
QMenuBar::item:selected { background: $hover; color: $text; }
QToolBar { background: $window; border: none; border-bottom: 1px solid $border; spacing: 8px;
    padding: 6px 12px; }
QToolBar::separator { background: $border; width: 1px; margin: 6px 4px; }
QStatusBar { background: $window; color: $muted; font-size: $small; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; font-size: $small; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
QScrollArea { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QToolTip { background: $card; color: $text; border: 1px solid $border; padding: 5px 7px;
    font-size: $middle; }
QFrame[role="line"] { background: $border; border: none; }
#centralArea, #timelineArea, #lensTabs QStackedWidget, #secondLensTabs QStackedWidget {
    background: $central; }
QFrame[role="card"] { background: $card; border: 1px solid $border; border-radius: 8px; }
QFrame[role="card"]:focus { border: 2px solid $accent; }
QFrame[role="card"][selected="true"] { border: 1px solid $accent; }
QFrame[role="card"][selected="true"]:focus { border: 2px solid $accent; }
QFrame[player="maker"] { border: none; background: $good; }
QFrame[player="judge"] { border: none; background: $warning; }
QFrame[role="inside"] { border: none; border-left: 2px solid $border; }
QFrame[role="notice"] { background: $card; border: 1px solid $warning; border-radius: 8px; }
QFrame[role="pointer"] { background: transparent; border: 2px solid $warning;
    border-radius: 8px; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 9px; margin-right: 1px;
    border: 1px solid transparent; border-bottom: none;
    border-top-left-radius: 6px; border-top-right-radius: 6px; }
QTabBar[tight="true"] { font-size: 12px; }
QTabBar[tight="true"]::tab { padding: 6px 4px; }
QTabBar[tight="more"] { font-size: $small; }
QTabBar[tight="more"]::tab { padding: 6px 2px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { background: $window; color: $text; border-color: $border; }
QTabBar::tab:focus { color: $text; border-color: $accent; }
QTabBar::scroller { width: 44px; }
QTabBar QToolButton { background: $control; border: 1px solid $border; border-radius: 5px;
    padding: 2px; margin: 3px 0 3px 2px; }
QTabBar QToolButton:hover { background: $hover; }
QTabBar QToolButton::left-arrow { image: url("$icons/arrow-left.svg"); width: 9px; height: 9px; }
QTabBar QToolButton::right-arrow { image: url("$icons/arrow-right.svg"); width: 9px; height: 9px; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabWidget[role="ways"]::pane { border: none; }
QTabWidget[role="ways"] QTabBar::tab { padding: 3px 2px; margin: 4px 14px 2px 6px; border: none;
    border-bottom: 2px solid transparent; border-radius: 0; font-size: $small; }
QTabWidget[role="ways"] QTabBar::tab:selected { background: transparent;
    border-bottom: 2px solid $accent; }
QTabWidget[role="ways"] QTabBar::tab:focus { color: $accent; }
"""

_LABELS = """
QLabel { background: transparent; }
QLabel[role="title"] { font-weight: 600; color: $text; }
QLabel[role="heading"] { font-weight: 600; color: $muted; }
QLabel[role="label"] { color: $muted; }
QLabel[role="muted"] { color: $muted; font-size: $small; }
QLabel[role="error"] { color: $error; font-size: $small; }
QLabel[role="good"] { color: $good; font-size: $small; }
QLabel[role="advice"] { color: $text; font-size: $small; }
QLabel[role="fixed"] { color: $text; border: 1px dashed $border; border-radius: 5px;
    padding: 0 2px 0 7px; min-height: 24px; }
QLabel[role="figure"] { font-weight: 600; font-size: $large; color: $text; }
"""

_BUTTONS = """
QPushButton, QToolButton { background: $card; color: $text; border: 1px solid $border;
    border-radius: 6px; padding: 5px 12px; }
QToolButton { padding: 5px 6px; }
QToolButton[role="tight"] { padding: 3px 0; font-size: $middle; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $track; }
QPushButton:checked, QToolButton:checked { background: $selection; border-color: $accent; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:checked:focus, QToolButton:checked:focus { border-color: $text; }
QPushButton:disabled, QToolButton:disabled { color: $faint; }
QPushButton[role="primary"], QToolButton[role="primary"] { background: $primary; color: $on_accent;
    border-color: $primary; font-weight: 600; }
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover { background: $primary_hover;
    border-color: $primary_hover; }
QPushButton[role="primary"]:focus, QToolButton[role="primary"]:focus { border: 2px solid $text;
    padding: 4px 11px; }
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled { background: $track;
    color: $faint; border-color: $track; }
QToolButton[popupMode="1"] { padding-right: 20px; }
QToolButton::menu-button { border: none; width: 18px; }
QToolButton::menu-arrow, QToolButton::menu-indicator { image: url("$icons/arrow.svg");
    width: 9px; height: 9px; }
QToolButton::menu-indicator { subcontrol-origin: padding; subcontrol-position: center right;
    right: 5px; }
QPushButton::menu-indicator { image: url("$icons/arrow.svg"); width: 9px; height: 9px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 6px; }
QPushButton[role="quiet"], QToolButton[role="quiet"] { background: transparent; color: $muted;
    border: 1px solid transparent; border-radius: 5px; padding: 0 6px; }
QToolButton[role="quiet"] { padding: 1px; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: $hover;
    color: $text; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border-color: $accent;
    color: $text; }
QPushButton[role="choice"] { padding: 2px 0; }
#trainWithMineButton { padding: 3px 10px; }
#diagramButtons QPushButton { padding: 0 8px; }
#saveCurvesButton::menu-indicator { image: none; }
QPushButton[role="gap"] { background: transparent; color: $muted; border: 1px solid transparent;
    border-radius: 5px; padding: 0; font-size: $middle; }
QPushButton[role="gap"]:hover { background: $hover; color: $text; }
QPushButton[role="gap"]:focus { border-color: $accent; color: $text; }
QPushButton[role="link"], QToolButton[role="link"] { background: transparent; color: $muted;
    border: 1px solid transparent; padding: 0 1px; text-decoration: underline; font-size: $small; }
QPushButton[role="link"]:hover, QToolButton[role="link"]:hover { color: $text; }
QPushButton[role="link"]:focus, QToolButton[role="link"]:focus { border-color: $accent; }
QPushButton[role="link"]:disabled, QToolButton[role="link"]:disabled { color: $faint; }
QToolButton[role="status"] { background: transparent; color: $muted; font-size: $small;
    border: 1px solid transparent; border-radius: 4px; padding: 0 6px; }
QToolButton[role="status"][verdict="wrong"] { color: $error; }
QToolButton[role="status"]:hover { background: $hover; color: $text; }
QToolButton[role="status"]:focus { border-color: $accent; color: $text; }
QCheckBox { spacing: 7px; background: transparent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $faint; border-radius: 4px;
    background: $window; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $primary; border-color: $primary;
    image: url("$icons/check.svg"); }
QCheckBox::indicator:checked:focus { border-color: $text; }
QRadioButton { spacing: 7px; background: transparent; font-weight: 600; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $faint; border-radius: 8px;
    background: $window; }
QRadioButton::indicator:hover, QRadioButton::indicator:focus { border-color: $accent; }
QRadioButton::indicator:checked { border: 4px solid $primary; background: $on_accent; width: 8px;
    height: 8px; }
QRadioButton:focus { color: $accent; }
"""

_BOXES = """
QComboBox, QLineEdit, QAbstractSpinBox { background: $window; color: $text;
    border: 1px solid $border; border-radius: 5px; padding: 0 0 0 8px; min-height: 24px;
    selection-background-color: $primary; selection-color: $on_accent;
    placeholder-text-color: $muted; }
QLineEdit { padding: 0 6px; }
QComboBox QLineEdit { border: none; padding: 0; background: transparent; min-height: 0; }
QComboBox:hover, QLineEdit:hover, QAbstractSpinBox:hover { border-color: $faint; }
QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus { border-color: $accent; }
QComboBox:disabled, QLineEdit:disabled, QAbstractSpinBox:disabled { color: $faint;
    background: transparent; }
QComboBox[refused="true"], QLineEdit[refused="true"] { border-color: $error; }
QComboBox QLineEdit[refused="true"] { border: none; }
QComboBox::drop-down { border: none; width: 17px; }
QComboBox::down-arrow { image: url("$icons/arrow.svg"); width: 9px; height: 9px; }
QComboBox[plain="true"]::drop-down { width: 0; }
QComboBox[plain="true"]::down-arrow { image: none; }
QSpinBox::up-button, QDoubleSpinBox::up-button { width: 16px; border: none;
    subcontrol-origin: border; subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button { width: 16px; border: none;
    subcontrol-origin: border; subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$icons/arrow-up.svg"); width: 8px;
    height: 8px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$icons/arrow.svg"); width: 8px;
    height: 8px; }
"""

_LISTS = """
QMenu { background: $card; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 22px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $faint; }
QMenu::icon { padding-left: 6px; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QComboBox QAbstractItemView { background: $card; color: $text; border: 1px solid $border;
    padding: 3px; outline: none; selection-background-color: $selection; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $selection; color: $text; }
QListView, QTableView, QTreeView, QTextEdit, QPlainTextEdit { background: $window; color: $text;
    border: 1px solid $border; border-radius: 5px; selection-background-color: $selection;
    selection-color: $text; }
ExampleList { background: transparent; border-color: transparent; }
QListView:focus, QTableView:focus, QTreeView:focus { border-color: $accent; }
QTreeView#historyList { background: transparent; border: none; }
QTreeView#historyList::item { min-height: 24px; }
QHeaderView::section { background: $card; color: $muted; border: none;
    border-bottom: 1px solid $border; padding: 4px 8px; }
QTableView[role="figures"], QTableView[role="figures"] QHeaderView,
QTableView[role="figures"] QHeaderView::section { background: transparent; padding: 0 2px; }
QTableView[role="figures"], QTableView[role="figures"] QHeaderView { border: none; padding: 0; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 8px; margin: 0; }
QScrollBar::handle { background: $track; border-radius: 3px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""

_SLIDERS = """
QSlider { min-height: 16px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $track; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -4px 0; border-radius: 6px;
    border: 1px solid $accent; background: $accent; }
QSlider::handle:horizontal:hover { background: $primary_hover; }
QSlider::handle:horizontal:focus { border-color: $text; }
QSlider[role="quiet"]::groove:horizontal { height: 3px; }
QSlider[role="quiet"]::sub-page:horizontal { height: 3px; background: $faint; }
QSlider[role="quiet"]::handle:horizontal { width: 8px; height: 8px; border-radius: 5px; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: $faint;
    border-color: $faint; }
QProgressBar { background: $track; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""
