"""An experiment as a Python script that does the same without a window."""

from __future__ import annotations

import json
from collections.abc import Collection
from inspect import signature
from pprint import pformat
from typing import Any

import numpy as np

from playground.data.catalogue import DATASETS
from playground.data.preparation import Prepared, prepare
from playground.fields import describe, to_plain
from playground.nn.network import Network
from playground.training.experiment import Experiment

_EPOCHS = 100
_WIDE = 88
_ALWAYS = {"units", "maps", "kernel", "pool", "activation"}
_SPARED = {"schedule": "constant", "l1": 0.0, "l2": 0.0, "clip_norm": None}
_NAMES = ("Network", "dataset", "prepare")

_SCRIPT = '''\
"""{title}, trained without the window."""

{imports}

data = prepare(
    {data},
    {preparation},
)

network = Network(
    {shape},
    [
        {layers},
    ],
    seed={seed},
)
{left_out}network.fit(
    data.train_inputs,
    {targets},
    {training},
)

print(network.summary())
{told}'''

_OF_TWO = '''\
"""{title}: a generator and a discriminator, trained without the window."""

import numpy as np

from playground.fields import from_plain
from playground.training.experiment import Experiment
from playground.training.trainer import Pulse, Trainer

settings = {settings}

experiment = from_plain(Experiment, settings)
trainer = Trainer(experiment)
for pulse in trainer.run():
    if pulse is Pulse.EPOCH:
        history = trainer.moment().history
        real, made = history.last("real_share"), history.last("made_share")
        print(f"epoch {{trainer.epoch}}: {{real:.0%}} of real and {{made:.0%}} of made seem real")

generator = experiment.recipe.generator(trainer.network)
noise = np.random.default_rng(0).standard_normal((5, *generator.input_shape))
print("made:", generator.forward(noise.T.astype(np.float32)).T)
'''


def script(experiment: Experiment, prepared: Prepared, offered: Collection[str]) -> str:
    """Return a script that trains an experiment from its first weights, and tries the network.

    What ``Network.fit`` cannot do, such as augmentation, is left out, and a comment says so.
    ``offered`` are the names that can be imported from ``playground`` itself.
    """
    if experiment.recipe.layers:
        settings = pformat(to_plain(experiment), width=_WIDE, sort_dicts=False)
        title = prepared.dataset.title.replace('"', "'").replace("\\", "")
        return _OF_TWO.format(title=title, settings=settings)
    code = _Code(offered)
    dataset = prepared.dataset
    layers = [code.write(layer) for layer in experiment.network_layers(dataset)]
    preparation = _taken(experiment.data, prepare)
    if experiment.data.few is None:
        del preparation["few"]
    epochs = experiment.training.stopping.epochs or _EPOCHS
    fit = _taken(experiment.training, Network.fit) | {"epochs": epochs, "seed": experiment.seed}
    told = {name: value for name, value in fit.items() if not _is_spared(name, value)}
    text = _SCRIPT.format(
        title=dataset.title.replace('"', "'").replace("\\", ""),
        data=_data(experiment, code),
        preparation=",\n    ".join(_arguments(preparation, code)),
        shape=dataset.input_shape,
        layers=",\n        ".join(layers),
        seed=experiment.seed,
        left_out=_comment(_left_out(experiment, fit)),
        training=",\n    ".join(_arguments(told, code)),
        targets=_targets(prepared, experiment),
        told=_told(prepared),
        imports="{imports}",
    )
    return text.replace("{imports}", code.imports(), 1)


_TOLD = {
    True: "score = network.score(data.test_inputs, data.test_targets)\n"
    'print(f"{score:.1%} of the test part is right")\n',
    False: "score = network.score(data.test_inputs, data.test_targets)\n"
    'print(f"R² on the test part: {score:.3f}")\n',
}
_ANSWERS = """\
print("answers:", network.predict(data.test_inputs[:5]))
print("correct:", data.test_targets[:5].ravel())
"""
_BACK = """\
seen = data.test_inputs[:]
error = ((network.predict(seen) - seen) ** 2).mean()
print(f"mean squared error on the test part: {error:.4f}")
"""


def _told(prepared: Prepared) -> str:
    """Return the lines that say how good the network has become."""
    task = prepared.dataset.task
    if task.of_itself:
        return _BACK
    return (_TOLD[task.classifies] if _complete(prepared) else "") + _ANSWERS


def _complete(prepared: Prepared) -> bool:
    """Return whether ``fit`` finds every class among the training examples' labels."""
    dataset = prepared.dataset
    found = len(np.unique(prepared.train_targets)) if dataset.labelled else 0
    return not dataset.labelled or found == len(dataset.class_names)


def _targets(prepared: Prepared, experiment: Experiment) -> str:
    if prepared.dataset.task.of_itself:
        return "data.train_inputs"
    if _complete(prepared):
        return "data.train_targets"
    units = experiment.output_units(prepared.dataset)
    return f'data.target_rows(data.parts["train"], {units})'


class _Code:
    """Writes values as Python, and remembers what has to be imported for it."""

    def __init__(self, offered: Collection[str]) -> None:
        self._offered = offered
        self._homes: dict[str, set[str]] = {"playground": set(_NAMES)}

    def write(self, value: Any) -> str:
        """Return an expression that makes a value."""
        if isinstance(value, tuple):
            inside = ", ".join(map(self.write, value))
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        if not hasattr(value, "kind"):
            return _quoted(value) if isinstance(value, str) else repr(value)
        return self._made(value) if hasattr(value, "output_shape") else self._named(value)

    def imports(self) -> str:
        """Return the lines that import what was written."""
        lines = []
        for home, names in sorted(self._homes.items()):
            line = f"from {home} import {', '.join(sorted(names))}"
            if len(line) > _WIDE:
                inside = "".join(f"    {name},\n" for name in sorted(names))
                line = f"from {home} import (\n{inside})"
            lines.append(line)
        return "\n".join(lines)

    def _named(self, value: Any) -> str:
        """Return a kind's name where all its settings are the usual ones."""
        return _quoted(value.kind) if value == type(value)() else self._made(value)

    def _made(self, value: Any) -> str:
        kind = type(value)
        home = "playground" if kind.__name__ in self._offered else kind.__module__
        self._homes.setdefault(home, set()).add(kind.__name__)
        usual = {} if not hasattr(kind, "__dataclass_fields__") else kind.__dataclass_fields__
        given = {
            name: getattr(value, name)
            for name in describe(value)
            if name in _ALWAYS or (name != "name" and getattr(value, name) != usual[name].default)
        }
        return f"{kind.__name__}({', '.join(_arguments(given, self))})"


def _is_spared(name: str, value: Any) -> bool:
    """Return whether a setting is off, so that it need not be written."""
    return name in _SPARED and getattr(value, "kind", value) == _SPARED[name]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _arguments(given: dict[str, Any], code: _Code) -> list[str]:
    return [f"{name}={code.write(value)}" for name, value in given.items()]


def _taken(settings: Any, function: Any) -> dict[str, Any]:
    """Return those settings that a function takes too."""
    names = signature(function).parameters
    return {name: getattr(settings, name) for name in describe(settings) if name in names}


def _data(experiment: Experiment, code: _Code) -> str:
    name = experiment.data.name
    takes = DATASETS[name].takes if name in DATASETS else ()
    given = _arguments({each: getattr(experiment.data, each) for each in takes}, code)
    return f"dataset({', '.join([_quoted(name), *given])})"


def _left_out(experiment: Experiment, fit: dict[str, Any]) -> list[str]:
    """Return what the experiment asks for and ``fit`` does not do, in the window's words."""
    training = experiment.training
    found = [describe(experiment)["body"].label] if experiment.body else []
    for name, declared in describe(training).items():
        value = getattr(training, name)
        if name not in fit and name != "stopping" and value != getattr(type(training)(), name):
            found.append(declared.label)
    for name, declared in describe(training.stopping).items():
        if name != "epochs" and getattr(training.stopping, name) is not None:
            found.append(declared.label)
    return found


def _comment(left_out: list[str]) -> str:
    if not left_out:
        return ""
    return f"# Settings of the window that fit() leaves out: {', '.join(left_out)}.\n"
