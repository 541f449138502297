"""The ``.playground`` file: a moment of an experiment's training, checked whole before any use."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from playground import fields
from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.preparation import Normalization, Prepared
from playground.errors import FileError
from playground.files.container import Container
from playground.storage import own_body, own_data, saved_moment
from playground.storage.saved_moment import SavedMoment
from playground.storage.shell import EXPERIMENT, check_keys, document_of, opened, write_file
from playground.storage.tensor_names import NORMALIZATION, Expected, check_finite, check_forms
from playground.training.experiment import Experiment
from playground.training.model import Model
from playground.training.moment import Moment

VERSION = 3


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
        model.whole.parameters[:] = self.parameters
        model.whole.statistics[:] = self.statistics
        return model


def save(
    path: str | os.PathLike[str],
    moment: Moment,
    prepared: Prepared,
    *,
    backup: bool = False,
) -> None:
    """Write a moment of a run, replacing the file in one step; it may stay as a backup.

    A data set of the user's own goes with it where it is small, and so does the body that the
    experiment begins with.

    Raises
    ------
    FileError
        Where the file cannot be written; what was there stays as it was.
    """
    dataset, normalization = prepared.dataset, prepared.normalization
    plain, tensors = saved_moment.packed(moment, dataset, Path(path).name or str(path))
    tensors |= zip(NORMALIZATION, (normalization.mean, normalization.scale), strict=True)
    words, arrays = own_data.packed(dataset)
    document = {"format": EXPERIMENT, "version": VERSION, **plain}
    if words:
        document["dataset"] = words
    begun, layers = own_body.packed(moment.experiment)
    if begun:
        document["body"] = begun
    write_file(path, tensors | arrays | layers, document, backup=backup)


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


def _check(file: Container) -> SavedExperiment:
    document = document_of(file, EXPERIMENT, VERSION)
    keys = {"experiment", "progress"}
    if document["version"] > 2:
        keys |= {"course"} | (document.keys() & {"dataset", "body"})
    check_keys(document, keys)
    plain, brought = document["experiment"], None
    if "body" in document:
        own_body.adopt(file, plain, document["body"])
    if "dataset" in document:
        brought, plain = own_data.unpacked(file, plain, document["dataset"])
    experiment = fields.from_plain(Experiment, plain, "experiment")
    dataset = experiment.data.asked_of(brought) if brought else experiment.data.load()
    saved = SavedMoment.of(document, experiment, dataset, file)
    features = Expected(("float32",), (dataset.features,))
    expected = saved.expected(file.forms) | dict.fromkeys(NORMALIZATION, features)
    taken = own_data.names_in(file) if brought else set()
    if "body" in document:
        taken |= own_body.names_in(file)
    check_forms({name: file.forms[name] for name in file.forms.keys() - taken}, expected)
    tensors = file.read(expected)
    moment = saved.moment(tensors)
    check_finite(tensors, NORMALIZATION)
    mean, scale = (tensors[name] for name in NORMALIZATION)
    if not (scale > 0).all():
        raise FileError("its normalization divides by zero or a negative number")
    if brought is not None:
        adopted = catalogue.adopt(brought)
        experiment = fields.replace_at(moment.experiment, "data.name", adopted.name)
        dataset = experiment.data.asked_of(adopted)
        moment = replace(moment, experiment=experiment)
    return SavedExperiment(
        **vars(moment),
        dataset=dataset,
        normalization=Normalization(mean, scale),
    )
