/** What the service says by codes: why a model serves, why a round is held, notices, refusals. */
export default {
  gate_first: 'The first model: there was none to compare it with.',
  gate_not_measured: 'It serves unmeasured: no square for measuring had been answered yet.',
  gate_too_few_tiles:
    'Too few squares for measuring had been answered to compare it with the one before.',
  gate_worse:
    'Surely worse than the one before: {gain} points of IoU, between {low} and {high} (squares for measuring: {count}).',
  gate_not_worse:
    'Not surely worse than the one before: {gain} points of IoU, between {low} and {high} (squares for measuring: {count}).',
  gate_by_coordinator: '{name} let it serve.',
  hold_too_few_labels:
    'Too few squares have been answered to learn from. Let people answer some more, then try again.',
  hold_one_sided_labels:
    'All answered squares say the same. A model needs squares with and without what is mapped: let people answer others, then try again.',
  hold_imagery_unreachable:
    'The imagery did not answer, although it was asked several times. Try again when it does.',
  hold_imagery_unusable:
    'The imagery cannot be read any more. Check that it is still where the campaign looks for it, then try again.',
  hold_worker_lost:
    'The machine fell silent {attempts} times at this step: {stage}. Try again; if it happens once more, tell whoever runs this service.',
  hold_job_failed:
    'This step failed {attempts} times: {stage}. Try again; if it happens once more, tell whoever runs this service.',
  hold_job_refused: 'This step cannot be done as things are: {stage}.',
  notice_area_repaired:
    'The area’s outline was faulty and has been repaired (latitude, longitude: {place}).',
  notice_area_not_polygons: 'Points and lines in the area were passed over: {count}.',
  notice_tiles_beyond_imagery:
    'Squares beyond the edges of the imagery are left out: {count} of {total}.',
  notice_no_audit:
    'The area has too few squares to set some aside for measuring ({count}), so nobody can say how good the map is. A larger area or a deeper zoom has more.',
  notice_labels_repaired: 'Faulty outlines among those that exist already were repaired: {count}.',
  notice_labels_broken: 'Outlines that exist already but are beyond repair are left out: {count}.',
  notice_labels_not_polygons:
    'Points and lines among the outlines that exist already are left out: {count}.',
  notice_labels_outside:
    'Outlines that exist already but lie outside the area are left out: {count}.',
  notice_labels_all_outside:
    'None of the outlines that exist already ({count}) lies in the area. Is it the right file?',
  notice_newer_stands: 'Your newer answer stands for that square now.',
  notice_tile_was_done: {
    one: 'Others had settled that square before your answer came. It is kept as an extra vote.',
    other:
      'Answers to squares that others had settled before they came are kept as extra votes: {count}.',
  },
  notice_counted_without_lease: {
    one: 'Your time for that square had run out, but it still needed your answer: it counts.',
    other: 'Answers that came after their time, to squares that still needed them, count: {count}.',
  },
  notice_extra_without_lease: {
    one: 'Your time for that square had run out, and others have it now. Your answer is kept as an extra vote.',
    other: 'Answers that came after their time are kept as extra votes: {count}.',
  },
  unreachable: 'The service cannot be reached. Try again in a moment.',
  not_signed_in: 'Your session ended. Sign in again.',
  not_allowed: 'Only coordinators may do this.',
  campaign_not_found: 'There is no such campaign.',
  campaign_not_active: 'The campaign is paused or finished. Let it go on first.',
  area_refused: 'The area cannot be used as it is.',
  area_too_large:
    'The area takes about {estimate} squares; at most {limit} are possible. Choose a smaller zoom or a smaller area.',
  imagery_refused: 'The imagery cannot be used like this.',
  imagery_unavailable: 'The imagery does not answer.',
  scene_refused: 'This file cannot be used as imagery.',
  upload_too_large: 'This file is too large for this service.',
  starting_labels_refused: 'The outlines that exist already cannot be used.',
  policy_refused: 'One of the rules does not fit.',
  round_already_running:
    'A round is on its way already. Wait until people are asked, or stop it first.',
  round_not_held: 'This round is not held: it goes on already.',
  round_not_found: 'There is no such round.',
  checkpoint_not_ready:
    'This model has not looked at every square yet. Wait until the next squares are chosen.',
  request_not_valid: 'Something in the form does not fit.',
  database_away: 'The service is busy or starting. Nothing was changed; try again in a moment.',
  unforeseen:
    'Something went wrong in the service. Try again; if it stays so, tell whoever runs it.',
  cause_imagery_not_found:
    'There is no imagery at this place. Check the address, the area and the zoom.',
  cause_imagery_unreachable: 'The server of the imagery does not answer.',
  cause_empty_file: 'This file is empty. Was it cut short?',
  cause_not_a_scene: 'This file is neither a GeoTIFF nor an MBTiles file, whatever its name says.',
  cause_not_an_image: 'What comes back is no picture. Check the address or the file.',
  cause_not_georeferenced: 'The picture does not say where on Earth it lies.',
  cause_imagery_too_large: 'The picture is too large.',
  cause_wrong_bands: 'The picture is not red, green and blue with 8 bits each.',
  cause_address_refused: 'This service may not call this address.',
  cause_bad_template:
    'This is no address of map tiles. It needs {z}, {x} and {y} where zoom, column and row belong.',
  cause_zoom_outside_imagery: 'The imagery shows nothing at this zoom. Choose another.',
  cause_zoom_missing:
    'Say the zoom of the squares: an address does not tell how deep its imagery goes.',
  cause_not_geojson: 'This is no GeoJSON that can be read.',
  cause_not_degrees:
    'The coordinates are not longitude and latitude in degrees. Convert the file to EPSG:4326.',
  cause_latitude_first: 'Latitude seems to come first. GeoJSON wants longitude, then latitude.',
  cause_no_area: 'The area is empty. It takes at least one polygon.',
  cause_antimeridian:
    'Something reaches over the 180° meridian. Cut it there, and make one campaign for each side.',
  cause_crosses_itself:
    'The area crosses itself, and it is not clear which side is meant. Redraw it without the crossing.',
  cause_outside_imagery: 'The area lies outside the imagery.',
  cause_no_polygons:
    'None of the outlines that exist already can be used: they are points, lines or broken.',
};
