-- What analysts ask: units with their spellings and codes, people, days, states with what changed, takedowns, delays; the day in Vietnam.
CREATE OR REPLACE VIEW news.article AS
    SELECT article.id, portal, article.province, platform, url, title, published_at, published_raw, published_precision,
           byline, authors, unit, credit, lead, body, body_html, section, images, attachments, article.content_hash,
           revision, first_seen_at, coalesce(sighting.last_seen_at, article.changed_at) AS last_seen_at,
           changed_at, gone_at, extracted_by, article.identity, coalesce(province.successor, article.province) AS province_now,
           made_by, redaction.redacted_at, fingerprint.cluster
           , article.rules
           , (article.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS published_on
    FROM news.article_current AS article
    LEFT JOIN news.sighting ON sighting.article_id = article.id
    LEFT JOIN news.province AS province ON province.slug = article.province
    LEFT JOIN news.redaction ON redaction.article_id = article.id
    LEFT JOIN news.fingerprint ON fingerprint.article_id = article.id;

-- Codes that departments sign with, from when to when and what followed. The same as vietnam/units.py.
CREATE TABLE news.unit_code (
    code       text PRIMARY KEY,
    name       text NOT NULL,
    valid_from date,
    valid_to   date,
    successors text[] NOT NULL,
    confirmed  boolean NOT NULL,
    source     text NOT NULL
);
INSERT INTO news.unit_code (code, name, valid_from, valid_to, successors, confirmed, source) VALUES
    ('PC13', 'Phòng Cảnh sát quản lý hành chính về trật tự xã hội', NULL, '2010-12-31', '{PC64}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC14', 'Phòng Cảnh sát điều tra tội phạm về trật tự xã hội', NULL, '2010-12-31', '{PC45}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC15', 'Phòng Cảnh sát điều tra tội phạm về trật tự quản lý kinh tế và chức vụ', NULL, '2010-12-31', '{PC46}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC16', 'Văn phòng Cơ quan Cảnh sát điều tra', NULL, '2010-12-31', '{PC44}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC17', 'Phòng Cảnh sát điều tra tội phạm về ma túy', NULL, '2010-12-31', '{PC47}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC21', 'Phòng Kỹ thuật hình sự', NULL, '2010-12-31', '{PC54}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC22', 'Phòng Cảnh sát bảo vệ', NULL, '2010-12-31', '{PC65}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC23', 'Phòng Cảnh sát phòng cháy và chữa cháy', NULL, '2010-12-31', '{PC66}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC26', 'Phòng Cảnh sát giao thông đường bộ - đường sắt', NULL, '2010-12-31', '{PC67}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC36', 'Phòng Cảnh sát môi trường', NULL, '2010-12-31', '{PC49}', false, 'usage in portal bylines; not checked against a public document'),
    ('PV11', 'Phòng Tham mưu', NULL, '2018-12-31', '{PV01}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PV27', 'Phòng Hồ sơ nghiệp vụ cảnh sát', NULL, '2018-12-31', '{PV06}', false, 'usage in portal bylines; not checked against a public document'),
    ('PV28', 'Phòng Xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc', NULL, '2018-12-31', '{PV05}', true, 'anhp.vn, 50 năm truyền thống lực lượng XDPT toàn dân bảo vệ ANTQ, 2017-05-19'),
    ('PX13', 'Phòng Tổ chức cán bộ', NULL, '2018-12-31', '{PX01}', true, 'baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15'),
    ('PX14', 'Trung tâm Huấn luyện và bồi dưỡng nghiệp vụ', NULL, '2018-12-31', '{PX01}', true, 'baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15'),
    ('PX15', 'Phòng Công tác chính trị', NULL, '2018-12-31', '{PX03}', true, 'baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15'),
    ('PX16', 'Phòng Công tác đảng và công tác quần chúng', NULL, '2018-12-31', '{PX03}', true, 'baoquangnam.vn, Công an tỉnh sẽ có 28 đơn vị cấp phòng trực thuộc, 2018-08-15'),
    ('PC44', 'Văn phòng Cơ quan Cảnh sát điều tra', NULL, '2018-12-31', '{PC01}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC45', 'Phòng Cảnh sát điều tra tội phạm về trật tự xã hội', NULL, '2018-12-31', '{PC02}', true, 'plo.vn, Cần Thơ ra mắt đội cảnh sát hình sự đặc nhiệm (trực thuộc PC45)'),
    ('PC46', 'Phòng Cảnh sát điều tra tội phạm về trật tự quản lý kinh tế và chức vụ', NULL, '2018-12-31', '{PC03}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC47', 'Phòng Cảnh sát điều tra tội phạm về ma túy', NULL, '2018-12-31', '{PC04}', true, 'plo.vn, Khám phá hai đường dây ma túy lớn, 2017-03 (Phòng PC47)'),
    ('PC49', 'Phòng Cảnh sát phòng, chống tội phạm về môi trường', NULL, '2018-12-31', '{PC05}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC50', 'Phòng Cảnh sát phòng, chống tội phạm sử dụng công nghệ cao', NULL, '2018-12-31', '{PA05}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC52', 'Phòng Cảnh sát truy nã tội phạm', NULL, '2018-12-31', '{PC02}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC54', 'Phòng Kỹ thuật hình sự', NULL, '2018-12-31', '{PC09}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC64', 'Phòng Cảnh sát quản lý hành chính về trật tự xã hội', NULL, '2018-12-31', '{PC06}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC65', 'Phòng Cảnh sát bảo vệ và cơ động', NULL, '2018-12-31', '{PK02}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC66', 'Phòng Cảnh sát phòng cháy, chữa cháy và cứu nạn, cứu hộ', NULL, '2018-12-31', '{PC07}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC67', 'Phòng Cảnh sát giao thông', NULL, '2018-12-31', '{PC08}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC68', 'Phòng Cảnh sát đường thủy', NULL, '2018-12-31', '{PC08}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC81', 'Phòng Cảnh sát thi hành án hình sự và hỗ trợ tư pháp', NULL, '2018-12-31', '{PC10}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA72', 'Phòng Quản lý xuất nhập cảnh', NULL, '2018-12-31', '{PA08}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA81', 'Phòng An ninh kinh tế', NULL, '2018-12-31', '{PA04}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA83', 'Phòng An ninh chính trị nội bộ', NULL, '2018-12-31', '{PA03}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA92', 'Phòng An ninh điều tra', NULL, '2018-12-31', '{PA09}', false, 'usage in portal bylines; not checked against a public document'),
    ('PH41', 'Phòng Hậu cần', NULL, '2018-12-31', '{PH10}', false, 'usage in portal bylines; not checked against a public document'),
    ('PV01', 'Phòng Tham mưu', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PV05', 'Phòng Xây dựng phong trào bảo vệ an ninh Tổ quốc', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PV06', 'Phòng Hồ sơ nghiệp vụ', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PX01', 'Phòng Tổ chức cán bộ', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PX03', 'Phòng Công tác đảng và công tác chính trị', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PX05', 'Thanh tra Công an tỉnh', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PX06', 'Cơ quan Ủy ban Kiểm tra Đảng ủy Công an tỉnh', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC01', 'Văn phòng Cơ quan Cảnh sát điều tra', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC02', 'Phòng Cảnh sát hình sự', '2018-08-06', NULL, '{}', true, 'kenh14.vn, Giải mã chiêu lừa bắt cóc online, 2025-08: Phòng Cảnh sát hình sự (PC02)'),
    ('PC03', 'Phòng Cảnh sát kinh tế', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC04', 'Phòng Cảnh sát điều tra tội phạm về ma túy', '2018-08-06', NULL, '{}', true, 'portal atlas: codes seen in bylines and the pairs of the 2018 renumbering'),
    ('PC05', 'Phòng Cảnh sát phòng, chống tội phạm về môi trường', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC06', 'Phòng Cảnh sát quản lý hành chính về trật tự xã hội', '2018-08-06', NULL, '{}', true, 'cafef.vn, TP HCM tạm ngưng cấp căn cước công dân, 2024-06-24'),
    ('PC07', 'Phòng Cảnh sát phòng cháy, chữa cháy và cứu nạn, cứu hộ', '2018-08-06', NULL, '{}', true, 'canhsatpccc.thainguyen.vn, giới thiệu Phòng Cảnh sát PCCC và CNCH, 2019-08-13'),
    ('PC08', 'Phòng Cảnh sát giao thông', '2018-08-06', NULL, '{}', true, 'm.sggp.org.vn, CSGT TPHCM mở cao điểm, 2020-12: Phòng Cảnh sát giao thông đường bộ - đường sắt (PC08)'),
    ('PC09', 'Phòng Kỹ thuật hình sự', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC10', 'Phòng Cảnh sát thi hành án hình sự và hỗ trợ tư pháp', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PC11', 'Trại tạm giam Công an tỉnh', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA01', 'Phòng An ninh đối ngoại', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA02', 'Phòng An ninh đối nội', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA03', 'Phòng An ninh chính trị nội bộ', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA04', 'Phòng An ninh kinh tế', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA05', 'Phòng An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao', '2018-08-06', NULL, '{}', true, 'vietnamnet.vn, TP.HCM ra mắt Phòng An ninh mạng (PA05), 2021-01-12; founded province by province from 2020'),
    ('PA06', 'Phòng Kỹ thuật nghiệp vụ', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA07', 'Phòng Ngoại tuyến', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PA08', 'Phòng Quản lý xuất nhập cảnh', '2018-08-06', NULL, '{}', true, 'nghean24h.vn, 2020-01: Phòng quản lý xuất nhập cảnh (PA08 - Công an tỉnh Nghệ An)'),
    ('PA09', 'Phòng An ninh điều tra', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PK02', 'Phòng Cảnh sát cơ động', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document'),
    ('PH10', 'Phòng Hậu cần', '2018-08-06', NULL, '{}', false, 'usage in portal bylines; not checked against a public document');

-- Units that sign, one row a unit and province: spellings that differ in capitals or diacritics only are one. Codes that nobody has
-- signed with yet have no province.
CREATE VIEW news.unit AS
    WITH spelled AS (
        SELECT coalesce(province.successor, article.province) AS province_now, news.fold(article.unit) AS folded, article.unit AS spelling,
               count(*) AS articles, min(article.published_at) AS first_at, max(article.published_at) AS last_at
        FROM news.article_current AS article
        LEFT JOIN news.province AS province ON province.slug = article.province
        WHERE article.unit IS NOT NULL
        GROUP BY 1, 2, 3
    ), unit AS (
        SELECT spelled.province_now, spelled.folded, sum(spelled.articles)::bigint AS articles, min(spelled.first_at) AS first_at,
               max(spelled.last_at) AS last_at, array_agg(spelled.spelling ORDER BY spelled.articles DESC, spelled.spelling) AS spellings,
               -- Of spellings the one that is not all capitals, then the usual one.
               (array_agg(spelled.spelling ORDER BY spelled.spelling = upper(spelled.spelling), spelled.articles DESC, spelled.spelling))[1] AS usual
        FROM spelled GROUP BY 1, 2
    )
    SELECT unit.province_now, code.code, coalesce(code.name, unit.usual) AS name, coalesce(unit.spellings, '{}') AS spellings,
           code.valid_from, code.valid_to, coalesce(code.successors, '{}') AS successors, code.confirmed, coalesce(unit.articles, 0) AS articles,
           (unit.first_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS first_on, (unit.last_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS last_on
    FROM unit FULL JOIN news.unit_code AS code ON news.fold(code.code) = unit.folded;

-- People and pen names who sign; CTV, P.V and the like are nobody in particular.
CREATE VIEW news.author AS
    SELECT signed.name, count(*) AS articles, array_agg(DISTINCT article.portal) AS portals,
           array_agg(DISTINCT article.unit) FILTER (WHERE article.unit IS NOT NULL) AS units,
           (min(article.published_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS first_on,
           (max(article.published_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS last_on
    FROM news.article_current AS article, unnest(article.authors) AS signed (name)
    WHERE regexp_replace(news.fold(signed.name), '[^a-z]', '', 'g') NOT IN
          ('ctv', 'pv', 'btv', 'bbt', 'tt', 'nhompv', 'congtacvien', 'phongvien', 'bientapvien', 'banbientap', 'tonghop')
    GROUP BY signed.name;

-- What portals published on each day of Vietnam.
CREATE VIEW news.day AS
    SELECT (article.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS published_on, article.portal, article.province,
           coalesce(province.successor, article.province) AS province_now, count(*) AS articles,
           count(*) FILTER (WHERE EXISTS (SELECT FROM news.edit WHERE edit.article_id = article.id)) AS edited,
           count(article.gone_at) AS gone
    FROM news.article_current AS article
    LEFT JOIN news.province AS province ON province.slug = article.province
    WHERE article.published_at IS NOT NULL
    GROUP BY 1, 2, 3, 4;

-- States of articles with what differs from the state before, and who made them.
CREATE VIEW news.state AS
    SELECT state.id AS article_id, state.portal, state.revision, state.changed_at AS since, state.valid_to AS until,
           CASE WHEN state.revision = 1 THEN 'first' WHEN state.made_by = 'edited' THEN 'portal' ELSE 'rules' END AS changed_by,
           CASE WHEN state.revision = 1 THEN '{}' ELSE coalesce(edit.fields, told.fields, '{}') END AS fields,
           edit.score, edit.categories, edit.words_added, edit.words_removed, edit.rules_differ, state.title, state.url
    FROM news.article_state AS state
    LEFT JOIN news.edit ON edit.article_id = state.id AND edit.revision = state.revision
    LEFT JOIN LATERAL (
        -- Of a state that rules made nothing is written down: the two are compared.
        SELECT array_agg(now.key ORDER BY now.key) AS fields
        FROM news.article_state AS earlier, jsonb_each(to_jsonb(state)) AS now, jsonb_each(to_jsonb(earlier)) AS before
        WHERE earlier.id = state.id AND earlier.revision = state.revision - 1 AND before.key = now.key AND before.value <> now.value
          AND now.key NOT IN ('revision', 'changed_at', 'valid_to', 'made_by', 'rules', 'content_hash', 'extracted_by', 'first_seen_at', 'published_on')
    ) AS told ON edit.article_id IS NULL AND state.revision > 1;

-- Articles that were taken down, once each time; those that only moved are not among them.
CREATE VIEW news.takedown AS
    SELECT absence.article_id, article.portal, article.title, article.url, article.published_at,
           (article.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS published_on, absence.first_missed_at AS gone_at,
           absence.confirmed_at, absence.how, absence.returned_at, absence.first_missed_at - article.published_at AS lived
    FROM news.absence JOIN news.article_current AS article ON article.id = absence.article_id
    WHERE absence.confirmed_at IS NOT NULL AND absence.moved_to IS NULL;

-- How long after publication an article was met. Where a portal tells the day only, that is a day at most too long.
CREATE VIEW news.delay AS
    SELECT id AS article_id, portal, published_at, (published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS published_on, published_precision,
           first_seen_at, first_seen_at - published_at AS delay
    FROM news.article_current WHERE published_at IS NOT NULL;

COMMENT ON TABLE news.unit_code IS 'Codes that departments sign with, as far as public material tells';
COMMENT ON COLUMN news.unit_code.confirmed IS 'A public page or the portals themselves use code and name together; else the meaning is what bylines appear to say';
COMMENT ON VIEW news.unit IS 'Units that sign, one row a unit and province of today, with every spelling that articles have';
COMMENT ON COLUMN news.unit.code IS 'Its code; null for a unit that signs by name';
COMMENT ON COLUMN news.unit.name IS 'What the code stands for, else the usual spelling that is not all capitals';
COMMENT ON COLUMN news.unit.valid_to IS 'The last day of the code; portals went on using some';
COMMENT ON COLUMN news.unit.successors IS 'Codes that followed';
COMMENT ON VIEW news.author IS 'People and pen names who sign, with how much and for whom; CTV, P.V and the like are left out';
COMMENT ON VIEW news.day IS 'Articles by day of Vietnam and portal, and how many of them were edited or are gone; without those that tell no date';
COMMENT ON VIEW news.state IS 'Every state of every article with the fields that differ from the state before, and who changed them';
COMMENT ON COLUMN news.state.changed_by IS 'first, portal (it edited) or rules (newer ones read the same page)';
COMMENT ON VIEW news.takedown IS 'Articles that were taken down, once each time, with what came of it';
COMMENT ON COLUMN news.takedown.lived IS 'From publication until it was first missed';
COMMENT ON VIEW news.delay IS 'How long after publication each article was met first; negative where a portal dates ahead';
COMMENT ON COLUMN news.article.published_on IS 'The day of published_at in Vietnam';
