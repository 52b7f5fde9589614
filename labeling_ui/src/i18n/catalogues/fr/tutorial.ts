import type { Translation } from '../../text';
import type en from '../en/tutorial';

export default {
  step: 'Entraînement {number} sur {count}',
  right:
    'Le modèle a tracé les bâtiments. Si chaque toit a une ligne autour de lui, appuyez sur « Tout est juste ».',
  fix: 'Un bâtiment n’a pas de contour, et un contour n’a pas de bâtiment. Touchez le contour vide pour l’enlever, le toit nu pour l’ajouter, puis « Terminé ».',
  nothing: 'Y a-t-il un bâtiment dans le carré clair ? Sinon, appuyez sur « Rien ici ».',
  cloud:
    'Un nuage cache le sol. Appuyez sur « Impossible à dire » : deviner apprendrait des erreurs au modèle.',
  skip: 'Passer l’entraînement',
  well: 'Exactement',
  notQuite: 'Pas tout à fait',
  goodRight: 'Chaque toit a sa ligne. De petits écarts ne comptent pas.',
  goodFix: 'Deux touches ont suffi. Les autres outils sont là pour les cas difficiles.',
  goodNothing: 'Le modèle voyait quelque chose dans la terre nue. Il le sait mieux maintenant.',
  goodCloud: 'Quelqu’un avec une meilleure image pourra répondre.',
  notRight: 'Ici tout était juste : chaque toit, en vert, a sa ligne.',
  notFix:
    'Deux choses étaient fausses. Touchez le contour autour de rien, puis le toit nu ; le vert montre ce qu’il faut.',
  missedOne: 'Un bâtiment n’a pas encore de contour : le vert montre où. Touchez son milieu.',
  leftWrong: 'Un contour n’a pas de bâtiment dessous. Touchez-le pour l’enlever.',
  notNothing: 'Aucun toit dans le carré clair : seulement de la terre, des buissons, de l’ombre.',
  notCloud: 'Sous un nuage, personne ne peut dire. « Impossible à dire », puis « Nuage ».',
  again: 'Réessayer',
  next: 'Suivant',
  begin: 'Commencer pour de vrai',
} satisfies Translation<typeof en>;
