"""Finds what tells the classes of a folder's pictures: folders, a table beside them, or names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playground.data.imports.dialect import Rows, sniff_delimiter, split
from playground.data.imports.picture_files import Gathered, natural_order
from playground.data.imports.text_blocks import blocks_of, look
from playground.data.imports.wording import names_of
from playground.errors import DataError
from playground.wording import counted, grouped

MOST_CLASSES = 1_000
LONGEST_NAME = 40
LARGEST_TABLE = 64 * 2**20
_SNIFFED = 20_000
_TRAINING = frozenset({"train", "training"})
_TESTING = frozenset({"test", "testing", "val", "valid", "validation"})
_LABEL_COLUMNS = ("label", "labels", "class", "target", "category", "digit", "y")
_SEPARATED = re.compile(r"([^_\-. ()]+)[_\-. (]")
_LETTERS = re.compile(r"([^\W\d_]+)\d")
_DIGITS = re.compile(r"(\d)[^\W\d_]")


@dataclass(frozen=True)
class Labelling:
    """One way to tell the pictures' classes.

    Attributes
    ----------
    key, title
        What it is called in settings, and in the window.
    sentence
        What was recognized: ``"One folder for each of 10 classes."``
    labels
        The class of each picture that has one; those that are to be tested on behind the others.
    classes
        Every class in natural order.
    testing
        How many of the last pictures a folder named ``test`` holds.
    notes
        What is left out, and what else is worth knowing, as sentences.
    """

    key: str
    title: str
    sentence: str
    labels: Mapping[str, str]
    testing: int = 0
    notes: tuple[str, ...] = ()
    classes: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        classes = sorted(set(self.labels.values()), key=natural_order)
        object.__setattr__(self, "classes", tuple(classes))


def labellings(gathered: Gathered) -> tuple[Labelling, ...]:
    """Return every way to tell at least two classes, the most likely first.

    Raises
    ------
    DataError
        When there is none; the sentence says what is missing.
    """
    name = gathered.root.name
    if not gathered.pictures:
        raise DataError(_no_pictures(gathered))
    tables = [found for path in gathered.tables for found in _from_table(path, gathered)]
    folders, names = _from_folders(gathered), _from_names(gathered)
    found = [*tables, *(one for one in (folders, names) if one is not None)]
    enough = [one for one in found if 2 <= len(one.classes) <= MOST_CLASSES]
    if enough:
        return tuple(enough)
    count = counted(len(gathered.pictures), "picture")
    if folders is not None and len(folders.classes) > MOST_CLASSES:
        raise DataError(
            f"“{name}” has {grouped(len(folders.classes))} folders of pictures; at most "
            f"{grouped(MOST_CLASSES)} classes are told apart: choose a folder with fewer."
        )
    one_class = next((one for one in (*tables, folders) if one and len(one.classes) == 1), None)
    if one_class is not None:
        raise DataError(
            f"All {count} in “{name}” are of one class, “{one_class.classes[0]}”; a network learns "
            "to tell two or more apart: choose the folder above, with a folder for every class."
        )
    raise DataError(
        f"Nothing tells the classes of the {count} in “{name}”: put the pictures of each class "
        "into a folder of its own and choose the folder above, begin their names with the class "
        "(7_003.png), or put a table with the columns “file” and “label” beside them."
    )


def _no_pictures(gathered: Gathered) -> str:
    name = gathered.root.name
    if gathered.others:
        held = f"holds {counted(gathered.others, 'file')}, but no pictures"
    elif gathered.closed:
        held = f"has folders that cannot be opened (“{gathered.closed[0]}”)"
    else:
        held = "is empty"
    return f"“{name}” {held}; choose a folder with a folder of pictures for every class."


def _from_folders(gathered: Gathered) -> Labelling | None:
    """Take the folder directly below the root, or below ``train`` and ``test``, for the class."""
    below = {picture.split("/", 1)[0] for picture in gathered.pictures if "/" in picture}
    if not below:
        return None
    parts = {name: name.casefold() for name in below}
    is_split = (
        all(part in _TRAINING | _TESTING for part in parts.values())
        and any(part in _TRAINING for part in parts.values())
        and all(p.count("/") > 1 for p in gathered.pictures if "/" in p)
    )
    training: dict[str, str] = {}
    testing: dict[str, str] = {}
    beside = deeper = 0
    place = 1 if is_split else 0
    for picture in gathered.pictures:
        folders = picture.split("/")[:-1]
        if len(folders) <= place:
            beside += 1
            continue
        deeper += len(folders) > place + 1
        tested = is_split and parts[folders[0]] in _TESTING
        (testing if tested else training)[picture] = folders[place]
    count = len({*training.values(), *testing.values()})
    sentence = f"One folder for each of {grouped(count)} classes."
    notes = []
    if is_split and testing:
        sentence = f"{sentence[:-1]}, in a part to train on and one to test on."
        notes.append(
            f"{counted(len(testing), 'picture')} of the test folder are held back for testing."
        )
    if beside:
        notes.append(f"{counted(beside, 'picture')} in no class's folder {_are(beside)} left out.")
    if deeper:
        notes.append(
            f"{counted(deeper, 'picture')} in deeper folders count{'s' if deeper == 1 else ''} to "
            "the class of the folder above."
        )
    if gathered.empty:
        notes.append(f"Without pictures, and left out: {names_of(gathered.empty)}.")
    return Labelling(
        "folders",
        "The folders' names",
        sentence,
        _shortened(training | testing),
        len(testing),
        tuple(notes),
    )


def _from_names(gathered: Gathered) -> Labelling | None:
    """Take what stands before the first separator, or the letters before a number, of each name."""
    stems = {picture: picture.rsplit("/", 1)[-1] for picture in gathered.pictures}
    for pattern in (_SEPARATED, _LETTERS, _DIGITS):
        labels = {
            picture: match[1] for picture, stem in stems.items() if (match := pattern.match(stem))
        }
        # A dot that only begins the ending separates nothing: 0001.png has no label.
        if pattern is _SEPARATED:
            labels = {
                picture: label
                for picture, label in labels.items()
                if len(label) < len(stems[picture].rsplit(".", 1)[0])
            }
        left = len(stems) - len(labels)
        classes = len(set(labels.values()))
        if left > len(stems) // 10 or classes < 2 or classes * 2 > max(len(labels), 5):
            continue
        notes = (
            (f"{counted(left, 'picture')} whose name begins with no class {_are(left)} left out.",)
            if left
            else ()
        )
        return Labelling(
            "names",
            "The beginning of each name",
            f"Each picture's name begins with its class, one of {grouped(classes)}.",
            _shortened(labels),
            notes=notes,
        )
    return None


def _from_table(path: Path, gathered: Gathered) -> list[Labelling]:
    """Take the columns of a table that names the pictures."""
    rows = _rows(path)
    if not rows or len(rows[0]) < 2:
        return []
    width = len(rows[0])
    rows = [[cell.strip() for cell in row] for row in rows if len(row) == width]
    known = _known_names(gathered)
    hits = [sum(row[column].replace("\\", "/") in known for row in rows) for column in range(width)]
    place = max(range(width), key=hits.__getitem__)
    if hits[place] < max(2, min(len(rows), len(gathered.pictures)) / 2):
        return []
    header = rows[0] if rows[0][place] not in known else None
    named = [(row, known.get(row[place].replace("\\", "/"))) for row in rows]
    absent = sum(picture is None for _, picture in named) - (header is not None)
    found = []
    for column in range(width):
        labels = {picture: row[column] for row, picture in named if picture and row[column]}
        if column == place or not labels:
            continue
        name = header[column] if header and header[column] else f"column {column + 1}"
        left = len(gathered.pictures) - len(labels)
        notes = []
        if left:
            notes.append(
                f"{counted(left, 'picture')} without a row in {path.name} {_are(left)} left out."
            )
        if absent:
            names = "names" if absent == 1 else "name"
            notes.append(f"{counted(absent, 'row')} of {path.name} {names} no picture here.")
        count = len(set(labels.values()))
        found.append(
            Labelling(
                f"{path.name}:{column}",
                f"{path.name}, “{name}”",
                f"{path.name} names the class of each picture, one of {grouped(count)}, in "
                f"“{name}”.",
                dict(sorted(_shortened(labels).items(), key=lambda item: natural_order(item[0]))),
                notes=tuple(notes),
            )
        )
    return sorted(found, key=lambda one: _unlikely(one, header))


def _unlikely(labelling: Labelling, header: list[str] | None) -> tuple[int, int]:
    """Return a key that sorts the likeliest column of labels first: by name, then few values."""
    column = int(labelling.key.rpartition(":")[2])
    name = header[column].casefold() if header else ""
    place = _LABEL_COLUMNS.index(name) if name in _LABEL_COLUMNS else len(_LABEL_COLUMNS)
    return place, len(labelling.classes)


def _known_names(gathered: Gathered) -> dict[str, str]:
    """Return the pictures by what a table may call them; what fits several is left out."""
    known: dict[str, str] = {}
    names = Counter(picture.rsplit("/", 1)[-1] for picture in gathered.pictures)
    stems = Counter(name.rsplit(".", 1)[0] for name in names.elements())
    for picture in gathered.pictures:
        name = picture.rsplit("/", 1)[-1]
        stem = name.rsplit(".", 1)[0]
        if stems[stem] == 1:
            known[stem] = picture
        if names[name] == 1:
            known[name] = picture
        known[picture] = picture
        known[f"{gathered.root.name}/{picture}"] = picture
    return known


def _rows(path: Path) -> Rows:
    """Return a small table's rows, none where it is no table."""
    try:
        file = look(path)
        if file.size > LARGEST_TABLE:
            return []
        text = b"".join(block.data for block in blocks_of(file)).decode("utf-8", "replace")
        return split(text, sniff_delimiter(text[: text.rfind("\n", 0, _SNIFFED) + 1] or text))
    except (DataError, csv.Error):
        return []


def _shortened(labels: Mapping[str, str]) -> dict[str, str]:
    """Cut names that fit nowhere, unless that would make one class of two."""
    short = {name: f"{name[: LONGEST_NAME - 1]}…" for name in set(labels.values())
             if len(name) > LONGEST_NAME}  # fmt: skip
    if len(set(short.values())) < len(short):
        short = {}
    return {picture: short.get(name, name) for picture, name in labels.items()}


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
