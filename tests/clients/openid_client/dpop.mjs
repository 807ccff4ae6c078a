// RFC 9449: tokens are bound to a key of the app's. The library answers the provider's demand for a nonce by itself (§8).
import { client, config, done, given, redeem, rejection, request, who } from "./app.mjs";

const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
const { parameters, checks } = await request({ dpop_jkt: await DPoP.calculateThumbprint() });
const tokens = await redeem(client.buildAuthorizationUrl(config, parameters), checks, { DPoP });
const found = await who(tokens, { DPoP });
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
const thief = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
const stolen = await rejection(client.fetchUserInfo(config, refreshed.access_token, found.sub, { DPoP: thief }), "another key");
const bearer = await rejection(client.fetchUserInfo(config, refreshed.access_token, found.sub), "no key");
// §5: the refresh token of a public client is bound to its key; a confidential one has its credentials for that.
const renew = client.refreshTokenGrant(config, refreshed.refresh_token, undefined, { DPoP: thief });
const renewed = given.method === "none" ? (await rejection(renew, "a refresh by another key")).error : (await renew).token_type;
done({ ...found, type: refreshed.token_type, stolen: stolen.status, bearer: bearer.status, renewed });
