"""The glossary: complete, consistent, and drawn by what computes in a network."""

import numpy as np
import pytest

from playground.analysis.glossary.curves import activation_curve, loss_curve, range_words
from playground.analysis.glossary.glossary import glossary, key_of
from playground.fields import Section, describe
from playground.nn.activations import ACTIVATIONS, LeakyReLU, ReLU, Sigmoid, Softmax
from playground.nn.initializers import INITIALIZERS
from playground.nn.layers import LAYERS
from playground.nn.losses import LOSSES, CategoricalCrossEntropy
from playground.nn.optimizers import OPTIMIZERS, Adam, AdamW
from playground.nn.schedules import SCHEDULES
from playground.training.experiment import DataSettings, Output, Stopping, Training

REGISTRIES = (ACTIVATIONS, LOSSES, OPTIMIZERS, LAYERS, INITIALIZERS, SCHEDULES)
TOPICS = glossary()


@pytest.mark.parametrize("kind", [kind for registry in REGISTRIES for kind in registry])
def test_every_kind_is_explained_with_what_it_says_of_itself(kind):
    topic = TOPICS[key_of(kind)]
    assert kind.title in topic.title
    assert topic.use == kind.use
    assert topic.text.endswith((".", ")"))
    assert "``" not in topic.text
    formula = getattr(kind, "formula", "")
    assert not isinstance(formula, str) or not formula or formula in topic.formulas


def test_every_setting_of_an_experiment_is_explained_by_its_own_help():
    for settings in (DataSettings, Output, Training, Stopping):
        for name, declared in describe(settings).items():
            if isinstance(declared, Section):
                continue
            assert TOPICS[key_of(settings, name)].text.startswith(declared.help)


@pytest.mark.parametrize(
    "word",
    "neuron weight bias weighted_sum gradient backpropagation chain_rule epoch regularization "
    "initialization overfitting underfitting confusion accuracy saliency "
    "gradient_check clipping Training.learning_rate Training.batch_size Training.l1 Training.l2 "
    "DataSettings.test_fraction DataSettings.validation_fraction".split(),
)
def test_the_words_of_the_field_are_there(word):
    assert TOPICS[word].text
    assert TOPICS[word].place


def test_what_to_read_next_is_in_the_glossary_and_elsewhere():
    for key, topic in TOPICS.items():
        assert set(topic.see) <= TOPICS.keys() - {key}


def test_no_two_topics_have_the_same_title():
    titles = [topic.title for topic in TOPICS.values()]
    assert sorted(titles) == sorted(set(titles))


def test_a_topic_says_one_to_three_sentences_for_a_word():
    for topic in TOPICS.values():
        assert topic.text[0].isupper()
        assert 1 <= topic.text.count(". ") + 1 <= 4, topic.key
        assert topic.text.endswith((".", ")", "?")), topic.key


def test_a_setting_that_two_kinds_share_is_one_topic():
    assert key_of(AdamW, "beta1") == key_of(Adam(), "beta1") == "Adam.beta1"
    assert "AdamW.beta1" not in TOPICS


def test_the_curves_are_those_of_the_activations():
    curve = activation_curve(Sigmoid())
    (_, f), (_, slope) = curve.lines
    assert np.allclose(f, 1 / (1 + np.exp(-curve.x)))
    assert np.allclose(slope, f * (1 - f))
    (_, share), _ = activation_curve(Softmax()).lines
    assert np.allclose(share, f)
    (_, leaky), _ = activation_curve(LeakyReLU(a=2, b=0.5)).lines
    assert np.allclose(leaky, np.where(curve.x > 0, 2 * curve.x, 0.5 * curve.x))


def test_the_range_and_the_slope_of_each_activation_are_told():
    assert TOPICS["Sigmoid"].facts == ("Bounded: from 0 to 1.", "Slope: from 0 to 0.25.")
    assert TOPICS["ReLU"].facts == ("Bounded below by 0.", "Slope: from 0 to 1.")
    assert TOPICS["Identity"].facts == ("Not bounded.", "Slope: always 1.")
    assert TOPICS["BinaryStep"].facts[1] == "Slope: always 0."
    assert range_words(ReLU()) == "Bounded below by 0."


def test_the_curve_of_a_loss_falls_to_nothing_at_the_right_answer():
    curve = loss_curve(CategoricalCrossEntropy())
    ((_, values),) = curve.lines
    assert values[0] == pytest.approx(-np.log(0.01))
    assert values[-1] == pytest.approx(0)
    assert (np.diff(values) < 0).all()


def test_every_curve_can_be_drawn():
    for topic in TOPICS.values():
        if topic.curve is not None:
            curve = topic.curve()
            assert all(np.isfinite(values).all() for _, values in curve.lines)
            assert all(values.shape == curve.x.shape for _, values in curve.lines)
    assert sum(topic.curve is not None for topic in TOPICS.values()) == (
        len(ACTIVATIONS) + len(LOSSES) + len(SCHEDULES)
    )
