"""``playground train``: figures, progress, saving, training on, and ending early."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.cli.progress import ProgressLine
from playground.nn.layers import Dense, Residual
from playground.storage import experiment_file
from playground.training.presets import NAMES, preset
from playground.training.snapshot import Snapshot
from playground.training.trainer import Trainer
from playground.wording import duration

signals = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
KEYS = [
    "preset", "epochs", "seconds", "examples_per_second", "train_loss", "train_accuracy",
    "test_loss", "test_accuracy", "parameters", "seed",
]  # fmt: skip


def test_json_has_the_keys_of_the_design(run: Callable[..., Any]) -> None:
    done = run("train", "article-iris", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == 1
    reached = json.loads(done.out)
    assert list(reached) == KEYS
    assert (reached["preset"], reached["epochs"], reached["seed"]) == ("article-iris", 150, 42)
    assert reached["parameters"] == 4 * 10 + 10 + 10 * 5 + 5 + 5 * 3 + 3
    assert reached["test_accuracy"] >= 0.95
    assert reached["examples_per_second"] == pytest.approx(150 * 112 / reached["seconds"])


@pytest.mark.parametrize(
    ("name", "measures"),
    [
        ("digits-autoencoder", {"test_error"}),
        ("digits-gan", {"score", "confident", "distance", "coverage"}),
        ("digits-gan-conditional", {"score", "confident", "distance", "coverage", "read_as_asked"}),
        ("plane-gan", {"divergence"}),
    ],
)
def test_json_has_the_measures_of_what_makes(
    run: Callable[..., Any], name: str, measures: set[str]
) -> None:
    reached = json.loads(run("train", name, "--epochs", 1, "--json").out)
    assert measures <= set(reached)
    assert sum(reached.get("coverage", {"": 1}).values()) == pytest.approx(1)


def test_json_of_a_regression_has_no_accuracy_and_names_its_own_figures(
    run: Callable[..., Any],
) -> None:
    reached = json.loads(run("train", "plane-field", "--json").out)
    assert set(KEYS) < set(reached)
    assert reached["train_accuracy"] is reached["test_accuracy"] is None
    assert reached["test_r2"] >= 0.95
    assert 0 < reached["test_mean_absolute_error"] < 0.2


def test_the_summary_says_what_was_reached_and_why_it_ended(run: Callable[..., Any]) -> None:
    done = run("train", "gaussians", "--epochs", "4")
    first, train, test, network = done.out.splitlines()
    assert first.startswith("gaussians: 4 epochs in ")
    assert first.endswith("examples/s; 4 epochs are done")
    assert train.startswith("train loss ")
    assert test.startswith("test  loss ")
    assert test.endswith("%")
    assert network == "3 parameters, seed 42"


def test_a_layer_inside_a_block_is_set_by_its_path(run: Callable[..., Any], tmp_path: Path) -> None:
    path, out = tmp_path / "block.playground", tmp_path / "changed.playground"
    block = Residual((Dense(4, name="inner"), Dense(4, name="last")), name="block")
    trainer = Trainer(replace(preset("article-iris").experiment, layers=(block,)))
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    setting = "layers.0.layers.0.units=5"
    done = run("train", str(path), "--epochs", "2", "--set", setting, "--out", str(out))
    assert done.code == 0, done.err
    changed = experiment_file.read(out).experiment.layers[0]
    assert [layer.units for layer in changed.layers] == [5, 4]
    refused = run("train", str(path), "--set", "layers.0.layers.2.units=5")
    assert "layers.0.layers expects a position (0 to 1)" in refused.err


def test_options_change_the_experiment(run: Callable[..., Any], tmp_path: Path) -> None:
    out = tmp_path / "changed.playground"
    done = run(
        "train", "circles", "--epochs", 3, "--seconds", 50, "--out", out,
        "--set", "training.optimizer=momentum", "--set", "training.optimizer.momentum=0.5",
        "--set", "layers.0.units=9", "--set", "training.batch_size=full batch", "--set", "seed=5",
    )  # fmt: skip
    assert done.code == 0
    assert f"saved in {out}" in done.out
    saved = experiment_file.read(out)
    experiment = saved.experiment
    assert experiment.training.optimizer.momentum == 0.5
    assert experiment.layers[0].units == 9
    assert experiment.training.batch_size is None
    assert experiment.training.stopping.seconds == 50
    assert (experiment.seed, saved.epoch) == (5, 3)


def test_the_same_command_gives_the_same_weights(run: Callable[..., Any], tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("train", "article-iris", "--epochs", 5, "--out", tmp_path / name)
    first, second = (experiment_file.read(tmp_path / name) for name in ("a", "b"))
    assert first.parameters.tobytes() == second.parameters.tobytes()


def test_a_file_trains_on_from_its_weights(run: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "iris.playground"
    run("train", "article-iris", "--epochs", 5, "--out", path)
    before = experiment_file.read(path)
    reached = json.loads(run("train", path, "--epochs", 7, "--out", path, "--json").out)
    after = experiment_file.read(path)
    assert reached["epochs"] == after.epoch == 12
    assert reached["preset"] is None
    assert after.history.epochs.tolist() == list(range(13))
    assert after.history.columns["test_loss"][:6].tolist() == (
        before.history.columns["test_loss"].tolist()
    )
    assert after.history.last("train_loss") < before.history.last("train_loss")
    assert after.step > before.step
    assert reached["examples_per_second"] == pytest.approx(
        7 * 112 / (after.seconds - before.seconds)
    )


def test_a_file_keeps_the_weights_that_an_option_leaves_alone(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    path, changed = tmp_path / "iris.playground", tmp_path / "changed.playground"
    run("train", "article-iris", "--epochs", 5, "--out", path)
    run("train", path, "--seconds", 0.1, "--set", "training.learning_rate=1e-6",
        "--set", "layers.1.units=6", "--epochs", 1, "--out", changed)  # fmt: skip
    before = experiment_file.read(path).model().network.views()
    after = experiment_file.read(changed).model().network.views()
    assert abs(before["dense_1.weights"] - after["dense_1.weights"]).max() < 1e-3
    assert after["dense_2.weights"].shape == (6, 10)


def test_a_diverging_run_says_so_and_saves_the_last_finite_network(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    out = tmp_path / "diverged.playground"
    sentence = refused(
        "train", "plane-field", "--set", "training.learning_rate=100", "--out", out,
    )  # fmt: skip
    assert "Lower the learning rate (now 100)" in sentence
    assert sentence.endswith(f"That network is saved in {out}.")
    assert experiment_file.read(out).experiment.training.learning_rate == 100


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "The following arguments are required: NAME|FILE; see 'playground train --help'."),
        (("digit",), "There is no preset and no file 'digit'; choose a file or one of digits, "),
        (("digits", "--epoch", "3"), "Unrecognized arguments: --epoch 3; see "),
        (("digits", "--epochs", "0"), "Epochs (training.stopping.epochs) must be a whole number"),
        (("digits", "--epochs", "many"), "or 'no limit'; 'many' was given."),
        (("digits", "--seconds", "-1"), "Seconds (training.stopping.seconds) must be a number"),
        (("digits", "--set", "seed"), "--set expects PATH=VALUE such as training.learning_rate"),
        (("digits", "--set", "colour=red"), "There is no setting 'colour'; here are data, lay"),
        (
            ("digits", "--set", "layers.1=residual"),
            "--set expects one setting of a layer, such as layers.1.units=32, and "
            "no other layer in its place; 'residual' was given: exchange layers in the "
            "window.",
        ),
        (("digits", "--set", "layers.0=dropout"), "--set expects one setting of a layer, such as"),
        (("digits", "--set", "layers=dense"), "must be at most 64 layers; 'dense' was given."),
        (("digits", "--set", "layers.7.units=3"), "layers expects a position (0 to "),
        (("digits", "--set", "training.optimizer=newton"), "There is no optimizer 'newton'; ch"),
        (("digits", "--set", "layers.0.units=1e8"), "the limit is 1 GiB."),
        (("bumps", "--set", "training.loss=log_loss"), "Log loss expects classes"),
        (("article-neuron", "--set", "output.initializer=given"), "expects 2 given weights"),
        (("digits", "--out", "gone/x.playground"), "x.playground cannot be saved: there is no f"),
        (("digits", "--out", "."), "cannot be saved: it is a folder; add a file name."),
        (("tests",), "tests cannot be opened: it is a folder; choose a file in it."),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    words: tuple[str, ...],
    sentence: str,
    refused: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tests").mkdir()
    assert sentence in refused("train", *words)


def test_data_and_seed_of_a_file_cannot_be_changed(
    refused: Callable[..., str], digits_file: Path
) -> None:
    for setting in ("data.seed=3", "seed=3"):
        sentence = refused("train", digits_file, "--set", setting)
        assert "belong to its data and its seed; change those on a preset." in sentence


def test_a_preset_wins_over_a_file_of_its_name(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "xor").write_text("not an experiment")
    assert json.loads(run("train", "xor", "--epochs", 1, "--json").out)["preset"] == "xor"


class Terminal:
    """A stream that says it is a terminal."""

    def __init__(self) -> None:
        self.written = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.written += text

    def flush(self) -> None:
        pass


def test_on_a_terminal_one_line_is_rewritten_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    trainer = Trainer(preset("article-iris").experiment)
    stream = Terminal()
    line = ProgressLine(stream, 0, 0.0)  # type: ignore[arg-type]
    for _ in trainer.run():
        if trainer.epoch in (3, 100):
            line.show(trainer.snapshot())
    line.clear()
    shown = stream.written.split("\r")
    assert "\n" not in stream.written
    assert shown[1].startswith("epoch 3/150  test loss ")
    assert "examples/s" in shown[1]
    assert " left" in shown[1]
    assert any(text.startswith("epoch 100/150") for text in shown)
    assert shown[-1] == ""
    assert shown[-2].isspace()


def test_a_line_never_wraps_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    ProgressLine(stream, 0, 0.0).show(  # type: ignore[arg-type]
        Trainer(preset("article-iris").experiment).snapshot()
    )
    assert len(stream.written) <= 30


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.04 s"), (8.26, "8.3 s"), (125.2, "2 min 5 s"), (4200, "1 h 10 min")],
)
def test_durations_are_told_in_words(seconds: float, words: str) -> None:
    assert duration(seconds, 1) == words


def _training(out: Path, **how: Any) -> subprocess.Popen[str]:
    """Return a process that trains without end, once it does."""
    words = ["train", "digits-small", "--epochs", "100000", "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "playground", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("epoch "), "the first line of progress"
    return process


@signals
@pytest.mark.parametrize(
    ("sent", "code"), [(("SIGINT",), 130), (("SIGTERM",), 143), (("SIGHUP", "SIGHUP"), 129)]
)
def test_a_signal_ends_with_what_was_reached_and_saves_it(
    sent: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    out = tmp_path / "half.playground"
    process = _training(out)
    for name in sent:
        process.send_signal(getattr(signal, name))
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in stderr
    assert "; interrupted" in stdout.splitlines()[0]
    saved = experiment_file.read(out)
    assert saved.step > 0
    assert f"{saved.epoch:,} epochs in" in stdout
    assert os.listdir(tmp_path) == [out.name]


@signals
def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = _training(tmp_path / "half.playground")
    finally:
        signal.signal(signal.SIGHUP, previous)
    process.send_signal(signal.SIGHUP)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("epoch ")
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 143


@signals
def test_a_terminal_that_closes_does_not_lose_what_was_reached(tmp_path: Path) -> None:
    out = tmp_path / "half.playground"
    code = (
        "import fcntl, runpy, sys, termios\n"
        "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        "sys.argv = ['playground', 'train', 'digits', '--epochs', '100000', '--out', sys.argv[1]]\n"
        "runpy.run_module('playground', run_name='__main__')\n"
    )
    terminal, inner = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(out)],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
    )
    os.close(inner)
    seen = b""
    while b"epoch" not in seen:
        seen += os.read(terminal, 1_000)
    os.close(terminal)
    process.wait(timeout=60)
    assert experiment_file.read(out).step > 0
    assert os.listdir(tmp_path) == [out.name]


def test_progress_that_nobody_can_read_does_not_lose_what_was_reached(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(line: ProgressLine, snapshot: Snapshot) -> None:
        if snapshot.step:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(ProgressLine, "due", lambda line: True)
    monkeypatch.setattr(ProgressLine, "show", closed)
    out = tmp_path / "half.playground"
    assert run("train", "digits", "--out", str(out)).code == 2
    assert experiment_file.read(out).step > 0


def test_the_names_that_train_accepts_are_those_that_presets_lists(
    run: Callable[..., Any],
) -> None:
    listed = json.loads(run("presets", "--json").out)
    assert [row["name"] for row in listed] == list(NAMES)
    assert {tuple(row) for row in listed} == {("name", "title", "data")}


def test_a_validation_part_is_told_beside_the_others(run: Callable[..., Any]) -> None:
    options = "--epochs", "2", "--set", "data.validation_fraction=0.25"
    lines = run("train", "gaussians", *options).out.splitlines()
    heads = [line[:16] for line in lines[1:4]]
    assert heads == ["train      loss ", "validation loss ", "test       loss "]
    reached = json.loads(run("train", "gaussians", *options, "--json").out)
    assert 0 <= reached["validation_accuracy"] <= 1


def test_a_preset_begins_with_the_trained_layers_of_a_file(
    run: Callable[..., Any], refused: Callable[..., str], digits_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "few.playground"
    few = ("train", "digits-small", "--set", "data.few=2", "--epochs", "1")
    assert run(*few, "--body", digits_file, "--out", out).code == 0
    learned, saved = experiment_file.read(digits_file), experiment_file.read(out)
    assert saved.experiment.data.few == 2
    begun, network = saved.experiment.network(saved.dataset).views(), learned.model().network
    for name, tensor in network.views().items():
        assert (begun[name] == tensor).all() != name.startswith("output."), name
    assert "nothing could begin" in refused("train", "article-iris", "--body", digits_file)
    assert "no such file" in refused("train", "article-iris", "--body", tmp_path / "none")


def test_a_file_is_trained_on_from_its_own_weights_and_no_others(
    refused: Callable[..., str], digits_file: Path
) -> None:
    assert "--body" in refused("train", digits_file, "--body", digits_file)
