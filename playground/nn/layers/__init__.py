"""The kinds of layer: each module holds a layer's settings and the running layer they build."""

from playground.nn.layers.batch_norm import BatchNorm
from playground.nn.layers.code import Code
from playground.nn.layers.conv2d import Conv2D
from playground.nn.layers.conv_transpose2d import ConvTranspose2D
from playground.nn.layers.dense import Dense
from playground.nn.layers.dropout import Dropout
from playground.nn.layers.embedding import Embedding
from playground.nn.layers.flatten import Flatten
from playground.nn.layers.gru import GRU
from playground.nn.layers.kinds import LAYERS
from playground.nn.layers.layer_norm import LayerNorm
from playground.nn.layers.lstm import LSTM
from playground.nn.layers.noise import Noise
from playground.nn.layers.pooling import AveragePool, GlobalAveragePool, MaxPool
from playground.nn.layers.position import Position
from playground.nn.layers.reshape import Reshape
from playground.nn.layers.residual import Residual
from playground.nn.layers.rnn import RNN
from playground.nn.layers.row import parameter_count
from playground.nn.layers.running import (
    LayerPass,
    LayerSettings,
    Mode,
    ParameterSpec,
    RunningLayer,
)
from playground.nn.layers.self_attention import SelfAttention
from playground.nn.layers.upsample import Upsample

__all__ = [
    "GRU",
    "LAYERS",
    "LSTM",
    "RNN",
    "AveragePool",
    "BatchNorm",
    "Code",
    "Conv2D",
    "ConvTranspose2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePool",
    "LayerNorm",
    "LayerPass",
    "LayerSettings",
    "MaxPool",
    "Mode",
    "Noise",
    "ParameterSpec",
    "Position",
    "Reshape",
    "Residual",
    "RunningLayer",
    "SelfAttention",
    "Upsample",
    "parameter_count",
]
