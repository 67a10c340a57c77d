ALTER TABLE second_factors DROP COLUMN tries, DROP COLUMN tries_since;
