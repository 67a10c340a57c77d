-- Who did what, from where, and what they were refused. Rows are only added.
-- Names stand as text and numbers without foreign keys, so that an event outlives whom it names.
CREATE TABLE audit_events (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL, -- who really acted
    login      text        NOT NULL, -- as whom; the actor, but for sessions made for others
    login_id   bigint,
    account    text        NOT NULL DEFAULT '', -- the account it was about
    account_id bigint,
    service    text        NOT NULL DEFAULT '',
    via        text        NOT NULL DEFAULT '', -- password, session, token, command
    address    inet,
    dialect    text        NOT NULL DEFAULT '', -- of the function; empty for steps of a sign in
    action     text        NOT NULL CHECK (action <> ''), -- the function, or the step
    outcome    text        NOT NULL CHECK (outcome IN ('ok', 'refused')),
    kind       text        NOT NULL DEFAULT '', -- why it was refused
    session    text        NOT NULL DEFAULT '', -- the session's public name
    request    text        NOT NULL DEFAULT '', -- as in the server's log
    details    jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(details) = 'object'),
    CHECK ((outcome = 'ok') = (kind = ''))
);
CREATE INDEX audit_events_account_id ON audit_events (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_events_login_id ON audit_events (login_id, id) WHERE login_id IS NOT NULL;
CREATE INDEX audit_events_actor ON audit_events (actor, id);
CREATE INDEX audit_events_at ON audit_events (at);
-- Refusals are counted before another one is added.
CREATE INDEX audit_events_refused ON audit_events (at) WHERE outcome = 'refused';

-- Nothing changes or takes away an event: the right to do so is nobody's, and a
-- trigger refuses it even to those whom rights do not bind.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM PUBLIC, CURRENT_USER;
CREATE FUNCTION audit_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events only grows: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_only_grow();
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_only_grow;
