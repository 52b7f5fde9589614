import type { Route } from '@/routing/routes';

export const routes: readonly Route[] = [
  { path: '/desk', sections: ['desk', 'service'], load: () => import('./ListPage') },
  { path: '/desk/new', sections: ['desk', 'service'], load: () => import('./create/CreatePage') },
  {
    path: '/desk/:campaignId',
    // Reasons for asking are said in the words that volunteers read.
    sections: ['desk', 'service', 'label'],
    load: () => import('./overview/OverviewPage'),
  },
];
