"""All topics: the words, every kind of activation, loss and so on, and every setting.

What a kind or a setting says of itself is taken from there; the table of words adds to it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from playground.analysis.glossary.curves import (
    activation_curve,
    activation_facts,
    loss_curve,
    schedule_curve,
)
from playground.analysis.glossary.keys import key_of
from playground.analysis.glossary.topic import Topic
from playground.analysis.glossary.words import WORDS
from playground.fields import Section, Variant, describe
from playground.nn.activations import ACTIVATIONS
from playground.nn.initializers import INITIALIZERS
from playground.nn.layers import LAYERS
from playground.nn.losses import LOSSES
from playground.nn.optimizers import OPTIMIZERS
from playground.nn.schedules import SCHEDULES
from playground.training.experiment import Experiment
from playground.training.recipes import RECIPES

_KINDS: tuple[tuple[Any, str, str], ...] = (
    (ACTIVATIONS, "layers", ""),
    (LOSSES, "training.loss", ""),
    (OPTIMIZERS, "training.optimizer", ""),
    (LAYERS, "layers", ""),
    (INITIALIZERS, "layers", " (initial weights)"),
    (SCHEDULES, "training.schedule", " (learning rate)"),
    (RECIPES, "data.task", " (recipe)"),
)
"""Each registry, where its members are chosen, and what makes their titles plain."""

_TOLD = {word.key for word in WORDS}


def glossary() -> dict[str, Topic]:
    """Return every topic by its key."""
    topics = {topic.key: topic for topic in (*_of_settings(Experiment), *_of_kinds())}
    for word in WORDS:
        known = topics.get(word.key)
        topics[word.key] = word if known is None else _with(known, word)
    return topics


def _with(known: Topic, word: Topic) -> Topic:
    """Return what a kind or a setting says of itself, and what the table adds."""
    return replace(
        known,
        title=word.title or known.title,
        text=f"{known.text} {word.text}".rstrip(),
        formulas=known.formulas + word.formulas,
        place=word.place or known.place,
        see=word.see,
        also=f"{known.also} {word.also}",
    )


def _of_settings(settings: Any, path: str = "") -> Iterator[Topic]:
    for name, declared in describe(settings).items():
        key, place = key_of(settings, name), f"{path}.{name}".lstrip(".")
        if isinstance(declared, Section):
            yield from _of_settings(declared.settings, place)
        nothing_to_choose = isinstance(declared, Variant) and len(declared.registry) == 1
        if not nothing_to_choose and (not isinstance(declared, Section) or key in _TOLD):
            yield Topic(key, declared.label, declared.help, place=place)


def _of_kinds() -> Iterator[Topic]:
    for registry, place, suffix in _KINDS:
        for kind in registry:
            yield from _of_fields(kind, place)
            yield _of_kind(kind, registry, place, suffix)


def _of_fields(kind: Any, place: str) -> Iterator[Topic]:
    fields = describe(kind) if hasattr(kind, "__dataclass_fields__") else {}
    for name, declared in fields.items():
        title = f"{declared.label} ({kind.title})"
        yield Topic(key_of(kind, name), title, declared.help, place=place)


def _of_kind(kind: Any, registry: Any, place: str, suffix: str) -> Topic:
    meaning = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")
    formulas = (getattr(kind, "formula", ""), getattr(kind, "derivative_formula", ""))
    topic = Topic(
        key_of(kind),
        f"{kind.title}{suffix}",
        meaning,
        tuple(line for line in formulas if isinstance(line, str) and line),
        use=getattr(kind, "use", ""),
        place=place,
        also=registry.what,
    )
    if registry is LOSSES:
        return replace(topic, curve=partial(loss_curve, kind()))
    if registry is SCHEDULES:
        return replace(topic, curve=partial(schedule_curve, kind()))
    if registry is ACTIVATIONS:
        activation = kind()
        curve = partial(activation_curve, activation)
        return replace(topic, facts=activation_facts(activation), curve=curve)
    return topic
