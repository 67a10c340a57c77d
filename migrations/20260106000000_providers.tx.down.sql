DROP TABLE identity_requests;
DROP TABLE identity_links;
DROP TABLE identity_clients;
DROP TABLE identity_providers;
DROP TABLE market_providers;
