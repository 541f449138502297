"""Trains an experiment's network step by step, as a generator that knows no thread."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.errors import DivergedError, PlaygroundError
from playground.training import metrics
from playground.training.edits.carry_over import CarryOver, carry_over
from playground.training.edits.operation import Operation, write
from playground.training.epoch_batches import EpochBatches
from playground.training.experiment import Experiment
from playground.training.finite_state import FiniteState
from playground.training.history import HistoryLog
from playground.training.moment import Course, Moment
from playground.training.recipes import Descent, Recipe
from playground.training.size import layer_sizes
from playground.training.snapshot import Snapshot
from playground.training.step_start import StepStart
from playground.training.stopping import StoppingRules
from playground.training.task_fit import check_fit
from playground.training.within_epoch import WithinEpoch

Floats = NDArray[np.float32]


class Pulse(enum.Enum):
    """What has just been done when :meth:`Trainer.run` yields."""

    PREPARED = "prepared"
    BATCH = "batch"
    EPOCH = "epoch"


class Trainer:
    """Owns a network while it learns.

    Parameters
    ----------
    experiment
        What to train.
    prepared
        The experiment's data, where the caller has prepared them already.
    run
        The run's number, carried by every snapshot.
    start
        A moment of the same layers and data to go on from; None begins with the seed's weights.

    Raises
    ------
    FieldError
        Where the network would take too much memory, or its loss has no meaning.
    """

    def __init__(
        self,
        experiment: Experiment,
        prepared: Prepared | None = None,
        *,
        run: int = 0,
        start: Moment | None = None,
    ) -> None:
        self.prepared = prepared or experiment.data.prepared()
        self.run_number = run
        self.epoch = 0
        self.seconds = 0.0
        self.reason = ""
        self._schedule_start = 0.0
        self._latest: dict[str, float] = {}
        self._speed = 0.0
        self._speed_mark = (0, 0.0)
        self._examples = 0
        self._earlier_steps = 0
        self._rules = StoppingRules()
        dataset, validation = self.prepared.dataset, self.prepared.validation
        recipe: Recipe = experiment.recipe
        names = metrics.columns(dataset.task, validation is not None) + recipe.columns(dataset)
        self._log = HistoryLog(names)
        self._within = WithinEpoch(names, self.prepared)
        check_fit(experiment, dataset)
        layer_sizes(experiment, dataset)
        self.experiment = experiment
        self.network = experiment.network(dataset)
        self._take_targets()
        self._before: NDArray[np.float32] | None = None
        self._update: NDArray[np.float32] | None = None
        self._dropout_rng = np.random.default_rng([experiment.seed, 2])
        self._step = self._new_step()
        self._batches = EpochBatches(
            self.prepared,
            self._train_targets,
            seed=experiment.seed,
            balanced=experiment.training.balance_classes,
            own_share=experiment.training.own_share,
        )
        self._latest_moment = start
        self._operated = False
        if start is None:
            self._measure()
        else:
            self._go_on_from(start)

    def _take_targets(self) -> None:
        outputs = self.experiment.output_units(self.prepared.dataset)
        self._train_targets = self.prepared.target_rows(self.prepared.parts["train"], outputs)
        self._parts = metrics.measured_parts(self.prepared, outputs)

    def _new_step(self) -> Descent:
        recipe: Recipe = self.experiment.recipe
        return recipe.step(self.network, self.experiment.training, self._dropout_rng)

    def run(self) -> Iterator[Pulse]:
        """Train until a stopping rule is met; ``reason`` then says which.

        Each yield is a place to pause, to look, to edit or to leave. Iterating again trains on;
        once a rule has been met, its limits count anew.

        Raises
        ------
        DivergedError
            When the loss is no longer finite; the parameters are put back to the end of the last
            epoch at which everything was finite.
        """
        self.reason = ""
        while not self.reason:
            mark = perf_counter()
            with np.errstate(all="ignore"):
                pulse = self._advance()
            self.seconds += perf_counter() - mark
            if self.reason:
                self._rules = StoppingRules.counting_from(self.epoch, self.seconds)
            yield pulse

    def _advance(self) -> Pulse:
        """Prepare examples, or take one step; at an epoch's end measure too."""
        training = self.experiment.training
        batches = self._batches
        if not batches.ready:
            batches.prepare(self.experiment.effective_batch_size, training.augmentation)
            return Pulse.PREPARED
        rate = self._rate()
        self._make_step(*batches.take(), rate)
        if not batches.epoch_done:
            if self.seconds >= self._within.due:
                self._within.take(self._now, self._examples, self.seconds, self._measured)
            self.reason = self._rules.after_batch(training.stopping, self.seconds) or ""
            return Pulse.BATCH
        self.epoch += 1
        batches.begin_epoch()
        self._measure()
        self.reason = (
            self._rules.after_epoch(training.stopping, self.epoch, self._latest)
            or self._rules.after_batch(training.stopping, self.seconds)
            or ""
        )
        return Pulse.EPOCH

    def _rate(self) -> float:
        training = self.experiment.training
        factor: float = training.schedule.factor(self._now - self._schedule_start)
        return training.learning_rate * factor

    def _make_step(self, rows: Any, targets: Floats, rate: float) -> None:
        """Move the parameters once; observe by how much where a snapshot was taken just before."""
        loss = self._step(rows, targets, rate)
        self._examples += len(rows)
        self._within.lost += loss * len(rows)
        if not math.isfinite(loss):
            raise self._roll_back()
        if self._before is not None:
            self._update = self.network.parameters - self._before
            self._before = None

    def next_step(self, example: tuple[Floats, Floats] | None = None) -> StepStart:
        """Return all that the next step depends on, without making it.

        Parameters
        ----------
        example
            Rows (batch, features), normalized, and targets (batch, outputs) to step on in place of
            the next mini-batch.
        """
        if example is None:
            while not self._batches.ready:
                self._batches.prepare(
                    self.experiment.effective_batch_size, self.experiment.training.augmentation
                )
        rows, targets = self._batches.peek() if example is None else example
        return StepStart(
            run=self.run_number,
            experiment=self.experiment,
            rows=np.array(rows, np.float32),
            targets=np.array(targets, np.float32),
            learning_rate=self._rate(),
            step_count=self._step.step_count,
            parameters=self.network.parameters.copy(),
            statistics=self.network.statistics.copy(),
            moments=self._step.moments.copy(),
            dropout_state=dict(self._dropout_rng.bit_generator.state),
            epoch=self.epoch,
            batch=self._batches.batches_done,
            of_probe=example is not None,
        )

    def take(self, start: StepStart) -> None:
        """Make the step that :meth:`next_step` described.

        Raises
        ------
        PlaygroundError
            When it is no longer the next step.
        """
        now = self.run_number, self.experiment, self._step.step_count, self.network.parameters
        if not (start.is_at(*now) and (start.of_probe or self._batches.ready)):
            raise PlaygroundError(
                "The network has changed since this step was looked at: begin the step again."
            )
        mark = perf_counter()
        with np.errstate(all="ignore"):
            if start.of_probe:
                self._make_step(start.rows, start.targets, start.learning_rate)
            else:
                self._advance()
        self.seconds += perf_counter() - mark

    def operate(self, operation: Operation) -> str:
        """Carry an operation out between two steps.

        The optimizer's moments of every touched number become 0: they belong to its past.

        Returns
        -------
        str
            The effect in one clause.

        Raises
        ------
        PlaygroundError
            When there is nothing to do, or the loss would not be finite; nothing changes then.
        """
        edits = operation.edits(self.network, self.experiment)
        before = self._measured()
        self._before = None
        former = write(self.network, self._step.moments, edits)
        after = self._measured()
        if not math.isfinite(after["train_loss"]) and math.isfinite(before["train_loss"]):
            write(self.network, self._step.moments, former)
            raise PlaygroundError(
                f"{operation.title(self.network.names)} would make the loss infinite; the weights "
                "stay as they are. Choose smaller values."
            )
        self._operated = True
        self._take_over(after)
        return metrics.effect(self.prepared.dataset.task, before, after)

    def edit(self, experiment: Experiment, *, preserving: bool = False) -> CarryOver:
        """Go on with a changed experiment on the same data, and return what was kept.

        Every tensor whose layer keeps its name, its shape and its initializer keeps its values and
        its optimizer's moments; the rest starts afresh from the seed, and the learning rate's
        schedule from its beginning. Nothing changes when the new network is refused.

        Parameters
        ----------
        preserving
            Let added neurons and layers begin so that the network computes what it did, where that
            is possible.

        Raises
        ------
        FieldError
            Where the new network would take too much memory, or its loss has no meaning.
        """
        old = self.experiment
        dataset = self.prepared.dataset
        check_fit(experiment, dataset)
        layer_sizes(experiment, dataset)
        if not np.isfinite(self.network.parameters).all():
            # A step threw them out of bounds and no loss has told so yet: keep nothing of that.
            self._roll_back()
        same_network = experiment.has_layers_of(old)
        same_loss = experiment.training.loss == old.training.loss
        old_step, old_network = self._step, self.network
        before = {} if same_network else self._measured()
        self.experiment = experiment
        if not same_network:
            self.network = experiment.network(dataset)
            if self.network.output_shape != old_network.output_shape:
                self._take_targets()
                self._batches.replace_targets(self._train_targets)
        self._batches.balanced = experiment.training.balance_classes
        self._batches.mix_own(self.prepared, experiment.training.own_share)
        self._step = self._new_step()
        steps = self._earlier_steps + old_step.step_count
        preserving = preserving and not same_network
        rows = self.prepared.train_inputs[: metrics.LARGEST_MEASURED] if preserving else None
        carried = carry_over(old_network, old_step, self.network, self._step, old, experiment, rows)
        self._before = None
        self._earlier_steps = steps - self._step.step_count
        if experiment.effective_batch_size != old.effective_batch_size or (
            experiment.training.augmentation != old.training.augmentation
        ):
            self._batches.forget_prepared()
        self._finite = FiniteState.of(self.network, self._step, self.epoch)
        if not same_network:
            self._update = None
            if carried.fresh or len(self.network.layers) != len(old_network.layers):
                self._schedule_start = self._now
        if not same_loss:
            self._forget_losses()
        if not (same_network and same_loss):
            self._measure()
        if not same_network:
            carried = replace(carried, effect=metrics.effect(dataset.task, before, self._latest))
        return carried

    def _forget_losses(self) -> None:
        """Let the losses' curves begin anew: the present loss is measured in other units."""
        self._log.forget("_loss")
        self._within.forget("_loss")
        self._rules = replace(self._rules, best_loss=math.inf, best_epoch=self.epoch)

    def teach(self, prepared: Prepared) -> None:
        """Go on with other drawings of the user's own; all else of the data is the same."""
        self.prepared = prepared
        self._batches.mix_own(prepared, self.experiment.training.own_share)

    def _go_on_from(self, start: Moment) -> None:
        self.network.parameters[:] = start.parameters
        self.network.statistics[:] = start.statistics
        self.network.gradient[:] = start.gradient
        self._update = start.update
        self.epoch = start.epoch
        self.seconds = start.seconds
        self._speed = start.examples_per_second
        self._speed_mark = (0, start.seconds)
        self._earlier_steps = start.step
        self._rules = StoppingRules.counting_from(start.epoch, start.seconds)
        course, experiment = start.course, self.experiment
        if course is not None:
            self._step.moments[:] = course.moments
            self._step.step_count = course.step_count
            self._earlier_steps -= course.step_count
            self._schedule_start = course.schedule_start
            self._dropout_rng.bit_generator.state = course.dropout
            self._rules = replace(course.rules)
            self._operated = course.operated
            augmentation = experiment.training.augmentation
            self._batches.go_to(course.place, experiment.effective_batch_size, augmentation)
        if len(start.history):
            self._log.replace(start.history, course.measured if course is not None else None)
            self._within.replace(start.history.within)
            if experiment.training.loss != start.experiment.training.loss:
                self._forget_losses()
            self._latest = {name: start.history.last(name) for name in start.history.columns}
            self._finite = FiniteState.of(self.network, self._step, self.epoch)
        else:
            self._measure()

    def snapshot(self) -> Snapshot:
        """Return this moment, with arrays of its own."""
        examples, seconds = self._speed_mark
        elapsed = self.seconds - seconds
        if elapsed >= 0.5 or (elapsed > 0 and not examples):
            self._speed = (self._examples - examples) / elapsed
        if elapsed >= 0.5:
            self._speed_mark = (self._examples, self.seconds)
        self._before = self.network.parameters.copy()
        return Snapshot(
            run=self.run_number,
            experiment=self.experiment,
            parameters=self._before,
            statistics=self.network.statistics.copy(),
            history=replace(self._log.view(), within=self._within.view()),
            epoch=self.epoch,
            batch=self._batches.batches_done,
            batches=self._batches.batches_in_epoch(self.experiment.effective_batch_size),
            step=self._earlier_steps + self._step.step_count,
            seconds=self.seconds,
            examples_per_second=self._speed,
            gradient=self.network.gradient.copy(),
            update=self._update,
        )

    def moment(self) -> Moment:
        """Return this moment with all that going on from it depends on."""
        course = Course(
            moments=self._step.moments.copy(),
            step_count=self._step.step_count,
            schedule_start=self._schedule_start,
            dropout=self._dropout_rng.bit_generator.state,
            place=self._batches.place(),
            rules=replace(self._rules),
            measured=self._log.measured,
            operated=self._operated,
        )
        moment = Moment(**vars(self.snapshot()), course=course).sharing(self._latest_moment)
        self._latest_moment = moment
        return moment

    @property
    def touched(self) -> bool:
        """Whether the network is another than its seed gives: trained, or changed by hand."""
        return self._operated or self._earlier_steps + self._step.step_count > 0

    @property
    def _now(self) -> float:
        """Epochs done, the part of the present one included."""
        return self.epoch + self._batches.fraction_done

    def _measure(self) -> None:
        values = self._measured()
        if not math.isfinite(values["train_loss"]) and self._latest:
            raise self._roll_back()
        self._take_over(values)

    def _take_over(self, values: dict[str, float]) -> None:
        """Note what was measured, of a state that is as good a place to go back to as any."""
        self._latest = values
        self._log.append(self._now, values)
        self._within.begin(self._examples, self.seconds)
        self._finite = FiniteState.of(self.network, self._step, self.epoch)

    def _measured(self, parts: Iterable[str] = ()) -> dict[str, float]:
        """Return loss and accuracy on every part, or on some, as the network is now."""
        measured = {part: self._parts[part] for part in parts} if parts else self._parts
        loss = self.experiment.training.loss
        with np.errstate(all="ignore"):
            recipe: Recipe = self.experiment.recipe
            return recipe.measure(self.network, loss, self.prepared, measured)

    def _roll_back(self) -> DivergedError:
        """Return to the last finite state, and say what happened."""
        failed_in = self.epoch + (0 if not self._batches.at_start else -1) + 1
        self._finite.put_back(self.network, self._step)
        self.epoch = self._finite.epoch
        self._log.cut(self.epoch)
        self._within.cut(self.epoch)
        self._batches.begin_epoch()
        return self._finite.diverged(failed_in, self.experiment.training.learning_rate)
