"""The import window shows what a file would become, and takes it only when told to."""

import threading
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from person import click, find
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
)

from playground import fields
from playground.data.dataset import Dataset
from playground.data.imports.found import Preview
from playground.data.kinds import PlanePoints
from playground.data.own import sets as own_sets
from playground.data.tasks import Classification
from playground.errors import Cancelled, DataError, FieldError
from playground.gui.desks.importing.dialog import ImportDialog
from playground.gui.desks.importing.example_table import MOST_COLUMNS, ExampleTable
from playground.gui.desks.importing.look import Look
from playground.gui.widgets.share_bars import ShareBars

pytestmark = pytest.mark.usefixtures("own_folder")


@dataclass(frozen=True)
class Options:
    """What the made-up file lets the user choose."""

    mark: str = fields.choice("comma", "Separator", "What parts.", {"comma": ",", "bar": "|"})
    side: int = fields.whole(8, "Side", "How large.", low=4, high=16)

    def __post_init__(self) -> None:
        fields.check(self)


@dataclass(frozen=True)
class OtherOptions:
    """What it lets the user choose with another separator."""

    mark: str = fields.choice("comma", "Separator", "What parts.", {"comma": ",", "bar": "|"})
    header: bool = fields.flag(True, "Header", "Names first.")

    def __post_init__(self) -> None:
        fields.check(self)


@dataclass(frozen=True, eq=False)
class MadeUp:
    """A file that need not exist."""

    options: Any = Options()
    look: Preview = Preview(
        pictures=tuple(np.full((8, 8), level, np.float32) for level in (0.0, 1.0)),
        labels=("no", "yes"),
        counts={"no": 30, "yes": 10},
        counted="in all 40 pictures",
        notes=("Each is shrunk.",),
    )
    title: str = "Made up"
    sentences: tuple[str, ...] = ("40 pictures.", "Two classes.")
    go_on: threading.Event | None = None
    fails: str = ""

    def with_options(self, options: Any) -> "MadeUp":
        if getattr(options, "side", 0) == 13:
            raise FieldError("side", "13 brings bad luck; choose another side.")
        if getattr(options, "side", 0) == 14:
            raise DataError("The file is gone; choose another.")
        if options.mark == "bar" and isinstance(options, Options):
            return replace(self, options=OtherOptions(mark="bar"))
        return replace(self, options=options)

    def preview(self) -> Preview:
        return self.look

    def read(self, title: str, progress: Any, cancelled: Any) -> Dataset:
        progress(0.5)
        while self.go_on is not None and not self.go_on.wait(0.01):
            if cancelled():
                raise Cancelled
        if self.fails:
            raise DataError(self.fails)
        return Dataset(
            name=own_sets.new_name(title),
            title=title,
            kind=PlanePoints(),
            task=Classification(),
            inputs=np.zeros((4, 2), np.float32),
            targets=np.array([0, 1, 0, 1]),
            input_shape=(2,),
            class_names=("no", "yes"),
            feature_names=("x", "y"),
            value_range=(0.0, 1.0),
            source="made up",
            licence="none needed",
            description="Four points.",
        )


@pytest.fixture
def shown(keep):
    """Show a dialog for a made-up file."""

    def show(found: MadeUp) -> ImportDialog:
        dialog = ImportDialog(Look(found, found.preview()))
        return keep(dialog)

    return show


def problem(dialog) -> str:
    label = find(dialog, "importProblem", QLabel)
    return label.text() if label.isVisible() else ""


def test_it_shows_what_was_found_and_what_will_be_done(shown):
    dialog = shown(MadeUp())
    assert find(dialog, "importTitle", QLineEdit).text() == "Made up"
    assert find(dialog, "importFound", QLabel).text() == "40 pictures. Two classes."
    assert find(dialog, "importNotes", QLabel).text() == "Each is shrunk."
    assert find(dialog, "importPreview", QStackedWidget).currentWidget().indices.size == 2
    counts = find(dialog, "importCounts", ShareBars)
    assert counts.accessibleDescription() == "no: 30, yes: 10"
    assert problem(dialog) == ""
    assert not find(dialog, "importProgress", QProgressBar).isVisible()


def test_nothing_is_kept_before_import_is_pressed(shown, own_folder):
    dialog = shown(MadeUp())
    click(find(dialog, "importCancelButton"))
    assert not dialog.isVisible()
    assert not own_folder.exists()


def test_import_keeps_the_set_under_the_title_and_passes_it_on(qtbot, shown):
    dialog = shown(MadeUp())
    title = find(dialog, "importTitle", QLineEdit)
    title.selectAll()
    qtbot.keyClicks(title, "Noughts")
    with qtbot.waitSignal(dialog.imported) as arrived:
        click(find(dialog, "importButton"))
    (dataset,) = arrived.args
    assert (dataset.title, dataset.name) == ("Noughts", "own-noughts")
    assert own_sets.names() == ("own-noughts",)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_return_imports_and_escape_closes(qtbot, shown):
    dialog = shown(MadeUp())
    with qtbot.waitSignal(dialog.imported):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    again = shown(MadeUp())
    qtbot.keyClick(again, Qt.Key.Key_Escape)
    assert not again.isVisible()


def test_a_title_that_is_taken_is_proposed_with_a_number(shown):
    dialog = shown(replace(MadeUp(), title="Iris"))
    assert find(dialog, "importTitle", QLineEdit).text() == "Iris 2"


def test_without_a_title_nothing_can_be_imported(qtbot, shown):
    dialog = shown(MadeUp())
    title = find(dialog, "importTitle", QLineEdit)
    title.selectAll()
    qtbot.keyClicks(title, "  ")
    assert problem(dialog) == "Give the data set a title."
    assert not find(dialog, "importButton", QPushButton).isEnabled()
    qtbot.keyClicks(title, "x")
    assert problem(dialog) == ""
    assert find(dialog, "importButton", QPushButton).isEnabled()


def test_a_problem_of_the_preview_keeps_import_from_being_pressed(shown):
    look = Preview(problems=("All rows are of one class.",))
    dialog = shown(replace(MadeUp(), look=look))
    assert problem(dialog) == "All rows are of one class."
    assert not find(dialog, "importButton", QPushButton).isEnabled()


def test_reading_shows_progress_and_stop_goes_back_to_the_look(qtbot, shown, own_folder):
    found = replace(MadeUp(), go_on=threading.Event())
    dialog = shown(found)
    click(find(dialog, "importButton"))
    bar = find(dialog, "importProgress", QProgressBar)
    qtbot.waitUntil(lambda: bar.isVisible() and bar.value() == 500)
    assert not find(dialog, "importButton", QPushButton).isEnabled()
    assert not find(dialog, "importTitle", QLineEdit).isEnabled()
    click(find(dialog, "importCancelButton"))
    assert dialog.isVisible()
    assert not bar.isVisible()
    assert find(dialog, "importButton", QPushButton).isEnabled()
    assert own_sets.names() == ()
    found.go_on.set()
    with qtbot.waitSignal(dialog.imported):
        click(find(dialog, "importButton"))


def test_closing_while_it_reads_ends_the_reading(shown):
    dialog = shown(replace(MadeUp(), go_on=threading.Event()))
    click(find(dialog, "importButton"))
    dialog.close()
    assert not dialog.isVisible()
    assert own_sets.names() == ()


def test_a_failure_is_one_sentence_and_the_window_stays(qtbot, shown):
    dialog = shown(replace(MadeUp(), fails="Line 7 has 3 cells; 5 were expected."))
    click(find(dialog, "importButton"))
    qtbot.waitUntil(lambda: problem(dialog) == "Line 7 has 3 cells; 5 were expected.")
    assert dialog.isVisible()
    assert find(dialog, "importButton", QPushButton).isEnabled()
    assert own_sets.names() == ()


def test_a_disk_that_takes_nothing_is_one_sentence(qtbot, shown, own_folder):
    own_folder.write_text("a file where the folder should be")
    dialog = shown(MadeUp())
    click(find(dialog, "importButton"))
    qtbot.waitUntil(lambda: "could not be kept" in problem(dialog))


def test_an_option_typed_and_confirmed_changes_the_look_and_does_not_import(qtbot, shown):
    dialog = shown(MadeUp())
    box = find(dialog, "sideBox", QComboBox)
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), "12")
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog._look.found.options.side == 12)
    assert own_sets.names() == ()
    assert find(dialog, "importButton", QPushButton).isEnabled()


@pytest.mark.parametrize(("side", "sentence"), [(13, "bad luck"), (14, "The file is gone")])
def test_an_option_that_does_not_fit_is_told_and_the_look_stays(qtbot, shown, side, sentence):
    dialog = shown(MadeUp())
    dialog._form.change_requested.emit("side", side)

    def told():
        return sentence in problem(dialog) or sentence in dialog._form.error_at("side")

    qtbot.waitUntil(told)
    assert dialog._look.found.options.side == 8
    assert dialog._wanted.side == 8


def test_changes_that_come_fast_end_with_the_last_one(qtbot, shown):
    dialog = shown(MadeUp())
    for side in (9, 10, 11, 12):
        dialog._form.change_requested.emit("side", side)
    qtbot.waitUntil(lambda: not dialog._errands.busy and dialog._look.found.options.side == 12)


def test_options_of_another_kind_build_the_form_anew(qtbot, shown):
    dialog = shown(MadeUp())
    dialog._form.change_requested.emit("mark", "bar")
    qtbot.waitUntil(lambda: isinstance(dialog._look.found.options, OtherOptions))
    assert dialog._form.owns("header")
    assert not dialog._form.owns("side")
    assert dialog._form.isVisible()


def test_a_wide_table_shows_its_first_columns_and_the_one_to_predict(keep):
    names = tuple(f"column {number}" for number in range(785))
    rows = tuple(tuple(f"{row}:{column}" for column in range(785)) for row in range(10))
    table = keep(ExampleTable())
    table.set_preview(Preview(columns=names, rows=rows, target=784))
    assert (table.cells.rowCount(), table.cells.columnCount()) == (10, MOST_COLUMNS)
    assert table.text(3, MOST_COLUMNS - 1) == "3:784"
    tip = table.cells.headerData(
        MOST_COLUMNS - 1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    )
    assert "to predict" in tip


def test_short_rows_and_long_cells_are_shown(keep):
    table = keep(ExampleTable())
    table.set_preview(Preview(columns=("a", "b"), rows=(("x" * 500,),), target=None))
    assert len(table.text(0, 0)) == 60
    assert table.text(0, 1) == ""


def test_a_table_is_shown_as_one(shown):
    look = Preview(columns=("a", "b"), rows=(("1", "red"),), target=1, counts={"red": 1})
    dialog = shown(replace(MadeUp(), look=look))
    assert find(dialog, "importTable", ExampleTable).isVisible()


@pytest.mark.parametrize("classes", [0, 1, 1000])
def test_any_number_of_classes_is_painted(shown, classes):
    look = Preview(counts={f"class number {number}": number for number in range(classes)})
    dialog = shown(replace(MadeUp(), look=look))
    counts = find(dialog, "importCounts", ShareBars)
    assert len(counts.names) == classes
    assert counts.isVisible() == bool(classes)
    counts.resize(250, 400)
    assert not counts.grab().isNull()
