import type { Route } from '@/routing/routes';

export const routes: readonly Route[] = [
  { path: '/', sections: ['start'], load: () => import('./CampaignsPage') },
  { path: '/c/:campaignId', sections: ['start'], load: () => import('./StartPage') },
];
