"""Every preset is what its name and description promise."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.bundled import resource
from playground.data.catalogue import DATASETS
from playground.errors import FieldError
from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax
from playground.nn.losses import LogLoss, MeanSquaredError
from playground.nn.optimizers import SGD, GradientDescent
from playground.training.presets import DEFAULT, FAULTS, NAMES, preset, presets
from playground.training.snapshot import Snapshot
from playground.training.trainer import Trainer


def trained(name: str, **settings: Any) -> Snapshot:
    experiment = preset(name).experiment
    for path, value in settings.items():
        experiment = fields.replace_at(experiment, path.replace("__", "."), value)
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    return trainer.snapshot()


def test_presets_come_in_the_order_of_the_menu_with_the_default_first() -> None:
    assert [preset.name for preset in presets()] == list(NAMES)
    assert NAMES[0] == DEFAULT


def test_faults_stand_last_under_a_heading_of_their_own() -> None:
    groups = [preset.group for preset in presets()]
    assert groups == sorted(groups)
    assert {preset.name for preset in presets() if preset.group == FAULTS} == {
        name for name in NAMES if name.startswith("fault-")
    }


def test_every_file_is_listed() -> None:
    assert {path.stem for path in resource("presets").glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_says_all_of_its_settings(name: str) -> None:
    plain = json.loads(resource("presets", f"{name}.json").read_text(encoding="utf-8"))
    assert plain["experiment"] == fields.to_plain(preset(name).experiment)
    assert set(plain) == {"title", "description", "experiment"}


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_has_a_title_and_a_paragraph(name: str) -> None:
    chosen = preset(name)
    assert 3 <= len(chosen.title) <= 40
    assert 100 <= len(chosen.description) <= 600
    assert chosen.description.endswith(".")
    assert "\n" not in chosen.description


def test_titles_differ() -> None:
    assert len({preset.title for preset in presets()}) == len(NAMES)


@pytest.mark.parametrize("name", ["nope", "", "../data/iris", "Digits"])
def test_an_unknown_name_is_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(FieldError) as caught:
        preset(name)
    assert str(caught.value) == (f"There is no preset {name!r}; choose one of {', '.join(NAMES)}.")


def test_every_data_set_has_a_preset() -> None:
    covered = {preset.experiment.data.name for preset in presets()}
    assert covered == set(DATASETS)


def _sizes(name: str) -> list[int]:
    experiment = preset(name).experiment
    dataset = experiment.data.load()
    return [dataset.features, *(layer.units for layer in experiment.network_layers(dataset))]


def test_the_articles_presets_are_the_articles_networks() -> None:
    digits, deep = preset("article-digits").experiment, preset("article-digits-deep").experiment
    assert _sizes("article-digits") == [64, 64, 10]
    assert _sizes("article-digits-deep") == [64, 64, 32, 10]
    assert _sizes("article-iris") == [4, 10, 5, 3]
    assert _sizes("article-xor") == [2, 2, 1]
    assert _sizes("article-neuron") == [2, 1]
    assert digits.layers[0].activation == deep.layers[1].activation == Sigmoid()
    assert digits.output.activation == Softmax()
    assert digits.training.optimizer == GradientDescent()
    assert digits.training.learning_rate == 0.1
    assert digits.training.stopping.epochs == 1000
    assert not digits.training.augmentation.active
    assert digits.data.test_fraction == 0.2
    iris = preset("article-iris").experiment
    assert [layer.activation for layer in iris.layers] == [ReLU(), ReLU()]
    assert iris.data.test_fraction == 0.25
    xor = preset("article-xor").experiment.training
    assert (xor.loss, xor.optimizer, xor.batch_size) == (MeanSquaredError(), SGD(), 1)
    assert (xor.learning_rate, xor.stopping.epochs) == (0.1, 1000)


def test_only_presets_for_drawing_augment() -> None:
    for chosen in presets():
        augments = chosen.name in {
            DEFAULT,
            "digits-small",
            "pendigits-8x8",
            "mnist",
            "digits-conv",
            "mnist-conv",
            "mnist+pendigits-conv",
            "lenet-5",
            "fashion-conv",
            "symbols-four",
            "few-labels",
        }
        assert chosen.experiment.training.augmentation.active == augments


def test_the_article_neuron_answers_as_worked_by_hand() -> None:
    trainer = Trainer(preset("article-neuron").experiment)
    answer = trainer.network.forward(np.array([[2.0], [3.0]], np.float32))
    assert float(answer[0, 0]) == pytest.approx(0.9990889, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_xor_has_all_four_right(seed: int) -> None:
    assert trained("xor", seed=seed).history.last("test_accuracy") == 1.0


def test_the_articles_xor_does_not_get_there() -> None:
    accuracies, losses = [], []
    for seed in range(8):
        history = trained("article-xor", seed=seed).history
        accuracies.append(history.last("test_accuracy"))
        losses.append(history.last("test_loss"))
    assert np.mean(accuracies) < 0.8
    assert np.median(losses) == pytest.approx(0.12, abs=0.02)


def test_the_articles_digits_reach_the_articles_figure() -> None:
    snapshot = trained("article-digits")
    assert snapshot.epoch == snapshot.step == 1000
    assert snapshot.history.last("test_accuracy") >= 0.9306


def test_the_deeper_network_beats_it() -> None:
    assert trained("article-digits-deep").history.last("test_accuracy") >= 0.95


@pytest.mark.parametrize("seed", [42, 1, 2])
def test_the_articles_iris_is_learned(seed: int) -> None:
    right = trained("article-iris", seed=seed).history.last("test_accuracy")
    assert right >= (0.95 if seed == 42 else 0.92)


@pytest.mark.parametrize("seed", [42, 1])
@pytest.mark.parametrize("name", ["gaussians", "circles", "xor-clouds", "spirals", "three-spirals"])
def test_a_plane_of_classes_is_solved(name: str, seed: int) -> None:
    assert trained(name, seed=seed).history.last("test_accuracy") >= 0.95


@pytest.mark.parametrize("seed", [42, 1])
@pytest.mark.parametrize("name", ["plane-field", "bumps"])
def test_a_field_is_fitted(name: str, seed: int) -> None:
    assert preset(name).experiment.output.activation == Identity()
    assert trained(name, seed=seed).history.last("test_r2") >= 0.95


@pytest.mark.parametrize("name", ["digits-small", "pendigits-8x8"])
def test_digits_learn_fast(name: str) -> None:
    right = trained(name, training__stopping__epochs=15).history.last("test_accuracy")
    assert right >= 0.95


def test_the_default_learns_from_both_sets_and_is_tested_on_strangers() -> None:
    chosen = preset(DEFAULT)
    prepared = chosen.experiment.data.prepared()
    assert prepared.dataset.name == "digits+pendigits"
    assert (len(prepared.train_index), len(prepared.test_index)) == (1797 + 6245, 1249)
    assert "five writers from whom nothing is learned" in chosen.description


_COPIES = """
import numpy as np
from playground.training.presets import preset
from playground.training.trainer import Trainer
trainer = Trainer(preset("fault-symmetric").experiment)
pulses = trainer.run()
while trainer.epoch < 6:
    next(pulses)
print(len(np.unique(trainer.network.views()["dense_1.weights"], axis=0)))
"""


@pytest.mark.parametrize("processor", ["Haswell", "SkylakeX", "Prescott"])
def test_symmetric_weights_stay_equal_however_the_processor_cuts_a_product(processor: str) -> None:
    """OpenBLAS rounds the rows of a product by blocks, of another size for each processor.

    It takes 16 rows apart after 6 and 12 on a Haswell; eight fill whole blocks on every one tried.
    """
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", _COPIES],
        env=os.environ | {"OPENBLAS_CORETYPE": processor, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1"]


def test_symmetric_weights_read_only_about_a_third() -> None:
    snapshot = trained("fault-symmetric")
    assert 0.3 < snapshot.history.last("test_accuracy") < 0.4


def test_squared_error_stays_wrong_where_log_loss_is_right_at_once() -> None:
    stuck = trained("fault-loss", training__stopping__epochs=40)
    assert stuck.history.last("train_accuracy") == 0
    turned = trained("fault-loss", training__stopping__epochs=60)
    assert turned.history.last("test_accuracy") == 1
    at_once = trained("fault-loss", training__loss=LogLoss(), training__stopping__epochs=1)
    assert at_once.history.last("test_accuracy") == 1


def test_convolution_reads_the_digits_of_its_test_part() -> None:
    assert trained("digits-conv").history.last("test_accuracy") >= 0.985


def test_only_with_ways_past_do_25_convolutions_learn() -> None:
    with_ways = trained("residual", training__stopping__epochs=5)
    without = trained("residual-without", training__stopping__epochs=5)
    assert with_ways.history.last("train_loss") < 1.5
    assert without.history.last("train_loss") == pytest.approx(np.log(10), abs=0.01)
