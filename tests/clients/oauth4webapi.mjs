// oauth4webapi 3, the low-level client: every response is processed by the rules of its specification. https://github.com/panva/oauth4webapi
import * as oauth from "oauth4webapi";
import { config as given, done, open, rejection } from "./conversation.mjs";

const METHODS = { client_secret_basic: oauth.ClientSecretBasic, client_secret_post: oauth.ClientSecretPost, none: oauth.None };
const authentication = METHODS[given.method](given.client_secret ?? undefined);
const insecure = { [oauth.allowInsecureRequests]: true };
const client = { client_id: given.client_id };
const issuer = new URL(given.issuer);

// OpenID Connect Discovery and RFC 8414 give the same document.
const oidc = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...insecure, algorithm: "oidc" }));
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...insecure, algorithm: "oauth2" }));

/** A sign-in up to the callback, whose parameters are validated: state, and issuer (RFC 9207). */
async function leave(parameters = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: given.redirect_uri,
    response_type: "code",
    scope: given.scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    ...parameters,
  });
  const back = await open(url);
  return { verifier, nonce, back, state };
}

async function redeem({ back, state, verifier, nonce }) {
  const callback = oauth.validateAuthResponse(as, client, back, state);
  const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, callback, given.redirect_uri, verifier, insecure);
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(as, response, insecure);
  return tokens;
}

async function refresh(token) {
  const response = await oauth.refreshTokenGrantRequest(as, client, authentication, token, insecure);
  return oauth.processRefreshTokenResponse(as, client, response);
}

async function userinfo(token, sub) {
  return oauth.processUserInfoResponse(as, client, sub, await oauth.userInfoRequest(as, client, token, insecure));
}

async function revoke(token) {
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, token, insecure));
}

async function introspect(token) {
  const response = await oauth.introspectionRequest(as, client, authentication, token, insecure);
  return oauth.processIntrospectionResponse(as, client, response);
}

/** As a resource server would hold the token to RFC 9068: type, issuer, audience, times, claims, signature by the published keys. */
async function accessTokenClaims(token, audience) {
  const request = new Request("https://api.example/books", { headers: { authorization: `Bearer ${token}` } });
  return oauth.validateJwtAccessToken(as, request, audience, insecure);
}

const TASKS = {
  async journey() {
    const tokens = await redeem(await leave());
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    const told = await userinfo(tokens.access_token, claims.sub);
    const refreshed = await refresh(tokens.refresh_token);
    const again = await userinfo(refreshed.access_token, claims.sub);
    const second = oauth.getValidatedIdTokenClaims(await redeem(await leave({ prompt: "none" })));
    await revoke(refreshed.refresh_token);
    const revoked = await rejection(refresh(refreshed.refresh_token), "a revoked refresh token");
    const dead = await rejection(userinfo(refreshed.access_token, claims.sub), "a revoked access token");
    const end = new URL(oidc.end_session_endpoint);
    end.search = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: given.home, state: "bye" });
    const goodbye = await open(end);
    const out = await leave({ prompt: "none" });
    const nobody = await rejection(redeem(out), "prompt=none after the sign-out");
    return {
      claims,
      userinfo: told,
      again,
      rotated: tokens.refresh_token !== refreshed.refresh_token,
      refreshedSub: oauth.getValidatedIdTokenClaims(refreshed).sub,
      secondAuthTime: second.auth_time,
      revoked: revoked.error,
      dead: dead.status,
      goodbye: goodbye.href,
      nobody: nobody.error,
      documents: JSON.stringify(oidc) === JSON.stringify(as),
    };
  },

  async mistakes() {
    const other = await rejection(redeem({ ...(await leave()), verifier: oauth.generateRandomCodeVerifier() }), "a wrong verifier");
    const right = await leave();
    const tokens = await redeem(right);
    const replayed = await rejection(redeem(right), "a code used twice");
    const taken = await rejection(userinfo(tokens.access_token, oauth.skipSubjectCheck), "what that code gave");
    const third = await leave();
    const mixed = new URL(third.back);
    mixed.searchParams.set("iss", "https://other.example");
    const mixup = await rejection(redeem({ ...third, back: mixed }), "another issuer's answer");
    const state = await rejection(redeem({ ...third, state: "x" }), "another state");
    const scope = await rejection(redeem(await leave({ scope: "openid users:read" })), "a scope of the admin API");
    return {
      verifier: other.error,
      replayed: replayed.error,
      taken: taken.status,
      mixup: mixup.code,
      state: state.code,
      scope: scope.error,
    };
  },

  async service() {
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, { scope: "books:read" }, insecure);
    const tokens = await oauth.processClientCredentialsResponse(as, client, response);
    const claims = await accessTokenClaims(tokens.access_token, given.audience);
    const active = await introspect(tokens.access_token);
    await revoke(tokens.access_token);
    const inactive = await introspect(tokens.access_token);
    return { tokens, claims, active, inactive };
  },
};

done(await TASKS[given.task]());
