"""What the import window shows of a file: the file as it is to be read, and a preview of that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.data.dataset import Dataset
from playground.data.imports.found import Cancelled, Found, IsCancelled, Preview, Progress
from playground.data.own import sets as own_sets


@dataclass(frozen=True, eq=False)
class Look:
    """A file as it would be read, and what would come of it."""

    found: Found
    preview: Preview


@dataclass(frozen=True)
class LookAt:
    """The errand of looking into a file for the first time."""

    path: Path

    def __call__(self, progress: Progress, cancelled: IsCancelled) -> Look:
        """Return the first look."""
        from playground.gui.desks.importing.finding import find  # not needed to start

        found = find(self.path)
        return Look(found, found.preview())


@dataclass(frozen=True, eq=False)
class LookAgain:
    """The errand of looking at the same file with other options."""

    found: Found
    options: Any

    def __call__(self, progress: Progress, cancelled: IsCancelled) -> Look:
        """Return the look with these options."""
        found = self.found.with_options(self.options)
        return Look(found, found.preview())


@dataclass(frozen=True, eq=False)
class Take:
    """The errand of reading a file whole, and keeping it among the user's own data sets."""

    found: Found
    title: str

    def __call__(self, progress: Progress, cancelled: IsCancelled) -> Dataset:
        """Return the data set, which is on the disk then."""
        dataset = self.found.read(self.title, progress, cancelled)
        if cancelled():
            raise Cancelled
        own_sets.save(dataset)
        if cancelled():
            own_sets.delete(dataset.name)
            raise Cancelled
        return dataset
