"""The words around names in a byline: what they did, where it was taken from, and what is no byline at all."""

from __future__ import annotations

import re

from vietnam import units
from vietnam._syllables import is_syllable
from vietnam._words import vocabulary
from vietnam.people import POSITION, PROVIDER, TITLE, UPPER

_JOB = r"tin|bài(?: viết)?|ảnh|hình(?: ảnh)?|clip|video|đồ họa|infographic|thơ|ký sự|phóng sự|bút ký|nội dung|trình bày|thiết kế|audio|phim"
_AND = r" ?(?:,|/|&|\+|-|–|;| và ) ?| "
_DID = (
    r"thực hiện|tổng hợp|biên tập|biên soạn|biên dịch|lược dịch|tác giả bài viết|tác giả|người viết bài|người viết|viết bài|sưu tầm|lược ghi|ghi|dịch"
    r"|nhóm thực hiện|đơn vị (?:đăng(?: tin)?|thực hiện|cung cấp)|đưa tin|tin cơ sở|bút danh|người thực hiện|cộng tác viên|phóng viên|nhóm (?:pv|phóng viên)"
)
# "Tin, ảnh:" / "Bài và ảnh:" / "Thực hiện:" — with its colon, or two jobs and then a capital.
LABEL = re.compile(
    rf"(?<!\w)(?:(?P<jobs>(?:{_JOB})(?:(?:{_AND})(?:{_JOB})){{0,3}})|(?P<did>{_DID})) ?:+ ?"
    rf"|(?<!\w)(?P<bare>(?:{_JOB})(?: ?(?:,|/|&|\+|-| và ) ?(?:{_JOB})){{1,3}}) ?[–-]? ?(?=[{UPPER}])",
    re.IGNORECASE,
)
# Who answered for an article has not written it.
APPROVED = re.compile(r"(?:người )?(?:(?:kiểm|phê|xét) )?duyệt(?: bài| tin| nội dung)? ?:", re.IGNORECASE)
PHOTO_ONLY = re.compile(
    r"(?:ảnh|hình(?: ảnh)?|clip|video|đồ họa|nguồn ảnh|ảnh minh (?:họa|hoạ)|ảnh tư liệu)\b", re.IGNORECASE
)
# Pictures that somebody provided are nobody's work: "Ảnh: CACC", "(Ảnh: Công an cung cấp)".
PROVIDED = re.compile(
    rf"[ ,;.–—-]*[(\[]?(?<!\w)(?<!, )(?<!tin )(?<!bài )(?<!và )(?:nguồn )?(?:ảnh|hình(?: ảnh)?|clip|video)(?: ?: ?| (?=do |CACC|NVCC))"
    rf"(?:{PROVIDER.pattern})(?!\w)[)\]]?[ .]*",
    re.IGNORECASE,
)
# What people did, behind their names: "(Tổng hợp)", "- t/h", "tổng hợp".
DONE = re.compile(
    r"(?:tổng hợp(?: từ [^()]{1,60})?|t\.?/?h\.?|t\.h|sưu tầm|s/t|st|lược ghi|lược dịch|biên dịch|biên tập|b/t|biên soạn"
    r"|thực hiện|ghi(?: chép| nhận)?|dịch|viết|giới thiệu|tin,? (?:và )?(?:bài|ảnh)|bài,? (?:và )?ảnh|ảnh|theo (?:cơ sở))",
    re.IGNORECASE,
)
DONE_AT_END = re.compile(
    r"[ ,–-]+(tổng hợp|t/h|sưu tầm|s/t|lược ghi|lược dịch|biên dịch|biên soạn|thực hiện|biên tập|ghi)$", re.IGNORECASE
)
LONG_FORM = {"t/h": "tổng hợp", "t.h": "tổng hợp", "th": "tổng hợp", "t.h.": "tổng hợp", "s/t": "sưu tầm", "st": "sưu tầm",
             "b/t": "biên tập"}  # fmt: skip

CREDIT = re.compile(
    r"(?:(?:tin |bài |dẫn |trích )?theo(?: tin)?|nguồn(?! ?(?:ảnh|hình|clip))(?: tin| bài| trích)?|trích(?: từ| nguồn)?|dẫn nguồn)(?: ?:+ ?| +)(?=\S)",
    re.IGNORECASE,
)
# A source in quotation marks: "Theo “Báo Lam Sơn”", "Nguồn: Tạp chí "Nhịp sống bản làng"".
_QUOTED = re.compile(
    r"(?P<before>(?<!\w)(?:theo|nguồn)(?: tin)?(?: ?: ?| )(?:[^\W\d_]+ ){0,2})[“\"«”](?P<source>[^“”\"«»]{2,80})[”\"»“]",
    re.IGNORECASE,
)
CREDIT_INSIDE = re.compile(r"[ ,;.]+\(?(?=(?:theo|nguồn(?: tin)?) ?:? +\S|nguồn(?: tin)? ?:)", re.IGNORECASE)
PHOTO_SOURCE = re.compile(r"(?:nguồn|theo) ?(?:ảnh|hình(?: ảnh)?|clip|video) ?:?", re.IGNORECASE)
DOMAIN = re.compile(
    r"(?:https?://|www\.)?(?:[a-z0-9-]{2,40}\.){1,4}(?:vn|com|net|org|gov|edu|info|asia|tv|news|online|cn|la|kh)/?",
    re.IGNORECASE,
)
OUTLET = re.compile(
    r"(?:báo|tạp chí|tập san|đài|cổng|trang|website|web|thông tấn|ttxvn|ttx|bản tin|kênh|fanpage|internet|facebook|mạng)(?!\w)"
    r"|(?:vov\d?|vtv\d?|vtc ?(?:news|\d)?|htv\d?|antv|cand|qđnd|sggp|plo|anttv|anninhthudo|antđ|hncmt|vnexpress|vietnam\+|vietnamplus"
    r"|vietnamnet|vnanet|dân trí|tuổi trẻ|người lao động|nld|zing\w*|znews|kenh14|soha|dantri|baomoi|báo mới|xinhua|reuters|afp|bbc"
    r"|vgp|chính phủ|chinhphu|công lý|pháp luật \w+|an ninh thủ đô|an ninh thế giới|công an nhân dân)(?!\w)"
    r"|.{0,40}(?<!\w)(?:online|điện tử|tv|news|media)$",
    re.IGNORECASE,
)
# What "Theo" also stands before: laws, plans, papers, words.
_NO_SOURCE = re.compile(
    r"(?:lời|luật|bộ luật|nghị|thông tư|điều|khoản|kế hoạch|quyết định|chỉ thị|công (?:văn|điện|ước)|hướng dẫn|quy|pháp lệnh|hiến pháp"
    r"|chương trình|đề án|dự (?:án|thảo|báo)|thống kê|báo cáo|kết (?:quả|luận)|hồ sơ|đơn|tài liệu|ý kiến|đánh giá|nhận định|lịch|phong tục"
    r"|truyền thống|nguyên tắc|cáo trạng|bản án|lệnh|trình bày|xác minh|điều tra|khai|đó|như|tôi|chúng|người dân|ông|bà|anh|chị|một|nhiều"
    r"|số liệu|phản ánh|yêu cầu|đề nghị|thông tin|thông báo|hợp đồng|giấy|biên bản|chuyên gia|gương|dòng|thời gian|đường|mẹ|cha|bố|em)(?!\w)",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?<!\w)(?:là|đã|đang|sẽ|được|bị|không|khi|nếu|thì|mà|này|đó|từ|tại|trong|với|do|để|khai|cho biết|nói|kể|bắt|xảy ra|điều tra)(?!\w)",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"(?:(?:facebook|twitter|zalo|e-?mail|messenger|pinterest|linkedin|telegram|fanpage|internet)\W*)+", re.IGNORECASE
)
_OUTLET_WORDS = vocabulary(
    "báo tạp chí tập san đài cổng trang website web thông tin điện tử tấn xã phát thanh truyền hình nhân dân công an của bộ tỉnh"
    " thành phố huyện thị internet facebook mạng các nguồn và online tổng hợp quân đội tuổi trẻ pháp luật giao trung ương đảng"
    " chính phủ quốc hội nhà nước ban cục phòng cảnh sát sở tư y tế giáo dục kênh bản fanpage báo chí thủ đô thế giới xuất bản"
    " lao động phụ nữ thanh niên đời sống kinh tế số tổng nội xây dựng phong trào viện kiểm tòa án tối cao thuộc vụ viện"
)


def is_outlet(text: str) -> bool:
    """Is this a newspaper, an agency, a station, a site?

    >>> is_outlet("Báo Bình Thuận"), is_outlet("bocongan.gov.vn"), is_outlet("VOV"), is_outlet("Hữu Liêm")
    (True, True, True, False)
    """
    return OUTLET.match(text) is not None or DOMAIN.fullmatch(text) is not None


def is_source(text: str) -> bool:
    """Is this the name of a source and no running text?

    >>> is_source("Cổng TTĐT Bộ Công an"), is_source("thống kê của Phòng Tham mưu, từ đầu năm")
    (True, False)
    """
    if DOMAIN.fullmatch(text) or units.is_certain(text):
        return True
    words = text.replace("–", " ").replace("-", " ").replace(",", " ").replace("/", " ").split()
    if not 1 <= len(words) <= 12 or len(text) > 90 or POSITION.match(text):
        return False
    if not (text[0].isupper() or OUTLET.match(text) or words[0].lower() in ("công", "các", "bộ", "cục")):
        return False
    return all(
        word.lower().strip(".()") in _OUTLET_WORDS or word[0].isupper() or word.isdigit() or DOMAIN.fullmatch(word)
        for word in words
    )


def is_no_line_of_a_source(text: str) -> bool:
    """Is this, alone in a line, a button for sharing or a keyword, though “Theo …” or “Nguồn: …” could stand before it?

    >>> [is_no_line_of_a_source(text) for text in ("Facebook Twitter Email", "tuổi trẻ Bình Thuận", "Tuổi Trẻ", "bocongan.gov.vn")]
    [True, True, False, False]
    """
    return _SHARING.fullmatch(text) is not None or (text[0].islower() and DOMAIN.fullmatch(text) is None)


def may_be_source(text: str) -> bool:
    """Could this be the name of a paper or magazine that no list knows?

    >>> may_be_source("Nhịp sống bản làng"), may_be_source("Dân tộc và Phát triển")
    (True, True)
    >>> [may_be_source(text) for text in ("Luật An ninh mạng", "Đại úy Nguyễn Văn Bình", "lời kể của già làng", "Công an đang làm rõ")]
    [False, False, False, False]
    """
    words = text.split()
    return (
        2 <= len(words) <= 7
        and text[0].isupper()
        and all(word.isalpha() and is_syllable(word) for word in words)
        and not any(pattern.match(text) for pattern in (_NO_SOURCE, TITLE, POSITION, units.HEAD))
        and not _SAID.search(text)
    )


def unquoted(line: str) -> str:
    """The line with the quotation marks around its source taken away.

    >>> unquoted("(Theo “Báo Lam Sơn điện tử”)"), unquoted('Nguồn: Tạp chí "Bản làng"'), unquoted("“Em cảm ơn” – Hữu Hải")
    ('(Theo Báo Lam Sơn điện tử)', 'Nguồn: Tạp chí Bản làng', '“Em cảm ơn” – Hữu Hải')
    """
    return (
        _QUOTED.sub(r"\g<before>\g<source>", line) if "“" in line or "”" in line or '"' in line or "«" in line else line
    )


# Lines at the end of an article that are something else, whatever their form.
NO_BYLINE = re.compile(
    r"(?:kt\.|tm\.|tl\.|tuq\.|k/t|t/m|t/l|q\. ?(?:giám|trưởng)|(?:phó )?(?:giám đốc|trưởng phòng|thủ trưởng|chủ tịch|trưởng công an"
    r"|trưởng ban|chánh văn phòng|cục trưởng|tổng biên tập)\b|nơi nhận|nơi gửi|như trên|lưu ?:|số ?:|điện thoại|đt ?:|email|e-mail"
    r"|hotline|đường dây nóng|liên hệ|(?:fanpage|website|facebook|zalo|youtube|tiktok) ?:|(?:lực lượng )?công an nhân dân|mọi (?:thông tin|chi tiết|ý kiến)|địa chỉ|tin (?:liên quan|khác|mới|cùng|đã đưa|nổi bật|đọc)|bài"
    r" (?:liên quan|khác|viết liên quan|cùng|trước|sau)|các (?:tin|bài)|xem (?:thêm|tiếp|tại)|đọc (?:thêm|tiếp)|từ khóa|từ khoá|(?:tags?|nhãn|thẻ|chủ đề)"
    r" ?:|chia sẻ|bình luận|phản hồi|gửi|in (?:bài|trang)|lượt|đánh giá|mời|kính|hãy|đừng|tải|file|tệp|đính kèm|phụ lục|danh sách|xin"
    r" |trân trọng|(?:đề nghị |vui lòng )?ghi rõ (?:nguồn|xuất xứ)|còn (?:nữa|tiếp)|hết(?: |$)|\(?còn|kỳ (?:sau|tới|\d)|mục lục|ghi chú|chú thích|video liên quan|thông báo|ảnh minh"
    r"|(?:kênh|cổng|trang|website|fanpage)(?: \w+){1,5} của|ảnh tư liệu|ảnh:? ?(?:internet|cacc|st$))",
    re.IGNORECASE,
)
ACCOUNT = re.compile(
    r"(?:super ?user|administrat(?:or|eur|ion)|(?:\w+[_. -])?admin\w*(?:[_. -]\w+)?|root|sysadmin|web ?master|webadmin|portal ?admin"
    r"|(?:mitchell )?quan ?tri(?: ?vien| ?he ?thong| ?mang| ?web(?:site)?| ?tin)?\d*|(?:\w+[_. -])?quantri\w*|editor\w*|author\d*|publisher|manager"
    r"|moderator|guest|user\d*|demo\w*|test\w*|bien ?tap(?: ?vien)?\d*|bbt[_.\d-]\w*|nhap ?(?:lieu|tin)\w*|dang ?(?:bai|tin)\w*|tk_\w+"
    r"|btv[_.\d-]\w*|pv[_\d]\w*|ctv[_\d]\w*|host|vnpt\w*|system|anonymous|unknown|no ?name|hethong|he thong|chua ro|nv[_-]\w+)",
)
