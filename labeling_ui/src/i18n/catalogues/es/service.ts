import type { Translation } from '../../text';
import type en from '../en/service';

export default {
  gate_first: 'El primer modelo: no había ninguno con el que compararlo.',
  gate_not_measured:
    'En servicio sin medir: todavía no se había respondido ningún cuadro para medir.',
  gate_too_few_tiles:
    'Se habían respondido muy pocos cuadros para medir como para compararlo con el anterior.',
  gate_worse:
    'Con seguridad peor que el anterior: {gain} puntos de IoU, entre {low} y {high} (cuadros para medir: {count}).',
  gate_not_worse:
    'No es con seguridad peor que el anterior: {gain} puntos de IoU, entre {low} y {high} (cuadros para medir: {count}).',
  gate_by_coordinator: 'Puesto en servicio por {name}.',
  hold_too_few_labels:
    'Se han respondido muy pocos cuadros para aprender. Haz que la gente responda algunos más e inténtalo de nuevo.',
  hold_one_sided_labels:
    'Todos los cuadros respondidos dicen lo mismo. Un modelo necesita cuadros con y sin lo que se mapea: haz que la gente responda otros e inténtalo de nuevo.',
  hold_imagery_unreachable:
    'Las imágenes no respondieron, aunque se pidieron varias veces. Inténtalo de nuevo cuando respondan.',
  hold_imagery_unusable:
    'Las imágenes ya no se pueden leer. Comprueba que siguen donde la campaña las busca e inténtalo de nuevo.',
  hold_worker_lost:
    'La máquina calló {attempts} veces en este paso: {stage}. Inténtalo de nuevo; si vuelve a pasar, avisa a quien lleva este servicio.',
  hold_job_failed:
    'Este paso falló {attempts} veces: {stage}. Inténtalo de nuevo; si vuelve a pasar, avisa a quien lleva este servicio.',
  hold_job_refused: 'Este paso no se puede hacer tal como están las cosas: {stage}.',
  notice_area_repaired:
    'El contorno de la zona tenía un defecto y se ha reparado (latitud, longitud: {place}).',
  notice_area_not_polygons: 'Los puntos y las líneas de la zona se han pasado por alto: {count}.',
  notice_tiles_beyond_imagery:
    'Los cuadros más allá de los bordes de las imágenes se dejan fuera: {count} de {total}.',
  notice_no_audit:
    'La zona tiene muy pocos cuadros para apartar algunos para medir ({count}), así que nadie podrá decir si el mapa es bueno. Una zona mayor o un zoom más profundo tiene más.',
  notice_labels_repaired: 'Contornos que ya existen y tenían defectos se han reparado: {count}.',
  notice_labels_broken: 'Contornos que ya existen y no se pueden reparar se dejan fuera: {count}.',
  notice_labels_not_polygons:
    'Puntos y líneas entre los contornos que ya existen se dejan fuera: {count}.',
  notice_labels_outside:
    'Contornos que ya existen y están fuera de la zona se dejan fuera: {count}.',
  notice_labels_all_outside:
    'Ninguno de los contornos que ya existen ({count}) está en la zona. ¿Es el archivo correcto?',
  notice_newer_stands: 'Tu respuesta más nueva vale ahora para ese cuadro.',
  notice_tile_was_done: {
    one: 'Otras personas habían resuelto ese cuadro antes de que llegara tu respuesta. Se guarda como voto adicional.',
    other:
      'Respuestas a cuadros que otras personas ya habían resuelto se guardan como votos adicionales: {count}.',
  },
  notice_counted_without_lease: {
    one: 'Tu tiempo para ese cuadro había terminado, pero aún necesitaba tu respuesta: cuenta.',
    other:
      'Respuestas que llegaron fuera de tiempo, a cuadros que aún las necesitaban, cuentan: {count}.',
  },
  notice_extra_without_lease: {
    one: 'Tu tiempo para ese cuadro había terminado y ahora lo tienen otras personas. Tu respuesta se guarda como voto adicional.',
    other: 'Respuestas que llegaron fuera de tiempo se guardan como votos adicionales: {count}.',
  },
  unreachable: 'No se puede contactar con el servicio. Inténtalo de nuevo en un momento.',
  not_signed_in: 'Tu sesión terminó. Entra de nuevo.',
  not_allowed: 'Solo la coordinación puede hacer esto.',
  campaign_not_found: 'Esa campaña no existe.',
  campaign_not_active: 'La campaña está en pausa o terminada. Reanúdala primero.',
  area_refused: 'La zona no se puede usar tal como está.',
  area_too_large:
    'La zona ocupa unos {estimate} cuadros; como mucho caben {limit}. Elige un zoom menor o una zona menor.',
  imagery_refused: 'Las imágenes no se pueden usar así.',
  imagery_unavailable: 'Las imágenes no responden.',
  scene_refused: 'Este archivo no se puede usar como imágenes.',
  upload_too_large: 'Este archivo es demasiado grande para este servicio.',
  starting_labels_refused: 'Los contornos que ya existen no se pueden usar.',
  policy_refused: 'Una de las reglas no encaja.',
  round_already_running:
    'Ya hay una ronda en marcha. Espera a que se pregunte a la gente, o detenla primero.',
  round_not_held: 'Esta ronda no está detenida: ya sigue.',
  round_not_found: 'Esa ronda no existe.',
  checkpoint_not_ready:
    'Este modelo todavía no ha mirado todos los cuadros. Espera a que se elijan los próximos.',
  request_not_valid: 'Algo en el formulario no encaja.',
  database_away:
    'El servicio está ocupado o arrancando. No se cambió nada; inténtalo de nuevo en un momento.',
  unforeseen: 'Algo falló en el servicio. Inténtalo de nuevo; si sigue, avisa a quien lo lleva.',
  cause_imagery_not_found: 'No hay imágenes en este lugar. Revisa la dirección, la zona y el zoom.',
  cause_imagery_unreachable: 'El servidor de las imágenes no responde.',
  cause_empty_file: 'Este archivo está vacío. ¿Se cortó?',
  cause_not_a_scene: 'Este archivo no es ni un GeoTIFF ni un MBTiles, diga lo que diga su nombre.',
  cause_not_an_image: 'Lo que llega no es una imagen. Revisa la dirección o el archivo.',
  cause_not_georeferenced: 'La imagen no dice en qué lugar de la Tierra está.',
  cause_imagery_too_large: 'La imagen es demasiado grande.',
  cause_wrong_bands: 'La imagen no es de rojo, verde y azul con 8 bits cada uno.',
  cause_address_refused: 'Este servicio no puede llamar a esta dirección.',
  cause_bad_template:
    'No es una dirección de teselas. Necesita {z}, {x} e {y} donde van el zoom, la columna y la fila.',
  cause_zoom_outside_imagery: 'Las imágenes no muestran nada con este zoom. Elige otro.',
  cause_zoom_missing:
    'Indica el zoom de los cuadros: una dirección no dice hasta dónde llegan sus imágenes.',
  cause_not_geojson: 'Esto no es un GeoJSON que se pueda leer.',
  cause_not_degrees:
    'Las coordenadas no son longitud y latitud en grados. Convierte el archivo a EPSG:4326.',
  cause_latitude_first: 'Parece que la latitud va primero. GeoJSON pide longitud y luego latitud.',
  cause_no_area: 'La zona está vacía. Necesita al menos un polígono.',
  cause_antimeridian:
    'Algo pasa del meridiano de 180°. Córtalo ahí y haz una campaña para cada lado.',
  cause_crosses_itself:
    'La zona se cruza a sí misma y no está claro qué lado se quiere. Dibújala de nuevo sin el cruce.',
  cause_outside_imagery: 'La zona está fuera de las imágenes.',
  cause_no_polygons:
    'Ninguno de los contornos que ya existen se puede usar: son puntos, líneas o están rotos.',
} satisfies Translation<typeof en>;
