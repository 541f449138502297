"""The sentences of the diagram that do not depend on a neuron."""

from __future__ import annotations

from playground.data.dataset import Dataset
from playground.wording import counted, grouped

_HINTS = (
    "Point at a neuron or a link to read it; click a neuron to follow its links.",
    "Point at a neuron or a link to read it.",
)
_MAP_HINTS = (
    "Click a pixel of a map to follow it; arrow keys move it.",
    "Click a pixel of a map to follow it.",
)


def hints(has_maps: bool) -> tuple[str, ...]:
    """Return what to do, in ever fewer words."""
    return _MAP_HINTS if has_maps else _HINTS


def empty_sentence(dataset: Dataset | None, has_network: bool) -> str:
    """Return what to do where there is no example, or no network."""
    if dataset is None or not has_network:
        return "The network appears here as soon as it has data to learn from."
    return f"{dataset.kind.choose} to see how every neuron answers it."


def count_texts(shown: int, count: int) -> tuple[str, ...]:
    """Return how many links are drawn, in ever fewer words."""
    if shown >= count:
        links = counted(count, "link")
        return f"showing all {links}", links
    share = f"{grouped(shown)} of {grouped(count)}"
    return f"showing {share} links", f"{share} links", share


def description(titles: list[str], shown: int, count: int) -> str:
    """Return the diagram in words, for a file that is read aloud."""
    return (
        f"A network from left to right: {'; '.join(titles)}. "
        f"{grouped(shown)} of {grouped(count)} links are drawn."
    )
