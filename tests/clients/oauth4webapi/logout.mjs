// A sign-in, and its end by the app: what the provider then tells other apps is for logout_token.mjs.
import { address, as, done, given, oauth, open, redeem, request } from "./app.mjs";

const { parameters, checks } = await request();
const tokens = await redeem(address(parameters), checks);
const end = new URL(as.end_session_endpoint);
end.search = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: given.home });
const goodbye = await open(end);
const { sub, sid } = oauth.getValidatedIdTokenClaims(tokens);
done({ sub, sid, goodbye: goodbye.href });
