"""IDX files as data sets: a file of pictures and the file of labels that lies beside it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.data.dataset import Dataset
from playground.data.imports.found import (
    EXAMPLES_SHOWN,
    IsCancelled,
    Preview,
    Progress,
)
from playground.data.imports.idx_heads import (
    first_numbers,
    head_at,
    labels_for,
    neighbours,
    pair_name,
    sides,
)
from playground.data.imports.pixels import drawing_of, ink_rows
from playground.data.imports.table_columns import FEWEST_ROWS
from playground.data.imports.table_targets import MOST_CLASSES
from playground.data.imports.wording import title_from
from playground.data.own import sets as own_sets
from playground.data.published.idx import Head, check_size, head_of, read_idx
from playground.errors import Cancelled, DataError
from playground.wording import grouped


def find_idx(path: Path) -> IdxFound:
    """Return what an IDX file and its neighbours hold.

    Raises
    ------
    DataError
        When its partner is missing, or the two do not fit together.
    """
    head = head_of(path)
    if head is None:
        read_idx(path)  # says why it is none
        raise DataError(f"{path.name} is not an IDX file; get it anew.")
    check_size(path, head)
    if head.shape[0] < FEWEST_ROWS:
        raise DataError(
            f"{path.name} holds {head.shape[0]} examples; at least {FEWEST_ROWS} are needed to "
            "train and to test."
        )
    others = neighbours(path)
    if len(head.shape) == 1:
        return _beside_labels(path, head, others)
    labels = labels_for(path, head, others)
    height, width = sides(path, head)
    if not labels:
        partner = re.sub(r"idx\d", "idx1", re.sub("(?i)(image|picture)", "label", path.name))
        name = partner if partner != path.name else "the file of labels"
        raise DataError(
            f"{path.name} holds {grouped(head.shape[0])} pictures of {height}×{width} pixels, but "
            f"no file with as many labels lies beside it: put {name} into the same folder."
        )
    tests = _test_files(path, head, others)
    make = _options_class(tuple(other.name for other in labels), tests[0].name if tests else "")
    return IdxFound(path, head, {other.name: other for other in labels}, tests, make())


@dataclass(frozen=True, eq=False)
class IdxFound:
    """A pair of IDX files; see :class:`playground.data.imports.found.Found`."""

    path: Path
    head: Head
    label_files: Mapping[str, Path]
    test_files: tuple[Path, Path] | None
    options: Any

    @property
    def title(self) -> str:
        """The file's name, or the folder's where the files have MNIST's own names."""
        stem = re.split(r"(?i)[-_.]?(?:images?|idx\d|pictures?)", self.path.name)[0]
        if stem.lower() in ("", "train", "t10k", "test"):
            stem = self.path.resolve().parent.name
        return title_from(stem, "Pictures")

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many pictures there are, where the labels are, and which are for testing."""
        height, width = sides(self.path, self.head)
        said = [
            f"{grouped(self.head.shape[0])} pictures of {height}×{width} pixels (IDX).",
            f"Labels from {self._labels.name}.",
        ]
        if self.test_files is not None:
            count = head_at(self.test_files[0]).shape[0]
            said.append(f"{grouped(count)} more for testing in {self.test_files[0].name}.")
        return tuple(said)

    def with_options(self, options: Any) -> IdxFound:
        """Return the same files, to be read in another way."""
        return dataclasses.replace(self, options=options)

    def preview(self) -> Preview:
        """Return the first pictures, and how many there are of each class."""
        height, width = sides(self.path, self.head)
        problems: tuple[str, ...] = ()
        labels: tuple[str, ...] = ()
        counts: dict[str, int] = {}
        pictures: NDArray[np.float32] = np.empty((0, height, width), np.float32)
        try:
            numbers, classes = _classes(self._labels, read_idx(self._labels))
            counts = dict(
                zip(classes, np.bincount(numbers, minlength=len(classes)).tolist(), strict=True)
            )
            labels = tuple(classes[label] for label in numbers[:EXAMPLES_SHOWN])
            first = first_numbers(self.path, self.head, EXAMPLES_SHOWN)
            pictures = ink_rows(self.path.name, first)[:].reshape(-1, height, width)
        except DataError as error:
            problems = (str(error),)
        notes: tuple[str, ...] = ()
        if self._tests is not None:
            notes = (f"The pictures in {self._tests[0].name} are held back for testing.",)
        return Preview(
            pictures=tuple(pictures),
            labels=labels[: len(pictures)],
            counts=counts,
            counted=f"in all {grouped(self.head.shape[0])} pictures",
            notes=notes,
            problems=problems,
        )

    def read(self, title: str, progress: Progress, cancelled: IsCancelled) -> Dataset:
        """Return the pictures and labels as a data set; errors as in ``Found``."""
        pairs = [(self.path, self._labels)]
        if self._tests is not None:
            pairs.append(self._tests)
        height, width = sides(self.path, self.head)
        parts, labels = [], []
        for step, (pictures, names) in enumerate(pairs):
            if cancelled():
                raise Cancelled
            head = head_at(pictures)
            if sides(pictures, head) != (height, width):
                raise DataError(f"{pictures.name} and {self.path.name} differ in size.")
            parts.append(read_idx(pictures).reshape(-1, height * width))
            progress((step + 0.8) / (len(pairs) + 1))
            if cancelled():
                raise Cancelled
            labels.append(read_idx(names))
            if len(labels[-1]) != len(parts[-1]):
                raise DataError(
                    f"{names.name} holds {grouped(len(labels[-1]))} labels for "
                    f"{grouped(len(parts[-1]))} pictures in {pictures.name}; these files do not "
                    "belong together."
                )
        counts = [len(part) for part in parts]
        numbers, classes = _classes(self._labels, np.concatenate(labels))
        progress(1.0)
        title = title.strip() or self.title
        return Dataset.of_pictures(
            height,
            width,
            name=own_sets.new_name(title),
            title=title,
            inputs=ink_rows(self.path.name, parts[0] if len(parts) == 1 else np.concatenate(parts)),
            targets=numbers,
            class_names=classes,
            source=f"from {self.path.name}",
            licence="not stated",
            description=(
                f"{grouped(sum(counts))} pictures of {height}×{width} pixels from "
                f"{self.path.name}: {len(classes)} classes."
            ),
            drawing=drawing_of(height, width),
            test_part=np.arange(counts[0], sum(counts)) if len(counts) > 1 else None,
        )

    @property
    def _labels(self) -> Path:
        return self.label_files[self.options.labels]

    @property
    def _tests(self) -> tuple[Path, Path] | None:
        return self.test_files if getattr(self.options, "test_files", False) else None


@lru_cache(maxsize=8)
def _options_class(labels: tuple[str, ...], tests: str) -> Any:
    help = "The file beside the pictures that holds a label for each."
    choice = fields.choice(labels[0], "Labels from", help, {name: name for name in labels})
    declared = {"labels": choice}
    if tests:
        flag = fields.flag(True, "Test files too", f"Read {tests} as well, to test with.")
        declared["test_files"] = flag
    return fields.settings_class("IdxOptions", declared)


def _beside_labels(path: Path, head: Head, others: Mapping[Path, Head]) -> IdxFound:
    """Return the pictures that a file of labels belongs to."""
    for other, its_head in others.items():
        same_name = pair_name(other) == pair_name(path)
        if len(its_head.shape) > 1 and its_head.shape[0] == head.shape[0] and same_name:
            found = find_idx(other)
            if path.name in found.label_files:
                return found.with_options(dataclasses.replace(found.options, labels=path.name))
    partner = re.sub(r"idx\d", "idx3", re.sub("(?i)label", "image", path.name))
    name = partner if partner != path.name else "the file of pictures"
    raise DataError(
        f"{path.name} holds {grouped(head.shape[0])} labels, but no file with as many pictures "
        f"lies beside it: put {name} into the same folder."
    )


def _test_files(path: Path, head: Head, others: Mapping[Path, Head]) -> tuple[Path, Path] | None:
    """Return the test pictures and labels that belong to training pictures, as with MNIST."""
    if "train" not in path.name.lower():
        return None
    for other, its_head in others.items():
        for word in ("t10k", "test"):
            named = pair_name(other) == pair_name(path).replace("train", word)
            if named and its_head.shape[1:] == head.shape[1:] and len(its_head.shape) > 1:
                labels = labels_for(other, its_head, others)
                if labels and pair_name(labels[0]) == pair_name(other):
                    return other, labels[0]
    return None


def _classes(path: Path, labels: NDArray[Any]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return labels counted from 0, and the classes' names: the numbers that stand in the file."""
    whole = np.isfinite(labels).all() and (labels == np.floor(labels)).all()
    if labels.ndim != 1 or not whole:
        raise DataError(f"{path.name} does not hold labels: these are whole numbers in one row.")
    different, numbers = np.unique(labels, return_inverse=True)
    if len(different) > MOST_CLASSES:
        raise DataError(
            f"{path.name} holds {grouped(len(different))} different labels; at most {MOST_CLASSES} "
            "classes can be told apart."
        )
    if len(different) < 2:
        raise DataError(
            f"{path.name} holds one class only, “{int(different[0])}”; learning to tell classes "
            "apart takes two or more."
        )
    return numbers.astype(np.int64), tuple(str(int(label)) for label in different)
