// RFC 7523 §2.2: the app proves itself with its key, at the token endpoint, for a refresh, and for a revocation.
import { client, config, done, given, redeem, rejection, request, who } from "./app.mjs";

const { parameters, checks } = await request();
const tokens = await redeem(client.buildAuthorizationUrl(config, parameters), checks);
const found = await who(tokens);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
await client.tokenRevocation(config, refreshed.refresh_token);
const other = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
const stranger = await client.discovery(
  new URL(given.issuer), given.client_id, {}, client.PrivateKeyJwt({ key: other.privateKey, kid: given.key.kid }), { execute: [client.allowInsecureRequests] },
);
const refused = await rejection(client.refreshTokenGrant(stranger, refreshed.refresh_token), "another key");
done({ ...found, refused: refused.status });
