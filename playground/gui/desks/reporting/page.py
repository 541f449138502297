"""Builds a report and its pictures, and writes it: one page of PDF, or Markdown with pictures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF, QUrl
from PySide6.QtGui import (
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from playground.analysis.report import Report
from playground.analysis.run_rows import rows_of
from playground.atomic_write import write_atomically
from playground.errors import PlaygroundError
from playground.gui.desks.reporting.pictures import SIZE, curves_picture, network_picture
from playground.gui.look.colors import LIGHT
from playground.gui.pictures import as_png
from playground.gui.session.session import Session

_DOTS_PER_INCH = 300
_MARGIN_MM = 15


def save_report(session: Session, path: Path) -> None:
    """Write a report on what a session shows, as PDF or by the name's ``.md`` as Markdown.

    Raises
    ------
    PlaygroundError
        Where there is no network yet, or the file cannot be written.
    """
    model, snapshot, prepared = session.model, session.snapshot, session.prepared
    if model is None or snapshot is None or prepared is None:
        raise PlaygroundError("There is no network to report on yet; wait a moment.")
    report = Report.of(model, snapshot, prepared, rows_of(session.timeline.runs))
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
