"""Declared fields: what a setting is called, what it may be, and what it means, said once.

A settings class is a frozen dataclass that derives from :class:`Settings`, and whose fields are
made by :func:`number`, :func:`flag`, :func:`choice`, :func:`variant` and so on.
Forms, validation, the command line and the file reader all work from these declarations.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from playground import wording
from playground.errors import FieldError
from playground.registry import Registry as Registry

T = TypeVar("T")
KEY = "declared"
_MOST_NAMED = 16
"""Names of a choice that a refusal lists; a sentence of more is not read."""

_LARGEST_FLOAT = sys.float_info.max


@dataclasses.dataclass(frozen=True, kw_only=True)
class Declared:
    """What is common to every declared field: its label, its help and its unit.

    A ``tacit`` one is written into files only where it differs from its default.
    """

    label: str
    help: str
    unit: str = ""
    tacit: bool = False

    def check(self, value: Any, path: str) -> Any:
        """Return the value in its stored type, or raise :class:`FieldError`."""
        raise TypeError(type(self).__name__)

    def to_plain(self, value: Any) -> Any:
        """Return the value as JSON can hold it."""
        return value

    def from_plain(self, plain: Any, path: str) -> Any:
        """Return the checked value that :meth:`to_plain` had written."""
        return self.check(plain, path)

    def parse(self, text: str, path: str) -> Any:
        """Return the checked value of a command-line word."""
        return self.check(text, path)

    def refuse(self, expected: str, value: Any, path: str) -> FieldError:
        """Return the error for a value that does not fit."""
        came = "nothing" if value is None else repr(value)
        if isinstance(value, float):
            came = wording.written(f"{value:.15g}")
        came = came if len(came) <= 60 else came[:57] + "…"
        where = f" ({path})" if path else ""
        return FieldError(path, f"{self.label}{where} must be {expected}; {came} was given.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Number(Declared):
    """A number between two bounds, whole or not.

    ``none_text`` allows ``None`` as well and says what it means, such as ``"full batch"``.
    ``logarithmic`` asks forms for a logarithmic scale; ``choices`` are values worth offering.
    ``square`` is the side of a square, which reads ``3×3``.
    """

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    logarithmic: bool = False
    square: bool = False
    none_text: str = ""
    choices: tuple[float, ...] = ()

    @property
    def expected(self) -> str:
        """What the field takes, in words."""
        kind = "a whole number" if self.whole else "a number"
        if math.isinf(self.low) and math.isinf(self.high):
            bounds = ""
        elif math.isinf(self.high):
            bounds = f" of {wording.number(self.low, 6)} or more"
        else:
            bounds = f" from {wording.number(self.low, 6)} to {wording.number(self.high, 6)}"
            if self.whole:
                bounds = (
                    f" from {wording.grouped(int(self.low))} to {wording.grouped(int(self.high))}"
                )
        return kind + bounds + (f", or {self.none_text!r}" if self.none_text else "")

    def check(self, value: Any, path: str) -> float | int | None:
        if value is None and self.none_text:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(self.expected, value, path)
        # Comparing works on whole numbers that are too large for a float; isfinite does not.
        if not self.low <= value <= self.high or abs(value) > _LARGEST_FLOAT:
            raise self.refuse(self.expected, value, path)
        if not self.whole:
            return float(value)
        if value != int(value):
            raise self.refuse(self.expected, value, path)
        return int(value)

    def parse(self, text: str, path: str) -> float | int | None:
        word = text.strip().lower()
        if self.square:
            word, _, other = (side.strip() for side in word.replace("x", "×").partition("×"))
            if other not in ("", word):
                raise self.refuse(self.expected, text, path)
        if self.none_text and word in {"", "none", "null", "off", self.none_text.lower()}:
            return None
        try:
            value = float(word)
        except ValueError:
            raise self.refuse(self.expected, text, path) from None
        return self.check(value, path)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Flag(Declared):
    """Yes or no."""

    def check(self, value: Any, path: str) -> bool:
        if not isinstance(value, bool):
            raise self.refuse("yes or no", value, path)
        return value

    def parse(self, text: str, path: str) -> bool:
        word = text.strip().lower()
        if word in {"yes", "true", "on", "1"}:
            return True
        if word in {"no", "false", "off", "0"}:
            return False
        raise self.refuse("yes or no", text, path)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice(Declared):
    """One of several names, each with the title that the window shows."""

    options: Mapping[str, str]

    def check(self, value: Any, path: str) -> str:
        if not isinstance(value, str) or value not in self.options:
            names = [*self.options]
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            expected = f"one of {', '.join(names[:_MOST_NAMED])}{more}"
            raise self.refuse(expected, value, path)
        return value


@dataclasses.dataclass(frozen=True, kw_only=True)
class Text(Declared):
    """A short line of text."""

    longest: int = 80

    def written(self, value: Any) -> str:
        """Return a value as a person reads it, and as :meth:`parse` understands it."""
        return str(value)

    def check(self, value: Any, path: str) -> str:
        if not isinstance(value, str) or len(value) > self.longest:
            raise self.refuse(f"a text of at most {self.longest} characters", value, path)
        return value


@dataclasses.dataclass(frozen=True, kw_only=True)
class Numbers(Declared):
    """A row of numbers, written ``0, 1, -0.5``."""

    longest: int = 4096

    def check(self, value: Any, path: str) -> tuple[float, ...]:
        expected = f"up to {wording.grouped(self.longest)} finite numbers"
        if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > self.longest:
            raise self.refuse(expected, value, path)
        for number_ in value:
            real = isinstance(number_, int | float) and not isinstance(number_, bool)
            if not real or not abs(number_) <= _LARGEST_FLOAT:
                raise self.refuse(expected, value, path)
        return tuple(float(number_) for number_ in value)

    def to_plain(self, value: Any) -> list[float]:
        return list(value)

    def written(self, value: tuple[float, ...]) -> str:
        """Return the numbers as a person reads them, exactly."""
        return ", ".join(
            short if float(short := f"{number_:g}") == number_ else repr(number_)
            for number_ in value
        )

    def parse(self, text: str, path: str) -> tuple[float, ...]:
        try:
            words = [float(word) for word in text.replace(",", " ").split()]
        except ValueError:
            raise self.refuse("numbers separated by commas", text, path) from None
        return self.check(words, path)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Variant(Declared):
    """One member of a registry, with its own declared fields."""

    registry: Registry[Any]

    def check(self, value: Any, path: str) -> Any:
        if isinstance(value, str):
            return self._member(value, path)()
        if type(value) not in tuple(self.registry):
            kinds = ", ".join(self.registry.kinds())
            raise self.refuse(f"one {self.registry.what} of {kinds}", value, path)
        return value

    def to_plain(self, value: Any) -> dict[str, Any]:
        return {"kind": value.kind, **to_plain(value)}

    def from_plain(self, plain: Any, path: str) -> Any:
        if isinstance(plain, str):
            plain = {"kind": plain}
        if not isinstance(plain, dict) or not isinstance(plain.get("kind"), str):
            raise self.refuse(f"the {self.registry.what}'s kind and settings", plain, path)
        rest = {name: value for name, value in plain.items() if name != "kind"}
        return from_plain(self._member(plain["kind"], path), rest, path)

    def parse(self, text: str, path: str) -> Any:
        return self._member(text.strip(), path)()

    def _member(self, kind: str, path: str) -> type[Any]:
        return _within(path, lambda: self.registry[kind])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Variants(Declared):
    """A row of registry members, such as a network's layers."""

    registry: Registry[Any]
    longest: int = 64

    def check(self, value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, tuple | list) or len(value) > self.longest:
            raise self.refuse(f"at most {self.longest} {self.registry.what}s", value, path)
        return tuple(self._one.check(item, f"{path}.{i}") for i, item in enumerate(value))

    def to_plain(self, value: Any) -> list[Any]:
        return [self._one.to_plain(item) for item in value]

    def from_plain(self, plain: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(plain, list):
            raise self.refuse(f"a list, each with a {self.registry.what}", plain, path)
        items = [self._one.from_plain(item, f"{path}.{i}") for i, item in enumerate(plain)]
        return self.check(items, path)

    @property
    def _one(self) -> Variant:
        return Variant(label=self.label, help=self.help, registry=self.registry)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Section(Declared):
    """A group of settings: a nested settings class."""

    settings: type[Any]

    def check(self, value: Any, path: str) -> Any:
        if type(value) is not self.settings:
            raise self.refuse(f"a {self.settings.__name__}", value, path)
        return value

    def to_plain(self, value: Any) -> dict[str, Any]:
        return to_plain(value)

    def from_plain(self, plain: Any, path: str) -> Any:
        return from_plain(self.settings, plain, path)


def declare(declared: Declared, default: Any) -> Any:
    """Declare a field of any kind."""
    return dataclasses.field(default=default, metadata={KEY: declared})


def number(default: float | None, label: str, help: str, **declared: Any) -> Any:
    """Declare a number; see :class:`Number`."""
    return declare(Number(label=label, help=help, **declared), default)


def whole(default: int | None, label: str, help: str, **declared: Any) -> Any:
    """Declare a whole number; see :class:`Number`."""
    return declare(Number(label=label, help=help, whole=True, **declared), default)


def flag(default: bool, label: str, help: str) -> Any:
    """Declare a yes or no."""
    return declare(Flag(label=label, help=help), default)


def choice(default: str, label: str, help: str, options: Mapping[str, str], **declared: Any) -> Any:
    """Declare one of several names; ``options`` maps each to its title."""
    return declare(Choice(label=label, help=help, options=options, **declared), default)


def text(default: str, label: str, help: str, **declared: Any) -> Any:
    """Declare a short text."""
    return declare(Text(label=label, help=help, **declared), default)


def numbers(default: tuple[float, ...], label: str, help: str, **declared: Any) -> Any:
    """Declare a row of numbers."""
    return declare(Numbers(label=label, help=help, **declared), default)


def variant(default: Any, label: str, help: str, registry: Registry[Any], **declared: Any) -> Any:
    """Declare one member of a registry."""
    return declare(Variant(label=label, help=help, registry=registry, **declared), default)


def variants(default: tuple[Any, ...], label: str, help: str, registry: Registry[Any]) -> Any:
    """Declare a row of members of a registry."""
    return declare(Variants(label=label, help=help, registry=registry), default)


def section(settings: type[Any], label: str, help: str) -> Any:
    """Declare a nested settings class, made with its own defaults."""
    return declare(Section(label=label, help=help, settings=settings), settings())


def describe(settings: Any) -> dict[str, Declared]:
    """Return the declared fields of a settings class or of one of its values, in order."""
    return {field.name: field.metadata[KEY] for field in dataclasses.fields(settings)}


def check(settings: Any) -> None:
    """Check every field of a frozen settings value and store it in its declared type.

    Raises :class:`FieldError` with the field's name as path.
    """
    for name, declared in describe(settings).items():
        object.__setattr__(settings, name, declared.check(getattr(settings, name), name))


class Settings:
    """What settings classes derive from: a value is checked when it is made."""

    def __post_init__(self) -> None:
        check(self)


def settings_class(name: str, declared: Mapping[str, Any], *bases: type[Any]) -> Any:
    """Return a settings class whose fields are only known while the program runs."""
    made = [(field, Any, default) for field, default in declared.items()]
    return dataclasses.make_dataclass(name, made, bases=bases or (Settings,), frozen=True)


def to_plain(settings: Any) -> dict[str, Any]:
    """Return a settings value as nested dictionaries and lists that JSON can hold."""
    return {
        name: declared.to_plain(getattr(settings, name))
        for name, declared in describe(settings).items()
        if not declared.tacit or getattr(settings, name) != getattr(type(settings), name)
    }


def from_plain(settings: type[T], plain: Any, path: str = "") -> T:
    """Return the settings value that :func:`to_plain` had written.

    A field that is absent takes its default. Raises :class:`FieldError` on an unknown name and on
    any value that the field refuses.
    """
    label = path or settings.__name__.lower()
    if not isinstance(plain, dict):
        raise FieldError(path, f"{label} expects named settings; {plain!r:.60} was given.")
    declared = describe(settings)
    for name in plain:
        if name not in declared:
            names = ", ".join(declared) or "no settings"
            raise FieldError(path, f"{label} has no setting {name!r:.60}; it has {names}.")
    values = {
        name: declared[name].from_plain(value, _join(path, name)) for name, value in plain.items()
    }
    return _within(path, lambda: settings(**values))


def replace_at(settings: T, path: str, value: Any) -> T:
    """Return a copy of a settings value with the field at a dotted path replaced.

    ``replace_at(experiment, "layers.0.units", 32)``. Raises :class:`FieldError` where the path
    leads nowhere or the value does not fit.
    """
    return _edit(
        settings, path.split("."), "", lambda declared, where: declared.check(value, where)
    )


def parse_at(settings: T, path: str, word: str) -> T:
    """Return a copy with the field at a dotted path read from a command-line word."""
    return _edit(settings, path.split("."), "", lambda declared, where: declared.parse(word, where))


def _edit(settings: T, steps: Sequence[str], path: str, read: Callable[[Declared, str], Any]) -> T:
    name, rest = steps[0], steps[1:]
    declared = describe(settings)
    if name not in declared:
        names = ", ".join(declared) or "no settings"
        raise FieldError(path, f"There is no setting {_join(path, name)!r}; here are {names}.")
    here = _join(path, name)
    old = getattr(settings, name)
    if not rest:
        new = read(declared[name], here)
    elif isinstance(declared[name], Variants):
        if rest[0] not in map(str, range(len(old))):
            many = f"0 to {len(old) - 1}" if old else "none"
            raise FieldError(here, f"{here} expects a position ({many}); {rest[0]!r} was given.")
        index = int(rest[0])
        if len(rest) > 1:
            item = _edit(old[index], rest[1:], f"{here}.{index}", read)
        else:
            item = read(cast(Variants, declared[name])._one, f"{here}.{index}")
        new = (*old[:index], item, *old[index + 1 :])
    elif dataclasses.is_dataclass(old):
        new = _edit(old, rest, here, read)
    else:
        raise FieldError(here, f"{here} is a single value; there is no {'.'.join(rest)!r} in it.")
    return _within(path, lambda: cast(T, dataclasses.replace(cast(Any, settings), **{name: new})))


def _join(path: str, name: str) -> str:
    return ".".join(filter(None, (path, name)))


def _within(path: str, build: Callable[[], T]) -> T:
    """Build a settings value, and give an error raised inside it the path from the root."""
    try:
        return build()
    except FieldError as error:
        if error.path == path or error.path.startswith(f"{path}."):
            raise
        raise FieldError(_join(path, error.path), str(error)) from None
