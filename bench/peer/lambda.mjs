// The peer as a Lambda function: the code flow with PKCE, rotating refresh tokens, client credentials; with its own development
// sign-in pages, which accept any password.
import Provider from 'oidc-provider';
import serverless from 'serverless-http';

import { DynamoDbAdapter } from './adapter.mjs';

const { ISSUER, APP_SECRET, APP_REDIRECT_URI, SERVICE_SECRET, COOKIE_KEY } = process.env;

const provider = new Provider(ISSUER, {
  adapter: DynamoDbAdapter,
  clients: [
    {
      client_id: 'app',
      client_secret: APP_SECRET,
      redirect_uris: [APP_REDIRECT_URI],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    {
      client_id: 'service',
      client_secret: SERVICE_SECRET,
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
  ],
  cookies: { keys: [COOKIE_KEY] },
  scopes: ['openid', 'offline_access'],
  rotateRefreshToken: true,
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
});
provider.proxy = true; // API Gateway ends TLS before it

provider.on('server_error', (ctx, error) => console.error(error));

export const handler = serverless(provider.callback());
