import createClient from 'openapi-fetch';
import { ApiProblem, Unreachable, type Problem } from './problem';
import type { paths } from './schema';

/** What the page must know of every answer, whoever asked. */
export interface Listener {
  token(): string | null;
  /** The token is not known any more. */
  signedOut(): void;
  /** Another version of the service answers than the one that gave this page. */
  version(found: string): void;
}

let listener: Listener = { token: () => null, signedOut: () => {}, version: () => {} };

export function listenToApi(wanted: Listener): void {
  listener = wanted;
}

export function authorization(): Record<string, string> {
  const token = listener.token();
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/** Hears what an answer says beside its body; also for those who fetch by themselves. */
export function heard(response: Response, sent: string | null): Response {
  const version = response.headers.get('X-Tilewise-Version');
  if (version !== null) listener.version(version);
  // A late refusal of an old token must not end a new session.
  if (response.status === 401 && sent === listener.token()) listener.signedOut();
  return response;
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
});

api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value);
    return request;
  },
  onResponse({ request, response }) {
    const sent = request.headers.get('Authorization')?.slice('Bearer '.length) ?? null;
    return heard(response, sent);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    return new Unreachable();
  },
});

/** The body of an answer; a refusal is thrown as what it says. */
export async function ask<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer;
  if (error !== undefined || !response.ok) {
    throw new ApiProblem(response.status, asProblem(error, response));
  }
  return data as T;
}

function asProblem(error: unknown, response: Response): Problem {
  const known = typeof error === 'object' && error !== null ? (error as Partial<Problem>) : {};
  return { type: 'about:blank', title: `HTTP ${response.status}`, detail: '', ...known };
}
