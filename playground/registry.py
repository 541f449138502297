"""A table of interchangeable kinds: menus, files and the command line are built from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

from playground.errors import FieldError

T = TypeVar("T")


class Registry(Generic[T]):
    """A table of interchangeable kinds, found by their ``kind`` name.

    Parameters
    ----------
    what
        What the members are, in the singular: ``"activation"``.
    members
        Frozen dataclasses with the class attributes ``kind`` (the name in files and on the
        command line) and ``title`` (the name in the window).
    short
        The ``kind`` behind an abbreviation that everybody knows: ``mse="mean_squared_error"``.
    """

    def __init__(self, what: str, *members: type[T], **short: str) -> None:
        self.what = what
        self._short = short
        self._members = {cast(Any, member).kind: member for member in members}

    def __getitem__(self, kind: str) -> type[T]:
        try:
            return self._members[self._short.get(kind, kind)]
        except (KeyError, TypeError):
            raise FieldError(
                "", f"There is no {self.what} {kind!r}; choose one of {', '.join(self._members)}."
            ) from None

    def __iter__(self) -> Iterator[type[T]]:
        return iter(self._members.values())

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, kind: object) -> bool:
        return kind in self._members

    def kinds(self) -> list[str]:
        """Return the members' names in their declared order."""
        return list(self._members)

    def resolve(self, value: T | str) -> T:
        """Return the value as it is; for a name, that member with its defaults."""
        return self[value]() if isinstance(value, str) else value

    def register(self, member: type[T]) -> type[T]:
        """Add a member, as a decorator of its class; what is built from now on knows it."""
        kind = cast(Any, member).kind
        if self._members.setdefault(kind, member) is not member:
            raise FieldError("", f"There is a {self.what} {kind!r} already; choose another name.")
        return member

    @contextmanager
    def with_member(self, member: type[T]) -> Iterator[type[T]]:
        """Add a member for as long as a ``with`` block lasts."""
        self.register(member)
        try:
            yield member
        finally:
            del self._members[cast(Any, member).kind]


class Companions(Generic[T]):
    """What a room adds to each member of a registry: a painter, a panel.

    Parameters
    ----------
    what
        What is added, in the singular: ``"painter"``.
    registry
        Whose members are served.
    parts
        One for each ``kind``.
    """

    def __init__(self, what: str, registry: Registry[Any], parts: dict[str, T]) -> None:
        self._what, self._registry, self._parts = what, registry, parts

    def __getitem__(self, kind: str) -> T:
        try:
            return self._parts[kind]
        except KeyError:
            raise TypeError(f"The {self._registry.what} {kind!r} has no {self._what}.") from None

    def by_kind(self) -> dict[str, T]:
        """Return the part of every member; without one of them nothing can be built."""
        return {kind: self[kind] for kind in self._registry.kinds()}

    @contextmanager
    def with_part(self, kind: str, part: T) -> Iterator[None]:
        """Add the part of a new member for as long as a ``with`` block lasts."""
        self._parts[kind] = part
        try:
            yield
        finally:
            del self._parts[kind]
