"""Which command of the menus does what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.gui.window.main_window import MainWindow


def connect_commands(window: MainWindow) -> None:
    """Connect the window's actions to those who carry them out."""
    session, document, commands = window.session, window.document, window.commands
    for name, slot in {
        "openAction": document.ask_open,
        "saveAction": document.save,
        "saveAsAction": document.save_as,
        "exportCurvesPngAction": window.curves.export_png,
        "exportCurvesCsvAction": window.curves.export_csv,
        "quitAction": window.close,
        "undoAction": session.undo_stack.undo,
        "redoAction": session.undo_stack.redo,
        "trainAction": session.toggle_training,
        "stepBatchAction": session.step_batch,
        "stepEpochAction": session.step_epoch,
        "downloadDataAction": window.downloads.show_sources,
        "ownDrawingsAction": window.teaching.show_drawings,
        "resetAction": session.reset,
        "newSeedAction": session.reset_with_new_seed,
        "sideBySideAction": window.lens_area.set_side_by_side,
        "inspectorAction": window.lens_area.set_inspector_visible,
        "exportDiagramSvgAction": window.lens_area.export_diagram_svg,
        "exportDiagramPngAction": window.lens_area.export_diagram_png,
        "systemThemeAction": window.choose_theme,
        "lightThemeAction": window.choose_theme,
        "darkThemeAction": window.choose_theme,
        "defaultLayoutAction": window.use_default_layout,
        "shortcutsAction": window.show_shortcuts,
        "dataSourceAction": window.show_data_source,
        "aboutAction": window.show_about,
    }.items():
        commands[name].triggered.connect(slot)
    window.lens_area.inspector_shown.connect(commands["inspectorAction"].setChecked)
    for name, possible in (
        ("undoAction", session.undo_stack.canUndoChanged),
        ("redoAction", session.undo_stack.canRedoChanged),
    ):
        commands[name].setEnabled(False)
        possible.connect(commands[name].setEnabled)
