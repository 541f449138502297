"""Build a neural network layer by layer, watch it learn, and draw a digit for it to read.

The names below are what a script or a notebook needs. They are imported when they are asked for:
the window starts without them, and ``import playground`` loads neither NumPy nor Qt.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax, Tanh
    from playground.nn.estimators import Classifier, Regressor
    from playground.nn.layers import BatchNorm, Dense, Dropout, Flatten
    from playground.nn.network import Network

__version__ = "0.1.0"

_HOMES = {
    "BatchNorm": "nn.layers",
    "Classifier": "nn.estimators",
    "Dense": "nn.layers",
    "Dropout": "nn.layers",
    "Flatten": "nn.layers",
    "Identity": "nn.activations",
    "Network": "nn.network",
    "ReLU": "nn.activations",
    "Regressor": "nn.estimators",
    "Sigmoid": "nn.activations",
    "Softmax": "nn.activations",
    "Tanh": "nn.activations",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'playground' has no attribute {name!r}")
    return getattr(import_module(f"playground.{_HOMES[name]}"), name)
