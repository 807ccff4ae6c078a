// JARM: the answer comes back as a JWT, whose signature, issuer, audience and time the library checks.
import { address, as, client, done, insecure, oauth, open, redeemed, rejection, request, who } from "./app.mjs";

const validate = (back, { state }) => oauth.validateJwtAuthResponse(as, client, back, state, insecure);

const first = await request({ response_mode: "jwt" });
const back = await open(address(first.parameters));
const found = await who(await redeemed(await validate(back, first.checks), first.checks));
const second = await request({ response_mode: "jwt", scope: "openid users:read" });
const refused = await rejection(validate(await open(address(second.parameters)), second.checks), "a scope of the admin API");
const third = await request({ response_mode: "jwt", prompt: "none" });
const forged = new URL(await open(address(third.parameters)));
const [head, claims, signature] = forged.searchParams.get("response").split(".");
forged.searchParams.set("response", [head, claims, (signature[0] === "A" ? "B" : "A") + signature.slice(1)].join("."));
const broken = await rejection(validate(forged, third.checks), "a broken signature");
done({ ...found, answered: [...back.searchParams.keys()], refused: refused.error, broken: broken.code });
