// RFC 9449: tokens are bound to a key of the app's. A server's demand for a nonce (§8, §9) is met by asking once more.
import { address, client, done, given, oauth, open, redeemed, as, refresh, rejection, request, userinfo, who } from "./app.mjs";

const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
let demanded = 0;

async function twice(ask) {
  try {
    return await ask();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    demanded += 1;
    return ask();
  }
}

const { parameters, checks } = await request({ dpop_jkt: await DPoP.calculateThumbprint() });
const callback = oauth.validateAuthResponse(as, client, await open(address(parameters)), checks.state);
const tokens = await twice(() => redeemed(callback, checks, { DPoP }));
const found = await twice(() => who(tokens, { DPoP }));
const refreshed = await twice(() => refresh(tokens.refresh_token, { DPoP }));
const thief = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
const stolen = await rejection(twice(() => userinfo(refreshed.access_token, found.sub, { DPoP: thief })), "another key");
const bearer = await rejection(userinfo(refreshed.access_token, found.sub), "no key");
// §5: the refresh token of a public client is bound to its key; a confidential one has its credentials for that.
const renew = twice(() => refresh(refreshed.refresh_token, { DPoP: thief }));
const renewed = given.method === "none" ? (await rejection(renew, "a refresh by another key")).error : (await renew).token_type;
done({ ...found, type: refreshed.token_type, stolen: stolen.status, bearer: bearer.status, renewed, demanded });
