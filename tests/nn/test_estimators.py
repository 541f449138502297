"""Classifier and Regressor: what scikit-learn asks of an estimator, and what a person asks."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from playground.errors import FieldError, InputError
from playground.nn.estimators import Classifier, Regressor
from playground.nn.layers import BatchNorm, Conv2D, Dense, Dropout, MaxPool
from playground.nn.network import Network
from playground.nn.optimizers import Adam

CLOUDS = np.random.default_rng(0).normal(0, 0.3, (90, 2)) + np.repeat(
    [[0, 0], [2, 0], [0, 2]], 30, 0
)
NAMES = np.repeat(["red", "green", "blue"], 30)
LINE = CLOUDS @ [0.5, -0.25] + 0.1


def test_a_classifier_learns_labels_of_any_kind():
    for labels in (NAMES, np.repeat([3, -1, 7], 30), np.repeat([1.0, 2.0, 4.0], 30)):
        model = Classifier((16,), epochs=40, learning_rate=0.01, random_state=0)
        assert model.fit(CLOUDS, labels) is model
        assert model.score(CLOUDS, labels) > 0.95
        assert model.predict(CLOUDS).dtype == labels.dtype
        assert model.classes_.tolist() == sorted(set(labels.tolist()))
        np.testing.assert_allclose(model.predict_proba(CLOUDS).sum(axis=1), 1)


def test_a_regressor_predicts_in_the_shape_of_its_targets():
    model = Regressor((16,), learning_rate=0.01, random_state=0)
    assert model.fit(CLOUDS, LINE).score(CLOUDS, LINE) > 0.98
    assert model.predict(CLOUDS).shape == (90,)
    both = np.stack([LINE, -LINE], axis=1)
    assert model.fit(CLOUDS, both).predict(CLOUDS).shape == (90, 2)
    assert model.score(CLOUDS, both) > 0.98


def test_hidden_layers_are_sizes_or_layers():
    layers = (Dense(12, "tanh"), Dropout(rate=0.1), 8, BatchNorm())
    model = Classifier(layers, activation="sigmoid", epochs=1, random_state=0).fit(CLOUDS, NAMES)
    kinds = [layer.settings.kind for layer in model.network_.layers]
    assert kinds == ["dense", "dropout", "dense", "batch_norm", "dense"]
    assert model.network_.layers[2].settings.activation.kind == "sigmoid"
    assert model.network_.output_shape == (3,)
    assert Classifier(5, epochs=1).fit(CLOUDS, NAMES).network_.layers[0].output_shape == (5,)
    assert Classifier((), epochs=1).fit(CLOUDS, NAMES).network_.output_shape == (3,)


def test_settings_are_kept_as_they_were_given():
    optimizer, hidden = Adam(), [4]
    model = Classifier(hidden, optimizer=optimizer)
    assert model.get_params()["hidden"] is hidden
    assert model.get_params()["optimizer"] is optimizer
    assert model.set_params(epochs=3, hidden=(5,)).get_params()["epochs"] == 3
    with pytest.raises(InputError, match="no setting 'epoch'; it has hidden, activation"):
        model.set_params(epoch=3)


def test_every_fit_starts_anew_and_equal_seeds_give_equal_bits():
    model = Classifier(epochs=3, random_state=5).fit(CLOUDS, NAMES)
    first = model.network_.parameters.copy()
    assert len(model.loss_curve_) == model.n_iter_ == 3
    assert model.loss_ == model.loss_curve_[-1]
    np.testing.assert_array_equal(model.fit(CLOUDS, NAMES).network_.parameters, first)
    assert model.n_iter_ == 3
    other = Classifier(epochs=3, random_state=6).fit(CLOUDS, NAMES)
    assert (other.network_.parameters != first).any()


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_classifier_is_the_network_that_fit_trains(dropout):
    layers = [Dense(9, "relu", dropout=dropout)]
    model = Classifier(layers, epochs=4, random_state=7).fit(CLOUDS, NAMES)
    output = Dense(3, "softmax", initializer="glorot")
    network = Network((2,), [*layers, output], seed=7).fit(CLOUDS, NAMES, epochs=4, seed=7)
    np.testing.assert_array_equal(model.network_.parameters, network.parameters)


def test_parts_one_after_the_other_are_one_training():
    whole = Classifier(epochs=6, random_state=1).fit(CLOUDS, NAMES)
    parts = Classifier(random_state=1)
    for _ in range(6):
        parts.partial_fit(CLOUDS, NAMES, classes=["blue", "green", "red"])
        parts = pickle.loads(pickle.dumps(parts))
    assert parts.n_iter_ == 6
    # The order of an epoch is shuffled from the one before in a fit, from the start in a part.
    assert parts.score(CLOUDS, NAMES) == pytest.approx(whole.score(CLOUDS, NAMES), abs=0.1)


def test_a_part_may_lack_a_class_but_not_bring_a_new_one():
    model = Classifier((4,)).partial_fit(CLOUDS[:60], NAMES[:60], classes=["blue", "green", "red"])
    assert model.predict_proba(CLOUDS).shape == (90, 3)
    with pytest.raises(InputError, match="labels beyond the classes"):
        model.partial_fit(CLOUDS[:2], ["red", "violet"])
    with pytest.raises(InputError, match="classes must be passed"):
        Classifier().partial_fit(CLOUDS, NAMES)


def test_a_part_with_other_targets_is_refused():
    model = Regressor((4,)).partial_fit(CLOUDS, LINE).partial_fit(CLOUDS, LINE)
    assert model.n_iter_ == 2
    with pytest.raises(InputError, match="began with 1 targets an example, and now 2 came"):
        model.partial_fit(CLOUDS, CLOUDS)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_answers_alike_and_learns_alone(copied):
    model = Classifier((16,), epochs=5, random_state=0).fit(CLOUDS, NAMES)
    before = model.predict_proba(CLOUDS)
    twin = copied(model)
    np.testing.assert_array_equal(twin.predict_proba(CLOUDS), before)
    twin.set_params(epochs=40, learning_rate=0.01).fit(CLOUDS, NAMES)
    assert twin.score(CLOUDS, NAMES) > 0.95
    np.testing.assert_array_equal(model.predict_proba(CLOUDS), before)


@pytest.mark.parametrize("worst", [np.nan, np.inf, 1e300])
@pytest.mark.parametrize("estimator", [Classifier, Regressor])
def test_numbers_that_are_not_finite_are_refused(estimator, worst):
    holed = CLOUDS.copy()
    holed[3, 1] = worst
    y = NAMES if estimator is Classifier else LINE
    with pytest.raises(InputError, match="X expects finite float32 numbers; it holds NaN or inf"):
        estimator().fit(holed, y)
    if worst != 1e300:
        with pytest.raises(InputError, match="holds NaN or infinity"):
            estimator(epochs=1).fit(CLOUDS, y).predict(holed)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"activation": "rleu"}, "no activation 'rleu'; choose one of identity"),
        ({"optimizer": "adamant"}, "no optimizer 'adamant'; choose one of gradient_descent, sgd"),
        ({"epochs": 0}, "Epochs and batch size expect 1 or more"),
        ({"batch_size": -1}, "Epochs and batch size expect 1 or more"),
    ],
)
def test_impossible_settings_are_refused_by_fit(settings, sentence):
    with pytest.raises((FieldError, InputError), match=sentence):
        Classifier(**settings).fit(CLOUDS, NAMES)


def test_an_estimator_that_saw_nothing_says_so():
    with pytest.raises(ValueError, match="This Classifier is not fitted yet"):
        Classifier().predict(CLOUDS)


class Frame:
    """What a data frame shows of itself."""

    def __init__(self, values, columns):
        self.values, self.columns = values, columns

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


def test_columns_in_another_order_are_refused():
    model = Classifier(epochs=1).fit(Frame(CLOUDS, ["x", "y"]), NAMES)
    assert model.feature_names_in_.tolist() == ["x", "y"]
    with pytest.raises(InputError, match="must be in the same order"):
        model.predict(Frame(CLOUDS, ["y", "x"]))
    with pytest.raises(InputError, match="unseen at fit time:\n- z\nFeature names seen at fit"):
        model.predict(Frame(CLOUDS, ["x", "z"]))
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        model.predict(CLOUDS)


def test_scikit_learn_is_never_loaded_by_an_estimator():
    program = (
        "import sys; from playground import Classifier; "
        "Classifier(epochs=1).fit([[0.0], [1.0]], [0, 1]).predict([[0.0]]); "
        "assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("estimator", [Classifier(), Regressor()], ids=["classifier", "regressor"])
def test_scikit_learn_finds_nothing_to_complain_of(estimator):
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    with pytest.warns(UserWarning, match="does not inherit from"):
        checks.check_estimator(estimator, on_skip=None)


def test_scikit_learns_pipelines_and_searches_take_them():
    pytest.importorskip("sklearn")
    from sklearn.base import clone, is_classifier
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = Classifier(epochs=20, learning_rate=0.01, random_state=0)
    assert is_classifier(model)
    assert clone(model).get_params() == model.get_params()
    search = GridSearchCV(
        make_pipeline(StandardScaler(), model), {"classifier__hidden": [(4,), (16,)]}, cv=3
    )
    assert search.fit(CLOUDS, NAMES).best_score_ > 0.9


def test_pictures_are_looked_at_by_layers_that_look_at_pictures():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 6, 5))
    y = np.where(X[:, 2, 2] > 0, "on", "off")
    model = Classifier([Conv2D(3), MaxPool(), 8], epochs=40, learning_rate=0.01, random_state=1)
    assert model.fit(X, y).score(X, y) > 0.9
    assert [layer.output_shape for layer in model.network_.row[:2]] == [(3, 6, 5), (3, 3, 2)]
    np.testing.assert_array_equal(model.predict(X.reshape(60, -1)), model.predict(X))
    number = Regressor([Conv2D(2)], epochs=2, random_state=0).fit(X[:, np.newaxis], X[:, 0, 0])
    assert number.network_.input_shape == (1, 6, 5)
    with pytest.raises(ValueError, match="looks at pictures expects them here, and 30 numbers"):
        model.fit(X.reshape(60, -1), y)
