-- Watches: saved searches that tell what happens to the articles that match.
-- `words` and `labels` are what news.search makes of the filters, kept so that an event is held against all watches at once.
CREATE TABLE news.watch (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL CONSTRAINT watch_name UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    filters    jsonb NOT NULL,
    kinds      text[] NOT NULL CHECK (cardinality(kinds) > 0),
    words      tsquery,
    labels     tsquery,
    since      timestamptz,
    until      timestamptz,
    fold       boolean NOT NULL DEFAULT false,
    least      real CHECK (least BETWEEN 0 AND 1),
    is_open    boolean NOT NULL,
    quiet_from time,
    quiet_to   time,
    digest     interval CHECK (digest > interval '0'),
    created_at timestamptz NOT NULL DEFAULT now(),
    paused_at  timestamptz,
    told_at    timestamptz,
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

-- Lexemes of which an article must have one a clause, so that few articles are held against a watch.
CREATE TABLE news.watch_key (
    watch_id bigint NOT NULL REFERENCES news.watch ON DELETE CASCADE,
    clause   int NOT NULL,
    lexeme   text NOT NULL,
    PRIMARY KEY (watch_id, clause, lexeme)
);

-- Apart from the watch, because readers are not to see them: an address may hold a password.
CREATE TABLE news.watch_address (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id bigint NOT NULL REFERENCES news.watch ON DELETE CASCADE,
    url      text NOT NULL,
    secret   text NOT NULL,
    UNIQUE (watch_id, url)
);

-- Events that no watch was held against yet. Whoever does takes the rows away; those of an open transaction wait for the next.
CREATE TABLE news.watch_due (
    article_id bigint NOT NULL,
    kind       text NOT NULL,
    at         timestamptz NOT NULL,
    number     bigint NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- An event that a watch reacts to, once, without any text. The number of an edit is 0: history may be put in order. An article may
-- be gone by now. No foreign keys: they would cost as much as the rows.
CREATE TABLE news.watch_hit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id   bigint NOT NULL,
    article_id bigint NOT NULL,
    kind       text NOT NULL,
    at         timestamptz NOT NULL,
    number     bigint NOT NULL,
    found_at   timestamptz NOT NULL DEFAULT now(),
    waits      boolean NOT NULL DEFAULT true,
    CONSTRAINT watch_hit_once UNIQUE (watch_id, article_id, kind, at, number)
);
CREATE INDEX watch_hit_waiting ON news.watch_hit (watch_id) WHERE waits;
CREATE INDEX watch_hit_newest ON news.watch_hit (watch_id, id DESC);

-- One outbox for both kinds of notices: of a portal's state, or of hits of a watch for one of its addresses.
ALTER TABLE news.notice
    ALTER portal DROP NOT NULL,
    ALTER state DROP NOT NULL,
    ADD address_id bigint REFERENCES news.watch_address ON DELETE CASCADE,
    ADD hits bigint[],
    ADD CONSTRAINT notice_is_of_one CHECK (num_nonnulls(address_id, portal) = 1) NOT VALID;
CREATE INDEX notice_address ON news.notice (address_id) WHERE sent_at IS NULL AND address_id IS NOT NULL;

-- As the owner: who may write articles need not know of this. Nothing is due where nobody watches, or where edits of long ago are
-- written down (tintinh.unwatched).
CREATE FUNCTION news.due_for_watches() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_setting('tintinh.unwatched', true) = 'on' OR NOT EXISTS (SELECT FROM news.watch) THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'article_current' THEN
        INSERT INTO news.watch_due (article_id, kind, at, number) SELECT id, 'published', first_seen_at, 0 FROM written;
    ELSIF TG_TABLE_NAME = 'edit' THEN
        INSERT INTO news.watch_due (article_id, kind, at, number) SELECT article_id, 'edited', at, 0 FROM written;
    ELSIF TG_TABLE_NAME = 'copying' THEN
        INSERT INTO news.watch_due (article_id, kind, at, number) SELECT article_id, 'copied', at, copy_id FROM written;
    ELSE
        INSERT INTO news.watch_due (article_id, kind, at, number) SELECT article_id, 'redacted', redacted_at, 0 FROM written;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER article_watched AFTER INSERT ON news.article_current
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_watches();
CREATE TRIGGER edit_watched AFTER INSERT ON news.edit
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_watches();
CREATE TRIGGER copying_watched AFTER INSERT ON news.copying
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_watches();
CREATE TRIGGER redaction_watched AFTER INSERT ON news.redaction
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION news.due_for_watches();

-- An absence is an event once it is confirmed, and another once it is over.
CREATE FUNCTION news.due_for_watches_of_absence() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    earlier news.absence;
BEGIN
    IF NOT EXISTS (SELECT FROM news.watch) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        earlier := OLD;
    END IF;
    IF NEW.confirmed_at IS NOT NULL AND earlier.confirmed_at IS NULL THEN
        INSERT INTO news.watch_due (article_id, kind, at, number) VALUES (NEW.article_id, 'gone', NEW.first_missed_at, NEW.id);
    END IF;
    IF NEW.returned_at IS NOT NULL AND earlier.returned_at IS NULL AND (NEW.confirmed_at IS NOT NULL OR NEW.moved_to IS NOT NULL) THEN
        INSERT INTO news.watch_due (article_id, kind, at, number)
        VALUES (NEW.article_id, CASE WHEN NEW.moved_to IS NULL THEN 'back' ELSE 'moved' END, NEW.returned_at, NEW.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER absence_watched AFTER INSERT OR UPDATE ON news.absence
    FOR EACH ROW EXECUTE FUNCTION news.due_for_watches_of_absence();

-- Which watches react to which of these events, given as columns: a bit an event says for each lexeme where it is, so that a watch is
-- held only against events that have all that it asks for. An edit counts where the text before or after it matches. Joins by hash: no index helps here.
CREATE FUNCTION news.watches_of(
    articles bigint[], kinds text[], texts tsvector[], earlier tsvector[], labels tsvector[], published timestamptz[], scores real[],
    copies boolean[]
) RETURNS TABLE (watch_id bigint, place int)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET work_mem = '64MB'
    SET jit = off
    SET enable_nestloop = off
AS $$
DECLARE
    nowhere "bit" := repeat('0', greatest(cardinality(articles), 1))::"bit";
BEGIN
    RETURN QUERY
        WITH event AS MATERIALIZED (
            SELECT given.place::int, given.kind, given.words, given.before, given.labels, given.published_at, given.score, given.is_copy
            FROM unnest(articles, kinds, texts, earlier, watches_of.labels, published, scores, copies)
                 WITH ORDINALITY AS given (article_id, kind, words, before, labels, published_at, score, is_copy, place)
        ), posting AS MATERIALIZED (
            SELECT DISTINCT event.place, one.lexeme
            FROM event CROSS JOIN LATERAL unnest(
                tsvector_to_array(event.words) || tsvector_to_array(event.labels)
                || coalesce(tsvector_to_array(event.before), '{}')) AS one (lexeme)
        ), frequency AS MATERIALIZED (
            SELECT posting.lexeme, count(*) AS articles, bit_or(set_bit(nowhere, posting.place - 1, 1)) AS places
            FROM posting GROUP BY posting.lexeme
        ), clause AS MATERIALIZED (
            SELECT key.watch_id, key.clause, sum(frequency.articles) AS articles, bit_or(frequency.places) AS places
            FROM news.watch_key AS key LEFT JOIN frequency USING (lexeme)
            GROUP BY key.watch_id, key.clause
        ), chosen AS MATERIALIZED (
            SELECT clause.watch_id, (array_agg(clause.clause ORDER BY clause.articles))[1] AS clause, bit_and(clause.places) AS places
            FROM clause GROUP BY clause.watch_id
            HAVING bool_and(clause.places IS NOT NULL) AND bit_and(clause.places) <> nowhere
        ), sought AS MATERIALIZED (
            SELECT key.lexeme, chosen.watch_id, chosen.places
            FROM chosen JOIN news.watch_key AS key ON key.watch_id = chosen.watch_id AND key.clause = chosen.clause
        ), candidate AS MATERIALIZED (
            SELECT sought.watch_id, posting.place
            FROM sought JOIN posting ON posting.lexeme = sought.lexeme
            WHERE get_bit(sought.places, posting.place - 1) = 1
            UNION ALL
            SELECT open.id, event.place FROM news.watch AS open CROSS JOIN event WHERE open.is_open
        )
        SELECT DISTINCT watch.id, event.place
        FROM candidate
        JOIN news.watch ON watch.id = candidate.watch_id
        JOIN event ON event.place = candidate.place
        WHERE watch.paused_at IS NULL AND event.kind = ANY (watch.kinds)
          AND (watch.since IS NULL OR event.published_at >= watch.since) AND (watch.until IS NULL OR event.published_at < watch.until)
          AND (event.kind <> 'edited' OR watch.least IS NULL OR event.score >= watch.least)
          AND NOT (watch.fold AND event.is_copy)
          AND (watch.labels IS NULL OR event.labels @@ watch.labels)
          AND (watch.words IS NULL OR event.words @@ watch.words OR event.before @@ watch.words);
END
$$;

-- Take up to so many events that are due, in their order, and write down which watches react; how many events and hits. Several may
-- do so at once: each event is taken by one of them, and stays due where that one fails. Of what is redacted only that is told.
CREATE FUNCTION news.react(most int, OUT events bigint, OUT hits bigint)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    articles bigint[];
    kinds text[];
    moments timestamptz[];
    numbers bigint[];
    texts tsvector[];
    earlier tsvector[];
    labels tsvector[];
    published timestamptz[];
    scores real[];
    copies boolean[];
BEGIN
    WITH taken AS MATERIALIZED (
        DELETE FROM news.watch_due AS due
        WHERE due.id IN (SELECT first.id FROM news.watch_due AS first ORDER BY first.id LIMIT most FOR UPDATE SKIP LOCKED)
        RETURNING due.id, due.article_id, due.kind, due.at, due.number
    ), event AS MATERIALIZED (
        SELECT DISTINCT ON (taken.article_id, taken.kind, taken.at, taken.number) taken.* FROM taken
        ORDER BY taken.article_id, taken.kind, taken.at, taken.number, taken.id
    ), known AS (
        SELECT event.id, event.article_id, event.kind, event.at, event.number, article.words,
               CASE WHEN event.kind = 'edited' THEN (SELECT news.words(state.title, state.byline, state.body) FROM news.article_state AS state
                WHERE state.id = event.article_id AND state.revision = edit.revision - 1) END AS before,
               news.labels(article.portal, article.province, article.unit, article.authors, article.section, article.published_at,
                           article.gone_at) AS labels,
               article.published_at, edit.score, EXISTS (SELECT FROM news.copying WHERE copying.copy_id = article.id) AS is_copy
        FROM event
        JOIN news.article_current AS article ON article.id = event.article_id
        LEFT JOIN news.edit ON event.kind = 'edited' AND edit.article_id = event.article_id AND edit.at = event.at
        WHERE (event.kind <> 'edited' OR edit.revision IS NOT NULL)
          AND (event.kind = 'redacted' OR NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id IN (event.article_id, event.number)))
    )
    SELECT (SELECT count(*) FROM taken), array_agg(known.article_id ORDER BY known.id), array_agg(known.kind ORDER BY known.id),
           array_agg(known.at ORDER BY known.id), array_agg(known.number ORDER BY known.id), array_agg(known.words ORDER BY known.id),
           array_agg(known.before ORDER BY known.id), array_agg(known.labels ORDER BY known.id), array_agg(known.published_at ORDER BY known.id),
           array_agg(known.score ORDER BY known.id), array_agg(known.is_copy ORDER BY known.id)
    INTO events, articles, kinds, moments, numbers, texts, earlier, labels, published, scores, copies
    FROM known;
    INSERT INTO news.watch_hit (watch_id, article_id, kind, at, number)
    SELECT found.watch_id, articles[found.place], kinds[found.place], moments[found.place], numbers[found.place]
    FROM news.watches_of(articles, kinds, texts, earlier, labels, published, scores, copies) AS found
    ORDER BY found.place, found.watch_id
    ON CONFLICT ON CONSTRAINT watch_hit_once DO NOTHING;
    GET DIAGNOSTICS hits = ROW_COUNT;
END
$$;

-- Hits with what happened, as news.change tells it; what was redacted since is left out, and so is a copy that was.
CREATE VIEW news.watched AS
    SELECT hit.id AS hit_id, hit.watch_id, hit.found_at, change.*, article.published_at, article.province
    FROM news.watch_hit AS hit
    JOIN news.article_current AS article ON article.id = hit.article_id
    JOIN LATERAL (
        SELECT one.* FROM news.change AS one
        WHERE one.article_id = hit.article_id AND one.kind = hit.kind AND one.at = hit.at
          AND (hit.kind = 'edited' OR one.number = hit.number)
        LIMIT 1
    ) AS change ON true
    WHERE hit.kind = 'redacted' OR NOT EXISTS (SELECT FROM news.redaction WHERE redaction.article_id = hit.article_id);

COMMENT ON TABLE news.watch IS 'Saved searches that tell what happens to the articles that match';
COMMENT ON COLUMN news.watch.filters IS 'As they were typed, by the names of search';
COMMENT ON COLUMN news.watch.kinds IS 'Kinds of news.change that it reacts to';
COMMENT ON COLUMN news.watch.least IS 'The least score of an edit';
COMMENT ON COLUMN news.watch.is_open IS 'No lexeme is certain to be in what matches: it is held against every event';
COMMENT ON COLUMN news.watch.quiet_from IS 'From this time of the day in Vietnam to quiet_to nothing is sent';
COMMENT ON COLUMN news.watch.digest IS 'There is at most one notice in this time';
COMMENT ON COLUMN news.watch.told_at IS 'When its last notice was made';
COMMENT ON TABLE news.watch_key IS 'Lexemes of which an article that matches has one a clause, made from the watch';
COMMENT ON TABLE news.watch_address IS 'Where a watch tells, with the secret that signs; not for readers';
COMMENT ON TABLE news.watch_due IS 'Events that no watch was held against yet';
COMMENT ON TABLE news.watch_hit IS 'Events that watches reacted to, once each';
COMMENT ON COLUMN news.watch_hit.number IS 'As in news.change; 0 of an edit';
COMMENT ON COLUMN news.watch_hit.waits IS 'It is in no notice yet';
COMMENT ON VIEW news.watched IS 'Hits of watches with what happened, without what was redacted';
COMMENT ON COLUMN news.notice.address_id IS 'Of a notice of a watch: where it goes; target is made of it';
COMMENT ON COLUMN news.notice.hits IS 'Of a notice of a watch: what it tells';
