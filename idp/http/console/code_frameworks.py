"""The ready code of the console, one row per framework. The code itself is in `templates/console/code`, one file per framework."""

from __future__ import annotations

from typing import NamedTuple

from idp.domain.texts import marked

SECRET, SESSION = "CLIENT_SECRET", "SESSION_SECRET"
REDIRECT, LOOPBACK, DEVICE_GRANT, SERVICE_GRANT, AUDIENCE = "redirect", "loopback", "device", "service", "audience"


class Framework(NamedTuple):
    """Code for one framework.

    `kinds`: the kinds of apps that it is for (`app_kinds`). `file`: what the reader calls the file. `install`, `run`: commands; `{port}` is
    the app's port. `environment`: the variables that the code reads. `needs`: what the app must have registered (`app_code`).
    """

    id: str
    title: str
    kinds: tuple[str, ...]
    template: str
    file: str
    install: str
    run: str
    environment: tuple[str, ...] = ()
    needs: str = REDIRECT


_WEB, _API = ("web",), ("api", "mcp")
_VERIFY = "pip install ./packages/verify"
FRAMEWORKS = (
    Framework(
        "express", "Express", _WEB, "express.mjs", "app.mjs", "npm install express express-session openid-client", "node app.mjs",
        (SECRET, SESSION),
    ),
    Framework("flask", "Flask", _WEB, "flask.py", "app.py", "pip install flask authlib requests", "python app.py", (SECRET, SESSION)),
    Framework(
        "django", "Django", _WEB, "django.py", "manage.py", "pip install django authlib requests",
        "python manage.py runserver --noreload {port}", (SECRET, SESSION),
    ),
    Framework(
        "fastapi", "FastAPI", _WEB, "fastapi.py", "app.py", "pip install fastapi uvicorn authlib httpx itsdangerous",
        "uvicorn app:app --port {port}", (SECRET, SESSION),
    ),
    Framework(
        "go", "Go", _WEB, "main.go", "main.go", "go mod init app && go get github.com/coreos/go-oidc/v3/oidc golang.org/x/oauth2",
        "go run .", (SECRET,),
    ),
    Framework("browser", "JavaScript", ("spa",), "browser.js", "main.js", "npm install oidc-client-ts", ""),
    Framework("react", "React", ("spa",), "react.jsx", "main.jsx", "npm install react react-dom oidc-client-ts react-oidc-context", ""),
    Framework("python-cli", "Python", ("native",), "cli.py", "cli.py", "pip install authlib requests", "python cli.py", needs=LOOPBACK),
    Framework("node-cli", "Node", ("native",), "cli.mjs", "cli.mjs", "npm install openid-client", "node cli.mjs", needs=LOOPBACK),
    Framework(
        "python-service", "Python", ("service",), "service.py", "service.py", "pip install authlib requests", "python service.py",
        (SECRET, "API_URL"), SERVICE_GRANT,
    ),
    Framework("shell", "curl", ("service",), "service.sh", "service.sh", "", "sh service.sh", (SECRET, "API_URL"), SERVICE_GRANT),
    Framework(
        "python-device", "Python", ("device",), "device.py", "device.py", "pip install requests", "python device.py", needs=DEVICE_GRANT
    ),
    Framework(
        "fastapi-api", "FastAPI (API)", _API, "api.py", "api.py", f"{_VERIFY} fastapi uvicorn", "uvicorn api:app --port 8080",
        needs=AUDIENCE,
    ),
    Framework(
        "express-api", "Express (API)", _API, "api.mjs", "api.mjs", "npm install express jose", "PORT=8080 node api.mjs", needs=AUDIENCE
    ),
    Framework(
        "mcp", marked("MCP server"), _API, "mcp.py", "server.py", f"{_VERIFY} mcp uvicorn", "uvicorn server:app --port 8080",
        needs=AUDIENCE,
    ),
)  # fmt: skip
BY_ID = {one.id: one for one in FRAMEWORKS}


def fitting(kind: str) -> list[Framework]:
    """Return the frameworks for this kind of app."""
    return [one for one in FRAMEWORKS if kind in one.kinds]
