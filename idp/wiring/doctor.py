"""The checks of the deployment and what they found last. Only the function `doctor`, the console and the command line use it."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from idp.services.doctor.last_findings import DoctorsFindings
    from idp.services.doctor.parts import Parts
    from idp.store.findings import FindingsStore


class DoctorServices(ProtocolServices, PeopleStores):
    """Checks and findings."""

    @cached_property
    def findings_store(self) -> FindingsStore:
        from idp.store.findings import FindingsStore

        return FindingsStore(self.database)

    @cached_property
    def doctors_findings(self) -> DoctorsFindings:
        from idp.services.doctor.last_findings import DoctorsFindings

        return DoctorsFindings(self.findings_store, self.clock)

    @property
    def doctor_parts(self) -> Parts:
        """What the checks read. The addresses of AWS are those of the environment now."""
        from idp.adapters import engine
        from idp.adapters.kms_key import KmsKey
        from idp.adapters.queue_length import QueueLength
        from idp.adapters.ses_identity import SesIdentity
        from idp.services.doctor.parts import Parts
        from idp.services.passkeys.attestation import Attestations
        from idp.store.release_migrations import pending_of
        from idp.store.table_states import TableStates

        s, environ = self.settings, os.environ
        region = environ.get("AWS_REGION") or "us-east-1"
        kms = KmsKey(s.kms_key_id, region=region, endpoint=environ.get("AWS_ENDPOINT_URL_KMS")) if s.kms_key_id else None
        return Parts(
            settings=s, clock=self.clock, in_aws=not s.dev and not engine.is_own(environ.get("AWS_ENDPOINT_URL_DYNAMODB") or ""),
            tables=TableStates(self.database), key_items=self.key_items, pending=lambda: pending_of(self.database),
            deletions=self.deletions, deliveries=self.deliveries, kms=kms,
            ses=SesIdentity(region=region, endpoint=environ.get("AWS_ENDPOINT_URL_SESV2")),
            queues=QueueLength(region=region, endpoint=environ.get("AWS_ENDPOINT_URL_SQS")),
            models=lambda now: Attestations(s).models(now=now), looks=_looks,
        )  # fmt: skip


def _looks(folder: str) -> tuple[int, int]:
    """Count the files and templates of a theme. Raises SettingsError if it cannot be used."""
    from idp.http.theme_check import check_theme

    found = check_theme(folder)
    return len(found.theme.files), found.templates
