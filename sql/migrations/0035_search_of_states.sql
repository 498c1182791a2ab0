-- Earlier states are searched, too: their words beside them, as their articles had them. Words of states that are there already come afterwards, and so does the index.
ALTER TABLE news.article_revision ADD words tsvector;
-- Packed, vectors are hardly smaller.
ALTER TABLE news.article_revision ALTER words SET STORAGE EXTERNAL;
COMMENT ON COLUMN news.article_revision.words IS 'What it is searched by; null of what was redacted';

-- The newest articles an earlier state of which matches, with the newest such state. Filters and days are of the article as it is now. All
-- states that match are looked at, by the index: the planner holds reading all of their words for cheap. None of what was redacted is told.
CREATE FUNCTION news.newest_earlier(wanted tsquery, filters tsquery, since timestamptz, until timestamptz, most bigint)
    RETURNS TABLE (id bigint, published_at timestamptz, revision int)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_custom_plan
    SET work_mem = '32MB'
    SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
        WITH matching AS MATERIALIZED (
            SELECT state.article_id, max(state.revision) AS revision FROM news.article_revision AS state
            WHERE state.words @@ newest_earlier.wanted GROUP BY state.article_id
        )
        SELECT article.id, article.published_at, matching.revision
        FROM matching JOIN news.article_current AS article ON article.id = matching.article_id
        WHERE (newest_earlier.filters IS NULL
               OR news.labels(article.portal, article.province, article.unit, article.authors, article.section,
                              article.published_at, article.gone_at) @@ newest_earlier.filters)
          AND (newest_earlier.since IS NULL OR article.published_at >= newest_earlier.since)
          AND (newest_earlier.until IS NULL OR article.published_at < newest_earlier.until)
          AND NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = article.id)
        ORDER BY article.published_at DESC NULLS LAST, article.id DESC
        LIMIT most;
END
$$;

-- The newest articles that match now or did before, so many of them: what is among the newest of both is among the newest of each, so
-- that it is known whether both hold.
CREATE FUNCTION news.newest_in_any_state(
    asked tsquery, wanted tsquery, filters tsquery, since timestamptz, until timestamptz, most bigint, checked boolean
) RETURNS TABLE (id bigint, published_at timestamptz, revision int, matches_now boolean)
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT coalesce(present.id, past.id), coalesce(present.published_at, past.published_at), past.revision, present.id IS NOT NULL
    FROM news.newest(asked, wanted, filters, since, until, most, checked, NULL) AS present
    FULL JOIN news.newest_earlier(wanted, filters, since, until, most) AS past ON past.id = present.id
    ORDER BY 2 DESC NULLS LAST, 1 DESC
    LIMIT most;
$$;

-- news.search, and where it is asked for in what articles said before, too: `revision` is the newest earlier state that matches, `matches_now`
-- tells whether the present one does. By relevance come first those that only an earlier state finds, of the newest 5,000 of these what
-- is spelt as typed before the others, newest first, with 10 in their rank; then what news.search finds, in its order. Of near-identical articles
-- the first stands for all that match in any state.
CREATE FUNCTION news.search_states(
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
    fold       boolean DEFAULT false,
    in_history boolean DEFAULT true
) RETURNS TABLE (id bigint, rank real, revision int, matches_now boolean)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    looked_at constant int := 5000;
    weighed constant int := 200;
    wanted tsquery := CASE WHEN btrim(coalesce(search_states.query, '')) <> '' THEN news.asked(search_states.query) END;
    filters tsquery := news.asked_labels(search_states.portal, search_states.province, search_states.author, search_states.units,
                                         search_states.section, search_states.gone);
    asked tsquery := news.both(news.asked_lexemes(wanted), filters);
    said text := wanted::text;
    checked boolean := coalesce(said ~ '<->.*<->|\*.* <->' OR said LIKE '%<->%' AND said ~ '\S{22}', false);  -- as in news.search
    needed bigint := search_states.max_rows::bigint + search_states.skip_rows;
    spellings text[];
    firsts bigint[];
    ranks real[];
    others bigint[] := '{}';
    weights real[] := '{}';
    is_cut boolean;
BEGIN
    IF NOT search_states.in_history OR wanted IS NULL OR numnode(wanted) = 0 OR search_states.units = '{}' THEN
        RETURN QUERY
            SELECT found.id, found.rank, NULL::int, true
            FROM news.search(search_states.query, search_states.portal, search_states.province, search_states.author, search_states.units,
                             search_states.section, search_states.since, search_states.until, search_states.sort, search_states.max_rows,
                             search_states.skip_rows, search_states.gone, search_states.fold) WITH ORDINALITY AS found (id, rank, place)
            ORDER BY found.place;
        RETURN;
    END IF;
    IF search_states.fold THEN
        RETURN QUERY
            SELECT first.id, CASE WHEN search_states.sort = 'date' OR first.matches_now THEN 0 ELSE 10 END::real, first.revision, first.matches_now
            FROM (
                SELECT DISTINCT ON (coalesce(fingerprint.cluster, met.id)) met.*
                FROM news.newest_in_any_state(asked, wanted, filters, search_states.since, search_states.until, 9223372036854775807, checked) AS met
                JOIN news.article_current AS article ON article.id = met.id
                LEFT JOIN news.fingerprint ON fingerprint.article_id = met.id
                ORDER BY coalesce(fingerprint.cluster, met.id), coalesce(article.published_at, article.first_seen_at),
                         article.first_seen_at, met.id) AS first
            ORDER BY search_states.sort <> 'date' AND NOT first.matches_now DESC, first.published_at DESC NULLS LAST, first.id DESC
            LIMIT search_states.max_rows OFFSET search_states.skip_rows;
        RETURN;
    END IF;
    IF search_states.sort = 'date' THEN
        RETURN QUERY
            SELECT met.id, 0::real, met.revision, met.matches_now
            FROM news.newest_in_any_state(asked, wanted, filters, search_states.since, search_states.until, needed, checked) AS met
            ORDER BY met.published_at DESC NULLS LAST, met.id DESC
            LIMIT search_states.max_rows OFFSET search_states.skip_rows;
        RETURN;
    END IF;
    spellings := coalesce(news.spellings(search_states.query), '{}');
    WITH met AS MATERIALIZED (
        SELECT found.id, found.revision, found.place
        FROM news.newest_earlier(wanted, filters, search_states.since, search_states.until, looked_at)
             WITH ORDINALITY AS found (id, published_at, revision, place)
    ), past AS MATERIALIZED (
        SELECT met.id, met.revision, row_number() OVER (ORDER BY met.place) AS place
        FROM met JOIN news.article_current AS now ON now.id = met.id
        WHERE NOT now.words @@ wanted
    ), ranked AS (
        SELECT past.id, past.place,
               (10 + CASE WHEN cardinality(spellings) = 0 OR past.place > weighed THEN 0
                          WHEN news.is_spelt(state.title, spellings) THEN 2
                          WHEN news.is_spelt(state.body, spellings) THEN 1 ELSE 0 END)::real AS relevance
        FROM past JOIN news.article_revision AS state ON state.article_id = past.id AND state.revision = past.revision
    )
    SELECT coalesce(array_agg(ranked.id ORDER BY ranked.relevance DESC, ranked.place), '{}'),
           coalesce(array_agg(ranked.relevance ORDER BY ranked.relevance DESC, ranked.place), '{}'),
           (SELECT count(*) FROM met) = looked_at
    INTO firsts, ranks, is_cut FROM ranked;
    IF cardinality(firsts) < needed THEN
        SELECT coalesce(array_agg(found.id ORDER BY found.place), '{}'), coalesce(array_agg(found.rank ORDER BY found.place), '{}')
        INTO others, weights
        FROM news.search(search_states.query, search_states.portal, search_states.province, search_states.author, search_states.units,
                         search_states.section, search_states.since, search_states.until, 'relevance',
                         least(needed - cardinality(firsts), 2147483647)::int, 0, search_states.gone) WITH ORDINALITY AS found (id, rank, place);
    END IF;
    IF is_cut AND cardinality(firsts) + cardinality(others) < needed THEN
        -- Those that were not looked at come last: pages hold as many as the count says.
        others := others || ARRAY(
            SELECT found.id
            FROM news.newest_earlier(wanted, filters, search_states.since, search_states.until, NULL)
                 WITH ORDINALITY AS found (id, published_at, revision, place)
            JOIN news.article_current AS now ON now.id = found.id
            WHERE found.place > looked_at AND NOT now.words @@ wanted
            ORDER BY found.place);
    END IF;
    RETURN QUERY
        SELECT given.id, coalesce(given.rank, 0),
               (SELECT max(state.revision) FROM news.article_revision AS state WHERE state.article_id = given.id AND state.words @@ wanted),
               (SELECT now.words @@ wanted FROM news.article_current AS now WHERE now.id = given.id)
        FROM (SELECT one.id, one.rank, one.place FROM unnest(firsts || others, ranks || weights) WITH ORDINALITY AS one (id, rank, place)
              ORDER BY one.place LIMIT search_states.max_rows OFFSET search_states.skip_rows) AS given
        ORDER BY given.place;
END
$$;
