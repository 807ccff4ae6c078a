// An app on openid-client 6, for the small scripts beside this one: each signs somebody in by one extension.
import * as client from "openid-client";
import { config as given, done, open, rejection } from "../conversation.mjs";
import { privateKey } from "../keys.mjs";

export { client, done, given, open, privateKey, rejection };

const METHODS = {
  client_secret_basic: async () => client.ClientSecretBasic(given.client_secret),
  private_key_jwt: async () => client.PrivateKeyJwt(await privateKey(given.key)),
  none: async () => client.None(),
};
export const relaxed = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
export const config = await client.discovery(new URL(given.issuer), given.client_id, {}, await METHODS[given.method](), relaxed);

/** The parameters of a request, and what has to hold of the answer. */
export async function request(parameters = {}) {
  const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const own = {
    redirect_uri: given.redirect_uri,
    scope: given.scope,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...parameters,
  };
  return { parameters: own, checks: { ...checks, idTokenExpected: true } };
}

/** The tokens, once the person is back from `url`. */
export async function redeem(url, checks, options) {
  return client.authorizationCodeGrant(config, await open(url), checks, undefined, options);
}

/** What tests ask for: who it was, by the ID Token and by UserInfo. */
export async function who(tokens, options) {
  const { sub } = tokens.claims();
  return { sub, userinfo: await client.fetchUserInfo(config, tokens.access_token, sub, options) };
}
