"""An epoch's examples: every one once, or every class equally often."""

import numpy as np
import pytest

from playground.data.augmentation import Augmentation
from playground.data.catalogue import load
from playground.data.preparation import Prepared, prepare
from playground.data.tasks import target_matrix
from playground.training.epoch_batches import EpochBatches

NO_AUGMENTATION = Augmentation()


def prepared_set(name: str = "rare", examples: int = 500) -> Prepared:
    dataset = load(name, examples=examples, noise=0.05)
    return prepare(dataset, test_fraction=0.2, standardize=False, seed=0)


def batches_of(prepared: Prepared, *, balanced: bool, seed: int = 3) -> EpochBatches:
    outputs = max(len(prepared.dataset.class_names), 1)
    targets = target_matrix(prepared.train_targets, outputs)
    return EpochBatches(prepared, targets, seed=seed, balanced=balanced)


def epoch(batches: EpochBatches, batch_size: int | None = 32) -> tuple[np.ndarray, np.ndarray]:
    """Take a whole epoch; return its rows and targets, and begin the next."""
    rows, targets = [], []
    while not batches.epoch_done:
        while not batches.ready:
            batches.prepare(batch_size, NO_AUGMENTATION)
        taken = batches.take()
        rows.append(taken[0].copy())
        targets.append(taken[1].copy())
    batches.begin_epoch()
    return np.concatenate(rows), np.concatenate(targets)


def as_set(rows: np.ndarray) -> set[tuple[float, ...]]:
    return {tuple(row) for row in rows.tolist()}


@pytest.mark.parametrize("batch_size", [1, 32, 1000, None])
def test_a_balanced_epoch_draws_every_class_equally_often(batch_size: int | None) -> None:
    prepared = prepared_set()
    _, targets = epoch(batches_of(prepared, balanced=True), batch_size)
    assert len(targets) == len(prepared.train_inputs) == 400
    assert targets.sum(axis=0).tolist() == [200, 200]
    assert np.bincount(prepared.train_targets).tolist() == [384, 16]


def test_rare_examples_come_equally_often_and_common_ones_at_most_once() -> None:
    prepared = prepared_set()
    rows, targets = epoch(batches_of(prepared, balanced=True))
    rare, times = np.unique(rows[targets[:, 1] == 1], axis=0, return_counts=True)
    assert len(rare) == 16
    assert set(times.tolist()) == {12, 13}
    assert len(as_set(rows[targets[:, 0] == 1])) == 200


def test_every_drawn_row_keeps_its_own_target() -> None:
    prepared = prepared_set()
    truth = {tuple(row): label for row, label in zip(
        prepared.train_inputs.tolist(), prepared.train_targets.tolist(), strict=True
    )}  # fmt: skip
    rows, targets = epoch(batches_of(prepared, balanced=True))
    for row, target in zip(rows.tolist(), targets, strict=True):
        assert truth[tuple(row)] == target.argmax()


def test_common_examples_take_turns_from_epoch_to_epoch() -> None:
    batches = batches_of(prepared_set(), balanced=True)
    drawn = [as_set(rows[targets[:, 0] == 1]) for rows, targets in (epoch(batches), epoch(batches))]
    assert drawn[0] != drawn[1]


def test_a_remainder_goes_to_classes_at_random() -> None:
    prepared = prepared_set("three-spirals", examples=500)  # 400 = 3 · 133 + 1
    batches = batches_of(prepared, balanced=True)
    longest = set()
    for _ in range(12):
        counts = epoch(batches)[1].sum(axis=0)
        assert sorted(counts.tolist()) == [133, 133, 134]
        longest.add(int(counts.argmax()))
    assert longest == {0, 1, 2}


def test_the_seed_repeats_a_balanced_epoch() -> None:
    prepared = prepared_set()
    first, again, other = (
        epoch(batches_of(prepared, balanced=True, seed=seed))[0] for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_balancing_begins_and_ends_with_an_epoch() -> None:
    prepared = prepared_set()
    batches = batches_of(prepared, balanced=False)
    batches.balanced = True
    assert epoch(batches)[1].sum(axis=0).tolist() == [384, 16]
    batches.balanced = False
    assert epoch(batches)[1].sum(axis=0).tolist() == [200, 200]
    rows, _ = epoch(batches)
    assert as_set(rows) == as_set(prepared.train_inputs)


def test_a_regression_has_nothing_to_balance() -> None:
    prepared = prepared_set("bumps")
    plain, balanced = (epoch(batches_of(prepared, balanced=on))[0] for on in (False, True))
    np.testing.assert_array_equal(plain, balanced)


def test_a_class_without_an_example_is_left_out() -> None:
    prepared = prepare(load("one-neuron"), test_fraction=0, standardize=False, seed=0)
    rows, targets = epoch(batches_of(prepared, balanced=True))
    assert rows.tolist() == [[2, 3]]
    assert targets.tolist() == [[0, 1]]
