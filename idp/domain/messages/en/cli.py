"""The command line: its options, files and questions."""

TEMPLATES = {
    "backup.other_keys": (
        "{file} was made under other keys than this deployment has. Second factors in it ({count}) do not open here, and "
        "apps with pairwise subjects would see new people. Choose --with-keys, to restore its keys too, or "
        "--without-keys, to restore it without them. Nothing was restored."
    ),
    "backup.other_keys_and_none_in_it": (
        "{file} was made under other keys than this deployment has. Second factors in it ({count}) do not open here, and "
        "apps with pairwise subjects would see new people. Choose a backup that idp backup --with-keys has written, with "
        "the option --with-keys, or choose --without-keys, to restore this one without them. Nothing was restored."
    ),
    "backup.other_rp_id": (
        "{file} was made under the RP ID {theirs}, and this deployment has {ours}. Passkeys in it ({count}) do not work "
        "here. Set IDP_RP_ID to {theirs}, which must be the host of IDP_ISSUER or a parent domain of it, or choose --other-rp-id, "
        "to restore it as it is. Nothing was restored."
    ),
    "command.app_exists": "App {number}: a client with the client_id {client_id} exists already. Nothing was registered.",
    "command.app_refused": "App {number}: {problem}",
    "command.app_twice": "App {number}: app {other} has the client_id {client_id} too. Nothing was registered.",
    "command.app_unnamed": "Name the app, or give --from FILE.",
    "command.client_unknown": "There is no app with the client_id {client_id}.",
    "command.email_unknown": "There is no user with the email address {email}.",
    "command.no_mail": (
        "This command cannot send mails. Set IDP_MAIL_FUNCTION or IDP_SMTP_URL, and IDP_MAIL_FROM. With idp dev, use the admin API."
    ),
    "command.options_of_signing_keys": "--alg and --at-once are about signing keys. Leave them out with --kind sealing.",
    "command.policies_unknown": "There is no version {version} of the policies.",
    "command.removed_meanwhile": "{name} was removed while bootstrap ran. Run it again.",
    "command.secret_in_json": "Others can read a command line, so the secret is no member of --members. Use --secret-file.",
    "command.user_unknown": "There is no user {user}.",
    "declared.file_missing": "Missing argument FILE. Name the file to compare, or say --from-live or --schema.",
    "declared.id_malformed": "Each object needs an id, which has at most {maximum} characters that can be printed.",
    "declared.kinds": "{path} is no declarative file: it needs at least one of these names at its top, and no other: {kinds}.",
    "declared.malformed": "{path}, line {line}: {problem}.",
    "declared.manager_malformed": "The name of a file has 1 to 64 of a-z 0-9 . _ -, and begins with a letter or a digit.",
    "declared.not_managed": "This file does not manage this object.",
    "declared.not_objects": "{kind} is not an object with one object for each id.",
    "declared.other_manager": "Another file manages this object.",
    "declared.other_issuer": "No provider with exactly this issuer answers there.",
    "declared.prune_without_name": "Only labelled objects are deleted. Give the file a name first: managed: NAME.",
    "declared.secret_empty": "There is no secret in {name}. Set this variable, or write the secret into this place.",
    "declared.secret_reference": (
        "A secret is never written into this file. Say where it is: {{env: NAME}} for a variable, {{file: PATH}} for another file, "
        "{{ssm: NAME}} for a parameter of Systems Manager, or {{secretsmanager: NAME}} for a secret of Secrets Manager."
    ),
    "declared.secret_unreadable": "AWS does not give the secret {name}: {reason}.",
    "declared.token_malformed": "An access token is one word of printable ASCII.",
    "declared.too_large": "{path} has more than {bytes} bytes.",
    "declared.url_and_token": "Give both: --url names the deployment, and --token says where its access token is.",
    "export.everything_only": "Say --everything, or --form for another system: an export has all people, apps and settings.",
    "audit.no_bucket": "There is no bucket for the audit: IDP_AUDIT_BUCKET is not set.",
    "audit.no_key": "{path} has no public key as a JWK. The command idp audit key prints it.",
    "export.file_exists": "{path} exists. An export does not write over a file: name another one.",
    "export.form_alone": "--everything, --to and --with-keys are about our own form. Leave them out with --form.",
    "export.form_needed": "--with-hashes and --realm are about --form. In our own form hashes are encrypted for --to.",
    "export.form_unknown": "The forms are keycloak, auth0 and scim.",
    "export.form_without_hashes": "SCIM has no place for hashes. Leave out --with-hashes.",
    "export.folder_missing": "There is no folder {path}. Make it first, or name another file. Nothing was exported.",
    "export.folder_not_writable": "This user can make no file in {path}. Nothing was exported.",
    "export.interrupted_folder": "{path} is an export that was interrupted. Go on with it by --resume, or delete the folder.",
    "export.nothing_to_resume_folder": "There is no interrupted export in the folder {path}.",
    "export.realm_malformed": "The name of the realm has at most 64 letters, digits, hyphens and underscores.",
    "export.interrupted": (
        "{path} is an export that was interrupted. Go on with it by --resume, or delete it and the file beside it that ends in .state."
    ),
    "export.key_private": "This file has a private key. Give the public key: the private one stays with those who open the export.",
    "export.key_unusable": (
        "This is no public key for encryption. Give an EC key (P-256, P-384, P-521) or an RSA key of 2048 bits or more, as one JWK or as "
        "a PEM file that begins with BEGIN PUBLIC KEY."
    ),
    "export.keys_need_a_key": "Keys leave this deployment only encrypted: say with --to for whom.",
    "export.nothing_to_resume": "There is no interrupted export of this file: {path} is missing, cut off, or has no file .state beside it.",
    "export.resumed_differently": (
        "The interrupted export was begun for another deployment or with other options. Repeat its options. Nothing was written."
    ),
    "file.not_json": "{path} is not JSON: {problem}.",
    "file.not_utf_8": "{path} is not UTF-8 text.",
    "file.unreadable": "{path} cannot be read: {reason}.",
    "filter.empty": "There is no hash to write. Give a list of SHA-1 hashes, or a lower --min-count. Nothing was written.",
    "filter.file_unusable": "{path} cannot be used: {reason}. Nothing was written.",
    "filter.line_malformed": (
        "Line {number} is not a SHA-1 hash in 40 hexadecimal digits, with a colon and a count or without. Nothing was written."
    ),
    "option.contradiction": "{options} contradict each other. Give one of them.",
    "option.file_not_json_objects": "{option}: {path} is neither a JSON object nor a list of JSON objects.",
    "option.file_unreadable": "{option}: {path} cannot be read: {reason}.",
    "option.not_json_object": '{option} is not a JSON object. Write it as \'{{"name": "value"}}\'.',
    "policies.engine_not_installed": "Cedar's engine is not installed. Install this package with its extra policies.",
    "policy_cases.case_malformed": "{place}: {problem}.",
    "policy_cases.decision_malformed": "{place}: decision has to be true or false.",
    "policy_cases.malformed": "{path} has to be a JSON object with a list of cases.",
    "policy_cases.roles_malformed": "{path}: roles has to be an object of lists of permissions.",
    "policy_cases.unknown_members": "{path} has members that are not known: {members}.",
    "terminal.missing_for_password": (
        "There is no terminal to ask for a password on. Give it on standard input with --password-stdin, or use --generate-password."
    ),
    "terminal.missing_for_secret": (
        "There is no terminal to ask for the secret on. Give it on standard input with --secret-stdin, or in a file with --secret-file."
    ),
    "terminal.missing_for_question": (
        "{question} There is no terminal to ask on, so nothing was done. Add --yes to do it without the question."
    ),
}
