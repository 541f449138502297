"""Saves a report on the network that is shown: one page as PDF, or Markdown with pictures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QObject, QSizeF, QUrl, Slot
from PySide6.QtGui import (
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.analysis.report import Report
from playground.analysis.run_rows import rows_of
from playground.atomic_write import write_atomically
from playground.errors import PlaygroundError
from playground.gui.desks.reporting.pictures import SIZE, curves_picture, network_picture
from playground.gui.look.colors import LIGHT
from playground.gui.pictures import as_png
from playground.gui.session.session import Session

_KINDS = "One page to print (*.pdf);;Markdown with pictures (*.md)"
_DOTS_PER_INCH = 300
_MARGIN_MM = 15


class ReportDesk(QObject):
    """Asks where to, and says by the session what became of it."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window

    @Slot()
    def export(self) -> None:
        """Let the user choose a file, and save the report in it."""
        name, kind = QFileDialog.getSaveFileName(self._window, "Save a report", "report", _KINDS)
        if not name:
            return
        path = Path(name)
        if path.suffix not in (".pdf", ".md"):
            path = path.with_name(f"{path.name}{'.md' if '.md' in kind else '.pdf'}")
        try:
            self.save(path)
        except PlaygroundError as error:
            self._session.refused.emit("", str(error))
        else:
            self._session.notice.emit(f"The report was saved as {path.name}.")

    def save(self, path: Path) -> None:
        """Write the report, as PDF or as Markdown by the name; raises :class:`PlaygroundError`."""
        session = self._session
        model, snapshot, prepared = session.model, session.snapshot, session.prepared
        if model is None or snapshot is None or prepared is None:
            raise PlaygroundError("There is no network to report on yet; wait a moment.")
        report = Report.of(model, snapshot, prepared, rows_of(list(session.timeline.runs)))
        loss = str(snapshot.experiment.training.loss.title).lower()
        pictures = {
            "network": network_picture(model, prepared, session.reading),
            "curves": curves_picture(snapshot.history, loss),
        }
        if path.suffix == ".md":
            _save_markdown(report, pictures, path)
        else:
            write_atomically(path, pdf_of(report, pictures))


def _save_markdown(report: Report, pictures: dict[str, QImage], path: Path) -> None:
    names = {name: f"{path.stem}-{name}.png" for name in pictures}
    for name, image in pictures.items():
        write_atomically(path.with_name(names[name]), as_png(image))
    write_atomically(path, report.markdown(names).encode())


def pdf_of(report: Report, pictures: dict[str, QImage]) -> bytes:
    """Return a report as a PDF of one page, made smaller where it would not fit."""
    document = QTextDocument()
    document.setDefaultFont(QFont("Sans Serif", 9))
    document.setDocumentMargin(0)
    document.setDefaultStyleSheet(f"h2, h3, p, th, td {{ color: {LIGHT.text}; }}")
    for name, image in pictures.items():
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), image)
    document.setHtml(report.html(list(pictures), SIZE.width() * 3 // 4))
    document.setTextWidth(SIZE.width() * 3 / 4)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(report.title)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    size: QSizeF = document.size()
    scale = min(writer.width() / size.width(), writer.height() / size.height())
    painter.scale(scale, scale)
    document.drawContents(painter)
    painter.end()
    return bytes(buffer.data().data())
