import type { Route } from '@/routing/routes';

export const routes: readonly Route[] = [
  {
    path: '/c/:campaignId/learn',
    sections: ['label', 'tutorial'],
    load: () => import('./TutorialPage'),
  },
];
