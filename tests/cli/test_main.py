"""The program as a whole: help, version, quick start, and streams that break."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from playground import __version__
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
    assert rows[0] == {"name": "digits", "title": presets()[0].title, "data": "digits"}


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
