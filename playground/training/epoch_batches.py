"""Hands out an epoch's examples in shuffled mini-batches, augmented where that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.augmentation import Augmentation
from playground.data.preparation import Prepared
from playground.data.rows import ByteRows, take
from playground.nn.batches import Batches

Floats = NDArray[np.float32]

_AUGMENTED = 256
"""Examples augmented between two yields: a few milliseconds."""


@dataclass(frozen=True, eq=False)
class EpochPlace:
    """Where in an epoch the next batch is taken, and what decides all that follow.

    Attributes
    ----------
    order
        The training part's examples in this epoch's order, in the smallest unsigned integers.
    draws
        The same with the user's own drawings among them, counted behind the examples; None where
        there are none.
    evenly
        Whether the order draws every class equally often.
    gathered_from, position
        Where the piece that is gathered ahead begins, and the place of the next example.
    batches_done
        In this epoch.
    generators
        The states of the bit generators that shuffle, augment (as it was before the piece) and
        take turns among the user's own drawings.
    """

    order: NDArray[np.unsignedinteger[Any]]
    draws: NDArray[np.unsignedinteger[Any]] | None
    evenly: bool
    gathered_from: int
    position: int
    batches_done: int
    generators: Mapping[str, Mapping[str, Any]]


class EpochBatches(Batches):
    """The mini-batches of an experiment.

    Pictures are augmented as they are in the data set, and normalized after it.

    An epoch has as many draws as there are training examples. Balanced, each of the K classes that
    occur gets ⌊n / K⌋ or ⌈n / K⌉ of the n draws: a rare class's examples come repeatedly, each as
    often as the others of its class or once more, and of a common class another part each epoch.

    With a share s of the user's own drawings, each batch of b draws has ⌊b·s⌋ or ⌈b·s⌉ of them, in
    place of as many others, another random part each epoch. They come in turns: every drawing
    equally often or once more.

    Parameters
    ----------
    prepared
        The data, whose training part is handed out.
    targets
        What the outputs should be for the training part, shape (examples, outputs).
    seed
        Decides the order and the augmentation.
    balanced
        Whether every class is drawn equally often; without effect where targets are numbers.
    own_share
        The share of the user's own drawings, 0 to below 1.

    Attributes
    ----------
    balanced
        A change applies from the next epoch on.
    """

    def __init__(
        self,
        prepared: Prepared,
        targets: Floats | ByteRows,
        *,
        seed: int,
        balanced: bool = False,
        own_share: float = 0.0,
    ) -> None:
        self.balanced = balanced
        self._data = prepared
        self._augment_rng = np.random.default_rng([seed, 1])
        self._augment_before = self._augment_rng.bit_generator.state
        self._own_rng = np.random.default_rng([seed, 3])
        self._own_share = own_share
        self._own_targets = self._own_rows(targets.shape[1])
        self._order_is_balanced = False
        self._raw = False
        super().__init__(prepared.train_inputs, targets, np.random.default_rng([seed, 0]))

    def begin_epoch(self) -> None:
        """Shuffle, and start from the first example."""
        balanced = self.balanced and self._data.dataset.labelled
        if balanced:
            self._order = self._drawn_evenly()
        elif self._order_is_balanced:
            self._order = np.arange(len(self._order))
        self._order_is_balanced = balanced
        super().begin_epoch()
        self._mix()

    def mix_own(self, prepared: Prepared, share: float) -> None:
        """Go on with other drawings of the user's own, or another share of them."""
        same = prepared is self._data and share == self._own_share
        mixed = bool(share or self._own_share)
        self._data, self._own_share = prepared, share
        self._own_targets = self._own_rows(self._targets.shape[1])
        if mixed and not same:
            self._mix()

    def _own_rows(self, outputs: int) -> Floats:
        """Return what the outputs should be for the user's own drawings, (drawings, outputs)."""
        own, task = self._data.own, self._data.dataset.task
        if not len(own.inputs):
            return np.empty((0, outputs), np.float32)
        units = outputs // own.targets.shape[1] if task.at_every_step else outputs
        inputs = self._data.normalization.apply(own.inputs)
        return np.asarray(task.target_rows(inputs, own.targets, units), np.float32)

    def _mix(self) -> None:
        """Give the user's own drawings their share of the draws that are still to come.

        Draw i is one of them where ⌊(i + 1)·s⌋ > ⌊i·s⌋, which spreads them evenly.
        """
        examples, own = len(self._order), len(self._own_targets)
        self._draws = self._order
        if own and self._own_share:
            before = np.floor(np.arange(self._position, examples + 1) * self._own_share)
            places = self._position + np.flatnonzero(np.diff(before))
            turns = np.tile(np.arange(own), (-(-len(places) // own), 1))
            turns = self._own_rng.permuted(turns, axis=1).ravel()
            self._draws = self._order.copy()
            self._draws[places] = examples + turns[: len(places)]
        self.forget_prepared()

    def _drawn_evenly(self) -> NDArray[np.int64]:
        """Return as many examples as there are, equally many of each class, class by class."""
        rng, labels = self._shuffle_rng, self._data.train_targets
        classes = np.unique(labels)
        draws = np.full(len(classes), len(labels) // len(classes))
        draws[rng.permutation(len(classes))[: len(labels) % len(classes)]] += 1
        drawn = []
        for label, count in zip(classes, draws, strict=True):
            members = np.flatnonzero(labels == label)
            rounds, rest = divmod(int(count), len(members))
            drawn += [np.tile(members, rounds), rng.permutation(members)[:rest]]
        return np.concatenate(drawn)

    def place(self) -> EpochPlace:
        """Return where the epoch stands, with arrays of its own."""
        largest = len(self._order) + len(self._own_targets)
        kind = np.min_scalar_type(largest)
        within = self._start <= self._position < self._stop
        augment = self._augment_before if within else self._augment_rng.bit_generator.state
        return EpochPlace(
            order=self._order.astype(kind),
            draws=None if self._draws is self._order else self._draws.astype(kind),
            evenly=self._order_is_balanced,
            gathered_from=self._start if within else self._position,
            position=self._position,
            batches_done=self.batches_done,
            generators={
                "shuffle": self._shuffle_rng.bit_generator.state,
                "augment": augment,
                "own": self._own_rng.bit_generator.state,
            },
        )

    def go_to(self, place: EpochPlace, batch_size: int | None, augmentation: Augmentation) -> None:
        """Go on from a place of an epoch, if it is one over as many examples; else anew."""
        examples, own = len(self._order), len(self._own_targets)
        if len(place.order) != examples:
            return
        self._order = place.order.astype(np.int64)
        self._order_is_balanced = place.evenly
        self._shuffle_rng.bit_generator.state = place.generators["shuffle"]
        self._augment_rng.bit_generator.state = place.generators["augment"]
        self._own_rng.bit_generator.state = place.generators["own"]
        self.batches_done = place.batches_done
        self._position = place.position
        self._draws = self._order
        if place.draws is not None and place.draws.max() < examples + own:
            self._draws = place.draws.astype(np.int64)
        elif place.draws is not None:
            self._mix()
        self._position = place.gathered_from
        self.forget_prepared()
        if place.position > place.gathered_from:
            self.prepare(batch_size, augmentation)
            while self._ready < self._stop:
                self.prepare(batch_size, augmentation)
            self._position = place.position
            if self._position >= self._stop:
                self.forget_prepared()

    def forget_prepared(self) -> None:
        """Prepare the coming examples again, as after a change of batch size."""
        super().forget_prepared()
        self._ready = self._position

    def replace_targets(self, targets: Floats | ByteRows) -> None:
        """Go on with targets of another width."""
        self._targets = targets
        self._own_targets = self._own_rows(self._targets.shape[1])
        self._piece_targets = targets[:0]
        self.forget_prepared()

    @property
    def ready(self) -> bool:
        """Whether the next batch can be taken."""
        return self._position < self._stop == self._ready

    def prepare(self, batch_size: int | None, augmentation: Augmentation) -> None:
        """Gather the next piece of the epoch, or augment the next few examples of the piece."""
        self._raw = augmentation.active and self._data.dataset.kind.pictures
        if self._stop == self._position:
            self._augment_before = self._augment_rng.bit_generator.state
            self.gather(batch_size)
            self._ready = self._position
        if self._raw:
            self._augment(augmentation)
        else:
            self._ready = self._stop

    def _whole(self) -> bool:
        mixed = self._draws is not self._order
        return not (self._raw or self._order_is_balanced or mixed)

    def _fetch(self, start: int, stop: int) -> None:
        examples, chosen = len(self._order), self._draws[start:stop]
        mixed = self._draws is not self._order
        if mixed:
            own = np.flatnonzero(chosen >= examples)
            drawings = chosen[own] - examples
            chosen = np.where(chosen < examples, chosen, 0)
        targeted = self._wanted is not self._rows
        if targeted:
            take(self._targets, chosen, self._wanted)
        source = self._inputs
        if self._raw:
            source, chosen = self._data.dataset.inputs, self._data.train_index[chosen]
        take(source, chosen, self._rows)
        if mixed:
            rows = self._data.own.inputs[drawings]
            self._rows[own] = rows if self._raw else self._data.normalization.apply(rows)
            if targeted:
                self._wanted[own] = self._own_targets[drawings]

    def _augment(self, augmentation: Augmentation) -> None:
        first = self._ready - self._start
        rows = self._piece_rows[first : min(first + _AUGMENTED, self._stop - self._start)]
        augmentation.apply(rows, self._data.dataset.image_shape, self._augment_rng, rows)
        normalization = self._data.normalization
        if normalization.active:
            np.subtract(rows, normalization.mean, out=rows)
            np.divide(rows, normalization.scale, out=rows)
        self._ready += len(rows)
