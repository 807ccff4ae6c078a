"""The flows by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bench.faults.flows.codes import CodeFlow, Refresh
from bench.faults.flows.flow import Flow

FLOWS: Mapping[str, type[Flow]] = MappingProxyType({flow.name: flow for flow in (CodeFlow, Refresh)})
