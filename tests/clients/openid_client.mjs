// openid-client 6, as an app uses it: https://github.com/panva/openid-client. It verifies issuer, state, nonce, times, hashes and signatures.
import * as client from "openid-client";
import { config as given, done, open, rejection } from "./conversation.mjs";

const METHODS = { client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost, none: client.None };
const authentication = METHODS[given.method](given.client_secret ?? undefined);
const config = await client.discovery(new URL(given.issuer), given.client_id, undefined, authentication, {
  execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
});

/** A sign-in up to the callback: its address, and what has to hold of it. */
async function leave(parameters = {}) {
  const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: given.redirect_uri,
    scope: given.scope,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...parameters,
  });
  return { url, back: await open(url), checks: { ...checks, idTokenExpected: true } };
}

const TASKS = {
  /** Everything that an app does with a person, in a row. */
  async journey() {
    const { back, checks } = await leave({ max_age: "300", acr_values: "aal2" });
    const tokens = await client.authorizationCodeGrant(config, back, { ...checks, maxAge: 300 });
    const claims = tokens.claims();
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
    const again = await client.fetchUserInfo(config, refreshed.access_token, claims.sub);
    const silent = await leave({ prompt: "none", id_token_hint: tokens.id_token });
    const second = await client.authorizationCodeGrant(config, silent.back, silent.checks);
    await client.tokenRevocation(config, refreshed.refresh_token);
    const revoked = await rejection(client.refreshTokenGrant(config, refreshed.refresh_token), "a revoked refresh token");
    const dead = await rejection(client.fetchUserInfo(config, refreshed.access_token, claims.sub), "a revoked access token");
    const goodbye = await open(
      client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: given.home, state: "bye" }),
    );
    const out = await leave({ prompt: "none" });
    const nobody = await rejection(client.authorizationCodeGrant(config, out.back, out.checks), "prompt=none after the sign-out");
    return {
      claims,
      userinfo,
      again,
      rotated: tokens.refresh_token !== refreshed.refresh_token,
      refreshedSub: refreshed.claims().sub,
      secondAuthTime: second.claims().auth_time,
      revoked: revoked.error,
      dead: dead.status,
      goodbye: goodbye.href,
      nobody: nobody.error,
    };
  },

  /** Mistakes and attacks that a client notices, or that it is told of. */
  async mistakes() {
    const wrong = await leave();
    const verifier = client.randomPKCECodeVerifier();
    const other = await rejection(client.authorizationCodeGrant(config, wrong.back, { ...wrong.checks, pkceCodeVerifier: verifier }), "a wrong verifier");
    const right = await leave();
    const tokens = await client.authorizationCodeGrant(config, right.back, right.checks);
    const replayed = await rejection(client.authorizationCodeGrant(config, right.back, right.checks), "a code used twice");
    const taken = await rejection(client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub), "what that code gave");
    const third = await leave();
    const mixed = new URL(third.back);
    mixed.searchParams.set("iss", "https://other.example");
    const mixup = await rejection(client.authorizationCodeGrant(config, mixed, third.checks), "another issuer's answer");
    const stolen = await rejection(client.authorizationCodeGrant(config, third.back, { ...third.checks, expectedState: "x" }), "another state");
    const scope = await leave({ scope: "openid users:read" });
    const unknown = await rejection(client.authorizationCodeGrant(config, scope.back, scope.checks), "a scope of the admin API");
    return {
      verifier: other.error,
      replayed: replayed.error,
      taken: taken.status,
      mixup: mixup.code,
      state: stolen.code,
      scope: unknown.error,
    };
  },

  /** A service without a person. */
  async service() {
    const tokens = await client.clientCredentialsGrant(config, { scope: "books:read" });
    const active = await client.tokenIntrospection(config, tokens.access_token);
    await client.tokenRevocation(config, tokens.access_token);
    const inactive = await client.tokenIntrospection(config, tokens.access_token);
    return { tokens, active, inactive };
  },
};

done(await TASKS[given.task]());
