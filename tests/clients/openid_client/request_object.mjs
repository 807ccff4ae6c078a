// RFC 9101: the parameters are signed by the app; the browser cannot change them, nor leave the signature out.
import { client, config, done, given, open, privateKey, redeem, request, who } from "./app.mjs";

const key = await privateKey(given.key);
const { parameters, checks } = await request();
const url = await client.buildAuthorizationUrlWithJAR(config, parameters, key);
const found = await who(await redeem(url, checks));
const plain = await open(client.buildAuthorizationUrl(config, (await request()).parameters));
const forged = new URL(await client.buildAuthorizationUrlWithJAR(config, (await request()).parameters, key));
const [head, , signature] = forged.searchParams.get("request").split(".");
const claims = btoa(JSON.stringify({ ...parameters, client_id: given.client_id, response_type: "code" })).replace(/=+$/, "");
forged.searchParams.set("request", [head, claims.replaceAll("+", "-").replaceAll("/", "_"), signature].join("."));
const broken = await open(forged);
done({ ...found, carried: [...url.searchParams.keys()].sort(), plain: plain.href, broken: broken.href });
