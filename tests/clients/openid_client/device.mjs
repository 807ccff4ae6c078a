// RFC 8628: a device without a browser shows a code; somebody allows it elsewhere.
import { client, config, done, given, open, rejection } from "./app.mjs";

const asked = await client.initiateDeviceAuthorization(config, { scope: given.scope });
await open(asked.verification_uri_complete);
// It would wait before it asks for the first time. The person was quicker.
const tokens = await client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0 });
const { sub } = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub);
const again = await rejection(client.genericGrantRequest(config, "urn:ietf:params:oauth:grant-type:device_code", { device_code: asked.device_code }), "a second time");
done({ sub, userinfo, again: again.error, uri: asked.verification_uri, complete: asked.verification_uri_complete, code: asked.user_code });
