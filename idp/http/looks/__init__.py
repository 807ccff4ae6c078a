"""Looks of pages and mails. A deployment without a theme, and a page without a branded app, never load these modules."""
