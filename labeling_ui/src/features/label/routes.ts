import type { Route } from '@/routing/routes';

const load = () => import('./LabelPage');

export const routes: readonly Route[] = [
  { path: '/c/:campaignId/label', sections: ['label'], load },
];
