import type { Translation } from '../../text';
import type en from '../en/common';

export default {
  allCampaigns: 'Toutes les campagnes',
  notFound: 'Il n’y a pas de page à cette adresse.',
  outdated: 'Une nouvelle version de cette page est prête.',
  outdatedWaiting: {
    one: 'Une nouvelle version de cette page sera prête dès que votre dernière réponse sera envoyée.',
    other:
      'Une nouvelle version de cette page sera prête dès que vos {count} réponses seront envoyées.',
  },
  reload: 'Charger',
  signInAgain: 'Veuillez vous identifier à nouveau',
  signInKept: {
    one: 'Votre session est terminée. Rien n’est perdu : 1 réponse est gardée ici et partira dès votre retour.',
    other:
      'Votre session est terminée. Rien n’est perdu : {count} réponses sont gardées ici et partiront dès votre retour.',
  },
  signInNothingLost: 'Votre session est terminée. Rien n’est perdu.',
  goOn: 'Continuer',
  yourName: 'Votre nom, ou un nom quelconque',
  language: 'Langue',
  unreachable: 'Le service est injoignable. Réessayez dans un instant.',
  signupClosed:
    'Les nouveaux noms ne sont pas acceptés ici. Demandez un lien à la personne qui vous a invité.',
  close: 'Fermer',
  tryAgain: 'Réessayer',
  signOut: 'Se déconnecter',
  desk: 'Bureau de coordination',
  buildings: 'bâtiments',
  roofs: 'toits',
  roads: 'routes',
  trees: 'arbres',
  fields: 'champs',
  water: 'eau',
} satisfies Translation<typeof en>;
