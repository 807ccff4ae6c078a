// An app on oauth4webapi 3, for the small scripts beside this one: every request and every response of an extension, one by one.
import * as oauth from "oauth4webapi";
import { config as given, done, open, rejection } from "../conversation.mjs";
import { privateKey } from "../keys.mjs";

export { done, given, oauth, open, privateKey, rejection };

const METHODS = {
  client_secret_basic: async () => oauth.ClientSecretBasic(given.client_secret),
  private_key_jwt: async () => oauth.PrivateKeyJwt(await privateKey(given.key)),
  none: async () => oauth.None(),
};
export const authentication = await METHODS[given.method]();
export const insecure = { [oauth.allowInsecureRequests]: true };
export const client = { client_id: given.client_id };
const issuer = new URL(given.issuer);
export const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));

/** The parameters of a request, and what has to hold of the answer. */
export async function request(parameters = {}) {
  const checks = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce() };
  const own = {
    client_id: client.client_id,
    redirect_uri: given.redirect_uri,
    response_type: "code",
    scope: given.scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: "S256",
    state: checks.state,
    nonce: checks.nonce,
    ...parameters,
  };
  return { parameters: own, checks };
}

/** Where a browser is sent with these parameters. */
export function address(parameters) {
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams(parameters);
  return url;
}

/** The tokens for an answer whose parameters were validated. */
export async function redeemed(callback, { verifier, nonce }, options = {}) {
  const all = { ...insecure, ...options };
  const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, callback, given.redirect_uri, verifier, all);
  return oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, requireIdToken: true });
}

/** The tokens, once the person is back from `url`. */
export async function redeem(url, checks, options) {
  return redeemed(oauth.validateAuthResponse(as, client, await open(url), checks.state), checks, options);
}

export async function refresh(token, options = {}, by = authentication) {
  const response = await oauth.refreshTokenGrantRequest(as, client, by, token, { ...insecure, ...options });
  return oauth.processRefreshTokenResponse(as, client, response);
}

export async function userinfo(token, sub, options = {}) {
  return oauth.processUserInfoResponse(as, client, sub, await oauth.userInfoRequest(as, client, token, { ...insecure, ...options }));
}

/** What tests ask for: who it was, by the ID Token and by UserInfo. */
export async function who(tokens, options) {
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  return { sub, userinfo: await userinfo(tokens.access_token, sub, options) };
}
