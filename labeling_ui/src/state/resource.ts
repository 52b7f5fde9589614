import { useEffect, useState } from 'react';

export interface Resource<T> {
  readonly data: T | null;
  readonly error: Error | null;
  reload(): void;
}

/** Something asked of the API for a page. `key` says when it is another question; null asks none. */
export function useResource<T>(key: string | null, ask: () => Promise<T>): Resource<T> {
  const [answer, setAnswer] = useState<{ key: string; data: T | null; error: Error | null }>();
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    if (key === null) return;
    let current = true;
    ask()
      .then((data) => current && setAnswer({ key, data, error: null }))
      .catch((error: Error) => current && setAnswer({ key, data: null, error }));
    return () => {
      current = false;
    };
    // `ask` is another closure each time; the key stands for what it asks.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, turn]);

  const mine = answer?.key === key ? answer : undefined;
  return {
    data: mine?.data ?? null,
    error: mine?.error ?? null,
    reload: () => setTurn((count) => count + 1),
  };
}
