"""Running a command in this process, and a trained digits file to run it on."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from playground.cli import main


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Return a function that runs ``playground`` with the given words."""

    def command(*words: object) -> Done:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return command


@pytest.fixture
def refused(run: Callable[..., Done]) -> Callable[..., str]:
    """Return a function that runs a mistaken command and returns its one line on stderr."""

    def command(*words: object) -> str:
        done = run(*words)
        assert done.code == 2
        assert done.out == ""
        assert done.err.startswith("playground: ")
        assert done.err.count("\n") == 1
        assert done.err.endswith("\n")
        return done.err.removeprefix("playground: ").rstrip("\n")

    return command


@pytest.fixture(scope="session")
def digits_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the digits preset, trained for fifteen epochs."""
    path = tmp_path_factory.mktemp("digits") / "digits.playground"
    assert main(["train", "digits-small", "--epochs", "15", "--out", str(path)]) == 0
    return path
