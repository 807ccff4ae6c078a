// A public client: it cannot keep a secret, so PKCE and rotating refresh tokens protect it. oidc-client-ts does both.
const settings = await (await fetch("settings.json")).json();
const manager = new oidc.UserManager({
  authority: settings.issuer,
  client_id: settings.client_id,
  redirect_uri: location.origin + "/",
  post_logout_redirect_uri: location.origin + "/",
  scope: "openid email offline_access orders:read orders:write",
  resource: settings.api,
  userStore: new oidc.WebStorageStateStore({ store: sessionStorage }), // gone with the tab
});

const show = (id, text) => (document.getElementById(id).textContent = text);
const on = (id, act) =>
  document.getElementById(id).addEventListener("click", () => act().catch((error) => show("problem", error.message)));

async function api(method, path) {
  const user = await manager.getUser();
  const answer = await fetch(settings.api + path, { method, headers: { Authorization: `Bearer ${user?.access_token}` } });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.headers.get("WWW-Authenticate") ?? ""}`);
  return answer.json();
}

async function look() {
  const user = await manager.getUser();
  show("who", user ? `Signed in as ${user.profile.sub}` : "You are not signed in.");
  if (!user) return;
  const { orders } = await api("GET", "/orders");
  document.getElementById("orders").replaceChildren(
    ...orders.map((name) => Object.assign(document.createElement("li"), { textContent: name })),
  );
}

on("sign-in", () => manager.signinRedirect());
on("sign-out", () => manager.signoutRedirect());
on("order", async () => {
  await api("PUT", `/orders/tea-${Date.now()}`);
  await look();
});
on("refresh", async () => {
  await manager.signinSilent(); // by the refresh token
  await look();
});

if (new URLSearchParams(location.search).has("code")) {
  await manager.signinCallback();
  history.replaceState(null, "", "/"); // the code is used up, and does not stay in the address
}
await look().catch((error) => show("problem", error.message));
