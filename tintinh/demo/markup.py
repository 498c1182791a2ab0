"""How an article of the demo portal is written down: the markup that editors paste."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from tintinh.demo.articles import Byline, DemoArticle, Style, file_path, image_path

_WORD_HEAD = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml>"
    "<![endif]-->"
    '<!-- /* Style Definitions */ table.MsoNormalTable {mso-style-name:"Table Normal";} -->\n'
)
_WORD_SPAN = "<span style=\"font-size: 14pt; font-family: 'Times New Roman','serif';\" lang=\"VI\">"


def _paragraph(style: Style, text: str, *, bold: bool = False) -> str:
    inner = escape(text, quote=False)
    if bold:
        inner = f"<strong>{inner}</strong>"
    match style:
        case "p":
            return f'<p style="text-align: justify;">{inner}</p>\n'
        case "br":
            return f"&nbsp;&nbsp;&nbsp; {inner}<br /><br />\n"
        case "div":
            return f'<div style="text-align: justify;">{inner}</div>\n<div>&nbsp;</div>\n'
        case "word":
            return (
                '<p class="MsoNormal" style="text-align: justify; text-indent: 36.0pt; line-height: 150%;">'
                f"{_WORD_SPAN}{inner}</span><o:p></o:p></p>\n"
            )
        case "nbsp":
            padded = re.sub(r"(\S+ \S+) ", r"\1&nbsp;", inner) if not bold else inner
            return f"<p>&nbsp;&nbsp; &nbsp;{padded}&nbsp;</p>\n<p>&nbsp;</p>\n"


def _sign(byline: Byline) -> str:
    inner = escape(byline.raw, quote=False)
    match byline.markup:
        case "right":
            return f'<p style="text-align: right;"><strong>{inner}</strong></p>\n'
        case "div":
            return f'<div align="right"><strong><em>{inner}</em></strong></div>\n'
        case "word":
            return (
                '<p class="MsoNormal" style="text-align: right;" align="right"><b>'
                f"{_WORD_SPAN}{inner}</span></b><o:p></o:p></p>\n"
            )
        case "split":
            half = inner.find(" ", len(inner) // 3) if " " in inner else len(inner)
            return (
                f'<p style="text-align: right;"><strong>{inner[:half]}</strong>'
                f"<em><strong>{inner[half:]}</strong></em></p>\n"
            )
        case "nbsp":
            padded = inner.replace(" ", "&nbsp;", 1)
            return f"<p>{'&nbsp; ' * 20}<strong>&nbsp;{padded}&nbsp;</strong></p>\n"
        case "plain":
            return f"<p>{inner}</p>\n"
        case "br":
            raise ValueError("a byline inside the last paragraph is written with it")


def _image(article: DemoArticle, block: Mapping[str, Any], number: int) -> str:
    path = image_path(article, block["image"])
    tag = f'<img src="{path}" border="0" alt="" width="500" height="333" />'
    caption = block.get("caption")
    if caption is None:
        return f'<p style="text-align: center;">{tag}</p>\n'
    text = escape(caption, quote=False)
    match number % 3:
        case 0:
            return f'<p style="text-align: center;">{tag}<br /><em>{text}</em></p>\n'
        case 1:
            return (
                '<table style="width: 500px;" border="0" align="center"><tbody>'
                f"<tr><td>{tag}</td></tr>"
                f'<tr><td style="text-align: center;"><em>{text}</em></td></tr></tbody></table>\n'
            )
        case _:
            return (
                f'<p style="text-align: center;">{tag}</p>\n'
                f'<p style="text-align: center;"><span style="font-size: 10pt; color: #0000ff;">'
                f"<em>{text}</em></span></p>\n"
            )


def content_html(article: DemoArticle) -> str:
    """The article's own text with its byline, as an editor of the portal would have pasted it.

    Raises ValueError for a block of an unknown kind.
    """
    parts: list[str] = [_WORD_HEAD] if article.style == "word" else []
    pictures = 0
    for block in article.content:
        match block:
            case str():
                parts.append(_paragraph(article.style, block))
            case {"lead": str(text)} | {"bold": str(text)}:
                parts.append(_paragraph(article.style, text, bold=True))
            case {"table": list(rows)}:
                lines = "".join(
                    "<tr>" + "".join(f"<td><p>{escape(cell, quote=False)}</p></td>" for cell in row) + "</tr>\n"
                    for row in rows
                )
                parts.append(
                    f'<table style="width: 100%;" border="1" cellspacing="0" cellpadding="4"><tbody>\n'
                    f"{lines}</tbody></table>\n"
                )
            case {"list": list(items)}:
                tag = "ol" if block.get("ordered") else "ul"
                inner = "".join(f"<li>{escape(item, quote=False)}</li>\n" for item in items)
                parts.append(f"<{tag}>\n{inner}</{tag}>\n")
            case {"image": str()}:
                parts.append(_image(article, block, article.id + pictures))
                pictures += 1
            case {"file": str(name), "name": str(label)}:
                parts.append(f'<p><a href="{file_path(name)}" target="_blank">{escape(label, quote=False)}</a></p>\n')
            case _:
                raise ValueError(f"unknown block in article {article.id}: {block!r}")
    if article.byline and article.byline.markup == "br":
        inner = escape(article.byline.raw, quote=False)
        parts[-1] = re.sub(r"</p>\n$", f"<br /><strong>{inner}</strong></p>\n", parts[-1])
        assert inner in parts[-1], f"article {article.id} does not end with a paragraph"
    elif article.byline:
        parts.append(_sign(article.byline))
    return as_typed(article, "".join(parts))


def intro(article: DemoArticle) -> str:
    """What stands before "read more": the first paragraph."""
    for block in article.content:
        match block:
            case str():
                return as_typed(article, f"<p>{escape(block, quote=False)}</p>")
            case {"lead": str(text)}:
                return as_typed(article, f"<p><strong>{escape(text, quote=False)}</strong></p>")
            case _:
                continue
    return ""


def as_typed(article: DemoArticle, text: str) -> str:
    """A text as its editor's keyboard left it: decomposed (NFD) where the article says so."""
    return unicodedata.normalize("NFD", text) if article.nfd else text


def printed_date(moment: datetime) -> str:
    """A time as the portal prints it.

    >>> printed_date(datetime(2017, 8, 11, 15, 21))
    'Thứ 6, 11 Tháng 8 2017 15:21'
    """
    weekday = "Chủ nhật" if moment.weekday() == 6 else f"Thứ {moment.weekday() + 2}"
    return f"{weekday}, {moment:%d} Tháng {moment.month} {moment:%Y %H:%M}"
