-- The trail becomes one table a month, so that a month that nobody must keep any
-- longer goes as a whole: its rows still cannot be changed or taken out one by one.
ALTER TABLE audit_events RENAME TO audit_events_undivided;
ALTER SEQUENCE audit_events_id_seq RENAME TO audit_events_undivided_id_seq;

CREATE SEQUENCE audit_events_id_seq;
CREATE TABLE audit_events (LIKE audit_events_undivided INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at);
ALTER TABLE audit_events ALTER COLUMN id SET DEFAULT nextval('audit_events_id_seq');
ALTER SEQUENCE audit_events_id_seq OWNED BY audit_events.id;

-- Makes a table refuse what is not an INSERT. The parent's trigger is not asked
-- when a statement names one of the months itself.
CREATE FUNCTION audit_events_guard(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM PUBLIC, CURRENT_USER', guarded);
    EXECUTE format('CREATE TRIGGER audit_events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION audit_events_only_grow()', guarded);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_events_only_grow', guarded);
END
$$;

-- The first moment of a moment's month, in UTC.
CREATE FUNCTION audit_events_month(moment timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT date_trunc('month', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
$$;

-- Events of months that have no table: a clock that was wrong.
CREATE TABLE audit_events_other PARTITION OF audit_events DEFAULT;

-- Sees to it that a moment's month has a table, unless some of its events are in
-- audit_events_other already: there they must stay, and so must the month.
CREATE FUNCTION audit_events_add_month(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    opens  timestamptz := audit_events_month(moment);
    closes timestamptz := audit_events_month(opens + interval '32 days');
    month  text := 'audit_events_' || to_char(opens AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass(month) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('audit_events_add_month')); -- another node may be at it
    IF to_regclass(month) IS NOT NULL
        OR EXISTS (SELECT FROM audit_events_other WHERE at >= opens AND at < closes) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF audit_events FOR VALUES FROM (%L) TO (%L)', month, opens, closes);
    PERFORM audit_events_guard(month::regclass);
END
$$;

-- Drops the months that ended before a moment, and names them. A node whose clock
-- runs ahead drops nothing early: PostgreSQL's own clock counts too.
CREATE FUNCTION audit_events_drop_before(moment timestamptz, keep integer) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    oldest text := 'audit_events_' || to_char(
        (audit_events_month(least(moment, now())) AT TIME ZONE 'UTC') - make_interval(months => keep), 'YYYY_MM');
    month  text;
BEGIN
    IF keep < 1 THEN
        RAISE EXCEPTION 'at least one month is kept' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR month IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit_events'::regclass AND c.relname ~ '^audit_events_\d{4}_\d{2}$' AND c.relname < oldest COLLATE "C"
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', month);
        RETURN NEXT month;
    END LOOP;
END
$$;

SELECT audit_events_add_month(month) FROM (
    SELECT DISTINCT audit_events_month(at) AS month FROM audit_events_undivided
    UNION SELECT audit_events_month(now()) UNION SELECT audit_events_month(now() + interval '1 month')
) AS months;
INSERT INTO audit_events SELECT * FROM audit_events_undivided;
SELECT setval('audit_events_id_seq', coalesce(max(id), 0) + 1, false) FROM audit_events_undivided;
DROP TABLE audit_events_undivided;

ALTER TABLE audit_events ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id, at);
CREATE INDEX audit_events_account_id ON audit_events (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_events_login_id ON audit_events (login_id, id) WHERE login_id IS NOT NULL;
CREATE INDEX audit_events_actor ON audit_events (actor, id);
CREATE INDEX audit_events_at ON audit_events (at);
-- Refusals are counted before another one is added.
CREATE INDEX audit_events_refused ON audit_events (at) WHERE outcome = 'refused';

SELECT audit_events_guard('audit_events'), audit_events_guard('audit_events_other');
