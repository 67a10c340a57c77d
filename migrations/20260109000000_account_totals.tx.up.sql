-- How many accounts an owner has, so that a page of a list need not count a million
-- of them. The rows of an owner are summed: each change adds one, which waits for
-- nobody, and a sweep puts them together.
CREATE TABLE account_totals (
    owner_id bigint NOT NULL, -- no foreign key: a row outlives its owner as long as it is part of a sum
    accounts bigint NOT NULL
);
CREATE INDEX account_totals_owner_id ON account_totals (owner_id);
LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE; -- an older node may be making accounts
INSERT INTO account_totals SELECT owner_id, count(*) FROM accounts GROUP BY owner_id;

CREATE FUNCTION account_totals_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_totals SELECT owner_id, count(*) FROM added GROUP BY owner_id;
    RETURN NULL;
END $$;
CREATE FUNCTION account_totals_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_totals SELECT owner_id, -count(*) FROM removed GROUP BY owner_id;
    RETURN NULL;
END $$;
CREATE FUNCTION account_totals_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_totals
    SELECT owner_id, sum(n) FROM (SELECT owner_id, 1 AS n FROM added UNION ALL SELECT owner_id, -1 FROM removed) AS c
    GROUP BY owner_id HAVING sum(n) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER account_totals_added AFTER INSERT ON accounts
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION account_totals_added();
CREATE TRIGGER account_totals_removed AFTER DELETE ON accounts
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION account_totals_removed();
CREATE TRIGGER account_totals_changed AFTER UPDATE ON accounts
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION account_totals_changed();

-- Suspended accounts are few: they are counted, and so the others by what is left.
CREATE INDEX logins_suspended ON logins (name COLLATE "C") WHERE kind = 'account' AND suspended_at IS NOT NULL;
