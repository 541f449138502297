"""The rooms keep their order, Qt stays in the window, and files stay short enough to read."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "playground"
ROOMS = (
    "errors",
    "atomic_write",
    "registry",
    "fields",
    "nn",
    "data",
    "training",
    "analysis",
    "storage",
    "",
    "gui",
    "cli",
)
"""A room imports only rooms to its left; without a name, what the package itself offers."""

ANYWHERE = {"bundled"}
"""Where the bundled files are: no room of the program."""

LONGEST_FILE = 450
QT = {"PySide6", "shiboken6", "pyqtgraph", "PyQt5", "PyQt6", "qtpy"}

MODULES = sorted(PACKAGE.rglob("*.py"))
TEXT = {".py", ".md", ".toml", ".json", ".csv", ".svg", ".txt", ".yml", ".yaml", ".cfg", ""}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    return [*module.split("."), ""][1]


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports anywhere in it, under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            assert node.module is not None
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = (ROOT / Path(*whole.split("."))).exists() or (
                    ROOT / Path(*whole.split(".")).with_suffix(".py")
                ).exists()
                yield whole if node.module == "playground" and is_module else node.module


def test_a_room_imports_only_rooms_to_its_left() -> None:
    wrong = []
    for path in MODULES:
        here = room_of(name_of(path))
        allowed = set(ROOMS) if path.name == "__main__.py" else set(ROOMS[: _place(here) + 1])
        wrong += [
            f"{name_of(path)} imports {module}"
            for module in imports(path)
            if module.split(".")[0] == "playground" and room_of(module) not in allowed | ANYWHERE
        ]
    assert wrong == []


def _place(room: str) -> int:
    return -1 if room in ANYWHERE else ROOMS.index(room)


def test_only_the_window_knows_qt() -> None:
    outside = [path for path in MODULES if room_of(name_of(path)) != "gui"]
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in outside
        for module in imports(path)
        if module.split(".")[0] in QT
    ]
    assert wrong == []


def test_everything_but_the_window_imports_with_qt_blocked() -> None:
    modules = [
        name_of(path)
        for path in MODULES
        if room_of(name_of(path)) != "gui" and path.name != "__main__.py"
    ]
    program = f"""
import importlib, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {QT!r}:
            raise ImportError(f"{{name}} is blocked")

sys.meta_path.insert(0, Blocker())
for module in {modules!r}:
    importlib.import_module(module)
assert not any(name.split(".")[0] in {QT!r} for name in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_module_stays_short() -> None:
    lengths = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_a_module_opens_with_one_sentence_that_says_why_it_exists() -> None:
    opening = {}
    for path in MODULES:
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        opening[name_of(path)] = docstring.partition("\n")[0]
    wrong = {name: line for name, line in opening.items() if not line.endswith((".", "?"))}
    assert wrong == {}


def test_the_qt_rule_sees_every_form_of_import(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text("import PySide6.QtCore as q\ndef f():\n    from pyqtgraph import x\n")
    assert {module.split(".")[0] for module in imports(source)} == {"PySide6", "pyqtgraph"}


def _tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_no_tracked_file_names_a_place_on_someones_machine() -> None:
    roots = "|".join(["home", "Users", "work", "root", "tmp", "opt", "mnt", "var"])
    machine_path = re.compile(rf"""(?<![\w.:/*-])/(?:{roots})/[\w.-]+|[A-Z]:\\\\?\w+\\\\?\w+""")
    found = []
    for path in _tracked():
        if path.suffix in TEXT and path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found += [
                f"{path.relative_to(ROOT)}:{number}: {match.group()}"
                for number, line in enumerate(lines, 1)
                for match in machine_path.finditer(line)
            ]
    assert found == []


def test_no_two_test_files_have_the_same_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))
