"""A topic as a page to read, with links to others and to its place in the window."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from playground.analysis.glossary.topic import Topic

SHOW, READ = "show", "read"
"""What a link does, before the colon: bring a place into view, or open another topic."""


def page(topic: Topic, topics: Mapping[str, Topic]) -> str:
    """Return a topic as HTML."""
    parts = [f"<h3>{escape(topic.title)}</h3>", f"<p>{escape(topic.text)}</p>"]
    if topic.formulas:
        lines = "<br>".join(escape(line) for line in topic.formulas)
        parts.append(f"<p style='margin-left: 14px;'>{lines}</p>")
    if topic.facts:
        parts.append(f"<p>{escape(' '.join(topic.facts))}</p>")
    if topic.use:
        parts.append(f"<p>When to use it: {escape(topic.use)}</p>")
    if topic.place:
        parts.append(f"<p><a href='{SHOW}:{escape(topic.place)}'>Show where it is</a></p>")
    if topic.see:
        links = (
            f"<a href='{READ}:{escape(key)}'>{escape(topics[key].title)}</a>"
            for key in topic.see
            if key in topics
        )
        parts.append(f"<p>See also: {', '.join(links)}</p>")
    return "".join(parts)
