// Who there is, and their tokens.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importX509, jwtVerify, SignJWT } from 'jose';

const kKeyId = 'mock';
const kLifetime = 3600; // s

export class Directory {
  tenant = randomUUID();
  clientId = randomUUID();
  users = [user('alice', 'Alice Andersson'), user('bob', 'Bob Berg'), user('carol', 'Carol Chen')];
  apps = [];
  #keys = generateKeyPair('ES256');
  #refresh = new Map();

  constructor(url) {
    this.url = url;
    this.issuer = `${url}/${this.tenant}/v2.0`;
  }

  demoUsers() {
    return this.users.map(({ userName, password }) => ({ userName, password }));
  }

  addApp({ name, webhook, certificate }) {
    const app = {
      id: randomUUID(),
      displayName: name,
      webhook,
      certificate,
      secret: randomBytes(32).toString('base64url'),
    };
    this.apps.push(app);
    return { tenant: this.tenant, id: app.id, secret: app.secret };
  }

  find(name) {
    const kinds = { user: this.users, application: this.apps };
    for (const [kind, list] of Object.entries(kinds)) {
      const found = list.find(({ id, userName }) => id === name || userName === name);
      if (found) return { kind, ...found };
    }
    return undefined;
  }

  async sign(claims, audience) {
    const { privateKey } = await this.#keys;
    return new SignJWT({ tid: this.tenant, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: kKeyId, typ: 'JWT' })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime(`${kLifetime}s`)
      .sign(privateKey);
  }

  /** The claims of one of our access tokens, or undefined. */
  async verify(token) {
    const { publicKey } = await this.#keys;
    const options = { issuer: this.issuer, audience: 'https://graph.microsoft.com' };
    return jwtVerify(token, publicKey, options).then(
      ({ payload }) => payload,
      () => undefined,
    );
  }

  async keys() {
    const { publicKey } = await this.#keys;
    return { keys: [{ ...(await exportJWK(publicKey)), kid: kKeyId, use: 'sig', alg: 'ES256' }] };
  }

  discovery() {
    const base = `${this.url}/${this.tenant}`;
    return {
      issuer: this.issuer,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['ES256'],
    };
  }

  /** Answers the token endpoint: {status, body}. */
  async token(form) {
    const subject = await this.#authenticate(form);
    if (!subject) {
      return {
        status: 400,
        body: {
          error: 'invalid_grant',
          error_description: 'wrong name, password, secret or token',
        },
      };
    }
    const { claims, refresh } = subject;
    const access = await this.sign(claims, 'https://graph.microsoft.com');
    const body = {
      token_type: 'Bearer',
      expires_in: kLifetime,
      ext_expires_in: kLifetime,
      access_token: access,
    };
    return { status: 200, body: refresh ? { ...body, refresh_token: refresh } : body };
  }

  async #authenticate(form) {
    if (form.grant_type === 'client_credentials') {
      const app = this.apps.find(({ id }) => id === form.client_id);
      const known =
        app && (form.client_secret === app.secret || (await this.#assertedBy(app, form)));
      return (
        known && {
          claims: {
            appid: app.id,
            sub: app.id,
            roles: ['Calls.AccessMedia.All', 'Calls.Initiate.All'],
          },
        }
      );
    }
    const named = ({ userName, password }) =>
      userName === form.username && password === form.password;
    const found =
      form.grant_type === 'password'
        ? this.users.find(named)
        : this.#refresh.get(form.refresh_token);
    if (!found) return undefined;
    const refresh = randomBytes(32).toString('base64url');
    this.#refresh.set(refresh, found);
    return { claims: { oid: found.id, sub: found.id, scp: 'Calls' }, refresh };
  }

  /** Certificate sign-in: PS256, its key named by the SHA-256 of the certificate. */
  async #assertedBy(app, { client_assertion: assertion }) {
    if (!assertion || !app.certificate) return false;
    const header = JSON.parse(Buffer.from(assertion.split('.')[0], 'base64url'));
    const der = Buffer.from(app.certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    if (header['x5t#S256'] !== createHash('sha256').update(der).digest('base64url')) return false;
    const key = await importX509(app.certificate, 'PS256');
    const options = {
      issuer: app.id,
      audience: this.discovery().token_endpoint,
      algorithms: ['PS256'],
    };
    return jwtVerify(assertion, key, options).then(
      () => true,
      () => false,
    );
  }
}

function user(userName, displayName) {
  return {
    id: randomUUID(),
    userName: `${userName}@demo.local`,
    displayName,
    password: randomBytes(9).toString('base64url'),
  };
}
