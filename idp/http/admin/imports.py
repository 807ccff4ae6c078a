"""Imports of people from files of other systems, as jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.moving.import_job import PEOPLE, ImportJob
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page, take_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas import imports as shapes
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.services.imports.choices import FLAGS, LINKS
from idp.services.imports.jobs import UPLOAD_LIFETIME, NewImport

if TYPE_CHECKING:
    from idp.domain.moving.uploads import UploadUrl

router = APIRouter(prefix=PREFIX + "/imports", tags=["Imports"], route_class=StrictRoute)
ImportId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$", description="The import's id.")]


@router.get("", response_model=shapes.ImportPage, responses=refuses(), **needs("imports:read"))
def list_imports(ctx: Ctx, paged: Paged) -> Response:
    """List the imports of the last 30 days, the newest first."""
    place = ctx.place("imports")
    found = ctx.services.import_job_service.listing(scope=ctx.scope)
    items, more = take_page(found, lambda each: (each.created_at, each.id), ctx.cursors.open(place, paged.cursor), paged.limit)
    return reply(make_page(ctx.cursors, place, [_show(each) for each in items], more))


@router.post(
    "", response_model=shapes.ImportWithUploads, status_code=201, responses=refuses(409, 422, created=True),
    **needs("imports:write", "users:write"),
)  # fmt: skip
def create_import(ctx: Ctx, once: OnceOnly, new: shapes.NewImport) -> Response:
    """Create an import. The answer says where the files go. Send each by PUT within 15 minutes, and start the import then."""
    chosen = new.options.model_dump(exclude_defaults=True)
    if new.options.with_roles:
        ctx.require_scope("roles:write", "options.with_roles")

    def create() -> Answer:
        files = {PEOPLE: new.size} | {str(name): size for name, size in new.files.items()}
        asked = NewImport(new.format, files, chosen, dry_run=new.dry_run, rate=new.rate)
        made, uploads = ctx.services.import_job_service.create(asked, by=ctx.by, scope=ctx.scope)
        told = [_upload(name, each, made.created_at + UPLOAD_LIFETIME) for name, each in uploads.items()]
        return answer(_show(made) | {"uploads": told}, 201, location=f"{PREFIX}/imports/{made.id}")

    return once.run(create)


@router.get("/{import_id}", response_model=shapes.Import, responses=refuses(404), **needs("imports:read"))
def get_import(ctx: Ctx, import_id: ImportId) -> Response:
    """Get one import: its status, and how far it is."""
    return reply(_show(ctx.services.import_job_service.get(import_id, scope=ctx.scope)))


@router.post(
    "/{import_id}/start", response_model=shapes.Import, status_code=202, responses=refuses(404, 409, 422),
    **needs("imports:write", "users:write"),
)  # fmt: skip
def start_import(ctx: Ctx, once: OnceOnly, import_id: ImportId) -> Response:
    """Start an import whose files were uploaded. One import runs at a time. Starting it again does nothing.

    An import with `with_roles` needs the scope roles:write too.
    """

    def start() -> Answer:
        return answer(_show(ctx.services.import_job_service.start(import_id, by=ctx.by, scope=ctx.scope)), 202)

    return once.run(start)


@router.post(
    "/{import_id}/cancel", response_model=shapes.Import, responses=refuses(404, 409, 422), **needs("imports:write"),
)  # fmt: skip
def cancel_import(ctx: Ctx, once: OnceOnly, import_id: ImportId) -> Response:
    """End an import within seconds, and delete its uploads. People whom it made stay."""

    def cancel() -> Answer:
        return answer(_show(ctx.services.import_job_service.cancel(import_id, by=ctx.by, scope=ctx.scope)))

    return once.run(cancel)


@router.get("/{import_id}/report", response_model=shapes.RefusedRows, responses=refuses(404), **needs("imports:read"))
def list_refused_rows(ctx: Ctx, import_id: ImportId, paged: Paged) -> Response:
    """List the rows that were refused, by their number, and why. It is kept for 30 days."""
    place = ctx.place("imports", import_id)
    after = ctx.cursors.open(place, paged.cursor) or 0
    found, more = ctx.services.import_job_service.report(import_id, after=after, limit=paged.limit, scope=ctx.scope)
    items = [{"row": it.row, "id": it.source_id, "field": it.field, "code": it.code, "reason": it.reason} for it in found]
    return reply(make_page(ctx.cursors, place, items, found[-1].row if more and found else None))


def _upload(file: str, to: UploadUrl, expires_at: int) -> dict[str, Any]:
    return {"file": file, "method": "PUT", "url": to.url, "headers": dict(to.headers), "expires_at": present.moment(expires_at)}


def _show(it: ImportJob) -> dict[str, Any]:
    progress = it.progress
    return {
        "id": it.id, "format": it.system, "status": it.status.value,
        "options": {**{name: it.choices.get(name, False) for name in FLAGS}, LINKS: dict(it.choices.get(LINKS, {}))},
        "dry_run": it.dry_run, "rate": it.rate, "rows": progress.rows, "bytes_read": progress.read, "bytes_total": it.files[PEOPLE],
        "created": progress.created, "known": progress.known, "refused": progress.refused, "left_out": dict(progress.left_out),
        "problem": it.problem.reason if it.problem else None, "created_by": it.created_by,
        "created_at": present.moment(it.created_at), "started_at": present.moment(it.started_at) if it.started_at else None,
        "ended_at": present.moment(it.ended_at) if it.ended_at else None,
    }  # fmt: skip
