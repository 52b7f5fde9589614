import type { Translation } from '../../text';
import type en from '../en/common';

export default {
  allCampaigns: 'Todas las campañas',
  notFound: 'No hay ninguna página en esta dirección.',
  outdated: 'Hay una versión nueva de esta página.',
  outdatedWaiting: {
    one: 'Habrá una versión nueva de esta página en cuanto se envíe tu última respuesta.',
    other: 'Habrá una versión nueva de esta página en cuanto se envíen tus {count} respuestas.',
  },
  reload: 'Cargar',
  signInAgain: 'Identifícate de nuevo',
  signInKept: {
    one: 'Tu sesión terminó. No se perdió nada: 1 respuesta está guardada aquí y saldrá cuando entres.',
    other:
      'Tu sesión terminó. No se perdió nada: {count} respuestas están guardadas aquí y saldrán cuando entres.',
  },
  signInNothingLost: 'Tu sesión terminó. No se perdió nada.',
  goOn: 'Continuar',
  yourName: 'Tu nombre, o cualquier nombre',
  language: 'Idioma',
  unreachable: 'No se puede contactar con el servicio. Inténtalo de nuevo en un momento.',
  signupClosed: 'Aquí no se aceptan nombres nuevos. Pide un enlace propio a quien te invitó.',
  close: 'Cerrar',
  tryAgain: 'Intentar de nuevo',
  signOut: 'Salir',
  desk: 'Mesa de coordinación',
  buildings: 'edificios',
  roofs: 'techos',
  roads: 'caminos',
  trees: 'árboles',
  fields: 'campos',
  water: 'agua',
} satisfies Translation<typeof en>;
