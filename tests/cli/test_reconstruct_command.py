"""``playground reconstruct``: seen, comes back and the difference in one picture, and the error."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.analysis.codes.halves import squared_errors
from playground.cli import main
from playground.data.drawing.drawing import canvas_picture
from playground.data.drawing.sample import drawn_three
from playground.gui.look.colors import DARK
from playground.gui.pictures import as_png, read_grey
from playground.gui.widgets.ink_image import ink_image
from playground.storage import experiment_file


@pytest.fixture(scope="module")
def autoencoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("autoencoder") / "code.playground"
    assert main(["train", "digits-autoencoder", "--epochs", "3", "--out", str(path)]) == 0
    return path


@pytest.fixture
def three(tmp_path: Path) -> Path:
    path = tmp_path / "three.png"
    path.write_bytes(as_png(ink_image(canvas_picture(drawn_three(), 200), DARK)))
    return path


def test_the_error_is_that_of_what_comes_back(
    run: Callable[..., Any], autoencoder: Path, three: Path, tmp_path: Path
) -> None:
    out = tmp_path / "back.png"
    done = run("reconstruct", autoencoder, three, "--out", out, "--json")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert list(told) == ["file", "squared_error", "out"]
    model = experiment_file.read(autoencoder).model()
    assert model.dataset.drawing is not None
    stages = model.dataset.drawing.read(read_grey(three))
    assert stages is not None
    row = stages.input[np.newaxis]
    assert told["squared_error"] == pytest.approx(float(squared_errors(model.outputs(row), row)[0]))


def test_the_picture_holds_three_squares(
    run: Callable[..., Any], autoencoder: Path, three: Path, tmp_path: Path
) -> None:
    out = tmp_path / "back.png"
    done = run("reconstruct", autoencoder, three, "--out", out)
    assert done.code == 0
    assert "squared error 0.0" in done.out
    height, width = read_grey(out).shape
    assert (height, width) == (224, 3 * 224 + 2 * 16)


def test_what_cannot_be_given_back_is_refused_in_a_sentence(
    refused: Callable[..., str],
    run: Callable[..., Any],
    autoencoder: Path,
    digits_file: Path,
    three: Path,
    tmp_path: Path,
) -> None:
    out = tmp_path / "back.png"
    assert "choose a file whose target is the input itself" in refused(
        "reconstruct", digits_file, three, "--out", out
    )
    assert "a name that ends in .png" in refused(
        "reconstruct", autoencoder, three, "--out", tmp_path / "back.svg"
    )
    assert "There is no picture" in refused(
        "reconstruct", autoencoder, tmp_path / "none.png", "--out", out
    )
    plane = tmp_path / "plane.playground"
    settings = ("--set", "data.task=itself", "--set", "training.loss=mean_squared_error")
    output = ("--set", "output.activation=identity")
    assert run("train", "circles", *settings, *output, "--epochs", 1, "--out", plane).code == 0
    assert "not made of pictures" in refused("reconstruct", plane, three, "--out", out)
    assert not out.exists()


def test_it_reads_no_classes(refused: Callable[..., str], autoencoder: Path, three: Path) -> None:
    assert "use 'playground reconstruct'" in refused("predict", autoencoder, three)
