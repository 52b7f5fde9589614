import type { Translation } from '../../text';
import type en from '../en/start';

export default {
  welcome: 'Ajude a mapear um lugar',
  sentence:
    'Um modelo contornou {things} vistos de cima. Olhe um pequeno quadrado de cada vez e diga se está certo: é assim que o modelo aprende.',
  sentenceAny:
    'Um modelo traça contornos vistos de cima. Olhe um pequeno quadrado de cada vez e diga se está certo: é assim que o modelo aprende.',
  picture: 'Um quadrado de uma cidade visto de cima, com contornos à volta dos telhados.',
  pictureModel: 'traçado pelo modelo',
  pictureMine: 'acrescentado por uma pessoa',
  start: 'Começar',
  goOn: 'Continuar a mapear',
  learn: 'Começar com quatro quadrados de treino',
  learnAgain: 'Treinar de novo',
  skipLearning: 'Saltar o treino',
  showCampaigns: 'Ver as campanhas',
  openCampaign: 'Mapear aqui',
  noCampaigns: 'Nenhuma campanha está aberta neste momento.',
  noSuchCampaign: 'Esta campanha não está aqui',
  askForLink: 'Pergunte a quem enviou a ligação se ela está completa.',
} satisfies Translation<typeof en>;
