"""Where an article's text is when nothing names its element: where the long text is gathered."""

from __future__ import annotations

from crawler.platforms.evidence.names import is_aside
from crawler.platforms.tree import Element, Text, children, parent_of

_LONG = 40


def densest(root: Element) -> tuple[Element, float] | None:
    """The smallest element that holds most of the page's long text outside menus and asides, and its share of it.

    Text in links does not count; None where there is no long text at all.
    """
    order: list[Element] = []
    own: dict[Element, int] = {}
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag in {"a", "button", "h1", "head"} or (element is not root and is_aside(element)):
            continue
        order.append(element)
        texts = (child.data for child in element.children if isinstance(child, Text))
        own[element] = sum(length for text in texts if (length := len(text.strip())) >= _LONG)
        stack.extend(children(element))
    total = dict(own)
    for element in reversed(order):
        parent = parent_of(element)
        if parent in total:
            total[parent] += total[element]
    everything = total.get(root, 0)
    if not everything:
        return None
    best = root
    while True:
        child = max(
            (child for child in children(best) if total.get(child)), key=lambda child: total[child], default=None
        )
        if child is None or total[child] < 0.6 * total[best] or child.tag in {"p", "span", "li", "font", "b", "strong"}:
            break
        best = child
    return best, total[best] / everything
