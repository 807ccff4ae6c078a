// The app's own key: it is given as a JWK, its public part is registered with the provider.
export const ES256 = { name: "ECDSA", namedCurve: "P-256" };

/** With its kid, as both libraries take it. */
export async function privateKey(jwk) {
  return { key: await crypto.subtle.importKey("jwk", { ...jwk, alg: "ES256" }, ES256, false, ["sign"]), kid: jwk.kid };
}
