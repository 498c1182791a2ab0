-- Search by one index: syllables, adjacent pairs of them, title and frequent ones apart, and what is filtered by. The index itself
-- is made afterwards; until then the words alone are asked.

-- What people typed, as the words of an article are asked: "quoted words" are a phrase, - excludes, OR is or, tu* begins a word.
-- 1,000 characters: a query of thousands of words exhausts the server's stack.
CREATE OR REPLACE FUNCTION news.asked(query text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    -- A mark that survives the parser stands for the star meanwhile.
    SELECT regexp_replace(
        websearch_to_tsquery('pg_catalog.simple', regexp_replace(news.fold(left(coalesce(query, ''), 1000)), '(\w\w)\*', '\1zqxzq', 'g'))::text,
        'zqxzq''', ''':*', 'g')::tsquery;
$$;

-- A lexeme as a query, whatever characters it has.
CREATE FUNCTION news.lexeme(label text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT ('''' || replace(replace(left(label, 200), '\', '\\'), '''', '''''') || '''')::tsquery;
$$;

-- The filters of an article as lexemes that no word can be: they begin with =.
CREATE FUNCTION news.labels(
    portal text, province text, unit text, authors text[], section text, published_at timestamptz, gone_at timestamptz
) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT array_to_tsvector(array_remove(ARRAY[
        left('=p ' || portal, 200), left('=v ' || province, 200), left('=u ' || news.fold(unit), 200), left('=s ' || news.fold(section), 200),
        '=y ' || extract(year FROM published_at AT TIME ZONE 'UTC'),
        '=q ' || extract(year FROM published_at AT TIME ZONE 'UTC') || extract(quarter FROM published_at AT TIME ZONE 'UTC'),
        CASE WHEN gone_at IS NULL THEN '=there' ELSE '=gone' END
    ] || ARRAY(SELECT left('=a ' || news.fold(name), 200) FROM unnest(authors) AS name), NULL));
$$;

-- What an article is found by: its labels; its words; pairs of adjacent ones (`ma tuy`), which no word is, having a blank; ^ before
-- those of the title, + before words that come three times or more. A pair is at most 40 bytes and a text's words 300 KB: more than
-- 1 MB is no tsvector.
CREATE FUNCTION news.lexemes(words tsvector, labels tsvector) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 20000
AS $$
DECLARE
    reading text[] := (SELECT array_agg(lexeme ORDER BY place)
                       FROM unnest(words) AS word (lexeme, places, weights), unnest(places) AS place
                       WHERE pg_column_size(words) < 300000);
    title tsvector := ts_filter(words, '{a}');
    heading text[] := (SELECT array_agg(lexeme ORDER BY place) FROM unnest(title) AS word (lexeme, places, weights), unnest(places) AS place);
BEGIN
    RETURN labels || array_to_tsvector(
        tsvector_to_array(words)
        || ARRAY(SELECT one || ' ' || two FROM unnest(reading, reading[2:]) AS pair (one, two) WHERE octet_length(one) + octet_length(two) < 40)
        || ARRAY(SELECT '^' || one || ' ' || two FROM unnest(heading, heading[2:]) AS pair (one, two)
                 WHERE octet_length(one) + octet_length(two) < 40)
        || ARRAY(SELECT '^' || left(one, 200) FROM unnest(tsvector_to_array(title)) AS one)
        || ARRAY(SELECT '+' || left(lexeme, 200) FROM unnest(words) AS word (lexeme, places, weights) WHERE cardinality(places) >= 3));
END
$$;

-- Two lexemes, as a query writes them, side by side; both of them where the pair would be too long.
CREATE FUNCTION news.pair(word text, next text, mark text DEFAULT '') RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT CASE WHEN octet_length(word) + octet_length(next) > 43 OR word LIKE '%*' THEN format('%s & %s', word, next)
                ELSE '''' || mark || substr(word, 2, length(word) - 2) || ' ' || substr(next, 2) END;
$$;

-- The same query of lexemes: phrases as the pairs that they are made of.
CREATE FUNCTION news.asked_lexemes(wanted tsquery) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    lexeme CONSTANT text := '''(?:[^'']|'''')*''(?::\*)?';
    said text := wanted::text;
    phrase text;
BEGIN
    FOR phrase IN SELECT parts[1] FROM regexp_matches(said, '(' || lexeme || '(?: <-> ' || lexeme || ')+)', 'g') AS parts
                  ORDER BY length(parts[1]) DESC LOOP  -- one may be part of another
        said := replace(said, phrase, '( ' || (SELECT string_agg(news.pair(one.word, one.next), ' & ') FROM (
            SELECT part[1] AS word, lead(part[1]) OVER (ORDER BY place) AS next
            FROM regexp_matches(phrase, '(' || lexeme || ')', 'g') WITH ORDINALITY AS parts (part, place)) AS one
            WHERE one.next IS NOT NULL) || ' )');
    END LOOP;
    RETURN said::tsquery;
END
$$;

-- A query with another; null asks nothing.
CREATE FUNCTION news.both(one tsquery, other tsquery) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(one && other, one, other);
$$;

-- The filters of a search as a query of labels; null where there are none. A province of today holds those that became part of it.
CREATE FUNCTION news.asked_labels(portal text, province text, author text, units text[], section text, gone boolean) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT string_agg('( ' || given || ' )', ' & ')::tsquery FROM unnest(ARRAY[
        news.lexeme('=p ' || portal)::text,
        (SELECT string_agg(news.lexeme('=v ' || slug)::text, ' | ')
         FROM (SELECT slug FROM news.province AS part WHERE part.successor = asked_labels.province
               UNION ALL VALUES (asked_labels.province)) AS parts (slug)),
        news.lexeme('=a ' || news.fold(author))::text,
        (SELECT string_agg(news.lexeme('=u ' || news.fold(name))::text, ' | ') FROM unnest(units) AS name),
        news.lexeme('=s ' || news.fold(section))::text,
        CASE WHEN gone THEN '''=gone''' WHEN NOT gone THEN '''=there''' END
    ]) AS given;
$$;

-- The manners of matching a query, best first, as queries of lexemes: side by side in the title, all in the title, often side by
-- side, side by side, somehow (empty); null where a query has no such manner.
CREATE FUNCTION news.manners(wanted tsquery) RETURNS tsquery[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    WITH words AS (
        SELECT found[1] AS word, lead(found[1]) OVER (ORDER BY place) AS next, place
        FROM regexp_matches(querytree(wanted), '(''(?:[^'']|'''')*''(?::\*)?)', 'g') WITH ORDINALITY AS parts (found, place)
    ), shape AS (
        SELECT wanted::text LIKE '% | %' AS either, (SELECT count(*) FROM words) AS number
    )
    SELECT ARRAY[
        CASE WHEN NOT either AND number > 1 THEN (SELECT string_agg(news.pair(word, next, '^'), ' & ') FROM words WHERE next IS NOT NULL) END,
        (SELECT string_agg('''^' || substr(word, 2), CASE WHEN either THEN ' | ' ELSE ' & ' END) FROM words),
        CASE WHEN either THEN NULL
             ELSE (SELECT string_agg('''+' || substr(word, 2) || coalesce(' & ' || news.pair(word, next), ''), ' & ') FROM words) END,
        CASE WHEN NOT either AND number > 1 THEN (SELECT string_agg(news.pair(word, next), ' & ') FROM words WHERE next IS NOT NULL) END,
        ''
    ]::tsquery[]
    FROM shape;
$$;

-- Whether a text has one of these spellings, at the beginning of a word. Nothing costs less than looking for the letters.
CREATE FUNCTION news.is_spelt(printed text, spellings text[]) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    unpacked text := ' ' || replace(printed, E'\n', ' ');  -- once
    spelling text;
BEGIN
    FOREACH spelling IN ARRAY spellings LOOP
        IF strpos(unpacked, ' ' || spelling) > 0 THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END
$$;

-- Lower case, and capitals, of Vietnamese letters under any locale.
CREATE FUNCTION news.lowered(printed text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT translate(lower(printed), 'ĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ',
                     'đàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ');
$$;
CREATE FUNCTION news.capitals(printed text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT translate(upper(printed), 'đàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ',
                     'ĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ');
$$;

-- The ways in which what was typed with diacritics may be printed: small, with a capital, each word with one, in capitals; the tone
-- mark at its old or its new place. None where it was typed without. What is excluded, and OR, is left out.
CREATE FUNCTION news.spellings(query text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    earlier constant text[] := '{òa,óa,ỏa,õa,ọa,òe,óe,ỏe,õe,ọe,ùy,úy,ủy,ũy,ụy}';
    later constant text[] := '{oà,oá,oả,oã,oạ,oè,oé,oẻ,oẽ,oẹ,uỳ,uý,uỷ,uỹ,uỵ}';
    typed text := regexp_replace(normalize(left(query, 200), NFC), '(^|\s)(-"[^"]*"|-\S+|OR(?=\s))', ' ', 'g');
    old_place text;
    new_place text;
BEGIN
    typed := btrim(news.lowered(regexp_replace(regexp_replace(typed, '[]["*.,;:!?()“”‘’/[-]', ' ', 'g'), '\s+', ' ', 'g')));
    IF typed = '' OR typed = news.fold(typed) THEN
        RETURN '{}';
    END IF;
    old_place := typed;
    new_place := typed;
    FOR number IN 1 .. cardinality(earlier) LOOP
        old_place := replace(old_place, later[number], earlier[number]);
        new_place := replace(new_place, earlier[number], later[number]);
    END LOOP;
    RETURN ARRAY(
        SELECT DISTINCT printed
        FROM unnest(ARRAY[typed, old_place, new_place]) AS one,
             LATERAL (VALUES (one), (news.capitals(left(one, 1)) || substr(one, 2)), (news.capitals(one)),
                             ((SELECT string_agg(news.capitals(left(word, 1)) || substr(word, 2), ' ' ORDER BY place)
                               FROM regexp_split_to_table(one, ' ') WITH ORDINALITY AS words (word, place)))) AS spelling (printed));
END
$$;

-- Published in these quarters and years: the last two quarters of a moment, its last three years, whenever.
CREATE FUNCTION news.recently(moment timestamptz, step int) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE step
        WHEN 1 THEN (SELECT format('%L | %L', '=q ' || extract(year FROM day) || extract(quarter FROM day),
                                   '=q ' || extract(year FROM before) || extract(quarter FROM before))::tsquery
                     FROM (SELECT moment AT TIME ZONE 'UTC', moment AT TIME ZONE 'UTC' - interval '3 months') AS at (day, before))
        WHEN 2 THEN (SELECT string_agg(quote_literal('=y ' || year), ' | ')::tsquery
                     FROM (SELECT extract(year FROM moment AT TIME ZONE 'UTC')::int) AS at (last), generate_series(last - 2, last) AS year)
    END;
$$;

-- The newest articles that match, without the index: where nothing is asked, where only words are excluded, until it is made.
CREATE FUNCTION news.newest_plain(
    wanted tsquery, filters tsquery, since timestamptz, until timestamptz, most bigint, among bigint[]
) RETURNS TABLE (id bigint, published_at timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY
        SELECT article.id, article.published_at FROM news.article_current AS article
        WHERE (newest_plain.wanted IS NULL OR article.words @@ newest_plain.wanted)
          AND (newest_plain.filters IS NULL
               OR news.labels(article.portal, article.province, article.unit, article.authors, article.section,
                              article.published_at, article.gone_at) @@ newest_plain.filters)
          AND (newest_plain.since IS NULL OR article.published_at >= newest_plain.since)
          AND (newest_plain.until IS NULL OR article.published_at < newest_plain.until)
          AND (among IS NULL OR article.id IN (SELECT unnest(among)))
        ORDER BY article.published_at DESC NULLS LAST, article.id DESC
        LIMIT most;
END
$$;

-- Whether a query of lexemes is one for the index.
CREATE FUNCTION news.is_indexed(asked tsquery) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT querytree(asked) NOT IN ('T', '') AND EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('news.article_lexemes') AND indisvalid);
$$;

-- Of all articles that match, those that are no copy of an earlier one that matches as well, newest first. All must be looked at.
CREATE FUNCTION news.standing(
    asked tsquery, wanted tsquery, filters tsquery, since timestamptz, until timestamptz, checked boolean
) RETURNS bigint[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
    SET work_mem = '32MB'
AS $$
DECLARE
    matching bigint[];
BEGIN
    IF news.is_indexed(asked) THEN
        matching := ARRAY(
            SELECT article.id FROM news.article_current AS article
            WHERE news.lexemes(article.words, news.labels(article.portal, article.province, article.unit, article.authors,
                                                          article.section, article.published_at, article.gone_at)) @@ asked
              AND (NOT checked OR article.words @@ standing.wanted)
              AND (standing.since IS NULL OR article.published_at >= standing.since)
              AND (standing.until IS NULL OR article.published_at < standing.until));
    ELSE
        matching := ARRAY(SELECT plain.id FROM news.newest_plain(wanted, filters, standing.since, standing.until, NULL, NULL) AS plain);
    END IF;
    RETURN ARRAY(
        SELECT first.id FROM (
            SELECT DISTINCT ON (coalesce(fingerprint.cluster, article.id)) article.id, article.published_at
            FROM unnest(matching) AS given (id)
            JOIN news.article_current AS article ON article.id = given.id
            LEFT JOIN news.fingerprint ON fingerprint.article_id = article.id
            ORDER BY coalesce(fingerprint.cluster, article.id), coalesce(article.published_at, article.first_seen_at),
                     article.first_seen_at, article.id) AS first
        ORDER BY first.published_at DESC NULLS LAST, first.id DESC);
END
$$;

-- The newest articles that a query of lexemes finds, so many of them. It asks for the last two quarters first, so that of a frequent
-- word not all articles are read. `wanted` is the query of words: asked where pairs do not say enough. Only
-- `among` these, if they are given. Planned once: it is the index whatever is asked.
CREATE FUNCTION news.newest(
    asked tsquery, wanted tsquery, filters tsquery, since timestamptz, until timestamptz, most bigint, checked boolean, among bigint[]
) RETURNS TABLE (id bigint, published_at timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
    SET work_mem = '32MB'
AS $$
DECLARE
    latest timestamptz;
    given tsquery;
    ids bigint[];
    moments timestamptz[];
BEGIN
    IF most <= 0 THEN
        RETURN;
    END IF;
    IF news.is_indexed(asked) IS NOT TRUE THEN
        RETURN QUERY SELECT * FROM news.newest_plain(wanted, filters, newest.since, newest.until, most, among);
        RETURN;
    END IF;
    latest := least(newest.until, (SELECT max(last.published_at) FROM news.article_current AS last));
    FOR step IN CASE WHEN most > 1000 OR latest IS NULL THEN 3 ELSE 1 END .. 3 LOOP
        given := news.both(asked, news.recently(latest, step));
        WITH matching AS MATERIALIZED (
            SELECT article.id, article.published_at
            FROM news.article_current AS article
            WHERE news.lexemes(article.words, news.labels(article.portal, article.province, article.unit, article.authors,
                                                          article.section, article.published_at, article.gone_at)) @@ given
              AND (newest.since IS NULL OR article.published_at >= newest.since)
              AND (newest.until IS NULL OR article.published_at < newest.until)
              AND (among IS NULL OR article.id IN (SELECT unnest(among)))
        ), ordered AS MATERIALIZED (
            SELECT matching.id, matching.published_at FROM matching
            ORDER BY matching.published_at DESC NULLS LAST, matching.id DESC
            LIMIT CASE WHEN NOT checked THEN most END
        ), chosen AS (
            SELECT ordered.id, ordered.published_at FROM ordered
            WHERE (NOT checked OR (SELECT own.words @@ newest.wanted FROM news.article_current AS own WHERE own.id = ordered.id))
            LIMIT most
        )
        SELECT array_agg(chosen.id), array_agg(chosen.published_at) INTO ids, moments FROM chosen;
        EXIT WHEN cardinality(ids) >= most;
    END LOOP;
    RETURN QUERY SELECT * FROM unnest(ids, moments);
END
$$;

-- What the command, the API and the page all use. A null filter does not filter. Words match with and without diacritics;
-- "quoted words" are a phrase, - excludes, OR is or, tu* begins a word. By relevance come first those that have all words in the
-- title, side by side or often, the newest of each; what is spelt as typed before all; then the others, newest first.
CREATE OR REPLACE FUNCTION news.search(
    query      text,
    portal     text DEFAULT NULL,
    province   text DEFAULT NULL,
    author     text DEFAULT NULL,
    units      text[] DEFAULT NULL,
    section    text DEFAULT NULL,
    since      timestamptz DEFAULT NULL,
    until      timestamptz DEFAULT NULL,
    sort       text DEFAULT 'relevance',
    max_rows   int DEFAULT 20,
    skip_rows  int DEFAULT 0,
    gone       boolean DEFAULT NULL,
    fold       boolean DEFAULT false
) RETURNS TABLE (id bigint, rank real)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    -- Of each manner of matching so many of the newest are weighed against each other.
    weighed constant int := 40;
    wanted tsquery := CASE WHEN btrim(coalesce(search.query, '')) <> '' THEN news.asked(search.query) END;
    filters tsquery := news.asked_labels(search.portal, search.province, search.author, search.units, search.section, search.gone);
    asked tsquery := news.both(news.asked_lexemes(wanted), filters);
    said text := wanted::text;
    -- Pairs say less than the query where a phrase has several, or a word too long for one.
    checked boolean := coalesce(said ~ '<->.*<->|\*.* <->' OR said LIKE '%<->%' AND said ~ '\S{22}', false);
    needed bigint := search.max_rows::bigint + search.skip_rows;
    spellings text[];
    among bigint[];
BEGIN
    IF numnode(wanted) = 0 OR search.units = '{}' THEN
        RETURN;
    END IF;
    IF search.fold THEN
        among := news.standing(asked, wanted, filters, search.since, search.until, checked);
    END IF;
    IF search.fold AND (wanted IS NULL OR search.sort = 'date') THEN
        RETURN QUERY SELECT one, 0::real FROM unnest(among[search.skip_rows + 1 : needed]) WITH ORDINALITY AS given (one, place) ORDER BY place;
        RETURN;
    END IF;
    IF wanted IS NULL OR search.sort = 'date' THEN
        RETURN QUERY
            SELECT found.id, 0::real
            FROM news.newest(asked, wanted, filters, search.since, search.until, needed, checked, NULL)
                 WITH ORDINALITY AS found (id, published_at, place)
            ORDER BY found.place LIMIT search.max_rows OFFSET search.skip_rows;
        RETURN;
    END IF;
    spellings := coalesce(news.spellings(search.query), '{}');
    IF news.is_indexed(asked) IS NOT TRUE THEN
        -- The newest 5,000 matches are weighed, of phrases 200: each of them is looked for in the rows. The others follow, newest first.
        RETURN QUERY
            WITH met AS MATERIALIZED (
                SELECT plain.id, plain.published_at, plain.place
                FROM news.newest_plain(wanted, filters, search.since, search.until, greatest(CASE WHEN said LIKE '%<->%' THEN 200 ELSE 5000 END, needed), among)
                     WITH ORDINALITY AS plain (id, published_at, place)
            )
            SELECT one.id, one.relevance FROM (
                SELECT met.id, met.place,
                       CASE WHEN met.place > CASE WHEN said LIKE '%<->%' THEN 200 ELSE 5000 END THEN 0
                            ELSE (ts_rank(article.words, querytree(wanted)::tsquery)
                                  + CASE WHEN cardinality(spellings) > 0 AND news.is_spelt(article.title, spellings) THEN 1 ELSE 0 END)::real
                       END AS relevance
                FROM met JOIN news.article_current AS article ON article.id = met.id
            ) AS one
            ORDER BY one.relevance DESC, one.place
            LIMIT search.max_rows OFFSET search.skip_rows;
        RETURN;
    END IF;
    RETURN QUERY
        WITH met AS (
            SELECT found.id, found.published_at, min(manner.place) AS place
            FROM unnest(news.manners(wanted)) WITH ORDINALITY AS manner (added, place)
            CROSS JOIN LATERAL news.newest(news.both(asked, nullif(manner.added, '')), wanted, filters, search.since, search.until,
                                           weighed, checked, among) AS found
            WHERE manner.added IS NOT NULL
            GROUP BY found.id, found.published_at
        ), ranked AS MATERIALIZED (
            SELECT met.id, met.published_at,
                   ((ARRAY[2, 1.4, 1, 0.6, 0])[met.place] + ts_rank(article.words, querytree(wanted)::tsquery)
                    + CASE WHEN cardinality(spellings) = 0 THEN 0
                           WHEN news.is_spelt(article.title, spellings) THEN 2.8
                           WHEN news.is_spelt(article.body, spellings) THEN 2.5 ELSE 0 END)::real AS relevance
            FROM met JOIN news.article_current AS article ON article.id = met.id
        )
        SELECT one.id, one.relevance FROM (
            SELECT ranked.id, ranked.published_at, ranked.relevance FROM ranked
            UNION ALL
            SELECT found.id, found.published_at, 0
            FROM news.newest(asked, wanted, filters, search.since, search.until,
                             CASE WHEN (SELECT count(*) FROM ranked) < needed THEN needed + 5 * weighed ELSE 0 END,
                             checked, among) AS found
            WHERE found.id NOT IN (SELECT ranked.id FROM ranked)
        ) AS one
        ORDER BY one.relevance DESC, one.published_at DESC NULLS LAST, one.id DESC
        LIMIT search.max_rows OFFSET search.skip_rows;
END
$$;

-- How many articles match, exactly up to `most`; where there are more, one more than that.
CREATE FUNCTION news.count_found(
    query text, portal text DEFAULT NULL, province text DEFAULT NULL, author text DEFAULT NULL, units text[] DEFAULT NULL,
    section text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, gone boolean DEFAULT NULL,
    fold boolean DEFAULT false, most int DEFAULT 10000
) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
    SET work_mem = '32MB'
AS $$
DECLARE
    wanted tsquery := CASE WHEN btrim(coalesce(count_found.query, '')) <> '' THEN news.asked(count_found.query) END;
    asked tsquery := news.both(news.asked_lexemes(wanted), news.asked_labels(
        count_found.portal, count_found.province, count_found.author, count_found.units, count_found.section, count_found.gone));
BEGIN
    -- A phrase of several pairs must be looked at, as in the search itself.
    IF count_found.fold OR wanted::text ~ '<->.*<->|\*.* <->' OR news.is_indexed(asked) IS NOT TRUE THEN
        RETURN (SELECT count(*) FROM news.search(
            count_found.query, count_found.portal, count_found.province, count_found.author, count_found.units, count_found.section,
            count_found.since, count_found.until, 'date', most + 1, 0, count_found.gone, count_found.fold));
    END IF;
    RETURN (SELECT count(*) FROM (
        SELECT FROM news.article_current AS article
        WHERE news.lexemes(article.words, news.labels(article.portal, article.province, article.unit, article.authors,
                                                      article.section, article.published_at, article.gone_at)) @@ asked
          AND (count_found.since IS NULL OR article.published_at >= count_found.since)
          AND (count_found.until IS NULL OR article.published_at < count_found.until)
        LIMIT most + 1) AS some_of_them);
END
$$;

COMMENT ON COLUMN news.article_current.words IS 'Title (A), byline (B) and text without diacritics, with their places';
