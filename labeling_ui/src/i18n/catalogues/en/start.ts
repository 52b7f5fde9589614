export default {
  welcome: 'Help map a place',
  sentence:
    'A model has outlined {things} from above. Look at one small square at a time and say whether it is right: that is how the model learns.',
  sentenceAny:
    'A model draws outlines from above. Look at one small square at a time and say whether it is right: that is how the model learns.',
  picture: 'A square of a town from above, with outlines drawn around its roofs.',
  pictureModel: 'drawn by the model',
  pictureMine: 'added by a person',
  start: 'Start',
  goOn: 'Go on mapping',
  learn: 'Start with four practice squares',
  learnAgain: 'Practise again',
  skipLearning: 'Skip the practice',
  showCampaigns: 'Show the campaigns',
  openCampaign: 'Map here',
  noCampaigns: 'No campaign is open at the moment.',
  noSuchCampaign: 'This campaign is not here',
  askForLink: 'Ask whoever sent you the link whether it is complete.',
};
