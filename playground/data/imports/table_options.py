"""What the user can choose about a table, declared, and what is chosen until then."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.data.imports.dialect import DELIMITER_TITLES
from playground.data.tasks import Classification, Regression
from playground.errors import FieldError
from playground.wording import grouped

TASKS = {
    "auto": "Automatic",
    Classification.kind: "A class (classification)",
    Regression.kind: "A number (regression)",
}
MISSING_WAYS = {
    "rows": "Leave the row out",
    "mean": "Mean of the column",
    "zero": "Zero",
}
_TARGETS = ("label", "class", "target", "species", "y", "labels", "classes", "category")
_NUMBERING = re.compile(
    r"(.*[ _.-])?(id|idx|index|no|nr|row|rownames)|unnamed: \d+|column 1|.+[a-z]Id"
)
_LONGEST_LIST = 2000


@dataclass(frozen=True)
class _Choices(fields.Settings):
    """What can be chosen about every table."""

    task: str = fields.choice(
        "auto",
        "As",
        "A class out of a few, or a number. Automatic: texts and up to 20 different whole numbers "
        "are classes.",
        TASKS,
    )
    leave_out: str = fields.text(
        "",
        "Leave out",
        "Columns that are no features, such as a running number: their names or positions, "
        "separated by commas.",
        longest=_LONGEST_LIST,
    )
    missing: str = fields.choice(
        "rows",
        "Missing values",
        "What becomes of an empty cell, NA, ?, NaN or infinity in a feature. A row without a "
        "target is always left out.",
        MISSING_WAYS,
    )
    scale_target: bool = fields.flag(
        True,
        "Scale large targets",
        "Regression only: divide the numbers to predict by a power of ten where they are 100 or "
        "more, or below 0.01, because training copes best with numbers around 1.",
    )
    delimiter: str = fields.choice(
        "comma", "Separator", "What stands between cells.", DELIMITER_TITLES
    )
    decimal: str = fields.choice(
        ".", "Decimal mark", "How 1½ is written.", {".": "Point 1.5", ",": "Comma 1,5"}
    )
    header: bool = fields.flag(True, "First row holds names", "Or is it an example already?")


@lru_cache(maxsize=8)
def options_class(names: tuple[str, ...], pictures: str = "") -> Any:
    """Return the class of a table's options: a frozen dataclass of declared fields.

    Parameters
    ----------
    names
        The columns' names, each once.
    pictures
        What the rows look like ("28×28"), which adds the choice to read them as pictures.
    """
    columns = {str(position + 1): name for position, name in enumerate(names)}
    target = fields.choice(
        str(len(names)), "Predict", "The column that the network learns to predict.", columns
    )
    declared = {"target": target}
    if pictures:
        help = "Each row is a picture, pixel by pixel."
        declared = {"pictures": fields.flag(True, f"Pictures of {pictures}", help), **declared}

    class Checked(_Choices):
        def __post_init__(self) -> None:
            super().__post_init__()
            positions(self.leave_out, names)

    # The fields of the last base come first.
    return fields.settings_class(
        "TableOptions", {}, Checked, fields.settings_class("Columns", declared)
    )


def positions(listed: str, names: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the columns listed by name or number, separated by commas.

    Raises
    ------
    FieldError
        When there is no such column.
    """
    found = []
    for word in filter(None, (word.strip() for word in listed.split(","))):
        if word in names:
            found.append(list(names).index(word))
        elif word.isdecimal() and 1 <= int(word) <= len(names):
            found.append(int(word) - 1)
        else:
            some = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
            raise FieldError(
                "leave_out",
                f"There is no column {word!r:.60}; the columns are {some}. Give names or the "
                f"numbers 1 to {grouped(len(names))}, separated by commas.",
            )
    return tuple(sorted(set(found)))


def listed(columns: Sequence[int], names: Sequence[str]) -> str:
    """Return columns as :func:`positions` reads them."""
    return ", ".join(
        str(column + 1) if "," in names[column] or names[column].isdecimal() else names[column]
        for column in columns
    )


def likely_target(names: Sequence[str], empty: Collection[int] = ()) -> int:
    """Return the column to predict: one named label, class, target, species or y; else the last.

    ``empty`` columns, such as the one behind a comma at every line's end, are passed over.
    """
    lower = [name.lower() for name in names]
    for name in _TARGETS:
        if name in lower:
            return lower.index(name)
    return max((place for place in range(len(names)) if place not in empty), default=0)


def is_running_number(name: str, values: NDArray[Any]) -> bool:
    """Return whether a column only numbers the rows: named so, and every value another one."""
    if _NUMBERING.fullmatch(name) is None and _NUMBERING.fullmatch(name.lower()) is None:
        return False
    whole = np.isfinite(values).all() and (values == np.floor(values)).all()
    if name.lower().startswith(("column", "unnamed")):
        whole = whole and bool((np.diff(values) == 1).all())
    return bool(whole and len(values) > 2 and len(np.unique(values)) == len(values))
