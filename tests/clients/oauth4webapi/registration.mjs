// RFC 7591, RFC 7592: an app that nobody knows registers, signs somebody in, changes its name, and goes.
import { address, as, done, given, insecure, oauth, open, rejection, request } from "./app.mjs";

const metadata = {
  client_name: "A stranger", redirect_uris: [given.redirect_uri], grant_types: ["authorization_code", "refresh_token"], scope: given.scope,
};
const register = async (asked) =>
  oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, asked, insecure));

const made = await register(metadata);
const authentication = oauth.ClientSecretBasic(made.client_secret);
const { parameters, checks } = await request({ client_id: made.client_id });
const callback = oauth.validateAuthResponse(as, made, await open(address(parameters)), checks.state);
const answer = await oauth.authorizationCodeGrantRequest(as, made, authentication, callback, given.redirect_uri, checks.verifier, insecure);
const tokens = await oauth.processAuthorizationCodeResponse(as, made, answer, { expectedNonce: checks.nonce, requireIdToken: true });
const { sub } = oauth.getValidatedIdTokenClaims(tokens);
const userinfo = await oauth.processUserInfoResponse(as, made, sub, await oauth.userInfoRequest(as, made, tokens.access_token, insecure));

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
const dead = await oauth.refreshTokenGrantRequest(as, made, authentication, tokens.refresh_token, insecure);
const bad = await rejection(register({ ...metadata, redirect_uris: ["https://app.example/#x"] }), "a fragment");
done({
  sub, userinfo, gone, dead: dead.status, bad: bad.error, endpoint: as.registration_endpoint,
  names: [made.client_name, read.client_name, changed.client_name],
});
