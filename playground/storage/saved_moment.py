"""A moment of training as parts of a file: what its description says, and its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.data.dataset import Dataset
from playground.errors import FileError
from playground.files.container import Container, Form, Tensors
from playground.nn.network import Network
from playground.storage import saved_course
from playground.storage.earlier import as_meant
from playground.storage.saved_course import SavedCourse
from playground.storage.shell import finite_tensors
from playground.storage.tensor_names import (
    GRADIENT,
    UPDATE,
    Expected,
    check_finite,
    column_key,
    expected_of,
    fill,
    history_names,
    length_in,
)
from playground.training.experiment import Experiment
from playground.training.history import History
from playground.training.moment import Moment
from playground.training.size import generator_sizes, layer_sizes
from playground.training.task_fit import check_fit
from playground.wording import grouped

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


def packed(
    moment: Moment, dataset: Dataset, name: str
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what a file says of a moment with its course, and its tensors by name.

    Raises
    ------
    FileError
        Where it has weights that are not finite; ``name`` is the file's.
    """
    experiment, course = moment.experiment, moment.course
    assert course is not None
    network = experiment.network(dataset)
    network.parameters[:] = moment.parameters
    network.statistics[:] = moment.statistics
    tensors = finite_tensors(network, name)
    tensors |= saved_course.arrays_of(course)
    tensors[GRADIENT] = moment.gradient
    if moment.update is not None:
        tensors[UPDATE] = moment.update
    epochs, *columns = history_names(experiment, dataset)
    tensors[epochs] = moment.history.epochs
    tensors |= {name: moment.history.columns[column_key(name)] for name in columns}
    progress = {name: getattr(moment, name) for name in fields.describe(SavedProgress)}
    plain = {
        "experiment": fields.to_plain(experiment),
        "progress": fields.to_plain(SavedProgress(**progress)),
        "course": fields.to_plain(SavedCourse.of(course)),
    }
    return plain, tensors


@dataclass(frozen=True, eq=False)
class SavedMoment:
    """A moment whose description is known to be sound, before any of its tensors is read."""

    experiment: Experiment
    dataset: Dataset
    network: Network
    progress: SavedProgress
    course: SavedCourse | None

    @classmethod
    def of(
        cls, plain: Mapping[str, Any], experiment: Experiment, dataset: Dataset, file: Container
    ) -> SavedMoment:
        """Return what a file says, which has no course in early versions.

        Raises
        ------
        FileError, FieldError
            Where something is missing, out of its bounds or does not fit together.
        """
        progress = fields.from_plain(SavedProgress, plain["progress"], "progress")
        course = None
        if "course" in plain:
            course = fields.from_plain(SavedCourse, plain["course"], "course")
            for name, part in (("progress", progress), ("course", course)):
                if fields.to_plain(part) != plain[name]:
                    raise FileError(f"its {name} of training lacks some numbers")
        check_fit(experiment, dataset)
        _check_size(experiment, dataset, file.size)
        network = experiment.network(dataset)
        *layers, _ = as_meant(experiment.recipe.answering(network), file.forms)
        if tuple(layers) != experiment.layers:
            experiment = replace(experiment, layers=tuple(layers))
            network = experiment.network(dataset)
        return cls(experiment, dataset, network, progress, course)

    def expected(self, forms: Mapping[str, Form]) -> dict[str, Expected]:
        """Return what the moment's tensors should be in a file of these."""
        count = self.network.parameter_count
        names = history_names(self.experiment, self.dataset)
        history = Expected(("float64",), (length_in(forms, names[0], LONGEST_HISTORY),))
        expected = expected_of(self.network) | dict.fromkeys(names, history)
        if self.course is None:
            return expected
        of_step = (GRADIENT, UPDATE) if UPDATE in forms else (GRADIENT,)
        optimizers = self.experiment.recipe.optimizers(self.experiment.training)
        moments = max(len(optimizer.moments) for optimizer in optimizers), count
        return (
            expected
            | dict.fromkeys(of_step, Expected(("float32",), (count,)))
            | saved_course.expected_arrays(forms, moments, len(self.dataset))
        )

    def moment(self, tensors: Tensors) -> Moment:
        """Return the moment, once its tensors are known to be possible.

        Raises
        ------
        FileError
            Where they are not.
        """
        network, progress = self.network, self.progress
        fill(network, tensors)
        history = self._history(tensors)
        course = None
        if self.course is not None:
            course = self.course.course(tensors, history, progress.epoch, progress.batch)
        return Moment(
            run=0,
            experiment=self.experiment,
            parameters=network.parameters,
            statistics=network.statistics,
            gradient=tensors.get(GRADIENT, network.gradient),
            update=tensors.get(UPDATE),
            history=history,
            course=course,
            **vars(progress),
        )

    def _history(self, tensors: Tensors) -> History:
        names = history_names(self.experiment, self.dataset)
        check_finite(tensors, names[:1])
        epochs, *columns = (tensors[name] for name in names)
        if len(epochs) and not (epochs[0] >= 0 and (np.diff(epochs) >= 0).all()):
            raise FileError("the epochs of its history should rise from 0")
        for column in (epochs, *columns):
            column.flags.writeable = False
        keys = map(column_key, names[1:])
        return History(epochs, dict(zip(keys, columns, strict=True)))


def _check_size(experiment: Experiment, dataset: Dataset, file_bytes: int) -> None:
    """Refuse a network too large to train or for the file, before memory is taken for it."""
    sizes = (*generator_sizes(experiment, dataset), *layer_sizes(experiment, dataset))
    needed = 4 * sum(size.parameters for size in sizes)
    if needed > file_bytes:
        raise FileError(
            f"its network has {grouped(needed)} bytes of weights and the whole file has "
            f"{grouped(file_bytes)}; copy or download it again"
        )
