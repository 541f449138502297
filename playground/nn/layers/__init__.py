"""The kinds of layer: each module holds a layer's settings and the running layer they build."""

from playground import fields
from playground.nn.layers.batch_norm import BatchNorm
from playground.nn.layers.dense import Dense
from playground.nn.layers.dropout import Dropout
from playground.nn.layers.flatten import Flatten
from playground.nn.layers.running import LayerSettings, RunningLayer, Stage

LAYERS: fields.Registry[LayerSettings] = fields.Registry(
    "layer", Dense, Dropout, BatchNorm, Flatten
)

__all__ = [
    "LAYERS",
    "BatchNorm",
    "Dense",
    "Dropout",
    "Flatten",
    "LayerSettings",
    "RunningLayer",
    "Stage",
]
