"""What the pages say, in Vietnamese, and the English beside it."""

from __future__ import annotations

from datetime import date, datetime

from vietnam.dates import VIETNAM

LANGUAGES = ("vi", "en")
# What people call the filters of an address, in the order they are shown; a watch calls `q` a query.
FILTERS = {
    "q": "Từ khóa", "query": "Từ khóa", "portal": "Cổng", "province": "Tỉnh", "author": "Tác giả", "unit": "Đơn vị", "section": "Chuyên mục",
    "since": "Từ ngày", "until": "Trước ngày", "gone": "Trạng thái", "fold": "Gộp bản sao",
    "in_history": "Tìm cả trong bản cũ",
}  # fmt: skip
ENGLISH: dict[str, str] = {
    "Tin tỉnh": "Provincial news",
    "Sổ cái tin công an các tỉnh": "The ledger of provincial police news",
    "Bỏ qua đến nội dung": "Skip to the content",
    "Trang đầu": "Start",
    "Tìm kiếm": "Search",
    "Tìm": "Search",
    "Thay đổi": "Changes",
    "Danh sách tin": "List of articles",
    "Danh sách sự việc": "List of events",
    "Cổng": "Portals",
    "cổng": "portal",
    "Đơn vị": "Units",
    "Tác giả": "Authors",
    "Nguồn cấp": "Feeds",
    "Tìm trong tin…": "Search the news …",
    "Từ khóa": "Words",
    # Behind the hyphen a U+2060, as in the template: no line ends there.
    "Có dấu hay không dấu đều được; các chữ có thể đứng xa nhau, đặt trong “…” để tìm liền nhau; -⁠loại trừ, OR": "With or without diacritics; words may stand apart, in “…” side by side; -without, OR",
    "Mọi tin mà cổng công an các tỉnh đã đăng, cùng mọi lần sửa và gỡ: tìm, theo dõi và trích dẫn.": "Everything that the portals of Vietnam's provincial police published, with every edit and takedown: to search, follow and cite.",
    "Đọc toàn văn bản {n}": "Read state {n} in full",
    "Dưới đây chỉ có tin ký {name};": "Below is only what was signed {name};",
    "tìm cả tin của đơn vị kế thừa": "search what its successors signed, too",
    "có": "yes", "không": "no", " hay ": " or ", "Tin tỉnh: thay đổi": "Provincial news: changes",
    "paragraph_removed": "paragraph removed", "paragraph_added": "paragraph added", "number": "a number changed", "name": "a name changed", "negation": "a negation changed", "trình bày": "layout",
    "Điều kiện “{name}” không dùng được.": "The filter “{name}” cannot be used.",
    "Ý bạn là: {names}?": "Did you mean {names}?",
    "Không tìm thấy thứ bạn hỏi.": "What you asked for is not here.",
    "Hãy thử lại sau ít phút.": "Try again in a few minutes.",
    "Lỗi của chúng tôi; nhật ký máy chủ ghi chi tiết.": "Our mistake; the server's log says more.",
    "con trỏ trang": "cursor", "thời điểm": "moment", "loại thay đổi": "kind", "cách xếp": "sort", "mức quan trọng": "score",
    "Thay đổi gần đây": "Changed lately",
    "Tin mới nhất": "Newest articles",
    "Tất cả thay đổi": "All changes",
    "Tất cả tin": "All articles",
    "Cổng cần xem": "Portals that need a look",
    "Mọi cổng đều ổn.": "All portals are fine.",
    "Tin theo tuần": "Articles a week",
    "Mười hai tuần qua, theo tỉnh hiện nay": "The last twelve weeks, by the province of today",
    "Bảng số liệu": "The figures as a table",
    "Tỉnh": "Province",
    "Tuần từ": "Week from",
    "Tổng": "Total",
    "chưa rõ tỉnh": "no province",
    "Chưa có tin nào. Hãy chạy:": "There is no article yet. Try:",
    "{n} tin": "{n} articles",
    "hơn {n} tin": "more than {n} articles",
    "Không tìm thấy tin nào.": "Nothing found.",
    "Bớt điều kiện, hoặc bỏ dấu ngoặc kép.": "Take away a filter, or the quotation marks.",
    "Xếp theo": "Sorted by",
    "liên quan": "relevance",
    "mới nhất": "newest first",
    "Gộp bản sao": "Fold copies",
    "Tìm cả trong bản cũ": "Also in earlier versions",
    "có cả trong bản {n} (đến {moment})": "also in state {n} (until {moment})",
    "chỉ có trong bản {n} (đến {moment})": "only in state {n} (until {moment})",
    "Lọc": "Filters",
    "Xóa lọc": "Remove all filters",
    "bỏ lọc": "remove this filter",
    "Tỉnh hiện nay": "Province now",
    "Tỉnh khi đăng": "Province then",
    "Chuyên mục": "Section",
    "Năm": "Year",
    "Trạng thái": "State",
    "Đã gỡ": "Taken down",
    "Còn trên cổng": "Still there",
    "Từ ngày": "From",
    "Trước ngày": "Before",
    "Áp dụng": "Apply",
    "Số tin theo tháng": "Articles a month",
    "Trang sau": "Next page",
    "Đầu danh sách": "Back to the beginning",
    "đã gỡ": "taken down",
    "đã sửa {n} lần": "edited {n} times",
    "{n} bản sao": "{n} copies",
    "không rõ ngày": "no date",
    "Đã bị gỡ khỏi cổng: vắng từ lần đọc {at}. Dưới đây là bản cuối cùng ghi nhận được.": "Taken down: missing since the look of {at}. Below is the last text that was recorded.",
    "Nội dung đã được xóa theo yêu cầu pháp lý ngày {at}.": "The text was removed for a legal request on {at}.",
    "Bản như ngày {at}": "As it stood on {at}",
    "Xem bản hiện nay": "See it as it is now",
    "Ký tên": "Signed",
    "Dẫn nguồn": "Credit",
    "nay là": "now",
    "Ảnh": "Pictures",
    "Ảnh không tự tải từ cổng; bấm để mở.": "Pictures are not loaded from the portal by themselves; click to open one.",
    "Ảnh {n}": "Picture {n}",
    "Tệp đính kèm": "Attachments",
    "Về tin này": "About this article",
    "Nguồn": "Source",
    "Đăng lúc": "Published",
    "Ghi nhận lần đầu": "First seen",
    "Ghi nhận lần cuối": "Last seen",
    "Bản số": "Revision",
    "Dấu vân tay nội dung": "Digest of the content",
    "Lịch sử": "History",
    "Bản lưu": "Archived copy",
    "Bản sao ở nơi khác": "Copies elsewhere",
    "giống {n} %": "{n} % alike",
    "Trích dẫn": "Citation",
    "Xem bản tại thời điểm": "As it stood on",
    "Xem": "See",
    "Các bản của tin": "The states of the article",
    "Bản {n}": "Revision {n}",
    "lần đầu thấy": "as it was first seen",
    "cổng sửa": "edited by the portal",
    "quy tắc đọc mới": "read anew by better rules",
    "đã xóa theo yêu cầu": "redacted",
    "Không có trường nào người đọc thấy thay đổi.": "No field that readers see has changed.",
    "Chưa có bản nào khác.": "There is no other state.",
    "Các lần vắng trên cổng": "Absences",
    "từ {at}": "since {at}",
    "trở lại {at}": "back {at}",
    "Trang gốc như cổng đã gửi ngày {at}; đoạn mã, ảnh, kiểu dáng, liên kết và biểu mẫu đều bị tắt.": "The page as the portal sent it on {at}; scripts, pictures, styles, links and forms are off.",
    "Trang này không có trong kho lưu.": "The archive does not hold this page.",
    "Những gì đã xảy ra với các tin": "What happened to articles",
    "mọi loại": "every kind",
    "published": "published",
    "edited": "edited",
    "gone": "taken down",
    "back": "back",
    "moved": "moved",
    "copied": "copied",
    "redacted": "redacted",
    "Chỉ sửa đổi đáng kể": "Only edits that matter",
    "Không có thay đổi nào.": "Nothing happened.",
    "+{a} −{r} từ": "+{a} −{r} words",
    "mức quan trọng {n}": "matters {n}",
    "được chép lại ở tin {n}": "copied by article {n}",
    "từ địa chỉ {url}": "from {url}",
    "Mọi cổng": "All portals",
    "Tin": "Articles",
    "Lần chạy cuối": "Last run",
    "Lần chạy tốt gần nhất": "Last good run",
    "Tin mới nhất đăng lúc": "Newest article",
    "Vì sao": "Why",
    "broken": "broken", "blocked": "kept out", "thin": "thin", "quiet": "quiet", "fine": "fine", "never": "never crawled",
    "Lịch theo ngày": "Day by day",
    "Mỗi ô một ngày; càng đậm càng nhiều tin.": "A square a day; the darker, the more articles.",
    "ngày": "day",
    "complete": "complete", "no_run": "no run", "partial": "partial", "failed": "failed", "interrupted": "interrupted", "running": "running",
    "Các lần chạy": "Runs",
    "Bắt đầu": "Began",
    "Loại": "Kind",
    "Kết quả": "Result",
    "Liệt kê": "Listed",
    "Mới": "New",
    "Sửa": "Changed",
    "Gỡ": "Gone",
    "Bị loại": "Rejected",
    "Yêu cầu": "Requests",
    "Trang chủ của cổng": "The portal's home page",
    "Tin của cổng này": "Articles of this portal",
    "Các đơn vị ký tên": "Units that sign",
    "Các tác giả": "People who sign",
    "Các tỉnh": "Provinces",
    "Theo dõi tìm kiếm này": "Watch this search",
    "Người quản máy chủ chạy lệnh sau; rồi xem ở trang Theo dõi, qua Atom, webhook, thư hay Telegram.": "Who runs the server runs this; then see the page of watches, or Atom, a webhook, mail, Telegram.",
    "34 tỉnh, thành phố từ 01/07/2025; bên cạnh là những tỉnh trước đó, nay thuộc tỉnh ấy. Tin giữ tên tỉnh khi đăng; lọc theo tỉnh nay thì gồm cả tỉnh cũ.": "The 34 provinces and cities since 01/07/2025, and beside each those that became part of it. Articles keep the province of their day; a filter by the province of today means all of them.",
    "Tên": "Name",
    "Mã": "Code",
    "Tin đầu": "First article",
    "Tin cuối": "Last article",
    "Mã đơn vị này dùng từ {a} đến {b}.": "This code was in use from {a} to {b}.",
    "trước": "earlier",
    "nay": "today",
    "Không có trang này": "There is no such page",
    "Yêu cầu không đúng": "This cannot be asked",
    "Cơ sở dữ liệu không trả lời": "The database does not answer",
    "Có lỗi": "Something went wrong",
    "Về trang đầu": "To the start",
    "Không mã theo dõi, không cookie.": "No trackers, no cookies.",
    "Giao diện lập trình": "API",
    "Theo dõi": "Watches",
    "Các tìm kiếm được theo dõi": "Saved searches that tell",
    "Theo dõi gì": "What it looks for",
    "Báo khi": "Reacts to",
    "Số lần báo": "Hits",
    "Lần báo cuối": "Last hit",
    "tạm dừng": "paused",
    "mọi tin": "every article",
    "Chưa theo dõi gì. Hãy chạy:": "Nothing is watched yet. Try:",
    "Chưa có gì xảy ra từ khi theo dõi.": "Nothing has happened since it was saved.",
    "Theo dõi tìm kiếm này:": "Watch this search:",
    "Tin khớp hiện nay": "Articles that match now",
    "Tình trạng": "State",
    "dns": "no such name", "refused": "refuses connections", "tls": "certificate", "timeout": "does not answer", "404": "pages are gone", "server": "the server gives errors",
    "robots": "robots.txt forbids it", "layout": "another layout", "no_articles": "no article is met", "fields": "fields are missing", "fewer_listed": "fewer articles listed than usual", "duplicates": "many addresses of one article",
    "rejected": "many rejected", "truncated": "lists not read to their end", "requests": "some requests failed", "outage": "many missing at once",
    "dead_lists": "lists lead to dead pages", "stopped": "stopped", "crash": "the process died", "no_news": "nothing new for long", "other": "another error",
    "trường": "fields",
    "published_at": "date", "authors": "authors", "published_raw": "date as printed", "published_precision": "precision of the date",
}  # fmt: skip
# Words that come from the database, as Vietnamese says them.
VIETNAMESE: dict[str, str] = {
    "published": "đăng", "edited": "sửa", "gone": "gỡ", "back": "trở lại", "moved": "chuyển", "copied": "sao lại", "redacted": "ẩn theo yêu cầu pháp lý",
    "broken": "hỏng", "blocked": "bị chặn", "thin": "thiếu", "quiet": "im ắng", "fine": "ổn", "never": "chưa chạy",
    "complete": "đủ", "no_run": "không chạy", "partial": "một phần", "failed": "thất bại", "interrupted": "bị ngắt", "running": "đang chạy",
    "ok": "tốt", "dns": "không tìm thấy tên miền", "refused": "máy chủ từ chối kết nối", "tls": "lỗi chứng chỉ", "timeout": "không trả lời",
    "404": "trang không còn", "server": "máy chủ báo lỗi", "robots": "robots.txt không cho đọc", "layout": "cổng đổi giao diện", "no_articles": "không còn thấy tin nào",
    "fields": "thiếu trường vốn có", "fewer_listed": "liệt kê ít hơn thường lệ", "rejected": "nhiều tin bị loại", "duplicates": "nhiều địa chỉ cùng một tin", "truncated": "danh sách không đọc hết",
    "requests": "một số yêu cầu hỏng", "outage": "nhiều tin vắng cùng lúc", "dead_lists": "danh sách dẫn tới trang không còn", "stopped": "bị dừng", "crash": "tiến trình chết",
    "no_news": "lâu không có tin mới", "other": "lỗi khác",
    "paragraph_removed": "bỏ đoạn", "paragraph_added": "thêm đoạn", "number": "đổi con số", "name": "đổi tên riêng", "negation": "đổi ý phủ định",
    "wording": "câu chữ", "order": "thứ tự", "files": "tệp", "spelling": "chính tả",
    "title": "tiêu đề", "body": "nội dung", "lead": "sapo", "byline": "ký tên", "section": "chuyên mục", "images": "ảnh",
    "attachments": "tệp đính kèm", "published_at": "ngày đăng", "authors": "tác giả", "unit": "đơn vị", "credit": "nguồn",
    "published_raw": "ngày như đã in", "published_precision": "độ chính xác của ngày", "province": "tỉnh", "url": "địa chỉ",
}  # fmt: skip

# What English says of one.
ONE = {
    "{n} articles": "{n} article", "more than {n} articles": "more than {n} article",
    "edited {n} times": "edited once", "{n} copies": "{n} copy",
}  # fmt: skip


def said(text: str, language: str, **named: object) -> str:
    """A sentence of the pages in a language, with what belongs into its braces.

    >>> said("{n} tin", "vi", n=3), said("{n} tin", "en", n=3), said("{n} tin", "en", n="1"), said("edited", "vi")
    ('3 tin', '3 articles', '1 article', 'sửa')
    """
    found = ENGLISH.get(text, text) if language == "en" else VIETNAMESE.get(text, text)
    if str(named.get("n")) == "1":
        found = ONE.get(found, found)
    return found.format(**named) if named else found


def moment(value: datetime | None) -> str:
    """A moment as Vietnam writes it.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 5, 1, 15, tzinfo=UTC)), moment(None)
    ('05/11/2026 08:15', '–')
    """
    return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if value is not None else "–"


def printed(value: datetime | None, precision: str | None, language: str = "vi") -> str:
    """When an article says that it was published, no more exactly than it says.

    >>> from datetime import UTC
    >>> printed(datetime(2026, 11, 5, 1, 15, tzinfo=UTC), "day"), printed(None, None)
    ('05/11/2026', 'không rõ ngày')
    """
    if value is None:
        return said("không rõ ngày", language)
    local = value.astimezone(VIETNAM)
    forms = {"year": f"{local.year}", "month": f"{local:%m/%Y}", "day": f"{local:%d/%m/%Y}"}
    return forms.get(precision or "", f"{local:%d/%m/%Y %H:%M}")


def day(value: date | datetime | None) -> str:
    """A day as Vietnam writes it.

    >>> day(date(2026, 11, 5)), day(None)
    ('05/11/2026', '–')
    """
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return f"{value:%d/%m/%Y}" if value is not None else "–"


def number(value: int, language: str) -> str:
    """A number with its thousands parted.

    >>> number(12345, "vi"), number(12345, "en")
    ('12.345', '12,345')
    """
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")


def share(value: float, language: str) -> str:
    """A share with two places.

    >>> share(0.7, "vi"), share(0.7, "en")
    ('0,70', '0.70')
    """
    return f"{value:.2f}" if language == "en" else f"{value:.2f}".replace(".", ",")
