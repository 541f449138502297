"""What ``from playground import …`` offers: loaded late, complete, true to its words."""

import ast
import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import playground
from playground.nn.activations import ACTIVATIONS
from playground.nn.initializers import INITIALIZERS
from playground.nn.layers import LAYERS
from playground.nn.losses import LOSSES
from playground.nn.optimizers import OPTIMIZERS

ROOT = Path(__file__).parents[1]
MODULES = sorted({getattr(playground, name).__module__ for name in playground.__all__})
EXAMPLES = {
    "playground.data.catalogue",
    "playground.data.preparation",
    "playground.nn.estimators",
    "playground.nn.layers.code",
    "playground.nn.layers.conv2d",
    "playground.nn.layers.conv_transpose2d",
    "playground.nn.layers.dense",
    "playground.nn.layers.gru",
    "playground.nn.layers.lstm",
    "playground.nn.layers.reshape",
    "playground.nn.layers.rnn",
    "playground.nn.layers.upsample",
    "playground.nn.network",
    "playground.storage.network_file",
}


def test_importing_the_package_loads_neither_numpy_nor_qt():
    program = (
        "import sys, playground; assert playground.__version__; "
        "assert not {'numpy', 'PySide6', 'playground.nn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_a_script_loads_neither_qt_nor_what_it_did_not_ask_for():
    program = (
        "import sys; from playground import *; "
        "assert not {'PySide6', 'shiboken6', 'pyqtgraph', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_type_checkers_see_what_is_there():
    tree = ast.parse(Path(playground.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in block.body
        for alias in node.names
    }
    assert sorted(seen) == playground.__all__
    for name, (module, attribute) in seen.items():
        assert getattr(playground, name) is getattr(sys.modules[module], attribute)


@pytest.mark.parametrize(
    "registry", [ACTIVATIONS, INITIALIZERS, LAYERS, LOSSES, OPTIMIZERS], ids=lambda r: r.what
)
def test_every_kind_that_a_network_is_made_of_is_on_the_face(registry):
    assert {member.__name__ for member in registry} <= set(playground.__all__)


def test_a_notebook_completes_the_names():
    assert set(playground.__all__) <= set(dir(playground))


def test_an_unknown_name_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="module 'playground' has no attribute 'Netwrok'"):
        playground.Netwrok  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'Netwrok'"):
        exec("from playground import Netwrok")


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_the_docstrings_are_true(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(sys.modules[module], optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0
    assert (result.attempted > 0) == (module in EXAMPLES)


def test_the_readmes_scripts_run_as_they_stand(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    scripts = re.findall(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    assert len(scripts) == 2
    names = {}
    for script in scripts:
        exec(compile(script, "README.md", "exec"), names)
    digits = names["digits"]
    for trained in ("model", "network"):
        assert names[trained].score(digits.test_inputs, digits.test_targets) > 0.94
    assert "% of unseen digits" in capsys.readouterr().out
    assert Path("digits.playground").is_file()
