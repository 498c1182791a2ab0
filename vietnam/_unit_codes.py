"""The codes that departments of a provincial police force sign with, as far as public material tells.

`confirmed` means that a public page or the portal atlas states it. For the rest nobody could be found who does: the
meaning is what bylines and notices appear to use the code for. Successors other than the atlas's pairs are inferred
from the names.
The renumbering followed Decree 01/2018/NĐ-CP of 2018-08-06 and took the provinces until the end of that year,
so the periods overlap.
"""

from __future__ import annotations

from datetime import date

BEGIN_2018 = date(2018, 8, 6)
END_2018 = date(2018, 12, 31)
END_2010 = date(2010, 12, 31)

ATLAS = "portal atlas: codes seen in bylines and the pairs of the 2018 renumbering"
USAGE = "usage in portal bylines; not checked against a public document"

# Public pages that use a code together with its name.
CHECKED = {
    "PV28": "anhp.vn, 50 năm truyền thống lực lượng XDPT toàn dân bảo vệ ANTQ, 2017-05-19",
    "PX13": "baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15",
    "PX14": "baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15",
    "PX15": "baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15",
    "PX16": "baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15",
    "PC45": "plo.vn, Cần Thơ ra mắt đội cảnh sát hình sự đặc nhiệm (trực thuộc PC45)",
    "PC47": "plo.vn, Khám phá hai đường dây ma túy lớn, 2017-03 (Phòng PC47)",
    "PC02": "kenh14.vn, Giải mã chiêu lừa bắt cóc online, 2025-08: Phòng Cảnh sát hình sự (PC02)",
    "PC06": "cafef.vn, TP HCM tạm ngưng cấp căn cước công dân, 2024-06-24",
    "PC07": "canhsatpccc.thainguyen.vn, giới thiệu Phòng Cảnh sát PCCC và CNCH, 2019-08-13",
    "PC08": "m.sggp.org.vn, CSGT TPHCM mở cao điểm, 2020-12: Phòng Cảnh sát giao thông đường bộ - đường sắt (PC08)",
    "PA05": "vietnamnet.vn, TP.HCM ra mắt Phòng An ninh mạng (PA05), 2021-01-12; founded province by province from 2020",
    "PA08": "nghean24h.vn, 2020-01: Phòng quản lý xuất nhập cảnh (PA08 - Công an tỉnh Nghệ An)",
}

# code: name, successor (, source)
OLDEST = {
    "PC13": ("Phòng Cảnh sát quản lý hành chính về trật tự xã hội", "PC64"),
    "PC14": ("Phòng Cảnh sát điều tra tội phạm về trật tự xã hội", "PC45"),
    "PC15": ("Phòng Cảnh sát điều tra tội phạm về trật tự quản lý kinh tế và chức vụ", "PC46"),
    "PC16": ("Văn phòng Cơ quan Cảnh sát điều tra", "PC44"),
    "PC17": ("Phòng Cảnh sát điều tra tội phạm về ma túy", "PC47"),
    "PC21": ("Phòng Kỹ thuật hình sự", "PC54"),
    "PC22": ("Phòng Cảnh sát bảo vệ", "PC65"),
    "PC23": ("Phòng Cảnh sát phòng cháy và chữa cháy", "PC66"),
    "PC26": ("Phòng Cảnh sát giao thông đường bộ - đường sắt", "PC67"),
    "PC36": ("Phòng Cảnh sát môi trường", "PC49"),
}
OLD = {
    "PV11": ("Phòng Tham mưu", "PV01", ATLAS),
    "PV27": ("Phòng Hồ sơ nghiệp vụ cảnh sát", "PV06", USAGE),
    "PV28": ("Phòng Xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc", "PV05", ATLAS),
    "PX13": ("Phòng Tổ chức cán bộ", "PX01", USAGE),
    "PX14": ("Trung tâm Huấn luyện và bồi dưỡng nghiệp vụ", "PX01", USAGE),
    "PX15": ("Phòng Công tác chính trị", "PX03", ATLAS),
    "PX16": ("Phòng Công tác đảng và công tác quần chúng", "PX03", USAGE),
    "PC44": ("Văn phòng Cơ quan Cảnh sát điều tra", "PC01", USAGE),
    "PC45": ("Phòng Cảnh sát điều tra tội phạm về trật tự xã hội", "PC02", ATLAS),
    "PC46": ("Phòng Cảnh sát điều tra tội phạm về trật tự quản lý kinh tế và chức vụ", "PC03", ATLAS),
    "PC47": ("Phòng Cảnh sát điều tra tội phạm về ma túy", "PC04", ATLAS),
    "PC49": ("Phòng Cảnh sát phòng, chống tội phạm về môi trường", "PC05", USAGE),
    "PC50": ("Phòng Cảnh sát phòng, chống tội phạm sử dụng công nghệ cao", "PA05", USAGE),
    "PC52": ("Phòng Cảnh sát truy nã tội phạm", "PC02", USAGE),
    "PC54": ("Phòng Kỹ thuật hình sự", "PC09", USAGE),
    "PC64": ("Phòng Cảnh sát quản lý hành chính về trật tự xã hội", "PC06", ATLAS),
    "PC65": ("Phòng Cảnh sát bảo vệ và cơ động", "PK02", USAGE),
    "PC66": ("Phòng Cảnh sát phòng cháy, chữa cháy và cứu nạn, cứu hộ", "PC07", ATLAS),
    "PC67": ("Phòng Cảnh sát giao thông", "PC08", ATLAS),
    "PC68": ("Phòng Cảnh sát đường thủy", "PC08", USAGE),
    "PC81": ("Phòng Cảnh sát thi hành án hình sự và hỗ trợ tư pháp", "PC10", USAGE),
    "PA72": ("Phòng Quản lý xuất nhập cảnh", "PA08", USAGE),
    "PA81": ("Phòng An ninh kinh tế", "PA04", USAGE),
    "PA83": ("Phòng An ninh chính trị nội bộ", "PA03", USAGE),
    "PA92": ("Phòng An ninh điều tra", "PA09", USAGE),
    "PH41": ("Phòng Hậu cần", "PH10", USAGE),
}
NEW = {
    "PV01": ("Phòng Tham mưu", ATLAS),
    "PV05": ("Phòng Xây dựng phong trào bảo vệ an ninh Tổ quốc", ATLAS),
    "PV06": ("Phòng Hồ sơ nghiệp vụ", USAGE),
    "PX01": ("Phòng Tổ chức cán bộ", USAGE),
    "PX03": ("Phòng Công tác đảng và công tác chính trị", ATLAS),
    "PX05": ("Thanh tra Công an tỉnh", USAGE),
    "PX06": ("Cơ quan Ủy ban Kiểm tra Đảng ủy Công an tỉnh", USAGE),
    "PC01": ("Văn phòng Cơ quan Cảnh sát điều tra", USAGE),
    "PC02": ("Phòng Cảnh sát hình sự", ATLAS),
    "PC03": ("Phòng Cảnh sát kinh tế", ATLAS),
    "PC04": ("Phòng Cảnh sát điều tra tội phạm về ma túy", ATLAS),
    "PC05": ("Phòng Cảnh sát phòng, chống tội phạm về môi trường", USAGE),
    "PC06": ("Phòng Cảnh sát quản lý hành chính về trật tự xã hội", ATLAS),
    "PC07": ("Phòng Cảnh sát phòng cháy, chữa cháy và cứu nạn, cứu hộ", ATLAS),
    "PC08": ("Phòng Cảnh sát giao thông", ATLAS),
    "PC09": ("Phòng Kỹ thuật hình sự", USAGE),
    "PC10": ("Phòng Cảnh sát thi hành án hình sự và hỗ trợ tư pháp", USAGE),
    "PC11": ("Trại tạm giam Công an tỉnh", USAGE),
    "PA01": ("Phòng An ninh đối ngoại", USAGE),
    "PA02": ("Phòng An ninh đối nội", USAGE),
    "PA03": ("Phòng An ninh chính trị nội bộ", USAGE),
    "PA04": ("Phòng An ninh kinh tế", USAGE),
    "PA05": ("Phòng An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao", USAGE),
    "PA06": ("Phòng Kỹ thuật nghiệp vụ", USAGE),
    "PA07": ("Phòng Ngoại tuyến", USAGE),
    "PA08": ("Phòng Quản lý xuất nhập cảnh", USAGE),
    "PA09": ("Phòng An ninh điều tra", USAGE),
    "PK02": ("Phòng Cảnh sát cơ động", USAGE),
    "PH10": ("Phòng Hậu cần", USAGE),
}
