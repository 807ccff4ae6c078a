"""The one consumer of the streams of the tables: it reads records and gives the changes to all consumers."""
