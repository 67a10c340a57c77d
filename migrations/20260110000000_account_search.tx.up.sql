-- Searching a million accounts for a part of their name or domain.
--
-- How many there are is looked up. A gram is one to three letters in a row that a
-- name or a domain has, as an account counts once for it; ^ stands before the first
-- letter and $ behind the last. Names and domains have neither.
CREATE TABLE account_grams (
    part     text   NOT NULL CHECK (part IN ('user', 'domain')),
    gram     text   COLLATE "C" NOT NULL,
    accounts bigint NOT NULL,
    PRIMARY KEY (part, gram)
) WITH (fillfactor = 70); -- a row is updated in its page

-- What is not yet in it: a change adds a row, which waits for nobody, and a sweep
-- counts its grams. Both together are what is true.
CREATE TABLE account_grams_due (
    id     bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    part   text     NOT NULL CHECK (part IN ('user', 'domain')),
    word   text     COLLATE "C" NOT NULL, -- the name or the domain
    change smallint NOT NULL CHECK (change IN (1, -1))
);
LOCK TABLE logins, accounts IN SHARE ROW EXCLUSIVE MODE; -- an older node may be making accounts
INSERT INTO account_grams_due (part, word, change) SELECT 'user', name, 1 FROM logins WHERE kind = 'account';
INSERT INTO account_grams_due (part, word, change) SELECT 'domain', domain, 1 FROM accounts;
ANALYZE account_grams_due;

CREATE FUNCTION account_grams_of_logins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_grams_due (part, word, change)
    SELECT 'user', name, CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END FROM changed WHERE kind = 'account';
    RETURN NULL;
END $$;
CREATE FUNCTION account_grams_of_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_grams_due (part, word, change)
    SELECT 'domain', domain, CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END FROM changed;
    RETURN NULL;
END $$;
CREATE FUNCTION account_grams_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'logins' THEN
        INSERT INTO account_grams_due (part, word, change) VALUES ('user', OLD.name, -1), ('user', NEW.name, 1);
    ELSE
        INSERT INTO account_grams_due (part, word, change) VALUES ('domain', OLD.domain, -1), ('domain', NEW.domain, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER account_grams_added AFTER INSERT ON logins
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION account_grams_of_logins();
CREATE TRIGGER account_grams_removed AFTER DELETE ON logins
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION account_grams_of_logins();
CREATE TRIGGER account_grams_renamed AFTER UPDATE OF name ON logins
    FOR EACH ROW WHEN (OLD.name <> NEW.name AND NEW.kind = 'account') EXECUTE FUNCTION account_grams_renamed();
CREATE TRIGGER account_grams_added AFTER INSERT ON accounts
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION account_grams_of_accounts();
CREATE TRIGGER account_grams_removed AFTER DELETE ON accounts
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION account_grams_of_accounts();
CREATE TRIGGER account_grams_renamed AFTER UPDATE OF domain ON accounts
    FOR EACH ROW WHEN (OLD.domain <> NEW.domain) EXECUTE FUNCTION account_grams_renamed();

-- The few among many are found by an index of trigrams, which is PostgreSQL's own
-- extension pg_trgm: see the migration of account_list. Where its server does not
-- have it, or this role may not make it, there is no such index: the answers are
-- the same, and a search reads all names.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE WARNING 'Postern searches accounts without an index of trigrams, for pg_trgm cannot be used: %', SQLERRM;
END $$;
