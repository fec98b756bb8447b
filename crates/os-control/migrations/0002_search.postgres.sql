-- The words of a package's name, id, description, tagline and tags.
CREATE TABLE package_search (
    rowid BIGINT   PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX package_search_words ON package_search USING GIN (words);
