"""Training speed against PyTorch eager, scikit-learn and JAX, side by side in one run.

    python tests/benchmarks/training_speed.py [--quick] [--json] [--same] [--jax]

Every contender trains the same network on the same data with Adam: it shuffles once an epoch,
gathers each batch, and makes a step. Rounds are interleaved, so that a busy moment of the machine
hits all of them; a ratio is the median over the rounds of this core's speed by the other's. This
core runs on one BLAS thread and halves dear steps itself, the others are given the better of one
and two threads, PyTorch also the better of plain and fused Adam. With ``--jax``, JAX takes part
too: it compiles the whole epoch into one loop and has threads of its own, which slow the others
down even while they wait, so only its own column counts then. ``--same`` asks instead whether one
step of gradient descent moves every parameter as PyTorch's does, to 1e-5.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import threadpoolctl

from playground.nn.arrays import quiet
from playground.nn.layers import (
    GRU,
    LSTM,
    RNN,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Flatten,
    GlobalAveragePool,
    LayerNorm,
    MaxPool,
    Position,
    Reshape,
    Residual,
    RunningLayer,
    SelfAttention,
    Upsample,
)
from playground.nn.layers.running import LayerSettings, Shape
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.network import Network
from playground.nn.optimizers import SGD, Adam
from playground.nn.training_step import TrainingStep

try:
    import torch
except ImportError:
    torch = None
try:
    from sklearn.neural_network import MLPClassifier
except ImportError:
    MLPClassifier = None
try:
    import jax
except ImportError:
    jax = None


def _dense(inputs: int, *units: int) -> tuple[Shape, list[LayerSettings]]:
    return (inputs,), [*map(Dense, units), Dense(10, "softmax")]


def _maps(side: int, *layers: LayerSettings) -> tuple[Shape, list[LayerSettings]]:
    return (1, side, side), [*layers, Flatten(), Dense(10, "softmax")]


def _decoder(*layers: LayerSettings) -> tuple[Shape, list[LayerSettings]]:
    return (64,), [Dense(784), Reshape(16), *layers, Flatten(), Dense(10, "softmax")]


def _transformer(steps: int, width: int = 32) -> tuple[Shape, list[LayerSettings]]:
    attends = Residual((LayerNorm(), SelfAttention(4)))
    thinks = Residual((LayerNorm(), Dense(2 * width), Dense(width, "identity")))
    blocks = [Dense(width, "identity"), Position(), *[attends, thinks] * 2]
    return (5, steps), [*blocks, GlobalAveragePool(), Dense(10, "softmax")]


def _steps(layer: LayerSettings) -> tuple[Shape, list[LayerSettings]]:
    return (5, 32), [layer, Dense(10, "softmax")]


NETWORKS = {
    "64-64-10": _dense(64, 64),
    "784-10-10": _dense(784, 10),
    "784-128-64-10": _dense(784, 128, 64),
    "784-512-512-10": _dense(784, 512, 512),
    "digits-conv": _maps(8, Conv2D(16), Conv2D(32), MaxPool()),
    "mnist-conv": _maps(28, Conv2D(8, kernel=5), MaxPool(), Conv2D(16, kernel=5), MaxPool()),
    "transposed": _decoder(ConvTranspose2D(8), ConvTranspose2D(4)),
    "upsampled": _decoder(Upsample(), Conv2D(8), Upsample(), Conv2D(4)),
    "transformer-16": _transformer(16),
    "transformer-32": _transformer(32),
    "pen-rnn": _steps(RNN(64, "last")),
    "pen-gru": _steps(GRU(64, "last")),
    "pen-lstm": _steps(LSTM(64, "last")),
}
BATCHES = (1, 32, 64, 128, 1024)
LIBRARIES = {"PyTorch": torch, "scikit-learn": MLPClassifier, "JAX": jax}
LEARNING_RATE = 0.001

_REST = 0.05  # seconds before each turn: threads that wait for work spin for a while

Epoch = Callable[[], None]

if torch is not None:

    class Told(torch.nn.Module):
        """A function as a module."""

        def __init__(self, function: Callable) -> None:
            super().__init__()
            self.function = function

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            """Apply it."""
            return self.function(x)

    class Positions(torch.nn.Module):
        """Learned numbers that are added at each step."""

        def __init__(self, units: int, steps: int) -> None:
            super().__init__()
            self.positions = torch.nn.Parameter(0.02 * torch.randn(steps, units))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            """Add them."""
            return x + self.positions


@dataclass(frozen=True)
class Contender:
    """One way to train: who, with how many threads, and a function that trains one epoch."""

    library: str
    threads: int
    epoch: Epoch


@dataclass(frozen=True)
class Result:
    """What one network and batch size reached.

    ``ratios`` and ``best`` hold by library how many times as fast this core is, and as whose.
    """

    network: str
    batch: int
    examples_per_second: float
    ratios: dict[str, float]
    best: dict[str, str]


def ours(name: str, batch: int, rows: np.ndarray, labels: np.ndarray) -> Epoch:
    """Return an epoch of this core."""
    network = Network(*NETWORKS[name])
    rng = np.random.default_rng(0)
    step = TrainingStep(network, CategoricalCrossEntropy(), Adam(), rng=rng)
    targets = np.eye(10, dtype=np.float32)[labels]
    batch_rows = np.empty((batch, rows.shape[1]), np.float32)
    batch_targets = np.empty((batch, 10), np.float32)

    def epoch() -> None:
        order = rng.permutation(len(rows))
        with quiet():
            for start in range(0, len(rows), batch):
                chosen = order[start : start + batch]
                rows.take(chosen, axis=0, out=batch_rows, mode="clip")
                targets.take(chosen, axis=0, out=batch_targets, mode="clip")
                step(batch_rows, batch_targets, LEARNING_RATE)

    return epoch


def _reading(layer: LayerSettings, numbers: int) -> torch.nn.Module:
    """Return a recurrent layer that hands on its last step, of (batch, steps, numbers)."""
    kind = getattr(torch.nn, type(layer).__name__)

    class Reading(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.steps = kind(numbers, layer.units, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.steps(x)[0][:, -1]

    return Reading()


def _as_theirs(layer: RunningLayer) -> list[np.ndarray]:
    """Return a layer's parameters as PyTorch orders them: gates first, with two biases each.

    The second is ours for the candidate of a GRU only, else NaN.
    """
    views = layer.views()
    if isinstance(layer.settings, ConvTranspose2D):
        # Theirs are stamped down as they lie, ours turned by 180°.
        return [views["weights"][:, :, ::-1, ::-1].swapaxes(0, 1).copy(), views["biases"].copy()]
    if "recurrent_weights" not in views:
        return [view.copy() for view in views.values()]
    order = {1: [0], 3: [1, 2, 0], 4: [1, 2, 0, 3]}[views["biases"].shape[1]]
    by_gate = [views[name].transpose(2, 0, 1)[order] for name in ("weights", "recurrent_weights")]
    first, second = views["biases"].T[order], np.full_like(views["biases"].T, np.nan)
    if "recurrent_biases" in views:
        second[-1] = views["recurrent_biases"]
    return [*(each.reshape(-1, each.shape[2]) for each in by_gate), first.ravel(), second.ravel()]


def torch_model(name: str) -> torch.nn.Sequential:
    """Return the same network in PyTorch, up to the sums that its loss takes."""
    shape, layers = NETWORKS[name]
    parts: list[torch.nn.Module] = [] if len(shape) == 1 else [torch.nn.Unflatten(1, shape)]
    if len(shape) == 2:
        parts.append(Told(lambda x: x.transpose(1, 2)))
    for layer in layers:
        match layer:
            case Dense():
                inputs = shape[0] if len(shape) == 2 else math.prod(shape)
                parts.append(torch.nn.Linear(inputs, layer.units))
                if layer.activation.kind == "relu":
                    parts.append(torch.nn.ReLU())
            case Reshape():
                parts.append(torch.nn.Unflatten(1, layer.output_shape(shape)))
            case Upsample():
                parts.append(torch.nn.Upsample(scale_factor=layer.factor))
            case ConvTranspose2D(kernel=size, stride=stride):
                kernels = torch.nn.ConvTranspose2d(
                    shape[0], layer.maps, size, stride, padding=(size - stride) // 2
                )
                parts += [kernels, torch.nn.ReLU()]
            case Conv2D():
                kernels = torch.nn.Conv2d(shape[0], layer.maps, layer.kernel, padding="same")
                parts += [kernels, torch.nn.ReLU()]
            case MaxPool():
                parts.append(torch.nn.MaxPool2d(layer.pool, layer.stride))
            case Flatten():
                parts.append(torch.nn.Flatten())
            case Position():
                parts.append(Positions(*shape))
            case Residual(layers=(LayerNorm(), SelfAttention() as attention)):
                heads = attention.heads
            case Residual(layers=(LayerNorm(), Dense() as inner, Dense())):
                block = torch.nn.TransformerEncoderLayer(
                    shape[0], heads, inner.units, dropout=0, batch_first=True, norm_first=True
                )
                parts.append(block)
            case GlobalAveragePool():
                parts.append(Told(lambda x: x.mean(1)))
            case RNN() | GRU() | LSTM():
                parts.append(_reading(layer, shape[0]))
        shape = layer.output_shape(shape)
    return torch.nn.Sequential(*parts)


def pytorch(name: str, batch: int, rows: np.ndarray, labels: np.ndarray, *, fused: bool) -> Epoch:
    """Return an epoch of PyTorch's eager mode on the CPU."""
    torch.manual_seed(0)
    model = torch_model(name)
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


def sklearn(name: str, batch: int, rows: np.ndarray, labels: np.ndarray) -> Epoch:
    """Return an epoch of scikit-learn's MLPClassifier."""
    hidden = [layer.units for layer in NETWORKS[name][1][:-1]]
    model = MLPClassifier(
        hidden, batch_size=batch, alpha=0, learning_rate_init=LEARNING_RATE, random_state=0
    )
    classes = np.arange(10)
    return lambda: model.partial_fit(rows, labels, classes=classes)


def _jax_layer(layer: LayerSettings, last: bool) -> Callable:
    """Return what a layer does to a batch with its weights and biases, None of those it lacks."""

    def dense(x, w, b):
        sums = x.reshape(len(x), -1) @ w.T + b
        return sums if last else jax.nn.relu(sums)

    def convolution(x, w, b):
        return jax.nn.relu(jax.lax.conv(x, w, (1, 1), "SAME") + b[:, None, None])

    def pool(x, w, b):
        size = (1, 1, layer.pool, layer.pool)
        return jax.lax.reduce_window(x, -np.inf, jax.lax.max, size, size, "VALID")

    return {Dense: dense, Conv2D: convolution, MaxPool: pool}[type(layer)]


def compiled(name: str, batch: int, rows: np.ndarray, labels: np.ndarray) -> Epoch:
    """Return an epoch of JAX that is one compiled loop over its batches: nothing calls it anew."""
    shape, layers = NETWORKS[name]
    layers = [layer for layer in layers if not isinstance(layer, Flatten)]
    parts = [_jax_layer(layer, layer is layers[-1]) for layer in layers]
    begun = iter(Network(shape, NETWORKS[name][1]).layers)
    views = [each.views() for each in begun if each.settings.kind != "flatten"]
    weights = [tuple(np.array(x) for x in view.values()) or (None, None) for view in views]
    inputs, targets = jax.numpy.asarray(rows.reshape(-1, *shape)), jax.numpy.asarray(labels)
    zeros = jax.tree.map(np.zeros_like, weights)
    beta1, beta2, epsilon = Adam().beta1, Adam().beta2, Adam().epsilon

    def loss(weights, x, y):
        for part, (w, b) in zip(parts, weights, strict=True):
            x = part(x, w, b)
        return -jax.numpy.take_along_axis(jax.nn.log_softmax(x), y[:, None], 1).mean()

    def step(state, chosen):
        weights, mean, square, count = state
        slopes = jax.grad(loss)(weights, inputs[chosen], targets[chosen])
        count = count + 1
        mean = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, mean, slopes)
        square = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, square, slopes)
        rate = LEARNING_RATE * jax.numpy.sqrt(1 - beta2**count) / (1 - beta1**count)
        weights = jax.tree.map(
            lambda w, m, v: w - rate * m / (jax.numpy.sqrt(v) + epsilon), weights, mean, square
        )
        return (weights, mean, square, count), None

    @jax.jit
    def loop(state, key):
        order = jax.random.permutation(key, len(labels)).reshape(-1, batch)
        return jax.lax.scan(step, state, order)[0]

    keys = iter(range(10**9))
    state = (weights, zeros, zeros, np.float32(0))

    def epoch() -> None:
        nonlocal state
        state = jax.block_until_ready(loop(state, jax.random.key(next(keys))))

    epoch()  # compiles
    return epoch


def in_our_order(model: torch.nn.Module, tensor_of: Callable) -> list[torch.Tensor]:
    """Return what ``tensor_of`` says of each parameter, as our tensors of the network lie."""
    found = []
    for part in model:
        own = [tensor_of(parameter) for parameter in part.parameters()]
        if isinstance(part, torch.nn.TransformerEncoderLayer):
            inner, inner_bias, outer, outer_bias, *feed, scale1, shift1, scale2, shift2 = own
            attention = [*inner.chunk(3), *inner_bias.chunk(3), outer, outer_bias]
            own = [scale1, shift1, *attention, scale2, shift2, *feed]
        found += [tensor.T for tensor in own] if isinstance(part, Positions) else own
    return found


def farthest(name: str, batch: int) -> float:
    """Return how far a step of this core and PyTorch's leave a parameter from each other, at most.

    Both begin with the same parameters, and make one step of gradient descent at a rate of 1, in
    float64: else a ReLU whose sum is next to 0 may well bend for one of them only.
    """
    rows, labels = _data(np.random.default_rng(1), name, batch)
    rows = rows.astype(np.float64)
    network, model = Network(*NETWORKS[name], dtype=np.float64), torch_model(name).double()
    with torch.no_grad():
        theirs = in_our_order(model, lambda parameter: parameter)
        for tensor, ours in zip(theirs, _parameters(network), strict=True):
            tensor.copy_(torch.from_numpy(ours).nan_to_num())
    targets = np.eye(10)[labels]
    TrainingStep(network, CategoricalCrossEntropy(), SGD(), rng=None)(rows, targets, 1.0)
    torch.nn.CrossEntropyLoss()(model(torch.from_numpy(rows)), torch.from_numpy(labels)).backward()
    with torch.no_grad():
        moved = in_our_order(model, lambda parameter: parameter - parameter.grad)
        return max(
            float((tensor - torch.from_numpy(ours)).abs().nan_to_num().max())
            for tensor, ours in zip(moved, _parameters(network), strict=True)
        )


def _parameters(network: Network) -> list[np.ndarray]:
    return [each for layer in network.layers for each in _as_theirs(layer)]


def contenders(
    network: str, batch: int, rows: np.ndarray, labels: np.ndarray, *, with_jax: bool
) -> dict[str, Contender]:
    """Return everyone who takes part, by name."""
    data = (network, batch, rows, labels)
    dense = all(isinstance(layer, Dense) for layer in NETWORKS[network][1])
    named = {"ours": Contender("ours", 1, ours(*data))}
    for threads in (1, 2):
        if torch is not None:
            for fused in (False, True):
                name = f"{'fused' if fused else 'plain'} Adam, {threads} threads"
                named[name] = Contender("PyTorch", threads, pytorch(*data, fused=fused))
        if MLPClassifier is not None and dense and batch >= 32:
            named[f"{threads} threads"] = Contender("scikit-learn", threads, sklearn(*data))
    known = (Dense, Conv2D, MaxPool, Flatten)
    if with_jax and all(isinstance(each, known) for each in NETWORKS[network][1]):
        named["one loop"] = Contender("JAX", 1, compiled(*data))
    return named


def seconds_of(contender: Contender) -> float:
    """Return how long one epoch takes."""
    time.sleep(_REST)
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


def measure(network: str, batch: int, rounds: int, seconds: float, *, with_jax: bool) -> Result:
    """Train the fastest in turn for some rounds; ``seconds`` is about what our epochs take."""
    rng = np.random.default_rng(0)
    short = contenders(network, batch, *_data(rng, network, 10 * batch), with_jax=with_jax)
    names = fastest(short)
    steps = max(2, min(2000, round(10 * seconds / seconds_of(short["ours"]))))
    examples = steps * batch
    everyone = contenders(network, batch, *_data(rng, network, examples), with_jax=with_jax)
    for name in names:
        seconds_of(everyone[name])
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            times[name].append(seconds_of(everyone[name]))

    ratios, best = {}, {}
    for library in LIBRARIES:
        own = [name for name in names if everyone[name].library == library]
        if own:
            best[library] = min(own, key=lambda name: statistics.median(times[name]))
            pairs = zip(times[best[library]], times["ours"], strict=True)
            ratios[library] = statistics.median(theirs / mine for theirs, mine in pairs)
    return Result(network, batch, examples / statistics.median(times["ours"]), ratios, best)


def _data(rng: np.random.Generator, network: str, examples: int) -> tuple[np.ndarray, np.ndarray]:
    rows = rng.random((examples, math.prod(NETWORKS[network][0])), dtype=np.float32)
    return rows, rng.integers(0, 10, examples)


def line(result: Result) -> str:
    """Return one line of the table."""
    columns = [f"{result.network:<17}{result.batch:>6}{result.examples_per_second:>14,.0f}"]
    for library in LIBRARIES:
        ratio = result.ratios.get(library)
        text = "" if ratio is None else f"{ratio:>6.2f}× ({result.best[library]})"
        columns.append(f"{text:<31}")
    return "   ".join(columns).rstrip()


def means(results: list[Result]) -> str:
    """Return the geometric means of the ratios at batches of 32 and more, by library."""
    said = []
    for library in LIBRARIES:
        ratios = [each.ratios[library] for each in results
                  if library in each.ratios and each.batch >= 32]  # fmt: skip
        if ratios:
            said.append(f"{library} {statistics.geometric_mean(ratios):.2f} of {len(ratios)}")
    return f"Geometric means from batches of 32 on: {', '.join(said)}"


def main() -> None:
    """Measure all networks and batch sizes, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Training speed, side by side.")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--network", help="only this one, such as 64-64-10 or mnist-conv")
    parser.add_argument("--same", action="store_true", help="compare one step with PyTorch's")
    parser.add_argument("--batch", type=int, help="only this batch size")
    parser.add_argument("--jax", action="store_true", help="with JAX, which slows the others down")
    arguments = parser.parse_args()
    if arguments.jax and jax is None:
        parser.error("JAX is not installed: pip install -e '.[bench]' brings it.")
    if arguments.same:
        for name in NETWORKS:
            for batch in (1, 32, 128):
                print(f"{name:<17}{batch:>6}{farthest(name, batch):>12.1e}", flush=True)
        return
    rounds, seconds = (5, 0.05) if arguments.quick else (7, 0.4)
    if not arguments.json:
        for library, module in LIBRARIES.items():
            if module is None and library != "JAX":
                print(f"{library} is not installed; its column stays empty.")
        heads = "   ".join(f"{library:<31}" for library in LIBRARIES)
        print(f"{'network':<17}{'batch':>6}{'examples/s':>14}   {heads}".rstrip())
    warnings.simplefilter("ignore")
    results = []
    for network in NETWORKS:
        for batch in BATCHES:
            if arguments.network not in (None, network) or arguments.batch not in (None, batch):
                continue
            results.append(measure(network, batch, rounds, seconds, with_jax=arguments.jax))
            if not arguments.json:
                print(line(results[-1]), flush=True)
    if not arguments.json:
        print(means(results))
    else:
        print(json.dumps([vars(result) for result in results], indent=2))


if __name__ == "__main__":
    main()
