-- The words of a package: its id, name, description, tagline and tags, and marks
-- that begin with an underscore (`package/search.rs`).
CREATE TABLE package_search (
    rowid BIGINT   PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX package_search_words ON package_search USING GIN (words);
