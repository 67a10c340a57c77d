DELETE FROM account_grams WHERE length(gram) > 3;
DROP TABLE account_frequent;
