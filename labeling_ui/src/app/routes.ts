import { matched, type Params, type Route } from '@/routing/routes';

/** Features are found by their folder: `src/features/<name>/routes.ts` exports `routes`. */
const found = import.meta.glob<readonly Route[]>('../features/*/routes.ts', {
  eager: true,
  import: 'routes',
});

const routes: readonly Route[] = Object.values(found).flat();

export function routeOf(path: string): { route: Route; params: Params } | null {
  for (const route of routes) {
    const params = matched(route.path, path);
    if (params !== null) return { route, params };
  }
  return null;
}
