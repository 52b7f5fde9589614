import type { Translation } from '../../text';
import type en from '../en/start';

export default {
  welcome: 'Ayuda a mapear un lugar',
  sentence:
    'Un modelo ha delineado {things} desde arriba. Mira un pequeño cuadro cada vez y di si está bien: así aprende el modelo.',
  sentenceAny:
    'Un modelo traza contornos desde arriba. Mira un pequeño cuadro cada vez y di si está bien: así aprende el modelo.',
  picture: 'Un cuadro de un pueblo desde arriba, con contornos alrededor de sus techos.',
  pictureModel: 'trazado por el modelo',
  pictureMine: 'añadido por una persona',
  start: 'Empezar',
  goOn: 'Seguir mapeando',
  learn: 'Empezar con cuatro cuadros de práctica',
  learnAgain: 'Practicar de nuevo',
  skipLearning: 'Saltar la práctica',
  showCampaigns: 'Ver las campañas',
  openCampaign: 'Mapear aquí',
  noCampaigns: 'No hay ninguna campaña abierta en este momento.',
  noSuchCampaign: 'Esta campaña no está aquí',
  askForLink: 'Pregunta a quien te envió el enlace si está completo.',
} satisfies Translation<typeof en>;
