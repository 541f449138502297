"""Which settings mean something for the present data, wherever they are shown."""

from __future__ import annotations

from playground.data.catalogue import DATASETS
from playground.data.own.drawings import can_use
from playground.data.preparation import Prepared


def applicable_fields(prepared: Prepared) -> set[str]:
    """Return the paths of those settings that change something for a data set.

    A set that its makers have parted has no test part to choose, and one that is too small to be
    parted no part at all.
    """
    dataset = prepared.dataset
    divisible = not dataset.indivisible and dataset.test_part is None
    paths = {"data.standardize"}
    takes = DATASETS[dataset.name].takes if dataset.name in DATASETS else ()
    paths |= {f"data.{name}" for name in takes}
    if divisible:
        paths.add("data.test_fraction")
    if not dataset.indivisible:
        paths.add("data.validation_fraction")
    if not dataset.steps:
        paths.add("data.task")
    if dataset.labelled:
        paths.add("training.balance_classes")
    few = dataset.labelled and not dataset.indivisible
    if few:
        paths.add("data.few")
    if divisible or few or prepared.validation is not None:
        paths.add("data.seed")
    if can_use(dataset):
        paths.add("training.own_share")
    if dataset.kind.pictures:
        paths.add("training.augmentation")
    return paths
