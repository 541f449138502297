"""Training speed against PyTorch eager and scikit-learn, side by side in one run.

    python tests/benchmarks/training_speed.py [--quick] [--json]

Every contender trains the same network on the same data with Adam: it shuffles once an epoch,
gathers each batch, and makes a step. Rounds are interleaved, so that a busy moment of the machine
hits all of them; a ratio is the median over the rounds of this core's speed by the other's. This
core runs on one BLAS thread, the others are given the better of one and two, PyTorch also the
better of plain and fused Adam.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import threadpoolctl

from playground.nn.activations import Softmax
from playground.nn.arrays import quiet
from playground.nn.layers import Dense
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.network import Network
from playground.nn.optimizers import Adam
from playground.nn.training_step import TrainingStep

try:
    import torch
except ImportError:
    torch = None
try:
    from sklearn.neural_network import MLPClassifier
except ImportError:
    MLPClassifier = None

SHAPES = ((64, 64, 10), (784, 10, 10), (784, 128, 64, 10), (784, 512, 512, 10))
BATCHES = (1, 32, 128, 1024)
LEARNING_RATE = 0.001

Epoch = Callable[[], None]


@dataclass(frozen=True)
class Contender:
    """One way to train: who, with how many threads, and a function that trains one epoch."""

    library: str
    threads: int
    epoch: Epoch


@dataclass(frozen=True)
class Result:
    """What one network and batch size reached."""

    network: str
    batch: int
    examples_per_second: float
    pytorch_ratio: float | None
    pytorch_best: str | None
    sklearn_ratio: float | None
    sklearn_best: str | None


def ours(sizes: tuple[int, ...], batch: int, rows: np.ndarray, labels: np.ndarray) -> Epoch:
    """Return an epoch of this core."""
    hidden = [Dense(units=units) for units in sizes[1:-1]]
    network = Network(sizes[:1], [*hidden, Dense(units=sizes[-1], activation=Softmax())])
    rng = np.random.default_rng(0)
    step = TrainingStep(network, CategoricalCrossEntropy(), Adam(), rng=rng)
    targets = np.eye(sizes[-1], dtype=np.float32)[labels]
    batch_rows = np.empty((batch, sizes[0]), np.float32)
    batch_targets = np.empty((batch, sizes[-1]), np.float32)

    def epoch() -> None:
        order = rng.permutation(len(rows))
        with quiet():
            for start in range(0, len(rows), batch):
                chosen = order[start : start + batch]
                rows.take(chosen, axis=0, out=batch_rows, mode="clip")
                targets.take(chosen, axis=0, out=batch_targets, mode="clip")
                step(batch_rows, batch_targets, LEARNING_RATE)

    return epoch


def pytorch(
    sizes: tuple[int, ...], batch: int, rows: np.ndarray, labels: np.ndarray, *, fused: bool
) -> Epoch:
    """Return an epoch of PyTorch's eager mode on the CPU."""
    torch.manual_seed(0)
    layers: list[torch.nn.Module] = []
    for inputs, units in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=fused)
    loss_of = torch.nn.CrossEntropyLoss()
    inputs, targets = torch.from_numpy(rows), torch.from_numpy(labels)

    def epoch() -> None:
        order = torch.randperm(len(inputs))
        for start in range(0, len(inputs), batch):
            chosen = order[start : start + batch]
            optimizer.zero_grad()
            loss_of(model(inputs[chosen]), targets[chosen]).backward()
            optimizer.step()

    return epoch


def sklearn(sizes: tuple[int, ...], batch: int, rows: np.ndarray, labels: np.ndarray) -> Epoch:
    """Return an epoch of scikit-learn's MLPClassifier."""
    model = MLPClassifier(
        sizes[1:-1], batch_size=batch, alpha=0, learning_rate_init=LEARNING_RATE, random_state=0
    )
    classes = np.arange(sizes[-1])
    return lambda: model.partial_fit(rows, labels, classes=classes)


def contenders(
    sizes: tuple[int, ...], batch: int, rows: np.ndarray, labels: np.ndarray
) -> dict[str, Contender]:
    """Return everyone who takes part, by name."""
    data = (sizes, batch, rows, labels)
    named = {"ours": Contender("ours", 1, ours(*data))}
    for threads in (1, 2):
        if torch is not None:
            for fused in (False, True):
                name = f"{'fused' if fused else 'plain'} Adam, {threads} threads"
                named[name] = Contender("PyTorch", threads, pytorch(*data, fused=fused))
        if MLPClassifier is not None and batch >= 32:
            named[f"{threads} threads"] = Contender("scikit-learn", threads, sklearn(*data))
    return named


def seconds_of(contender: Contender) -> float:
    """Return how long one epoch takes."""
    if contender.library == "PyTorch":
        torch.set_num_threads(contender.threads)
    with threadpoolctl.threadpool_limits(contender.threads, user_api="blas"):
        started = time.perf_counter()
        contender.epoch()
        return time.perf_counter() - started


def fastest(everyone: dict[str, Contender], kept: int = 2) -> list[str]:
    """Return ours and each library's ``kept`` fastest ways by name, judged by three epochs each."""
    trial = {
        name: min(seconds_of(contender) for _ in range(3)) for name, contender in everyone.items()
    }
    chosen = []
    for library in dict.fromkeys(contender.library for contender in everyone.values()):
        names = [name for name, contender in everyone.items() if contender.library == library]
        chosen += sorted(names, key=lambda name: trial[name])[:kept]
    return chosen


def measure(sizes: tuple[int, ...], batch: int, rounds: int, seconds: float) -> Result:
    """Train the fastest in turn for some rounds; ``seconds`` is about what our epochs take."""
    rng = np.random.default_rng(0)
    short = contenders(sizes, batch, *_data(rng, sizes, 10 * batch))
    names = fastest(short)
    steps = max(2, min(2000, round(10 * seconds / seconds_of(short["ours"]))))
    examples = steps * batch
    everyone = contenders(sizes, batch, *_data(rng, sizes, examples))
    for name in names:
        seconds_of(everyone[name])
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            times[name].append(seconds_of(everyone[name]))

    def against(library: str) -> tuple[float | None, str | None]:
        own = [name for name in names if everyone[name].library == library]
        if not own:
            return None, None
        best = min(own, key=lambda name: statistics.median(times[name]))
        pairs = zip(times[best], times["ours"], strict=True)
        return statistics.median(theirs / mine for theirs, mine in pairs), best

    return Result(
        "-".join(map(str, sizes)),
        batch,
        examples / statistics.median(times["ours"]),
        *against("PyTorch"),
        *against("scikit-learn"),
    )


def _data(
    rng: np.random.Generator, sizes: tuple[int, ...], examples: int
) -> tuple[np.ndarray, np.ndarray]:
    rows = rng.random((examples, sizes[0]), dtype=np.float32)
    return rows, rng.integers(0, sizes[-1], examples)


def line(result: Result) -> str:
    """Return one line of the table."""
    columns = [f"{result.network:<17}{result.batch:>6}{result.examples_per_second:>14,.0f}"]
    for ratio, best in (
        (result.pytorch_ratio, result.pytorch_best),
        (result.sklearn_ratio, result.sklearn_best),
    ):
        columns.append("" if ratio is None else f"{ratio:>6.2f}× ({best})")
    return f"{columns[0]}   {columns[1]:<34}{columns[2]}".rstrip()


def main() -> None:
    """Measure all networks and batch sizes, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Training speed, side by side.")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--shape", help="only this network, such as 64-64-10")
    parser.add_argument("--batch", type=int, help="only this batch size")
    arguments = parser.parse_args()
    rounds, seconds = (5, 0.02) if arguments.quick else (11, 0.05)
    if not arguments.json:
        for library, module in (("PyTorch", torch), ("scikit-learn", MLPClassifier)):
            if module is None:
                print(f"{library} is not installed; its column stays empty.")
        print(f"{'network':<17}{'batch':>6}{'examples/s':>14}   {'PyTorch':<34}scikit-learn")
    warnings.simplefilter("ignore")
    results = []
    for sizes in SHAPES:
        for batch in BATCHES:
            if arguments.shape not in (None, "-".join(map(str, sizes))):
                continue
            if arguments.batch not in (None, batch):
                continue
            results.append(measure(sizes, batch, rounds, seconds))
            if not arguments.json:
                print(line(results[-1]), flush=True)
    if arguments.json:
        print(json.dumps([vars(result) for result in results], indent=2))


if __name__ == "__main__":
    main()
