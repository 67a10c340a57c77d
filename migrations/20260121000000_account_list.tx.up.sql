-- The list of accounts, narrow and in every order that it is asked for, so that a
-- page of it reads some rows and not a million. Triggers keep it, whoever writes.
CREATE TABLE account_list (
    login_id  bigint  PRIMARY KEY REFERENCES accounts (login_id) ON DELETE CASCADE,
    name      text    COLLATE "C" NOT NULL,
    domain    text    COLLATE "C" NOT NULL,
    owner_id  bigint  NOT NULL, -- no foreign key: accounts has it
    plan      text    COLLATE "C" NOT NULL,
    began     bigint  NOT NULL, -- accounts.started_at in whole seconds since 1970
    suspended boolean NOT NULL
);
-- How many accounts a plan has, as account_totals has it of owners.
CREATE TABLE account_plans (
    plan     text   COLLATE "C" NOT NULL,
    accounts bigint NOT NULL
);

CREATE FUNCTION account_list_began(moment timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT floor(extract(epoch FROM moment))::bigint
$$;
LOCK TABLE logins, accounts IN SHARE ROW EXCLUSIVE MODE; -- an older node may be making accounts
INSERT INTO account_list
SELECT a.login_id, l.name, a.domain, a.owner_id, a.plan, account_list_began(a.started_at), l.suspended_at IS NOT NULL
FROM accounts AS a JOIN logins AS l ON l.id = a.login_id ORDER BY l.name COLLATE "C";
INSERT INTO account_plans SELECT plan, count(*) FROM account_list GROUP BY plan;

-- An order ends with the name, which decides between equals. What a walk along it
-- looks at besides is in the index too, so that it need not go to the table.
CREATE UNIQUE INDEX account_list_name ON account_list (name) INCLUDE (suspended);
CREATE UNIQUE INDEX account_list_domain ON account_list (domain) INCLUDE (name, suspended);
CREATE INDEX account_list_owner ON account_list (owner_id, name) INCLUDE (suspended);
CREATE INDEX account_list_plan ON account_list (plan, name);
CREATE INDEX account_list_began ON account_list (began, name);
CREATE INDEX account_list_suspended ON account_list (name) WHERE suspended;
-- These did the same beside other tables.
DROP INDEX logins_listed, logins_suspended;

-- What is sought in the middle of names and domains is found by trigrams, where
-- the extension pg_trgm can be used. An operator may make the extension, and then
-- the indexes, later, by these statements. The entries go in at once (fastupdate
-- off): a search reads what waits one by one.
DROP INDEX IF EXISTS logins_name_trigrams, accounts_domain_trigrams; -- earlier ones, of the wide tables
DO $$
DECLARE
    operators text;
BEGIN
    SELECT quote_ident(n.nspname) || '.gin_trgm_ops' INTO operators
    FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
    IF operators IS NOT NULL THEN
        SET LOCAL maintenance_work_mem = '256MB'; -- else a million names take three times as long
        EXECUTE format('CREATE INDEX account_list_name_trigrams ON account_list USING gin (name %s) WITH (fastupdate = off)', operators);
        EXECUTE format('CREATE INDEX account_list_domain_trigrams ON account_list USING gin (domain %s) WITH (fastupdate = off)', operators);
    END IF;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE WARNING 'Postern searches accounts without an index of trigrams, for pg_trgm cannot be used: %', SQLERRM;
END $$;
ANALYZE account_list, account_plans;

CREATE FUNCTION account_list_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_list
    SELECT a.login_id, l.name, a.domain, a.owner_id, a.plan, account_list_began(a.started_at), l.suspended_at IS NOT NULL
    FROM added AS a JOIN logins AS l ON l.id = a.login_id;
    INSERT INTO account_plans SELECT plan, count(*) FROM added GROUP BY plan;
    RETURN NULL;
END $$;
CREATE FUNCTION account_list_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_plans SELECT plan, -count(*) FROM removed GROUP BY plan; -- a foreign key does the rest
    RETURN NULL;
END $$;
CREATE FUNCTION account_list_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account_list AS t SET domain = a.domain, owner_id = a.owner_id, plan = a.plan, began = account_list_began(a.started_at)
    FROM added AS a WHERE t.login_id = a.login_id
        AND (t.domain, t.owner_id, t.plan, t.began) IS DISTINCT FROM (a.domain, a.owner_id, a.plan, account_list_began(a.started_at));
    INSERT INTO account_plans
    SELECT plan, sum(n) FROM (SELECT plan, 1 AS n FROM added UNION ALL SELECT plan, -1 FROM removed) AS c
    GROUP BY plan HAVING sum(n) <> 0;
    RETURN NULL;
END $$;
CREATE FUNCTION account_list_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account_list SET name = NEW.name, suspended = NEW.suspended_at IS NOT NULL WHERE login_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER account_list_added AFTER INSERT ON accounts
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION account_list_added();
CREATE TRIGGER account_list_removed AFTER DELETE ON accounts
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION account_list_removed();
CREATE TRIGGER account_list_changed AFTER UPDATE ON accounts
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION account_list_changed();
CREATE TRIGGER account_list_renamed AFTER UPDATE OF name, suspended_at ON logins FOR EACH ROW
    WHEN (NEW.kind = 'account' AND (OLD.name, OLD.suspended_at IS NULL) IS DISTINCT FROM (NEW.name, NEW.suspended_at IS NULL))
    EXECUTE FUNCTION account_list_renamed();
