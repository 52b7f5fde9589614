import type { Translation } from '../../text';
import type en from '../en/service';

export default {
  gate_first: 'O primeiro modelo: não havia outro com que o comparar.',
  gate_not_measured:
    'Em serviço sem medição: ainda não havia resposta em nenhum quadrado de medição.',
  gate_too_few_tiles:
    'Havia respostas em poucos quadrados de medição para o comparar com o anterior.',
  gate_worse:
    'Com certeza pior do que o anterior: {gain} pontos de IoU, entre {low} e {high} (quadrados de medição: {count}).',
  gate_not_worse:
    'Não é com certeza pior do que o anterior: {gain} pontos de IoU, entre {low} e {high} (quadrados de medição: {count}).',
  gate_by_coordinator: 'Posto em serviço por {name}.',
  hold_too_few_labels:
    'Há poucos quadrados respondidos para aprender. Peça às pessoas que respondam a mais alguns e tente de novo.',
  hold_one_sided_labels:
    'Todos os quadrados respondidos dizem o mesmo. Um modelo precisa de quadrados com e sem o que se mapeia: peça às pessoas que respondam a outros e tente de novo.',
  hold_imagery_unreachable:
    'As imagens não responderam, apesar de várias tentativas. Tente de novo quando responderem.',
  hold_imagery_unusable:
    'As imagens já não se conseguem ler. Veja se continuam onde a campanha as procura e tente de novo.',
  hold_worker_lost:
    'A máquina calou-se {attempts} vezes neste passo: {stage}. Tente de novo; se voltar a acontecer, avise quem gere este serviço.',
  hold_job_failed:
    'Este passo falhou {attempts} vezes: {stage}. Tente de novo; se voltar a acontecer, avise quem gere este serviço.',
  hold_job_refused: 'Este passo não se pode fazer assim: {stage}.',
  notice_area_repaired:
    'O contorno da área tinha um defeito e foi reparado (latitude, longitude: {place}).',
  notice_area_not_polygons: 'Os pontos e as linhas da área foram ignorados: {count}.',
  notice_tiles_beyond_imagery:
    'Os quadrados além dos limites das imagens ficam de fora: {count} de {total}.',
  notice_no_audit:
    'A área tem poucos quadrados para reservar alguns para medição ({count}), por isso ninguém poderá dizer se o mapa é bom. Uma área maior ou um zoom mais profundo tem mais.',
  notice_labels_repaired: 'Contornos que já existem e tinham defeitos foram reparados: {count}.',
  notice_labels_broken: 'Contornos que já existem e não têm reparação ficam de fora: {count}.',
  notice_labels_not_polygons:
    'Pontos e linhas entre os contornos que já existem ficam de fora: {count}.',
  notice_labels_outside: 'Contornos que já existem e estão fora da área ficam de fora: {count}.',
  notice_labels_all_outside:
    'Nenhum dos contornos que já existem ({count}) está na área. É o ficheiro certo?',
  notice_newer_stands: 'A sua resposta mais recente vale agora para esse quadrado.',
  notice_tile_was_done: {
    one: 'Outras pessoas já tinham decidido esse quadrado antes de a sua resposta chegar. Fica guardada como voto adicional.',
    other:
      'Respostas a quadrados que outras pessoas já tinham decidido ficam guardadas como votos adicionais: {count}.',
  },
  notice_counted_without_lease: {
    one: 'O seu tempo para esse quadrado tinha acabado, mas ele ainda precisava da sua resposta: ela conta.',
    other:
      'Respostas que chegaram fora de tempo, a quadrados que ainda precisavam delas, contam: {count}.',
  },
  notice_extra_without_lease: {
    one: 'O seu tempo para esse quadrado tinha acabado e agora está com outras pessoas. A sua resposta fica guardada como voto adicional.',
    other: 'Respostas que chegaram fora de tempo ficam guardadas como votos adicionais: {count}.',
  },
  unreachable: 'O serviço não responde. Tente de novo daqui a pouco.',
  not_signed_in: 'A sua sessão terminou. Entre de novo.',
  not_allowed: 'Só a coordenação pode fazer isto.',
  campaign_not_found: 'Essa campanha não existe.',
  campaign_not_active: 'A campanha está em pausa ou terminada. Retome-a primeiro.',
  area_refused: 'A área não pode ser usada como está.',
  area_too_large:
    'A área ocupa cerca de {estimate} quadrados; o máximo é {limit}. Escolha um zoom menor ou uma área menor.',
  imagery_refused: 'As imagens não podem ser usadas assim.',
  imagery_unavailable: 'As imagens não respondem.',
  scene_refused: 'Este ficheiro não pode ser usado como imagens.',
  upload_too_large: 'Este ficheiro é grande demais para este serviço.',
  starting_labels_refused: 'Os contornos que já existem não podem ser usados.',
  policy_refused: 'Uma das regras não serve.',
  round_already_running:
    'Já há uma ronda em curso. Espere até as pessoas serem chamadas, ou pare-a primeiro.',
  round_not_held: 'Esta ronda não está retida: já continua.',
  round_not_found: 'Essa ronda não existe.',
  checkpoint_not_ready:
    'Este modelo ainda não olhou para todos os quadrados. Espere até os próximos serem escolhidos.',
  request_not_valid: 'Alguma coisa no formulário não serve.',
  database_away: 'O serviço está ocupado ou a arrancar. Nada mudou; tente de novo daqui a pouco.',
  unforeseen: 'Algo correu mal no serviço. Tente de novo; se continuar, avise quem o gere.',
  cause_imagery_not_found: 'Não há imagens neste lugar. Verifique o endereço, a área e o zoom.',
  cause_imagery_unreachable: 'O servidor das imagens não responde.',
  cause_empty_file: 'Este ficheiro está vazio. Foi cortado?',
  cause_not_a_scene: 'Este ficheiro não é GeoTIFF nem MBTiles, diga o nome o que disser.',
  cause_not_an_image: 'O que chega não é uma imagem. Verifique o endereço ou o ficheiro.',
  cause_not_georeferenced: 'A imagem não diz em que lugar da Terra fica.',
  cause_imagery_too_large: 'A imagem é grande demais.',
  cause_wrong_bands: 'A imagem não é de vermelho, verde e azul com 8 bits cada.',
  cause_address_refused: 'Este serviço não pode chamar este endereço.',
  cause_bad_template:
    'Não é um endereço de mosaicos. Precisa de {z}, {x} e {y} no lugar do zoom, da coluna e da linha.',
  cause_zoom_outside_imagery: 'As imagens não mostram nada com este zoom. Escolha outro.',
  cause_zoom_missing: 'Indique o zoom dos quadrados: um endereço não diz até onde vão as imagens.',
  cause_not_geojson: 'Isto não é um GeoJSON que se possa ler.',
  cause_not_degrees:
    'As coordenadas não são longitude e latitude em graus. Converta o ficheiro para EPSG:4326.',
  cause_latitude_first:
    'A latitude parece vir primeiro. GeoJSON quer a longitude e depois a latitude.',
  cause_no_area: 'A área está vazia. Precisa de pelo menos um polígono.',
  cause_antimeridian:
    'Alguma coisa passa do meridiano de 180°. Corte-a aí e faça uma campanha para cada lado.',
  cause_crosses_itself:
    'A área cruza-se a si mesma, e não é claro que lado se quer. Desenhe-a de novo sem o cruzamento.',
  cause_outside_imagery: 'A área está fora das imagens.',
  cause_no_polygons:
    'Nenhum dos contornos que já existem pode ser usado: são pontos, linhas ou estão estragados.',
} satisfies Translation<typeof en>;
