"""A platform told by its markup: where its fields are printed, what its addresses look like."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import ClassVar

from crawler.article import Image
from crawler.platforms.base import Card, Evidence, Fields, Listing, NotAnArticle
from crawler.platforms.evidence import (
    below,
    captions,
    content,
    crumbs,
    dating,
    lead,
    parts,
    people,
    section,
    surroundings,
    title,
)
from crawler.platforms.evidence import text as article_text
from crawler.platforms.evidence.aside import LONGEST_TEASER, LongText, is_headline
from crawler.platforms.evidence.title import AS_ADDRESS
from crawler.platforms.lists import ListReader
from crawler.platforms.page import Page, kinds_of
from crawler.platforms.tree import Element, ancestors, is_hidden, names, path_of, text_of
from vietnam import byline as bylines
from vietnam import dates
from vietnam.normalize import clean

_ARTICLES = frozenset(["article", "newsarticle", "blogposting", "reportagenewsarticle", "report"])
# Characters of long text that a page without a date must have to be an article.
_OWN_TEXT = 300
# Characters of what a page says in place of a text that it keeps to itself.
_HARDLY_TEXT = 100
# A picture right above the heading, in its box, is so many elements away at most.
_HERO = 8
# Elements from a picture in a cell to its table, whose next row is what is written under it.
_IN_TABLE = 4
_NO_PICTURE = re.compile(
    r"/(?:images/common|theme|icons?)/|/print\.|window\.print|avatar|rounded-(?:full|circle)|dai-?dien|author|tac-?gia|logo|icon|social|share|zalo|google-?news|banner|qr-?code",
    re.IGNORECASE,
)
# The name of a section has no more words; a heading that has, above a date, is an article's.
_SECTION_WORDS = 6


class MarkupPlatform(ListReader):
    """Answers for pages whose parts are named by CSS selectors, the strongest first.

    A platform is a subclass: its name, its evidence, its selectors, its addresses.
    """

    name: ClassVar[str]
    # Where fields are printed.
    titles: ClassVar[tuple[str, ...]] = ()
    bodies: ClassVar[tuple[str, ...]] = ()
    leads: ClassVar[tuple[str, ...]] = ()
    stamps: ClassVar[tuple[str, ...]] = ()
    signatures: ClassVar[tuple[str, ...]] = ()
    section_labels: ClassVar[tuple[str, ...]] = ()
    pictures: ClassVar[tuple[str, ...]] = ()
    files: ClassVar[tuple[str, ...]] = ()
    # Parts inside the body that are no content.
    chrome: ClassVar[tuple[str, ...]] = ()
    machine_dates_first: ClassVar[bool] = False
    utc_is_wall: ClassVar[bool] = False
    # Whether whom a page links as its author may be the one who wrote, and not always the account that posted.
    believes_accounts: ClassVar[bool] = False
    # No article of this platform goes without a printed or machine date.
    needs_date: ClassVar[bool] = True

    # -- what a subclass answers ------------------------------------------------------------------------

    @abstractmethod
    def recognize(self, page: Page) -> Evidence:
        """Is this page mine?"""

    def page_kind(self, page: Page) -> str | None:
        """The kind of a page where its markup says so outright."""
        return None

    # -- pages ------------------------------------------------------------------------------------------

    def kind(self, page: Page, card: Card | None = None) -> str:
        found = self._kind(page, card)
        return "other" if found == "article" and self._asks_for_password(page) else found

    def _asks_for_password(self, page: Page) -> bool:
        """Whether a field for a password stands in place of the text."""
        bodies = self.bodies_of(page)
        asks = any(body.select_one("input[type='password']") is not None for body in bodies)
        return asks and self._mass(page) < _HARDLY_TEXT and not any(body.find("img") for body in bodies)

    def _kind(self, page: Page, card: Card | None) -> str:
        told = self.page_kind(page)
        if told == "list" and card is not None and self._is_called_as_listed(page, card):
            return "article"
        if told is not None:
            return told
        if not self.could_be_article(page.url):
            return "list" if self._is_list(page) else "other"
        return "article" if self._is_article(page, card) else "list" if self._is_list(page) else "other"

    def _is_article(self, page: Page, card: Card | None = None) -> bool:
        """A page with a heading and a text of its own, not of teasers; one without a date needs another witness."""
        title, bodies = self.title_of(page), self.bodies_of(page)
        if title is None or not bodies or self._is_of_teasers(page) or self._is_called_otherwise(page, title):
            return False
        dated = self.date_of(page)
        listed = card is not None and card.title is not None and content.same_words(card.title, title.text)
        if not listed and self._is_of_menu(page, title):
            return False
        if not self.needs_date or (dated is not None and not dated.may_be_today):
            return True
        told = any(kinds_of(data) & _ARTICLES for data in page.linked_data)
        certain = listed or told or self.is_article_address(page.address) is True
        return (certain or self._names_itself(page, title)) and self._mass(page) >= _OWN_TEXT

    def _is_called_otherwise(self, page: Page, found: title.Title) -> bool:
        """Whether the heading leads to another article, and machines call the page otherwise: a list that prints its newest in full."""
        if found.agreed or found.element is None or not (page.title or page.meta.get("og:title")):
            return False
        anchors = [found.element.find("a"), *(outer for outer in ancestors(found.element) if outer.tag == "a")]
        led = [
            page.absolute(anchor.attr("href") or "")
            for anchor in anchors
            if anchor is not None and content.same_words(text_of(anchor), found.text)
        ]
        own = {self.identity(page.address), self.identity(page.told_address)}
        return any(
            url is not None and self.is_article_address(url) is not False and self.identity(url) not in own
            for url in led
        )

    def _is_of_menu(self, page: Page, found: title.Title) -> bool:
        """Whether a menu leads to the page under its very heading, of a few words: “Giới thiệu”, “Hỏi đáp”; a date on it makes it no news."""
        if len(found.text.split()) > _SECTION_WORDS or self.is_article_address(page.address) is True:
            return False
        if any(kinds_of(data) & _ARTICLES for data in page.linked_data):
            return False
        return found.element is not None and crumbs.in_menu_above(page, found.element, found.text)

    def _is_called_as_listed(self, page: Page, card: Card) -> bool:
        """Whether a page with a date and a text is headed with the headline, no section's name, under which a list names it."""
        title = self.title_of(page)
        return (
            title is not None
            and len(title.text.split()) > _SECTION_WORDS
            and card.title is not None
            and content.same_words(card.title, title.text)
            and self.date_of(page) is not None
            and self._is_article(page, card)
        )

    def is_plainly_article(self, page: Page) -> bool:
        """Whether a page is called what its long heading says, and a date and a long text of its own stand below it.

        Where all pages of a portal are called alike, the heading leads nowhere, and is what the address says or stands by a date
        that says that it is of publication.
        Then what it links to decides nothing, and need not be read.
        """
        title = self.title_of(page)
        if title is None or len(title.text.split()) <= 2 + _SECTION_WORDS:
            return False
        dated = self.date_of(page)
        is_named = title.agreed or (
            surroundings.is_unlinked(title.element)
            and (title.rule == AS_ADDRESS or (dated is not None and "labelled published" in dated.rule))
        )
        if dated is None or not is_named:
            return False
        return self._mass(page) >= 2 * _OWN_TEXT and not self._is_of_teasers(page)

    def headline_of(self, page: Page) -> Element | None:
        title = self.title_of(page)
        if title is None or not surroundings.is_unlinked(title.element) or self.date_of(page) is None:
            return None
        return title.element

    def _names_itself(self, page: Page, found: title.Title) -> bool:
        """Whether a page is called what its heading says, in a sentence, and no menu leads to it: then it is no page about the portal."""
        if len(found.text.split()) <= _SECTION_WORDS or not found.agreed:
            return False
        return not any(
            url == page.address and len(text_of(anchor).split()) <= _SECTION_WORDS for anchor, url in page.links()
        )

    def _mass(self, page: Page) -> int:
        """Characters of long text in the elements that hold the text."""
        return sum(piece.length for piece in self._pieces(page))

    def _foreign(self, page: Page, bodies: list[Element], title: str) -> parts.Foreign:
        name = f"{self.name} foreign {[page.place(body) for body in bodies]}"
        return page.once(name, lambda: parts.foreign(page, bodies, title))

    def _pieces(self, page: Page) -> list[LongText]:
        """The running text in the elements that hold the text."""
        bodies = set(self.bodies_of(page))
        return [piece for piece in page.asides.long_texts if not bodies.isdisjoint((piece.element, *piece.around))]

    def _end_of_text(self, page: Page) -> int | None:
        """The place of the last running text of the article."""
        return max((piece.place for piece in self._pieces(page)), default=None)

    def _is_of_teasers(self, page: Page) -> bool:
        """Whether what holds the text holds headlines that lead to other articles, and little more."""
        region = self.region_of(page)
        if region is not None and region.is_of_teasers:
            return True
        title, bodies = self.title_of(page), self.bodies_of(page)
        foreign = self._foreign(page, bodies, title.text if title is not None else "").all
        left_out = {inner for part in foreign for inner in part.iter_elements(include_self=True)}
        dated = self.date_of(page)
        # Few words could be a section's name; none of those says when it was published, nor has an article's address.
        says_when = dated is not None and dated.stamp.precision != "day" and ", labelled" in dated.rule
        names_itself = (
            title is not None
            and dated is not None
            and (
                len(title.text.split()) > _SECTION_WORDS
                or says_when
                or (title.agreed and self.is_article_address(page.address) is True)
            )
        )
        # Behind the text of an article stand older ones; a list has headlines above its texts.
        end = self._end_of_text(page) if names_itself else None
        links = {
            url
            for body in bodies
            for anchor, url in page.links(body)
            if anchor not in left_out and url != page.address and self.could_be_article(url) and is_headline(anchor)
            and (end is None or page.place(anchor) < end)
        }  # fmt: skip
        mass = sum(piece.length for piece in self._pieces(page) if piece.element not in left_out)
        if mass * 3 < self._mass(page):
            return True  # nothing but stories of others
        return len(links) > (2 if names_itself else 0) and mass < LONGEST_TEASER * len(links)

    def document(self, url: str, body: bytes, told: str | None = None) -> Fields | Listing | None:
        return None

    # -- fields -----------------------------------------------------------------------------------------

    def extract(self, page: Page, card: Card | None = None) -> Fields:
        title = self.title_of(page)
        if title is None:
            raise NotAnArticle("no title")
        bodies = self.bodies_of(page)
        if not bodies:
            raise NotAnArticle("no text")
        section = self.find_section(page, title.text)
        heading = title.element
        above = self._lead_element(page, bodies) or lead.above(bodies)
        if above is None and heading is not None:
            above = lead.between(page, heading, bodies[0], self.pictures)
        if above in bodies:
            bodies = [body for body in bodies if body is not above]
        pictures = [
            one for one in self._outside(page, self.pictures, bodies) if not surroundings.leads_to_another(page, one)
        ]
        outside = [*([above] if above is not None else []), *pictures]
        outside += self._pictures_above(page, heading, bodies, outside)
        outside.sort(key=page.place)
        labels = {section[0]} if section else set()
        skip = [element for hint in self.chrome for body in bodies for element in page.select(hint, body)]
        skip += surroundings.opening(heading, bodies, page) if heading is not None else []
        skip += [surroundings.row_of(page, label, bodies) for label in dating.opening(page, bodies)]
        if (dated := self.date_of(page)) is not None:
            skip += dating.closing(page, bodies, dated.stamp)
        foreign = self._foreign(page, bodies, title.text)
        skip += foreign.all
        bodies = [body for body in bodies if body not in skip]
        read = content.read(
            page,
            *outside,
            *bodies,
            skip=tuple(dict.fromkeys(skip)),
            labels=frozenset(labels | {title.text}),
            lead=text_of(above) if above is not None else "",
        )
        apart = [*foreign.files, *self._outside(page, self.files, bodies)]
        attachments = tuple(dict.fromkeys([*read.attachments, *content.attachments(page, apart)]))
        if not read.paragraphs and not read.images and not attachments:
            raise NotAnArticle("no text")
        fields = Fields(
            title=title.text, identity=self.identity(page.told_address), body=read.body, body_html=read.html, lead=read.lead,
            images=self._with_galleries(page, bodies, read.images), attachments=attachments,
        )  # fmt: skip
        fields.note("title", f"{self.name}: {title.rule}", title.against)
        if heading is not None:
            fields.places["title"] = path_of(heading)
        region = self.region_of(page)
        if region is not None:
            fields.places["body"] = path_of(region.elements[0])
        fields.note("body", f"{self.name}: {region.rule if region is not None else 'where the text is'}")
        if above is None:
            above = lead.named_inside(page, self.leads, bodies, read.paragraphs)
        if above is None:
            above = lead.set_apart(bodies, read.paragraphs)
        self._take_lead(above, read, fields)
        if section:
            fields.section = section[0]
            fields.note("section", f"{self.name}: {section[1]}")
        dated = self.date_of(page)
        if dated is not None:
            fields.published_at, fields.published_raw = dated.stamp.at.replace(second=0, microsecond=0), dated.stamp.raw
            fields.published_precision = "minute" if dated.stamp.precision == "second" else dated.stamp.precision
            fields.note("published_at", f"{self.name}: {dated.rule}", dated.against)
        self._take_byline(page, read, fields, foreign.about_author, above)
        return fields

    # What is asked for the kind of a page is asked again for its fields.

    def title_of(self, page: Page) -> title.Title | None:
        return page.once(f"{self.name} title", lambda: self.find_title(page))

    def bodies_of(self, page: Page) -> list[Element]:
        return page.once(f"{self.name} bodies", lambda: self.find_bodies(page))

    def date_of(self, page: Page) -> dating.Dated | None:
        title = self.title_of(page)
        heading = title.element if title is not None else None
        return page.once(f"{self.name} date", lambda: self.find_date(page, heading, self.bodies_of(page)))

    def find_title(self, page: Page) -> title.Title | None:
        found = title.find(page, self.titles)
        if found is None:
            text = article_text.find(page, None, self.bodies)
            found = title.line_above(page, text.elements[0] if text is not None else None)
        return found

    def region_of(self, page: Page) -> article_text.Region | None:
        return page.once(f"{self.name} region", lambda: self.find_region(page))

    def find_region(self, page: Page) -> article_text.Region | None:
        """Where the text is: what the platform names, checked by where the long text of the page is gathered."""
        found = self.title_of(page)
        return article_text.find(page, found.element if found is not None else None, self.bodies)

    def find_bodies(self, page: Page) -> list[Element]:
        """The elements that hold the text, in reading order; empty where there is none."""
        region = self.region_of(page)
        return list(region.elements) if region is not None else []

    def find_date(self, page: Page, heading: Element | None, bodies: list[Element]) -> dating.Dated | None:
        return dating.published(
            page, heading, bodies, self.stamps, machine_first=self.machine_dates_first, utc_is_wall=self.utc_is_wall
        )

    def find_section(self, page: Page, title: str) -> tuple[str, str] | None:
        found, bodies = self.title_of(page), self.bodies_of(page)
        heading = found.element if found is not None else None
        return section.find(page, title, self.section_labels, heading, bodies)

    def _outside(self, page: Page, hints: tuple[str, ...], bodies: list[Element]) -> list[Element]:
        found: list[Element] = []
        for hint in hints:
            for element in page.select(hint):
                above = {element, *ancestors(element)}
                if not above & {*bodies, *found} and not page.asides.lies_in(element):
                    found.append(element)
        return found

    def _pictures_above(
        self, page: Page, heading: Element | None, bodies: list[Element], known: list[Element]
    ) -> list[Element]:
        """Pictures between heading and text that no name tells, each with its caption; none that leads elsewhere."""
        if heading is None or not bodies:
            return []
        start, end = page.place(heading), page.place(bodies[0])
        near = next(ancestors(heading), heading)
        for outer in list(ancestors(near))[:2]:
            if outer.tag in {"body", "main"} or text_of(outer) != text_of(heading):
                break
            near = outer  # a cover: the picture, and the heading on it
        found: list[Element] = []
        for image in page.between(start - _HERO, end):
            if image.tag not in {"img", "amp-img"}:
                continue
            above = list(ancestors(image))
            above_heading = start - _HERO < page.place(image) < start and (
                near in above or surroundings.opens_article(page, image, heading, bodies[0])
            )
            if (
                not (start < page.place(image) < end or above_heading)
                or page.asides.lies_in(image)
                or not set(above).isdisjoint(known)
            ):
                continue
            if any(
                _NO_PICTURE.search(
                    f"{names(node)} {node.attr('href') or node.attr('src') or ''} {node.attr('onclick') or ''}"
                )
                for node in (image, *above[:3])
            ) or any(
                node.tag == "a"
                and page.absolute(node.attr("href") or "") not in {None, page.address}
                and not surroundings.PICTURE_FILE.search(node.attr("href") or "")  # the same picture, larger
                for node in above
            ):
                continue
            frames = (*above[:3], *(node for node in above[3:_IN_TABLE] if node.tag == "table"))
            found.append(next(filter(captions.is_frame, frames), image))
        return found

    def _lead_element(self, page: Page, bodies: list[Element]) -> Element | None:
        return lead.named(page, self.leads, bodies)

    def _with_galleries(self, page: Page, bodies: list[Element], images: tuple[Image, ...]) -> tuple[Image, ...]:
        below = surroundings.galleries_below(page, bodies[-1]) if bodies else []
        more = content.read(page, *below).images if below else ()
        return images + tuple(image for image in more if image.url not in {known.url for known in images})

    def _take_lead(self, element: Element | None, read: content.Content, fields: Fields) -> None:
        text = content.without_lead_label(text_of(element)) if element is not None else ""
        if element is not None and element.find("img") is not None:
            for caption in filter(None, (image.caption for image in read.images)):
                text = clean(text.replace(caption, "", 1))
        if text and read.paragraphs:
            fields.lead = text
            fields.note("lead", f"{self.name}: lead element")
        elif read.lead:
            fields.note("lead", "first paragraph, set apart")

    def _take_byline(
        self, page: Page, read: content.Content, fields: Fields, boxes: list[Element], above: Element | None = None
    ) -> None:
        byline, rule = read.byline, read.byline_rule
        if byline is None:
            byline, rule = self._found_apart(page, boxes, above)
        else:
            found = self.title_of(page)
            heading = found.element if found is not None else None
            byline = people.with_source_below(page, heading, self.bodies_of(page), byline)
        if byline is None:
            return
        fields.byline, fields.authors, fields.unit, fields.credit = (
            byline.raw,
            byline.authors,
            byline.unit,
            byline.credit,
        )
        for name in ("byline", "authors", "unit", "credit"):
            if getattr(fields, name):
                fields.note(name, str(rule))

    def _found_apart(
        self, page: Page, boxes: list[Element], above: Element | None
    ) -> tuple[bylines.Byline | None, str | None]:
        """A byline outside the text: where the platform prints it, or by evidence; where accounts are not believed, the platform first.

        `above`: the lead; who wrote may stand below it, too.
        """

        def by_evidence() -> tuple[bylines.Byline | None, str | None]:
            title = self.title_of(page)
            apart = people.printed_apart(
                page,
                title.element if title is not None else None,
                [body for body in self.bodies_of(page) if body is not above] or self.bodies_of(page),
                boxes,
                believes_accounts=self.believes_accounts,
                lead=above,
            )
            return (apart[0], f"{self.name}: {apart[1]}") if apart is not None else (None, None)

        if self.believes_accounts:
            found = by_evidence()
            return found if found[0] is not None else self._printed_apart(page)
        found = self._printed_apart(page)
        return found if found[0] is not None else by_evidence()

    def _printed_apart(self, page: Page) -> tuple[bylines.Byline | None, str | None]:
        """A byline outside the text: an author's box, never the CMS account."""
        for hint in self.signatures:
            read = [found for element in page.select(hint) if (found := self._signature(page, element)) is not None]
            if read:
                return below.joined(read), f"{self.name}: {hint}"
        return None, None

    def _signature(self, page: Page, element: Element) -> bylines.Byline | None:
        text = text_of(element)
        if not text or page.asides.lies_in(element) or dates.find(text) is not None or is_hidden(element):
            return None
        if people.names_publisher(page, element):
            return None
        found = bylines.judge(text, emphasized=True, aligned_right=True, last=True)
        return None if found is None or any(bylines.is_account_name(author) for author in found.authors) else found
