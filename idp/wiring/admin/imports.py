"""Import jobs."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.people.own_data import OwnDataServices

if TYPE_CHECKING:
    from idp.adapters.import_function import ImportFunction
    from idp.adapters.s3 import Bucket
    from idp.services.imports.jobs import ImportJobService
    from idp.services.imports.worker import ImportWorker
    from idp.store.import_jobs import ImportJobs


class ImportServices(OwnDataServices):
    """Jobs, their uploads, and the worker."""

    @cached_property
    def import_jobs(self) -> ImportJobs:
        from idp.store.import_jobs import ImportJobs

        return ImportJobs(self.database)

    @cached_property
    def import_bucket(self) -> Bucket:
        from idp.adapters.s3 import Bucket

        region, endpoint = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get("AWS_ENDPOINT_URL_S3") or None
        return Bucket(self.settings.import_bucket, region=region, endpoint=endpoint)

    @cached_property
    def import_function(self) -> ImportFunction:
        from idp.adapters.import_function import ImportFunction

        region, endpoint = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get("AWS_ENDPOINT_URL_LAMBDA") or None
        return ImportFunction(self.settings.import_function, region=region, endpoint=endpoint)

    @cached_property
    def import_job_service(self) -> ImportJobService:
        from idp.services.imports.jobs import ImportJobService

        return ImportJobService(
            self.import_jobs, self.import_bucket if self.settings.import_bucket else None, self.wake_import, self.connections, self.audit,
            self.clock, self.new_id,
        )  # fmt: skip

    @cached_property
    def import_worker(self) -> ImportWorker:
        from idp.services.imports.worker import ImportWorker

        return ImportWorker(self.import_jobs, self.import_bucket, self.importer, self.audit, self.clock, self.new_id)

    def wake_import(self) -> None:
        """Let the function run. Without one, `idp imports run` has to be run."""
        if self.settings.import_function:
            self.import_function.wake()
