"""Every number of every neuron's report, against the chain rule written out in plain NumPy."""

import math

import numpy as np
import pytest
from short_sequences import POINTS, STEPS, TEXTS

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import neuron_report
from playground.data.dataset import Dataset
from playground.data.kinds import Pictures, TableRows
from playground.data.preparation import Normalization
from playground.data.tasks import Classification, Regression
from playground.errors import PlaygroundError
from playground.nn import activations as act
from playground.nn import losses
from playground.nn.initializers import Given, Normal
from playground.nn.layers import (
    AveragePool,
    BatchNorm,
    Code,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Noise,
    Reshape,
    Residual,
    Upsample,
)
from playground.nn.record import INPUT
from playground.training.experiment import DataSettings, Experiment, Output, Training
from playground.training.model import Model

CLOSE = {"rtol": 1e-10, "atol": 1e-12}


def data(features, classes, kind=TableRows, shape=None):
    rng = np.random.default_rng(3)
    regression = classes == 0
    labels = np.arange(12) % max(classes, 1)
    return Dataset(
        name="made",
        title="Made",
        kind=kind(),
        task=Regression() if regression else Classification(),
        inputs=rng.normal(1, 2, (12, features)).astype(np.float32),
        targets=rng.normal(size=(12, 1)).astype(np.float32) if regression else labels,
        input_shape=shape or (features,),
        class_names=tuple("abcdefgh"[:classes]),
        feature_names=tuple(f"x{i}" for i in range(features)),
        value_range=(-9, 9),
        source="",
        licence="",
        description="",
    )


def model_of(dataset, layers, output, loss, standardize=False, seed=5):
    names = [f"{layer.kind}_{i}" for i, layer in enumerate(layers, 1)]
    named = tuple(
        type(layer)(**{**vars(layer), "name": name})
        for layer, name in zip(layers, names, strict=True)
    )
    experiment = Experiment(
        layers=named,
        output=Output(activation=output, initializer=Normal(0.7)),
        training=Training(loss=loss),
        seed=seed,
    )
    if standardize:
        normalization = Normalization.standardizing(dataset.inputs)
    else:
        normalization = Normalization.identity(dataset.features)
    model = Model(experiment, dataset, normalization)
    rng = np.random.default_rng(seed)
    for name, view in model.network.views().items():
        tensor = name.rpartition(".")[2]
        if tensor == "biases" or tensor in ("scale", "shift", "running_mean") or "spread" in tensor:
            view[:] = rng.normal(0, 1, view.shape)
        if tensor == "running_variance":
            view[:] = rng.uniform(0.3, 2, view.shape)
    return model


# The reference: plain functions of one number, and the chain rule layer by layer.

SUMS = ("dense", "code")

REFERENCE = {
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda z, f: f * (1 - f)),
    "tanh": (math.tanh, lambda z, f: 1 - math.tanh(z) ** 2),
    "identity": (lambda z: z, lambda z, f: 1.0),
    "relu": (lambda z: max(0.0, z), lambda z, f: 1.0 if z > 0 else 0.0),
    "leaky_relu": (lambda z: z if z > 0 else 0.01 * z, lambda z, f: 1.0 if z > 0 else 0.01),
    "elu": (
        lambda z: z if z > 0 else 0.5 * (math.exp(z) - 1),
        lambda z, f: 1.0 if z > 0 else 0.5 * math.exp(z),
    ),
}


class Reference:
    """Forward and back through one example; every array is a plain vector."""

    def __init__(self, model, row, target):
        norm = model.normalization
        raw = np.asarray(row, np.float32)
        self.inputs = ((raw - norm.mean) / norm.scale).astype(np.float64)
        self.views = {name: view.copy() for name, view in model.network.views().items()}
        self.layers = model.experiment.network_layers(model.dataset)
        self.given, self.z, self.a = [], [], []
        x = self.inputs
        for layer in self.layers:
            self.given.append(x)
            z, x = self.forward(layer, x)
            self.z.append(z)
            self.a.append(x)
        self.back(model.experiment.training.loss.kind, np.asarray(target, np.float64))

    def forward(self, layer, x):
        if layer.kind in SUMS:
            w, b = self.views[f"{layer.name}.weights"], self.views[f"{layer.name}.biases"]
            z = np.array([math.fsum(w[i] * x) + b[i] for i in range(len(b))])
            if layer.activation.kind == "softmax":
                e = [math.exp(v - max(z)) for v in z]
                return z, np.array([v / math.fsum(e) for v in e])
            a = np.array([REFERENCE[layer.activation.kind][0](v) for v in z])
            for unit in map(int, layer.silenced.split()):
                a[unit] = 0
            return z, a
        if layer.kind == "batch_norm":
            v = {t: self.views[f"{layer.name}.{t}"] for t in
                 ("scale", "shift", "running_mean", "running_variance")}  # fmt: skip
            hat = (x - v["running_mean"]) / np.sqrt(v["running_variance"] + layer.epsilon)
            return None, v["scale"] * hat + v["shift"]
        return None, x

    def jacobian(self, index):
        """Return ∂aᵢ/∂zⱼ of a dense layer."""
        layer, z = self.layers[index], self.z[index]
        n = len(z)
        if layer.activation.kind == "softmax":
            f = self.a[index]
            return np.array([[f[i] * ((i == j) - f[j]) for j in range(n)] for i in range(n)])
        f, slope = REFERENCE[layer.activation.kind]
        diagonal = np.array([slope(v, f(v)) for v in z])
        for unit in map(int, layer.silenced.split()):
            diagonal[unit] = 0
        return np.diag(diagonal)

    def back(self, loss, y):
        p = self.a[-1]
        if loss == "mean_squared_error":
            self.loss, grad = 0.5 * math.fsum((p - y) ** 2), p - y
        elif loss == "cross_entropy":
            self.loss, grad = -math.fsum(y * np.log(p)), -y / p
        else:
            self.loss = -math.fsum(y * np.log(p) + (1 - y) * np.log(1 - p))
            grad = -y / p + (1 - y) / (1 - p)
        self.grad_a, self.grad_z = [None] * len(p), [None] * len(p)
        self.grad_a = [None] * len(self.layers)
        self.grad_z = [None] * len(self.layers)
        for i in reversed(range(len(self.layers))):
            self.grad_a[i] = grad
            layer = self.layers[i]
            if layer.kind in SUMS:
                self.grad_z[i] = self.jacobian(i).T @ grad
                grad = self.views[f"{layer.name}.weights"].T @ self.grad_z[i]
            elif layer.kind == "batch_norm":
                spread = np.sqrt(self.views[f"{layer.name}.running_variance"] + layer.epsilon)
                grad = grad * self.views[f"{layer.name}.scale"] / spread
        self.grad_inputs = grad


T3 = (act.Tanh(), act.LeakyReLU(), act.ELU(alpha=0.5))
NETWORKS = {
    "2-2-1 sigmoid MSE": (
        data(2, 2), [Dense(units=2, activation=act.Sigmoid(), initializer=Normal(1))],
        act.Sigmoid(), losses.MeanSquaredError(), False),
    "4-5-3 ReLU softmax CE": (
        data(4, 3), [Dense(units=5, initializer=Normal(0.5))],
        act.Softmax(), losses.CategoricalCrossEntropy(), False),
    "softmax MSE": (
        data(4, 3), [Dense(units=4, activation=act.Tanh(), initializer=Normal(0.5))],
        act.Softmax(), losses.MeanSquaredError(), False),
    "batch norm between": (
        data(4, 3), [Dense(units=5, activation=act.Tanh(), initializer=Normal(0.5)), BatchNorm(),
                     Dropout(rate=0.5), Dense(units=4, activation=act.Sigmoid())],
        act.Softmax(), losses.CategoricalCrossEntropy(), False),
    "batch norm and flatten first": (
        data(4, 2), [Flatten(), BatchNorm(), Dense(units=3, activation=act.ELU(alpha=0.5))],
        act.Sigmoid(), losses.LogLoss(), True),
    "standardized tanh leaky ELU": (
        data(3, 3), [Dense(units=4, activation=kind, initializer=Normal(0.6)) for kind in T3],
        act.Softmax(), losses.CategoricalCrossEntropy(), True),
    "regression": (
        data(3, 0), [Dense(units=1, activation=act.Tanh())],
        act.Identity(), losses.MeanSquaredError(), True),
    "silenced": (
        data(3, 3), [Dense(units=4, activation=act.Sigmoid(), silenced="2", frozen="1")],
        act.Softmax(), losses.CategoricalCrossEntropy(), False),
    "variational code": (
        data(4, 3), [Noise(0.4), Dense(units=5, activation=act.Tanh()),
                     Code(3, 0.7, variational=True, silenced="2", frozen="1"), Dense(units=4)],
        act.Softmax(), losses.CategoricalCrossEntropy(), False),
    "softmax in the middle": (
        data(3, 2), [Dense(units=3, activation=act.Softmax())],
        act.Sigmoid(), losses.LogLoss(), False),
}  # fmt: skip


@pytest.fixture(params=NETWORKS)
def case(request):
    dataset, layers, output, loss, standardize = NETWORKS[request.param]
    return model_of(dataset, layers, output, loss, standardize)


def every_neuron(model):
    yield from (Neuron("input", unit) for unit in range(model.dataset.features))
    for layer in model.network.layers:
        yield from (Neuron(layer.name, unit) for unit in range(layer.output_features))


def same(value, expected):
    np.testing.assert_allclose(value, expected, **CLOSE)


@pytest.mark.parametrize("example", [0, 1, 5])
def test_every_number_of_every_neuron_follows_from_the_chain_rule(case, example):
    dataset = case.dataset
    outputs = case.network.layers[-1].output_features
    row = dataset.inputs[example]
    target = dataset.task.target_rows(dataset.inputs, dataset.targets, outputs)[example]
    expected = Reference(case, row, target)
    names = [layer.name for layer in expected.layers]
    for neuron in every_neuron(case):
        report = neuron_report(case, neuron, row, target[np.newaxis])
        same(report.loss, expected.loss)
        unit = neuron.unit
        if neuron.layer == "input":
            same(report.a, expected.inputs[unit])
            same(report.grad_a, expected.grad_inputs[unit])
            assert report.feature.raw == row[unit]
            scale = float(case.normalization.scale[unit])
            same(report.feature.grad_raw, expected.grad_inputs[unit] / scale)
            assert (report.feature.mean, report.feature.scale) == (
                case.normalization.mean[unit],
                scale,
            )
            check_links(report, expected, names, -1)
            continue
        index = names.index(neuron.layer)
        same(report.a, expected.a[index][unit])
        same(report.grad_a, expected.grad_a[index][unit])
        check_links(report, expected, names, index)
        kind = expected.layers[index].kind
        assert report.kind == kind
        if kind in SUMS:
            check_dense(report, expected, index, unit)
        elif kind == "batch_norm":
            check_normalizing(report, expected, index, unit)
        else:
            assert report.told.sum is report.told.bend is report.grad_z is None
            assert report.told.words
            same(report.told.figures[0].value, report.a)


def check_dense(report, expected, index, unit):
    total = report.told.sum
    name = report.neuron.layer
    same(total.weights, expected.views[f"{name}.weights"][unit])
    same(total.bias, expected.views[f"{name}.biases"][unit])
    same(total.inputs, expected.given[index])
    same(total.z, expected.z[index][unit])
    same(total.terms, total.weights * total.inputs)
    assert abs(math.fsum([*total.terms, total.bias]) - total.z) < 1e-12
    same(report.grad_z, expected.grad_z[index][unit])
    same(total.grad_weights, expected.grad_z[index][unit] * expected.given[index])
    layer = expected.layers[index]
    silenced = str(unit) == layer.silenced
    assert report.told.silenced == silenced
    assert report.told.frozen == (str(unit) == layer.frozen)
    z = expected.z[index][unit]
    bend = report.told.bend
    if layer.activation.kind == "softmax":
        row = expected.jacobian(index)[unit]
        same(bend.jacobian, row)
        same(bend.slope, row[unit])
        same(bend.f, expected.a[index][unit])
        same(bend.layer_f, expected.a[index])
        same(bend.layer_grad_a, expected.grad_a[index])
        same(1 / (1 + math.exp(bend.rivals - z)), bend.f)
        column = expected.jacobian(index)[:, unit]
        same(math.fsum(column * bend.layer_grad_a), report.grad_z)
        return
    f, slope = REFERENCE[layer.activation.kind]
    same(bend.f, f(z))
    same(bend.slope, slope(z, f(z)))
    same(report.grad_z, 0.0 if silenced else report.grad_a * bend.slope)


def test_how_far_samples_of_a_code_spread_is_told():
    dataset, layers, output, loss, _ = NETWORKS["variational code"]
    model = model_of(dataset, layers, output, loss)
    row, views = dataset.inputs[3], model.network.views()
    given = Reference(model, row, [1, 0, 0]).given[2]
    for unit in range(3):
        weights, bias = views["code_3.spread_weights"][unit], views["code_3.spread_biases"][unit]
        log = math.fsum(weights * given) + float(bias)
        spread, told = neuron_report(model, Neuron("code_3", unit), row, None).told.figures
        same([spread.value, told.value], [math.exp(log / 2), log])
        assert spread.name == "spread σ of its samples"


def check_normalizing(report, expected, index, unit):
    name = report.neuron.layer
    v = {t: expected.views[f"{name}.{t}"][unit] for t in
         ("scale", "shift", "running_mean", "running_variance")}  # fmt: skip
    x, grad = expected.given[index][unit], expected.grad_a[index][unit]
    epsilon = expected.layers[index].epsilon
    spread = math.sqrt(v["running_variance"] + epsilon)
    hat = (x - v["running_mean"]) / spread
    same(
        [figure.value for figure in report.told.figures],
        [
            x, v["running_mean"], v["running_variance"], epsilon, hat, v["scale"], v["shift"],
            v["scale"] * hat + v["shift"], grad * hat, grad, grad * v["scale"] / spread,
        ],
    )  # fmt: skip
    assert [figure.total for figure in report.told.figures].index(True) == 7
    same(report.told.figures[7].value, report.a)


def check_links(report, expected, names, index):
    if index + 1 == len(names):
        assert report.links == ()
        assert report.is_output
        return
    (links,) = report.links
    assert links.layer == names[index + 1]
    same(math.fsum(links.factors * links.slopes), report.grad_a)
    if links.weighted:
        same(links.factors, expected.views[f"{links.layer}.weights"][:, report.neuron.unit])
        same(links.slopes, expected.grad_z[index + 1])
    else:
        assert links.units.tolist() == [report.neuron.unit]
        same(links.slopes, expected.grad_a[index + 1][report.neuron.unit])


def test_the_models_own_slopes_say_the_same(case):
    dataset, outputs = case.dataset, case.network.layers[-1].output_features
    row = dataset.inputs[:1]
    target = dataset.task.target_rows(row, dataset.targets[:1], outputs)
    whole = case.slopes(row, target)
    for layer in whole.layers:
        if layer.z is None:
            continue
        for unit in range(len(layer.a)):
            report = neuron_report(case, Neuron(layer.name, unit), row[0], target)
            same(report.told.sum.grad_weights, layer.gradients["weights"][unit])
            same(report.grad_z, layer.gradients["biases"][unit])


def test_the_articles_neuron_answers_0_9990889():
    dataset = data(2, 2)
    model = model_of(dataset, [], act.Sigmoid(), losses.MeanSquaredError())
    views = model.network.views()
    views["output.weights"][:] = [[0, 1]]
    views["output.biases"][:] = 4
    report = neuron_report(model, Neuron("output", 0), np.array([2, 3], np.float32), None)
    assert report.told.sum.z == 7
    assert report.told.bend.f == pytest.approx(0.9990889488055994, abs=1e-15)
    assert report.told.bend.slope == pytest.approx(0.9990889488055994 * (1 - 0.9990889488055994))


def test_without_an_example_weights_and_bias_are_told(case):
    for neuron in every_neuron(case):
        report = neuron_report(case, neuron, None, None)
        assert report.a is report.loss is report.grad_a is report.told.bend is None
        if report.kind == "dense":
            assert report.told.sum.terms is None
            assert (
                len(report.told.sum.weights)
                == case.network.layers[
                    [layer.name for layer in case.network.layers].index(neuron.layer)
                ].input_features
            )


def test_without_a_wanted_answer_there_are_no_slopes_of_the_loss(case):
    for neuron in every_neuron(case):
        report = neuron_report(case, neuron, case.dataset.inputs[0], None)
        assert report.a is not None
        assert report.loss is report.grad_a is report.grad_z is None
        if report.told.sum is not None:
            assert report.told.sum.grad_weights is None
            assert report.told.bend is not None


def test_a_diverged_network_is_reported_without_an_error(case):
    target = np.ones((1, case.network.layers[-1].output_features))
    for bad in (np.nan, np.inf, 1e308):
        case.network.parameters.fill(bad)
        for neuron in every_neuron(case):
            neuron_report(case, neuron, case.dataset.inputs[0], target)


def test_a_neuron_that_is_gone_is_refused_with_a_sentence(case):
    for gone in (Neuron("dense_9", 0), Neuron("output", 99), Neuron("input", 50)):
        with pytest.raises(PlaygroundError, match="choose another neuron"):
            neuron_report(case, gone, None, None)


def test_another_loss_can_be_asked_about():
    dataset, layers, output, loss, _ = NETWORKS["4-5-3 ReLU softmax CE"]
    model = model_of(dataset, layers, output, loss)
    target = np.array([[0.0, 1, 0]])
    report = neuron_report(
        model, Neuron("output", 1), dataset.inputs[0], target, losses.MeanSquaredError()
    )
    same(report.grad_a, report.a - 1)


# Pictures.


def picture_model(layers):
    return model_of(
        data(6, 3, Pictures, (1, 2, 3)), layers, act.Softmax(), losses.CategoricalCrossEntropy()
    )


def test_a_neuron_that_looks_at_pixels_shows_its_weights():
    model = picture_model([Flatten(), Dropout(), Dense(units=2, activation=act.Tanh())])
    report = neuron_report(model, Neuron("dense_3", 1), None, None)
    assert report.image_of == INPUT
    expected = model.network.views()["dense_3.weights"][1].reshape(2, 3)
    np.testing.assert_array_equal(report.image[0], expected)


def test_a_deeper_neuron_shows_how_it_changes_with_every_raw_pixel():
    dataset = data(6, 3, Pictures, (1, 2, 3))
    layers = [Dense(units=4, activation=act.Tanh()), BatchNorm(), Dense(units=3)]
    model = model_of(
        dataset, layers, act.Softmax(), losses.CategoricalCrossEntropy(), standardize=True
    )
    row = dataset.inputs[2]
    for neuron in (Neuron("batch_norm_2", 1), Neuron("dense_3", 0), Neuron("output", 2)):
        report = neuron_report(model, neuron, row, None)
        assert report.image_of == ""
        names = [layer.name for layer in model.network.layers]
        reference = Reference(model, row, [1, 0, 0])
        grad = np.zeros(len(reference.a[names.index(neuron.layer)]))
        grad[neuron.unit] = 1
        for at in range(names.index(neuron.layer), -1, -1):
            layer = reference.layers[at]
            if layer.kind == "dense":
                grad = reference.jacobian(at).T @ grad
                grad = reference.views[f"{layer.name}.weights"].T @ grad
            else:
                spread = np.sqrt(reference.views[f"{layer.name}.running_variance"] + layer.epsilon)
                grad = grad * reference.views[f"{layer.name}.scale"] / spread
        same(report.image.ravel(), grad / model.normalization.scale)
    assert neuron_report(model, Neuron("dense_3", 0), None, None).image is None
    assert neuron_report(model, Neuron("input", 0), row, None).image is None


def test_neurons_have_names_that_say_where_they_are():
    model = picture_model([Dense(units=4), BatchNorm()])
    names = NeuronNames(model.dataset, model.network)
    assert names.title(Neuron("dense_1", 3)) == "Dense 1 · neuron 4"
    assert names.title(Neuron("output", 1)) == "Output · class b"
    assert names.title(Neuron("input", 5)) == "Input · pixel (2, 3)"
    assert names.short(Neuron("batch_norm_2", 0)) == "Batch norm 1 · 1"
    assert names.short(Neuron("output", 1)) == "Output · b"
    assert names.short(Neuron("input", 4)) == "pixel (2, 2)"
    single = model_of(data(2, 2), [], act.Sigmoid(), losses.LogLoss())
    names = NeuronNames(single.dataset, single.network)
    assert names.title(Neuron("output", 0)) == "Output · class b"
    assert names.short(Neuron("input", 1)) == "x1"
    line = model_of(data(2, 0), [], act.Identity(), losses.MeanSquaredError())
    names = NeuronNames(line.dataset, line.network)
    assert names.title(Neuron("output", 0)) == "Output · neuron 1"


def test_given_weights_are_told_as_they_are():
    dataset = data(2, 2)
    layer = Dense(units=1, activation=act.Identity(), initializer=Given((0.5, -2), (0.25,)))
    model = model_of(dataset, [layer], act.Sigmoid(), losses.LogLoss())
    model.network.views()["dense_1.biases"][:] = 0.25
    report = neuron_report(model, Neuron("dense_1", 0), np.array([2, 3], np.float32), None)
    assert report.told.sum.terms.tolist() == [1, -6]
    assert report.told.sum.z == -4.75


def test_a_place_of_a_map_is_named_by_map_row_and_column():
    layers = [Conv2D(3, 2, padding="valid"), MaxPool(), Flatten(), Dense(2)]
    model = model_of(
        data(64, 3, Pictures, (1, 8, 8)), layers, act.Softmax(), losses.CategoricalCrossEntropy()
    )
    names = NeuronNames(model.dataset, model.network)
    place = Neuron("conv2d_1", 2 * 49 + 3 * 7 + 4)
    assert names.title(place) == "Conv 1 · map 3, row 4, column 5"
    assert names.short(place) == "Conv 1 · 3 (4, 5)"
    assert names.among_its_layer(place) == "3 (4, 5)"
    assert names.among_its_layer(Neuron("dense_4", 1)) == "Dense 1 · 2"
    assert names.map(place) == ("Conv 1 · map 3", "Row 4, column 5")
    assert names.short(Neuron("max_pool_2", 9 + 5)) == "Max pool 1 · 2 (2, 3)"
    assert names.short(Neuron("flatten_3", 9 + 5)) == "Flatten 1 · 2 (2, 3)"
    assert names.title(Neuron("dense_4", 1)) == "Dense 1 · neuron 2"
    assert names.map(Neuron("dense_4", 1)) == ("Dense 1 · neuron 2", "")
    assert (names.layer("flatten_3"), names.layer(INPUT)) == ("Max pool 1", "the input")


@pytest.mark.parametrize(
    "layers",
    [
        [Conv2D(3, 3, 2), MaxPool(3, 1), Conv2D(2, 2, padding="valid", silenced="1"), Flatten()],
        [MaxPool(3, 2), BatchNorm(), Conv2D(3, 3, activation=act.Tanh()), AveragePool(2, 1)],
        [
            Conv2D(2, 3, activation=act.Sigmoid()),
            Residual((Conv2D(2, 3, name="inside"),)),
            Residual((Conv2D(3, 3, 2, name="wider", activation=act.Tanh()),)),
            Dropout(0.3, whole_maps=True),
            GlobalAveragePool(),
        ],
        [
            Code(3),
            Dense(8, act.Tanh()),
            Reshape(2),
            ConvTranspose2D(3, 3, 2, activation=act.Tanh(), silenced="1"),
            Upsample(2),
            ConvTranspose2D(2, 3, 1, "valid", act.Sigmoid()),
        ],
    ],
)
def test_the_slopes_of_all_who_see_a_pixel_make_its_own(layers):
    dataset = data(49, 3, Pictures, (1, 7, 7))
    model = model_of(dataset, layers, act.Softmax(), losses.CategoricalCrossEntropy())
    row, target = dataset.inputs[0], np.array([0.0, 1.0, 0.0])
    sources = {INPUT: 49, **{layer.name: layer.output_features for layer in model.network.layers}}
    traced = {record.name: record.a[:, 0] for record in model.trace(row[np.newaxis])}
    traced[INPUT] = model.inputs(row[np.newaxis])[:, 0]
    for source, units in sources.items():
        for unit in range(0, units, 3):
            report = neuron_report(model, Neuron(source, unit), row, target)
            if not report.is_output:
                products = [links.factors * links.slopes for links in report.links]
                same(math.fsum(np.concatenate([*products, [0]])), report.grad_a)
            made = report.told.sum
            if made is not None and made.places is not None:
                same(made.inputs, np.where(made.places < 0, 0, traced[made.source][made.places]))
                same(math.fsum([*made.terms, made.bias]), made.z)


def test_what_a_maximum_listens_to_is_not_told_without_an_example():
    layers = [MaxPool(), Flatten(), Dense(2)]
    dataset = data(64, 3, Pictures, (1, 8, 8))
    model = model_of(dataset, layers, act.Softmax(), losses.CategoricalCrossEntropy())
    assert neuron_report(model, Neuron(INPUT, 9), None, None).links == ()
    (links,) = neuron_report(model, Neuron(INPUT, 9), dataset.inputs[0], None).links
    square = dataset.inputs[0].reshape(8, 8)[:2, :2]
    assert links.units.tolist() == [0]
    assert links.factors.tolist() == [float(square.argmax() == 3)]


def test_a_pixel_of_a_map_says_what_it_sees_and_one_that_is_gone_says_so():
    layers = [Conv2D(3, 3, padding="valid"), Flatten(), Dense(2)]
    dataset = data(64, 3, Pictures, (1, 8, 8))
    model = model_of(dataset, layers, act.Softmax(), losses.CategoricalCrossEntropy())
    report = neuron_report(model, Neuron("conv2d_1", 36 + 6 + 2), None, None)
    assert report.sees == {INPUT: (slice(1, 4), slice(2, 5))}
    assert report.window.size == 3
    assert neuron_report(model, Neuron("dense_3", 1), None, None).sees == {}
    with pytest.raises(PlaygroundError) as gone:
        neuron_report(model, Neuron("conv2d_1", 108), None, None)
    assert str(gone.value) == (
        "Conv 1 has 3 maps of 6×6, and this place is not among them any more; choose another."
    )


def test_the_weights_of_maps_are_pictures_of_them():
    layers = [Conv2D(3, 3), MaxPool(), Flatten(), Dense(2)]
    dataset = data(64, 3, Pictures, (1, 8, 8))
    model = model_of(dataset, layers, act.Softmax(), losses.CategoricalCrossEntropy())
    report = neuron_report(model, Neuron("dense_4", 1), None, None)
    assert report.image_of == "max_pool_2"
    weights = model.network.views()["dense_4.weights"][1]
    np.testing.assert_array_equal(report.image, weights.reshape(3, 4, 4))
    assert neuron_report(model, Neuron("output", 1), None, None).image is None


@pytest.mark.usefixtures("sequences")
@pytest.mark.parametrize("name", [POINTS, TEXTS])
def test_at_a_step_of_a_sequence_only_the_outputs_of_that_step_compete(name):
    experiment = Experiment(
        data=DataSettings(name=name), layers=(Dense(4, act.Tanh(), name="one"),)
    )
    dataset = experiment.data.load()
    model = Model(experiment, dataset, Normalization.identity(dataset.features))
    for view in model.network.views().values():
        view[...] = np.random.default_rng(view.size).normal(size=view.shape)
    kinds = len(dataset.class_names)
    wanted = dataset.task.target_rows(dataset.inputs, dataset.targets, kinds)[3:4]
    given = dataset.inputs[3]
    every = np.repeat(wanted[0], STEPS) if name == POINTS else wanted[0]
    every = every.reshape(kinds, STEPS)
    loss = losses.CategoricalCrossEntropy()
    views = model.network.views()

    def made(z):
        return np.exp(z) / np.exp(z).sum(axis=0)

    x = given.reshape(-1, STEPS)
    a = np.tanh(views["one.weights"] @ x + views["one.biases"][:, None])
    z = views["output.weights"] @ a + views["output.biases"][:, None]
    answers = made(z)
    step, mine = 1, 2
    report = neuron_report(model, Neuron("output", mine * STEPS + step), given, wanted, loss)
    bend, counts = report.told.bend, every[:, step].sum()
    np.testing.assert_allclose(report.a, answers[mine, step], **CLOSE)
    np.testing.assert_array_equal(bend.outputs, np.arange(kinds) * STEPS + step)
    np.testing.assert_allclose(bend.layer_f, answers[:, step], **CLOSE)
    delta = np.arange(kinds) == mine
    np.testing.assert_allclose(bend.jacobian, answers[mine, step] * (delta - answers[:, step]))
    rivals = np.log(np.exp(np.delete(z[:, step], mine)).sum())
    assert bend.rivals == pytest.approx(rivals)
    assert report.wanted == every[mine, step]
    slope = (counts * answers[mine, step] - every[mine, step]) / STEPS
    assert report.grad_z == pytest.approx(slope, rel=1e-9)
    assert f"divided by {STEPS}, as L is a mean" in report.loss_formula
    assert ("∂L/∂z = s·ŷ − y" in report.loss_formula) == (counts != 1)
