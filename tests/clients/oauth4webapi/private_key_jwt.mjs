// RFC 7523 §2.2: the app proves itself with its key, at the token endpoint, for a refresh, and for a revocation.
import { address, as, authentication, client, done, given, insecure, oauth, redeem, refresh, rejection, request, who } from "./app.mjs";

const { parameters, checks } = await request();
const tokens = await redeem(address(parameters), checks);
const found = await who(tokens);
const refreshed = await refresh(tokens.refresh_token);
await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, refreshed.refresh_token, insecure));
const other = await oauth.generateKeyPair("ES256");
const stranger = oauth.PrivateKeyJwt({ key: other.privateKey, kid: given.key.kid });
const refused = await rejection(refresh(refreshed.refresh_token, {}, stranger), "another key");
done({ ...found, refused: refused.status });
