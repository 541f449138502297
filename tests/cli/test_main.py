"""The program as a whole: help, version, quick start, and streams that break."""

import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from playground import __version__
from playground.cli import main
from playground.cli import presets as presets_command
from playground.training.presets import presets


def python(code: str) -> str:
    """Return what a program prints in an interpreter of its own."""
    environment = {
        name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_version(run: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run("--version")
    assert left.value.code == 0
    assert capsys.readouterr().out == f"playground {__version__}\n"


@pytest.mark.parametrize("command", ["", "presets", "train", "predict", "check", "screenshot"])
def test_help_fits_a_terminal_and_names_every_option(
    command: str, run: Callable[..., Any], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as left:
        run(*command.split(), "--help")
    assert left.value.code == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    options = {
        "": ["FILE", "--preset", "train", "predict", "check", "screenshot", "presets"],
        "presets": ["--json"],
        "train": ["--epochs", "--seconds", "--set", "--out", "--json"],
        "predict": ["FILE", "IMAGE", "--json"],
        "check": ["NAME|FILE", "--json"],
        "screenshot": ["--preset", "--seconds", "--theme", "--size"],
    }
    for option in options[command]:
        assert option in text


def test_presets_are_listed_in_order(run: Callable[..., Any]) -> None:
    lines = run("presets").out.splitlines()
    assert [line.split()[0] for line in lines] == [preset.name for preset in presets()]
    rows = json.loads(run("presets", "--json").out)
    assert rows[0] == {"name": "digits", "title": presets()[0].title, "data": "digits+pendigits"}


def test_help_needs_neither_numpy_nor_qt() -> None:
    python(
        "import sys\n"
        "from playground.cli import main\n"
        "try: main(['train', '--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'numpy', 'PySide6'} & set(sys.modules)"
    )


def test_training_needs_no_qt() -> None:
    python(
        "import sys\n"
        "from playground.cli import main\n"
        "assert main(['train', 'xor', '--epochs', '2', '--json']) == 0\n"
        "assert not {'PySide6', 'pyqtgraph'} & set(sys.modules)"
    )


def test_numpy_computes_on_one_thread() -> None:
    printed = python(
        "import json\n"
        "from playground.cli import main\n"
        "assert main(['train', 'xor', '--epochs', '2', '--json']) == 0\n"
        "import threadpoolctl\n"
        "print(json.dumps([pool['num_threads'] for pool in threadpoolctl.threadpool_info()\n"
        "                  if pool['user_api'] == 'blas']))"
    )
    threads = json.loads(printed.splitlines()[-1])
    assert threads
    assert set(threads) == {1}


def test_a_reader_that_leaves_early_sees_no_traceback() -> None:
    done = subprocess.run(
        f"{sys.executable} -m playground presets --json | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[\n"
    assert done.stderr == ""


def test_a_stream_without_unicode_is_no_obstacle() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "playground", "train", "plane-field", "--epochs", "1"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "R? " in done.stdout


class FullDisk(io.StringIO):
    """An output that takes nothing, as a file on a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class FullWhenFlushed(FullDisk):
    """The same behind a buffer: it shows only at the end."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("output", [FullDisk, FullWhenFlushed])
@pytest.mark.parametrize(
    "words", ["presets", "presets --json", "train xor --epochs 1", "--help", "--version"]
)
def test_an_output_that_takes_nothing_is_one_sentence(
    words: str,
    output: type[io.StringIO],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdout", output())
    assert main(words.split()) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line == (
        "playground: The output cannot be used (No space left on device); choose another."
    )


@pytest.mark.skipif(os.name == "nt", reason="its shell closes no output")
@pytest.mark.parametrize("words", ["presets", "train xor --epochs 1 --json", "train --help"])
def test_a_closed_output_is_one_sentence(words: str) -> None:
    done = subprocess.run(
        f"{sys.executable} -m playground {words} >&-",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "playground: The output cannot be used (Bad file descriptor); choose another.\n"
    )


def test_without_a_stream_for_errors_a_command_still_works(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["train", "xor", "--epochs", "1"]) == 0
    sys.stderr.close()
    assert "1 epoch in" in capsys.readouterr().out


def test_ctrl_c_while_modules_are_imported_is_no_traceback(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(ModuleType):
        def __getattr__(self, name: str) -> Any:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "playground.cli.arguments", Interrupted("arguments"))
    done = run("presets")
    assert (done.code, done.out, done.err) == (130, "", "")


def test_too_little_memory_is_one_sentence(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_too_much() -> Any:
        raise MemoryError("Unable to allocate 8.00 EiB")

    monkeypatch.setattr(presets_command, "presets", take_too_much)
    assert "not enough memory" in refused("presets")


@pytest.mark.parametrize("path", ["layers.{}.units", "{}.units", "layers.0.{}", "layers.-1.units"])
def test_a_setting_with_thousands_of_digits_is_one_sentence(
    path: str, refused: Callable[..., str]
) -> None:
    said = refused("train", "xor", "--set", f"{path.format('9' * 5000)}=1")
    assert "position" in said or "no setting" in said
    assert len(said) < 300


@pytest.mark.parametrize("name", ["a\nb\x1b[31m", "a" * 300, "\udcff\u202e"])
@pytest.mark.parametrize(
    "words", ["{}", "train {}", "check {}", "predict {} x.png", "train xor --out {}/x"]
)
def test_any_name_of_a_file_is_told_in_one_short_line(
    words: str, name: str, refused: Callable[..., str], tmp_path: Path
) -> None:
    said = refused(*(word.format(tmp_path / name) for word in words.split()))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "a" * 100 not in said


def test_a_name_that_is_too_long_is_refused_before_training(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    said = refused("train", "xor", "--epochs", "1", "--out", tmp_path / ("a" * 300))
    assert "the name is too long for this disk" in said
