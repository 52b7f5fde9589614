import type { ComponentType } from 'react';
import type { Section } from '@/i18n/text';

export type Params = Readonly<Record<string, string>>;

export interface PageProps {
  readonly params: Params;
}

/** An address and what stands there. Features export a list of these from `routes.ts`. */
export interface Route {
  /** Such as `/c/:campaignId/label`. */
  readonly path: string;
  readonly sections: readonly Section[];
  readonly load: () => Promise<{ default: ComponentType<PageProps> }>;
}

/** The parameters in an address, or null where the pattern is another. */
export function matched(pattern: string, path: string): Params | null {
  const wanted = pattern.split('/').filter(Boolean);
  const found = path.split('/').filter(Boolean);
  if (wanted.length !== found.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = found[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return params;
}
