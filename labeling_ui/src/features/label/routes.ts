import type { Route } from '@/routing/routes';

export const routes: readonly Route[] = [
  { path: '/c/:campaignId/label', sections: ['label'], load: () => import('./LabelPage') },
];
