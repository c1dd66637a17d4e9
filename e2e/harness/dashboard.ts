// Owns the dashboard's procedures for a test, as a browser calls them: with a cookie, without pages.

export class DashboardSession {
  readonly #url: string;
  #cookie = '';

  private constructor(url: string) {
    this.#url = url;
  }

  static async signIn(url: string, password: string): Promise<DashboardSession> {
    const session = new DashboardSession(url);
    await session.mutate('session.signIn', { name: 'admin', password });
    return session;
  }

  /** `tokens.create` and its input. */
  mutate<T = unknown>(procedure: string, input: object): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.#call<T>(procedure, { method: 'POST', headers, body: JSON.stringify(input) });
  }

  query<T>(procedure: string): Promise<T> {
    return this.#call<T>(procedure, {});
  }

  async #call<T>(procedure: string, request: RequestInit): Promise<T> {
    const headers = { ...request.headers, cookie: this.#cookie };
    const response = await fetch(`${this.#url}/trpc/${procedure}`, { ...request, headers });
    const cookie = response.headers.get('set-cookie');
    if (cookie) this.#cookie = cookie.split(';')[0] ?? '';
    const answer = (await response.json()) as { result?: { data: T }; error?: { message: string } };
    if (!answer.result) throw new Error(`${procedure}: ${answer.error?.message ?? response.status}`);
    return answer.result.data;
  }
}
