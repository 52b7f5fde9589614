export default {
  allCampaigns: 'All campaigns',
  notFound: 'There is no page at this address.',
  outdated: 'A newer version of this page is ready.',
  outdatedWaiting: {
    one: 'A newer version of this page is ready, as soon as your last answer has been sent.',
    other: 'A newer version of this page is ready, as soon as your {count} answers have been sent.',
  },
  reload: 'Load it',
  signInAgain: 'Please sign in again',
  signInKept: {
    one: 'Your session ended. Nothing is lost: 1 answer is kept here and goes out once you are in.',
    other:
      'Your session ended. Nothing is lost: {count} answers are kept here and go out once you are in.',
  },
  signInNothingLost: 'Your session ended. Nothing is lost.',
  goOn: 'Go on',
  yourName: 'Your name, or any name',
  language: 'Language',
  close: 'Close',
  tryAgain: 'Try again',
  signOut: 'Sign out',
  buildings: 'buildings',
  roofs: 'roofs',
  roads: 'roads',
  trees: 'trees',
  fields: 'fields',
  water: 'water',
};
