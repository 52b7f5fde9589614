import { loadMap } from '@/map/load';
import type { Route } from '@/routing/routes';

const load = () => {
  void loadMap(); // at once: nothing takes longer
  return import('./TutorialPage');
};

export const routes: readonly Route[] = [
  { path: '/c/:campaignId/learn', sections: ['tutorial', 'label'], load },
];
