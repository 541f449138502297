"""The rooms keep their order, Qt stays in the window, and files stay short enough to read."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.data.kinds import DATA_KINDS
from playground.data.tasks import TASKS
from playground.nn.layers import LAYERS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "playground"
GROUND = {
    "plain_text",
    "errors",
    "files",
    "registry",
    "fields",
    "atomic_write",
    "interruption",
    "bundled",
    "wording",
}
"""What every room stands on."""

ROOMS = ("nn", "data", "training", "analysis", "storage", "", "gui", "cli", "__main__")
"""A room imports only rooms to its left; without a name, what the package itself offers."""

WINDOW_ROOMS = (
    "pictures",
    "look",
    "widgets",
    "forms",
    "session",
    "probes",
    "panels",
    "lenses",
    "desks",
    "window",
    "start",
)
"""The same inside ``gui``, whose one loose file reads pictures for the command line too."""

LONGEST_FILE = 450
QT = {"PySide6", "shiboken6", "pyqtgraph", "PyQt5", "PyQt6", "qtpy"}

MODULES = sorted(PACKAGE.rglob("*.py"))
TEXT = {".py", ".md", ".toml", ".json", ".csv", ".svg", ".txt", ".yml", ".yaml", ".cfg", ""}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    return [*module.split("."), ""][1]


def folder_of(module: str, room: str) -> str | None:
    """Return the folder of ``gui.<room>`` that a module is in; None for others and loose files."""
    parts = module.split(".")
    return parts[3] if parts[1:3] == ["gui", room] and len(parts) > 4 else None


def place_of(module: str) -> tuple[int, int]:
    """Return how far up a module stands: its room, and its room inside the window."""
    _, room, inner, *_ = [*module.split("."), "", ""]
    if room in GROUND:
        return -1, 0
    within = WINDOW_ROOMS.index(inner) if room == "gui" and inner else 0
    return ROOMS.index(room), within


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
                yield whole if whole in NAMES else node.module


NAMES = {name_of(path) for path in MODULES}
GRAPH = {
    name_of(path): {module for module in imports(path) if module in NAMES} - {name_of(path)}
    for path in MODULES
}
"""Which module imports which, all of them of the program."""

ARROWS = [(here, there) for here, imported in GRAPH.items() for there in sorted(imported)]


def test_a_room_imports_only_rooms_to_its_left() -> None:
    wrong = [
        f"{here} imports {there}" for here, there in ARROWS if place_of(there) > place_of(here)
    ]
    assert wrong == []


def test_no_imports_run_in_a_circle() -> None:
    open_ones = {here: set(imported) for here, imported in GRAPH.items()}
    while ends := {here for here, imported in open_ones.items() if not imported & set(open_ones)}:
        open_ones = {here: imported for here, imported in open_ones.items() if here not in ends}
    # What only leads to a circle is none.
    while starts := set(open_ones) - set().union(*open_ones.values()):
        open_ones = {here: open_ones[here] for here in open_ones if here not in starts}
    assert sorted(open_ones) == []


def test_no_lens_panel_or_desk_imports_its_neighbour() -> None:
    wrong = [
        f"{here} imports {there}"
        for here, there in ARROWS
        for room in ("lenses", "panels", "desks")
        if folder_of(here, room)
        and folder_of(there, room)
        and folder_of(here, room) != folder_of(there, room)
    ]
    assert wrong == []


def test_only_the_start_imports_the_window_and_the_command_line_only_the_start() -> None:
    windows = [
        f"{here} imports {there}"
        for here, there in ARROWS
        if there.startswith("playground.gui.window.")
        and not here.startswith(("playground.gui.window.", "playground.gui.start."))
    ]
    starts = [
        f"{here} imports {there}"
        for here, there in ARROWS
        if room_of(there) == "gui"
        and room_of(here) != "gui"
        and not there.startswith(("playground.gui.start", "playground.gui.pictures"))
    ]
    assert windows + starts == []


def test_at_most_one_file_lies_loose_in_the_window() -> None:
    loose = [path.name for path in (PACKAGE / "gui").glob("*.py") if path.name != "__init__.py"]
    assert len(loose) <= 1, loose


def test_no_two_classes_have_the_same_name() -> None:
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(name_of(path))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_only_the_session_writes_its_state() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno} writes {ast.unparse(node)}"
        for path in MODULES
        if not name_of(path).startswith("playground.gui.session.")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and ast.unparse(node.value).split(".")[-1] in ("session", "_session")
    ]
    assert wrong == []


KINDS = [*LAYERS, *DATA_KINDS, *TASKS]
KIND_WORDS = {kind.__name__ for kind in KINDS} | {kind.kind for kind in KINDS}


def asks_what_it_is(path: Path) -> Iterator[str]:
    """Yield every place where a file asks which kind of layer or data, or which task it has."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        asked = ""
        if isinstance(node, ast.MatchClass):
            asked = ast.unparse(node.cls)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
            asked = ast.unparse(node.args[1])
        elif isinstance(node, ast.Compare) and re.search(r"\.(kind|task)\b", ast.unparse(node)):
            asked = ast.unparse(node)
        if KIND_WORDS & set(re.findall(r"\w+", asked)):
            yield f"{name_of(path)}:{node.lineno} {asked}"


def test_what_a_thing_is_is_asked_of_the_thing_itself() -> None:
    wrong = [
        place
        for path in MODULES
        if not name_of(path).startswith(THEIR_OWN_ROOMS) and name_of(path) not in STILL_ASK
        for place in asks_what_it_is(path)
    ]
    assert wrong == []


THEIR_OWN_ROOMS = ("playground.nn.layers", "playground.data.kinds", "playground.data.tasks")
STILL_ASK = {"playground.data.imports.table_targets"}
"""Files to which the rule comes yet; none may be added."""


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


def test_marks_between_thousands_are_written_in_one_place() -> None:
    """Elsewhere a mark would not be that of the window's locale; see ``wording.write_with``."""
    marked = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        if name_of(path) != "playground.wording"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FormattedValue)
        and ","
        in "".join(
            part.value
            for part in getattr(node.format_spec, "values", ())
            if isinstance(part, ast.Constant)
        )
    ]
    assert marked == []


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
