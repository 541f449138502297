"""The data sets that travel with the program, and those small enough to be written here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from playground import bundled
from playground.data.dataset import Dataset
from playground.data.drawing.drawing import OPTDIGITS
from playground.data.drawing.patches import PicturePatches
from playground.data.kinds import PlanePoints, TableRows
from playground.data.tasks import Classification
from playground.errors import DataError

Number = TypeVar("Number", np.uint8, np.float32)


def digits() -> Dataset:
    """Return the 1,797 8×8 digits, values 0..1 (the source's counts 0..16 divided by 16)."""
    table = _read_numbers("digits.csv", np.uint8, columns=65)
    return Dataset.of_pictures(
        8,
        8,
        name="digits",
        title="Digits 8×8",
        inputs=np.asarray(table[:, :64] / np.float32(16), np.float32),
        targets=table[:, 64].astype(np.int64),
        class_names=tuple("0123456789"),
        source="UCI Optical Recognition of Handwritten Digits, test set (Alpaydin, Kaynak 1998)",
        licence="CC BY 4.0",
        description="1,797 digits written by 13 people: which strokes tell ten digits apart?",
        drawing=OPTDIGITS,
    )


def digits_in_rows() -> Dataset:
    """Return the 8×8 digits as 8 steps, a row of 8 pixels at each."""
    return _in_patches(
        PicturePatches(OPTDIGITS, 1, 8),
        "digits-rows",
        "Digits, row by row",
        "The 8×8 digits read row by row from above: what has to be kept in mind until the last?",
    )


def digits_in_patches() -> Dataset:
    """Return the 8×8 digits as 16 steps, a patch of 2×2 pixels at each."""
    return _in_patches(
        PicturePatches(OPTDIGITS, 2, 2),
        "digits-patches",
        "Digits, patch by patch",
        "The 8×8 digits as 16 patches of 2×2 pixels, as a vision transformer takes pictures.",
    )


def _in_patches(form: PicturePatches, name: str, title: str, description: str) -> Dataset:
    pictures = digits()
    return Dataset.of_sequences(
        form.pixels,
        form.steps,
        name=name,
        title=title,
        task=pictures.task,
        inputs=np.ascontiguousarray(pictures.inputs[:, form.order]),
        targets=pictures.targets,
        class_names=pictures.class_names,
        value_range=pictures.value_range,
        source=pictures.source,
        licence=pictures.licence,
        description=description,
        drawing=form,
    )


def iris() -> Dataset:
    """Return Fisher's 150 irises, lengths in centimetres."""
    species = ("setosa", "versicolor", "virginica")
    names = {name: str(label) for label, name in enumerate(species)}
    table = _read_numbers("iris.csv", np.float32, columns=5, header=True, names=names)
    return Dataset(
        name="iris",
        title="Iris",
        kind=TableRows(),
        task=Classification(),
        inputs=np.ascontiguousarray(table[:, :4]),
        targets=table[:, 4].astype(np.int64),
        input_shape=(4,),
        class_names=species,
        feature_names=(
            "sepal length (cm)",
            "sepal width (cm)",
            "petal length (cm)",
            "petal width (cm)",
        ),
        value_range=(0.0, 9.0),
        source="UCI Iris (R. A. Fisher 1936)",
        licence="CC BY 4.0",
        description="Four lengths of 150 flowers: one species stands apart, two overlap.",
    )


def iris_units() -> Dataset:
    """Return the irises as a careless table may hold them: µm, cm, mm and cm side by side."""
    flowers = iris()
    return dataclasses.replace(
        flowers,
        name="iris-units",
        title="Iris, mixed units",
        inputs=np.ascontiguousarray(flowers.inputs * np.array([1e4, 1, 10, 1], np.float32)),
        feature_names=(
            "sepal length (µm)",
            "sepal width (cm)",
            "petal length (mm)",
            "petal width (cm)",
        ),
        value_range=(0.0, 90_000.0),
        description="The same 150 flowers, each length in another unit: does the unit matter?",
    )


def xor_points() -> Dataset:
    """Return the four points of exclusive or; all four are for training and for testing."""
    return Dataset(
        name="xor-points",
        title="XOR, four points",
        kind=PlanePoints(),
        task=Classification(),
        inputs=np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32),
        targets=np.array([0, 1, 1, 0], np.int64),
        input_shape=(2,),
        class_names=("0", "1"),
        feature_names=("x₁", "x₂"),
        value_range=(-0.5, 1.5),
        source="The truth table of exclusive or",
        licence="none needed",
        description="1 when exactly one input is 1: no single straight line parts the classes.",
        indivisible=True,
    )


def one_neuron() -> Dataset:
    """Return the single example (2, 3) on which a neuron is worked by hand."""
    return Dataset(
        name="one-neuron",
        title="One example",
        kind=TableRows(),
        task=Classification(),
        inputs=np.array([[2, 3]], np.float32),
        targets=np.array([1], np.int64),
        input_shape=(2,),
        class_names=("0", "1"),
        feature_names=("x₁", "x₂"),
        value_range=(-10.0, 10.0),
        source="The inputs of a worked example",
        licence="none needed",
        description="Two inputs and one neuron: follow the weighted sum and the sigmoid by hand.",
        indivisible=True,
    )


def _read_numbers(
    name: str,
    kind: type[Number],
    *,
    columns: int,
    header: bool = False,
    names: dict[str, str] | None = None,
) -> NDArray[Number]:
    """Return a bundled table; words of ``names`` in the last column are read as their number."""
    converters: dict[int | str, Callable[[str], float]] | None = None
    if names:
        converters = {columns - 1: lambda word: float(names[word])}
    try:
        return np.loadtxt(
            bundled.resource("data", name),
            dtype=kind,
            delimiter=",",
            skiprows=int(header),
            usecols=range(columns),
            converters=converters,
            encoding="utf-8",
            ndmin=2,
        )
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            f"The bundled table {name} expects numbers in {columns} columns and cannot be read "
            f"({error}): install the program again."
        ) from error
