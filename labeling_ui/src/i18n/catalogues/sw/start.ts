import type { Translation } from '../../text';
import type en from '../en/start';

export default {
  welcome: 'Saidia kuchora ramani ya mahali',
  sentence:
    'Modeli imechora mipaka ya {things} kutoka juu. Tazama mraba mmoja mdogo kwa wakati na useme kama ni sahihi: hivyo ndivyo modeli inavyojifunza.',
  sentenceAny:
    'Modeli inachora mipaka kutoka juu. Tazama mraba mmoja mdogo kwa wakati na useme kama ni sahihi: hivyo ndivyo modeli inavyojifunza.',
  picture: 'Mraba wa mji kutoka juu, wenye mistari kuzunguka mapaa yake.',
  pictureModel: 'imechorwa na modeli',
  pictureMine: 'imeongezwa na mtu',
  start: 'Anza',
  goOn: 'Endelea kuchora ramani',
  learn: 'Anza na miraba minne ya mazoezi',
  learnAgain: 'Fanya mazoezi tena',
  skipLearning: 'Ruka mazoezi',
  showCampaigns: 'Onyesha kampeni',
  openCampaign: 'Chora hapa',
  noCampaigns: 'Hakuna kampeni iliyo wazi kwa sasa.',
  noSuchCampaign: 'Kampeni hii haipo hapa',
  askForLink: 'Muulize aliyekutumia kiungo kama kimekamilika.',
} satisfies Translation<typeof en>;
