"""Work that was not saved, kept apart from the user's files until it is saved or given up."""

from __future__ import annotations

import contextlib
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from playground.atomic_write import replace_file
from playground.data.preparation import Prepared
from playground.errors import FileError, MissingDataError, PlaygroundError
from playground.files.lock import Lock
from playground.files.strict_json import read_json, write_json
from playground.storage.shell import SUFFIX
from playground.training.moment import Moment

if TYPE_CHECKING:
    from playground.storage.experiment_file import SavedExperiment

GENERATIONS = ("1", "2")
"""Files of one work, written in turn: one of them is whole whenever the program ends."""

_LARGEST_NOTE, _LARGEST_PICTURE = 2**16, 2**24
_FOLDER = re.compile(r"work-[0-9a-f]{16}")


def folder() -> Path:
    """Return where the unsaved work of this user is kept."""
    return Path(platformdirs.user_state_dir("playground", appauthor=False)) / "recovery"


@dataclass(frozen=True)
class About:
    """What is told of a work before it is opened.

    Attributes
    ----------
    name
        What the user knows it by.
    path
        The file that it was opened from or saved to last, empty where there is none.
    epoch
        Whole epochs done.
    result
        How well it does, ``"test accuracy 98.1 %"``; empty where that was not measured.
    """

    name: str = ""
    path: str = ""
    epoch: int = 0
    result: str = ""

    @classmethod
    def of(cls, name: str, path: Path | None, moment: Moment, prepared: Prepared) -> About:
        """Describe a moment."""
        score = prepared.dataset.task.score
        value = moment.history.last(f"test_{score.name}")
        result = f"test {score.word} {score.text(value, 3)}" if math.isfinite(value) else ""
        return cls(name, str(path or ""), moment.epoch, result)


class Shelf:
    """A folder with one work in it, for whoever has claimed it.

    Beside each generation of the work lies what is told of it, and for both a picture.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock(path / "lock")
        self._next = 0

    @classmethod
    def new(cls, folder: Path) -> Shelf:
        """Return one that is made and claimed when something is kept."""
        return cls(folder / f"work-{os.urandom(8).hex()}")

    def claim(self) -> bool:
        """Return whether it is ours now; a window that lives keeps its own."""
        try:
            return self._lock.take()
        except OSError:
            return False

    def release(self) -> None:
        """Leave it, with all that is in it, to the next who claims it."""
        self._lock.release()

    # What is put in.

    def keep(self, moment: Moment, prepared: Prepared, about: About, picture: bytes | None) -> None:
        """Put a moment in place of the older generation, and a picture (PNG) if it has one.

        Raises
        ------
        FileError
            Where that cannot be; what was kept before stays as it was.
        """
        from playground.storage.experiment_file import save  # not needed to start

        name = GENERATIONS[self._next]
        note = self.path / f"{name}.json"
        if not self.path.is_dir():
            self._lock.release()  # somebody deleted it
        with self._told():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._lock.take():
                raise FileError("another window tidies up there")
            note.unlink(missing_ok=True)  # a picture and words never tell of another moment
            save(self._work(name), moment, prepared)
            replace_file(note, write_json(asdict(about)).encode())
            if picture is not None:
                replace_file(self.path / "picture.png", picture)
        self._next = (self._next + 1) % len(GENERATIONS)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (FileError, OSError) as error:
            cause = error.__context__ if isinstance(error, FileError) else error
            reason = str(error).rstrip(".")
            if isinstance(cause, OSError):
                reason = f"in {self.path.parent} nothing can be written ({cause.strerror})"
            raise FileError(
                f"Autosave does not work: {reason}. Save your work yourself until it does."
            ) from None

    # What is found.

    def generations(self) -> list[Path]:
        """Return the files of the work, the newest first."""
        there: dict[Path, float] = {}
        for path in map(self._work, GENERATIONS):
            with contextlib.suppress(OSError):
                there[path] = path.stat().st_mtime
        return sorted(there, key=lambda path: there[path], reverse=True)

    @property
    def at(self) -> float:
        """When it was kept last, in seconds of the clock."""
        try:
            return max(path.stat().st_mtime for path in self.generations())
        except (OSError, ValueError):
            return 0.0

    def about(self) -> About:
        """Return what is told of the newest generation; nothing of what cannot be read."""
        for path in self.generations():
            with contextlib.suppress(OSError, PlaygroundError, TypeError):
                about = About(**read_json(_read(path.with_suffix(".json"), _LARGEST_NOTE), "it"))
                if [type(value) for value in asdict(about).values()] == [str, str, int, str]:
                    return about
        return About()

    def picture(self) -> bytes:
        """Return its picture, empty where there is none."""
        try:
            return _read(self.path / "picture.png", _LARGEST_PICTURE)
        except (OSError, FileError):
            return b""

    def read(self) -> tuple[SavedExperiment, bool]:
        """Return the newest sound generation, and whether a newer one is damaged.

        Raises
        ------
        FileError
            Where none is sound.
        MissingDataError
            Where the published data that it was trained on are not on this computer.
        """
        from playground.storage import experiment_file  # not needed to start

        refused: PlaygroundError | None = None
        for path in self.generations():
            try:
                return experiment_file.read(path), refused is not None
            except MissingDataError:
                raise
            except PlaygroundError as error:
                refused = refused or error
        raise refused or FileError("This work is no longer there: it was saved or deleted.")

    @property
    def opening(self) -> bool:
        """Whether somebody began to open it and has not said that all went well."""
        return (self.path / "opening").exists()

    def note_opening(self, *, begun: bool) -> None:
        """Note that it is being opened, in case the program ends by it, or that it was."""
        with contextlib.suppress(OSError):
            if begun:
                (self.path / "opening").touch()
            else:
                (self.path / "opening").unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what a writer that ended amid its work has left."""
        for path in self.path.glob(".playground-*.tmp"):
            path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete the work."""
        with contextlib.suppress(OSError):
            self.tidy()
            for name in GENERATIONS:
                self._work(name).unlink(missing_ok=True)
                (self.path / f"{name}.json").unlink(missing_ok=True)
            for name in ("picture.png", "opening"):
                (self.path / name).unlink(missing_ok=True)
        self._lock.release()
        with contextlib.suppress(OSError):
            (self.path / "lock").unlink(missing_ok=True)
            self.path.rmdir()

    def _work(self, name: str) -> Path:
        return self.path / f"{name}{SUFFIX}"


def left_in(folder: Path) -> list[Shelf]:
    """Return the work that windows which have ended left behind, the newest first.

    What they left there amid their writing is removed.
    """
    found = []
    paths = folder.iterdir() if folder.is_dir() else ()
    for path in [path for path in paths if _FOLDER.fullmatch(path.name) and path.is_dir()]:
        shelf = Shelf(path)
        with contextlib.suppress(OSError):
            if shelf.claim():
                shelf.tidy()
                if shelf.generations():
                    found.append(shelf)
                else:
                    shelf.remove()
        shelf.release()
    return sorted(found, key=lambda shelf: shelf.at, reverse=True)


def _read(path: Path, limit: int) -> bytes:
    if not path.is_file() or path.stat().st_size > limit:
        raise FileError(f"{path.name} is missing or too large")
    return path.read_bytes()
