"""The whole tree is as ruff and mypy want it, and the README says what the tests run."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from playground.gui.start import qt_ready

ROOT = Path(__file__).resolve().parents[1]

NUMPY_SERIES = ("2.4", "2.5")
"""The releases of NumPy whose stubs the types were checked against."""


def _run(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_the_tree_is_as_ruff_wants_it(command):
    _run("ruff", *command.split(), "--no-cache", ".")


def test_the_types_are_as_mypy_wants_them(tmp_path):
    series = ".".join(np.__version__.split(".")[:2])
    if series not in NUMPY_SERIES:
        pytest.skip(
            f"types are checked against NumPy {' and '.join(NUMPY_SERIES)}, "
            f"and NumPy {series} is installed"
        )
    _run("mypy", "--cache-dir", str(tmp_path))


def test_ci_runs_exactly_the_test_command_of_the_readme():
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()


def test_the_readme_names_every_system_library_that_is_looked_for():
    readme = (ROOT / "README.md").read_text(encoding="utf-8").split()
    needed = {*qt_ready.LIBRARIES.values(), *qt_ready.X_LIBRARIES.values()}
    assert needed <= set(readme)
