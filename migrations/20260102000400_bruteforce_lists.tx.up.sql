-- Addresses that are never locked out (white) and such as are refused at once (black).
CREATE TABLE bruteforce_lists (
    list       text        NOT NULL CHECK (list IN ('white', 'black')),
    first_ip   inet        NOT NULL CHECK (masklen(first_ip) = CASE family(first_ip) WHEN 4 THEN 32 ELSE 128 END),
    last_ip    inet        NOT NULL CHECK (masklen(last_ip) = CASE family(last_ip) WHEN 4 THEN 32 ELSE 128 END),
    comment    text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    PRIMARY KEY (list, first_ip, last_ip),
    CHECK (family(first_ip) = family(last_ip) AND first_ip <= last_ip)
);

-- A lock remembers when it began, so that a shorter setting shortens it; an
-- address remembers its failures of the whole lookback period, for the long lock;
-- and both what the last failure was, for people.
ALTER TABLE lockouts
    ADD COLUMN locked_at   timestamptz,
    ADD COLUMN long        boolean     NOT NULL DEFAULT false, -- the two weeks' lock
    ADD COLUMN total       integer     NOT NULL DEFAULT 0,
    ADD COLUMN total_start timestamptz,
    ADD COLUMN network     inet,                               -- of subject address: what it counts for
    ADD COLUMN last_at     timestamptz,
    ADD COLUMN name        text        NOT NULL DEFAULT '',
    ADD COLUMN address     inet,
    ADD COLUMN service     text        NOT NULL DEFAULT '',
    ADD COLUMN step        text        NOT NULL DEFAULT '';
UPDATE lockouts SET
    locked_at = CASE WHEN locked_until IS NOT NULL THEN window_start END, total = failures, total_start = window_start,
    last_at = window_start, name = CASE subject WHEN 'user' THEN key ELSE '' END;
UPDATE lockouts SET network = key::inet WHERE subject = 'address';
ALTER TABLE lockouts
    ALTER COLUMN total_start SET NOT NULL,
    ALTER COLUMN last_at SET NOT NULL,
    ADD CHECK ((subject = 'address') = (network IS NOT NULL)),
    ADD CHECK ((locked_at IS NULL) = (locked_until IS NULL));
CREATE INDEX lockouts_locked_until ON lockouts (locked_until) WHERE locked_until IS NOT NULL;
CREATE INDEX login_failures_last_at ON login_failures (last_at);
