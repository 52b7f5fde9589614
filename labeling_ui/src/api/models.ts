import type { components } from './schema';

type Schemas = components['schemas'];

export type Campaign = Schemas['Campaign'];
export type CampaignSummary = Schemas['CampaignSummary'];
export type Task = Schemas['Task'];
export type Round = Schemas['Round'];
export type Accuracy = Schemas['Accuracy'];
export type Forecast = Schemas['Forecast'];
export type Checkpoint = Schemas['Checkpoint'];
export type NewReview = Schemas['NewReview'];
export type Answer = Schemas['Answer'];
export type CantTellReason = Schemas['CantTellReason'];
export type Me = Schemas['Me'];
export type TilePlace = Schemas['TilePlace'];
