// Signing in and out of the console in a browser (core/host/http): a password, or the one-time link that the server printed.

export type SignInAnswer = { readonly kind: 'ok' } | { readonly kind: 'wrong'; readonly waitSeconds: number } | { readonly kind: 'failed' };

async function post(body: { password: string } | { link: string }): Promise<SignInAnswer> {
  try {
    const answer = await fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (answer.ok) return { kind: 'ok' };
    if (answer.status !== 401 && answer.status !== 429) return { kind: 'failed' };
    const told: unknown = await answer.json().catch(() => null);
    const wait = typeof told === 'object' && told !== null && 'retryAfterSeconds' in told && typeof told.retryAfterSeconds === 'number' ? told.retryAfterSeconds : 0;
    return { kind: 'wrong', waitSeconds: wait };
  } catch {
    return { kind: 'failed' };
  }
}

export const signIn = (password: string): Promise<SignInAnswer> => post({ password });

/** Uses the link the page was opened with, and takes it out of the address bar and the history. Null: there was none. */
export async function signInByLink(): Promise<SignInAnswer | null> {
  const url = new URL(location.href);
  const link = url.searchParams.get('link');
  if (link === null) return null;
  url.searchParams.delete('link');
  history.replaceState(null, '', url);
  return await post({ link });
}

/** False: the server did not hear of it, so the session goes on. */
export async function signOut(): Promise<boolean> {
  try {
    await fetch('/session', { method: 'DELETE' });
  } catch {
    return false;
  }
  location.reload();
  return true;
}
