import { useEffect, useState } from 'react';
import { api, ask } from '@/api/client';
import type { components } from '@/api/schema';
import type { Form } from './request';

export type Answer = components['schemas']['ImageryAnswer'];

export interface Check {
  readonly busy: boolean;
  readonly answer: Answer | null;
  readonly problem: Error | null;
}

const NOTHING: Check = { busy: false, answer: null, problem: null };
/** Nobody wants to be told of half a template. */
const AFTER_TYPING_MS = 600;

/** Whether the imagery answers at this zoom in this area, asked whenever one of them changes. */
export function useCheck({ imagery, zoom, area }: Form): Check {
  const [check, setCheck] = useState<Check>(NOTHING);
  const key = imagery === null ? null : JSON.stringify({ imagery, zoom, area });
  useEffect(() => {
    if (key === null) return;
    let current = true;
    const timer = setTimeout(() => {
      setCheck((before) => ({ ...before, busy: true, problem: null }));
      ask(api.POST('/api/imagery/check', { body: JSON.parse(key) }))
        .then((answer) => current && setCheck({ busy: false, answer, problem: null }))
        .catch((error: Error) => {
          if (current) setCheck({ busy: false, answer: null, problem: error });
        });
    }, AFTER_TYPING_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key]);
  return key === null ? NOTHING : check;
}
