"""Activations: what a neuron makes of its weighted sum z, and how the error flows back through it.

Every activation works on arrays (units, batch) and writes into buffers that it is given. Formulas
follow the articles.
"""

from playground import fields
from playground.nn.activations.activation import Activation
from playground.nn.activations.smooth import ELU, GELU, Sigmoid, SiLU, Softplus, Tanh
from playground.nn.activations.softmax import Softmax
from playground.nn.activations.straight import BinaryStep, Identity, LeakyReLU, Linear, ReLU

ACTIVATIONS: fields.Registry[Activation] = fields.Registry(
    "activation",
    Identity,
    Linear,
    Sigmoid,
    Tanh,
    BinaryStep,
    ReLU,
    LeakyReLU,
    ELU,
    Softmax,
    Softplus,
    SiLU,
    GELU,
)

ELEMENTWISE: fields.Registry[Activation] = fields.Registry(
    "activation", *(kind for kind in ACTIVATIONS if kind.elementwise)
)
"""Those that bend each sum by itself, which a map of many places asks for."""

__all__ = [
    "ACTIVATIONS",
    "ELEMENTWISE",
    "ELU",
    "GELU",
    "Activation",
    "BinaryStep",
    "Identity",
    "LeakyReLU",
    "Linear",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]
