"""A generator and a discriminator as an experiment: one network, resumed, saved, edited, scored."""

import dataclasses
from contextlib import suppress
from itertools import islice

import numpy as np
import pytest

from playground import fields
from playground.data.dataset import Dataset
from playground.data.judged import MADE, REAL
from playground.errors import DivergedError, FieldError
from playground.nn.activations import Identity, Sigmoid, Softmax, Tanh
from playground.nn.layers import BatchNorm, Dense
from playground.nn.losses import CategoricalCrossEntropy, LogLoss
from playground.nn.optimizers import SGD, Adam
from playground.storage import experiment_file
from playground.training.adversarial import Adversarial
from playground.training.edits.surgery import Prune
from playground.training.experiment import (
    DataSettings,
    Experiment,
    Output,
    Training,
    find_settings,
)
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.recipes import Supervised
from playground.training.runs import Runs
from playground.training.scores import (
    frechet_distance,
    inception_score,
    jensen_shannon,
    scores_of,
)
from playground.training.size import generator_sizes, layer_sizes
from playground.training.task_fit import fitted
from playground.training.trainer import Pulse, Trainer

PLANE = Experiment(
    data=DataSettings(name="gaussians", examples=120),
    layers=(
        Dense(name="dense_1", units=8, activation=Tanh(), dropout=0.2),
        BatchNorm(name="batch_norm_1"),
    ),
    output=Output(activation=Sigmoid()),
    training=Training(loss=LogLoss(), learning_rate=0.01, batch_size=16),
    recipe=Adversarial(
        noise=3,
        layers=(Dense(name="dense_1", units=7, activation=Tanh()), BatchNorm(name="norm")),
        output=Output(activation=Identity()),
    ),
)
DIGITS = Experiment(
    data=DataSettings(name="digits"),
    layers=(Dense(name="dense_1", units=12),),
    output=Output(activation=Softmax()),
    training=Training(loss=CategoricalCrossEntropy(), learning_rate=0.002, batch_size=64),
    recipe=Adversarial(noise=5, conditional=True, layers=(Dense(name="one", units=9),)),
)


def trained(experiment: Experiment = PLANE, pulses: int = 9) -> Trainer:
    trainer = Trainer(experiment)
    for _ in islice(trainer.run(), pulses):
        pass
    return trainer


def assert_same(one: Moment, other: Moment) -> None:
    assert (one.parameters == other.parameters).all()
    assert (one.statistics == other.statistics).all()
    assert one.course is not None
    assert other.course is not None
    assert (one.course.moments == other.course.moments).all()
    assert one.course.dropout == other.course.dropout
    assert one.history.same_as(other.history)


def test_both_are_one_network_with_names_that_tell_them_apart() -> None:
    names = [layer.name for layer in Trainer(PLANE).network.layers]
    assert names == [
        "generator_dense_1", "generator_norm", "generator_output",
        "dense_1", "batch_norm_1", "output",
    ]  # fmt: skip
    assert PLANE.names.short("generator_dense_1") == "Generator Dense 1"
    assert PLANE.names.short("dense_1") == "Dense 1"
    assert PLANE.names.words("generator_output") == "the generator's output layer"
    assert find_settings(PLANE, "generator_norm") == ("recipe.layers.1", PLANE.recipe.layers[1])
    assert find_settings(PLANE, "generator_output")[0] == "recipe.output"
    assert find_settings(PLANE, "dense_1")[0] == "layers.0"
    assert Trainer(PLANE).network.names.short("generator_norm") == "Generator norm"


def test_the_recipe_decides_what_the_data_are_asked() -> None:
    assert PLANE.data.task == "real"
    dataset = PLANE.data.load()
    assert dataset.class_names == (MADE, REAL)
    assert (dataset.targets == 1).all()
    assert DIGITS.data.load().class_names == (*"0123456789", MADE)
    plain = fields.replace_at(DIGITS, "recipe", Supervised())
    assert plain.data.task == "labels"
    assert plain.data.load().class_names == tuple("0123456789")
    assert DIGITS.data.load() is DIGITS.data.load()


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(FieldError, match="has sequences, and a generator makes pictures"):
        fields.replace_at(PLANE, "data.name", "pen").data.load()
    asked = dataclasses.replace(PLANE.recipe, conditional=True)
    with pytest.raises(FieldError, match="has no classes that a generator could be asked for"):
        dataclasses.replace(PLANE, data=DataSettings(name="bumps"), recipe=asked).data.load()


def test_a_layer_of_the_same_name_twice_is_refused_with_its_place() -> None:
    twice = (Dense(name="one", units=3), Dense(name="generator_one", units=3))
    with pytest.raises(FieldError) as refused:
        dataclasses.replace(PLANE, recipe=dataclasses.replace(PLANE.recipe, layers=twice))
    assert refused.value.path == "recipe.layers.1.name"


@pytest.mark.parametrize("experiment", [PLANE, DIGITS], ids=["plane", "digits"])
def test_going_on_from_a_moment_is_as_if_it_had_never_stopped(experiment: Experiment) -> None:
    whole, parted = trained(experiment, 30), trained(experiment, 11)
    again = Trainer(experiment, parted.prepared, start=parted.moment())
    while again.snapshot().step < whole.snapshot().step:
        next(again.run())
    assert_same(whole.moment(), again.moment())


def test_the_same_experiment_gives_the_same_bits() -> None:
    assert_same(trained().moment(), trained().moment())


def test_a_file_brings_both_back_and_training_goes_on(tmp_path) -> None:
    trainer = trained(DIGITS, 8)
    path = tmp_path / "both.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    saved = experiment_file.read(path)
    assert saved.experiment == DIGITS
    assert_same(trainer.moment(), saved)
    model = saved.model()
    assert model.generator is not None
    noise = model.noise(20)
    assert (model.made(noise) == trained_model(trainer).made(noise)).all()
    assert model.predict(model.made(noise)).shape == (20,)


def trained_model(trainer: Trainer) -> Model:
    model = Model(trainer.experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return model


def test_a_model_answers_with_the_discriminator() -> None:
    trainer = trained()
    model = trained_model(trainer)
    points = model.made(model.noise(30))
    assert points.shape == (30, 2)
    assert set(model.predict(points)) <= {MADE, REAL}
    assert model.network.input_shape == (2,)
    assert (model.noise(30) == model.noise(60)[:30]).all() or len(model.noise(60)) == 60


@pytest.mark.parametrize(
    ("path", "value", "fresh"),
    [
        ("training.learning_rate", 0.5, set()),
        ("recipe.learning_rate", 0.5, set()),
        ("recipe.real_label", 1.0, set()),
        ("recipe.layers.0.activation", Sigmoid(), set()),
        ("recipe.layers.0.trainable", False, set()),
        ("layers.0.units", 8, set()),
        ("recipe.noise", 5, {"generator_dense_1"}),
    ],
)
def test_editing_keeps_every_weight_that_still_fits(path, value, fresh) -> None:
    trainer = trained()
    before = {name: view.copy() for name, view in trainer.network.views().items()}
    trainer.edit(fields.replace_at(trainer.experiment, path, value))
    for name, view in trainer.network.views().items():
        if name.partition(".")[0] not in fresh:
            assert (view == before[name]).all(), name
    for _ in islice(trainer.run(), 12):
        pass


def test_a_layer_of_the_generator_can_be_added_taken_out_and_cut() -> None:
    trainer = trained()
    kept = trainer.network.views()["dense_1.weights"].copy()
    more = (*trainer.experiment.recipe.layers, Dense(name="new", units=4))
    carried = trainer.edit(fields.replace_at(trainer.experiment, "recipe.layers", more))
    assert carried.edit == "Add Generator new"
    assert (trainer.network.views()["dense_1.weights"] == kept).all()
    effect = trainer.operate(Prune("generator_new", 0.5))
    assert effect.startswith("test accuracy")
    assert (trainer.network.views()["generator_new.weights"] == 0).any()


def test_another_optimizer_of_one_player_is_taken_up() -> None:
    trainer = trained()
    trainer.edit(fields.replace_at(trainer.experiment, "recipe.optimizer", SGD()))
    assert trainer.moment().course.moments.shape == (2, trainer.network.parameter_count)
    count = trainer.network.part(0, 3).parameter_count
    for _ in islice(trainer.run(), 12):
        pass
    assert not trainer.moment().course.moments[:, :count].any()


def test_a_frozen_generator_stays() -> None:
    recipe = dataclasses.replace(
        PLANE.recipe,
        layers=(Dense(name="one", units=4, trainable=False),),
        output=Output(activation=Identity(), trainable=False),
    )
    trainer = Trainer(dataclasses.replace(PLANE, recipe=recipe))
    before = trainer.network.part(0, 2).parameters.copy()
    for _ in islice(trainer.run(), 9):
        pass
    assert (trainer.network.part(0, 2).parameters == before).all()


def test_the_recipe_can_be_chosen_for_an_ordinary_experiment() -> None:
    plain = Experiment(data=DataSettings(name="digits"))
    changed = fields.replace_at(plain, "recipe", Adversarial())
    changed = fitted(changed, changed.data.load())
    trained(changed, 6)
    back = fields.replace_at(changed, "recipe", Supervised())
    trained(fitted(back, back.data.load()), 6)


def test_sizes_count_the_generator_and_refuse_what_is_too_large() -> None:
    dataset = DIGITS.data.load()
    made = generator_sizes(DIGITS, dataset)
    assert [size.path for size in made] == ["recipe.layers.0", "recipe.output"]
    assert made[0].input_shape == (15,)
    assert made[-1].output_shape == (64,)
    sizes = (*made, *layer_sizes(DIGITS, dataset))
    assert sum(size.parameters for size in sizes) == DIGITS.network(dataset).parameter_count
    large = (Dense(name="one", units=100_000), Dense(name="two", units=100_000))
    with pytest.raises(FieldError) as refused:
        layer_sizes(fields.replace_at(DIGITS, "recipe.layers", large), dataset)
    assert refused.value.path.startswith("recipe.layers.")


def test_what_is_measured_says_who_deceives_whom() -> None:
    trainer = trained(PLANE, 40)
    latest = trainer.moment().history
    for name in ("generator_loss", "real_share", "made_share", "made_divergence"):
        assert np.isfinite(latest.last(name)), name
    assert 0 <= latest.last("made_divergence") <= 1
    assert latest.last("test_loss") > 0


def test_pictures_of_digits_are_read_by_an_examiner() -> None:
    trainer = trained(DIGITS, 30)
    history = trainer.moment().history
    classes = [history.last(f"made_class_{digit}") for digit in range(10)]
    assert sum(classes) == pytest.approx(1)
    assert 1 <= history.last("made_score") <= 10
    assert 0 <= history.last("made_as_asked") <= 1
    scores = scores_of(trainer.prepared)
    assert scores is not None
    assert scores.real["made_score"] > 9
    assert scores.real["made_confident"] > 0.9
    assert history.last("made_distance") > 5 * scores.real["made_distance"]


def test_the_best_moment_is_that_of_the_best_score() -> None:
    runs, trainer = Runs(), Trainer(DIGITS)
    runs.note(trainer.moment())
    told = []
    for pulse in trainer.run():
        if pulse is Pulse.EPOCH:
            runs.note(trainer.moment())
            told.append(trainer.moment().history.last("made_score"))
        if trainer.epoch == 4:
            break
    (run,) = runs
    assert run.best.history.last("made_score") == max(*told, run.start.history.last("made_score"))


def test_scores_of_what_is_known() -> None:
    sure = np.eye(4)[np.arange(40) % 4]
    assert inception_score(sure) == pytest.approx(4)
    assert inception_score(np.eye(4)[np.zeros(40, int)]) == pytest.approx(1)
    assert inception_score(np.full((40, 4), 0.25)) == pytest.approx(1)
    mean, spread = np.zeros(3), np.diag([1.0, 4.0, 9.0])
    assert frechet_distance((mean, spread), (mean, spread)) == pytest.approx(0, abs=1e-9)
    moved = mean + 2, spread
    assert frechet_distance((mean, spread), moved) == pytest.approx(12)
    wider = mean, 4 * spread
    assert frechet_distance((mean, spread), wider) == pytest.approx(14)  # Σ (2σ − σ)²
    one, other = np.array([0.5, 0.5, 0]), np.array([0, 0, 1.0])
    assert jensen_shannon(one, one) == 0
    assert jensen_shannon(one, other) == pytest.approx(1)
    assert jensen_shannon(one, np.array([0.25, 0.25, 0])) < 0.5


def test_a_run_that_diverges_is_left_finite() -> None:
    wild = fields.replace_at(PLANE, "recipe.learning_rate", 100.0)
    wild = fields.replace_at(wild, "recipe.optimizer", SGD())
    trainer = Trainer(wild)
    with suppress(DivergedError):
        for _ in islice(trainer.run(), 60):
            pass
    assert np.isfinite(trainer.network.parameters).all()


def test_adam_is_the_generators_own() -> None:
    assert DIGITS.recipe.optimizers(DIGITS.training) == (Adam(beta1=0.5), Adam())
    assert isinstance(DIGITS.data.load(), Dataset)
