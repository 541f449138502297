"""The whole tree is as ruff and mypy want it, and the README says what the tests run."""

import subprocess
import sys
from pathlib import Path

import pytest

from playground.gui.start import qt_ready

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy", "--cache-dir", "CACHE"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_tree_is_clean(command, tmp_path):
    words = [str(tmp_path) if word == "CACHE" else word for word in command]
    if words[0] == "ruff":
        words.append("--no-cache")
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ci_runs_exactly_the_test_command_of_the_readme():
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()


def test_the_readme_names_every_system_library_that_is_looked_for():
    readme = (ROOT / "README.md").read_text(encoding="utf-8").split()
    needed = {*qt_ready.LIBRARIES.values(), *qt_ready.X_LIBRARIES.values()}
    assert needed <= set(readme)
