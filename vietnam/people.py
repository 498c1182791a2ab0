"""People in bylines: what is a name, what stands before it, how capitals become one."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from vietnam._syllables import is_syllable
from vietnam._words import vocabulary

UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

# Initials (T.H, Đ.A, Th.S has its own rule), and the words under which reporters hide.
INITIALS = re.compile(
    rf"(?:[{UPPER}][a-zà-ỹ]?\.){{1,4}}(?:[{UPPER}][a-zà-ỹ]?)?\.?|[{UPPER}]{{1,2}}\.[{UPPER}]{{1,2}}\.?"
)
# An initial and a name: X.Mai, T. Nhung.
_SHORTENED = re.compile(rf"(?:[{UPPER}][a-zà-ỹ]?\.){{1,2}}[{UPPER}][^\W\d_]{{1,7}}")
ANONYMOUS = re.compile(
    r"(?:p\.? ?v\.?|c\.? ?t\.? ?v\.?|b\.? ?t\.? ?v\.?|(?:nhóm |tổ )?(?:pv|phóng viên|ctv|cộng tác viên|tác giả)"
    r"(?:[ ,-]+(?:và )?ctv)?|pv-ctv|biên tập viên|bạn đọc|thông tín viên|nhóm p\.?v)",
    re.IGNORECASE,
)
# Rank, degree, office: before a name, never of it.
TITLE = re.compile(
    r"(?:(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy|uý|sĩ|sỹ)|(?:thiếu|trung|thượng|đại) (?:uý|úy)|hạ (?:sĩ|sỹ)|chiến (?:sĩ|sỹ)"
    r"|binh (?:nhất|nhì)|(?:đ/c|đ\.c|đồng chí)|(?:gs|pgs|ts|ths|th\.s|bs|bsck\d?|ks|ls|cn|nckh|nsưt|nsnd)(?=[. ,:])"
    r"|giáo sư|phó giáo sư|tiến (?:sĩ|sỹ)|thạc (?:sĩ|sỹ)|bác (?:sĩ|sỹ)|kỹ sư|luật sư|luật gia|cử nhân|nhà (?:báo|văn|thơ)"
    r"|phóng viên|cộng tác viên|biên tập viên|pv|ctv|btv|p\.v|tác giả|cán bộ|ông|bà|anh|chị)"
    r"[.,:]{0,2}(?: *[-–] *| +|(?<=[.,:]))(?=\S)",
    re.IGNORECASE,
)
ONLY_TITLE = re.compile(
    r"(?:(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy|uý|sĩ|sỹ)|hạ s[ĩỹ]|đ/c|đồng chí|gs|pgs|ts|ths|th\.s|bs|luật sư|nhà báo|tiến s[ĩỹ]|thạc s[ĩỹ])\.?",
    re.IGNORECASE,
)
# Titles in small letters that could begin a name: only when what follows is a whole name.
_NAME_LIKE = vocabulary("ông bà anh chị cán")
POSITION = re.compile(
    r"(?:(?:quyền |nguyên )?(?:phó )?(?:trưởng(?: phòng| ban| công an)?|đội trưởng|trạm trưởng|giám đốc|cục trưởng|tổ trưởng"
    r"|trung đoàn trưởng|tiểu đoàn trưởng|chánh (?:văn phòng|thanh tra)|bí thư|chủ tịch|hiệu trưởng|viện trưởng|thủ trưởng)"
    r"|đội phó|cán bộ|chính trị viên|ủy viên)(?!\w)",
    re.IGNORECASE,
)
# Words that no Vietnamese name has, but sentences, slogans and headings set in capitals do.
_NEVER = vocabulary(
    "và của là cho vì hãy không đã với các những tại mọi cùng để khi nếu thì mà bị vào này đó theo đừng phải rất nhiều hơn"
    " chúng xem sẽ đang cũng hoặc nhưng rồi hết quên gọi ngay rượu lái vụ huyện phường quận ngày tháng giờ"
)
_SURNAMES = vocabulary(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh mai trương lương thông đào đoàn lâm trịnh"
    " tô tạ hà chu châu cao thái tăng triệu phùng quách kiều vương từ lưu la thạch kim sơn danh đàm nông ma hứa tống văn"
    " mang bá qua não xích thổ đồng lại thân tôn mạc doãn lục bạch giang khổng ninh nghiêm phí quản tiêu ung viên"
    " lò vi vàng giàng quàng lường sùng thào tẩn vừ hạng lầu ksor siu hàn sầm nhan nghê ngụy nhữ thiều uông vưu điêu bế chẩu đàng"
)
PLACES = vocabulary(
    """an giang, bà rịa - vũng tàu, bắc giang, bắc kạn, bạc liêu, bắc ninh, bến tre, bình định, bình dương,
    bình phước, bình thuận, cà mau, cần thơ, cao bằng, đà nẵng, đắk lắk, đắk nông, điện biên, đồng nai, đồng tháp, gia lai,
    hà giang, hà nam, hà nội, hà tĩnh, hải dương, hải phòng, hậu giang, hòa bình, hoà bình, hưng yên, khánh hòa, khánh hoà,
    kiên giang, kon tum, lai châu, lâm đồng, lạng sơn, lào cai, long an, nam định, nghệ an, ninh bình, ninh thuận, phú thọ,
    phú yên, quảng bình, quảng nam, quảng ngãi, quảng ninh, quảng trị, sóc trăng, sơn la, tây ninh, thái bình, thái nguyên,
    thanh hóa, thanh hoá, thừa thiên huế, tiền giang, hồ chí minh, trà vinh, tuyên quang, vĩnh long, vĩnh phúc, yên bái,
    việt nam, phan thiết, la gi, sài gòn, đông nam á, hoàng sa, trường sa""",
    ",",
)
# Places, sections and buttons that a menu sets in capitals as it would a name.
_NOBODY = vocabulary(
    """hà nội,việt nam,hải phòng,đà nẵng,hồ chí minh,tổ quốc,nhà nước,trang chủ,tin tức,pháp luật,xã hội,thời sự,kinh tế,chính trị,
    văn hóa,văn hoá,giáo dục,thể thao,giải trí,đời sống,thế giới,quốc tế,trong nước,sự kiện,bạn đọc,an ninh,trật tự,an ninh trật tự,
    an toàn giao thông,giao thông,hình sự,phóng sự,hoạt động,phong trào,gương sáng,người tốt,cải cách hành chính,thông báo,
    tuyên truyền,công nghệ,sức khỏe,sức khoẻ,du lịch,chia sẻ,bình luận,theo dõi,đăng nhập,địa phương,tin nóng,tiêu điểm,nổi bật,
    truy nã,xem thêm,quay lại,in bài,lưu bài,liên hệ,giới thiệu,tác giả,tin ảnh,chuyên đề,chuyên mục,văn bản,đất nước,con người,
    kinh doanh,ý kiến,hỏi đáp,dân sinh,cần biết,mới nhất,đọc nhiều,chính sách,quốc phòng,tin mới,cảnh báo,lừa đảo,góc nhìn,ẩm thực,
    khoa học,môi trường,y tế,tư vấn,đối ngoại,biển đảo,nông thôn,đô thị,quy hoạch,thị trường,tài chính,việc làm,tuyển dụng,tuyển sinh,
    hồ sơ,tư liệu,văn nghệ,thư viện,hình ảnh,lịch sử,truyền thống,nhân vật,dư luận,việc tốt,phòng chống,tội phạm,ma túy,ma tuý,
    trong tỉnh,tin ngắn,điểm tin,tin bài,bài viết,đầu trang,cuối trang,tìm kiếm,đặt báo,quảng cáo,media,xem tiếp""",
    ",",
)
# Whose picture it is where nobody took it: "CACC" (công an cung cấp), "NVCC" (nhân vật cung cấp).
PROVIDER = re.compile(
    r"(?-i:CACC|NVCC|ĐVCC|GĐCC|CTCC)|(?:do )?[^:;,–—()\[\]]{1,40} cung cấp|internet|tư liệu", re.IGNORECASE
)
# Provinces that are also names people have.
PEN_PLACES = vocabulary(
    "thái bình,hòa bình,hoà bình,hà giang,hà nam,hải dương,an giang,bình dương,khánh hòa,thái nguyên", ","
)
_ETHNIC = re.compile(
    rf"(?:[KYHRBN]['’.-]?|Y |H['’])[{UPPER}a-zà-ỹ][\w'’-]{{0,10}}|[{UPPER}][a-zà-ỹăđĩũơưạ-ỹ]+['’-][\w'’]+"
)
_FOREIGN = re.compile(rf"[{UPPER}][^\W\d_]{{1,11}}")
# A name with capitals only where names have them; `str.istitle` tells the rest.
_WORD = r"[^\W\d_]{1,12}"
TWO_TO_FOUR = rf"(?:{_WORD} ){{1,3}}{_WORD}"
# What titles, jobs, sources and units begin with: a line that begins so is read the long way.
BEGINS_OTHERWISE = vocabulary(
    "Thượng Trung Đại Thiếu Hạ Chiến Binh Đồng Giáo Phó Tiến Thạc Bác Kỹ Luật Cử Nhà Nhóm Phóng Cộng Biên Tác Cán Ông Bà Anh"
    " Chị Tin Bài Ảnh Hình Clip Video Theo Nguồn Trích Dẫn Công Phòng Đội Tổ Ban Bộ Cục Trại Hội Đoàn Trường Học Bệnh Trạm Đồn"
    " Sở Tỉnh Huyện Thành Thị Đảng Chi Cảnh Lực Khoa Cơ Ủy Viện Tòa Toà Báo Đài Cổng Trang Tạp Thông Dân Tuổi Người Chính Pháp"
    " An Tổng Nhân Quân Kênh Bản Mạng Lao Tiền Hà Việt Hải Đà Tổng Thực Viết Sưu Người Bạn Liên Quyền Nguyên Trưởng Giám Bí Chủ"
    " Đồ Thơ Ký Phim Nội Trình Thiết Lược Ghi Dịch Đưa Bút Tiểu Hiệu Thủ Chánh Zing Soha Vov"
)
_EDGE = ' .,;:*…_–—-|/"“”()[]'


def strip_titles(name: str) -> str:
    """The name without rank, degree and office before it.

    >>> strip_titles("Trung tá, TS Nguyễn Văn A"), strip_titles("Anh Thư"), strip_titles("Phóng viên")
    ('Nguyễn Văn A', 'Anh Thư', 'Phóng viên')
    """
    for _ in range(5):
        found = TITLE.match(name)
        if not found:
            break
        first = found[0].split()[0].lower().strip(".,:")
        rest = name[found.end() :]
        if first in _NAME_LIKE and not (name[0].islower() or len(rest.split()) >= 3):
            break
        name = rest.lstrip(" .,:-–")
    return name


def as_name(text: str) -> str:
    """The name as it is kept: titles and edges gone, capitals set as a name.

    >>> as_name("THƯỢNG ÚY HỮU LIÊM,"), as_name("T.H."), as_name("PV"), as_name("K'BRƠI")
    ('Hữu Liêm', 'T.H', 'PV', "K'Brơi")
    """
    name = text.strip(_EDGE)
    if not name:
        return ""
    if not ANONYMOUS.fullmatch(name) and not INITIALS.fullmatch(name):
        name = strip_titles(name).strip(_EDGE)
    if not name.isupper() or INITIALS.fullmatch(name) or ANONYMOUS.fullmatch(name):
        return name
    words = name.split()
    if len(words) == 1 and not _is_spelt_out(name) and not _SHORTENED.fullmatch(name):
        return name
    return " ".join(map(_capitalized, words))


def _is_spelt_out(word: str) -> bool:
    """Is HẠNH a name in capitals, or is it initials like TH?"""
    return (len(word) > 2 or not word.isascii()) and ("'" in word or "’" in word or is_syllable(word))


def _capitalized(word: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), word)


def may_be_provider(text: str) -> bool:
    """Does a line hold what `PROVIDER` tells of? Asked of every line.

    >>> may_be_provider("Hữu Liêm – Ảnh: CACC"), may_be_provider("Hữu Liêm – PV28")
    (True, False)
    """
    return "CC" in text or "ung cấp" in text or "UNG CẤP" in text or "nternet" in text or "ư liệu" in text


def is_unmistakable(name: str) -> bool:
    """Is this a name wherever it stands, beside a heading as well? One syllable, a place, the words of a menu are not.

    >>> [is_unmistakable(name) for name in ("Hữu Liêm", "T.H", "Hà Bảo My", "K'Brơi", "Rơ Châm H'Phik")]
    [True, True, True, True, True]
    >>> [is_unmistakable(name) for name in ("Hạnh", "Zalo", "Google News", "Bình Thuận", "An Ninh Trật Tự", "Cảnh Báo Lừa Đảo", "Hoạt Động Phong Trào")]
    [False, False, False, False, False, False, False]
    """
    if INITIALS.fullmatch(name) or ANONYMOUS.fullmatch(name):
        return True
    if not looks_like_name(name) or name.lower() in PLACES:
        return False
    words = name.lower().split()
    if len(words) > 5 or (set(map(" ".join, pairwise(words))) & _NOBODY) - PLACES:
        return False
    # K'Brơi; two syllables; longer names begin with a surname, or are spelt as no Vietnamese word is.
    spelt = all(is_syllable(word) or "'" in word or "’" in word for word in words)
    if len(words) < 3:
        return spelt and (len(words) == 2 or not is_syllable(words[0]))
    return words[0] in _SURNAMES or words[1] in ("văn", "thị") or not all(map(is_syllable, words))


@lru_cache(maxsize=4096)
def looks_like_name(name: str) -> bool:
    """Could this, and nothing else, be a person or a pen name?

    >>> [looks_like_name(name) for name in ("Hữu Liêm", "T.H", "K'Brơi", "Mang Thị Nga", "PV", "Hạnh")]
    [True, True, True, True, True, True]
    >>> [looks_like_name(name) for name in ("Hạnh phúc mọi nhà", "Vì Nước Quên Thân", "Gọi ngay 113", "Hà Nội")]
    [False, False, False, False]
    """
    if INITIALS.fullmatch(name) or ANONYMOUS.fullmatch(name) or _SHORTENED.fullmatch(name):
        return True
    words = name.split()
    if not 1 <= len(words) <= 6 or len(name) > 48 or name.lower() in _NOBODY:
        return False
    if len(words) == 1 and name.isupper() and not _is_spelt_out(name):
        return len(name) <= 4 and name.isalpha()
    known = 0
    full = len(words) > 2 and words[0].lower() in _SURNAMES
    for word in words:
        if not word[0].isupper() or (not full and word.lower() in _NEVER):
            return False
        if is_syllable(word.rstrip(".")) or INITIALS.fullmatch(word) or len(word) == 1:
            known += 1
        elif not (_ETHNIC.fullmatch(word) or _FOREIGN.fullmatch(word)):
            return False
    return known * 2 >= len(words) or len(words) <= 3
