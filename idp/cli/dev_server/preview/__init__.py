"""/dev/preview: every page and mail with sample values, by theme, language, colours and width. Only the development server has it.

`idp/cli` is not part of the package for Lambda, so no deployment can have these addresses.
"""

from idp.cli.dev_server.preview.routes import ROUTES

__all__ = ["ROUTES"]
