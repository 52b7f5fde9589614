import type { Translation } from '../../text';
import type en from '../en/common';

export default {
  allCampaigns: 'Kampeni zote',
  notFound: 'Hakuna ukurasa kwenye anwani hii.',
  outdated: 'Toleo jipya la ukurasa huu liko tayari.',
  outdatedWaiting: {
    one: 'Toleo jipya la ukurasa huu litakuwa tayari jibu lako la mwisho likishatumwa.',
    other: 'Toleo jipya la ukurasa huu litakuwa tayari majibu yako {count} yakishatumwa.',
  },
  reload: 'Pakia',
  signInAgain: 'Tafadhali ingia tena',
  signInKept: {
    one: 'Kikao chako kimeisha. Hakuna kilichopotea: jibu 1 limehifadhiwa hapa na litatumwa ukishaingia.',
    other:
      'Kikao chako kimeisha. Hakuna kilichopotea: majibu {count} yamehifadhiwa hapa na yatatumwa ukishaingia.',
  },
  signInNothingLost: 'Kikao chako kimeisha. Hakuna kilichopotea.',
  goOn: 'Endelea',
  yourName: 'Jina lako, au jina lolote',
  language: 'Lugha',
  unreachable: 'Huduma haipatikani. Jaribu tena baada ya muda mfupi.',
  signupClosed: 'Majina mapya hayapokelewi hapa. Omba kiungo chako kwa aliyekualika.',
  close: 'Funga',
  tryAgain: 'Jaribu tena',
  signOut: 'Toka',
  desk: 'Meza ya mratibu',
  buildings: 'majengo',
  roofs: 'mapaa',
  roads: 'barabara',
  trees: 'miti',
  fields: 'mashamba',
  water: 'maji',
} satisfies Translation<typeof en>;
