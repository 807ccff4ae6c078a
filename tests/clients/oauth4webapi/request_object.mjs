// RFC 9101: the parameters are signed by the app; the browser cannot change them, nor leave the signature out.
import { address, as, client, done, given, oauth, open, privateKey, redeem, request, who } from "./app.mjs";

const key = await privateKey(given.key);
const signed = async (parameters) =>
  address({ client_id: client.client_id, request: await oauth.issueRequestObject(as, client, parameters, key) });

const { parameters, checks } = await request();
const url = await signed(parameters);
const found = await who(await redeem(url, checks));
const plain = await open(address((await request()).parameters));
const forged = await signed((await request()).parameters);
const [head, , signature] = forged.searchParams.get("request").split(".");
const claims = btoa(JSON.stringify(parameters)).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
forged.searchParams.set("request", [head, claims, signature].join("."));
const broken = await open(forged);
done({ ...found, carried: [...url.searchParams.keys()].sort(), plain: plain.href, broken: broken.href });
