import type { Translation } from '../../text';
import type en from '../en/tutorial';

export default {
  step: 'Práctica {number} de {count}',
  right:
    'El modelo ha delineado los edificios. Si cada techo tiene una línea alrededor, pulsa «Todo bien».',
  fix: 'Un edificio no tiene contorno, y un contorno no tiene edificio. Toca el contorno vacío para quitarlo, el techo sin línea para añadirlo, y luego «Listo».',
  nothing: '¿Hay algún edificio en el cuadro claro? Si no, pulsa «Nada aquí».',
  cloud:
    'Una nube tapa el suelo. Pulsa «No se puede saber»: adivinar enseñaría cosas falsas al modelo.',
  skip: 'Saltar la práctica',
  well: 'Exacto',
  notQuite: 'No del todo',
  goodRight: 'Cada techo tiene su línea. Las pequeñas imprecisiones no importan.',
  goodFix: 'Bastaron dos toques. Las demás herramientas son para los casos difíciles.',
  goodNothing: 'El modelo veía algo en la tierra desnuda. Ahora sabe más.',
  goodCloud: 'Alguien con una imagen mejor podrá responder.',
  notRight: 'Aquí todo estaba bien: cada techo, en verde, tiene su línea.',
  notFix:
    'Había dos errores. Toca el contorno que no rodea nada y luego el techo sin línea; el verde muestra cómo debe quedar.',
  missedOne: 'Un edificio aún no tiene contorno: el verde muestra dónde. Toca su centro.',
  leftWrong: 'Un contorno no tiene edificio debajo. Tócalo para quitarlo.',
  notNothing: 'No hay ningún techo en el cuadro claro: solo tierra, arbustos y sombra.',
  notCloud: 'Bajo una nube nadie puede saberlo. «No se puede saber», y luego «Nube».',
  again: 'Intentar de nuevo',
  next: 'Siguiente',
  begin: 'Empezar de verdad',
} satisfies Translation<typeof en>;
