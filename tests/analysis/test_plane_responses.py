"""Responses over the plane, compared with the network's formulas written out."""

import numpy as np

from playground.analysis.weights.plane_responses import plane_responses
from playground.data.preparation import prepare
from playground.training.model import Model
from playground.training.presets import preset


def test_every_neuron_answers_at_every_point():
    experiment = preset("article-xor").experiment
    data = experiment.data.load()
    prepared = prepare(data, test_fraction=0.0, standardize=False, seed=0)
    model = Model(experiment, data, prepared.normalization)
    points = np.array([[0.0, 1.0], [0.25, -0.5], [2.0, 3.0]], np.float32)
    found = plane_responses(model, prepared, points=points)

    views = model.network.views()
    layers = [layer.name for layer in model.network.layers]
    a = prepared.normalization.apply(points).T.astype(np.float64)
    assert np.allclose(found["input"], points.T)
    for name in layers:
        a = 1 / (1 + np.exp(-(views[f"{name}.weights"] @ a + views[f"{name}.biases"][:, None])))
        assert np.allclose(found[name], a, atol=1e-6)
    assert set(found) == {"input", *layers}
    assert not any(values.flags.writeable for values in found.values())
