"""The window's command: what it says where Qt cannot start, and what it hands to the window."""

import ctypes
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import PySide6
import pytest

from playground.errors import PlaygroundError
from playground.gui.start import qt_ready


class Opened(ModuleType):
    """Stands in for ``playground.gui.start.app`` and remembers how it was called."""

    def __init__(self) -> None:
        super().__init__("playground.gui.start.app")
        self.calls: list[tuple[Any, ...]] = []

    def run_window(self, *arguments: Any) -> int:
        self.calls.append(arguments)
        return 0

    def run_screenshot(self, *arguments: Any) -> int:
        self.calls.append(arguments)
        return 0


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    app = Opened()
    monkeypatch.setitem(sys.modules, "playground.gui.start.app", app)
    return app


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Pretend to be on Linux with all libraries but those put in the returned set."""
    missing: set[str] = set()

    real = ctypes.CDLL

    def load(library: str, *others: Any, **options: Any) -> Any:
        if library in missing:
            raise OSError(library)
        return real(library, *others, **options) if others or options else None

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setattr(qt_ready, "_x11_answers", lambda: True)
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    return missing


def test_without_a_display_it_says_so_and_names_what_works(
    refused: Callable[..., str], linux: set[str], opened: Opened
) -> None:
    assert refused() == (
        "There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
        "'playground train' and 'playground screenshot' work without one."
    )
    assert opened.calls == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0"), ("QT_QPA_PLATFORM", "offscreen")],
)
def test_with_a_display_the_window_opens(
    variable: str,
    value: str,
    run: Callable[..., Any],
    linux: set[str],
    opened: Opened,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    assert run("--preset", "spirals").code == 0
    assert opened.calls == [(None, "spirals")]


def test_a_file_is_handed_to_the_window(
    run: Callable[..., Any], opened: Opened, digits_file: Any
) -> None:
    assert run(digits_file).code == 0
    assert opened.calls == [(str(digits_file), None)]


@pytest.mark.parametrize("library", sorted(qt_ready.LIBRARIES))
def test_a_missing_library_is_named_with_its_debian_package(library: str, linux: set[str]) -> None:
    linux.add(library)
    with pytest.raises(PlaygroundError) as caught:
        qt_ready.check_qt()
    assert f"The window needs {library}, which this system lacks" in str(caught.value)
    assert str(caught.value).endswith(f"apt install {qt_ready.LIBRARIES[library]}")


def test_several_missing_libraries_come_in_one_sentence(linux: set[str]) -> None:
    linux.update({"libEGL.so.1", "libdbus-1.so.3"})
    with pytest.raises(PlaygroundError, match=r"apt install libegl1 libdbus-1-3$"):
        qt_ready.check_qt()


def test_libraries_of_x_are_needed_on_x_only(
    linux: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    linux.add("libxcb-cursor.so.0")
    qt_ready.check_qt()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    qt_ready.check_display()
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(PlaygroundError, match=r"apt install libxcb-cursor0$"):
        qt_ready.check_display()


def test_a_display_that_does_not_answer_is_named(
    linux: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":98")
    monkeypatch.setattr(qt_ready, "_x11_answers", lambda: False)
    with pytest.raises(PlaygroundError, match="The display :98 does not answer"):
        qt_ready.check_display()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is asked on Linux only")
def test_no_server_answers_on_a_display_that_does_not_exist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not qt_ready._loads("libxcb.so.1"):
        pytest.skip("this machine has no X11 library")
    monkeypatch.setenv("DISPLAY", "localhost:9987")
    assert not qt_ready._x11_answers()


def test_the_pyside_that_crashes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PySide6, "__version__", "6.12.0")
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    with pytest.raises(PlaygroundError, match=r"PySide6 6\.12\.0 crashes on Python 3\..*<6\.12"):
        qt_ready.check_qt()
    monkeypatch.setattr(sys, "version_info", (3, 12, 0))
    qt_ready.check_qt()


def test_a_pyside_that_does_not_load_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtGui", None)
    with pytest.raises(PlaygroundError, match="The window's library PySide6 cannot be loaded"):
        qt_ready.check_qt()


def test_this_machine_can_run_qt() -> None:
    qt_ready.check_qt()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("presetz",), "There is no file and no command 'presetz'; the commands are presets, tr"),
        (("--preset", "nope"), "There is no preset 'nope'; choose one of digits, "),
        (("--preset",), "Argument --preset: expected one argument; see 'playground --help'."),
        (("a", "b"), "Unrecognized arguments: b; see 'playground --help'."),
        (("a", "--preset", "xor"), "give one of them, not both."),
        (("screenshot",), "The following arguments are required: OUT.png; see "),
        (("screenshot", "a.jpg"), "should end in .png; 'a.jpg' was given."),
        (("screenshot", "gone/a.png"), "a.png cannot be saved: there is no folder"),
        (("screenshot", "a.png", "--preset", "nope"), "There is no preset 'nope'"),
        (("screenshot", "a.png", "--theme", "blue"), "invalid choice: 'blue'"),
        (("screenshot", "a.png", "--size", "huge"), "such as 1440x900, not 'huge'"),
        (("screenshot", "a.png", "--size", "100x100"), "from 200 to 8192"),
        (("screenshot", "a.png", "--seconds", "-2"), "a number of seconds from 0 to 86,400"),
        (("screenshot", "a.png", "--seconds", "nan"), "not 'nan'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    words: tuple[str, ...],
    sentence: str,
    refused: Callable[..., str],
    opened: Opened,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in refused(*words)
    assert opened.calls == []


def test_a_screenshot_needs_no_display(
    run: Callable[..., Any], linux: set[str], opened: Opened, tmp_path: Any
) -> None:
    out = str(tmp_path / "a.png")
    done = run(
        "screenshot", out, "--preset", "xor", "--seconds", "0.5", "--theme", "dark",
        "--size", "1024x700",
    )  # fmt: skip
    assert done.code == 0
    assert opened.calls == [(out, "xor", 0.5, "dark", (1024, 700))]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt is tried on Linux only")
def test_a_platform_that_qt_does_not_have_is_named_before_qt_aborts(
    refused: Callable[..., str], opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense")
    assert refused() == (
        "Qt cannot start on the platform 'nonsense', which QT_QPA_PLATFORM names; unset it, or "
        "name one that runs here."
    )
    assert opened.calls == []
