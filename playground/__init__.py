"""Build a neural network layer by layer, watch it learn, and draw a digit for it to read.

The names below are what a script or a notebook needs. Each is imported when it is first asked for:
the window starts without them, and ``import playground`` loads neither NumPy nor Qt.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.data.catalogue import load as dataset
    from playground.data.preparation import prepare
    from playground.nn.activations import (
        ELU,
        GELU,
        BinaryStep,
        Identity,
        LeakyReLU,
        Linear,
        ReLU,
        Sigmoid,
        SiLU,
        Softmax,
        Softplus,
        Tanh,
    )
    from playground.nn.estimators import Classifier, Regressor
    from playground.nn.evidence import evidence_bound
    from playground.nn.initializers import Given, Glorot, He, Normal, Zeros
    from playground.nn.layers import (
        GRU,
        LSTM,
        RNN,
        AveragePool,
        BatchNorm,
        Code,
        Conv2D,
        ConvTranspose2D,
        Dense,
        Dropout,
        Embedding,
        Flatten,
        GlobalAveragePool,
        LayerNorm,
        MaxPool,
        Noise,
        Position,
        Reshape,
        Residual,
        SelfAttention,
        Upsample,
    )
    from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
    from playground.nn.network import Network
    from playground.nn.optimizers import (
        SGD,
        Adam,
        AdamW,
        GradientDescent,
        Momentum,
        Nesterov,
        RMSProp,
    )
    from playground.nn.schedules import Constant, Cosine, StepDecay, WarmUp
    from playground.storage.network_file import load, save

__version__ = "0.1.0"

_HOMES = {
    "data.preparation": "prepare",
    "nn.activations": "BinaryStep ELU GELU Identity LeakyReLU Linear ReLU SiLU Sigmoid Softmax "
    "Softplus Tanh",
    "nn.estimators": "Classifier Regressor",
    "nn.evidence": "evidence_bound",
    "nn.initializers": "Given Glorot He Normal Zeros",
    "nn.layers": "AveragePool BatchNorm Code Conv2D ConvTranspose2D Dense Dropout Embedding "
    "Flatten GRU GlobalAveragePool LSTM LayerNorm MaxPool Noise Position RNN Reshape Residual "
    "SelfAttention Upsample",
    "nn.losses": "CategoricalCrossEntropy LogLoss MeanSquaredError",
    "nn.network": "Network",
    "nn.optimizers": "Adam AdamW GradientDescent Momentum Nesterov RMSProp SGD",
    "nn.schedules": "Constant Cosine StepDecay WarmUp",
    "storage.network_file": "load save",
}
_PLACES = {name: (home, name) for home, names in _HOMES.items() for name in names.split()}
_PLACES["dataset"] = ("data.catalogue", "load")

__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'playground' has no attribute {name!r}")
    home, attribute = _PLACES[name]
    return getattr(import_module(f"playground.{home}"), attribute)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
