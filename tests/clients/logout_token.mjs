// OpenID Connect Back-Channel Logout 1.0 §2.6, as an app holds a logout token to it, with jose 6: https://github.com/panva/jose
import { createRemoteJWKSet, jwtVerify } from "jose";
import { config as given, done } from "./conversation.mjs";

const document = await (await fetch(`${given.issuer}/.well-known/openid-configuration`)).json();
const { payload, protectedHeader } = await jwtVerify(given.logout_token, createRemoteJWKSet(new URL(document.jwks_uri)), {
  issuer: given.issuer,
  audience: given.client_id,
  typ: "logout+jwt",
  algorithms: ["RS256"],
  maxTokenAge: "2m",
  requiredClaims: ["iat", "exp", "jti", "events"],
});
done({ payload, protectedHeader });
