import numpy as np
import pytest

from playground.errors import DataError, DivergedError, FieldError, ShapeError
from playground.nn.activations import Identity, Sigmoid, Softmax, Tanh
from playground.nn.layers import Dense
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.nn.network import Network
from playground.nn.optimizers import SGD, GradientDescent


def blobs(labels):
    """Three clouds of four features, as far apart as iris flowers are."""
    rng = np.random.default_rng(0)
    centres = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
    index = rng.integers(0, 3, 150)
    return centres[index] + rng.normal(0, 0.2, (150, 4)), np.array(labels)[index]


def iris_network():
    layers = [Dense(units=10), Dense(units=5), Dense(units=3, activation=Softmax())]
    return Network((4,), layers)


@pytest.mark.parametrize("labels", [["setosa", "versicolor", "virginica"], [0, 1, 2], [-7, 3, 100]])
def test_labels_of_any_kind_are_learned_and_predicted(labels):
    X, y = blobs(labels)
    network = iris_network()
    assert network.fit(X, y, epochs=60, learning_rate=0.01) is network
    assert network.score(X, y) > 0.95
    assert network.predict(X).dtype == y.dtype
    assert list(network.classes_) == sorted(labels)
    probabilities = network.predict_proba(X)
    assert probabilities.shape == (150, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(
        network.classes_[probabilities.argmax(axis=1)], network.predict(X)
    )


def test_one_sigmoid_tells_two_classes_apart():
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array(["same", "odd", "odd", "same"])
    layers = [Dense(units=8, activation=Tanh()), Dense(units=1, activation=Sigmoid())]
    network = Network((2,), layers).fit(X, y, epochs=500, learning_rate=0.02, batch_size=4)
    assert network.score(X, y) == 1
    assert network.predict_proba(X).shape == (4, 2)
    assert list(network.predict(X)) == list(y)


def test_float_targets_make_a_regression():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (200, 2))
    y = 2 * X[:, 0] - X[:, 1] + 0.5
    network = Network((2,), [Dense(units=1, activation=Identity())])
    network.fit(X, y, epochs=60, learning_rate=0.02)
    assert network.score(X, y) > 0.999
    assert network.predict(X).shape == (200,)
    weights = network.views()["dense_1.weights"]
    np.testing.assert_allclose(weights, [[2, -1]], atol=0.05)


def test_r2_of_the_mean_is_zero():
    network = Network((1,), [Dense(units=1, activation=Identity())])
    network.parameters[:] = [0, 2]  # weight 0, bias 2: always the mean of 1, 2, 3
    assert network.score([[0], [1], [2]], [1.0, 2.0, 3.0]) == pytest.approx(0)


def test_equal_seeds_fit_alike_and_other_seeds_differ():
    X, y = blobs([0, 1, 2])
    first, second, third = iris_network(), iris_network(), iris_network()
    first.fit(X, y, seed=1)
    second.fit(X, y, seed=1)
    third.fit(X, y, seed=2)
    np.testing.assert_array_equal(first.parameters, second.parameters)
    assert (first.parameters != third.parameters).any()


def test_gradient_descent_takes_one_step_an_epoch():
    X, y = blobs([0, 1, 2])
    network, reference = iris_network(), iris_network()
    network.fit(X, y, optimizer=GradientDescent(), epochs=1, batch_size=10, learning_rate=0.1)
    reference.fit(X, y, optimizer=GradientDescent(), epochs=1, batch_size=150, learning_rate=0.1)
    np.testing.assert_array_equal(network.parameters, reference.parameters)


@pytest.mark.parametrize(
    ("activation", "loss"),
    [
        (Softmax(), CategoricalCrossEntropy()),
        (Sigmoid(), LogLoss()),
        (Identity(), MeanSquaredError()),
    ],
)
def test_the_loss_follows_from_the_output_unless_chosen(activation, loss):
    X, y = blobs([0, 1, 2])
    finals = []
    for chosen in (None, loss):
        network = Network((4,), [Dense(units=3, activation=activation)])
        finals.append(network.fit(X, y, loss=chosen, epochs=2).parameters.copy())
    np.testing.assert_array_equal(*finals)


def test_classes_absent_from_the_labels_are_never_predicted():
    X, _ = blobs([0, 1, 2])
    network = iris_network().fit(X, np.array(["a", "b"] * 75), epochs=1)
    assert set(network.predict(X)) <= {"a", "b"}


def test_more_classes_than_outputs_are_refused():
    X, y = blobs([0, 1, 2])
    with pytest.raises(ShapeError, match="3 classes expect an output layer of 3 units"):
        Network((4,), [Dense(units=2)]).fit(X, y)


def test_targets_of_another_width_are_refused():
    with pytest.raises(ShapeError, match="2 units expects 2 targets"):
        Network((4,), [Dense(units=2)]).fit(np.ones((5, 4)), np.ones((5, 3)))


def test_missing_labels_are_refused():
    with pytest.raises(DataError, match="5 examples expect as many labels or targets; 4"):
        Network((4,), [Dense(units=2)]).fit(np.ones((5, 4)), [0, 1, 0, 1])


def test_examples_of_another_size_are_refused():
    with pytest.raises(ShapeError, match=r"\(examples, 4\); \(5, 3\) came"):
        iris_network().predict(np.ones((5, 3)))


def test_probabilities_of_a_regression_are_refused():
    with pytest.raises(DataError, match="softmax or sigmoid"):
        Network((4,), [Dense(units=2)]).predict_proba(np.ones((5, 4)))


def test_names_stand_for_loss_and_optimizer():
    X, y = blobs([0, 1, 2])
    by_name, by_value = iris_network(), iris_network()
    by_name.fit(X, y, loss="mse", optimizer="sgd", epochs=2)
    by_value.fit(X, y, loss=MeanSquaredError(), optimizer=SGD(), epochs=2)
    np.testing.assert_array_equal(by_name.parameters, by_value.parameters)
    with pytest.raises(FieldError, match="no loss 'hinge'; choose one of mean_squared_error, log"):
        iris_network().fit(X, y, loss="hinge")
    with pytest.raises(FieldError, match="no optimizer 'lion'; choose one of gradient_descent"):
        iris_network().fit(X, y, optimizer="lion")


@pytest.mark.parametrize("worst", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused_and_nothing_is_learned(worst):
    X, y = blobs([0, 1, 2])
    network = iris_network()
    before = network.parameters.copy()
    holed = X.copy()
    holed[7, 2] = worst
    for call in (lambda: network.fit(holed, y), lambda: network.predict(holed)):
        with pytest.raises(DataError, match="X expects finite float32 numbers; it holds NaN or"):
            call()
    targets = np.full((150, 3), worst)
    with pytest.raises(DataError, match="y expects finite float32 numbers"):
        network.fit(X, targets)
    np.testing.assert_array_equal(network.parameters, before)


@pytest.mark.filterwarnings("error")
def test_a_diverging_fit_says_so():
    X, y = blobs([0, 1, 2])
    network = Network((4,), [Dense(8, "linear"), Dense(1, "identity")])
    with pytest.raises(DivergedError, match=r"in epoch \d+: lower the learning rate \(now 10\)"):
        network.fit(X * 100, y.astype(float), learning_rate=10, optimizer="sgd", epochs=50)


def test_no_epoch_and_no_example_a_step_are_refused():
    X, y = blobs([0, 1, 2])
    for settings in ({"epochs": 0}, {"batch_size": 0}):
        with pytest.raises(DataError, match="Epochs and batch size expect 1 or more"):
            iris_network().fit(X, y, **settings)
