// The TypeScript client of the admin API, compiled, against a running provider.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { config, done } from "./conversation.mjs";

const { AdminClient, ProblemError, NoAnswerError, clientCredentials } = await import(pathToFileURL(config.module).href);
const token = clientCredentials(config.issuer, config.client_id, config.client_secret, "roles:read roles:write clients:write");
const admin = new AdminClient(config.issuer, token);
const refused = async (act, status) => {
  await assert.rejects(act, (problem) => problem instanceof ProblemError && problem.status === status);
};

// an object is made, read, changed and deleted, with its versions
const made = await admin.createRole({ name: "editor", permissions: ["orders:read"] });
assert.deepEqual([made.status, made.etag, made.location], [201, '"1"', "/admin/v1/roles/editor"]);
const changed = await admin.changeRole("editor", { description: "Edits." }, { ifMatch: made.etag });
assert.equal(changed.value.description, "Edits.");
await refused(() => admin.changeRole("editor", { description: "Late." }, { ifMatch: made.etag }), 412);
assert.deepEqual((await admin.getRole("editor")).value, changed.value);
assert.equal((await admin.deleteRole("editor")).value, undefined);
await refused(() => admin.getRole("editor"), 404);
await refused(() => admin.getRole("../users?x=#"), 404);

// all pages, one after the other
for (let number = 0; number < 5; number++) await admin.createRole({ name: `role-${number}` });
const names = [];
for await (const role of admin.allRoles({ limit: 2 })) names.push(role.name);
assert.deepEqual(names, ["role-0", "role-1", "role-2", "role-3", "role-4"]);

// a lost answer of a POST: it is sent again with the same key, and done once
const waits = [];
const keys = [];
const lossy = new AdminClient(config.issuer, token, {
  pause: async (seconds) => void waits.push(seconds),
  fetch: async (url, request) => {
    keys.push(request.headers["idempotency-key"]);
    const answer = await fetch(url, request);
    if (keys.length > 1) return answer;
    await answer.text();
    throw new TypeError("lost");
  },
});
const app = await lossy.createClient({ redirect_uris: ["https://app.example/cb"] });
assert.ok(app.replayed && app.value.client_secret);
assert.equal(keys.length, 2);
assert.equal(keys[0], keys[1]);
assert.deepEqual(waits, [1]);

// a change is sent once
let sent = 0;
const broken = new AdminClient(config.issuer, token, { fetch: async () => { sent++; throw new TypeError("lost"); } });
await assert.rejects(() => broken.changeRole("role-1", {}), NoAnswerError);
assert.equal(sent, 1);

// refusals, and what is no answer of the API
await refused(() => admin.createRole({ name: "role-1" }), 409);
await refused(() => admin.createRole({ name: "x", permissions: 5 }), 400);
await refused(() => admin.listUsers(), 403);
const odd = (body, status) => new AdminClient(config.issuer, "t", { tries: 1, fetch: async () => new Response(body, { status }) });
await assert.rejects(() => odd("<html>", 200).listRoles(), NoAnswerError);
await assert.rejects(() => odd(null, 302).listRoles(), NoAnswerError);
await refused(() => odd("<html>", 500).listRoles(), 500);
await refused(() => odd("[]", 500).listRoles(), 500);
assert.throws(() => new AdminClient("http://id.example.com", "t"), TypeError);
assert.throws(() => new AdminClient("http://localhost.evil.example", "t"), TypeError);

// a refused token is renewed once
let given = 0;
const renewing = Object.assign(async () => (given++ ? token() : "wrong"), { forget: () => undefined });
assert.equal((await new AdminClient(config.issuer, renewing).listRoles()).status, 200);
await refused(() => new AdminClient(config.issuer, Object.assign(async () => "wrong", { forget: () => undefined })).listRoles(), 401);
await refused(() => new AdminClient(config.issuer, clientCredentials(config.issuer, config.client_id, "wrong", "roles:read")).listRoles(), 401);

done({ roles: names.length });
