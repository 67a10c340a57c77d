CREATE TABLE audit_events_undivided (LIKE audit_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
INSERT INTO audit_events_undivided SELECT * FROM audit_events;
ALTER TABLE audit_events_undivided ALTER COLUMN id DROP DEFAULT;
DROP TABLE audit_events;
DROP FUNCTION audit_events_drop_before, audit_events_add_month, audit_events_month, audit_events_guard;

ALTER TABLE audit_events_undivided RENAME TO audit_events;
ALTER TABLE audit_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY, ADD PRIMARY KEY (id);
SELECT setval(pg_get_serial_sequence('audit_events', 'id'), coalesce(max(id), 0) + 1, false) FROM audit_events;
CREATE INDEX audit_events_account_id ON audit_events (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_events_login_id ON audit_events (login_id, id) WHERE login_id IS NOT NULL;
CREATE INDEX audit_events_actor ON audit_events (actor, id);
CREATE INDEX audit_events_at ON audit_events (at);
CREATE INDEX audit_events_refused ON audit_events (at) WHERE outcome = 'refused';
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM PUBLIC, CURRENT_USER;
CREATE TRIGGER audit_events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_only_grow();
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_only_grow;
