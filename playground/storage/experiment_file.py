"""The ``.playground`` file: a moment of an experiment's training, checked whole before any use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.preparation import Normalization
from playground.data.tasks import Task
from playground.errors import FileError
from playground.files.container import Container, Form
from playground.nn.network import Network
from playground.storage import own_data, saved_course
from playground.storage.saved_course import SavedCourse
from playground.storage.shell import (
    EXPERIMENT,
    check_keys,
    document_of,
    finite_tensors,
    opened,
    write_file,
)
from playground.storage.tensor_names import (
    GRADIENT,
    MOMENTS,
    NORMALIZATION,
    UPDATE,
    Expected,
    check_finite,
    check_forms,
    column_key,
    expected_of,
    fill,
    history_names,
    length_in,
)
from playground.training.experiment import Experiment
from playground.training.history import History
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.size import layer_sizes
from playground.training.task_fit import check_fit

VERSION = 3
LONGEST_HISTORY = 2**20
"""Measurements of the first two versions, which did not always thin them."""


@dataclass(frozen=True)
class SavedProgress(fields.Settings):
    """How far the network had been trained; versions 1 and 2 tell epoch, step and seconds."""

    epoch: int = fields.whole(0, "Epoch", "Whole epochs done.", low=0, high=2**53)
    step: int = fields.whole(0, "Step", "Optimizer steps done.", low=0, high=2**53)
    batch: int = fields.whole(0, "Batch", "Batches done in this epoch.", low=0, high=2**53)
    batches: int = fields.whole(1, "Batches", "Batches in an epoch.", low=1, high=2**53)
    seconds: float = fields.number(
        0.0, "Seconds", "Time spent training.", low=0.0, high=1e12, unit="s"
    )
    examples_per_second: float = fields.number(
        0.0, "Speed", "Examples a second, just now.", low=0.0, high=1e12
    )


@dataclass(frozen=True, eq=False)
class SavedExperiment(Moment):
    """What a file holds.

    Attributes
    ----------
    normalization
        What an input goes through before the network sees it.
    """

    dataset: Dataset
    normalization: Normalization

    def model(self) -> Model:
        """Return the trained network, ready to answer."""
        model = Model(self.experiment, self.dataset, self.normalization)
        model.network.parameters[:] = self.parameters
        model.network.statistics[:] = self.statistics
        return model


def save(
    path: str | os.PathLike[str],
    moment: Moment,
    normalization: Normalization,
    *,
    backup: bool = False,
) -> None:
    """Write a moment of a run, replacing the file in one step; it may stay as a backup.

    A data set of the user's own goes with it where it is small.

    Raises
    ------
    FileError
        Where the file cannot be written; what was there stays as it was.
    """
    name = Path(path).name or str(path)
    experiment, course = moment.experiment, moment.course
    assert course is not None
    dataset = experiment.data.load()
    network = _network(experiment, dataset)
    network.parameters[:] = moment.parameters
    network.statistics[:] = moment.statistics
    tensors = finite_tensors(network, name)
    tensors[GRADIENT] = moment.gradient
    if moment.update is not None:
        tensors[UPDATE] = moment.update
    tensors |= saved_course.arrays_of(course)
    tensors |= zip(NORMALIZATION, (normalization.mean, normalization.scale), strict=True)
    epochs, *columns = history_names(dataset.task)
    tensors[epochs] = moment.history.epochs
    tensors |= {name: moment.history.columns[column_key(name)] for name in columns}
    progress = {name: getattr(moment, name) for name in fields.describe(SavedProgress)}
    document = {
        "format": EXPERIMENT,
        "version": VERSION,
        "experiment": fields.to_plain(experiment),
        "progress": fields.to_plain(SavedProgress(**progress)),
        "course": fields.to_plain(SavedCourse.of(course)),
    }
    words, arrays = own_data.packed(dataset)
    if words:
        document["dataset"] = words
    write_file(path, tensors | arrays, document, backup=backup)


def read(path: str | os.PathLike[str]) -> SavedExperiment:
    """Return what a file holds, after checking all of it.

    Raises
    ------
    FileError
        With one sentence that says what is wrong with the file.
    MissingDataError
        Where the published data that it was trained on are not on this computer.
    """
    with opened(path) as file:
        return _check(file)


def _network(experiment: Experiment, dataset: Dataset) -> Network:
    """Return the experiment's network, to give its vectors' stretches their names."""
    return Network(dataset.input_shape, experiment.network_layers(dataset))


def _check_size(experiment: Experiment, dataset: Dataset, file_bytes: int) -> None:
    """Refuse a network too large to train or for the file, before memory is taken for it."""
    needed = 4 * sum(size.parameters for size in layer_sizes(experiment, dataset))
    if needed > file_bytes:
        raise FileError(
            f"its network has {needed:,} bytes of weights and the whole file has {file_bytes:,}; "
            "copy or download it again"
        )


def _check(file: Container) -> SavedExperiment:
    document = document_of(file, EXPERIMENT, VERSION)
    whole = document["version"] > 2
    keys = {"experiment", "progress"}
    if whole:
        keys |= {"course"} | (document.keys() & {"dataset"})
    check_keys(document, keys)
    plain, brought = document["experiment"], None
    if "dataset" in document:
        brought, plain = own_data.unpacked(file, plain, document["dataset"])
    experiment = fields.from_plain(Experiment, plain, "experiment")
    progress = fields.from_plain(SavedProgress, document["progress"], "progress")
    saved = fields.from_plain(SavedCourse, document["course"], "course") if whole else None
    for name, part in (("progress", progress), ("course", saved)) if whole else ():
        if fields.to_plain(part) != document[name]:
            raise FileError(f"its {name} of training lacks some numbers")
    dataset = brought or experiment.data.load()
    check_fit(experiment, dataset)
    _check_size(experiment, dataset, file.size)
    network = _network(experiment, dataset)
    expected = _expected(file.forms, network, dataset)
    if saved is not None:
        count, moments = network.parameter_count, len(experiment.training.optimizer.moments)
        expected |= _expected_of_step(file.forms, count)
        expected |= saved_course.expected_arrays(file.forms, (moments, count), len(dataset))
    taken = own_data.names_in(file) if brought else set()
    check_forms({name: file.forms[name] for name in file.forms.keys() - taken}, expected)
    tensors = file.read(expected)
    fill(network, tensors)
    check_finite(tensors, NORMALIZATION)
    mean, scale = (tensors[name] for name in NORMALIZATION)
    if not (scale > 0).all():
        raise FileError("its normalization divides by zero or a negative number")
    history = _history(tensors, dataset.task)
    course = None
    if saved is not None:
        check_finite(tensors, (MOMENTS,))
        course = saved.course(tensors, history, progress.epoch, progress.batch)
    if brought is not None:
        dataset = catalogue.adopt(brought)
        experiment = fields.replace_at(experiment, "data.name", dataset.name)
    return SavedExperiment(
        run=0,
        experiment=experiment,
        parameters=network.parameters,
        statistics=network.statistics,
        gradient=tensors.get(GRADIENT, network.gradient),
        update=tensors.get(UPDATE),
        history=history,
        course=course,
        dataset=dataset,
        normalization=Normalization(mean, scale),
        **vars(progress),
    )


def _expected(forms: Mapping[str, Form], network: Network, dataset: Dataset) -> dict[str, Expected]:
    """Return what the tensors should be that every version has."""
    names = history_names(dataset.task)
    history = Expected(("float64",), (length_in(forms, names[0], LONGEST_HISTORY),))
    features = Expected(("float32",), (dataset.features,))
    return (
        expected_of(network)
        | dict.fromkeys(NORMALIZATION, features)
        | dict.fromkeys(names, history)
    )


def _expected_of_step(forms: Mapping[str, Form], parameters: int) -> dict[str, Expected]:
    """Return what the tensors of the newest step should be."""
    names = (GRADIENT, UPDATE) if UPDATE in forms else (GRADIENT,)
    return dict.fromkeys(names, Expected(("float32",), (parameters,)))


def _history(tensors: dict[str, NDArray[Any]], task: Task) -> History:
    names = history_names(task)
    check_finite(tensors, names[:1])
    epochs, *columns = (tensors[name] for name in names)
    if len(epochs) and not (epochs[0] >= 0 and (np.diff(epochs) >= 0).all()):
        raise FileError("the epochs of its history should rise from 0")
    for column in (epochs, *columns):
        column.flags.writeable = False
    keys = map(column_key, names[1:])
    return History(epochs, dict(zip(keys, columns, strict=True)))
