-- Who is told of portals that change their state.
-- What whoever is told (a digest of its address, which may hold a password) was last told of a portal.
CREATE TABLE news.notice_state (
    target   text NOT NULL,
    portal   text NOT NULL,
    state    text NOT NULL,
    cause    text,
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (target, portal)
);

-- Notices, each to one target; those without sent_at wait to be sent.
CREATE TABLE news.notice (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target   text NOT NULL,
    portal   text NOT NULL,
    state    text NOT NULL,
    cause    text,
    detail   text,
    before   text,
    made_at  timestamptz NOT NULL DEFAULT now(),
    tries    int NOT NULL DEFAULT 0,
    next_try timestamptz NOT NULL DEFAULT now(),
    sent_at  timestamptz,
    error    text
);
CREATE INDEX notice_waiting ON news.notice (target, id) WHERE sent_at IS NULL;

COMMENT ON TABLE news.notice_state IS 'What each target was last told of a portal';
COMMENT ON COLUMN news.notice_state.target IS 'Digest of the address that is told';
COMMENT ON TABLE news.notice IS 'Notices of portals that changed their state, with when they were sent';
COMMENT ON COLUMN news.notice.before IS 'The state that the target was told before';
COMMENT ON COLUMN news.notice.sent_at IS 'When the target took it; null: it waits';
COMMENT ON COLUMN news.notice.next_try IS 'Not before this moment it is tried again';
