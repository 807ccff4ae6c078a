"""What printed commands need, and where they end. A key is the beginning of a command; an unused key fails a test."""

from __future__ import annotations

from tests.printed.found import fences

_GRANT = 'curl -s "$ISSUER/token" -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=urn:ietf:params:oauth:grant-type:'
CANNOT = {
    "git fetch --unshallow": "needs a shallow clone, and a tag at the place that it came from",
    "python -m bench.regions": "simulates for minutes; tests/faults/test_regions.py has a sample",
    "python -m bench.imports": "measures for a quarter of a minute",
    ".venv/bin/python -m bench.seed": "writes for minutes; tests/tooling/test_seed.py makes three people",
    f"{_GRANT}jwt-bearer": "needs an assertion of another provider; tests/integration/oidc make one",
    f"{_GRANT}token-exchange": "needs the ID Token of a person who signed in; tests/integration/oidc sign one in",
    "aws cognito-idp list-users ": "the account has no pool; tests/support/cognito.py answers as one does",
    "dotnet tool install": "needs .NET and the network; the next command of the page is run from docs/cli.md",
    ".venv/bin/python -m tools.translation add": "begins a catalogue in a language that is not there yet",
    "make dynamodb ": "serves until Ctrl-C; tests/engines starts the same engine",
    "docker run --rm -p 127.0.0.1:8002": "downloads an image",
    "export AWS_ENDPOINT_URL_LAMBDA=": "serves until Ctrl-C",
    "IDP_DEV_FETCH_HOSTS=": "serves until Ctrl-C, and the upstream is the reader's",
    "mkdir -p files && cp -r mytheme": "the archive has files of the checkout; tests/functions/test_theme.py deploys a theme",
    "mkdir -p files\ncurl": "downloads; tests/unit/passkeys/test_attestation.py reads such a file",
    "read -rs PASSWORD": "waits for a password on a terminal",
}
"""Commands that are not run, with the reason."""

ENDS = {
    "idp keys rotate ": ("Nothing was rotated", "the keys of this deployment are seconds old; rotating waits until verifiers know them"),
    **dict.fromkeys(
        ("idp users import realm.json --from keycloak --trust-verified ", "idp users import users.json --from b2c --trust-verified "),
        ("There is no connection CONNECTION_ID.", "the reader has a connection of their own"),
    ),
    "idp users import users.json --from cognito --trust-verified ": ("There is no connection google.", "step 4 makes it"),
    "make deploy ": ("osls would run: deploy ", "CloudFormation deploys from here on"),
    "export AWS_PROFILE=… ": ("osls would run: deploy --param=dns=route53 ", "CloudFormation deploys from here on"),
    "git pull && make deploy ": ("osls would run: deploy ", "CloudFormation deploys from here on"),
    "make deploy-edge ": ("osls would run: deploy --param=domain=id.example.com ", "CloudFormation deploys from here on"),
    **dict.fromkeys(
        ("make idp STAGE=prod REGION=eu-central-1 ARGS=doctor", "make idp STAGE=… ARGS=doctor", "make idp STAGE=prod ARGS=doctor"),
        ("has the schema of this release", "the issuer of the account on moto is not served"),
    ),
    **dict.fromkeys(
        ("idp users reset-password ", "idp users temporary-code "),
        ("This command cannot send mails.", "the deployment has no sender of mails"),
    ),
    "idp invitations create ": ("idp dev keeps mails in its own memory.", "the deployment has no sender of mails"),
    "idp users cancel-deletion ": ("This user is not being deleted.", "only a person asks for a deletion"),
    "idp connections create ": ("There is no terminal to ask for the secret on.", "the secret is typed"),
    "idp connections create saml ": ("cannot be read", "only an identity provider has such metadata"),
    "idp connections create apple ": ("AuthKey.p8 cannot be read", "only Apple makes such a file"),
    "idp provisioning create ": ("There is no terminal to ask for the secret on.", "the token is typed"),
    **dict.fromkeys(
        tuple(f"idp provisioning {verb} " for verb in ("show", "update", "delete", "failures", "redeliver", "compare")),
        ("There is no such provisioning target.", "the deployment has no target"),
    ),
    **dict.fromkeys(
        tuple(
            f"idp webhooks {verb} "
            for verb in ("update", "rotate-secret", "delete", "attempts", "dead-letters", "redeliver", "test")
        ),
        ("There is no such webhook endpoint.", "the deployment has no endpoint"),
    ),
    **dict.fromkeys(
        tuple(f"idp signals {verb} " for verb in ("pause", "enable", "delete")),
        ("There is no such stream of shared signals.", "the deployment has no stream"),
    ),
    **dict.fromkeys(
        tuple(f"idp hooks {verb} " for verb in ("dry-run", "enable", "disable", "delete")),
        ("There is no such hook.", "the deployment has no hook"),
    ),
    "idp hooks create ": ("file is not a JSON object with name", "the file is the reader's"),
    "idp organizations domains route ": ("There is no such organisation.", "the deployment has no organisation of this name"),
    "idp connections update ": ("There is no such connection.", "the deployment has no connection"),
    "idp connections rotate-secret ": ("There is no such connection.", "the deployment has no connection"),
    "idp connections copies ": ("There is no such connection.", "the deployment has no connection"),
    "idp connections delete ": ("There is no such connection.", "the deployment has no connection"),
    "idp connections rotate-certificate ": ("There is no such connection.", "the deployment has no connection"),
    "idp clients import ": ("app 1", "the file is none of that system"),
    "idp imports start ": ("This deployment has no bucket for uploads.", "the deployment has no bucket"),
    **dict.fromkeys(
        tuple(f"idp imports {verb} " for verb in ("report", "cancel")),
        ("There is no import with this id.", "the deployment has no import"),
    ),
    "idp scim rotate-token ": ("There is no SCIM client with this id.", "the deployment has no SCIM client"),
    "idp scim delete ": ("There is no SCIM client with this id.", "the deployment has no SCIM client"),
    "idp users remove-passkey ": ("This user has no passkey with this id.", "only a browser adds a passkey"),
    **dict.fromkeys(
        ("idp import old.ndjson ", "idp users import old.ndjson "),
        ("The export was not encrypted for this key.", "the export of the example is for another key"),
    ),
    "idp region activate ": ("There is one region only.", "the deployment has one region"),
    "idp stream redrive ": ("There is no queue ", "the deployment has no queue"),
    "idp audit verify ": ("There is no audit chain in this time.", "the deployment has no audit chain"),
    "idp plan shop.yaml --url ": ("There is no secret in ", "the access token is in a variable of the reader"),
    "python -m tools.item_shapes release ": ("git does not have v0.1.0", "no release has a tag yet"),
    "make destroy": ("Nothing was done.", "it asks for the name of the stage, and the test gives no answer"),
}  # fmt: skip
"""Commands that end where an account or an answer is needed: their output until then, and why they end."""

_ACCESS = [line for _, text in fences("docs/access-control.md") for line in text.splitlines()]
API = next(line for line in _ACCESS if line.startswith("api()"))
FIRST: dict[str, tuple[str, ...]] = {
    'make idp STAGE=prod REGION=… ARGS="restore ': ('make idp STAGE=prod REGION=… ARGS="backup all.jsonl.gz --with-keys"',),
    "idp users merge KEPT MERGED": ("idp users create other@example.com --no-password",),
    "idp users create ada@example.com --role order-editor": ("idp roles create order-editor",),
    'api PATCH "/clients/$APP"': (API,),
    'api POST "/organizations/$ORG': (API,),
    'curl -s "$ISSUER/admin/v1/invitations"': (
        "idp roles create order-editor", "idp clients create Shop --client-id app_shop --redirect-uri https://shop.example/callback",
    ),
    "idp clients branding shop ": ("idp clients create Shop --client-id shop --redirect-uri https://shop.example/callback",),
    "idp clients copies app_shop ": ("idp clients create Shop --client-id app_shop --redirect-uri https://shop.example/callback",),
    "aws iam create-policy": ("aws iam create-role --role-name YOUR-DEPLOYMENT-ROLE --assume-role-policy-document '{}'",),
}  # fmt: skip
"""Commands that the page prints earlier, in its own words, or that create what its example names."""

WORDS = (
    (r"(idp restore|ARGS=\"restore)(?= \S)(?!.*--yes)", r"\1 --yes"),
    (r"(idp webhooks create) URL", r"\1 https://crm.example.com/hook"),
    (r"(idp organizations create) SLUG --name NAME", r"\1 acme --name Acme"),
    (r"(idp provisioning create) ID", r"\1 new-target"),
    (r"(idp scim create) ID", r"\1 new-directory"), (r"(idp scim (?:rotate-token|delete)) ID", r"\1 nobody"),
    (r"\bID\\?\|EMAIL", "person@example.com"), (r"(verify-erased) ID", r"\1 usr_1"), (r"--email ADDRESS", "--email gone@example.com"),
    (r"branding CLIENT_ID --from FILE", "branding app_chat --from branding.json"), (r"clients copies CLIENT_ID", "clients copies app_chat"),
    (r"theme check FOLDER", "theme check mytheme"),
    (r"\bPRESET\b", "github"),
    (r" \[--demo\]", " --demo"), (r"--role NAME", "--role existing"), (r"--group NAME", "--group existing"), (r"\bNAME\b", "new-name"),
    (r"\bKEPT MERGED\b", "person@example.com other@example.com"),
    (r"\bWORD\b", "orders:read"), (r"\bEMAIL\b", "new@example.com"), (r"\bJSON\b", "'{}'"),
    (r"\bKID\b", "{kid}"), (r"idp (plan|apply) FILE", r"idp \1 connections.yaml"),
    (r"--key KEY", "--key taker.pem"), (r"idp audit export FILE", "idp audit export new-events.ndjson"),
    (r"--secret-file FILE", "--secret-file secret.txt"),
    (r"idp roles import FILE", "idp roles import realm.json"),
    (r"--from FILE", "--from plan.json"), (r"idp export FILE", "idp export new.ndjson"),
    (r"\bFILE\b", "file"),
    (r"(keys revoke) ID (--kind sealing)", r"\1 {sealing} \2"), (r"(rotate-secret) ID", r"\1 app_chat"), (r"\bCOMMAND\b", "users"),
    (r"--function-version N", "--function-version {version}"),
    (r"STAGE=…", "STAGE=prod"), (r"REGION=…", "REGION=eu-central-1"), (r"STAGE=prod …", "STAGE=prod"), (r"AWS_PROFILE=…", "OTHER="),
    (r"hostedZone=Z…", "hostedZone=Z0123456789ABCDEFGHIJ"), (r"https://…", "https://collector.example.com"),
    (r"arn:aws:kms:…", "{key}"), (r"IDP_ISSUER=…", "IDP_ISSUER={issuer}"), (r"IDP_KMS_KEY_ID=…", "IDP_KMS_KEY_ID={key}"),
    (r"--restore-date-time …", "--restore-date-time 2026-11-01T00:00:00Z"), (r"--key-id …", "--key-id {spare}"),
    (r"SOURCE FILTER", "hashes.txt breached"),
    (r"usr_…", "usr_1"), (r"--secret-string …", "--secret-string sesame"), (r"--deployment-id …", "--deployment-id d-1"),
    (r"policy publish 7", "policy publish 1"), (r"\ball\.jsonl\.gz", "{folder}/all.jsonl.gz"),
)  # fmt: skip
"""Placeholders of the pages, and their values here."""

ASKS = (
    "idp keys revoke",
    "idp restore",
    "idp rp-id reset",
    "idp region activate",
    "idp users delete",
    "idp users merge",
    "idp connections delete",
    "idp provisioning delete",
    "idp webhooks delete",
    "idp hooks delete",
    "idp signals delete",
    "idp scim delete",
)
"""Commands that ask a question. Here they get --yes."""
