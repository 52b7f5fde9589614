import type { Translation } from '../../text';
import type en from '../en/start';

export default {
  welcome: 'Aidez à cartographier un lieu',
  sentence:
    'Un modèle a tracé ceci vu du ciel : {things}. Regardez un petit carré à la fois et dites si c’est juste : c’est ainsi que le modèle apprend.',
  sentenceAny:
    'Un modèle trace des contours vus du ciel. Regardez un petit carré à la fois et dites si c’est juste : c’est ainsi que le modèle apprend.',
  picture: 'Un carré d’une ville vu du ciel, avec des contours autour de ses toits.',
  pictureModel: 'tracé par le modèle',
  pictureMine: 'ajouté par une personne',
  start: 'Commencer',
  goOn: 'Continuer à cartographier',
  learn: 'Commencer par quatre carrés d’entraînement',
  learnAgain: 'S’entraîner encore',
  skipLearning: 'Passer l’entraînement',
  showCampaigns: 'Voir les campagnes',
  openCampaign: 'Cartographier ici',
  noCampaigns: 'Aucune campagne n’est ouverte en ce moment.',
  noSuchCampaign: 'Cette campagne n’est pas ici',
  askForLink: 'Demandez à la personne qui vous a envoyé le lien s’il est complet.',
} satisfies Translation<typeof en>;
