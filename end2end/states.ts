// Every page in every state that can be reached: one list for the checks of accessibility and layout,
// for the pictures, and for the comparison with the references.
//
// A state is arranged once, in an app of its own, and then looked at in every language, theme and width.

import type { Page } from '@playwright/test';
import type { App } from './app.mjs';
import { connections } from './states/connections.ts';
import { entrances } from './states/entrances.ts';
import { failures } from './states/failures.ts';
import { departures } from './states/departures.ts';
import { profiles } from './states/profiles.ts';

/** What a state is arranged with: a browser, and apps. */
export type Stage = {
    page: Page;
    /** Starts an app that nobody has used: one whose records cannot be reached, or whose operator says who they are. */
    start: (kind?: 'adrift' | 'named') => Promise<App>;
};

export type State = {
    name: string;
    /** Leads the browser there. */
    arrange: (stage: Stage) => Promise<void>;
    /** What a person does on the page after it was loaded. */
    act?: (page: Page) => Promise<void>;
    /** The page is shown once, so that it has to be arranged anew for whoever reads another language. */
    once?: true;
    /** It is one of the simulated TikTok's pages. */
    foreign?: true;
};

export const states: State[] = [...entrances, ...profiles, ...connections, ...departures, ...failures];
