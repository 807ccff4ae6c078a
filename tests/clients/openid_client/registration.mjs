// RFC 7591, RFC 7592: an app that nobody knows registers, signs somebody in, changes its name, and goes.
import { client, config as known, done, given, open, rejection, relaxed, request } from "./app.mjs";

const metadata = {
  client_name: "A stranger", redirect_uris: [given.redirect_uri], grant_types: ["authorization_code", "refresh_token"], scope: given.scope,
  token_endpoint_auth_method: "client_secret_post", // what the library uses by itself
};
const config = await client.dynamicClientRegistration(new URL(given.issuer), metadata, undefined, relaxed);
const made = config.clientMetadata();
const { parameters, checks } = await request();
const tokens = await client.authorizationCodeGrant(config, await open(client.buildAuthorizationUrl(config, parameters)), checks);
const { sub } = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub);

// The library leaves the management of a registration to the app.
const manage = (method, body) =>
  fetch(made.registration_client_uri, {
    method,
    headers: { authorization: `Bearer ${made.registration_access_token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
const read = await (await manage("GET")).json();
const changed = await (await manage("PUT", { ...metadata, client_id: made.client_id, client_name: "A friend" })).json();
const gone = (await manage("DELETE")).status;
const dead = await rejection(client.refreshTokenGrant(config, tokens.refresh_token), "a client that is gone");
const bad = await rejection(
  client.dynamicClientRegistration(new URL(given.issuer), { ...metadata, redirect_uris: ["https://app.example/#x"] }, undefined, relaxed), "a fragment",
);
done({
  sub, userinfo, gone, dead: dead.status, bad: bad.error, endpoint: known.serverMetadata().registration_endpoint,
  names: [made.client_name, read.client_name, changed.client_name],
});
