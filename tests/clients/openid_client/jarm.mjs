// JARM: the answer comes back as a JWT, whose signature, issuer, audience and time the library checks.
import { client, config, done, open, rejection, request, who } from "./app.mjs";

client.useJwtResponseMode(config);
const first = await request();
const back = await open(client.buildAuthorizationUrl(config, first.parameters));
const found = await who(await client.authorizationCodeGrant(config, back, first.checks));
const second = await request({ scope: "openid users:read" });
const wrong = await open(client.buildAuthorizationUrl(config, second.parameters));
const refused = await rejection(client.authorizationCodeGrant(config, wrong, second.checks), "a scope of the admin API");
const third = await request({ prompt: "none" });
const forged = new URL(await open(client.buildAuthorizationUrl(config, third.parameters)));
const [head, claims, signature] = forged.searchParams.get("response").split(".");
forged.searchParams.set("response", [head, claims, (signature[0] === "A" ? "B" : "A") + signature.slice(1)].join("."));
const broken = await rejection(client.authorizationCodeGrant(config, forged, third.checks), "a broken signature");
done({ ...found, answered: [...back.searchParams.keys()], refused: refused.error, broken: broken.code });
