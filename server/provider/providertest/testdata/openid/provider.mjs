// An OpenID Connect provider on a free port of the loopback. It prints its issuer
// and ends with its input. Arguments: where browsers may come back to.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const client = (id, more) => ({
    client_id: id,
    client_secret: 'correct-horse-battery',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: process.argv.slice(2),
    ...more,
  });
  const provider = new Provider(issuer, {
    clients: [
      client('postern', {}),
      client('hasty', {}), // its codes live for a second
      client('params', { token_endpoint_auth_method: 'client_secret_post' }),
    ],
    ttl: { AuthorizationCode: (ctx, token, c) => (c.clientId === 'hasty' ? 1 : 60), AccessToken: 60, IdToken: 600, RefreshToken: 600, Session: 600, Grant: 600, Interaction: 600 },
    issueRefreshToken: async (ctx, c, code) => code.scopes.has('offline_access'),
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@mail.example` }) }),
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email'] },
    cookies: { keys: ['only for tests'] },
    pkce: { methods: ['S256'], required: () => false }, // whoever sends a challenge is held to it
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0)).resume();
