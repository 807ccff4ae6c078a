"""Looks of pages and mails: name, colours, radius, links and texts of a deployment or an app. `idp.http.looks` uses these rules."""
