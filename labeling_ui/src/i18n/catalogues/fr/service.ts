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
  notice_area_repaired:
    'Le contour de la zone était défectueux et a été réparé (latitude, longitude : {place}).',
  notice_area_not_polygons: 'Les points et les lignes de la zone ont été ignorés : {count}.',
  notice_tiles_beyond_imagery:
    'Les carrés au-delà des bords des images sont laissés de côté : {count} sur {total}.',
  notice_no_audit:
    'La zone a trop peu de carrés pour en réserver à la mesure ({count}) : personne ne pourra dire si la carte est bonne. Une zone plus grande ou un zoom plus profond en a davantage.',
  notice_labels_repaired:
    'Des contours déjà existants étaient défectueux et ont été réparés : {count}.',
  notice_labels_broken:
    'Des contours déjà existants sont irréparables et laissés de côté : {count}.',
  notice_labels_not_polygons:
    'Des points et des lignes parmi les contours déjà existants sont laissés de côté : {count}.',
  notice_labels_outside:
    'Des contours déjà existants sont hors de la zone et laissés de côté : {count}.',
  notice_labels_all_outside:
    'Aucun des contours déjà existants ({count}) ne se trouve dans la zone. Est-ce le bon fichier ?',
  notice_newer_stands: 'Votre nouvelle réponse vaut maintenant pour ce carré.',
  notice_tile_was_done: {
    one: 'D’autres avaient tranché ce carré avant l’arrivée de votre réponse. Elle est gardée comme voix supplémentaire.',
    other:
      'Des réponses à des carrés que d’autres avaient déjà tranchés sont gardées comme voix supplémentaires : {count}.',
  },
  notice_counted_without_lease: {
    one: 'Votre temps pour ce carré était écoulé, mais il avait encore besoin de votre réponse : elle compte.',
    other:
      'Des réponses arrivées après leur temps, pour des carrés qui en avaient encore besoin, comptent : {count}.',
  },
  notice_extra_without_lease: {
    one: 'Votre temps pour ce carré était écoulé, et d’autres l’ont maintenant. Votre réponse est gardée comme voix supplémentaire.',
    other:
      'Des réponses arrivées après leur temps sont gardées comme voix supplémentaires : {count}.',
  },
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
  cause_empty_file: 'Ce fichier est vide. A-t-il été coupé ?',
  cause_not_a_scene: 'Ce fichier n’est ni un GeoTIFF ni un MBTiles, quel que soit son nom.',
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
  cause_not_geojson: 'Ce n’est pas un GeoJSON lisible.',
  cause_not_degrees:
    'Les coordonnées ne sont pas une longitude et une latitude en degrés. Convertissez le fichier en EPSG:4326.',
  cause_latitude_first:
    'La latitude semble venir en premier. GeoJSON veut la longitude, puis la latitude.',
  cause_no_area: 'La zone est vide. Il y faut au moins un polygone.',
  cause_antimeridian:
    'Quelque chose dépasse le méridien de 180°. Coupez à cet endroit, et faites une campagne pour chaque côté.',
  cause_crosses_itself:
    'La zone se croise elle-même, et l’on ne sait pas quel côté est voulu. Retracez-la sans croisement.',
  cause_outside_imagery: 'La zone est en dehors des images.',
  cause_no_polygons:
    'Aucun des contours déjà existants ne peut servir : ce sont des points, des lignes ou des contours défectueux.',
} satisfies Translation<typeof en>;
