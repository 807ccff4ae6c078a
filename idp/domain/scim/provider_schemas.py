"""The schemas of what describes the server itself (RFC 7643 §5 to §7, RFC 9865 §4)."""

from __future__ import annotations

from idp.domain.scim.attribute import Attribute, Schema
from idp.domain.scim.schemas import CORE

CONFIG, RESOURCE_TYPE, SCHEMA = CORE + "ServiceProviderConfig", CORE + "ResourceType", CORE + "Schema"


def _read(name: str, description: str, type_: str = "string", *sub: Attribute, multi: bool = False, required: bool = False) -> Attribute:
    return Attribute(name, description, type_, multi=multi, required=required, mutability="readOnly", sub=sub)


def _feature(name: str, description: str, *more: Attribute) -> Attribute:
    return _read(
        name, description, "complex", _read("supported", "Whether it is supported.", "boolean", required=True), *more, required=True
    )


_NUMBERS = {
    "bulk": (_read("maxOperations", "Operations of a request.", "integer", required=True),
             _read("maxPayloadSize", "Bytes of a request.", "integer", required=True)),
    "filter": (_read("maxResults", "Resources that a filter is compared with.", "integer", required=True),),
}  # fmt: skip
_PAGINATION = (
    _read("cursor", "Whether there are pages by cursor.", "boolean", required=True),
    _read("index", "Whether there are pages by index.", "boolean", required=True),
    _read("defaultPaginationMethod", "cursor or index."),
    _read("defaultPageSize", "Resources of a page by default.", "integer"),
    _read("maxPageSize", "Resources of a page at most.", "integer"),
    _read("cursorTimeout", "Seconds for which a cursor is valid.", "integer"),
)
_SCHEMES = (
    _read("type", "The scheme.", required=True), _read("name", "Its name.", required=True),
    _read("description", "What it is.", required=True), _read("specUri", "Its specification.", "reference"),
    _read("documentationUri", "How to use it.", "reference"), _read("primary", "Whether it is preferred.", "boolean"),
)  # fmt: skip
_TEXTS = ("type", "multiValued", "description", "required", "canonicalValues", "caseExact", "mutability", "returned", "uniqueness",
          "referenceTypes")  # fmt: skip
_BOOLEANS, _LISTS = {"multiValued", "required", "caseExact"}, {"canonicalValues", "referenceTypes"}


def _of_attributes(*more: Attribute) -> tuple[Attribute, ...]:
    members = [
        _read(name, "As RFC 7643 section 7 says.", "boolean" if name in _BOOLEANS else "string", multi=name in _LISTS) for name in _TEXTS
    ]
    return (_read("name", "The name.", required=True), *members, *more)


SCHEMAS = (
    Schema(
        CONFIG, "ServiceProviderConfig", "What the server supports",
        (
            _feature("patch", "PATCH"), _feature("bulk", "Bulk requests", *_NUMBERS["bulk"]),
            _feature("filter", "Filters", *_NUMBERS["filter"]), _feature("changePassword", "Changes of passwords"),
            _feature("sort", "Sorting"), _feature("etag", "ETags"), _read("pagination", "Pages", "complex", *_PAGINATION),
            _read("authenticationSchemes", "How clients authenticate", "complex", *_SCHEMES, multi=True, required=True),
        ),
    ),
    Schema(
        RESOURCE_TYPE, "ResourceType", "A type of resources",
        (
            _read("id", "The id."), _read("name", "The name.", required=True), _read("description", "What it is."),
            _read("endpoint", "The path.", "reference", required=True),
            _read("schema", "The URN of the schema.", "reference", required=True),
            _read("schemaExtensions", "Extensions", "complex", _read("schema", "The URN.", "reference", required=True),
                  _read("required", "Whether every resource has it.", "boolean", required=True), multi=True),
        ),
    ),
    Schema(
        SCHEMA, "Schema", "The description of attributes",
        (
            _read("id", "The URN.", required=True), _read("name", "The name."), _read("description", "What it is."),
            _read("attributes", "The attributes", "complex",
                  *_of_attributes(_read("subAttributes", "The sub-attributes", "complex", *_of_attributes(), multi=True)),
                  multi=True, required=True),
        ),
    ),
)  # fmt: skip
