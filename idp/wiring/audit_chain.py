"""The audit chain: what writes, seals and verifies it."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices

if TYPE_CHECKING:
    from idp.adapters.audit_bucket import AuditBucket
    from idp.services.audit_chain.chain_state import ChainState
    from idp.services.audit_chain.sealing import Sealing
    from idp.services.audit_chain.segments import Segments
    from idp.services.audit_chain.signing import HeadSigner
    from idp.services.audit_chain.writer import ChainWriter
    from idp.store.audit_chain import AuditChain
    from idp.store.audit_verification import AuditVerifications
    from idp.store.stored_events import StoredEvents


class AuditChainServices(ProtocolServices):
    """Blocks, heads and segments."""

    @cached_property
    def audit_chain(self) -> AuditChain:
        from idp.store.audit_chain import AuditChain

        return AuditChain(self.database)

    @cached_property
    def stored_events(self) -> StoredEvents:
        from idp.store.stored_events import StoredEvents

        return StoredEvents(self.database)

    @cached_property
    def head_signer(self) -> HeadSigner:
        from idp.services.audit_chain.signing import HeadSigner

        return HeadSigner(self.keyring, self.settings.issuer)

    @cached_property
    def audit_verifications(self) -> AuditVerifications:
        from idp.store.audit_verification import AuditVerifications

        return AuditVerifications(self.database)

    @cached_property
    def chain_state(self) -> ChainState:
        from idp.services.audit_chain.chain_state import ChainState

        return ChainState(self.audit_chain, self.audit_verifications, self.head_signer, self.clock)

    @cached_property
    def audit_bucket(self) -> AuditBucket | None:
        if not self.settings.audit_bucket:
            return None
        from idp.adapters.audit_bucket import AuditBucket
        from idp.adapters.s3 import Bucket

        region, endpoint = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get("AWS_ENDPOINT_URL_S3") or None
        bucket = Bucket(self.settings.audit_bucket, region=region, endpoint=endpoint)
        return AuditBucket(bucket, self.settings.table_prefix, self.settings.audit_lock)

    @cached_property
    def audit_segments(self) -> Segments:
        from idp.services.audit_chain.segments import Segments

        return Segments(self.audit_chain, self.stored_events, self.head_signer, self.audit_bucket)

    @cached_property
    def chain_writer(self) -> ChainWriter:
        from idp.services.audit_chain.writer import ChainWriter

        return ChainWriter(self.audit_chain, self.settings.event_retention.longest, self.clock)

    @cached_property
    def audit_sealing(self) -> Sealing:
        from idp.services.audit_chain.sealing import Sealing

        segments = self.audit_segments if self.settings.audit_bucket else None
        longest = self.settings.event_retention.longest
        return Sealing(self.audit_chain, self.stored_events, self.chain_writer, self.head_signer, segments, longest, self.clock)
