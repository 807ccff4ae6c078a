// RFC 9126: the request goes to the provider first; the browser carries a reference, once.
import { address, as, authentication, client, done, insecure, oauth, open, redeem, rejection, request, who } from "./app.mjs";

async function push(parameters) {
  const response = await oauth.pushedAuthorizationRequest(as, client, authentication, parameters, insecure);
  return oauth.processPushedAuthorizationResponse(as, client, response);
}

const { parameters, checks } = await request();
const { request_uri } = await push(parameters);
const url = address({ client_id: client.client_id, request_uri });
const found = await who(await redeem(url, checks));
const again = await open(url);
const plain = await open(address(parameters));
const refused = await rejection(push({ ...parameters, redirect_uri: "https://elsewhere.example/" }), "another redirect_uri");
done({ ...found, carried: [...url.searchParams.keys()].sort(), again: again.href, plain: plain.href, refused: refused.error });
