"""The bound on the evidence: how well a variational autoencoder describes data, in nats."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np

from playground.errors import ShapeError
from playground.nn.arrays import Array, quiet
from playground.nn.batch_gradient import LARGEST_AT_ONCE
from playground.nn.layers.code import CodeLayer
from playground.nn.losses import LEAST_PROBABILITY
from playground.nn.network import Network
from playground.nn.passes import at_once, forward_calls

Likelihood: TypeAlias = Literal["bernoulli", "gaussian"]


def evidence_bound(
    network: Network,
    rows: Array,
    likelihood: Likelihood,
    *,
    samples: int = 16,
    variance: float | None = None,
    seed: int = 0,
) -> Array:
    """Return each row's bound on the evidence ln p(x), in nats (Kingma and Welling 2014).

    ``E[ln p(x|z)] − KL(q(z|x) ‖ N(0, 1))``, the mean over samples of the code, with the network as
    it predicts otherwise. The higher, the better the rows are described; ln p(x) is no less.

    Parameters
    ----------
    network
        With a variational code in its row.
    rows
        (examples, features), as the network is given them.
    likelihood
        ``bernoulli``, outputs being probabilities: Σ x·ln y + (1 − x)·ln(1 − y), with no
        probability below 10⁻⁷. ``gaussian``, outputs being means: −½ Σ (x − y)²/v + ln 2πv.
    samples
        Of the code, for each row.
    variance
        v of the Gaussian; None for the one by which the bound is highest: the mean squared error.
    seed
        Of the samples.

    Returns
    -------
    Array
        (examples,), float64.

    Raises
    ------
    ShapeError
        Where the network has no variational code.
    """
    code = network.code
    if code is None or code not in network.row or not code.settings.variational:
        raise ShapeError("The bound on the evidence expects a network with a variational code.")
    rng, count = np.random.default_rng(seed), at_once(network.layers, LARGEST_AT_ONCE)
    parts = [
        _errors(network, code, rows[start : start + count], likelihood, samples, rng)
        for start in range(0, len(rows), count)
    ]
    errors, divergences = (np.concatenate(each) for each in zip(*parts, strict=True))
    if likelihood == "gaussian":
        outputs = rows.shape[1]
        v = variance or max(float(errors.mean()) / outputs, float(np.finfo(np.float64).tiny))
        errors = 0.5 * (errors / v + outputs * math.log(2 * math.pi * v))
    bound: Array = -errors - divergences
    return bound


def _errors(
    network: Network,
    code: CodeLayer,
    rows: Array,
    likelihood: Likelihood,
    samples: int,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Return what is lost of each row, the mean over the samples, and the divergence of its code.

    Of a Gaussian it is Σ (x − y)².
    """
    done, place = network.prepare(len(rows), training=False), network.row.index(code)
    done.run(rows.T)
    passed, x = done.row[place], rows.T.astype(np.float64)
    mean, spread, logs = (
        passed.kept[name].astype(np.float64) for name in ("mean", "spread", "log_variance")
    )
    behind = [call for each in done.row[place + 1 :] for call in forward_calls(each)]
    errors: Array = np.zeros(len(rows))
    for _ in range(samples):
        passed.output[:-1] = mean + spread * rng.standard_normal(mean.shape)
        with quiet():
            for call in behind:
                call()
        y = done.output.astype(np.float64)
        if likelihood == "gaussian":
            errors += ((x - y) ** 2).sum(axis=0)
        else:
            y = y.clip(LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
            errors -= (x * np.log(y) + (1 - x) * np.log1p(-y)).sum(axis=0)
    return errors / samples, 0.5 * (mean**2 + spread**2 - 1 - logs).sum(axis=0)
