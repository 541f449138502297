"""What a trained body is worth: the same few examples learned from scratch and with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.errors import Cancelled, PlaygroundError
from playground.training import body as bodies
from playground.training import metrics
from playground.training.experiment import Experiment, every_layer
from playground.training.trainer import Trainer
from playground.wording import counted, number

COUNTS = (1, 2, 5, 10)
"""Examples a class."""

DRAWS = 10
"""How often the examples, and the first weights, are drawn anew."""


FEWEST_DRAWS = 5
"""From which on there is a verdict: the error of a mean of fewer is not known well itself."""

RATE_ALONE = 10.0
"""Of an output that learns behind a frozen body, at least."""


@dataclass(frozen=True)
class Way:
    """A way to begin: with which body, empty for random weights, and whether it is frozen."""

    body: str = ""
    frozen: bool = False

    @property
    def title(self) -> str:
        """What a legend calls it."""
        if not self.body:
            return "From scratch"
        return f"{'Frozen' if self.frozen else 'Tuned'}: {bodies.find(self.body).title}"

    @property
    def words(self) -> str:
        """What a sentence calls it, where it begins with a body."""
        return f"“{bodies.find(self.body).title}”, {'frozen' if self.frozen else 'tuned'},"

    def of(self, experiment: Experiment) -> Experiment:
        """Return an experiment that begins this way, and is the same for the rest.

        From scratch, all layers learn alike: rates of their own are for what is known already. A
        frozen body leaves all learning to the output, which is then given a larger rate: at its
        usual one it would not come far in the same epochs.
        """
        for path, layer in every_layer(experiment.layers):
            if hasattr(layer, "trainable"):
                experiment = fields.replace_at(experiment, f"{path}.trainable", not self.frozen)
                if not self.body:
                    experiment = fields.replace_at(experiment, f"{path}.rate", 1.0)
        rate = experiment.output.rate if self.body else 1.0
        rate = max(rate, RATE_ALONE) if self.frozen else rate
        experiment = fields.replace_at(experiment, "output.rate", rate)
        return replace(experiment, body=self.body)


def ways_for(experiment: Experiment, dataset: Dataset) -> tuple[Way, ...]:
    """Return what is worth comparing: from scratch, other bodies, and the own, frozen and tuned.

    Bodies of which nothing fits the layers are left out.
    """
    own = experiment.body or next(iter(bodies.BUNDLED))
    others = [Way(name, frozen=True) for name in bodies.BUNDLED if name != own]
    ways = (*others, Way(own, frozen=True), Way(own))
    return (Way(), *(way for way in ways if way.of(experiment).begun(dataset)))


@dataclass(frozen=True, eq=False)
class Trials:
    """What was measured so far.

    Attributes
    ----------
    scores
        (ways, counts, draws): the share of the test part that is read right at the end of
        training, NaN where that is still to come.
    tested
        How many examples that is of.
    """

    ways: tuple[Way, ...]
    counts: tuple[int, ...]
    scores: NDArray[np.float64]
    tested: int

    @property
    def done(self) -> NDArray[np.bool_]:
        """Which draws all ways have been measured on, (counts, draws): only these compare."""
        done: NDArray[np.bool_] = np.all(np.isfinite(self.scores), axis=0)
        return done

    def at(self, way: int, count: int) -> NDArray[np.float64]:
        """Return the scores of a way at a count, of the draws that all ways have."""
        scores: NDArray[np.float64] = self.scores[way, count, self.done[count]]
        return scores

    def gain(self, way: int, count: int) -> NDArray[np.float64]:
        """Return by how much a way is better than the first, draw by draw."""
        return self.at(way, count) - self.at(0, count)

    @property
    def trained(self) -> tuple[int, int]:
        """How many networks have been trained, and of how many."""
        return int(np.isfinite(self.scores).sum()), self.scores.size

    def verdict(self, way: int, count: int) -> str:
        """Return in words how a way compares with the first, over the draws so far.

        A difference of less than two standard errors of its mean is called none; after too few
        draws nothing is said.
        """
        gains, examples = 100 * self.gain(way, count), counted(self.counts[count], "example")
        words = self.ways[way].words
        if len(gains) < FEWEST_DRAWS:
            return ""
        error = gains.std(ddof=1) / math.sqrt(len(gains))
        mean = f"{number(round(abs(gains.mean()), 1))} ± {number(round(error, 1))} points"
        if abs(gains.mean()) <= 2 * error:
            return f"With {examples} a class, {words} cannot be told from scratch ({mean})."
        better = "more" if gains.mean() > 0 else "less"
        return f"With {examples} a class, {words} reads {mean} {better} than from scratch."


def compare(
    experiment: Experiment,
    ways: Sequence[Way],
    counts: Sequence[int] = COUNTS,
    draws: int = DRAWS,
    *,
    breathe: Callable[[], None] | None = None,
    stopped: Callable[[], bool] = bool,
) -> Iterator[Trials]:
    """Train every way on every count in every draw, and yield what is known after each.

    In a draw, all ways learn from the same examples in the same order and begin with the same
    random output; the next draw has other examples, other random weights, and where the data set
    is drawn by its seed, other classes.

    Raises
    ------
    Cancelled
        As soon as ``stopped`` says so.
    PlaygroundError
        Where the data have no classes or no test part.
    """
    possible = _possible(experiment, counts)
    scores = np.full((len(ways), len(possible), draws), np.nan)
    for draw, (place, few) in product(range(draws), enumerate(possible)):
        data = replace(experiment.data, few=few, seed=experiment.data.seed + draw)
        prepared = data.prepared()
        for row, way in enumerate(ways):
            drawn = replace(way.of(experiment), data=data, seed=experiment.seed + draw)
            scores[row, place, draw] = _trained(drawn, prepared, breathe, stopped)
            yield Trials(tuple(ways), possible, scores.copy(), len(prepared.test_targets))


def _possible(experiment: Experiment, counts: Sequence[int]) -> tuple[int, ...]:
    """Return those counts that every class has examples for in the training part."""
    whole = replace(experiment.data, few=None).prepared()
    if not whole.dataset.labelled or whole.tested_on_train:
        raise PlaygroundError("This compares on classes, and on a test part: these data lack one.")
    classes = len(whole.dataset.class_names)
    fewest = int(np.bincount(whole.train_targets.astype(np.intp), minlength=classes).min())
    if not fewest:
        raise PlaygroundError("A class has no example in the training part: choose another split.")
    return tuple(count for count in counts if count <= fewest) or (fewest,)


def _trained(
    experiment: Experiment,
    prepared: Prepared,
    breathe: Callable[[], None] | None,
    stopped: Callable[[], bool],
) -> float:
    """Return the test score at the end of training."""
    unseen = replace(prepared, tested_on_train=True)  # nothing is chosen by the test part
    trainer = Trainer(experiment, unseen)
    for _ in trainer.run():
        if stopped():
            raise Cancelled
        if breathe is not None:
            breathe()
    tested = metrics.measured_parts(prepared, trainer.network.output_shape[0])
    loss, task = experiment.training.loss, prepared.dataset.task
    values = metrics.evaluate_parts(trainer.network, loss, task, {"test": tested["test"]})
    return values[f"test_{task.score.name}"]
