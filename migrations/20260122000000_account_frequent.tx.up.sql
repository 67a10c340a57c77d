-- Letters in a row that very many names or domains have, such as .com, are counted in
-- account_grams however long they are: to count them at each search would read all.
-- Which they are is found out anew when the number of accounts has much changed.
CREATE TABLE account_frequent (
    part     text   PRIMARY KEY CHECK (part IN ('user', 'domain')),
    accounts bigint NOT NULL -- as many there were when it was found out
);
