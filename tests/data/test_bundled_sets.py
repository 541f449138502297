"""The bundled tables are what their sources published."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from playground import bundled
from playground.data.bundled import bundled_sets
from playground.data.catalogue import load
from playground.errors import DataError


def test_digits_are_the_1797_of_uci():
    digits = load("digits")
    assert digits.inputs.shape == (1797, 64)
    assert digits.inputs.dtype == np.float32
    assert digits.targets.dtype == np.int64
    assert digits.image_shape == (8, 8)
    assert digits.targets[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert np.bincount(digits.targets).tolist() == [
        178, 182, 177, 183, 181, 182, 181, 179, 174, 180
    ]  # fmt: skip
    counts = digits.inputs * 16
    assert np.array_equal(counts, counts.round())
    assert (counts.min(), counts.max()) == (0, 16)
    assert digits.inputs.mean() == pytest.approx(0.305, abs=5e-4)


def test_the_first_digit_is_the_published_zero():
    first = (load("digits").inputs[0] * 16).reshape(8, 8).astype(int)
    assert first[0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert first[7].tolist() == [0, 0, 6, 13, 10, 0, 0, 0]


def test_digits_are_the_block_counts_of_the_original_bitmaps():
    folder = os.environ.get("PLAYGROUND_DATA")
    root = Path(folder) if folder else Path(__file__).parents[3] / "shared" / "data"
    path = root / "optdigits" / "optdigits-orig.windep.gz"
    if not path.is_file():
        pytest.skip("the 32×32 bitmaps are not here; set PLAYGROUND_DATA to their folder")
    with gzip.open(path, "rt") as lines:
        body = lines.read().split("lastpar")[-1].split("\n")[1:]
    words = [line.strip() for line in body if line.strip()]
    rows = np.array([list(word) for word in words if len(word) == 32], dtype=np.uint8)
    labels = np.array([int(word) for word in words if len(word) == 1])
    counts = rows.reshape(-1, 8, 4, 8, 4).sum(axis=(2, 4)).reshape(-1, 64)
    digits = load("digits")
    assert np.array_equal(labels, digits.targets)
    assert np.array_equal(counts, digits.inputs * 16)


def test_iris_is_fishers_table():
    iris = load("iris")
    assert iris.inputs.shape == (150, 4)
    assert np.bincount(iris.targets).tolist() == [50, 50, 50]
    assert iris.inputs.mean(axis=0) == pytest.approx([5.8433, 3.0573, 3.7580, 1.1993], abs=1e-4)
    assert iris.inputs[34].tolist() == pytest.approx([4.9, 3.1, 1.5, 0.2])


def test_xor_has_its_four_points():
    points = load("xor-points")
    assert points.indivisible
    assert np.array_equal(points.targets, points.inputs.astype(int).sum(axis=1) % 2)


def test_one_neuron_has_the_worked_inputs():
    neuron = load("one-neuron")
    assert neuron.inputs.tolist() == [[2, 3]]
    assert len(neuron.class_names) == 2
    assert neuron.feature_ranges == ((-10, 10), (-10, 10))


@pytest.mark.parametrize("name", ["digits", "iris"])
def test_licence_and_citation_lie_beside_the_data(name):
    text = bundled.resource("data", f"{name}.txt").read_text(encoding="utf-8")
    assert "Licence: Creative Commons Attribution 4.0" in text
    assert "Citation:" in text
    assert load(name).licence == "CC BY 4.0"


@pytest.mark.parametrize(
    "text", ["1,2\n", "a,b,c,d,e\n", "1,2,3,4,tulip\n", "1,2,3,4,setosa\n1,2\n"]
)
def test_a_damaged_table_is_refused_in_one_sentence(tmp_path, monkeypatch, text):
    (tmp_path / "iris.csv").write_text("header\n" + text, encoding="utf-8")
    monkeypatch.setattr(bundled, "resource", lambda *parts: tmp_path / parts[-1])
    with pytest.raises(DataError, match="expects numbers in 5 columns and cannot be read"):
        bundled_sets.iris()


def test_a_missing_table_is_refused_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled, "resource", lambda *parts: tmp_path / parts[-1])
    with pytest.raises(DataError, match="install the program again"):
        bundled_sets.digits()


def test_a_digit_with_an_impossible_count_is_refused(tmp_path, monkeypatch):
    (tmp_path / "digits.csv").write_text(",".join(["300"] * 65), encoding="utf-8")
    monkeypatch.setattr(bundled, "resource", lambda *parts: tmp_path / parts[-1])
    with pytest.raises(DataError, match="expects numbers in 65 columns"):
        bundled_sets.digits()
