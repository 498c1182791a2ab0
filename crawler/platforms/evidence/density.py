"""Where an article's text is when nothing names its element: where the long text is gathered."""

from __future__ import annotations

from lxml.html import HtmlElement

from crawler.platforms.evidence.names import is_aside

_LONG = 40


def densest(root: HtmlElement) -> tuple[HtmlElement, float] | None:
    """The smallest element that holds most of the page's long text outside menus and asides, and its share of it.

    Text in links does not count; None where there is no long text at all.
    """
    order: list[HtmlElement] = []
    own: dict[HtmlElement, int] = {}
    stack = [root]
    while stack:
        element = stack.pop()
        if (
            not isinstance(element.tag, str)
            or element.tag in {"a", "button", "h1", "head"}
            or (element is not root and is_aside(element))
        ):
            continue
        order.append(element)
        texts = (element.text, *(child.tail for child in element))
        own[element] = sum(length for text in texts if text and (length := len(text.strip())) >= _LONG)
        stack.extend(element)
    total = dict(own)
    for element in reversed(order):
        parent = element.getparent()
        if parent in total:
            total[parent] += total[element]
    everything = total.get(root, 0)
    if not everything:
        return None
    best = root
    while True:
        child = max((child for child in best if total.get(child)), key=lambda child: total[child], default=None)
        if child is None or total[child] < 0.6 * total[best] or child.tag in {"p", "span", "li", "font", "b", "strong"}:
            break
        best = child
    return best, total[best] / everything
