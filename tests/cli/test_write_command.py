"""``playground write``: text in a network's own hand, in a file of three kinds."""

import json
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from playground.nn.layers import LSTM
from playground.storage import experiment_file
from playground.training.experiment import DataSettings, Experiment
from playground.training.task_fit import fitted
from playground.training.trainer import Trainer


@pytest.fixture(scope="module")
def writer(tmp_path_factory):
    """Return a file with a network that has learned nothing."""
    made = Experiment(data=DataSettings(name="pen-moves"), layers=(LSTM(name="lstm", units=6),))
    trainer = Trainer(fitted(made, made.data.load()))
    path = tmp_path_factory.mktemp("writer") / "writer.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    return path


def test_a_text_is_written_as_strokes(run, writer, tmp_path):
    out = tmp_path / "pi.json"
    assert run("write", writer, "--text", "31 4", "--out", out).code == 0
    told = json.loads(out.read_text())
    assert told["text"] == "31 4"
    assert [each["digit"] for each in told["digits"]] == ["3", "1", " ", "4"]
    assert [bool(each["strokes"]) for each in told["digits"]] == [True, True, False, True]


def test_a_text_is_written_as_a_drawing_and_as_a_picture(run, writer, tmp_path):
    for name in ("pi.svg", "pi.PNG"):
        assert run("write", writer, "--text", "31", "--out", tmp_path / name).code == 0
    assert ElementTree.parse(tmp_path / "pi.svg").getroot().tag.endswith("svg")
    picture = QImage(str(tmp_path / "pi.PNG"))
    assert max(picture.width(), picture.height()) == 1000
    greys = {picture.pixelColor(x, y).value() for x in range(0, 1000, 3)
             for y in range(picture.height())}  # fmt: skip
    assert picture.pixelColor(0, 0).value() == max(greys) == 255
    assert min(greys) < 20


def test_what_is_written_is_read_by_another_network(run, writer, digits_file, tmp_path):
    run("write", writer, "--text", "314", "--out", tmp_path / "pi.json")
    told = json.loads((tmp_path / "pi.json").read_text())
    files = []
    for place, each in enumerate(told["digits"]):
        files.append(tmp_path / f"{place}.json")
        files[-1].write_text(json.dumps(each))
    done = run("predict", digits_file, *files, "--json")
    assert (done.code, done.err) == (0, "")
    assert [len(each["probabilities"]) for each in json.loads(done.out)] == [10] * 3
    assert done.out != run("predict", digits_file, *files[::-1], "--json").out


def test_what_writes_says_that_it_cannot_read(run, writer, tmp_path):
    out = tmp_path / "3.json"
    assert run("write", writer, "--text", "3", "--out", out).code == 0
    done = run("predict", writer, out)
    assert done.code == 2
    assert f"{writer} learned to write, not to read: " in done.err


def test_svg_and_json_hold_the_same_strokes(run, writer, tmp_path):
    for name in ("pi.json", "pi.svg"):
        assert run("write", writer, "--text", "2718", "--out", tmp_path / name).code == 0
    told = json.loads((tmp_path / "pi.json").read_text())
    paths = ElementTree.parse(tmp_path / "pi.svg").findall(".//{http://www.w3.org/2000/svg}path")
    assert len(paths) == sum(len(each["strokes"]) for each in told["digits"])


def test_the_seed_and_the_temperature_decide_what_is_written(run, writer, tmp_path):
    def written(*words):
        out = tmp_path / "out.json"
        assert run("write", writer, "--text", "27", *words, "--out", out).code == 0
        return out.read_text()

    assert written() == written("--seed", 0, "--temperature", 0.4)
    assert written("--seed", 1) != written()
    assert written("--temperature", 1.2) != written()
    assert written("--temperature", 0, "--seed", 1) == written("--temperature", 0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--text", "3a", "--out", "o.svg"), "This network cannot write 'a'; ask for 0, 1, 2"),
        (("--text", "3", "--out", "o.gif"), "ends in .svg, .png or .json; 'o.gif' was given."),
        (("--text", " ", "--out", "o.svg"), "nothing to write came."),
        (("--text", "3" * 1001, "--out", "o.svg"), "1 to 1,000 characters"),
        (("--text", "3", "--out", "no/o.svg"), "no"),
        (("--text", "3", "--temperature", "-1", "--out", "o.svg"), "from 0, careful, to 10, bold"),
        (("--text", "3", "--temperature", "nan", "--out", "o.svg"), "from 0, careful, to 10, bold"),
        (("--text", "3", "--temperature", "hot", "--out", "o.svg"), "from 0, careful, to 10, bold"),
        (("--text", "\n", "--out", "o.svg"), "nothing to write came."),
        (("--text", "", "--out", "o.svg"), "nothing to write came."),
        (("--text", "3\n1", "--out", "o.svg"), "This network cannot write '\\n'; ask for 0, 1"),
        (("--text", "3", "--out", "svg"), "ends in .svg, .png or .json; 'svg' was given."),
        (("--text", "3", "--seed", "x", "--out", "o.svg"), "whole number of up to nine digits"),
        (("--out", "o.svg"), "required: --text"),
        (("--text", "3"), "required: --out"),
    ],
)
def test_a_mistake_is_one_sentence(refused, writer, tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    assert sentence in refused("write", writer, *words)
    assert not list(tmp_path.iterdir())


def test_a_network_that_reads_cannot_write(refused, digits_file, tmp_path):
    said = refused("write", digits_file, "--text", "3", "--out", tmp_path / "o.svg")
    assert said.startswith("This network cannot write: it learned from ")


def test_what_is_no_experiment_is_refused(refused, tmp_path):
    odd = tmp_path / "odd.playground"
    assert "odd.playground" in refused("write", odd, "--text", "3", "--out", tmp_path / "o.svg")
    odd.write_text("[]")
    assert "odd.playground" in refused("write", odd, "--text", "3", "--out", tmp_path / "o.svg")


def test_a_folder_is_not_overwritten(refused, writer, tmp_path):
    (tmp_path / "o.svg").mkdir()
    assert "o.svg" in refused("write", writer, "--text", "3", "--out", tmp_path / "o.svg")
    assert not list((tmp_path / "o.svg").iterdir())


def test_training_tells_how_much_is_read_as_asked(run, writer):
    done = run("train", writer, "--epochs", 1, "--seconds", 0.5, "--json")
    assert 0 <= json.loads(done.out)["read_as_asked"] <= 1
    done = run("train", writer, "--epochs", 1, "--seconds", 0.5)
    assert "% of what it writes as asked" in done.out


def test_training_of_a_network_that_reads_tells_nothing_of_writing(run):
    assert "read_as_asked" not in json.loads(run("train", "xor", "--epochs", 1, "--json").out)
