"""The admin console: pages for admins, as plain forms that call the same services as the admin API (docs/console.md).

`views` has the table of its views. A view is one module with `PAGES`, and its templates in `templates/console`.
"""
