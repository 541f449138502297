"""The registry of layer kinds: cards, files, the command line and the lenses all read it."""

from __future__ import annotations

from playground import fields
from playground.nn.layers.batch_norm import BatchNorm
from playground.nn.layers.code import Code
from playground.nn.layers.conv2d import Conv2D
from playground.nn.layers.conv_transpose2d import ConvTranspose2D
from playground.nn.layers.dense import Dense
from playground.nn.layers.dropout import Dropout
from playground.nn.layers.embedding import Embedding
from playground.nn.layers.flatten import Flatten
from playground.nn.layers.gru import GRU
from playground.nn.layers.layer_norm import LayerNorm
from playground.nn.layers.lstm import LSTM
from playground.nn.layers.noise import Noise
from playground.nn.layers.pooling import AveragePool, GlobalAveragePool, MaxPool
from playground.nn.layers.position import Position
from playground.nn.layers.reshape import Reshape
from playground.nn.layers.rnn import RNN
from playground.nn.layers.running import LayerSettings
from playground.nn.layers.self_attention import SelfAttention
from playground.nn.layers.upsample import Upsample

LAYERS: fields.Registry[LayerSettings] = fields.Registry(
    "layer",
    Dense,
    Dropout,
    BatchNorm,
    Conv2D,
    MaxPool,
    AveragePool,
    GlobalAveragePool,
    Flatten,
    Noise,
    Code,
    Reshape,
    Upsample,
    ConvTranspose2D,
    RNN,
    GRU,
    LSTM,
    Embedding,
    Position,
    LayerNorm,
    SelfAttention,
)
"""Every kind of layer, in the order of the menu; a block, which holds others, joins it itself."""
