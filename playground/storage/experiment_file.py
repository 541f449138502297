"""The ``.playground`` file: an experiment with its network, checked whole before any use."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.atomic_write import write_atomically
from playground.data.dataset import Dataset
from playground.data.preparation import Normalization
from playground.data.tasks import Task
from playground.errors import FileError, MissingDataError, PlaygroundError
from playground.files.container import Container, FileKind, open_container, write_container
from playground.files.strict_json import read_json
from playground.nn.network import Network
from playground.storage.tensor_names import NORMALIZATION, column_key, history_names, take
from playground.training.experiment import Experiment
from playground.training.history import History
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.size import layer_sizes
from playground.training.snapshot import Snapshot
from playground.training.task_fit import check_fit

SUFFIX = ".playground"
FORMAT = "playground experiment"
NETWORK_FORMAT = "playground network"
VERSION = 2
SIZE_LIMIT = 512 * 2**20
"""Bytes of a file: more than the largest network that may be trained takes."""

DOCUMENT = "playground"
"""The metadata's entry that describes what the file holds."""


@dataclass(frozen=True)
class SavedProgress(fields.Settings):
    """How far the network had been trained."""

    epoch: int = fields.whole(0, "Epoch", "Whole epochs done.", low=0, high=2**53)
    step: int = fields.whole(0, "Step", "Optimizer steps done.", low=0, high=2**53)
    seconds: float = fields.number(
        0.0, "Seconds", "Time spent training.", low=0.0, high=1e12, unit="s"
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
    snapshot: Snapshot,
    normalization: Normalization,
    *,
    backup: bool = False,
) -> None:
    """Write a moment of a run, replacing the file in one step; it may stay as a backup.

    Raises
    ------
    FileError
        Where the file cannot be written; what was there stays as it was.
    """
    name = Path(path).name or str(path)
    dataset = snapshot.experiment.data.load()
    network = _network(snapshot.experiment, dataset)
    network.parameters[:] = snapshot.parameters
    network.statistics[:] = snapshot.statistics
    tensors = finite_tensors(network, name)
    tensors |= zip(NORMALIZATION, (normalization.mean, normalization.scale), strict=True)
    epochs, *columns = history_names(dataset.task)
    tensors[epochs] = snapshot.history.epochs
    tensors |= {name: snapshot.history.columns[column_key(name)] for name in columns}
    progress = SavedProgress(snapshot.epoch, snapshot.step, snapshot.seconds)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "experiment": fields.to_plain(snapshot.experiment),
        "progress": fields.to_plain(progress),
    }
    write_file(path, tensors, document, backup=backup)


def write_file(
    path: str | os.PathLike[str],
    tensors: Mapping[str, NDArray[Any]],
    document: dict[str, Any],
    *,
    backup: bool = False,
) -> None:
    """Write tensors and what describes them, replacing the file in one step.

    Raises
    ------
    FileError
        Where the file would be too large to be read again, or cannot be written.
    """
    name = Path(path).name or str(path)
    try:
        data = write_container(tensors, {DOCUMENT: json.dumps(document)})
    except FileError as error:
        raise FileError(f"{name} cannot be saved: {error}.") from None
    if len(data) > SIZE_LIMIT:
        raise FileError(
            f"{name} cannot be saved: it would have {len(data):,} bytes and the limit is "
            f"{SIZE_LIMIT:,}; train a smaller network."
        )
    write_atomically(path, data, backup=backup)


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


def finite_tensors(network: Network, name: str) -> dict[str, NDArray[Any]]:
    """Return a network's tensors by name for the file ``name``, once they are known to be finite.

    Raises
    ------
    FileError
        Where one holds NaN or infinity.
    """
    tensors: dict[str, NDArray[Any]] = dict(network.views())
    if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise FileError(
            f"{name} cannot be saved: the network has weights that are no finite numbers; reset it "
            "and lower the learning rate."
        )
    return tensors


def fill(network: Network, tensors: dict[str, NDArray[Any]]) -> None:
    """Move the tensors of a file into the network that they belong to, once they fit it.

    Raises
    ------
    FileError
        Where one is missing, has another shape or type, or an impossible value.
    """
    for name, view in network.views().items():
        view[...] = take(tensors, name, view.shape, network.parameters.dtype.type)
        if name.endswith(".running_variance") and (view < 0).any():
            raise FileError(f"tensor {name!r:.80} holds a variance below zero")


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Container]:
    """Open the shell of either kind of file; what is wrong inside is told with the file's name."""
    form = FileKind("experiment", SUFFIX, SIZE_LIMIT, ("F32", "F64"))
    try:
        with open_container(path, form) as file:
            yield file
    except MissingDataError:
        raise
    except PlaygroundError as error:
        name = Path(path).name or str(path)
        raise FileError(f"{name} cannot be opened: {str(error).rstrip('.')}.") from None


def check_names(file: Container, known: Iterable[str]) -> None:
    """Refuse a file with a tensor that nothing will take, before any of them is read."""
    for name in file.names.difference(known):
        raise FileError(f"tensor {name!r:.80} belongs to no layer of its network")


def _check(file: Container) -> SavedExperiment:
    document = document_of(file, FORMAT, VERSION, {"experiment", "progress"})
    experiment = fields.from_plain(Experiment, document["experiment"], "experiment")
    progress = fields.from_plain(SavedProgress, document["progress"], "progress")
    dataset = experiment.data.load()
    check_fit(experiment, dataset)
    _check_size(experiment, dataset, file.size)
    network = _network(experiment, dataset)
    check_names(file, {*network.views(), *NORMALIZATION, *history_names(dataset.task)})
    tensors = file.read()
    fill(network, tensors)
    mean, scale = (take(tensors, name, (dataset.features,), np.float32) for name in NORMALIZATION)
    if not (scale > 0).all():
        raise FileError("its normalization divides by zero or a negative number")
    return SavedExperiment(
        run=0,
        experiment=experiment,
        parameters=network.parameters,
        statistics=network.statistics,
        gradient=network.gradient,
        update=None,
        history=_history(tensors, dataset.task),
        epoch=progress.epoch,
        step=progress.step,
        batch=0,
        batches=1,
        seconds=progress.seconds,
        examples_per_second=0.0,
        course=None,
        dataset=dataset,
        normalization=Normalization(mean, scale),
    )


def description(file: Container) -> dict[str, Any]:
    """Return what a file says of itself, empty where that is no table."""
    if DOCUMENT not in file.metadata:
        raise FileError(
            "it holds tensors of another program, not an experiment; choose a .playground file"
        )
    document = read_json(file.metadata[DOCUMENT], "its description")
    return document if isinstance(document, dict) else {}


def document_of(
    file: Container, expected_format: str, newest: int, keys: set[str]
) -> Mapping[str, Any]:
    """Return what a file says of itself, once its format is known to be ours.

    Raises
    ------
    FileError
        Where it is of another format, newer than ``newest``, or without one of the ``keys``.
    """
    document = description(file)
    found = document.get("format")
    if found == NETWORK_FORMAT != expected_format:
        raise FileError(
            "it holds a network from a script without the data it learned from; open it there, "
            "with playground.load"
        )
    if found != expected_format:
        raise FileError(f"its description does not begin with the format {expected_format!r}")
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise FileError(f"its format version should be a whole number and is {version!r:.40}")
    if version > newest:
        raise FileError(
            f"it was saved in version {version} of the format and this Playground reads up to "
            f"{newest}; update Playground"
        )
    expected = {"format", "version", *keys}
    if set(document) != expected:
        there = ", ".join(sorted(document))
        raise FileError(
            f"its description should have {', '.join(sorted(expected))} and has {there:.200}"
        )
    return document


def _check_size(experiment: Experiment, dataset: Dataset, file_bytes: int) -> None:
    """Refuse a network too large to train or for the file, before memory is taken for it."""
    needed = 4 * sum(size.parameters for size in layer_sizes(experiment, dataset))
    if needed > file_bytes:
        raise FileError(
            f"its network has {needed:,} bytes of weights and the whole file has {file_bytes:,}; "
            "copy or download it again"
        )


def _history(tensors: dict[str, NDArray[Any]], task: Task) -> History:
    names = history_names(task)
    length = len(tensors[names[0]]) if names[0] in tensors and tensors[names[0]].ndim else 0
    epochs, *columns = (
        take(tensors, name, (length,), np.float64, finite=name == names[0]) for name in names
    )
    if length and not (epochs[0] >= 0 and (np.diff(epochs) >= 0).all()):
        raise FileError("the epochs of its history should rise from 0")
    for column in (epochs, *columns):
        column.flags.writeable = False
    keys = map(column_key, names[1:])
    return History(epochs, dict(zip(keys, columns, strict=True)))
