import type { Translation } from '../../text';
import type en from '../en/tutorial';

export default {
  step: 'Zoezi {number} kati ya {count}',
  right:
    'Modeli imechora mipaka ya majengo. Ikiwa kila paa lina mstari kulizunguka, bonyeza “Yote sawa”.',
  fix: 'Jengo moja halina mstari, na mstari mmoja hauna jengo. Gusa mstari mtupu kuuondoa, gusa paa lisilo na mstari kuliongeza, kisha bonyeza “Tayari”.',
  nothing: 'Je, kuna jengo lolote ndani ya mraba angavu? Kama hakuna, bonyeza “Hakuna kitu”.',
  cloud:
    'Wingu linaficha ardhi. Bonyeza “Siwezi kujua”: kukisia kungeifundisha modeli mambo yasiyo sahihi.',
  skip: 'Ruka mazoezi',
  well: 'Sahihi kabisa',
  notQuite: 'Bado kidogo',
  goodRight: 'Kila paa lina mstari wake. Tofauti ndogo hazina shida.',
  goodFix: 'Miguso miwili imetosha. Zana nyingine ni za hali ngumu.',
  goodNothing: 'Modeli iliona kitu kwenye udongo mtupu. Sasa inajua vizuri zaidi.',
  goodCloud: 'Mtu mwenye picha bora anaweza kujibu hii.',
  notRight: 'Hapa yote yalikuwa sawa: kila paa, kwa kijani, lina mstari wake.',
  notFix:
    'Mambo mawili hayakuwa sahihi. Gusa mstari usiozunguka kitu, kisha paa lisilo na mstari; kijani kinaonyesha inavyopaswa kuwa.',
  missedOne: 'Jengo moja bado halina mstari: kijani kinaonyesha wapi. Gusa katikati yake.',
  leftWrong: 'Mstari mmoja hauna jengo chini yake. Uguse kuuondoa.',
  notNothing: 'Hakuna paa ndani ya mraba angavu: udongo, vichaka na kivuli tu.',
  notCloud: 'Chini ya wingu hakuna anayeweza kujua. Bonyeza “Siwezi kujua”, kisha “Wingu”.',
  again: 'Jaribu tena',
  next: 'Inayofuata',
  begin: 'Anza kazi halisi',
} satisfies Translation<typeof en>;
