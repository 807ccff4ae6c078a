// A sign-in, and its end by the app: what the provider then tells other apps is for logout_token.mjs.
import { client, config, done, given, open, redeem, request } from "./app.mjs";

const { parameters, checks } = await request();
const tokens = await redeem(client.buildAuthorizationUrl(config, parameters), checks);
const goodbye = await open(client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: given.home }));
const { sub, sid } = tokens.claims();
done({ sub, sid, goodbye: goodbye.href });
