"""Trains every preset whose data are at hand, and prints what the diagnosis tells of it, and when.

    python tests/benchmarks/what_is_told.py [--epochs MOST] [PRESET ...]

Each preset is trained to its end, or for so many epochs at most, and looked at 20 times on the way,
close together at first: before training, within the first epochs, at the end. A row says how often
each fault was told and from which epoch to which. Ends with 1 where a sound preset was told one,
other than those that :data:`TRUE` knows to be so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np

from playground import fields
from playground.analysis.diagnosis import FAULTS, Finding, diagnose
from playground.errors import DivergedError, MissingDataError
from playground.nn.blas import limit_threads
from playground.training.model import Model
from playground.training.presets import FAULTS as MADE_TO_FAIL
from playground.training.presets import NAMES, Preset, preset
from playground.training.trainer import Pulse, Trainer

LOOKS = 20
TRUE = {
    "article-iris": {"silent_relu"},
    "memory-copy-rnn": {"fading_in_time"},
    "residual": {"silent_relu"},
    "residual-without": {"silent_relu", "vanishing_gradient"},
    "transfer-symbols": {"overfitting"},
}
"""Six of the article's 15 ReLUs are silent from the first weights on; of the 200 maps of `residual`
four are, over all training pictures, after an epoch or two; without ways past nothing arrives; what
a simple layer was told 50 steps ago is the lesson of `memory-copy-rnn`; the 25 drawings of
`transfer-symbols` are soon known by heart."""


def looks(trainer: Trainer, epochs: int) -> Iterator[tuple[float, tuple[Finding, ...]]]:
    """Train, and yield a moment and what is told of it, so many times until the last epoch."""
    pulses = trainer.run()
    for moment in epochs * np.linspace(0, 1, LOOKS) ** 2:
        while now(trainer) < moment and next(pulses, None) is not None:
            pass
        trainer.snapshot()  # so that the next step is observed
        if trainer.touched and not trainer.reason:
            while next(pulses, None) is Pulse.PREPARED:
                pass
        snapshot, prepared = trainer.snapshot(), trainer.prepared
        model = Model(snapshot.experiment, prepared.dataset, prepared.normalization)
        model.show(snapshot)
        yield now(trainer), diagnose(model, prepared, snapshot.experiment)


def now(trainer: Trainer) -> float:
    """Return the epochs done, the part of the present one included."""
    snapshot = trainer.snapshot()
    return float(snapshot.epoch + snapshot.batch / max(snapshot.batches, 1))


def told(chosen: Preset, most: int) -> tuple[str, dict[str, list[float]], str]:
    """Return how far a preset was trained, when each fault was told, and how it ended."""
    epochs = min(chosen.experiment.training.stopping.epochs or most, most)
    trainer = Trainer(fields.replace_at(chosen.experiment, "training.stopping.epochs", epochs))
    moments: dict[str, list[float]] = {}
    try:
        for moment, findings in looks(trainer, epochs):
            for finding in findings:
                moments.setdefault(finding.kind, []).append(moment)
    except DivergedError:
        return f"{now(trainer):g}", moments, "diverged"
    history, score = trainer.snapshot().history, trainer.prepared.dataset.task.score
    return f"{epochs}", moments, score.text(history.last(f"test_{score.name}"), 3)


def main() -> int:
    """Print the table; return 1 where something false was told."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("presets", nargs="*", metavar="PRESET", help="all of them")
    parser.add_argument("--epochs", type=int, default=10**9, metavar="MOST")
    arguments = parser.parse_args()
    limit_threads()
    wrong = []
    order = [fault.kind for fault in FAULTS]
    for name in arguments.presets or NAMES:
        chosen = preset(name)
        try:
            epochs, moments, reached = told(chosen, arguments.epochs)
        except MissingDataError:
            sys.stdout.write(f"{name:20} data are not on this computer\n")
            continue
        words = [
            f"{kind} {len(at)} of {LOOKS} ({at[0]:.3g}–{at[-1]:.3g})"
            for kind, at in sorted(moments.items(), key=lambda pair: order.index(pair[0]))
        ]
        false = moments.keys() - TRUE.get(name, set()) if chosen.group != MADE_TO_FAIL else set()
        wrong += [name] if false else []
        sys.stdout.write(
            f"{name:20} {epochs:>5} epochs  {reached:>8}  {'; '.join(words) or 'nothing'}"
            f"{'  FALSE' if false else ''}\n"
        )
        sys.stdout.flush()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
