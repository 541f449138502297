"""A generator and a discriminator, small enough to be trained in a test."""

from dataclasses import replace

from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax
from playground.nn.layers import Dense
from playground.nn.losses import CategoricalCrossEntropy, LogLoss
from playground.training.adversarial import Adversarial
from playground.training.experiment import (
    DataSettings,
    Experiment,
    Output,
    Stopping,
    Training,
)


def pair(data="digits", *, epochs=2, conditional=False, noise=3):
    """Return an experiment of two small networks that play against each other."""
    dense = Dense(name="dense_1", units=6, activation=ReLU())
    made = Output(activation=Sigmoid() if data == "digits" else Identity())
    recipe = Adversarial(
        noise=noise, layers=(dense,), output=made, conditional=conditional, learning_rate=0.01
    )
    several = Softmax(), CategoricalCrossEntropy()
    activation, loss = several if conditional else (Sigmoid(), LogLoss())
    training = Training(
        loss=loss, learning_rate=0.01, batch_size=256, stopping=Stopping(epochs=epochs)
    )
    settings = replace(DataSettings(name=data), examples=100)
    return Experiment(
        data=settings,
        layers=(dense,),
        output=Output(activation=activation),
        training=training,
        recipe=recipe,
    )
