import type { Translation } from '../../text';
import type en from '../en/service';

export default {
  gate_first: 'Modeli ya kwanza: hakukuwa na nyingine ya kulinganisha nayo.',
  gate_not_measured: 'Inatumika bila kupimwa: hakuna mraba wa kupimia uliokuwa umejibiwa bado.',
  gate_too_few_tiles:
    'Miraba ya kupimia iliyojibiwa ilikuwa michache mno kuilinganisha na iliyotangulia.',
  gate_worse:
    'Hakika mbaya kuliko iliyotangulia: pointi {gain} za IoU, kati ya {low} na {high} (miraba ya kupimia: {count}).',
  gate_not_worse:
    'Si mbaya kwa hakika kuliko iliyotangulia: pointi {gain} za IoU, kati ya {low} na {high} (miraba ya kupimia: {count}).',
  gate_by_coordinator: '{name} aliruhusu itumike.',
  hold_too_few_labels:
    'Miraba iliyojibiwa ni michache mno kujifunza. Watu wajibu mingine, kisha jaribu tena.',
  hold_one_sided_labels:
    'Miraba yote iliyojibiwa inasema jambo moja. Modeli inahitaji miraba yenye na isiyo na kinachochorwa: watu wajibu mingine, kisha jaribu tena.',
  hold_imagery_unreachable:
    'Picha hazikujibu, ingawa ziliombwa mara kadhaa. Jaribu tena zitakapojibu.',
  hold_imagery_unusable:
    'Picha hazisomeki tena. Hakikisha bado zipo pale kampeni inapozitafuta, kisha jaribu tena.',
  hold_worker_lost:
    'Mashine ilinyamaza mara {attempts} katika hatua hii: {stage}. Jaribu tena; ikitokea tena, mwambie anayeendesha huduma hii.',
  hold_job_failed:
    'Hatua hii ilishindikana mara {attempts}: {stage}. Jaribu tena; ikitokea tena, mwambie anayeendesha huduma hii.',
  hold_job_refused: 'Hatua hii haiwezekani kwa hali ilivyo: {stage}.',
  notice_area_repaired:
    'Mpaka wa eneo ulikuwa na kasoro na umerekebishwa (latitudo, longitudo: {place}).',
  notice_area_not_polygons: 'Nukta na mistari katika eneo vimepuuzwa: {count}.',
  notice_tiles_beyond_imagery:
    'Miraba iliyo nje ya kingo za picha imeachwa: {count} kati ya {total}.',
  notice_no_audit:
    'Eneo lina miraba michache mno kutenga mingine ya kupimia ({count}), kwa hiyo hakuna atakayejua ramani ni nzuri kiasi gani. Eneo kubwa zaidi au zoom kubwa zaidi ina mingi zaidi.',
  notice_labels_repaired: 'Mipaka iliyopo tayari yenye kasoro imerekebishwa: {count}.',
  notice_labels_broken: 'Mipaka iliyopo tayari isiyoweza kurekebishwa imeachwa: {count}.',
  notice_labels_not_polygons: 'Nukta na mistari kati ya mipaka iliyopo tayari vimeachwa: {count}.',
  notice_labels_outside: 'Mipaka iliyopo tayari iliyo nje ya eneo imeachwa: {count}.',
  notice_labels_all_outside:
    'Hakuna hata mmoja wa mipaka iliyopo tayari ({count}) ulio ndani ya eneo. Je, ni faili sahihi?',
  notice_newer_stands: 'Jibu lako jipya ndilo linalotumika sasa kwa mraba huo.',
  notice_tile_was_done: {
    one: 'Wengine walikuwa wameshaamua mraba huo kabla ya jibu lako kufika. Limehifadhiwa kama kura ya ziada.',
    other:
      'Majibu ya miraba ambayo wengine walikuwa wameshaiamua yamehifadhiwa kama kura za ziada: {count}.',
  },
  notice_counted_without_lease: {
    one: 'Muda wako wa mraba huo ulikuwa umekwisha, lakini bado ulihitaji jibu lako: linahesabiwa.',
    other:
      'Majibu yaliyofika baada ya muda, kwa miraba ambayo bado iliyahitaji, yanahesabiwa: {count}.',
  },
  notice_extra_without_lease: {
    one: 'Muda wako wa mraba huo ulikuwa umekwisha, na sasa uko kwa wengine. Jibu lako limehifadhiwa kama kura ya ziada.',
    other: 'Majibu yaliyofika baada ya muda yamehifadhiwa kama kura za ziada: {count}.',
  },
  unreachable: 'Huduma haipatikani. Jaribu tena baada ya muda mfupi.',
  not_signed_in: 'Kipindi chako kimekwisha. Ingia tena.',
  not_allowed: 'Waratibu pekee wanaweza kufanya hivi.',
  campaign_not_found: 'Hakuna kampeni kama hiyo.',
  campaign_not_active: 'Kampeni imesimama au imekwisha. Iendeleze kwanza.',
  area_refused: 'Eneo haliwezi kutumika lilivyo.',
  area_too_large:
    'Eneo linachukua takriban miraba {estimate}; kiwango cha juu ni {limit}. Chagua zoom ndogo au eneo dogo zaidi.',
  imagery_refused: 'Picha haziwezi kutumika hivi.',
  imagery_unavailable: 'Picha hazijibu.',
  scene_refused: 'Faili hii haiwezi kutumika kama picha.',
  upload_too_large: 'Faili hii ni kubwa mno kwa huduma hii.',
  starting_labels_refused: 'Mipaka iliyopo tayari haiwezi kutumika.',
  policy_refused: 'Kanuni mojawapo haifai.',
  round_already_running:
    'Raundi nyingine inaendelea tayari. Subiri hadi watu waulizwe, au isimamishe kwanza.',
  round_not_held: 'Raundi hii haijazuiliwa: inaendelea tayari.',
  round_not_found: 'Hakuna raundi kama hiyo.',
  checkpoint_not_ready:
    'Modeli hii bado haijatazama kila mraba. Subiri hadi miraba inayofuata ichaguliwe.',
  request_not_valid: 'Kuna kitu kwenye fomu hakifai.',
  database_away:
    'Huduma ina shughuli au inaanza. Hakuna kilichobadilika; jaribu tena baada ya muda mfupi.',
  unforeseen: 'Kuna hitilafu kwenye huduma. Jaribu tena; ikiendelea, mwambie anayeiendesha.',
  cause_imagery_not_found: 'Hakuna picha mahali hapa. Angalia anwani, eneo na zoom.',
  cause_imagery_unreachable: 'Seva ya picha haijibu.',
  cause_empty_file: 'Faili hii ni tupu. Je, ilikatika?',
  cause_not_a_scene: 'Faili hii si GeoTIFF wala MBTiles, hata jina lake liseme nini.',
  cause_not_an_image: 'Kinachorudi si picha. Angalia anwani au faili.',
  cause_not_georeferenced: 'Picha haisemi iko wapi duniani.',
  cause_imagery_too_large: 'Picha ni kubwa mno.',
  cause_wrong_bands: 'Picha si ya nyekundu, kijani na bluu zenye biti 8 kila moja.',
  cause_address_refused: 'Huduma hii hairuhusiwi kuita anwani hii.',
  cause_bad_template:
    'Hii si anwani ya vigae vya ramani. Inahitaji {z}, {x} na {y} mahali pa zoom, safu wima na mstari.',
  cause_zoom_outside_imagery: 'Picha hazionyeshi chochote kwa zoom hii. Chagua nyingine.',
  cause_zoom_missing: 'Taja zoom ya miraba: anwani haisemi picha zake zinafika wapi.',
  cause_not_geojson: 'Hii si GeoJSON inayosomeka.',
  cause_not_degrees:
    'Viwianishi si longitudo na latitudo kwa digrii. Badilisha faili iwe EPSG:4326.',
  cause_latitude_first:
    'Inaonekana latitudo imetangulia. GeoJSON inataka longitudo, kisha latitudo.',
  cause_no_area: 'Eneo ni tupu. Linahitaji angalau poligoni moja.',
  cause_antimeridian:
    'Kuna kinachovuka meridiani ya 180°. Kikate hapo, na utengeneze kampeni moja kwa kila upande.',
  cause_crosses_itself:
    'Mpaka wa eneo unajikata wenyewe, na haijulikani upande upi unakusudiwa. Uchore upya bila kujikata.',
  cause_outside_imagery: 'Eneo liko nje ya picha.',
  cause_no_polygons:
    'Hakuna hata mmoja wa mipaka iliyopo tayari unaoweza kutumika: ni nukta, mistari au ina kasoro.',
} satisfies Translation<typeof en>;
