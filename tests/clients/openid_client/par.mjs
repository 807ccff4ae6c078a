// RFC 9126: the request goes to the provider first; the browser carries a reference, once.
import { client, config, done, open, redeem, rejection, request, who } from "./app.mjs";

const { parameters, checks } = await request();
const url = await client.buildAuthorizationUrlWithPAR(config, parameters);
const found = await who(await redeem(url, checks));
const again = await open(url);
const plain = await open(client.buildAuthorizationUrl(config, parameters));
const unsound = { ...parameters, redirect_uri: "https://elsewhere.example/" };
const refused = await rejection(client.buildAuthorizationUrlWithPAR(config, unsound), "another redirect_uri");
done({ ...found, carried: [...url.searchParams.keys()].sort(), again: again.href, plain: plain.href, refused: refused.error });
