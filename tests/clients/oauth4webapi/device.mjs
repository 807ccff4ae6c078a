// RFC 8628: a device without a browser shows a code; somebody allows it elsewhere. Until then the device is told to wait.
import { as, authentication, client, done, given, insecure, oauth, open, rejection, userinfo } from "./app.mjs";

const first = await oauth.deviceAuthorizationRequest(as, client, authentication, { scope: given.scope }, insecure);
const asked = await oauth.processDeviceAuthorizationResponse(as, client, first);

async function poll() {
  const response = await oauth.deviceCodeGrantRequest(as, client, authentication, asked.device_code, insecure);
  return oauth.processDeviceCodeResponse(as, client, response);
}

const pending = await rejection(poll(), "a device that nobody allowed");
await open(asked.verification_uri_complete);
const tokens = await poll();
const { sub } = oauth.getValidatedIdTokenClaims(tokens);
const told = await userinfo(tokens.access_token, sub);
const again = await rejection(poll(), "a second time");
done({
  sub, userinfo: told, pending: pending.error, again: again.error,
  uri: asked.verification_uri, complete: asked.verification_uri_complete, code: asked.user_code,
});
