"""Tests of the page to hand in."""

import pytest
from person import message
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from playground.analysis.report import Report
from playground.analysis.run_rows import rows_of
from playground.errors import FileError
from playground.gui.desks.reporting.page import save_report


@pytest.fixture
def window(open_window, qtbot):
    window = open_window("article-iris")
    window.session.step_epoch()
    qtbot.waitUntil(lambda: bool(window.session.timeline.runs.runs))
    qtbot.waitUntil(lambda: window.session.snapshot.epoch == 1)
    return window


def report_of(window):
    session = window.session
    rows = rows_of(list(session.timeline.runs))
    return Report.of(session.model, session.snapshot, session.prepared, rows)


def test_it_tells_settings_results_and_confusion(window):
    report = report_of(window)
    text = report.markdown({})
    assert "| Neurons | 10, 5 |" in text
    assert "| Learning rate | 0.005 |" in text
    assert "after 1 epoch" in text
    snapshot = window.session.snapshot
    assert f"{100 * snapshot.history.last('test_accuracy'):.1f} %" in text
    assert report.confusion.examples == len(window.session.prepared.test_index)
    assert [row[0] for row in report.confusion_table[1:]] == ["setosa", "versicolor", "virginica"]


def test_a_strangers_words_stay_words(window):
    run = window.session.timeline.runs.runs[0]
    run.name = "<b>|bold|</b>"
    rows = rows_of([run, run])
    session = window.session
    report = Report.of(session.model, session.snapshot, session.prepared, rows)
    assert "\\<b\\>\\|bold\\|\\</b\\>" in report.markdown({})
    assert "&lt;b&gt;|bold|" in report.html((), 600)


def test_it_is_saved_as_one_page_of_pdf(window, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "mine"
    kind = "One page to print (*.pdf)"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(path), kind))
    window.commands["exportReportAction"].trigger()
    data = (tmp_path / "mine.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") == 1
    assert "mine.pdf" in message(window)


def test_it_is_saved_as_markdown_with_its_pictures(window, tmp_path, monkeypatch):
    path = tmp_path / "my report.md"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(path), ""))
    window.commands["exportReportAction"].trigger()
    text = path.read_text(encoding="utf-8")
    for name in ("network", "curves"):
        file = f"my report-{name}.png"
        assert f"](<{file}>)" in text
        image = QImage(str(tmp_path / file))
        assert image.width() >= 900
        assert image.pixelColor(2, 2).lightness() > 240


def test_where_it_cannot_be_saved_it_says_so(window, tmp_path, monkeypatch):
    path = tmp_path / "nowhere" / "mine.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(path), ""))
    window.commands["exportReportAction"].trigger()
    assert "mine.pdf" in message(window)
    with pytest.raises(FileError):
        save_report(window.session, path)


def test_a_regression_has_no_confusion(open_window, tmp_path, qtbot):
    window = open_window("bumps")
    assert report_of(window).confusion is None
    save_report(window.session, tmp_path / "numbers.md")
    assert "R²" in (tmp_path / "numbers.md").read_text(encoding="utf-8")
