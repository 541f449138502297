"""The one table of data sets: menus, presets and the command line are built from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import import_module

import numpy as np

from playground.data.bundled import bundled_sets, generators
from playground.data.dataset import Dataset
from playground.data.kinds import PlanePoints
from playground.data.own import sets as own_sets
from playground.data.own.description import are_same
from playground.data.tasks import Classification, Regression
from playground.errors import DataError, PlaygroundError
from playground.wording import grouped

FEWEST, MOST = 10, 20_000
SHORTEST, LONGEST = 4, 200
NOISIEST = 1.0


@dataclass(frozen=True)
class CatalogueEntry:
    """A data set of the table.

    Parameters
    ----------
    title
        Its name in the window.
    make
        ``make(**settings)`` returns it, for the same settings always the same.
    takes
        The settings of :func:`load` that shape it; none where there is only one such set.
    """

    title: str
    make: Callable[..., Dataset]
    takes: tuple[str, ...] = ()


_MAKERS = {
    "digits+pendigits": ("mixtures", "digits_and_pen_digits"),
    "pendigits-8x8": ("bundled.pen_digits", "pictures_8"),
    "pendigits": ("bundled.pen_digits", "pictures_28"),
    "mnist": ("published.mnist", "mnist"),
    "mnist+pendigits": ("mixtures", "mnist_and_pen_digits"),
    "fashion-mnist": ("published.mnist", "fashion_mnist"),
    "pen": ("bundled.pen_digits", "points"),
    "pen-moves": ("bundled.pen_digits", "moves"),
    "letters": ("bundled.omniglot", "letter_pictures"),
    "pen-letters": ("bundled.omniglot", "letter_points"),
    "word-moves": ("bundled.omniglot", "word_moves"),
    "symbols": ("bundled.omniglot", "symbol_pictures"),
    "symbols-four": ("bundled.omniglot", "four_alphabets"),
    "symbols-five": ("bundled.omniglot", "five_symbols"),
    "memory-parity": ("bundled.memory", "parity"),
    "memory-copy": ("bundled.memory", "copy"),
    "memory-addition": ("bundled.memory", "addition"),
}
"""The module and the function of the sets whose modules are not needed to start."""


def _later(title: str, name: str, *takes: str) -> CatalogueEntry:
    """Return the entry of a set whose module is imported when it is asked for."""

    def make(**settings: float) -> Dataset:
        module, maker = _MAKERS[name]
        made: Dataset = getattr(import_module(f"playground.data.{module}"), maker)(**settings)
        return made

    return CatalogueEntry(title, lru_cache(maxsize=2)(make), takes)


def _plane(
    name: str,
    title: str,
    points: Callable[..., tuple[generators.Points, generators.Points | generators.Labels]],
    classes: int,
    description: str,
) -> CatalogueEntry:
    """Return the entry of a set of points on the plane, made to order.

    Parameters
    ----------
    name, title
        The name in files and on the command line, and the name in the window.
    points
        ``points(examples, noise, rng)`` returns the points and their targets.
    classes
        How many classes there are; 0 for regression.
    description
        One sentence that says what there is to learn from it.
    """

    def make(*, noise: float, examples: int, seed: int) -> Dataset:
        at, targets = points(examples, noise, np.random.default_rng(seed))
        return Dataset(
            name=name,
            title=title,
            kind=PlanePoints(),
            task=Classification() if classes else Regression(),
            inputs=at.astype(np.float32),
            targets=targets.astype(np.int64) if classes else targets.astype(np.float32),
            input_shape=(2,),
            class_names=tuple(str(label) for label in range(classes)),
            feature_names=("x", "y"),
            value_range=generators.PLANE,
            source="Generated",
            licence="none needed",
            description=description,
        )

    return CatalogueEntry(title, lru_cache(maxsize=2)(make), ("noise", "examples", "seed"))


_MEMORY = ("examples", "steps", "seed")

DATASETS: dict[str, CatalogueEntry] = {
    "digits": CatalogueEntry("Digits 8×8", cache(bundled_sets.digits)),
    "digits+pendigits": _later("Digits + strokes", "digits+pendigits"),
    "pendigits-8x8": _later("Pen strokes 8×8", "pendigits-8x8"),
    "pendigits": _later("Pen strokes 28×28", "pendigits"),
    "mnist": _later("MNIST", "mnist"),
    "mnist+pendigits": _later("MNIST + strokes", "mnist+pendigits"),
    "fashion-mnist": _later("Fashion-MNIST", "fashion-mnist"),
    "pen": _later("Pen strokes", "pen", "steps"),
    "pen-moves": _later("Pen moves", "pen-moves"),
    "letters": _later("Letters 28×28", "letters"),
    "pen-letters": _later("Letters, pen strokes", "pen-letters", "steps"),
    "word-moves": _later("Letters and digits, pen moves", "word-moves"),
    "symbols": _later("Symbols 28×28", "symbols"),
    "symbols-four": _later("Symbols of four alphabets 28×28", "symbols-four"),
    "symbols-five": _later("Five new symbols 28×28", "symbols-five", "seed"),
    "digits-rows": CatalogueEntry("Digits, row by row", cache(bundled_sets.digits_in_rows)),
    "digits-patches": CatalogueEntry(
        "Digits, patch by patch", cache(bundled_sets.digits_in_patches)
    ),
    "memory-parity": _later("Memory: parity", "memory-parity", *_MEMORY),
    "memory-copy": _later("Memory: copy", "memory-copy", *_MEMORY),
    "memory-addition": _later("Memory: addition", "memory-addition", *_MEMORY),
    "iris": CatalogueEntry("Iris", cache(bundled_sets.iris)),
    "iris-units": CatalogueEntry("Iris, mixed units", cache(bundled_sets.iris_units)),
    "xor-points": CatalogueEntry("XOR, four points", cache(bundled_sets.xor_points)),
    "one-neuron": CatalogueEntry("One example", cache(bundled_sets.one_neuron)),
    "circles": _plane(
        "circles",
        "Circles",
        generators.circles,
        2,
        "A disc inside a ring: a few hidden neurons can close a line around it.",
    ),
    "gaussians": _plane(
        "gaussians",
        "Two clouds",
        generators.gaussians,
        2,
        "Two round clouds: one straight line, so a single neuron, is enough.",
    ),
    "xor": _plane(
        "xor",
        "XOR clouds",
        generators.xor_clouds,
        2,
        "Opposite corners belong together: no straight line can part them.",
    ),
    "spirals": _plane(
        "spirals",
        "Two spirals",
        generators.spirals,
        2,
        "Two intertwined arms: hard for a shallow network, a test of depth and patience.",
    ),
    "three-spirals": _plane(
        "three-spirals",
        "Three spirals",
        generators.three_spirals,
        3,
        "Three intertwined arms, one class each: softmax has to weigh three answers.",
    ),
    "rare": _plane(
        "rare",
        "A rare class",
        generators.rare,
        2,
        "One point in 25 belongs to a small cluster: 96 % are right without ever finding one.",
    ),
    "plane-field": _plane(
        "plane-field",
        "Slanted plane",
        generators.plane_field,
        0,
        "A number instead of a class: the height of a slanted plane, learned without any bend.",
    ),
    "bumps": _plane(
        "bumps",
        "Hills and hollows",
        generators.bumps,
        0,
        "The height of three hills and three hollows: a field that needs hidden neurons.",
    ),
}


_edited: dict[str, Dataset] = {}
"""Own sets that were changed and not yet kept, by name."""


class _Titles(Mapping[str, str]):
    """Every data set's title by its name, as the table is at the moment."""

    def __getitem__(self, name: str) -> str:
        return DATASETS[name].title

    def __iter__(self) -> Iterator[str]:
        return iter(DATASETS)

    def __len__(self) -> int:
        return len(DATASETS)


def titles() -> Mapping[str, str]:
    """Return every data set's title by its name, in the order of the menu; it stays up to date."""
    return _Titles()


def find_own_sets() -> None:
    """Bring the user's own data sets into the table, as they are on the disk."""
    for name in [name for name in DATASETS if name.startswith(own_sets.PREFIX)]:
        del DATASETS[name]
    for name in own_sets.names():
        _list(name, own_sets.title_of(name))
    for name, dataset in _edited.items():
        _list(name, dataset.title)


def _list(name: str, title: str) -> None:
    """Put a data set of the user's own into the table."""
    DATASETS[name] = CatalogueEntry(title, lambda: _edited.get(name) or _own(name))


def keep(dataset: Dataset) -> None:
    """Keep a data set of the user's own on the disk and in the table; see :func:`own_sets.save`."""
    own_sets.save(dataset)
    _edited.pop(dataset.name, None)
    _list(dataset.name, dataset.title)
    _own.cache_clear()


def edit(dataset: Dataset) -> None:
    """Show a data set of the user's own as it is at the moment; :func:`keep` writes it later."""
    _edited[dataset.name] = dataset
    _list(dataset.name, dataset.title)


def adopt(dataset: Dataset) -> Dataset:
    """Bring somebody's own data set into the table, and return the one to use.

    That is the one which is here already, where it is the same. No other is replaced: where its
    name is taken, the new one gets a number behind its name and its title. :func:`keep` writes it.
    """
    find_own_sets()
    dataset = replace(dataset, title=dataset.title[: own_sets.LONGEST_TITLE])
    if not own_sets.is_plain(dataset.name):
        dataset = replace(dataset, name=own_sets.new_name(dataset.title))
    stem, title, number = dataset.name, dataset.title, 1
    while dataset.name in DATASETS:
        with suppress(PlaygroundError):
            if are_same(load(dataset.name), dataset):
                return load(dataset.name)
        number += 1
        dataset = replace(dataset, name=f"{stem}-{number}", title=f"{title} {number}")
    edit(dataset)
    return dataset


def forget(name: str) -> None:
    """Delete a data set of the user's own."""
    own_sets.delete(name)
    _edited.pop(name, None)
    DATASETS.pop(name, None)
    _own.cache_clear()


def load(
    name: str, *, noise: float = 0.0, examples: int = 500, steps: int = 40, seed: int = 0
) -> Dataset:
    """Return a data set.

    Parameters
    ----------
    name
        One of :data:`DATASETS`.
    noise, examples, steps, seed
        What shapes the sets that are made to order, each by those that its entry ``takes``: noise
        from 0 to 1 as :mod:`playground.data.bundled.generators` explains, 10 to 20,000 examples, 4
        to 200 steps of a sequence, and the random seed. The others ignore all four.

    Returns
    -------
    A shared, read-only data set; asking again for the same one costs nothing.

    Raises
    ------
    DataError
        On an unknown name or a value out of range.

    Examples
    --------
    >>> from playground import dataset
    >>> iris = dataset("iris")
    >>> iris.inputs.shape, iris.class_names
    ((150, 4), ('setosa', 'versicolor', 'virginica'))
    """
    entry = DATASETS.get(name)
    if entry is None:
        raise DataError(f"There is no data set {name!r}; choose one of {', '.join(DATASETS)}.")
    given = {"noise": float(noise), "examples": examples, "steps": steps, "seed": int(seed)}
    settings = {name: given[name] for name in entry.takes}
    if not 0 <= settings.get("noise", 0) <= NOISIEST:
        raise DataError(
            f"Noise expects 0 to {NOISIEST:g}; {noise:g} came: 0.1 blurs the edges of the classes."
        )
    if not FEWEST <= settings.get("examples", FEWEST) <= MOST:
        raise DataError(
            f"A generated data set expects {FEWEST} to {grouped(MOST)} examples; "
            f"{grouped(examples)} came: 500 is a good start."
        )
    if not SHORTEST <= settings.get("steps", SHORTEST) <= LONGEST:
        raise DataError(
            f"A sequence expects {SHORTEST} to {LONGEST} steps; {grouped(steps)} came: 40 suit a "
            "pen stroke."
        )
    return entry.make(**settings)


@lru_cache(maxsize=2)
def _own(name: str) -> Dataset:
    return own_sets.read(name)
