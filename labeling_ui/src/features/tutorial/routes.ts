import type { Route } from '@/routing/routes';

const load = () => import('./TutorialPage');

export const routes: readonly Route[] = [
  { path: '/c/:campaignId/learn', sections: ['tutorial', 'label'], load },
];
