import type { Translation } from '../../text';
import type en from '../en/service';

export default {
  gate_first: 'Le premier modèle : il n’y en avait aucun à quoi le comparer.',
  gate_not_measured: 'En service sans mesure : aucun carré de mesure n’avait encore de réponse.',
  gate_too_few_tiles:
    'Trop peu de carrés de mesure avaient une réponse pour le comparer au précédent.',
  gate_worse:
    'Sûrement moins bon que le précédent : {gain} points d’IoU, entre {low} et {high} (carrés de mesure : {count}).',
  gate_not_worse:
    'Pas sûrement moins bon que le précédent : {gain} points d’IoU, entre {low} et {high} (carrés de mesure : {count}).',
  gate_by_coordinator: 'Mis en service par {name}.',
  hold_too_few_labels:
    'Trop peu de carrés ont une réponse pour que le modèle apprenne. Faites répondre à d’autres, puis réessayez.',
  hold_one_sided_labels:
    'Toutes les réponses disent la même chose. Il faut au modèle des carrés avec et sans ce qu’on cartographie : faites répondre à d’autres, puis réessayez.',
  hold_imagery_unreachable:
    'Les images n’ont pas répondu, malgré plusieurs essais. Réessayez quand elles répondront.',
  hold_imagery_unusable:
    'Les images ne sont plus lisibles. Vérifiez qu’elles sont toujours là où la campagne les cherche, puis réessayez.',
  hold_worker_lost:
    'La machine s’est tue {attempts} fois à cette étape : {stage}. Réessayez ; si cela se répète, prévenez la personne qui gère ce service.',
  hold_job_failed:
    'Cette étape a échoué {attempts} fois : {stage}. Réessayez ; si cela se répète, prévenez la personne qui gère ce service.',
  hold_job_refused: 'Cette étape est impossible en l’état : {stage}.',
  unreachable: 'Le service est injoignable. Réessayez dans un instant.',
  not_signed_in: 'Votre session est terminée. Reconnectez-vous.',
  not_allowed: 'Seule la coordination peut faire cela.',
  campaign_not_found: 'Cette campagne n’existe pas.',
  campaign_not_active: 'La campagne est en pause ou terminée. Reprenez-la d’abord.',
  area_refused: 'La zone ne peut pas servir telle quelle.',
  area_too_large:
    'La zone prend environ {estimate} carrés ; {limit} au plus sont possibles. Choisissez un zoom plus petit ou une zone plus petite.',
  imagery_refused: 'Les images ne peuvent pas servir ainsi.',
  imagery_unavailable: 'Les images ne répondent pas.',
  scene_refused: 'Ce fichier ne peut pas servir d’images.',
  upload_too_large: 'Ce fichier est trop grand pour ce service.',
  starting_labels_refused: 'Les contours déjà existants ne peuvent pas servir.',
  policy_refused: 'Une des règles ne convient pas.',
  round_already_running:
    'Un tour est déjà en route. Attendez que les personnes soient interrogées, ou arrêtez-le d’abord.',
  round_not_held: 'Ce tour n’est pas retenu : il continue déjà.',
  round_not_found: 'Ce tour n’existe pas.',
  checkpoint_not_ready:
    'Ce modèle n’a pas encore regardé chaque carré. Attendez que les prochains carrés soient choisis.',
  request_not_valid: 'Quelque chose dans le formulaire ne convient pas.',
  database_away: 'Le service est occupé ou démarre. Rien n’a changé ; réessayez dans un instant.',
  unforeseen:
    'Le service a rencontré une erreur. Réessayez ; si elle persiste, prévenez la personne qui le gère.',
  cause_imagery_not_found:
    'Il n’y a pas d’images à cet endroit. Vérifiez l’adresse, la zone et le zoom.',
  cause_imagery_unreachable: 'Le serveur des images ne répond pas.',
  cause_not_an_image: 'Ce qui revient n’est pas une image. Vérifiez l’adresse ou le fichier.',
  cause_not_georeferenced: 'L’image ne dit pas où elle se trouve sur Terre.',
  cause_imagery_too_large: 'L’image est trop grande.',
  cause_wrong_bands: 'L’image n’est pas en rouge, vert et bleu de 8 bits chacun.',
  cause_address_refused: 'Ce service n’a pas le droit d’appeler cette adresse.',
  cause_bad_template:
    'Ce n’est pas une adresse de tuiles. Il y faut {z}, {x} et {y} à la place du zoom, de la colonne et de la ligne.',
  cause_zoom_outside_imagery: 'Les images ne montrent rien à ce zoom. Choisissez-en un autre.',
  cause_zoom_missing:
    'Indiquez le zoom des carrés : une adresse ne dit pas jusqu’où vont ses images.',
} satisfies Translation<typeof en>;
