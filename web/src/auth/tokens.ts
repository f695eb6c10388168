// Signs users in with the password grant and keeps their tokens fresh, for this tab only.

export interface PageConfig {
  tenant: string;
  clientId: string;
  /** User names to offer on the sign-in card of a demo installation. */
  demoUsers?: string[];
}

interface Tokens {
  access: string;
  refresh?: string;
  /** When the access token is to be replaced, milliseconds since 1970. */
  renewAt: number;
}

const kStorageKey = 'parley.tokens';
const kRenewEarly = 60_000; // ms before the token expires
const kScope = 'openid offline_access https://graph.microsoft.com/.default';

/** The server answered, and said no: wrong password, expired refresh token, … */
export class SignInError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function loadConfig(): Promise<PageConfig> {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return (await response.json()) as PageConfig;
}

export class TokenSource {
  #config: PageConfig;
  #tokens: Tokens | undefined;
  #renewing: Promise<string | undefined> | undefined;

  constructor(config: PageConfig) {
    this.#config = config;
    const stored = sessionStorage.getItem(kStorageKey);
    if (stored !== null) this.#tokens = JSON.parse(stored) as Tokens;
  }

  get signedIn(): boolean {
    return this.#tokens !== undefined;
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.#ask({ grant_type: 'password', username, password, scope: kScope });
  }

  signOut(): void {
    this.#tokens = undefined;
    sessionStorage.removeItem(kStorageKey);
  }

  /** A token good for at least a minute; undefined when the user has to sign in again. */
  async fresh(): Promise<string | undefined> {
    if (this.#tokens === undefined) return undefined;
    if (Date.now() < this.#tokens.renewAt) return this.#tokens.access;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #renew(): Promise<string | undefined> {
    const refresh = this.#tokens?.refresh;
    if (refresh === undefined) return undefined;
    try {
      await this.#ask({ grant_type: 'refresh_token', refresh_token: refresh, scope: kScope });
    } catch (error) {
      if (error instanceof SignInError) this.signOut();
      else throw error;
    }
    return this.#tokens?.access;
  }

  async #ask(form: Record<string, string>): Promise<void> {
    const { tenant, clientId } = this.#config;
    const body = new URLSearchParams({ client_id: clientId, ...form });
    const response = await fetch(`/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, {
      method: 'POST',
      body,
    });
    const answer = (await response.json().catch(() => ({}))) as Record<
      string,
      string | number | undefined
    >;
    if (!response.ok) {
      throw new SignInError(
        String(answer['error'] ?? response.status),
        String(answer['error_description'] ?? ''),
      );
    }
    this.#tokens = {
      access: String(answer['access_token']),
      refresh:
        answer['refresh_token'] === undefined
          ? this.#tokens?.refresh
          : String(answer['refresh_token']),
      renewAt: Date.now() + Number(answer['expires_in']) * 1000 - kRenewEarly,
    };
    sessionStorage.setItem(kStorageKey, JSON.stringify(this.#tokens));
  }
}
