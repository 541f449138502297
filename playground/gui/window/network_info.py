"""What the layer editors show of an experiment: one network, or a generator and its judge."""

from __future__ import annotations

from dataclasses import replace

from playground.data.dataset import Dataset
from playground.data.rows import TokenRows
from playground.gui.panels.network.card_info import CardInfo, NetworkInfo, shape_text
from playground.nn.names import LayerNames
from playground.training.experiment import Experiment
from playground.training.size import LayerSize, generator_sizes, layer_sizes
from playground.wording import number

_MOST_NAMES = 10


def network_info(experiment: Experiment, dataset: Dataset) -> NetworkInfo:
    """Return what the layer editor shows for an experiment on a data set."""
    *hidden, last = layer_sizes(experiment, dataset)
    output = replace(
        _card_info(last, experiment.names),
        settings=experiment.output,
        note=dataset.task.output_note(last.output_shape[0], dataset.input_shape),
    )
    cards = tuple(_card_info(size, experiment.names) for size in hidden)
    note, at_every_step = _input_note(dataset), dataset.task.at_every_step
    shown = NetworkInfo(dataset.input_shape, note, cards, output, at_every_step)
    if experiment.recipe.output is None:
        return shown
    return replace(shown, title="Discriminator", player="judge", input_note=f"{note}; real or made")


def generator_info(experiment: Experiment, dataset: Dataset) -> NetworkInfo | None:
    """Return what the layer editor shows of the network that makes examples, None without one."""
    recipe = experiment.recipe
    sizes = generator_sizes(experiment, dataset)
    if not sizes:
        return None
    *hidden, last = (_short(_card_info(size, experiment.names)) for size in sizes)
    output = replace(last, settings=recipe.output, note=shape_text(dataset.input_shape))
    asked = f", and which of {len(dataset.class_names) - 1} classes" if recipe.conditional else ""
    return NetworkInfo(
        *((recipe.noise,), f"normal{asked}", tuple(hidden), output),
        title="Generator",
        player="maker",
    )


def _short(card: CardInfo) -> CardInfo:
    """Return a card under the generator's heading, which need not say whose it is."""
    title = card.title.removeprefix("Generator ")
    inside = tuple(map(_short, card.inside))
    return replace(card, title=title[0].upper() + title[1:], inside=inside)


def _card_info(size: LayerSize, names: LayerNames) -> CardInfo:
    return CardInfo(
        names.short(size.settings.name),
        size.settings,
        size.input_shape,
        size.output_shape,
        size.parameters,
        inside=tuple(_card_info(inner, names) for inner in size.inside),
        multiply_adds=size.settings.multiply_adds(size.input_shape),
    )


def _input_note(dataset: Dataset) -> str:
    if dataset.steps:
        return _steps_note(dataset)
    low, high = (number(value) for value in dataset.value_range)
    count = dataset.inputs.shape[1]
    what = f"{count} {dataset.kind.feature_word}s"
    if dataset.kind.on_plane:
        what = " and ".join(dataset.feature_names)
    return f"{what}, {low}…{high}" if dataset.kind.one_scale else what


def _steps_note(dataset: Dataset) -> str:
    """Return what comes at each step: ``40 steps: x, y``, or ``10 tokens: a, b``."""
    names, writing = dataset.unit_names, dataset.writing
    if writing is not None:
        turns, moves = writing.directions, writing.moves
        asked = f"{names[moves]} … {names[-1]}"
        names = (f"{turns} directions", *names[turns:moves], asked)
    elif len(names) > _MOST_NAMES:
        names = (f"{names[0]} … {names[-1]}",)
    tokens = isinstance(dataset.inputs, TokenRows)
    what = f"{dataset.input_shape[0]} tokens" if tokens else f"{dataset.steps} steps"
    return f"{what}: {', '.join(names)}"
