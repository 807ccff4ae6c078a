"""The one consumer of the streams of the tables: it reads records and hands the changes to all who want them."""
