DROP INDEX login_failures_last_at;
ALTER TABLE lockouts
    DROP COLUMN locked_at, DROP COLUMN long, DROP COLUMN total, DROP COLUMN total_start, DROP COLUMN network,
    DROP COLUMN last_at, DROP COLUMN name, DROP COLUMN address, DROP COLUMN service, DROP COLUMN step;
DROP INDEX lockouts_locked_until;
DROP TABLE bruteforce_lists;
