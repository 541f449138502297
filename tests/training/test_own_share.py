"""The user's own drawings among a batch's examples: how many, which, and what stays as it was."""

import dataclasses

import numpy as np
import pytest

from playground import fields
from playground.data.augmentation import Augmentation
from playground.data.catalogue import load
from playground.data.own.drawings import NO_DRAWINGS, Fitting
from playground.data.preparation import Prepared, prepare
from playground.data.tasks import target_matrix
from playground.errors import PlaygroundError
from playground.training.epoch_batches import EpochBatches
from playground.training.experiment import DataSettings, Experiment
from playground.training.trainer import Pulse, Trainer

OWN = 3
MARK = 0.123


def digits(own: int = OWN, *, standardize: bool = False) -> Prepared:
    """The 8×8 digits with drawings whose every pixel is MARK, labelled 0, 1, 2."""
    dataset = load("digits")
    prepared = prepare(dataset, test_fraction=0.2, standardize=standardize, seed=0)
    inputs = np.full((own, dataset.features), MARK, np.float32)
    return dataclasses.replace(prepared, own=Fitting((), inputs, np.arange(own, dtype=np.int64)))


def batches_of(prepared: Prepared, share: float, *, balanced: bool = False) -> EpochBatches:
    targets = target_matrix(prepared.train_targets, 10)
    return EpochBatches(prepared, targets, seed=5, balanced=balanced, own_share=share)


def take_epoch(
    batches: EpochBatches,
    batch_size: int | None,
    augmentation: Augmentation | None = None,
    *,
    most: int = 10**9,
) -> list[tuple[np.ndarray, np.ndarray]]:
    taken = []
    while not batches.epoch_done and len(taken) < most:
        while not batches.ready:
            batches.prepare(batch_size, augmentation or Augmentation())
        rows, targets = batches.take()
        taken.append((np.array(rows), targets.copy()))
    return taken


def own_in(rows: np.ndarray) -> np.ndarray:
    return np.isclose(rows, MARK).all(axis=1)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.33, 0.5])
@pytest.mark.parametrize("batch_size", [1, 32, 100])
def test_every_batch_has_its_share_of_own_drawings(share: float, batch_size: int) -> None:
    prepared = digits()
    for rows, _ in take_epoch(batches_of(prepared, share), batch_size):
        count = own_in(rows).sum()
        assert np.floor(len(rows) * share - 1e-9) <= count <= np.ceil(len(rows) * share + 1e-9)


def test_an_epoch_is_as_long_as_without_and_repeats_no_other_example() -> None:
    prepared = digits()
    rows = np.concatenate([rows for rows, _ in take_epoch(batches_of(prepared, 0.2), 32)])
    examples = len(prepared.train_inputs)
    assert len(rows) == examples == 1437
    others = rows[~own_in(rows)]
    assert len(others) == examples - int(examples * 0.2)
    whole = np.asarray(prepared.train_inputs)
    known, times = np.unique(whole, axis=0, return_counts=True)
    seen, drawn = np.unique(others, axis=0, return_counts=True)
    allowed = {row.tobytes(): count for row, count in zip(known, times, strict=True)}
    assert all(allowed[row.tobytes()] >= n for row, n in zip(seen, drawn, strict=True))


def test_own_drawings_take_turns_and_keep_their_labels() -> None:
    taken = take_epoch(batches_of(digits(), 0.2), 32)
    labels = np.concatenate([targets[own_in(rows)] for rows, targets in taken]).sum(axis=0)
    assert labels[3:].sum() == 0
    assert labels.sum() == 287
    assert sorted(labels[:3].tolist()) == [95, 96, 96]


def test_the_full_batch_is_mixed_too() -> None:
    ((rows, targets),) = take_epoch(batches_of(digits(), 0.5), None)
    assert own_in(rows).sum() == len(rows) // 2
    assert targets[own_in(rows)].argmax(axis=1).max() == 2


@pytest.mark.parametrize("prepared", [digits(0), digits()])
@pytest.mark.parametrize("batch_size", [1, 32, None])
def test_without_a_share_or_drawings_nothing_changes(
    prepared: Prepared, batch_size: int | None
) -> None:
    share = 0.0 if len(prepared.own.targets) else 0.3
    plain = dataclasses.replace(prepared, own=NO_DRAWINGS)
    for mine, usual in zip(
        take_epoch(batches_of(prepared, share), batch_size),
        take_epoch(batches_of(plain, 0.0), batch_size),
        strict=True,
    ):
        assert np.array_equal(mine[0], usual[0])
        assert np.array_equal(mine[1], usual[1])


def test_the_same_seed_draws_the_same() -> None:
    first, second = (take_epoch(batches_of(digits(), 0.2), 32) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one[0], other[0])
        assert np.array_equal(one[1], other[1])


def test_other_examples_are_left_out_in_the_next_epoch() -> None:
    batches = batches_of(digits(), 0.5)
    epochs = []
    for _ in range(2):
        rows = np.concatenate([rows for rows, _ in take_epoch(batches, 32)])
        epochs.append({row.tobytes() for row in rows[~own_in(rows)]})
        batches.begin_epoch()
    assert epochs[0] != epochs[1]


def test_balanced_classes_stay_about_balanced_among_the_others() -> None:
    batches = batches_of(digits(), 0.2, balanced=True)
    counts = np.zeros(10)
    for _ in range(10):
        for rows, targets in take_epoch(batches, 32):
            counts += targets[~own_in(rows)].sum(axis=0)
        batches.begin_epoch()
    assert counts.min() / counts.max() > 0.9


def test_own_drawings_are_normalized_and_augmented_as_all_are() -> None:
    prepared = digits(standardize=True)
    expected = prepared.normalization.apply(prepared.own.inputs[0])
    taken = take_epoch(batches_of(prepared, 0.2), 32)
    found = np.isclose(np.concatenate([rows for rows, _ in taken]), expected, atol=1e-5)
    assert found.all(axis=1).sum() == 287


def test_own_drawings_are_augmented_as_all_are() -> None:
    square = np.zeros((8, 8), np.float32)
    square[1:7, 1:7] = 1
    prepared = dataclasses.replace(digits(), own=Fitting((), square.reshape(1, 64), np.array([7])))
    taken = take_epoch(batches_of(prepared, 0.5), 32, Augmentation(shift=2.0))
    rows = np.concatenate([rows for rows, _ in taken])
    # No digit has so much ink; the square keeps all of it but what is moved off the page.
    squares = rows[(rows > 0.99).sum(axis=1) >= 25]
    assert len(squares) > 500
    assert len(np.unique(squares, axis=0)) > 400


def test_a_new_drawing_comes_in_within_the_epoch() -> None:
    batches = batches_of(digits(0), 0.2)
    before = take_epoch(batches, 32, most=10)
    batches.mix_own(digits(1), 0.2)
    after = take_epoch(batches, 32)
    assert sum(own_in(rows).sum() for rows, _ in before) == 0
    assert len(before) + len(after) == 45
    counts = [own_in(rows).sum() for rows, _ in after]
    assert min(counts[:-1]) >= 6


def test_bytes_and_a_single_output_are_mixed() -> None:
    dataset = load("digits")
    two = dataclasses.replace(
        dataset,
        inputs=np.array(dataset.inputs[dataset.targets < 2]),
        targets=np.array(dataset.targets[dataset.targets < 2]),
        class_names=("0", "1"),
    )
    prepared = dataclasses.replace(
        prepare(two, test_fraction=0.2, standardize=False, seed=0),
        own=Fitting((), np.full((1, 64), MARK, np.float32), np.array([1])),
    )
    targets = target_matrix(prepared.train_targets, 1)
    batches = EpochBatches(prepared, targets, seed=1, own_share=0.5)
    for rows, wanted in take_epoch(batches, 10):
        assert wanted.shape[1] == 1
        assert (wanted[own_in(rows)] == 1).all()


def trained(trainer: Trainer, epochs: int) -> None:
    run = trainer.run()
    while epochs:
        epochs -= next(run) is Pulse.EPOCH


def test_teaching_while_training_keeps_weights_and_moments() -> None:
    experiment = Experiment(DataSettings("digits"))
    experiment = dataclasses.replace(
        experiment, training=dataclasses.replace(experiment.training, own_share=0.2)
    )
    trainer = Trainer(experiment, digits(0))
    trained(trainer, 2)
    start = trainer.next_step()
    trainer.teach(digits(2))
    after = trainer.next_step()
    assert np.array_equal(start.parameters, after.parameters)
    assert np.array_equal(start.moments, after.moments)
    assert start.step_count == after.step_count
    assert own_in(after.rows).sum() in (6, 7)


def test_a_taught_drawing_is_learned() -> None:
    prepared = digits(1)
    prepared = dataclasses.replace(
        prepared,
        # The first digit is a 0.
        own=Fitting((), np.array(prepared.dataset.inputs[:1]), np.array([9])),
    )
    experiment = Experiment(DataSettings("digits"))
    shares = {}
    for share in (0.0, 0.2):
        training = dataclasses.replace(experiment.training, own_share=share)
        trainer = Trainer(dataclasses.replace(experiment, training=training), prepared)
        trained(trainer, 5)
        network = trainer.network
        shares[share] = network.forward(prepared.own.inputs.T)[:, 0].argmax()
    assert shares == {0.0: 0, 0.2: 9}


def test_a_step_that_was_looked_at_is_refused_after_teaching() -> None:
    experiment = Experiment(DataSettings("digits"))
    for share in (0.0, 0.2):
        training = dataclasses.replace(experiment.training, own_share=share)
        trainer = Trainer(dataclasses.replace(experiment, training=training), digits(1))
        start = trainer.next_step()
        trainer.teach(digits(2))
        if share:
            with pytest.raises(PlaygroundError, match="has changed since"):
                trainer.take(start)
        else:
            trainer.take(start)
            assert trainer.next_step().step_count == 1


def test_an_experiment_from_before_there_were_own_drawings_still_opens() -> None:
    plain = fields.to_plain(Experiment())
    del plain["training"]["own_share"]
    assert fields.from_plain(Experiment, plain) == Experiment()
