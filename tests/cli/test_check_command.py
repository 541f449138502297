"""``playground check``: the verdict on a network's gradients, for people, scripts and shells."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.nn.activations import Sigmoid, Tanh
from playground.training.presets import LARGE, presets


@pytest.mark.parametrize("name", [each.name for each in presets() if each.group != LARGE])
def test_every_preset_has_right_gradients(run: Callable[..., Any], name: str) -> None:
    done = run("check", name, "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert found["preset"] == name
    assert found["verdict"] == "right"
    assert found["relative_error"] < 1e-6
    assert found["entries"] == sum(tensor["entries"] for tensor in found["tensors"]) > 0


def test_a_line_a_tensor_and_the_verdict_in_words(run: Callable[..., Any]) -> None:
    done = run("check", "article-iris")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].split("  ")[0] == "tensor"
    names = [line.split()[0] for line in lines[1 : lines.index("")]]
    assert names[0] == "dense_1.weights"
    assert names[-1] == "output.biases"
    assert all(line.endswith("right") for line in lines[1 : lines.index("")])
    assert lines[-2].startswith("Backpropagation is correct: largest relative error ")


def test_a_trained_file_is_checked_at_its_weights(
    run: Callable[..., Any], digits_file: Path
) -> None:
    found = json.loads(run("check", digits_file, "--json").out)
    assert found["preset"] is None
    assert found["verdict"] == "right"
    assert found["tensors"][0]["size"] == 64 * 256
    assert found["examples"] == 32


def test_a_wrong_gradient_ends_with_exit_code_1(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def backward(self: Any, grad_a: Any, z: Any, a: Any, out: Any) -> None:
        np.multiply(grad_a, a, out=out)  # for a·(1 − a)

    monkeypatch.setattr(Sigmoid, "backward", backward)
    done = run("check", "article-xor")
    assert done.code == 1
    assert "Backpropagation is wrong for the weights of Dense 1" in " ".join(done.out.split())
    found = json.loads(run("check", "article-xor", "--json").out)
    assert found["verdict"] == "wrong"
    verdicts = {tensor["name"]: tensor["verdict"] for tensor in found["tensors"]}
    assert verdicts["dense_1.weights"] == "wrong"


def test_a_small_mistake_is_called_doubtful_and_is_no_failure(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = {kind: kind.backward for kind in (Sigmoid, Tanh)}

    def backward(self: Any, grad_a: Any, z: Any, a: Any, out: Any) -> None:
        right[type(self)](self, grad_a, z, a, out)
        np.multiply(out, 1.0001, out=out)

    for kind in right:
        monkeypatch.setattr(kind, "backward", backward)
    done = run("check", "article-xor")
    assert done.code == 0
    assert "Not certain: the " in done.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("digit",), "There is no preset and no file 'digit'; choose a file or one of digits, "),
        ((), "The following arguments are required: NAME|FILE; see 'playground check --help'."),
        (("digits", "iris"), "Unrecognized arguments: iris; see 'playground check --help'."),
        ((".",), ". cannot be opened: it is a folder; choose a file in it."),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2_for_check(
    words: tuple[str, ...], sentence: str, refused: Callable[..., str]
) -> None:
    assert sentence in refused("check", *words)


def test_a_large_network_is_checked_quickly(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "wide.playground"
    run("train", "digits-small", "--epochs", 1, "--set", "layers.0.units=900", "--out", file)
    found = json.loads(run("check", file, "--json").out)
    assert found["verdict"] == "right"
    assert all(tensor["entries"] >= 8 for tensor in found["tensors"])
