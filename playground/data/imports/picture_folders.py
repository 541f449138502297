"""A folder of pictures as a data set: recognized, previewed, and brought to one form."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.data.dataset import Dataset
from playground.data.imports.found import EXAMPLES_SHOWN, IsCancelled, Preview, Progress
from playground.data.imports.picture_files import Gathered, gather, natural_order
from playground.data.imports.picture_forms import (
    FORMS,
    AsDrawings,
    AsTheyAre,
    Bytes,
    Ink,
    as_drawing,
    as_it_is,
)
from playground.data.imports.picture_labels import Labelling, labellings
from playground.data.imports.picture_samples import PictureReader, PictureSample, look_at
from playground.data.imports.wording import title_from
from playground.data.own import sets as own_sets
from playground.data.published import mnist
from playground.data.rows import ByteRows
from playground.errors import Cancelled, DataError
from playground.wording import counted, fixed, grouped

MOST_BYTES = 450_000_000
BROKEN_NAMED = 3
_MANY_OUT = 0.9
_DIGIT_WORDS = frozenset("zero one two three four five six seven eight nine".split())
_INKS = {"recognized": "Recognized", "dark": "Dark on light", "light": "Light on dark"}


def find_pictures(
    folder: Path, reader: PictureReader, gathered: Gathered | None = None
) -> FoundPictures:
    """Return what could become of a folder of pictures, ``gathered`` where that is done.

    Raises
    ------
    DataError
        When it holds no pictures of two classes that could be read.
    """
    gathered = gathered or gather(folder)
    ways = labellings(gathered)
    samples, broken = look_at(gathered, ways[0], reader)
    if not samples:
        raise DataError(
            f"None of the {len(broken)} pictures looked at in “{folder.name}” can be read: "
            f"{next(iter(broken.values()))}"
        )
    found = FoundPictures(
        folder, gathered, ways, reader, samples, _options_class(ways)(form=AsTheyAre()), broken
    )
    if found.is_drawn and not found.is_like_mnist:
        found = found.with_options(dataclasses.replace(found.options, form=AsDrawings()))
    return found


@dataclass(frozen=True, eq=False)
class FoundPictures:
    """A folder of pictures and how they are to be read; a :class:`Found`."""

    folder: Path
    gathered: Gathered
    ways: tuple[Labelling, ...]
    reader: PictureReader
    samples: dict[str, PictureSample]
    options: Any
    broken: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The folder's name, as a title."""
        return title_from(self.folder.name, "Pictures")

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many pictures of which sizes there are, and what tells their classes."""
        count = len(self.gathered.pictures)
        heights, widths = zip(*(sample.size for sample in self.samples.values()), strict=True)
        low, high = (min(widths), min(heights)), (max(widths), max(heights))
        sizes = f" of {grouped(low[0])}×{grouped(low[1])}"
        if low != high:
            sizes = f", from {grouped(low[0])}×{grouped(low[1])} to "
            sizes += f"{grouped(high[0])}×{grouped(high[1])}"
        looked = "" if count == len(self.samples) else f" ({len(self.samples)} looked at)"
        sentences = [f"{grouped(count)} pictures{sizes} pixels{looked}.", self.way.sentence]
        sentences.append(self._ink_sentence())
        others = self.gathered.others
        if others:
            verb = "is no picture and is" if others == 1 else "are no pictures and are"
            sentences.append(f"{counted(others, 'other file')} {verb} passed over.")
        if self.gathered.closed:
            sentences.append(f"“{self.gathered.closed[0]}” cannot be opened and is left out.")
        if self.gathered.deep:
            sentences.append("Folders that lie very deep are left out.")
        return tuple(sentences)

    @property
    def way(self) -> Labelling:
        """What tells the classes."""
        key = getattr(self.options, "labels", self.ways[0].key)
        return next(way for way in self.ways if way.key == key)

    @property
    def is_drawn(self) -> bool:
        """Whether the classes look like those of handwriting: digits, letters, signs."""
        return all(
            len(name) == 1
            or name.casefold() in _DIGIT_WORDS
            or (name.isdecimal() and len(name) <= 2)
            for name in self.way.classes
        )

    @property
    def is_like_mnist(self) -> bool:
        """Whether they are handwriting in MNIST's size and tones already."""
        size = (mnist.SIDE, mnist.SIDE)
        same = all(sample.size == size for sample in self.samples.values())
        return same and self._usual_ink() == "light" and self.is_drawn

    def with_options(self, options: Any) -> FoundPictures:
        """Return the same folder, to be read in another way."""
        return dataclasses.replace(self, options=options)

    def preview(self) -> Preview:
        """Return ten pictures as the network would get them, and what is done to all."""
        form = self._form()
        pictures: list[NDArray[np.float32]] = []
        labels: list[str] = []
        blank = 0
        for picture, sample in self.samples.items():
            if picture not in self.way.labels:
                continue
            values = form(sample.grey)
            if values is None:
                blank += 1
            elif len(pictures) < EXAMPLES_SHOWN:
                pictures.append(np.asarray(values / 255, np.float32))
                labels.append(self.way.labels[picture])
        numbers = Counter(self.way.labels.values())
        problems = []
        total = len(self.way.labels) * self._side**2
        if total > MOST_BYTES:
            side = max(8, int((MOST_BYTES / len(self.way.labels)) ** 0.5))
            problems.append(
                f"{grouped(len(self.way.labels))} pictures of {self._side}×{self._side} need "
                f"{fixed(total / 1e6, 0)} MB; at most {fixed(MOST_BYTES / 1e6, 0)} MB are taken: "
                f"choose a side of {side}."
            )
        elif not pictures:
            problems.append(
                "No ink stands out from the paper in any of the pictures looked at; take them as "
                "they are."
            )
        return Preview(
            pictures=tuple(pictures),
            labels=tuple(labels),
            counts={name: numbers[name] for name in self.way.classes},
            counted=f"in {grouped(len(self.way.labels))} pictures",
            notes=(*self._form_notes(), *self.way.notes, *self._sample_notes(blank)),
            problems=tuple(problems),
        )

    def read(self, title: str, progress: Progress, cancelled: IsCancelled) -> Dataset:
        """Return the data set; pictures that cannot be read are left out and counted."""
        preview = self.preview()
        if preview.problems:
            raise DataError(preview.problems[0])
        way, form, side = self.way, self._form(), self._side
        values = np.empty((len(way.labels), side * side), np.uint8)
        kept: list[str] = []
        tested = 0
        broken: dict[str, str] = {}
        blank: list[str] = []
        first_tested = len(way.labels) - way.testing
        for index, picture in enumerate(_in_turns(way)):
            if cancelled():
                raise Cancelled
            progress(index / len(way.labels))
            try:
                shown = form(self.reader.grey(self.gathered.root / picture))
            except DataError as error:
                broken[picture] = str(error)
                continue
            if shown is None:
                blank.append(picture)
                continue
            values[len(kept)] = shown.ravel()
            kept.append(picture)
            tested += index >= first_tested
        classes = sorted({way.labels[picture] for picture in kept}, key=natural_order)
        if len(classes) < 2:
            raise DataError(self._too_few(classes, broken, blank))
        place = {name: index for index, name in enumerate(classes)}
        targets = np.array([place[way.labels[picture]] for picture in kept], np.int64)
        if len(kept) < len(values):
            values = values[: len(kept)].copy()
        progress(1.0)
        return Dataset.of_pictures(
            side,
            side,
            name=own_sets.new_name(title),
            title=title,
            inputs=ByteRows(values),
            targets=targets,
            class_names=tuple(classes),
            source=f"Your own pictures, from the folder “{self.folder.name}”",
            licence="your own",
            description=_description(len(kept), len(classes), broken, blank),
            drawing=mnist.DRAWING if self._can_be_drawn else None,
            test_part=np.arange(len(kept) - tested, len(kept)) if tested else None,
        )

    def _too_few(self, classes: Sequence[str], broken: dict[str, str], blank: list[str]) -> str:
        what = f"only pictures of “{classes[0]}” remain" if classes else "no picture remains"
        return (
            f"In “{self.folder.name}” {what}, without {_left_out(broken, blank)}; a network learns "
            "to tell two classes or more apart."
        )

    # What becomes of a picture.

    @property
    def _can_be_drawn(self) -> bool:
        """Whether a drawing can be made like what the network gets."""
        form = self.options.form
        if isinstance(form, AsDrawings):
            return True
        return self.is_like_mnist and form.side == mnist.SIDE and self.options.ink != "dark"

    @property
    def _side(self) -> int:
        form = self.options.form
        return form.side if isinstance(form, AsTheyAre) else mnist.SIDE

    def _form(self) -> Callable[[Bytes], Bytes | None]:
        """Return what makes an input of a picture's brightness, None where it shows nothing."""
        form = self.options.form
        ink: Ink | None = None if self.options.ink == "recognized" else self.options.ink
        if isinstance(form, AsDrawings):
            return lambda grey: as_drawing(grey, ink)
        turned = (ink or self._usual_ink()) == "dark"
        return lambda grey: as_it_is(grey, (form.side, form.side), turned)

    def _usual_ink(self) -> Ink | None:
        """Return which way round nearly all of the pictures are, None where they differ."""
        inks = [sample.ink for sample in self.samples.values() if sample.ink is not None]
        for ink in ("dark", "light"):
            if inks and inks.count(ink) >= _MANY_OUT * len(inks):
                return ink
        return None

    def _ink_sentence(self) -> str:
        usual = self._usual_ink()
        if usual is not None:
            return "Dark ink on light paper." if usual == "dark" else "Light ink on a dark ground."
        dark = sum(sample.ink == "dark" for sample in self.samples.values())
        light = sum(sample.ink == "light" for sample in self.samples.values())
        if not dark and not light:
            return "Nothing stands out from the paper."
        return f"{dark} of the pictures looked at are dark on light, {light} light on dark."

    def _form_notes(self) -> list[str]:
        form = self.options.form
        if isinstance(form, AsDrawings):
            return [
                "Each is cropped to its ink, scaled to 20 pixels, centred by its centre of mass in "
                "28×28 and its strokes made as thick as MNIST's: you can draw for the network."
            ]
        if self._can_be_drawn:
            return [
                "They have MNIST's size and tones already and stay as they are; what you draw for "
                "the network is made like MNIST's digits."
            ]
        chosen = self.options.ink
        dark = (self._usual_ink() if chosen == "recognized" else chosen) == "dark"
        turned = "dark becomes 1 and light 0" if dark else "black becomes 0 and white 1"
        return [f"Each is made grey and shrunk to {form.side}×{form.side}: {turned}."]

    def _sample_notes(self, blank: int) -> list[str]:
        notes = []
        if blank:
            notes.append(
                f"{blank} of the {len(self.samples)} looked at "
                f"show{'s' if blank == 1 else ''} no ink; such pictures are left out."
            )
        if self.broken:
            reason = next(iter(self.broken.values()))
            notes.append(
                f"{len(self.broken)} of the {len(self.samples) + len(self.broken)} looked at "
                f"cannot be read and {'is' if len(self.broken) == 1 else 'are'} left out: {reason}"
            )
        lone = [name for name, count in Counter(self.way.labels.values()).items() if count == 1]
        if lone:
            notes.append(
                f"Of “{lone[0]}” there is only one picture"
                + (f", and so for {grouped(len(lone) - 1)} more." if len(lone) > 1 else ".")
            )
        return notes


def _options_class(ways: Sequence[Labelling]) -> Any:
    """Return the settings that a folder offers: what tells the classes only where there is one."""
    declared = {}
    if len(ways) > 1:
        titles = {way.key: way.title for way in ways}
        help = "What tells the class of each picture."
        declared["labels"] = fields.choice(ways[0].key, "Classes", help, titles)
    declared["form"] = fields.variant(AsDrawings(), "Take them", "What is done to each.", FORMS)
    help = "Which side of the paper's tone is ink."
    declared["ink"] = fields.choice("recognized", "Ink", help, _INKS)
    return fields.settings_class("PictureOptions", declared)


def _in_turns(way: Labelling) -> list[str]:
    """Return the pictures with the classes in turn, those to be tested on behind the others."""
    met: Counter[tuple[bool, str]] = Counter()
    keys = []
    first_tested = len(way.labels) - way.testing
    order = {name: place for place, name in enumerate(way.classes)}
    for index, (picture, label) in enumerate(way.labels.items()):
        tested = index >= first_tested
        keys.append((tested, met[tested, label], order[label], picture))
        met[tested, label] += 1
    return [picture for *_, picture in sorted(keys)]


def _description(count: int, classes: int, broken: dict[str, str], blank: list[str]) -> str:
    left_out = _left_out(broken, blank)
    return f"{grouped(count)} pictures of {grouped(classes)} classes" + (
        f"; left out: {left_out}." if left_out else "."
    )


def _left_out(broken: dict[str, str], blank: list[str]) -> str:
    """Return how many pictures are left out and why, with the names of the first."""
    parts = []
    for names, why in ((list(broken), "could not be read"), (blank, "showed no ink")):
        if names:
            named = ", ".join(name.rsplit("/", 1)[-1] for name in names[:BROKEN_NAMED])
            more = ", …" if len(names) > BROKEN_NAMED else ""
            parts.append(f"{grouped(len(names))} that {why} ({named}{more})")
    return " and ".join(parts)
